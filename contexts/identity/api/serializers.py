"""What clients send to identity. What allauth takes is only described here, since it checks that itself."""

from rest_framework import serializers


class Credentials(serializers.Serializer[None]):
    email = serializers.EmailField()
    password = serializers.CharField()


class Refreshing(serializers.Serializer[None]):
    refresh_token = serializers.CharField()


class MyChanges(serializers.Serializer[None]):
    name = serializers.CharField(max_length=150, allow_blank=True)
