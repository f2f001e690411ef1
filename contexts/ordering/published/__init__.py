"""
What other contexts may import from ordering: events and their values. Plain Python, no Django, one level deep.

A contract with other contexts, which only additions may change. Must not go here: models, rules, helpers.
"""
