"""
Idempotency keys: a request that is sent twice has one effect and gets one answer.

`header` reads the key from a request, `keys` looks it up and claims it, `models` is the table, `retention` deletes old
rows. Each context has the table in its own schema, so a key commits with the effect of its request.

Must not go here: the effect itself, and the decision which operations need a key. Both belong to each context.
"""
