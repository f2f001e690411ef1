"""What clients send to identity. What allauth takes is only described here, since it checks that itself."""

from rest_framework import serializers

from building_blocks.api.parsing import Body


class Credentials(Body):
    email = serializers.EmailField()
    password = serializers.CharField()


class Refreshing(Body):
    refresh_token = serializers.CharField()


class MyChanges(Body):
    name = serializers.CharField(max_length=150, allow_blank=True)
