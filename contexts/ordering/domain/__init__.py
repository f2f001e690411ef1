"""
Ordering's decisions that need no database: totals, statuses, order numbers, and the commands to itself.

Plain Python. Must not go here: Django, queries, calls of other systems.
"""
