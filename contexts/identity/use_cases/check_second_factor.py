"""Check the second factor of an operator who has given the password."""

from datetime import datetime
from uuid import UUID

from building_blocks.refusals import Refusal
from contexts.identity import queries
from contexts.identity.adapters import one_time_codes
from contexts.identity.db import atomic


class WrongCode(Refusal):
    code = "wrong_code"
    kind = "invalid"


def check_second_factor(*, user_id: UUID, code: str, now: datetime) -> str:
    """
    Use up a code of the user's app or a recovery code, and return its type: "totp" or "recovery_codes".

    :raises WrongCode: it is neither, or was used before.
    """
    with atomic():
        code_type = one_time_codes.consume(queries.user(user_id), code, now=now)
    if code_type is None:
        raise WrongCode("This code is not right, or was used before. Wait until the app shows the next one.")
    return code_type
