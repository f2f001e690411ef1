"""The wiring of the operators' pages: their site takes the place of Django's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackofficeConfig(AppConfig):
    name = "backoffice"
    label = "backoffice"
    verbose_name = "Messages"


class OperatorAdminConfig(AdminConfig):
    """Django's admin, with our site as the one that `admin.py` files register with."""

    default_site = "backoffice.site.OperatorSite"
    verbose_name = "People"
