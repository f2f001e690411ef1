"""Makes `manage.py contracts` known to Django."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
