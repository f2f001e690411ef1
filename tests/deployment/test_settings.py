"""Settings in production mode: what is refused at start, what follows from the domain, and secrets out of files."""

import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from config.mail import NoMailServer
from config.settings import DEVELOPMENT_SECRET
from telemetry.logs import JsonLines, ReadableLines

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "MODE": "production",
    "SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DATABASE_URL": "postgresql://postgres:5432/markethall",
    "DOMAIN": "shop.example",
}


Settings = Callable[..., dict[str, Any]]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a function that returns the settings as a new process would have them."""

    def read(**environment: str) -> dict[str, Any]:
        for name in os.environ:
            monkeypatch.delenv(name)
        for name, value in (GOOD | environment).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return read


class TestRefused:
    @pytest.mark.parametrize(
        ("environment", "says"),
        [
            ({"SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY: set at least 50 random characters"),
            ({"SECRET_KEY": "short"}, "SECRET_KEY: set at least 50 random characters"),
            ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE is /nowhere/key, which cannot be"),
            ({"DATABASE_URL": ""}, "DATABASE_URL: name the Postgres server"),
            ({"DOMAIN": "https://shop.example/"}, "DOMAIN is 'https://shop.example/': set a name such as"),
            ({"WEB_THREADS": "many"}, "WEB_THREADS does not fit: a number is needed"),
            ({"PAYMENT_PROVIDER": "strype"}, "PAYMENT_PROVIDER is 'strype': there is none but demo"),
            ({"EMAIL_URL": "mail.example"}, "EMAIL_URL does not fit: smtp+tls://"),
            ({"COUPON_RATE_LIMIT": "20"}, "COUPON_RATE_LIMIT does not fit: a rate such as 20/m"),
            ({"ORDER_RATE_LIMIT": "0/m"}, "ORDER_RATE_LIMIT does not fit: a rate such as 20/m"),
            (
                {"CELERY_BROKER_URL": "rabbit.example:5672"},
                "CELERY_BROKER_URL does not fit: redis://, rediss:// or amqp://",
            ),
            ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml': set it to json or lines"),
            ({"SIGN_UP_RATE_LIMIT": "5 an hour"}, "SIGN_UP_RATE_LIMIT does not fit: 20/m/ip is an example"),
            ({"SIGN_UP_RATE_LIMIT": "5/h/key"}, "SIGN_UP_RATE_LIMIT does not fit: 20/m/ip is an example"),
            ({"MODE": "prod"}, "MODE is 'prod': set it to production or development"),
        ],
    )
    def test_with_one_line_that_says_what_to_set(
        self, environment: dict[str, str], says: str, settings: Settings
    ) -> None:
        with pytest.raises(ImproperlyConfigured) as refusal:
            settings(**environment)

        assert str(refusal.value).startswith(says)
        assert "\n" not in str(refusal.value)


class TestLimitsOfAccounts:
    def test_are_the_usual_ones_where_they_are_left_empty(self, settings: Settings) -> None:
        found = settings(SIGN_UP_RATE_LIMIT="", EMAIL_CODE_RATE_LIMIT="1/m/key, 5/h/key")["ACCOUNT_RATE_LIMITS"]

        assert (found["signup"], found["confirm_email"]) == ("20/m/ip", "1/m/key,5/h/key")


class TestDomain:
    def test_is_the_only_host_and_wants_https(self, settings: Settings) -> None:
        found = settings()

        assert found["ALLOWED_HOSTS"] == ["shop.example"]
        assert found["SECURE_SSL_REDIRECT"]
        assert found["SESSION_COOKIE_SECURE"]
        assert found["SESSION_COOKIE_NAME"] == "__Secure-sessionid"
        assert found["SECURE_HSTS_SECONDS"] > 0

    def test_of_the_own_machine_does_with_http(self, settings: Settings) -> None:
        found = settings(DOMAIN="localhost")

        assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1"]
        assert not found["SECURE_SSL_REDIRECT"]
        assert not found["SESSION_COOKIE_SECURE"]
        assert found["SESSION_COOKIE_NAME"] == "sessionid"
        assert found["SECURE_HSTS_SECONDS"] == 0

    def test_may_be_joined_by_other_hosts(self, settings: Settings) -> None:
        assert settings(ALLOWED_HOSTS="a.example,b.example")["ALLOWED_HOSTS"] == ["a.example", "b.example"]


class TestFiles:
    def test_hold_secrets_and_may_end_in_a_newline(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(f"{GOOD['SECRET_KEY']}\n")
        (tmp_path / "url").write_text("postgresql://chief:pass@db.example/shop\n")

        found = settings(
            SECRET_KEY="",
            SECRET_KEY_FILE=str(tmp_path / "key"),
            DATABASE_URL="",
            DATABASE_URL_FILE=str(tmp_path / "url"),
        )

        assert found["SECRET_KEY"] == GOOD["SECRET_KEY"]
        assert found["DATABASES"]["catalog"]["HOST"] == "db.example"

    def test_come_after_what_is_set_itself(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("of the file")

        assert settings(SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == GOOD["SECRET_KEY"]


class TestMail:
    def test_goes_to_the_server_that_is_named(self, settings: Settings) -> None:
        found = settings(EMAIL_URL="smtp+tls://robin:pass%21@smtp.example:587")

        assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
        assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("smtp.example", 587, True)
        assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("robin", "pass!")

    def test_is_refused_where_none_is_and_never_printed(self, settings: Settings) -> None:
        backend = import_string(settings()["EMAIL_BACKEND"])

        with pytest.raises(NoMailServer, match="EMAIL_URL is not set"):
            backend().send_messages([EmailMessage(to=["ada@example.com"])])


class TestLogs:
    @pytest.mark.parametrize("wanted", ["json", "lines"])
    def test_quote_no_error_in_either_format(self, wanted: str, settings: Settings) -> None:
        logging = settings(LOG_FORMAT=wanted)["LOGGING"]
        formatter = import_string(logging["formatters"][logging["handlers"]["stderr"]["formatter"]]["()"])

        assert formatter in (JsonLines, ReadableLines)

    def test_are_json_unless_said_otherwise(self, settings: Settings) -> None:
        assert settings()["LOGGING"]["handlers"]["stderr"]["formatter"] == "json"


class TestRateLimits:
    @pytest.mark.parametrize(
        ("said", "meant"), [("", (20, 60)), ("5/300s", (5, 300)), ("100/2h", (100, 7200)), ("1/d", (1, 86400))]
    )
    def test_are_so_many_in_so_many_seconds(self, said: str, meant: tuple[int, int], settings: Settings) -> None:
        assert settings(COUPON_RATE_LIMIT=said)["COUPON_RATE_LIMIT"] == meant

    def test_can_be_off(self, settings: Settings) -> None:
        assert settings(ORDER_RATE_LIMIT="off")["ORDER_RATE_LIMIT"] is None


class TestCache:
    def test_is_shared_where_there_is_a_redis(self, settings: Settings) -> None:
        cache = settings(REDIS_URL="redis://redis:6379/0")["CACHES"]["default"]

        assert cache["BACKEND"].endswith("RedisElseMemory")
        assert cache["LOCATION"] == "redis://redis:6379/0"

    def test_is_each_process_s_own_elsewhere(self, settings: Settings) -> None:
        assert settings()["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")


class TestASecondFactor:
    def test_is_asked_of_administrators_unless_it_is_said_otherwise_or_in_development(self, settings: Settings) -> None:
        assert settings()["OPERATOR_SECOND_FACTOR"]
        assert not settings(OPERATOR_SECOND_FACTOR="false")["OPERATOR_SECOND_FACTOR"]
        assert not settings(MODE="development")["OPERATOR_SECOND_FACTOR"]
