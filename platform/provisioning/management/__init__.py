"""`manage.py provision`. Must not go here: commands that run while the shop serves requests."""
