"""Refusals: the anticipated ways in which the shop says no."""

from typing import ClassVar, Literal

Detail = str | int | bool | None | list[str]


class Refusal(Exception):
    """
    Say no for a reason that the caller can act on; nothing was changed.

    A refusal that other contexts may catch stands in `published/errors.py`, any other beside the use case
    that raises it. It crosses a published interface, and becomes a problem document at the API, by its code.

    :param message: one sentence for a person, naming what was wrong.
    :param details: what a program needs to act on it, as plain JSON values.
    """

    code: ClassVar[str]
    kind: ClassVar[Literal["conflict", "invalid", "not_found", "forbidden"]] = "conflict"

    def __init__(self, message: str, /, **details: Detail) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
