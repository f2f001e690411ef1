"""
Catalog: the products that the shop sells, their prices, and their stock with its reservations for orders.

Other contexts import only `published`.

Must not go here: baskets and coupons (basket); orders, shipping costs and payments (ordering); customers (identity);
what several contexts need in the same meaning (`platform/`).
"""
