"""docker-compose.yml: rights and restarts of every container, and the documentation of its settings."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.contexts import CONTEXTS
from observability import heartbeat
from tools.local import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
WORKERS = {f"worker-{context}" for context in CONTEXTS}
OWN_IMAGE = {"secrets", "provision", "web"} | WORKERS
RUN_ONCE = {"secrets", "provision"}
VARIABLES = set(re.findall(r"\$\{(\w+)", TEXT))

every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
class TestEveryService:
    def test_can_write_only_to_its_volumes(self, name: str) -> None:
        assert SERVICES[name]["read_only"] is True

    def test_has_no_capability_that_it_does_not_need(self, name: str) -> None:
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name].get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in SERVICES[name]

    def test_is_not_root(self, name: str) -> None:
        user = SERVICES[name]["user"].split(":")[0]
        assert user not in ("0", "root") or name == "caddy"
        assert (user == "10001") == (name in OWN_IMAGE)

    def test_restarts_unless_it_runs_once(self, name: str) -> None:
        assert SERVICES[name]["restart"] == ("no" if name in RUN_ONCE else "unless-stopped")

    def test_has_a_healthcheck(self, name: str) -> None:
        assert ("healthcheck" in SERVICES[name]) == (name not in RUN_ONCE)

    def test_has_resource_limits(self, name: str) -> None:
        assert {"mem_limit", "cpus", "pids_limit"} <= SERVICES[name].keys()
        assert SERVICES[name]["logging"]["options"]["max-size"]

    def test_names_its_image_by_major_version(self, name: str) -> None:
        image = SERVICES[name]["image"]
        assert image == "markethall:local" if name in OWN_IMAGE else re.fullmatch(r"[a-z]+:\d+", image)


class TestSecrets:
    def test_are_in_no_environment(self) -> None:
        for name, service in SERVICES.items():
            for variable, value in service.get("environment", {}).items():
                secret = re.search("SECRET|PASSWORD", variable) and not variable.endswith("_FILE")
                assert not secret or value == f"${{{variable}:-}}", f"{name}: {variable}"
                assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), f"{name}: {variable} holds a password"

    def test_are_not_in_the_example(self) -> None:
        assert example()["SECRET_KEY"] == example()["EMAIL_URL"] == ""

    def test_of_the_database_administrator_are_in_no_serving_container(self) -> None:
        holders = {name for name, service in SERVICES.items() if "database-secrets:" in str(service.get("volumes"))}
        assert holders == {"secrets", "postgres", "provision"}

    def test_are_never_in_the_image(self) -> None:
        ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        assert "*" in ignored
        assert {line for line in ignored if line.startswith("!")} == {
            f"!{name}"
            for name in ("config", "contexts", "deploy", "platform", "tools", "manage.py", "pyproject.toml", "uv.lock")
        }


class TestSettings:
    def test_are_all_in_the_example(self) -> None:
        assert set(example()) == VARIABLES

    def test_are_all_explained(self) -> None:
        explained = (ROOT / "docs/operations.md").read_text("utf-8")
        assert [name for name in sorted(VARIABLES) if f"| `{name}` |" not in explained] == []


def test_the_image_has_the_volumes_folders_owned_by_the_shop() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    made = re.findall(r"^ .*install -d -o 10001 -g 10001 (.*)$", image, re.MULTILINE)[0].split()
    copied = re.findall(r"^COPY --from=build (\S+) \1$", image, re.MULTILINE)
    written = {
        volume.split(":")[1]
        for name in OWN_IMAGE
        for volume in SERVICES[name].get("volumes", [])
        if not volume.endswith(":ro")
    }

    assert written == set(made)
    # The engine gives a copied folder to root; files inside keep their owner.
    assert all(any(folder.startswith(f"{around}/") for around in copied) for folder in written)


def test_postgres_has_the_settings_of_the_embedded_one_that_need_a_restart() -> None:
    command = SERVICES["postgres"]["command"]

    assert all(f"{name}={postgres.SETTINGS[name]}" in command for name in ("wal_level", "max_connections"))


class TestPictures:
    def test_are_written_only_by_the_web_process_into_a_separate_volume(self) -> None:
        holders = {name for name, service in SERVICES.items() if ":/srv/shop/pictures" in str(service.get("volumes"))}

        assert holders == {"web"}
        assert "pictures:/srv/shop/pictures" in SERVICES["web"]["volumes"]
        assert "pictures" in yaml.safe_load(TEXT)["volumes"]

    def test_are_in_the_backup(self) -> None:
        assert "/srv/shop/pictures" in (ROOT / "docs/operations.md").read_text("utf-8").partition("## Back up")[2]


class TestTraffic:
    def test_reaches_the_shop_only_through_caddy(self) -> None:
        assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]

    def test_comes_after_the_migrations(self) -> None:
        for name in {"web"} | WORKERS:
            assert SERVICES[name]["depends_on"]["provision"] == {"condition": "service_completed_successfully"}
        assert SERVICES["caddy"]["depends_on"]["web"] == {"condition": "service_healthy"}


class TestTheBus:
    def test_has_a_worker_for_each_context(self) -> None:
        for context in CONTEXTS:
            assert SERVICES[f"worker-{context}"]["command"] == ["--queues", context]
        assert {name for name in SERVICES if name.startswith("worker")} == WORKERS

    def test_is_the_same_one_for_all(self) -> None:
        for name in {"web"} | WORKERS:
            assert SERVICES[name]["environment"]["CELERY_BROKER_URL_FILE"] == "/secrets/shop/celery_broker_url"

    def test_gets_a_requests_messages_at_once(self) -> None:
        assert SERVICES["web"]["environment"]["DISPATCHER_THREADS"] == 1

    def test_persists_messages_and_rejects_rather_than_evicts(self) -> None:
        broker = " ".join(SERVICES["broker"]["command"])

        assert "--appendonly yes" in broker
        assert "--maxmemory-policy noeviction" in broker
        assert "broker:/data" in SERVICES["broker"]["volumes"]

    def test_is_not_needed_to_take_orders(self) -> None:
        assert "broker" not in SERVICES["web"]["depends_on"]
        assert all(SERVICES[name]["depends_on"]["broker"] == {"condition": "service_started"} for name in WORKERS)

    def test_checks_workers_by_their_heartbeat(self) -> None:
        for name in WORKERS:
            command = SERVICES[name]["healthcheck"]["test"][1]
            assert f"find /tmp/{heartbeat.FILE.name} -mmin -{heartbeat.MAX_AGE / 60}" in command

    def test_can_have_several_workers_of_a_context(self) -> None:
        assert not any({"ports", "container_name", "hostname"} & SERVICES[name].keys() for name in WORKERS)


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
