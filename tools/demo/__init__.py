"""
`make demo`: the whole shop on this machine, in the foreground, until Ctrl-C.

It starts Postgres and the web server, provisions the databases and seeds them.

Must not go here: the steps themselves, which are in `tools.local`, `provisioning` and `tools.seeding`.
"""
