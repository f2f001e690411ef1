"""
The public HTTP API of identity: its own endpoints, and those that it delegates to allauth.

Views call use cases and `queries`, or delegate a request to a view of allauth.
Must not go here: rules, queries, transactions, changes of allauth's behaviour (`adapters/`).
"""
