"""
What every bus must keep, tried on the one that `--bus` names, with senders and receivers that are real processes.

A test publishes probes, plants faults, and looks at what each context has recorded of them in a table of its own. It
knows nothing of how messages travel: that, and how a broker is started and killed, is in `buses`.
"""
