"""The guards of customers' accounts."""

from tests.mutants.mutant import Mutant, without

ACCOUNTS = "contexts/identity/adapters/accounts.py"
FLOWS = "contexts/identity/adapters/flows.py"
FORGETTING = "tests/identity/test_forgetting_accounts.py"
STRANGERS = "tests/identity/test_strangers.py"
CODES, PLACES = "tests/identity/test_app_codes.py", "tests/permissions/test_places.py"
HASHING, MODELS = "tests/identity/test_password_hashing.py", "contexts/identity/models.py"

MUTANTS: list[Mutant] = [
    without(
        "accounts that are forgotten though they are verified",
        "contexts/identity/use_cases/forget_unverified_accounts.py",
        "~Exists(verified), ",
        found_by=f"{FORGETTING}::test_one_that_is_verified_is_kept_though_nobody_has_signed_in_since",
    ),
    without(
        "accounts that are forgotten while they may be verified",
        "contexts/identity/use_cases/forget_unverified_accounts.py",
        "created_at__lt=now - KEPT",
        "created_at__lt=now",
        found_by=f"{FORGETTING}::test_one_that_is_young_is_kept_and_can_be_verified",
    ),
    without(
        "operators that are forgotten",
        "contexts/identity/use_cases/forget_unverified_accounts.py",
        "is_staff=False, ",
        found_by=f"{FORGETTING}::test_one_that_was_made_in_another_way_is_kept",
    ),
    without(
        "accounts never verified that are kept for ever",
        "contexts/identity/commands.py",
        "any([forget_expired_sessions(now=now), forget_unverified_accounts(now=now)])",
        "forget_expired_sessions(now=now)",
        found_by=f"{FORGETTING}::test_all_are_forgotten_in_one_period_a_batch_in_each_transaction",
    ),
    without(
        "a password that counts before the address is proven",
        ACCOUNTS,
        "        user.set_unusable_password()\n",
        found_by=f"{STRANGERS}::test_is_answered_alike[signing_up_and_trying_the_password]",
    ),
    without(
        "a limit that tells an unknown address",
        ACCOUNTS,
        "if not consume_email_verification_rate_limit(request, email, dry_run=True):",
        "if False:",
        found_by=f"{STRANGERS}::TestLimits::test_of_codes_for_an_address_bear_on_a_sign_up_alike",
    ),
    without(
        "a new password that is judged where there is an account",
        FLOWS,
        'super().clean() if "key" in self.cleaned_data else self.cleaned_data',
        "super().clean()",
        found_by=f"{STRANGERS}::test_is_answered_alike[asking_for_a_password]",
    ),
    without(
        "a code sent again to newcomers alone",
        FLOWS,
        "if response.status_code == 200 and process and not process.user:",
        "if False:",
        found_by=f"{STRANGERS}::test_sends_as_many_mails[signing_up]",
    ),
    without(
        "an address that is taken from somebody else",
        ACCOUNTS,
        "except IntegrityError as error:  # only now",
        "except FileExistsError as error:  # only now",
        found_by="tests/identity/test_email.py::test_does_not_take_the_address_of_somebody_else",
    ),
    without(
        "a code of an app that is good twice",
        FLOWS,
        "not note_use(self.authenticator, now=began)",
        "False",
        found_by=f"{CODES}::TestSigningIn::test_takes_a_code_once",
    ),
    without(
        "a code that turns an app on and signs in",
        FLOWS,
        "            note_use(app, now=timezone.now())\n",
        "            pass\n",
        found_by=f"{CODES}::TestSigningIn::test_does_not_take_the_code_that_turned_it_on",
    ),
    without(
        "tokens that a new password loses",
        FLOWS,
        "RefreshFamily.objects.filter(session_key=before)",
        "RefreshFamily.objects.none()",
        found_by="tests/identity/test_passwords.py::TestChange::test_signs_out_the_other_devices_and_not_this_one",
    ),
    without(
        "a session of the operators' pages that the API takes",
        "contexts/identity/adapters/tokens.py",
        "return session if session and session.get(MADE_BY) == API else None",
        "return session",
        found_by=f"{PLACES}::test_what_signs_in_elsewhere_opens_nothing_of_the_shop",
    ),
    without(
        "recovery codes that the password shows",
        ACCOUNTS,
        "            raise ImmediateHttpResponse(SecondFactorAsked(self.request))\n",
        "            pass\n",
        found_by=f"{CODES}::TestShowingOnceMoreWhoIAm::test_by_the_password_counts_no_more_once_there_is_an_app",
    ),
    without(
        "a password that shows who has an app",
        FLOWS,
        "if is_mfa_enabled(request.user):",
        "if False:",
        found_by=f"{CODES}::TestShowingOnceMoreWhoIAm::test_takes_a_code_of_who_has_an_app_and_not_the_password",
    ),
    without(
        "sessions that outlive a sign-out everywhere",
        "contexts/identity/use_cases/sign_out_everywhere.py",
        "queries.user(user_id).end_sessions()",
        "pass",
        found_by="tests/admin/test_sign_in.py::TestASessionOfTheOperatorsPages"
        "::test_ends_when_the_operator_signs_out_everywhere",
    ),
    without(
        "passwords hashed at once without a bound",
        "platform/rate_limits/at_once.py",
        "ThreadPoolExecutor(self._most,",
        "ThreadPoolExecutor(99,",
        found_by=HASHING,
    ),
    without(
        "a hash that is put back over a new password",
        MODELS,
        "filter(pk=self.pk, password=before)",
        "filter(pk=self.pk)",
        found_by=f"{HASHING}::TestAHash::test_is_not_put_back_when_the_password_has_changed_meanwhile",
    ),
    without(
        "a session that is bound to a hash",
        MODELS,
        'text = f"{self.pk} {self.security_stamp}"',
        "text = self.password",
        found_by=f"{HASHING}::TestAHash",
    ),
    without(
        "an account that is told by what a password costs",
        "contexts/identity/adapters/passwords.py",
        "known = user if user and user.has_usable_password() else None",
        "known = user",
        found_by=f"{HASHING}::TestLookingAtAPassword",
    ),
    without(
        "a password in two spellings",
        MODELS,
        "None if raw_password is None else normalised(raw_password)",
        "raw_password",
        found_by=f"{HASHING}::TestAPasswordWrittenInTwoWays",
    ),
    without(
        "sign-ins that nobody hears of",
        "contexts/identity/apps.py",
        "        audit.listen()\n",
        "",
        found_by="tests/identity/test_audit.py::test_tells_of_a_customer_who_signs_in_and_out",
    ),
    without(
        "an address in the audit log",
        "contexts/identity/adapters/audit.py",
        '"user_id": str(user_id or "")',
        '"user_id": str(User.objects.filter(pk=user_id).first() or "")',
        found_by="tests/identity/test_audit.py::test_holds_no_address_whatever_is_typed",
    ),
]
