"""
The interface, values, errors and messages of basket that other contexts may import: plain Python, no Django.

A contract with other contexts, which only additions may change. Must not go here: rows, rules, helpers, packages.
"""
