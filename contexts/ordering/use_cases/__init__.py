"""
The changes of orders that clients, operators and messages ask for: one module each, which opens its own transaction.

`api/`, `admin/`, `management/` and the handlers call use cases. A use case does not call another; what several of them
do to a locked order is in `order_changes.py`. Must not go here: HTTP, subscriptions.
"""
