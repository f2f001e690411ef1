"""
The adaptations of allauth, which implements sign-up and sign-in; also tokens, signing keys, password hashing and the
audit log.

allauth calls most of these classes through its settings (`config/settings/accounts.py`). The only package, with
`admin/second_factor.py`, that imports `internal` modules of allauth; a test lists each of them.
Must not go here: endpoints (`api/`), rules that need no row (`domain/`).
"""
