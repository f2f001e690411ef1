"""
The operators' pages of ordering: the orders, the order desk's actions, its dashboard tiles.

An action calls one use case, which may refuse it. Must not go here: decisions.
"""

from contexts.ordering.admin import messages, orders, tiles

__all__ = ["messages", "orders", "tiles"]
