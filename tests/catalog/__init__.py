"""
The tests of catalog's rules, use cases and API.

They use only catalog's tables, as `databases=["catalog"]` checks. Tests of operators' pages are in `tests/admin`,
tests across contexts in `tests/journeys`.
"""
