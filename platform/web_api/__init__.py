"""
The conventions that every context's API shares: authentication, problem documents, parsing, paging, idempotency keys,
throttling, and the OpenAPI document.

Must not go here: a view or a route, a rule of the shop, a limit's value (settings), issuing tokens (identity), and what
applies to a request before its view is known (`gateway`).
"""
