"""
Throttling: how often a client may attempt something, and how much costly work a process does at once.

`requests` limits requests to an operation, `counting` counts attempts, `cache` stores the counts, `concurrency` limits
concurrent work.

Must not go here: the choice of limited operations (the contexts' `api/`, backoffice), and the limits (settings).
"""
