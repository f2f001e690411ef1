"""`manage.py remove_second_factor <email>`: for an operator with a lost device, if no other operator can remove it."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contexts.identity.models import User
from contexts.identity.use_cases.remove_second_factor import remove_second_factor

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Removes the second factor of a user who can no longer enter its codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the user signs in with")

    def handle(self, *, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user signs in with {email}: see the list of users at /admin/.")
        if not remove_second_factor(user_id=user.pk):
            raise CommandError(f"{email} has no second factor: the password is enough.")
        logger.warning("the second factor of user %s was removed from the command line", user.pk)
        self.stdout.write(f"{email} now signs in with only the password, and may have to set up a second factor.")
