"""
The demo shop's data: products, coupons, customers and their past orders, always the same ones.

Each module writes the tables of one context, a batch at a time, and each batch once. What a shop needs in order to
run does not belong here.
"""
