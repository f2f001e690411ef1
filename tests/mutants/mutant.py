"""A mutant: an edit that removes a check, and the test that must fail then."""

from dataclasses import dataclass
from pathlib import Path


class EditDoesNotApply(LookupError):
    """The text to replace is not in its file, or more than once: the mutant is outdated."""


@dataclass(frozen=True)
class Edit:
    """:param old: a text that the file contains once."""

    file: str
    old: str
    new: str

    def apply(self, tree: Path) -> None:
        """
        Apply the edit to a copy of the project.

        :raises EditDoesNotApply: the file does not contain the old text exactly once.
        """
        path = tree / self.file
        text = path.read_text() if path.exists() else ""
        if (count := text.count(self.old)) != 1:
            raise EditDoesNotApply(f"{self.file} contains {self.old!r} {count} times: update tests/mutants")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Mutant:
    """
    :param name: describes the shop without the check.
    :param killed_by: the test that must fail, as pytest names it.
    """

    name: str
    edits: tuple[Edit, ...]
    killed_by: str


def without(name: str, file: str, old: str, new: str = "", *, killed_by: str) -> Mutant:
    """Return the mutant of one edit."""
    return Mutant(name, (Edit(file, old, new),), killed_by)
