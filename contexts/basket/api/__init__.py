"""
The public HTTP API of basket: endpoints, request bodies and JSON documents.

Views call use cases and queries. Must not go here: rules, transactions, what other contexts call (`facade.py`).
"""
