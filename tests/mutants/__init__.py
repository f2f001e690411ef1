"""
Mutants: each removes one check from a copy of the project, and a test must fail. `make mutants` runs them all.

A check whose removal no test notices can be lost by accident. Code that runs tests belongs in `sandbox`, and each
other module lists mutants of one part of the shop. Nothing that other tests use must go here.
"""
