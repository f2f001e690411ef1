"""
Observability: log lines, metrics, traces, and a heartbeat for health checks.

Code that does some work describes it with `tracing.span` and `tracing.set_attributes`. This package is the lowest layer
and imports no other.

Must not go here: a word of the shop, a table, an attribute or label that contains what people wrote.
"""
