"""
The demo shop's data: products, coupons, customers and their past orders, the same at every start.

Each module that writes rows writes those of one context, in batches, and each batch once. It gets facts of another
context as published values.

Must not go here: data without which a shop cannot run.
"""
