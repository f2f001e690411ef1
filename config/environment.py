"""Reads settings from environment variables, or from files that they name. An invalid value is an error of one line."""

import re
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Variables(FileAwareMapping):  # type: ignore[misc]  # django-environ has no types
    """The variables. A value takes precedence over the file in `<NAME>_FILE`, whose content is stripped."""

    def __getitem__(self, name: str) -> str:
        if value := self.env.get(name):
            return str(value)
        if path := self.env.get(f"{name}_FILE"):
            return _content(name, Path(path))
        return str(self.env[name])


class Environment(FileAwareEnv):  # type: ignore[misc]
    """`environ.Env`, with values from files, rates, and errors that do not contain the value."""

    ENVIRON = _Variables()

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """
        Return the value of a variable.

        :raises ImproperlyConfigured: the value is not valid. The error does not quote it, since it may be secret.
        """
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError:
            raise ImproperlyConfigured(f"{var} is not valid: set a number") from None

    def rate(self, var: str, *, default: str) -> tuple[int, int] | None:
        """
        Return a rate limit as a number of times and a number of seconds, or None if it is off.

        :raises ImproperlyConfigured: the value is neither a rate nor "off".
        """
        value = self.str(var, default="") or default
        if value == "off":
            return None
        rate = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})?([smhd])", value)
        if rate is None:
            raise ImproperlyConfigured(f"{var} is not valid: set a rate such as 20/m or 5/300s, or off")
        return int(rate[1]), int(rate[2] or 1) * SECONDS[rate[3]]

    def rates(self, var: str, *, default: str, per: str = "ip|key") -> str:
        """
        Return rate limits in the format of allauth, or the default if the variable is empty.

        :param per: what limits may count by: "ip" (client address), "key" (e-mail address), or both as "ip|key".
        :raises ImproperlyConfigured: the value is not a list of such limits.
        """
        value = str(self.str(var, default="") or default).replace(" ", "")
        pattern = rf"[1-9]\d*/([1-9]\d*)?[smhd]/({per})"
        if not re.fullmatch(rf"{pattern}(,{pattern})*", value):
            raise ImproperlyConfigured(f"{var} is not valid: {default} is an example")
        return value

    def mail_server(self, var: str) -> dict[str, Any]:
        """
        Return Django's settings for the mail server whose URL is in the variable.

        :raises ImproperlyConfigured: the value is not the URL of a mail server.
        """
        try:
            return dict(self.email_url_config(self.str(var)))
        except (ImproperlyConfigured, ValueError):
            raise ImproperlyConfigured(f"{var} is not valid: set smtp+tls://user:password@host:587") from None


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE is {path}, which cannot be read: {error.strerror}") from None
