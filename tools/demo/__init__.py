"""`make demo`: the whole shop on this machine, in the foreground, until Ctrl-C."""
