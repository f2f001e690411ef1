"""
Basket's rules that need no database row: the price of a basket, and the check of a quantity.

Plain Python. Must not go here: Django, queries, calls of other contexts.
"""
