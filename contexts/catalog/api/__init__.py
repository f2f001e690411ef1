"""
The public HTTP API of catalog: endpoints, query parameters, JSON documents, pictures.

It only reads. Must not go here: queries (`queries.py`), rules, what other contexts call (`facade.py`).
"""
