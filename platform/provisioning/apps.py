"""The Django app that has the command `manage.py provision`."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "provisioning"
