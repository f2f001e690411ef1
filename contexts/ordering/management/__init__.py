"""The `manage.py` commands of ordering. They call use cases. Must not go here: rules, and queries of their own."""
