"""`manage.py seed_demo`: fill an empty shop with the demo's products, coupons, customers and their past orders."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from building_blocks.databases.limits import lift_time_limits
from contexts.basket import demo as basket
from contexts.catalog import demo as catalog
from contexts.identity import demo as identity
from contexts.ordering import demo as ordering
from devserver.progress import Progress
from devserver.scale import ScaleUnknown, scale_of


class Command(BaseCommand):
    help = "Writes each context's demo data, where it is missing, and says what there is."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        usual = os.environ.get("SCALE") or "1"
        parser.add_argument("--scale", default=usual, help="how many times a thousand products ($SCALE)")

    def handle(self, *, scale: str, **options: Any) -> None:
        lift_time_limits()
        try:
            notes = self._seed(scale_of(scale))
        except ScaleUnknown as error:
            raise CommandError(str(error)) from error
        for note in notes:
            self.stdout.write(f"  {note}")

    def _seed(self, scale: int) -> list[str]:
        now, progress = timezone.now(), Progress(sys.stderr)
        # Contexts do not know each other's tables: what ordering must know of its neighbours, they publish.
        notes = [
            catalog.seed(now=now, scale=scale, wrote=progress.of("products", scale)),
            basket.seed(now=now),
            identity.seed(now=now, scale=scale, wrote=progress.of("customers", scale)),
            ordering.seed(
                now=now,
                scale=scale,
                customers=identity.customers,
                address_of=identity.address_of,
                offers=catalog.offers,
                wrote=progress.of("orders", scale),
            ),
        ]
        speed = progress.finish()
        if progress.rows:
            notes.append(f"Written        {speed}")
        return notes
