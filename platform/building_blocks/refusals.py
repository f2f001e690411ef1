"""Refusals: the anticipated errors of the shop's rules."""

from typing import ClassVar, Literal

Detail = str | int | bool | None | list[str]


class Refusal(Exception):
    """
    An operation is refused for a reason that the caller can act on; nothing was changed.

    Refusals that other contexts may catch are in `published/errors.py`, and their interface names them. All others are
    in the module of the use case that raises them. `web_api.problems` turns a refusal into a problem document with the
    same code.

    :param message: one sentence for a person that names what was wrong.
    :param details: what a program needs in order to act on it, as plain JSON values.
    """

    code: ClassVar[str]
    kind: ClassVar[Literal["conflict", "invalid", "not_found", "forbidden"]] = "conflict"

    def __init__(self, message: str, /, **details: Detail) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
