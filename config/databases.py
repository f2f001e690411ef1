"""The databases: one alias, schema and login per context, derived from the administrator's URL or set one by one."""

import hashlib
import hmac
from typing import Any

from environ import Env

from config.contexts import SCHEMAS


def database_settings(env: Env, *, administrator_url: str, secret: str, threads: int) -> dict[str, Any]:
    """
    Return Django's DATABASES.

    :param administrator_url: the server and database; only `manage.py provision` uses its login.
    :param secret: the passwords that are not set are derived from it.
    :param threads: how many threads of a process may hold a connection at once. With a smaller pool, two requests
        could wait for each other's connections.
    """
    pool = {"min_size": 0, "max_size": threads, "timeout": 10}
    return {
        alias: _pooled(_database(env, login, administrator_url=administrator_url, secret=secret), pool)
        for alias, login in SCHEMAS.items()
    }


def password_of(env: Env, login: str, *, secret: str) -> str:
    """Return the password of a context's login: `<LOGIN>_DATABASE_PASSWORD[_FILE]`, or one derived from the secret."""
    derived = hmac.new(secret.encode(), f"database login {login}".encode(), hashlib.sha256).hexdigest()
    # The password of each context's login. Empty: derived from SECRET_KEY.
    return str(env.str(f"{login.upper()}_DATABASE_PASSWORD", default=derived))


def _database(env: Env, login: str, *, administrator_url: str, secret: str) -> dict[str, Any]:
    # The database of each context, if it is on another server. Empty: DATABASE_URL, with the context's login.
    if own := env.str(f"{login.upper()}_DATABASE_URL", default=""):
        return dict(env.db_url_config(own))
    shared = dict(env.db_url_config(administrator_url))
    return shared | {"USER": login, "PASSWORD": password_of(env, login, secret=secret)}


def _pooled(database: dict[str, Any], pool: dict[str, int]) -> dict[str, Any]:
    # A statement is prepared once a connection has executed it twice, which halves the work of Postgres for a purchase.
    # Behind a pooler that switches connections between transactions, both must be off.
    prepared = {"server_side_binding": True, "prepare_threshold": 2}
    options = database.get("OPTIONS", {}) | prepared | {"pool": pool}
    return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
