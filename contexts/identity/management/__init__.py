"""The `manage.py` commands of identity. They call use cases. Must not go here: rules, and queries of their own."""
