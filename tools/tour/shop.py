"""The customer's side: each request and answer is printed as it happens."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

SECRET_FIELDS = {"password", "number", "cvc", "payment_token"}
"""Fields that are not printed, so that people do not get used to seeing them."""

Print = Callable[[str], None]


class ShopUnreachable(Exception):
    """No shop answers; the message is one line with what to do."""


class RequestFailed(Exception):
    """The shop refused a request that should succeed; the message is one line."""


class Shop:
    """The API of the shop on this machine, as a customer uses it."""

    def __init__(self, host: str, port: int, show: Print) -> None:
        self.address = f"http://{host}:{port}"
        self._host, self._port, self._show = host, port, show
        self._access_token = ""

    def sign_in(self, email: str, password: str) -> None:
        credentials = {"email": email, "password": password}
        answer = self.request("POST", "/api/v1/identity/app/v1/auth/login", credentials)
        self._access_token = answer["meta"]["access_token"]

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """
        Send a request, print it and its answer, and return the decoded answer.

        :raises ShopUnreachable: no server listens there.
        :raises RequestFailed: the answer is an error.
        """
        self._show(f"  → {method} {path}")
        for name, value in headers.items():
            self._show(f"    {name.replace('_', '-')}: {value}")
        if body is not None:
            self._show(f"    {_redacted(body)}")
        began = time.monotonic()
        status, answer = self._send(method, path, body, headers)
        self._show(f"  ← {status} in {(time.monotonic() - began) * 1000:.0f} ms")
        return _checked(method, path, status, answer)

    def fetch(self, path: str) -> Any:
        """Return what is at a path, without printing it."""
        return _checked("GET", path, *self._send("GET", path, None, {}))

    def print_note(self, text: str) -> None:
        """Print the essence of the last answer."""
        self._show(f"    {text}")

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        all_headers = {name.replace("_", "-"): value for name, value in headers.items()} | {
            "Accept": "application/json"
        }
        if self._access_token:
            all_headers["Authorization"] = f"Bearer {self._access_token}"
        encoded_body = None
        if body is not None:
            encoded_body, all_headers["Content-Type"] = json.dumps(body), "application/json"
        connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
        try:
            connection.request(method, path, encoded_body, all_headers)
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise ShopUnreachable(
                f"No shop answers at {self.address}: start it with `make demo`, or name its port: PORT=8001 make tour."
            ) from error
        finally:
            connection.close()
        return response.status, json.loads(text) if text else None


def _checked(method: str, path: str, status: int, answer: Any) -> Any:
    if status >= http.client.BAD_REQUEST:
        detail = str(answer.get("detail") or answer) if isinstance(answer, dict) else str(answer)
        raise RequestFailed(f"{method} {path} was answered {status}: {detail}")
    return answer


def _redacted(body: Any) -> str:
    shown = {name: "…" if name in SECRET_FIELDS else value for name, value in body.items()}
    return json.dumps(shown, ensure_ascii=False)
