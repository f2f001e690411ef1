"""
The tests of whole purchases, across all contexts, with the messages between them.

Not here: the rules of one context (`tests/<context>`), and operators' pages (`tests/admin`).
"""
