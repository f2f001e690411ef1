"""One-time codes: when they are valid, how often, and the encryption of their secret."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from contexts.identity.use_cases.check_second_factor import WrongCode, check_second_factor
from contexts.identity.use_cases.set_up_second_factor import SecondFactorAlreadySetUp, set_up_second_factor
from tests.admin.operators import SECRET, create_operator, operator_with_second_factor, totp_at
from tests.clock import NOW
from tests.threads import concurrently

TIME_STEP = timedelta(seconds=30)


@pytest.mark.django_db
class TestOneTimeCode:
    def test_is_valid_once_and_older_codes_are_refused_after_it(self) -> None:
        user, _ = operator_with_second_factor()
        later = NOW + 10 * TIME_STEP
        check_second_factor(user_id=user.pk, code=totp_at(later), now=later)

        for old in (later, later - TIME_STEP):
            with pytest.raises(WrongCode):
                check_second_factor(user_id=user.pk, code=totp_at(old), now=later)
        check_second_factor(user_id=user.pk, code=totp_at(later + TIME_STEP), now=later + TIME_STEP)

    def test_is_valid_for_its_own_time_step_and_the_next_one(self) -> None:
        user, _ = operator_with_second_factor()
        later = NOW + 10 * TIME_STEP

        for wrong in (later - 2 * TIME_STEP, later + TIME_STEP):
            with pytest.raises(WrongCode):
                check_second_factor(user_id=user.pk, code=totp_at(wrong), now=later)
        assert check_second_factor(user_id=user.pk, code=totp_at(later - TIME_STEP), now=later) == "totp"

    def test_that_set_up_the_factor_does_not_sign_in(self) -> None:
        user, _ = operator_with_second_factor()

        with pytest.raises(WrongCode):
            check_second_factor(user_id=user.pk, code=totp_at(NOW), now=NOW)

    def test_does_not_set_up_another_factor(self) -> None:
        user, _ = operator_with_second_factor()

        with pytest.raises(SecondFactorAlreadySetUp):
            set_up_second_factor(user_id=user.pk, secret=SECRET, code=totp_at(NOW), now=NOW)

    def test_follows_the_examples_of_the_standard(self) -> None:
        """RFC 6238, appendix B: the last six of its eight digits."""
        user = create_operator()
        secret, moment = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", datetime.fromisoformat("2005-03-18T01:58:29+00:00")

        assert len(set_up_second_factor(user_id=user.pk, secret=secret, code="081804", now=moment)) == 10


@pytest.mark.django_db
class TestSecret:
    def test_is_encrypted_in_the_database(self) -> None:
        user, _ = operator_with_second_factor()

        assert SECRET not in str(list(Authenticator.objects.filter(user=user).values()))

    def test_encrypted_with_an_old_secret_key_matches_codes_only_with_the_fallback(self, settings: Settings) -> None:
        user, codes = operator_with_second_factor()
        later, old = NOW + 10 * TIME_STEP, settings.SECRET_KEY
        settings.SECRET_KEY = "another key, which nothing was encrypted with, and of fifty characters"

        for code in (totp_at(later), codes[0]):
            with pytest.raises(WrongCode):
                check_second_factor(user_id=user.pk, code=code, now=later)
        settings.SECRET_KEY_FALLBACKS = [old]
        assert check_second_factor(user_id=user.pk, code=totp_at(later), now=later)


def test_of_four_concurrent_uses_of_one_code_one_succeeds(real_commits: None) -> None:
    user, _ = operator_with_second_factor()
    later = NOW + 10 * TIME_STEP

    def submit() -> bool:
        try:
            return bool(check_second_factor(user_id=user.pk, code=totp_at(later), now=later))
        except WrongCode:
            return False

    assert sorted(concurrently(*[submit] * 4)) == [False, False, False, True]
