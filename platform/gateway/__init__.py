"""
The gateway: the middleware that every request passes before a context's view runs, and the probes.

Screens composed of several contexts will be here too. Of a context, it may import only the package `published`.

Must not go here: a table, a rule of the shop, anything that a context could decide, and conventions that need the view,
such as parsing a body (`web_api`).
"""
