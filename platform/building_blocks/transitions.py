"""Checks which state may follow which, for everything that has states."""

from collections.abc import Collection, Mapping

Transitions = Mapping[str, Collection[str]]
"""The states that may follow each state; every state is a key."""


class InvalidTransition(RuntimeError):
    """Raised if a state cannot follow the present one. This is a bug, or wrong data, which a person must examine."""


def check_transition(transitions: Transitions, old: str, new: str) -> None:
    """
    Check that one state may follow another.

    :raises InvalidTransition: it may not.
    """
    if new not in transitions[old]:
        raise InvalidTransition(f"{new} does not follow {old}")
