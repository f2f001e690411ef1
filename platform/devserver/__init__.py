"""Runs the shop on a newcomer's machine with nothing installed: a Postgres of its own, and `manage.py demo`.

Nothing that a deployment needs belongs here; settings may ask it for the local database's address, no more.
"""
