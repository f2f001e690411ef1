"""Makes `manage.py demo` known to Django."""

from django.apps import AppConfig


class DevServerConfig(AppConfig):
    name = "devserver"
