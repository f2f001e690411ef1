"""Helpers for the tests of identity: a client of its API, and the codes of its e-mails."""

import re
from dataclasses import dataclass
from typing import Any

from django.core import mail
from django.test import Client

PREFIX = "/api/v1/identity"
EMAIL, PASSWORD = "robin@example.com", "a-basket-of-apples"


@dataclass(frozen=True)
class Visitor:
    """
    A client of identity's API.

    :param access_token: of a signed-in user; "" for none.
    :param session_token: of a flow that has started; "" for none.
    """

    access_token: str = ""
    session_token: str = ""

    def get(self, path: str) -> Any:
        return Client().get(f"{PREFIX}/{path}", headers=self._headers())

    def post(self, path: str, body: Any) -> Any:
        return Client().post(f"{PREFIX}/{path}", body, "application/json", headers=self._headers())

    def patch(self, path: str, body: Any) -> Any:
        return Client().patch(f"{PREFIX}/{path}", body, "application/json", headers=self._headers())

    def put(self, path: str, body: Any) -> Any:
        return Client().put(f"{PREFIX}/{path}", body, "application/json", headers=self._headers())

    def delete(self, path: str) -> Any:
        return Client().delete(f"{PREFIX}/{path}", headers=self._headers())

    def begin_sign_up(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.post("app/v1/auth/signup", {"email": email, "password": password})

    def sign_up(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        """Sign up, enter the code of the e-mail, and return the response to that."""
        return visitor_after(self.begin_sign_up(email, password)).verify(emailed_code(email))

    def verify(self, code: str) -> Any:
        return self.post("app/v1/auth/email/verify", {"key": code})

    def request_password_reset(self, email: str = EMAIL) -> Any:
        return self.post("app/v1/auth/password/request", {"email": email})

    def reset_password(self, code: str, password: str) -> Any:
        return self.post("app/v1/auth/password/reset", {"key": code, "password": password})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.post("app/v1/auth/login", {"email": email, "password": password})

    def refresh(self, refresh_token: str) -> Any:
        return self.post("app/v1/tokens/refresh", {"refresh_token": refresh_token})

    def sign_out(self) -> Any:
        return self.delete("app/v1/auth/session")

    def _headers(self) -> dict[str, str]:
        tokens = {"Authorization": self.access_token and f"Bearer {self.access_token}"}
        tokens["X-Session-Token"] = self.session_token
        return {name: token for name, token in tokens.items() if token}


def visitor_after(response: Any) -> Visitor:
    """Return the client that continues after a response: signed in, or within the flow that it started."""
    meta = response.json()["meta"]
    return Visitor(meta["access_token"]) if "access_token" in meta else Visitor(session_token=meta["session_token"])


def emailed_code(email: str = EMAIL) -> str:
    """Return the code of the last e-mail to this address."""
    *_, last = (str(message.body) for message in mail.outbox if message.to == [email.lower()])
    (code,) = re.findall(r"^ +([A-Z]{4}-[A-Z]{4})$", last, re.M)
    return str(code)
