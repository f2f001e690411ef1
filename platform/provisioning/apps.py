"""Makes `manage.py provision` known to Django."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "provisioning"
