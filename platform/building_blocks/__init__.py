"""What every context may build on: databases, published interfaces, messages, the API's common manners.

Nothing here knows a context, a product or an order. This file stays empty: `published` packages import
through it and must not pull in Django.
"""
