"""
Catalog's rules that need no database row: plausible stock changes, and the states of a reservation.

Plain Python. Must not go here: Django, queries, files and images (`adapters/`), text formats of forms (`admin/`).
"""
