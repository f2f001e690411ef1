"""The documentation of allauth's endpoints is ours: here their answers are held to it."""

from typing import Any

import msgspec
import pytest
from allauth.mfa.totp.internal import auth
from drf_spectacular.generators import SchemaGenerator

from building_blocks.api.openapi import Problem
from contexts.identity.api.answers import (
    Addresses,
    Done,
    FactorShown,
    FactorsShown,
    NoApp,
    NotAccepted,
    NotSignedIn,
    Refreshed,
    SignedIn,
)
from contexts.identity.api.representations import PublicKeys
from tests.identity.conftest import PASSWORD, PREFIX, Visitor, code_for, going_on


def _fits(answer: Any, type_: type) -> bool:
    """Return whether the documented type holds all that was answered, and nothing is missing."""
    return bool(msgspec.to_builtins(msgspec.json.decode(answer.content, type=type_)) == answer.json())


@pytest.mark.django_db
def test_answers_are_as_documented() -> None:
    signed_up = Visitor().sign_up()
    tokens = signed_up.json()["meta"]
    me = Visitor(tokens["access_token"])

    assert _fits(signed_up, SignedIn)
    assert _fits(Visitor().begin_sign_up(), NotSignedIn)
    assert _fits(Visitor().begin_sign_up(password="short"), NotAccepted)
    assert _fits(Visitor().sign_in(), SignedIn)
    assert _fits(Visitor().sign_in(password="wrong"), NotAccepted)
    assert _fits(me.sign_in(), NotAccepted)
    assert _fits(me.get("app/v1/auth/session"), SignedIn)
    assert _fits(Visitor().get("app/v1/auth/session"), NotSignedIn)
    assert _fits(Visitor().refresh(tokens["refresh_token"]), Refreshed)
    assert _fits(Visitor().refresh("made-up"), Problem)
    assert _fits(Visitor().refresh(""), NotAccepted)
    assert _fits(me.sign_out(), NotSignedIn)
    assert _fits(Visitor().get(".well-known/jwks.json"), PublicKeys)


@pytest.mark.django_db
def test_answers_about_an_account_are_as_documented() -> None:
    account = "app/v1/account"
    me = going_on(Visitor().sign_up())

    refused = me.post(f"{account}/email", {"email": "robin@example.org"})
    assert (refused.status_code, _fits(refused, NotSignedIn)) == (401, True)
    assert _fits(me.post("app/v1/auth/reauthenticate", {"password": PASSWORD}), SignedIn)
    assert _fits(me.post("app/v1/auth/reauthenticate", {"password": "wrong"}), NotAccepted)
    shown = me.get(f"{account}/authenticators/totp")
    assert _fits(shown, NoApp)
    assert _fits(me.get(f"{account}/authenticators/recovery-codes"), Done)
    assert _fits(me.post(f"{account}/authenticators/recovery-codes", {}), NotAccepted)
    secret = shown.json()["meta"]["secret"]
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    assert _fits(me.post(f"{account}/authenticators/totp", {"code": code}), FactorShown)
    assert _fits(Visitor().sign_in(), NotSignedIn)
    assert _fits(me.get(f"{account}/authenticators/totp"), FactorShown)
    assert _fits(me.get(f"{account}/authenticators"), FactorsShown)
    assert _fits(me.post(f"{account}/authenticators/recovery-codes", {}), FactorShown)
    codes = me.get(f"{account}/authenticators/recovery-codes")
    assert _fits(codes, FactorShown)
    spare = codes.json()["data"]["unused_codes"]
    assert _fits(going_on(Visitor().sign_in()).post("app/v1/auth/2fa/authenticate", {"code": spare[0]}), SignedIn)
    assert _fits(me.post("app/v1/auth/2fa/reauthenticate", {"code": spare[1]}), SignedIn)
    assert _fits(me.delete(f"{account}/authenticators/totp"), Done)
    assert _fits(me.post(f"{account}/email", {"email": "robin@example.org"}), Addresses)
    assert _fits(me.verify("BBBB-BBBB"), NotAccepted)
    assert _fits(me.post("app/v1/auth/email/verify/resend", {}), Done)
    assert _fits(me.verify(code_for("robin@example.org")), SignedIn)
    assert _fits(me.get(f"{account}/email"), Addresses)
    assert _fits(me.verify("BBBB-BBBB"), NotAccepted)
    passwords = {"current_password": PASSWORD, "new_password": PASSWORD + "!"}
    assert _fits(me.post(f"{account}/password/change", passwords), SignedIn)
    reset = Visitor().ask_for_a_password("robin@example.org")
    assert _fits(reset, NotSignedIn)
    assert _fits(going_on(reset).reset("BBBB-BBBB", PASSWORD), NotAccepted)
    assert _fits(going_on(reset).reset(code_for("robin@example.org"), PASSWORD), NotSignedIn)
    assert _fits(me.get(f"{account}/email"), NotSignedIn)


def test_every_operation_is_documented() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = {
        operation["operationId"]: operation
        for path, methods in schema["paths"].items()
        if path.startswith(PREFIX)
        for operation in methods.values()
    }

    assert set(operations) == {
        *("sign_up", "verify_email", "resend_email_code", "sign_in", "give_second_factor", "refresh_tokens"),
        *("show_session", "sign_out", "sign_out_everywhere", "reauthenticate", "reauthenticate_by_second_factor"),
        *("request_password_reset", "reset_password", "change_password", "show_email", "change_email"),
        *("list_second_factors", "show_app", "set_up_app", "remove_app", "show_recovery_codes", "renew_recovery_codes"),
        *("show_me", "change_me", "list_signing_keys"),
        *("list_addresses", "add_address", "show_address", "change_address", "remove_address"),
    }
    assert operations["show_me"]["security"] == [{"accessToken": []}]
    assert "security" not in operations["sign_in"] or operations["sign_in"]["security"] == [{}]
    assert schema["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"
