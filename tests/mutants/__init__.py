"""
Mutants: each takes one guard away in a copy of the project, and a test must notice. `make mutants` runs them all.

A guard that no test misses is a guard that somebody may lose without knowing.
"""
