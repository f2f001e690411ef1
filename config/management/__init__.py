"""`manage.py work`. Must not go here: commands about one context, or about messages (`message_console`)."""
