"""
What other contexts may import of catalog: its interface, commands, events, values and errors.

A contract with other contexts, which only additions may change. Plain Python, without subpackages.
Must not go here: Django, rows, rules, helpers.
"""
