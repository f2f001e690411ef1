"""
Identity's rules that need no database row: refresh tokens, the spelling of passwords, the limits of an address book.

Plain Python. Must not go here: Django, queries, calls of other contexts.
"""
