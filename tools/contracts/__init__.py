"""
The contracts between contexts, in generated and committed files: `make contracts`.

It reads the code and writes `contracts.json`, the context map and `config/subscriptions.json`. It checks that no
committed contract is broken and that READMEs name what the code declares. It runs on a developer's machine and in CI.

Must not go here: code that a process of the shop needs at run time. Of the files, processes read only
`config/subscriptions.json`.
"""
