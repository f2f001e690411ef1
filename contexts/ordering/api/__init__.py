"""
Ordering's HTTP API under `/api/v1/orders`.

Views parse a request, call one use case or query, and render the result. Must not go here: rules of ordering.
"""
