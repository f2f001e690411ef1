"""Store the roles of operators as groups."""

from collections.abc import Collection, Mapping

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from contexts.identity.db import atomic, database


class UnknownPermission(LookupError):
    """A role names a permission that no app has: the settings are wrong."""


def sync_roles(roles: Mapping[str, Collection[str]]) -> None:
    """
    Create or update a group for each role, with exactly these permissions; repeated calls are harmless.

    :param roles: each role's name with its permissions, such as "catalog.change_product".
    :raises UnknownPermission: a permission does not exist.
    """
    required = {name for permissions in roles.values() for name in permissions}
    for app in sorted({name.partition(".")[0] for name in required}):
        # Django creates permissions app by app after migrating; those of later apps do not exist yet.
        create_permissions(apps.get_app_config(app), verbosity=0, using=database.alias)
    with atomic():
        existing = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related()}
        if unknown := sorted(required - existing.keys()):
            raise UnknownPermission(f"no app has the permissions {', '.join(unknown)}: see OPERATOR_ROLES")
        for role, permissions in roles.items():
            group, _ = Group.objects.get_or_create(name=role)
            group.permissions.set([existing[name] for name in permissions])
