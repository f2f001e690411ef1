"""
The changes of baskets and coupons that clients and messages ask for: one module each, which opens its own transactions.

`api/` and the handlers call use cases. A use case does not call another; two of them share a method of a model or a
helper function. Must not go here: HTTP, subscriptions.
"""
