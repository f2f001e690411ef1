"""Set up a user's second factor."""

from datetime import datetime
from functools import partial
from uuid import UUID

from building_blocks.refusals import Refusal
from contexts.identity.adapters import audit, one_time_codes
from contexts.identity.db import atomic, on_commit
from contexts.identity.models import User
from contexts.identity.use_cases.check_second_factor import WrongCode


class SecondFactorAlreadySetUp(Refusal):
    code = "second_factor_already_set_up"
    kind = "conflict"


def set_up_second_factor(*, user_id: UUID, secret: str, code: str, now: datetime) -> list[str]:
    """
    Set up the second factor if a code proves that the user's app has the secret; return the recovery codes.

    :param secret: in base 32.
    :raises WrongCode: the code does not match the secret.
    :raises SecondFactorAlreadySetUp: the user has one already, perhaps from another window.
    """
    if not one_time_codes.is_current_code(secret, code, now=now):
        raise WrongCode(
            "This code is not right. Take the one that the app shows now; the device's clock must be right."
        )
    with atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if user.has_second_factor:
            raise SecondFactorAlreadySetUp("A second factor is set up already.")
        one_time_codes.activate(user, secret, now=now)
        on_commit(partial(audit.record, "second factor set up", user_id))
        return one_time_codes.new_recovery_codes(user)
