"""The table of guards that `make mutants` takes away is not out of date; to try them takes longer than `make test`."""

from collections.abc import Iterator

from tests.architecture.tree import ROOT
from tests.mutants.__main__ import GUARDS
from tests.mutants.mutant import Mutant


def test_each_guard_is_there_once_and_so_is_the_test_that_must_notice() -> None:
    mutants = [mutant for guards in GUARDS for mutant in guards.MUTANTS]

    assert mutants
    assert [fault for mutant in mutants for fault in faults(mutant)] == []


def faults(mutant: Mutant) -> Iterator[str]:
    """Yield what is out of date in the entry of a mutant."""
    for edit in mutant.edits:
        if (ROOT / edit.file).read_text().count(edit.old) != 1:
            yield f"{mutant.guard}: not once in {edit.file}: {edit.old!r}"
    file, *names = mutant.found_by.partition("[")[0].split("::")
    text = (ROOT / file).read_text() if (ROOT / file).is_file() else ""
    yield from (f"{mutant.guard}: no {name} in {file}" for name in names if name not in text)
