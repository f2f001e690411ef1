"""Models and migrations agree, migrations stay within their database, and every database has all its migrations."""

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, migrations, models, router
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from building_blocks.databases.router import IN_EVERY_CONTEXT


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


class TestModels:
    def test_have_a_migration_for_every_change(self, loader: MigrationLoader) -> None:
        assert unmigrated(loader, ProjectState.from_apps(apps)) == {}

    def test_a_missing_migration_is_reported(self, loader: MigrationLoader) -> None:
        changed = ProjectState.from_apps(apps)
        changed.add_field("catalog", "brand", "example", models.TextField(default=""), preserve_default=True)

        assert unmigrated(loader, changed) == {"catalog": ["Add field example to brand"]}


class TestMigrations:
    def test_depend_only_on_apps_of_their_own_database(self, loader: MigrationLoader) -> None:
        assert list(cross_database_dependencies(loader.disk_migrations.values())) == []

    @pytest.mark.parametrize(
        ("app", "dependency"),
        [("basket", "catalog"), ("ordering", "auth"), ("catalog", "messaging"), ("messaging", "catalog")],
    )
    def test_that_depend_on_another_are_reported(self, app: str, dependency: str) -> None:
        class Example(migrations.Migration):
            dependencies = [(dependency, "0001_initial")]

        assert list(cross_database_dependencies([Example("0002_example", app)])) == [
            f"{app}.0002_example depends on {dependency}"
        ]


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("alias", settings.DATABASES)
class TestADatabase:
    def test_has_every_migration(self, alias: str) -> None:
        assert missing(alias) == []

    def test_a_missing_migration_is_reported(self, alias: str) -> None:
        recorder = MigrationRecorder(connections[alias])
        app, name = max(key for key in recorder.applied_migrations() if router.allow_migrate(alias, key[0]))
        recorder.record_unapplied(app, name)

        assert missing(alias) == [f"{app}.{name}"]


def unmigrated(loader: MigrationLoader, state: ProjectState) -> dict[str, list[str]]:
    """Return for each app the operations that `makemigrations` would write."""
    changes = MigrationAutodetector(loader.project_state(), state).changes(graph=loader.graph)
    return {
        app: [operation.describe() for migration in app_migrations for operation in migration.operations]
        for app, app_migrations in changes.items()
    }


def cross_database_dependencies(all_migrations: Iterable[migrations.Migration]) -> Iterator[str]:
    for migration in all_migrations:
        for app, _ in [*migration.dependencies, *migration.run_before]:
            if database_of(app) != database_of(migration.app_label):
                yield f"{migration} depends on {app}"


def database_of(app: str) -> str:
    if app in IN_EVERY_CONTEXT:
        return "every context"
    if app == "__setting__":  # a migration that points at AUTH_USER_MODEL
        app = settings.AUTH_USER_MODEL.partition(".")[0]
    return str(settings.ALIAS_OF_APP.get(app, settings.IDENTITY))


def missing(alias: str) -> list[str]:
    executor = MigrationExecutor(connections[alias])
    targets = [leaf for leaf in executor.loader.graph.leaf_nodes() if router.allow_migrate(alias, leaf[0])]
    return [str(migration) for migration, _ in executor.migration_plan(targets)]
