"""Recognising a violated constraint by its name: an error's text may change, and quotes the values."""

from django.db import IntegrityError
from psycopg import errors


def violated_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint for which Postgres refused a write, or "" if it names none."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, errors.IntegrityError) else ""
