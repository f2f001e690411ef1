"""The cost of checking a password, and the limit of concurrent hashing in a process."""

import threading
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, make_password
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from contexts.identity.adapters import passwords
from contexts.identity.adapters.passwords import PasswordHasher
from contexts.identity.models import User
from tests.admin.operators import create_operator, sign_in
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, visitor_after

HASHER = "contexts.identity.adapters.passwords.PasswordHasher"
CAFE = "a-basket-of-caf\u00e9-cups"
DECOMPOSED = unicodedata.normalize("NFD", CAFE)


@pytest.fixture
def hashings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hash as in production, and record the method of each call."""
    calls: list[str] = []

    def recording(name: str) -> Callable[..., object]:
        original: Callable[..., object] = getattr(Argon2PasswordHasher, name)

        def recorded(self: PasswordHasher, password: str, of: str) -> object:
            calls.append(name)
            return original(self, password, of)

        return recorded

    settings.PASSWORD_HASHERS = [HASHER]
    passwords._dummy_password_hash.cache_clear()  # another hasher may have made it
    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, recording(name))
    return calls


def hash_with_django_defaults(password: str) -> str:
    """Return a hash with Django's default parameters, 100 MiB and eight threads."""
    return Argon2PasswordHasher().encode(password, "a-salt-of-enough-characters")


@pytest.mark.django_db
class TestPasswordHash:
    def test_has_the_recommended_parameters(self, hashings: list[str]) -> None:
        assert make_password(PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")

    def test_with_other_parameters_is_replaced_at_a_sign_in_which_ends_no_session(self, hashings: list[str]) -> None:
        me = visitor_after(Visitor().sign_up())
        User.objects.update(password=hash_with_django_defaults(PASSWORD))

        assert Visitor().sign_in().status_code == 200

        assert "m=19456,t=2,p=1" in User.objects.get().password
        assert me.get("app/v1/auth/session").status_code == 200
        assert Session.objects.count() == 2
        assert Visitor().sign_in().status_code == 200

    def test_does_not_overwrite_a_password_that_changed_meanwhile(self, hashings: list[str]) -> None:
        User.objects.create_user(EMAIL, PASSWORD)
        User.objects.update(password=hash_with_django_defaults(PASSWORD))
        stale = User.objects.get()
        changed = User.objects.get()
        changed.set_password(PASSWORD + "!")
        changed.save()

        stale.check_password(PASSWORD)

        assert User.objects.get().password == changed.password


@pytest.mark.django_db
class TestPasswordCheck:
    @pytest.mark.parametrize("password", ["a-basket-of-pears", DECOMPOSED])
    def test_costs_the_same_whether_or_not_there_is_an_account(self, hashings: list[str], password: str) -> None:
        User.objects.create_user(EMAIL, PASSWORD)
        unverified = User.objects.create_user("unverified@example.com")
        Visitor().sign_in("nobody@example.com")  # the first one also creates the dummy hash

        costs = []
        for email in (EMAIL, unverified.email, "nobody@example.com"):
            hashings.clear()
            assert Visitor().sign_in(email, password).status_code == 400
            costs.append(tuple(hashings))

        assert costs[0]
        assert len(set(costs)) == 1


class TestHashingConcurrency:
    @pytest.fixture(autouse=True)
    def _all_slots_taken(self, db: None, settings: Settings) -> Iterator[None]:
        create_operator()
        settings.HASHES_AT_ONCE, settings.HASHING_PATIENCE = 1, 0.01
        settings.PASSWORD_HASHERS = [HASHER]
        hasher = get_hasher()
        assert isinstance(hasher, PasswordHasher)
        release = threading.Event()
        holder = threading.Thread(target=hasher._concurrency_limit.run, args=(release.wait,))
        holder.start()
        yield
        release.set()
        holder.join()

    def test_refuses_further_sign_ins_with_the_time_of_a_retry(self) -> None:
        response = Visitor().sign_in()

        assert (response.status_code, response.json()["code"]) == (503, "busy")
        assert int(response["Retry-After"]) > 0

    def test_shows_an_error_at_the_operators_pages(self) -> None:
        response = sign_in(Client())

        assert response.status_code == 200
        assert "Too many requests are waiting" in response.content.decode()


def test_no_more_passwords_than_the_setting_are_hashed_at_once(settings: Settings) -> None:
    settings.HASHES_AT_ONCE, settings.PASSWORD_HASHERS = 2, [HASHER]
    running, peak, lock = [0], [0], threading.Lock()
    original = Argon2PasswordHasher.encode

    def counting_encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        try:
            return original(self, password, salt)
        finally:
            with lock:
                running[0] -= 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "encode", counting_encode)
        threads = [threading.Thread(target=make_password, args=(PASSWORD,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert peak[0] <= 2


@pytest.mark.django_db
class TestUnicodeNormalisation:
    @pytest.mark.parametrize(("chosen", "typed"), [(CAFE, DECOMPOSED), (DECOMPOSED, CAFE)])
    def test_makes_two_spellings_of_a_password_equal_at_the_api(self, chosen: str, typed: str) -> None:
        me = visitor_after(Visitor().sign_up(password=chosen))

        assert Visitor().sign_in(password=typed).status_code == 200
        assert me.post("app/v1/auth/reauthenticate", {"password": typed}).status_code == 200
        changed = me.post("app/v1/account/password/change", {"current_password": typed, "new_password": chosen + "!"})
        assert changed.status_code == 200
        assert Visitor().sign_in(password=typed + "!").status_code == 200

    @pytest.mark.parametrize(("chosen", "typed"), [(CAFE, DECOMPOSED), (DECOMPOSED, CAFE)])
    def test_makes_two_spellings_of_a_password_equal_at_the_operators_pages(self, chosen: str, typed: str) -> None:
        User.objects.create_superuser("kim@example.com", chosen)

        assert sign_in(Client(), password=typed).status_code == 302

    def test_accepts_an_older_hash_of_the_typed_spelling_and_replaces_it(self) -> None:
        Visitor().sign_up()
        User.objects.update(password=make_password(DECOMPOSED))

        assert Visitor().sign_in(password=DECOMPOSED).status_code == 200
        assert Visitor().sign_in(password=CAFE).status_code == 200
