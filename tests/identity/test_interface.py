from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from building_blocks.interfaces.binding import use
from contexts.identity.models import User
from contexts.identity.published.dto import Customer
from contexts.identity.published.errors import UnknownCustomer
from contexts.identity.published.interface import Identity
from tests.identity.conftest import Visitor
from tools.seeding import customers

pytestmark = pytest.mark.django_db


class TestCustomer:
    def test_returns_the_customer(self) -> None:
        user = User.objects.create_user("Robin@Example.com", name="Robin")

        customer = use(Identity).customer(customer_id=user.id)

        assert customer == Customer(id=user.id, email="robin@example.com", name="Robin")

    def test_refuses_an_unknown_id(self) -> None:
        with pytest.raises(UnknownCustomer):
            use(Identity).customer(customer_id=uuid4())


class TestUser:
    def test_is_the_user_of_django(self) -> None:
        assert get_user_model() is User

    @pytest.mark.parametrize("email", ["robin@example.com", "Robin@example.com"])
    def test_has_a_unique_address_even_without_a_check_in_the_code(self, email: str) -> None:
        User.objects.create_user("robin@example.com")

        with pytest.raises(IntegrityError):
            User(email=email).save()

    def test_is_an_operator_if_created_as_a_superuser(self) -> None:
        assert User.objects.create_superuser("root@example.com").roles == ["customer", "operator"]
        assert User.objects.get_by_natural_key("Root@example.com").is_staff


def test_a_second_start_of_the_demo_creates_no_further_users() -> None:
    for _ in range(2):
        customers.seed(now=datetime(2026, 11, 22, tzinfo=UTC))

    response = Visitor().sign_in(customers.CUSTOMER_EMAIL, customers.CUSTOMER_PASSWORD)

    assert (User.objects.count(), response.status_code) == (customers.BATCH + 1, 200)
