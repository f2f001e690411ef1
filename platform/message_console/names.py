"""What people call the things that messages are about: the number of an order rather than its id."""

from collections.abc import Callable

from django.db import DatabaseError

Finder = Callable[[str], str | None]

_finders: list[Finder] = []


def subject_finder(find: Finder) -> Finder:
    """Let stories be asked for by the names that the decorated function knows; it returns the id behind one."""
    _finders.append(find)
    return find


def subject_for(name: str) -> str:
    """Return the id of what bears this name, or the name itself where nobody knows it, or cannot tell now."""
    for find in _finders:
        try:
            if subject := find(name):
                return subject
        except DatabaseError:
            continue
    return name
