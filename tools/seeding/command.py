"""
`python -m tools.seeding`: fill an empty shop with the demo's products, coupons, customers and their past orders.

In production mode it writes products and coupons only: the passwords of the demo's customers and operator are public.
"""

import os
import sys
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from building_blocks.databases.time_limits import lift_time_limits
from tools.seeding import coupons, customers, orders, products
from tools.seeding.progress import Progress
from tools.seeding.scale import InvalidScale, parse_scale


class Command(BaseCommand):
    help = "Writes the demo's data where it is missing, and prints a summary."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        default = os.environ.get("SCALE") or "1"
        parser.add_argument("--scale", default=default, help="how many times a thousand products ($SCALE)")

    def handle(self, *, scale: str, **options: Any) -> None:
        lift_time_limits()
        try:
            summaries = self._seed(parse_scale(scale))
        except InvalidScale as error:
            raise CommandError(str(error)) from error
        for summary in summaries:
            self.stdout.write(f"  {summary}")

    def _seed(self, scale: int) -> list[str]:
        now, progress = timezone.now(), Progress(sys.stderr)
        summaries = [
            products.seed(now=now, scale=scale, on_batch=progress.track("products", scale)),
            coupons.seed(now=now),
        ]
        if settings.DEVELOPMENT:
            summaries += self._seed_people(now, scale, progress)
        rate = progress.finish()
        if progress.rows:
            summaries.append(f"Written        {rate}")
        return summaries

    def _seed_people(self, now: datetime, scale: int, progress: Progress) -> list[str]:
        # Contexts do not know each other's tables: ordering gets published values of its neighbours.
        return [
            customers.seed(now=now, scale=scale, on_batch=progress.track("customers", scale)),
            orders.seed(
                now=now,
                scale=scale,
                customers=customers.customers,
                address_of=customers.address_of,
                offers=products.offers,
                on_batch=progress.track("orders", scale),
            ),
        ]
