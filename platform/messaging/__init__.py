"""
Events and commands: stored with the change that causes them, delivered at least once, handled once.

`publishing` writes a message to the sender's outbox, `relay` passes it to the `bus`, the `inbox` of each receiver
stores it and runs its handlers, and `dispatcher` runs both in a process; README.md has every file. `declare` is for the
classes in `published` packages, so it stays free of Django, as this file does.

Must not go here: anything about one context or one message, operators' pages, and, outside `buses`, any broker.
"""
