"""The guards of customers' accounts."""

from tests.mutants.mutant import Mutant, without

ACCOUNTS = "contexts/identity/adapters/accounts.py"
FLOWS = "contexts/identity/adapters/flows.py"
STRANGERS = "tests/identity/test_strangers.py"
CODES = "tests/identity/test_app_codes.py"

MUTANTS: list[Mutant] = [
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
        "            note_use(self._get_authenticator(), now=timezone.now())\n",
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
]
