"""Django's checks report nothing in this project, and report mistakes in wrong ones."""

import subprocess
import sys
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from building_blocks.databases.checks import cross_database_relations
from config import settings as project
from tests.architecture.tree import ROOT

PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "0123456789-for-this-test-only-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "shop.example",
    "DATABASE_URL": "postgresql://administrator@database.example/markethall",
    "EMAIL_URL": "smtp://mail.example",
}


def test_django_reports_nothing() -> None:
    assert [message for message in run_checks() if not message.is_silenced()] == []


class TestARelation:
    @isolate_apps()
    @pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField])
    def test_to_a_row_of_another_context_is_an_error(self, kind: Any) -> None:
        model_here = model("Note", "basket", shelf=kind(model("Shelf", "catalog"), models.CASCADE))

        assert [error.msg for error in cross_database_relations(model_here)] == [
            f"The {kind.__name__} basket.Note.shelf points at catalog.Shelf: from basket to catalog."
        ]

    @isolate_apps()
    def test_to_many_rows_of_another_context_is_an_error(self) -> None:
        model_here = model("Note", "basket", shelves=models.ManyToManyField(model("Shelf", "catalog")))

        assert [error.id for error in cross_database_relations(model_here)] == ["databases.E002"]

    @isolate_apps()
    @pytest.mark.parametrize(("here", "there"), [("catalog", "messaging"), ("messaging", "catalog")])
    def test_to_a_table_that_every_context_has_is_an_error(self, here: str, there: str) -> None:
        model_here = model("Note", here, shelf=models.ForeignKey(model("Shelf", there), models.CASCADE))

        assert [error.id for error in cross_database_relations(model_here)] == ["databases.E002"]

    @isolate_apps()
    def test_within_a_context_is_allowed(self) -> None:
        model_here = model("Note", "catalog", shelf=models.ForeignKey(model("Shelf", "catalog"), models.CASCADE))

        assert list(cross_database_relations(model_here)) == []


def test_django_runs_our_checks() -> None:
    """In a separate process, because importing the checks, as this module does, registers them."""
    script = (
        "import sys; sys.path.insert(0, 'platform')\n"
        "from config import settings\n"
        "from django.core.management import execute_from_command_line\n"
        "del settings.ALIAS_OF_APP['basket']\n"
        "settings.ALIAS_OF_APP['identity'] = 'catalog'\n"
        "execute_from_command_line(['manage.py', 'check'])"
    )
    result = run("-c", script, **PRODUCTION, DJANGO_SETTINGS_MODULE="config.settings")

    assert "contexts.basket has tables, but no database." in result.stderr
    assert "identity.User.groups points at auth.Group: from catalog to default." in result.stderr


class TestInProduction:
    def test_a_complete_environment_satisfies_djangos_deployment_checks(self) -> None:
        result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

        assert (result.returncode, result.stderr) == (0, "")

    def test_an_environment_without_a_host_does_not(self) -> None:
        result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION | {"ALLOWED_HOSTS": ""})

        assert result.returncode == 1
        assert "security.W020" in result.stderr

    @pytest.mark.parametrize(
        ("environment", "message"),
        [
            ({"SECRET_KEY": ""}, "SECRET_KEY: set at least 50 random characters"),
            ({"SECRET_KEY": "too short"}, "SECRET_KEY: set at least 50 random characters"),
            ({"SECRET_KEY": project.DEVELOPMENT_SECRET}, "SECRET_KEY: set at least 50 random characters"),
            ({"DATABASE_URL": ""}, "DATABASE_URL: name the Postgres server"),
            ({"MODE": "prod"}, "MODE is 'prod': set it to production or development"),
            ({"MODE": "", "SECRET_KEY": ""}, "MODE is ''"),
        ],
    )
    def test_a_wrong_environment_is_refused_in_one_line(self, environment: dict[str, str], message: str) -> None:
        result = manage("check", **PRODUCTION | environment)

        assert result.returncode == 1
        assert result.stderr.startswith(message)
        assert result.stderr.count("\n") == 1

    def test_is_the_default_mode(self) -> None:
        assert manage("check").stderr.startswith("SECRET_KEY")


def model(name: str, app: str, **fields: "models.Field[Any, Any]") -> type[models.Model]:
    """Create a model of an app, only in the registry of the test."""
    meta = type("Meta", (), {"app_label": app})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("manage.py", *arguments, **environment)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with only this environment."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
