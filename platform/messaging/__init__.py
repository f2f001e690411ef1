"""
Events and commands: stored with the change that causes them, delivered at least once, handled once.

`declare` is for the classes in `published` packages and stays free of Django, as this file does. The way of
a message: `publish` writes it to the sender's outbox, `relay` hands it to the `bus`, the `inbox` of each
receiver keeps it and runs its handlers, `dispatcher` drives both ends within a process. It also lets `periodic` send
what is due by the clock, `retention` forget what is finished, and `standstill` put off what waits behind a dead one.
"""
