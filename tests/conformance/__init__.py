"""
The promises of every bus, tested on the one that `--bus` names; senders and receivers are real processes.

A test publishes probes, injects faults, and checks which probes each context has recorded in its table. Tests do not
depend on how messages travel: `buses` has that, and starts and kills the broker.
"""
