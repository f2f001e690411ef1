"""Readiness: whether every database answers."""

from django.conf import settings

from building_blocks.databases.query_all import query_all


def unreachable_databases() -> list[str]:
    """Return the aliases whose database does not answer within two seconds."""
    return [alias for alias, row in query_all("SELECT 1", settings.SCHEMAS).items() if row is None]
