"""The operators' pages of ordering: all orders, and the steps that the order desk takes with them."""

from contexts.ordering.admin import messages, orders, tiles

__all__ = ["messages", "orders", "tiles"]
