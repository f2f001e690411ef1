"""`python -m tools.tour`: buy something in the shop that is running, and print each request, answer and message."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from tools.local import webserver
from tools.seeding.customers import CUSTOMER_EMAIL, CUSTOMER_PASSWORD
from tools.tour.purchase import buy
from tools.tour.shop import RequestFailed, Shop, ShopUnreachable


class Command(BaseCommand):
    help = "Buys something as the demo's customer and prints what happens. PORT (8000) is where the shop listens."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is {port!r}, which is no port: use `PORT=8001 make tour`.")
        shop = Shop(webserver.HOST, int(port), self._show)
        try:
            buy(
                shop,
                self._show,
                email=CUSTOMER_EMAIL,
                password=CUSTOMER_PASSWORD,
                mailbox=settings.EMAIL_FILE_PATH,
            )
        except (ShopUnreachable, RequestFailed) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(f"The messages cannot be read: {reason}. Is DATABASE_URL the shop's?") from error

    def _show(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
