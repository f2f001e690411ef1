"""Our documentation of allauth's endpoints, compared with their responses."""

from typing import Any

import msgspec
import pytest
from allauth.mfa.totp.internal import auth
from drf_spectacular.generators import SchemaGenerator

from contexts.identity.api.allauth_responses import (
    AuthenticatedResponse,
    AuthenticationRequiredResponse,
    EmailAddressesResponse,
    ErrorResponse,
    SecondFactorResponse,
    SecondFactorsResponse,
    StatusResponse,
    TokenRefreshResponse,
    TotpNotFoundResponse,
)
from contexts.identity.api.representations import PublicKeys
from tests.identity.conftest import PASSWORD, PREFIX, Visitor, emailed_code, visitor_after
from web_api.openapi import Problem


def _matches(response: Any, type_: type) -> bool:
    """Return whether a response has exactly the fields of the documented type."""
    return bool(msgspec.to_builtins(msgspec.json.decode(response.content, type=type_)) == response.json())


@pytest.mark.django_db
def test_responses_match_their_documentation() -> None:
    signed_up = Visitor().sign_up()
    tokens = signed_up.json()["meta"]
    me = Visitor(tokens["access_token"])

    assert _matches(signed_up, AuthenticatedResponse)
    assert _matches(Visitor().begin_sign_up(), AuthenticationRequiredResponse)
    assert _matches(Visitor().begin_sign_up(password="short"), ErrorResponse)
    assert _matches(Visitor().sign_in(), AuthenticatedResponse)
    assert _matches(Visitor().sign_in(password="wrong"), ErrorResponse)
    assert _matches(me.sign_in(), ErrorResponse)
    assert _matches(me.get("app/v1/auth/session"), AuthenticatedResponse)
    assert _matches(Visitor().get("app/v1/auth/session"), AuthenticationRequiredResponse)
    assert _matches(Visitor().refresh(tokens["refresh_token"]), TokenRefreshResponse)
    assert _matches(Visitor().refresh("made-up"), Problem)
    assert _matches(Visitor().refresh(""), ErrorResponse)
    assert _matches(me.sign_out(), AuthenticationRequiredResponse)
    assert _matches(Visitor().get(".well-known/jwks.json"), PublicKeys)


@pytest.mark.django_db
def test_responses_about_an_account_match_their_documentation() -> None:
    account = "app/v1/account"
    me = visitor_after(Visitor().sign_up())

    refused = me.post(f"{account}/email", {"email": "robin@example.org"})
    assert (refused.status_code, _matches(refused, AuthenticationRequiredResponse)) == (401, True)
    assert _matches(me.post("app/v1/auth/reauthenticate", {"password": PASSWORD}), AuthenticatedResponse)
    assert _matches(me.post("app/v1/auth/reauthenticate", {"password": "wrong"}), ErrorResponse)
    shown = me.get(f"{account}/authenticators/totp")
    assert _matches(shown, TotpNotFoundResponse)
    assert _matches(me.get(f"{account}/authenticators/recovery-codes"), StatusResponse)
    assert _matches(me.post(f"{account}/authenticators/recovery-codes", {}), ErrorResponse)
    secret = shown.json()["meta"]["secret"]
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    assert _matches(me.post(f"{account}/authenticators/totp", {"code": code}), SecondFactorResponse)
    assert _matches(Visitor().sign_in(), AuthenticationRequiredResponse)
    assert _matches(me.get(f"{account}/authenticators/totp"), SecondFactorResponse)
    assert _matches(me.get(f"{account}/authenticators"), SecondFactorsResponse)
    assert _matches(me.post(f"{account}/authenticators/recovery-codes", {}), SecondFactorResponse)
    codes = me.get(f"{account}/authenticators/recovery-codes")
    assert _matches(codes, SecondFactorResponse)
    unused_codes = codes.json()["data"]["unused_codes"]
    assert _matches(
        visitor_after(Visitor().sign_in()).post("app/v1/auth/2fa/authenticate", {"code": unused_codes[0]}),
        AuthenticatedResponse,
    )
    assert _matches(me.post("app/v1/auth/2fa/reauthenticate", {"code": unused_codes[1]}), AuthenticatedResponse)
    assert _matches(me.delete(f"{account}/authenticators/totp"), StatusResponse)
    assert _matches(me.post(f"{account}/email", {"email": "robin@example.org"}), EmailAddressesResponse)
    assert _matches(me.verify("BBBB-BBBB"), ErrorResponse)
    assert _matches(me.post("app/v1/auth/email/verify/resend", {}), StatusResponse)
    assert _matches(me.verify(emailed_code("robin@example.org")), AuthenticatedResponse)
    assert _matches(me.get(f"{account}/email"), EmailAddressesResponse)
    assert _matches(me.verify("BBBB-BBBB"), ErrorResponse)
    passwords = {"current_password": PASSWORD, "new_password": PASSWORD + "!"}
    assert _matches(me.post(f"{account}/password/change", passwords), AuthenticatedResponse)
    reset = Visitor().request_password_reset("robin@example.org")
    assert _matches(reset, AuthenticationRequiredResponse)
    assert _matches(visitor_after(reset).reset_password("BBBB-BBBB", PASSWORD), ErrorResponse)
    assert _matches(
        visitor_after(reset).reset_password(emailed_code("robin@example.org"), PASSWORD), AuthenticationRequiredResponse
    )
    assert _matches(me.get(f"{account}/email"), AuthenticationRequiredResponse)


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
