"""
A shop on the Celery bus, bought from by shoppers while its processes are killed at random: `make chaos`.

Afterwards `counting.py` says what was lost, what happened twice and what is stuck; each must be nothing.
"""
