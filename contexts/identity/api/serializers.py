"""What clients send to identity. What allauth takes is only described here, since it checks that itself."""

from rest_framework import serializers

from building_blocks.address import Address
from building_blocks.api.addresses import PostalAddress
from building_blocks.api.parsing import Body, MultilineField
from contexts.identity.domain.address_book import Entry


class Credentials(Body):
    email = serializers.EmailField()
    password = serializers.CharField()


class Refreshing(Body):
    refresh_token = serializers.CharField()


class EmailedCode(Body):
    key = serializers.CharField(help_text="The code of the e-mail.")


class AnAddress(Body):
    email = serializers.EmailField()


class NewPassword(EmailedCode):
    password = serializers.CharField()


class PasswordChange(Body):
    current_password = serializers.CharField()
    new_password = serializers.CharField()


class APassword(Body):
    password = serializers.CharField()


class AppCode(Body):
    code = serializers.CharField(help_text="What the app shows, or a recovery code.")


class MyChanges(Body):
    name = serializers.CharField(max_length=150, allow_blank=True)


class AddressToKeep(PostalAddress):
    label = serializers.CharField(  # type: ignore[assignment]  # a field of that name; DRF takes it out of the class
        max_length=50, allow_blank=True, default="", help_text="Such as Home."
    )
    delivery_note = MultilineField(
        max_length=500, allow_blank=True, default="", help_text="To go with orders to this address."
    )
    default = serializers.BooleanField(
        default=False, help_text="True makes it the default, which it then is until another one becomes it."
    )

    def entry(self) -> Entry:
        said = {name: value for name, value in self.validated_data.items() if name != "default"}
        return Entry(label=said.pop("label"), delivery_note=said.pop("delivery_note"), address=Address(**said))
