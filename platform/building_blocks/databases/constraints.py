"""Which constraint a write has violated: by its name, since an error's text may change and quotes what was written."""

from django.db import IntegrityError
from psycopg import errors


def violated_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that Postgres refused a write by; empty where it names none."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, errors.IntegrityError) else ""
