"""
One database alias, schema and login per context: transactions, routing, system checks, time limits, bulk statements.

Must not go here: a table, a query on a context's table, and creating schemas and logins (`provisioning`).
"""
