"""Mutants of customers' accounts."""

from tests.mutants.mutant import Mutant, without

ACCOUNTS = "contexts/identity/adapters/accounts.py"
ALLAUTH_VIEWS = "contexts/identity/adapters/allauth_views.py"
UNVERIFIED = "tests/identity/test_unverified_accounts.py"
ENUMERATION = "tests/identity/test_account_enumeration.py"
TOTP, PLACES = "tests/identity/test_totp.py", "tests/permissions/test_credential_scope.py"
HASHING, MODELS = "tests/identity/test_password_hashing.py", "contexts/identity/models.py"

MUTANTS: list[Mutant] = [
    without(
        "verified accounts that are deleted",
        "contexts/identity/use_cases/delete_unverified_accounts.py",
        "~Exists(verified_addresses), ",
        killed_by=f"{UNVERIFIED}::test_a_verified_one_is_kept_even_without_a_sign_in",
    ),
    without(
        "accounts that are deleted while they may be verified",
        "contexts/identity/use_cases/delete_unverified_accounts.py",
        "created_at__lt=now - UNVERIFIED_RETENTION",
        "created_at__lt=now",
        killed_by=f"{UNVERIFIED}::test_a_recent_one_is_kept_and_can_be_verified",
    ),
    without(
        "operators that are deleted",
        "contexts/identity/use_cases/delete_unverified_accounts.py",
        "is_staff=False, ",
        killed_by=f"{UNVERIFIED}::test_one_that_was_created_in_another_way_is_kept",
    ),
    without(
        "accounts never verified that are kept for ever",
        "contexts/identity/command_handlers.py",
        "any([delete_expired_sessions(now=now), delete_unverified_accounts(now=now)])",
        "delete_expired_sessions(now=now)",
        killed_by=f"{UNVERIFIED}::test_all_are_deleted_in_one_period_with_a_transaction_for_each_batch",
    ),
    without(
        "a password that is valid before the address is proved",
        ACCOUNTS,
        "        user.set_unusable_password()\n",
        killed_by=f"{ENUMERATION}::test_gets_the_same_responses_with_and_without_an_account[sign_up_then_sign_in]",
    ),
    without(
        "a limit that reveals an unknown address",
        ACCOUNTS,
        "if not consume_email_verification_rate_limit(request, email, dry_run=True):",
        "if False:",
        killed_by=f"{ENUMERATION}::TestRateLimits::test_on_codes_apply_to_a_sign_up_with_a_known_and_an_unknown_address",
    ),
    without(
        "a new password that is checked only if there is an account",
        ALLAUTH_VIEWS,
        'super().clean() if "key" in self.cleaned_data else self.cleaned_data',
        "super().clean()",
        killed_by=f"{ENUMERATION}::test_gets_the_same_responses_with_and_without_an_account[request_password_reset]",
    ),
    without(
        "a code that is sent again only to newcomers",
        ALLAUTH_VIEWS,
        "if response.status_code == 200 and process and not process.user:",
        "if False:",
        killed_by=f"{ENUMERATION}::test_sends_the_same_number_of_emails_with_and_without_an_account[sign_up]",
    ),
    without(
        "an address that is taken from another account",
        ACCOUNTS,
        "except IntegrityError as error:  # only now",
        "except FileExistsError as error:  # only now",
        killed_by="tests/identity/test_email.py::test_does_not_take_the_address_of_another_user",
    ),
    without(
        "an app code that is valid twice",
        ALLAUTH_VIEWS,
        "not record_use(self.authenticator, now=started_at)",
        "False",
        killed_by=f"{TOTP}::TestSignIn::test_accepts_a_code_once",
    ),
    without(
        "a code that turns an app on and signs in",
        ALLAUTH_VIEWS,
        "            record_use(app, now=timezone.now())\n",
        "            pass\n",
        killed_by=f"{TOTP}::TestSignIn::test_refuses_the_code_that_set_up_the_app",
    ),
    without(
        "tokens that a new password loses",
        ALLAUTH_VIEWS,
        "RefreshTokenFamily.objects.filter(session_key=old_session_key)",
        "RefreshTokenFamily.objects.none()",
        killed_by="tests/identity/test_passwords.py::TestChange::test_signs_out_the_other_devices_and_not_this_one",
    ),
    without(
        "a session of the operators' pages that the API takes",
        "contexts/identity/adapters/tokens.py",
        "return session if session and session.get(CREATED_BY) == API else None",
        "return session",
        killed_by=f"{PLACES}::test_a_misplaced_credential_opens_nothing_of_the_shop",
    ),
    without(
        "recovery codes that are shown for the password",
        ACCOUNTS,
        "            raise ImmediateHttpResponse(SecondFactorRequiredResponse(self.request))\n",
        "            pass\n",
        killed_by=f"{TOTP}::TestReauthentication::test_by_the_password_is_no_longer_enough_once_there_is_an_app",
    ),
    without(
        "a password that reveals who has an app",
        ALLAUTH_VIEWS,
        "if is_mfa_enabled(request.user):",
        "if False:",
        killed_by=f"{TOTP}::TestReauthentication::test_requires_a_code_and_not_the_password_if_there_is_an_app",
    ),
    without(
        "sessions that outlive a sign-out everywhere",
        "contexts/identity/use_cases/sign_out_everywhere.py",
        "queries.user(user_id).end_sessions()",
        "pass",
        killed_by="tests/admin/test_sign_in.py::TestASessionOfTheOperatorsPages"
        "::test_ends_when_the_operator_signs_out_everywhere",
    ),
    without(
        "passwords hashed at once without a limit",
        "platform/web_api/throttling/concurrency.py",
        "ThreadPoolExecutor(self._limit,",
        "ThreadPoolExecutor(99,",
        killed_by=HASHING,
    ),
    without(
        "an upgraded hash that overwrites a new password",
        MODELS,
        "filter(pk=self.pk, password=old_hash)",
        "filter(pk=self.pk)",
        killed_by=f"{HASHING}::TestPasswordHash::test_does_not_overwrite_a_password_that_changed_meanwhile",
    ),
    without(
        "a session that is bound to a hash",
        MODELS,
        'text = f"{self.pk} {self.security_stamp}"',
        "text = self.password",
        killed_by=f"{HASHING}::TestPasswordHash",
    ),
    without(
        "an account that is revealed by the cost of a password",
        "contexts/identity/adapters/passwords.py",
        "known = user if user and user.has_usable_password() else None",
        "known = user",
        killed_by=f"{HASHING}::TestPasswordCheck",
    ),
    without(
        "a password in two spellings",
        MODELS,
        "None if raw_password is None else normalise_password(raw_password)",
        "raw_password",
        killed_by=f"{HASHING}::TestUnicodeNormalisation",
    ),
    without(
        "sign-ins that are not in the audit log",
        "contexts/identity/apps.py",
        "        audit.connect_signals()\n",
        "",
        killed_by="tests/identity/test_audit.py::test_records_a_customer_who_signs_in_and_out",
    ),
    without(
        "an address in the audit log",
        "contexts/identity/adapters/audit.py",
        '"user_id": str(user_id or "")',
        '"user_id": str(User.objects.filter(pk=user_id).first() or "")',
        killed_by="tests/identity/test_audit.py::test_contains_no_email_address",
    ),
]
