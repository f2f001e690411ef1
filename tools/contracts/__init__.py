"""
What contexts promise each other, in files that are generated and committed: `make contracts`.

It reads the code and writes about it, at a developer's desk and in CI. No process of the shop needs any of this to
run; the one file that they read is `config/subscriptions.json`.
"""
