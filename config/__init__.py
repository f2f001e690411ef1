"""
The code that puts the parts together: settings, URLs, the contexts and their databases, operators' roles, entry points.

`contexts` lists the contexts, `databases` configures a database for each, `environment` reads settings from environment
variables, `operators` has the roles and the menu, `mail` replaces a missing mail server, `apps` warns at start. `wsgi`,
`celery` and `management` are the entry points of processes.

Must not go here: rules of the shop, and code that handles a request or a message. No context and no package of
`platform` imports this one; they read its values from Django's settings.
"""
