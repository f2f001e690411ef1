"""Names that operators use for the subjects of messages, such as the number of an order instead of its id."""

from collections.abc import Callable

from django.db import DatabaseError

Finder = Callable[[str], str | None]

_finders: list[Finder] = []


def subject_finder(find: Finder) -> Finder:
    """Register a function that returns the id of a subject by its name, so that operators can search by the name."""
    _finders.append(find)
    return find


def subject_for(name: str) -> str:
    """Return the id of the subject with this name, or the name itself if no finder returns an id."""
    for find in _finders:
        try:
            if subject := find(name):
                return subject
        except DatabaseError:
            continue
    return name
