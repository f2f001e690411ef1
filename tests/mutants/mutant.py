"""What a mutant is: a guard, how to take it away, and the test that must notice."""

from dataclasses import dataclass
from pathlib import Path


class EditDoesNotApply(LookupError):
    """Raised where the text of a guard is not in its file, or is there more than once: the table is out of date."""


@dataclass(frozen=True)
class Edit:
    """:param old: a text that stands in the file once."""

    file: str
    old: str
    new: str

    def apply(self, tree: Path) -> None:
        """
        Make the edit in a copy of the project.

        :raises EditDoesNotApply: the old text is not there, or not once.
        """
        path = tree / self.file
        text = path.read_text() if path.exists() else ""
        if text.count(self.old) != 1:
            raise EditDoesNotApply(f"{self.file} has {text.count(self.old)} times {self.old!r}: mend tests/mutants")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Mutant:
    """
    :param name: what is taken away, in words.
    :param killed_by: the test that must fail then, as pytest names it.
    """

    name: str
    edits: tuple[Edit, ...]
    killed_by: str


def without(name: str, file: str, old: str, new: str = "", *, killed_by: str) -> Mutant:
    """Return the mutant of one edit."""
    return Mutant(name, (Edit(file, old, new),), killed_by)
