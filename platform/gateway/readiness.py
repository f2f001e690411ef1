"""Whether the databases answer, which a load balancer asks before it sends anybody here."""

from django.conf import settings

from building_blocks.databases.asking import ask_databases


def silent_databases() -> list[str]:
    """Return the aliases whose database lets nobody in within two seconds."""
    return [alias for alias, answer in ask_databases("SELECT 1", settings.SCHEMAS).items() if answer is None]
