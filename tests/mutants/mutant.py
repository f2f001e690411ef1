"""What a mutant is: a guard, how to take it away, and the test that must notice."""

from dataclasses import dataclass
from pathlib import Path


class GuardNotFound(LookupError):
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

        :raises GuardNotFound: the old text is not there, or not once.
        """
        path = tree / self.file
        text = path.read_text() if path.exists() else ""
        if text.count(self.old) != 1:
            raise GuardNotFound(f"{self.file} has {text.count(self.old)} times {self.old!r}: mend tests/mutants")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Mutant:
    """
    :param guard: what is taken away, in words.
    :param found_by: the test that must fail then, as pytest names it.
    """

    guard: str
    edits: tuple[Edit, ...]
    found_by: str


def without(guard: str, file: str, old: str, new: str = "", *, found_by: str) -> Mutant:
    """Return the mutant of one edit."""
    return Mutant(guard, (Edit(file, old, new),), found_by)
