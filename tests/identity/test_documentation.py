"""The documentation of allauth's endpoints is ours: here their answers are held to it."""

from typing import Any

import msgspec
import pytest
from drf_spectacular.generators import SchemaGenerator

from building_blocks.api.openapi import Problem
from contexts.identity.api.representations import NotAccepted, NotSignedIn, PublicKeys, Refreshed, SignedIn
from tests.identity.conftest import PREFIX, Visitor


def _fits(answer: Any, type_: type) -> bool:
    """Return whether the documented type holds all that was answered, and nothing is missing."""
    return bool(msgspec.to_builtins(msgspec.json.decode(answer.content, type=type_)) == answer.json())


@pytest.mark.django_db
def test_answers_are_as_documented() -> None:
    signed_up = Visitor().sign_up()
    tokens = signed_up.json()["meta"]
    me = Visitor(tokens["access_token"])

    assert _fits(signed_up, SignedIn)
    assert _fits(Visitor().sign_up(), NotAccepted)
    assert _fits(Visitor().sign_in(), SignedIn)
    assert _fits(Visitor().sign_in(password="wrong"), NotAccepted)
    assert _fits(me.sign_in(), NotAccepted)
    assert _fits(me.get("app/v1/auth/session"), SignedIn)
    assert _fits(Visitor().get("app/v1/auth/session"), NotSignedIn)
    assert _fits(Visitor().refresh(tokens["refresh_token"]), Refreshed)
    assert _fits(Visitor().refresh(tokens["refresh_token"]), Problem)
    assert _fits(Visitor().refresh(""), NotAccepted)
    assert _fits(me.sign_out(), NotSignedIn)
    assert _fits(Visitor().get(".well-known/jwks.json"), PublicKeys)


def test_every_operation_is_documented() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = {
        operation["operationId"]: operation
        for path, methods in schema["paths"].items()
        if path.startswith(PREFIX)
        for operation in methods.values()
    }

    assert set(operations) == {
        *("sign_up", "sign_in", "show_session", "sign_out", "refresh_tokens"),
        *("show_me", "change_me", "list_signing_keys"),
        *("list_addresses", "add_address", "show_address", "change_address", "remove_address"),
    }
    assert operations["show_me"]["security"] == [{"accessToken": []}]
    assert "security" not in operations["sign_in"] or operations["sign_in"]["security"] == [{}]
    assert schema["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"
