"""The environment as settings read it: values or the files that hold them, and one line for what does not fit."""

import re
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Variables(FileAwareMapping):  # type: ignore[misc]  # django-environ has no types
    """What is set comes before what `<NAME>_FILE` points at; white space around a file's content is its editor's."""

    def __getitem__(self, name: str) -> str:
        if value := self.env.get(name):
            return str(value)
        if path := self.env.get(f"{name}_FILE"):
            return _content(name, Path(path))
        return str(self.env[name])


class Environment(FileAwareEnv):  # type: ignore[misc]
    """Reads settings as `environ.Env` does."""

    ENVIRON = _Variables()

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """
        Return the value of a variable.

        :raises ImproperlyConfigured: with the variable's name, and never its value, which may be a secret.
        """
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError:
            raise ImproperlyConfigured(f"{var} does not fit: a number is needed") from None

    def rate(self, var: str, *, default: str) -> tuple[int, int] | None:
        """
        Return how many of something may be done within how many seconds, or None where the limit is off.

        :raises ImproperlyConfigured: it is neither a rate nor "off".
        """
        value = self.str(var, default="") or default
        if value == "off":
            return None
        rate = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})?([smhd])", value)
        if rate is None:
            raise ImproperlyConfigured(f"{var} does not fit: a rate such as 20/m or 5/300s is needed, or off")
        return int(rate[1]), int(rate[2] or 1) * SECONDS[rate[3]]

    def rates(self, var: str, *, default: str, per: str = "ip|key") -> str:
        """
        Return rate limits as allauth takes them, or the default where the variable is empty.

        :param per: what may be counted: "ip" the client's address, "key" the e-mail address; both with a bar between.
        :raises ImproperlyConfigured: it is no such list.
        """
        value = str(self.str(var, default="") or default).replace(" ", "")
        pattern = rf"[1-9]\d*/([1-9]\d*)?[smhd]/({per})"
        if not re.fullmatch(rf"{pattern}(,{pattern})*", value):
            raise ImproperlyConfigured(f"{var} does not fit: {default} is an example")
        return value

    def mail_server(self, var: str) -> dict[str, Any]:
        """
        Return Django's settings of the mail server whose URL a variable holds.

        :raises ImproperlyConfigured: it is no such URL.
        """
        try:
            return dict(self.email_url_config(self.str(var)))
        except (ImproperlyConfigured, ValueError):
            raise ImproperlyConfigured(f"{var} does not fit: smtp+tls://user:password@host:587 is needed") from None


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE is {path}, which cannot be read: {error.strerror}") from None
