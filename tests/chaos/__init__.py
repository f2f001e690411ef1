"""
`make chaos`: shoppers buy from a shop on the Celery bus while its processes are killed at random.

Afterwards `counting.py` lists what was lost, what happened twice and what is stuck; each list must be empty.
"""
