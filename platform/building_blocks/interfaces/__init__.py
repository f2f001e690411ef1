"""
Published interfaces: how one context calls another and gets an answer at once.

`declare` is for `published` packages. `binding` connects an interface with its facade (`bind`, in `apps.py`) and with
its callers (`use`, in `neighbours.py`). `local` and `wire` are the transports that carry a call.

Must not go here: an interface of a context, and an import of Django in this file or in `declare`, because `published`
packages import both.
"""
