"""Warns at start if this deployment takes no money or sends no e-mail."""

import logging

from django.apps import AppConfig
from django.conf import settings

logger = logging.getLogger(__name__)


class DeploymentConfig(AppConfig):
    name = "config"
    label = "deployment"

    def ready(self) -> None:
        if settings.DEVELOPMENT:
            return
        if settings.PAYMENT_PROVIDER == "demo":
            logger.warning("PAYMENT_PROVIDER is demo: payments are a demo, NO MONEY MOVES")
        if not settings.EMAIL_URL:
            logger.warning("EMAIL_URL is not set: NO E-MAIL IS SENT; `events replay --all` sends the orders' later")
