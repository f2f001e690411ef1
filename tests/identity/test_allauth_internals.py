"""The `internal` modules of allauth that production code imports: allauth may change them in any release."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REASONS = {
    "allauth.account.internal.flows.email_verification.consume_email_verification_rate_limit": (
        "a sign-up checks the limit of codes before it stores a user"
    ),
    "allauth.account.internal.flows.email_verification_by_code.EmailVerificationProcess": (
        "views read the pending verification of an address, and abort it"
    ),
    "allauth.account.internal.flows.login.get_authentication_records": (
        "the adapter checks whether the user has recently reauthenticated by the second factor"
    ),
    "allauth.account.internal.flows.login.record_authentication": (
        "setting up an app counts as a reauthentication by the second factor"
    ),
    "allauth.account.internal.flows.signup.prevent_enumeration": (
        "a sign-up that loses a race gets the response of a known address"
    ),
    "allauth.core.internal.cryptokit.compare_user_code": "codes are normalised, and compared in constant time",
    "allauth.headless.internal.restkit.response.ErrorResponse": "a taken address is refused in allauth's format",
    "allauth.mfa.recovery_codes.internal.auth.RecoveryCodes": "operators' pages create and check recovery codes",
    "allauth.mfa.totp.internal.auth.TOTP": "operators' pages store the secret of an app",
    "allauth.mfa.totp.internal.auth.format_hotp_value": "a code is checked against a given time step",
    "allauth.mfa.totp.internal.auth.generate_totp_secret": "operators' pages show a new secret",
    "allauth.mfa.totp.internal.auth.hotp_value": "a code is checked against a given time step",
}


def internal_imports(source: str) -> set[str]:
    """Return the full names that a module imports from `internal` packages of allauth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith("allauth.") and "internal" in name.split(".")}


def test_every_import_of_an_internal_module_has_a_reason_here() -> None:
    imported: set[str] = set()
    for folder in ("config", "contexts", "platform", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            imported |= internal_imports(path.read_text())

    assert imported == set(REASONS)


def test_internal_modules_are_recognised_in_every_form_of_import() -> None:
    source = "import allauth.mfa.internal.flows\nfrom allauth.core import internal\nfrom allauth.mfa import models"

    assert internal_imports(source) == {"allauth.mfa.internal.flows", "allauth.core.internal"}
