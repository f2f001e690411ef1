"""
Makes the databases ready for this version of the code: `manage.py provision`, before anything else runs.

No process that serves the shop imports this, nor knows the administrator's login, of which it is the only user.
"""
