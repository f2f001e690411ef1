"""What the tests of identity share: somebody who has signed up, and clients that speak for them."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

PREFIX = "/api/v1/identity"
EMAIL, PASSWORD = "robin@example.com", "a-basket-of-apples"


@dataclass(frozen=True)
class Visitor:
    """Speaks to identity over HTTP, with an access token or without."""

    access_token: str = ""

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

    def sign_up(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.post("app/v1/auth/signup", {"email": email, "password": password})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.post("app/v1/auth/login", {"email": email, "password": password})

    def refresh(self, refresh_token: str) -> Any:
        return self.post("app/v1/tokens/refresh", {"refresh_token": refresh_token})

    def sign_out(self) -> Any:
        return self.delete("app/v1/auth/session")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
