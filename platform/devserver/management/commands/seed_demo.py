"""`manage.py seed_demo`: fill an empty shop with the demo's products, coupon and customer."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone


class Command(BaseCommand):
    help = "Writes each context's demo data, where there is none yet, and says what there is."

    def handle(self, **options: Any) -> None:
        for context in settings.CONTEXTS:
            if find_spec(f"contexts.{context}.demo"):
                note = import_module(f"contexts.{context}.demo").seed(now=timezone.now())
                self.stdout.write(f"  {note}")
