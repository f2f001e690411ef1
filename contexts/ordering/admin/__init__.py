"""The operators' pages of ordering: all orders, and the steps that the order desk takes with them."""

from contexts.ordering.admin import figures, messages, orders

__all__ = ["figures", "messages", "orders"]
