"""Each mutant of `make mutants` still applies; running them all takes longer than `make test`."""

from collections.abc import Iterator

from tests.architecture.tree import ROOT
from tests.mutants.__main__ import MODULES
from tests.mutants.mutant import Mutant


def test_each_mutant_applies_and_its_test_exists() -> None:
    mutants = [mutant for module in MODULES for mutant in module.MUTANTS]

    assert mutants
    assert [part for mutant in mutants for part in outdated_parts(mutant)] == []


def outdated_parts(mutant: Mutant) -> Iterator[str]:
    """Yield the outdated parts of a mutant."""
    for edit in mutant.edits:
        if (ROOT / edit.file).read_text().count(edit.old) != 1:
            yield f"{mutant.name}: not once in {edit.file}: {edit.old!r}"
    file, *names = mutant.killed_by.partition("[")[0].split("::")
    text = (ROOT / file).read_text() if (ROOT / file).is_file() else ""
    yield from (f"{mutant.name}: no {part} in {file}" for part in names if part not in text)
