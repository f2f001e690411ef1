"""The wiring of the operators' pages: `OperatorSite` replaces Django's admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackofficeConfig(AppConfig):
    name = "backoffice"
    label = "backoffice"
    verbose_name = "Messages"


class OperatorAdminConfig(AdminConfig):
    """Django's admin, with `OperatorSite` as the site that each `admin` registers its pages with."""

    default_site = "backoffice.site.OperatorSite"
    verbose_name = "People"
