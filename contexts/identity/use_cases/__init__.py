"""
The changes of users, address books, second factors, sessions and roles: one module each, which opens its own
transaction.

`api/`, `admin/` and the command handlers call use cases. Must not go here: HTTP, subscriptions, changes that allauth
makes itself (sign-up, sign-in, passwords, e-mail addresses: `adapters/`).
"""
