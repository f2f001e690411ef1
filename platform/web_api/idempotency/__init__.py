"""
Idempotency keys: a request that is sent twice has one effect and gets one answer.

The row stands in the schema of the context that serves the request, and commits with the effect.
"""
