"""`manage.py seed_demo`: fill an empty shop with the demo's products, coupons, customers and their past orders."""

import os
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from contexts.basket import demo as basket
from contexts.catalog import demo as catalog
from contexts.identity import demo as identity
from contexts.ordering import demo as ordering
from devserver.progress import Progress

LARGEST = 1000


def scale(text: str) -> int:
    """
    Return how many times as large as usual the shop shall be.

    :raises ArgumentTypeError: the text does not say so.
    """
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise ArgumentTypeError(f"SCALE is {text!r}: say a whole number from 1 to {LARGEST}")
    return int(text)


class Command(BaseCommand):
    help = "Writes each context's demo data, where it is missing, and says what there is."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        usual = os.environ.get("SCALE") or "1"
        parser.add_argument("--scale", type=scale, default=usual, help="how many times a thousand products ($SCALE)")

    def handle(self, *, scale: int, **options: Any) -> None:
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
                offers=catalog.offers,
                wrote=progress.of("orders", scale),
            ),
        ]
        speed = progress.finish()
        if progress.rows:
            notes.append(f"Written        {speed}")
        for note in notes:
            self.stdout.write(f"  {note}")
