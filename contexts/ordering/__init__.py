"""
Ordering: turns a priced basket into an order, and takes it through payment, delivery, cancellation and refund.

Must not go here: prices and coupons (basket), stock (catalog), accounts (identity). Ordering asks for them through
`neighbours.py` or by messages. Other contexts import `contexts.ordering.published` only.
"""
