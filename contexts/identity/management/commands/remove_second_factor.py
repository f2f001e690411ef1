"""`manage.py remove_second_factor <email>`: for an operator whose device is lost, where no other may take it off."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contexts.identity.models import User
from contexts.identity.use_cases.remove_second_factor import remove_second_factor

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Takes the second factor off somebody who cannot give its codes any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that they sign in with")

    def handle(self, *, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}: see the list of users at /admin/.")
        if not remove_second_factor(user_id=user.pk):
            raise CommandError(f"{email} has no second factor: the password is enough.")
        logger.warning("the second factor of user %s was taken off from the command line", user.pk)
        self.stdout.write(f"{email} signs in with the password alone, and may be asked to set a second factor up.")
