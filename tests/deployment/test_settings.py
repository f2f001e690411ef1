"""Settings in production mode: refused values, values derived from the domain, and secrets from files."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from config.mail import NoMailServer
from config.settings import DEVELOPMENT_SECRET
from observability.logs import JsonFormatter, TextFormatter

ROOT = Path(__file__).resolve().parent.parent.parent
VALID = {
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
        for name, value in (VALID | environment).items():
            monkeypatch.setenv(name, value)
        for name in [name for name in sys.modules if name.startswith("config.settings")]:
            monkeypatch.delitem(sys.modules, name)
        return vars(import_module("config.settings"))

    return read


class TestRefused:
    @pytest.mark.parametrize(
        ("environment", "message"),
        [
            ({"SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY: set at least 50 random characters"),
            ({"SECRET_KEY": "short"}, "SECRET_KEY: set at least 50 random characters"),
            ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE is /nowhere/key, which cannot be"),
            ({"DATABASE_URL": ""}, "DATABASE_URL: name the Postgres server"),
            ({"DOMAIN": "https://shop.example/"}, "DOMAIN is 'https://shop.example/': set a name such as"),
            ({"WEB_THREADS": "many"}, "WEB_THREADS is not valid: set a number"),
            ({"PAYMENT_PROVIDER": "strype"}, "PAYMENT_PROVIDER is 'strype': the only one is demo"),
            ({"EMAIL_URL": "mail.example"}, "EMAIL_URL is not valid: set smtp+tls://"),
            ({"COUPON_RATE_LIMIT": "20"}, "COUPON_RATE_LIMIT is not valid: set a rate such as 20/m"),
            ({"ORDER_RATE_LIMIT": "0/m"}, "ORDER_RATE_LIMIT is not valid: set a rate such as 20/m"),
            (
                {"CELERY_BROKER_URL": "rabbit.example:5672"},
                "CELERY_BROKER_URL is not valid: it must begin with redis://, rediss:// or amqp://",
            ),
            ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml': set it to json or lines"),
            ({"SIGN_UP_RATE_LIMIT": "5 an hour"}, "SIGN_UP_RATE_LIMIT is not valid: 20/m/ip is an example"),
            ({"SIGN_UP_RATE_LIMIT": "5/h/key"}, "SIGN_UP_RATE_LIMIT is not valid: 20/m/ip is an example"),
            ({"MODE": "prod"}, "MODE is 'prod': set it to production or development"),
        ],
    )
    def test_with_a_one_line_message(self, environment: dict[str, str], message: str, settings: Settings) -> None:
        with pytest.raises(ImproperlyConfigured) as error:
            settings(**environment)

        assert str(error.value).startswith(message)
        assert "\n" not in str(error.value)


class TestLimitsOfAccounts:
    def test_are_the_defaults_when_empty(self, settings: Settings) -> None:
        values = settings(SIGN_UP_RATE_LIMIT="", EMAIL_CODE_RATE_LIMIT="1/m/key, 5/h/key")["ACCOUNT_RATE_LIMITS"]

        assert (values["signup"], values["confirm_email"]) == ("20/m/ip", "1/m/key,5/h/key")


class TestDomain:
    def test_is_the_only_host_and_requires_https(self, settings: Settings) -> None:
        values = settings()

        assert values["ALLOWED_HOSTS"] == ["shop.example"]
        assert values["SECURE_SSL_REDIRECT"]
        assert values["SESSION_COOKIE_SECURE"]
        assert values["SESSION_COOKIE_NAME"] == "__Secure-sessionid"
        assert values["SECURE_HSTS_SECONDS"] > 0

    def test_localhost_does_not_require_https(self, settings: Settings) -> None:
        values = settings(DOMAIN="localhost")

        assert values["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1"]
        assert not values["SECURE_SSL_REDIRECT"]
        assert not values["SESSION_COOKIE_SECURE"]
        assert values["SESSION_COOKIE_NAME"] == "sessionid"
        assert values["SECURE_HSTS_SECONDS"] == 0

    def test_may_be_joined_by_other_hosts(self, settings: Settings) -> None:
        assert settings(ALLOWED_HOSTS="a.example,b.example")["ALLOWED_HOSTS"] == ["a.example", "b.example"]


class TestFiles:
    def test_hold_secrets_and_may_end_in_a_newline(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(f"{VALID['SECRET_KEY']}\n")
        (tmp_path / "url").write_text("postgresql://chief:pass@db.example/shop\n")

        values = settings(
            SECRET_KEY="",
            SECRET_KEY_FILE=str(tmp_path / "key"),
            DATABASE_URL="",
            DATABASE_URL_FILE=str(tmp_path / "url"),
        )

        assert values["SECRET_KEY"] == VALID["SECRET_KEY"]
        assert values["DATABASES"]["catalog"]["HOST"] == "db.example"

    def test_have_lower_priority_than_variables(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("of the file")

        assert settings(SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == VALID["SECRET_KEY"]


class TestMail:
    def test_goes_to_the_server_that_is_named(self, settings: Settings) -> None:
        values = settings(EMAIL_URL="smtp+tls://robin:pass%21@smtp.example:587")

        assert values["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
        assert (values["EMAIL_HOST"], values["EMAIL_PORT"], values["EMAIL_USE_TLS"]) == ("smtp.example", 587, True)
        assert (values["EMAIL_HOST_USER"], values["EMAIL_HOST_PASSWORD"]) == ("robin", "pass!")

    def test_is_refused_without_a_server_and_never_printed(self, settings: Settings) -> None:
        backend = import_string(settings()["EMAIL_BACKEND"])

        with pytest.raises(NoMailServer, match="EMAIL_URL is not set"):
            backend().send_messages([EmailMessage(to=["ada@example.com"])])


class TestLogs:
    @pytest.mark.parametrize("log_format", ["json", "lines"])
    def test_contain_no_error_text_in_either_format(self, log_format: str, settings: Settings) -> None:
        logging = settings(LOG_FORMAT=log_format)["LOGGING"]
        formatter = import_string(logging["formatters"][logging["handlers"]["stderr"]["formatter"]]["()"])

        assert formatter in (JsonFormatter, TextFormatter)

    def test_are_json_by_default(self, settings: Settings) -> None:
        assert settings()["LOGGING"]["handlers"]["stderr"]["formatter"] == "json"


class TestRateLimits:
    @pytest.mark.parametrize(
        ("text", "expected"), [("", (20, 60)), ("5/300s", (5, 300)), ("100/2h", (100, 7200)), ("1/d", (1, 86400))]
    )
    def test_are_a_count_and_a_period_in_seconds(
        self, text: str, expected: tuple[int, int], settings: Settings
    ) -> None:
        assert settings(COUPON_RATE_LIMIT=text)["COUPON_RATE_LIMIT"] == expected

    def test_can_be_off(self, settings: Settings) -> None:
        assert settings(ORDER_RATE_LIMIT="off")["ORDER_RATE_LIMIT"] is None


class TestCache:
    def test_is_shared_with_redis(self, settings: Settings) -> None:
        cache = settings(REDIS_URL="redis://redis:6379/0")["CACHES"]["default"]

        assert cache["BACKEND"].endswith("RedisWithMemoryFallback")
        assert cache["LOCATION"] == "redis://redis:6379/0"

    def test_is_local_to_each_process_without_redis(self, settings: Settings) -> None:
        assert settings()["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")


class TestASecondFactor:
    def test_is_required_of_administrators_except_when_disabled_or_in_development(self, settings: Settings) -> None:
        assert settings()["OPERATOR_SECOND_FACTOR"]
        assert not settings(OPERATOR_SECOND_FACTOR="false")["OPERATOR_SECOND_FACTOR"]
        assert not settings(MODE="development")["OPERATOR_SECOND_FACTOR"]
