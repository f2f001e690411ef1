"""The wiring of identity: interface, messages, audit log, roles, and allauth without a process-wide middleware."""

from allauth.account.apps import AccountConfig
from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate

from building_blocks.interfaces.binding import bind
from messaging.subscriptions import subscribe


class IdentityConfig(AppConfig):
    name = "contexts.identity"
    label = "identity"
    verbose_name = "People"
    default = True

    def ready(self) -> None:
        from contexts.identity import command_handlers
        from contexts.identity.adapters import audit
        from contexts.identity.facade import IdentityFacade
        from contexts.identity.published.interface import Identity

        bind(Identity, IdentityFacade)
        subscribe("identity", command_handlers)
        audit.connect_signals()
        post_migrate.connect(_sync_roles, sender=self)


def _sync_roles(*, using: str, **options: object) -> None:
    """Store the operators' roles after identity's tables are migrated; migrations of other databases are ignored."""
    from contexts.identity.use_cases.sync_roles import sync_roles

    if using == settings.IDENTITY:
        sync_roles(settings.OPERATOR_ROLES)


class AllauthAccountConfig(AccountConfig):  # type: ignore[misc]
    """
    allauth's accounts, without the requirement that its middleware wraps every request of the process.

    `api/delegation.py` wraps only allauth's views in it, so that a request for a product does not pay for it.
    """

    def ready(self) -> None:
        from allauth.account import checks  # noqa: F401 - importing registers them
