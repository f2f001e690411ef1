"""
The tests of basket's rules, use cases and API.

They use only basket's tables, as `databases=["basket"]` checks; catalog is a stand-in (`catalog.py`). Tests of
operators' pages are in `tests/admin`, tests across contexts in `tests/journeys`.
"""
