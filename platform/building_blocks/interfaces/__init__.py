"""
Published interfaces: how one context calls another.

`declare` is for `published` packages and stays free of Django, as this file does; `binding` connects an
interface with its facade, in `apps.py`, and with its callers, in `neighbours.py`; `wire` is how a call travels.
"""
