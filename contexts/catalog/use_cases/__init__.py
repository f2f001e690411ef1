"""
The changes of catalog that operators and messages ask for: one module each, which opens its own transactions.

`admin/` and the handlers call use cases. A use case does not call another; two of them share a method of a model or a
helper function. Must not go here: HTTP, forms, subscriptions.
"""
