"""The request bodies of identity. allauth validates its own; here they are only documented."""

from typing import Any

from rest_framework import serializers

from building_blocks.address import Address
from contexts.identity.domain.address_book import AddressBookEntry
from web_api.addresses import PostalAddress
from web_api.parsing import Body, MultilineField


class Credentials(Body):
    email = serializers.EmailField()
    password = serializers.CharField()


class TokenRefresh(Body):
    refresh_token = serializers.CharField()


class EmailCode(Body):
    key = serializers.CharField(help_text="The code in the e-mail.")


class AccountEmail(Body):
    email = serializers.EmailField()


class PasswordReset(EmailCode):
    password = serializers.CharField()


class PasswordChange(Body):
    current_password = serializers.CharField()
    new_password = serializers.CharField()


class CurrentPassword(Body):
    password = serializers.CharField()


class SecondFactorCode(Body):
    code = serializers.CharField(help_text="The code that the app shows, or a recovery code.")


class ProfileChange(Body):
    name = serializers.CharField(max_length=150, allow_blank=True)


class AddressInput(PostalAddress):
    label = serializers.CharField(  # type: ignore[assignment]  # a field of that name; DRF removes it from the class
        max_length=50, allow_blank=True, default="", help_text="For example Home."
    )
    delivery_note = MultilineField(
        max_length=500, allow_blank=True, default="", help_text="For orders to this address."
    )
    default = serializers.BooleanField(
        default=False, help_text="True makes it the default; it stays the default until another address becomes it."
    )


def entry_of(address: dict[str, Any]) -> AddressBookEntry:
    """
    Return the entry of the address book that a client sent.

    :param address: the validated fields of `AddressInput`.
    """
    fields = {name: value for name, value in address.items() if name != "default"}
    return AddressBookEntry(
        label=fields.pop("label"), delivery_note=fields.pop("delivery_note"), address=Address(**fields)
    )
