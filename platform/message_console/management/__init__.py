"""`manage.py events`. Must not go here: commands that only one context needs."""
