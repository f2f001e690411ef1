"""
`manage.py provision`: prepares the databases for this version of the code, before any other process starts.

It is the only code that uses the administrator's login; no process that serves the shop imports it or has that login.

Must not go here: rows of a context (`tools.seeding`, migrations), and code that runs while the shop serves requests.
"""
