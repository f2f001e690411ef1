"""The databases: one alias, schema and login per context, derived from one administrator's URL or named one by one."""

import hashlib
import hmac
from typing import Any

from environ import Env

from config.contexts import SCHEMAS


def database_settings(env: Env, *, administrator_url: str, secret: str, threads: int) -> dict[str, Any]:
    """
    Return Django's DATABASES.

    :param administrator_url: names the server and database; its login is used by `manage.py provision` alone.
    :param secret: what passwords derive from, where none is given.
    :param threads: how many threads of a process may hold a connection at once. A smaller pool lets two
        requests wait for each other's connections.
    """
    pool = {"min_size": 0, "max_size": threads, "timeout": 10}
    return {
        alias: _pooled(_database(env, login, administrator_url=administrator_url, secret=secret), pool)
        for alias, login in SCHEMAS.items()
    }


def password_of(env: Env, login: str, *, secret: str) -> str:
    """Return the password of a context's login: `<LOGIN>_DATABASE_PASSWORD[_FILE]`, else one made from the secret."""
    derived = hmac.new(secret.encode(), f"database login {login}".encode(), hashlib.sha256).hexdigest()
    # For each context. Empty: derived from SECRET_KEY.
    return str(env.str(f"{login.upper()}_DATABASE_PASSWORD", default=derived))


def _database(env: Env, login: str, *, administrator_url: str, secret: str) -> dict[str, Any]:
    # For each context, to have its data on a server of its own. Empty: DATABASE_URL, as the context's login.
    if own := env.str(f"{login.upper()}_DATABASE_URL", default=""):
        return dict(env.db_url_config(own))
    shared = dict(env.db_url_config(administrator_url))
    return shared | {"USER": login, "PASSWORD": password_of(env, login, secret=secret)}


def _pooled(database: dict[str, Any], pool: dict[str, int]) -> dict[str, Any]:
    # A statement that a connection has seen twice is prepared, which halves what Postgres spends on a purchase.
    # Behind a pooler that hands connections on between transactions, both must be off.
    prepared = {"server_side_binding": True, "prepare_threshold": 2}
    options = database.get("OPTIONS", {}) | prepared | {"pool": pool}
    return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
