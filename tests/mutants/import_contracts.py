"""One mutant for each contract of `importlinter.ini`: without the contract, its violation is no longer reported."""

import re
from configparser import ConfigParser

from tests.architecture.test_boundaries import VIOLATIONS
from tests.architecture.tree import ROOT
from tests.mutants.mutant import Edit, Mutant

CONTRACTS = "importlinter.ini"
VIOLATION_TEST = "tests/architecture/test_boundaries.py::test_a_violation_breaks_its_contract_and_no_other"


def _without(section: str) -> Mutant:
    parser = ConfigParser()
    parser.read_string(section)
    name = parser[parser.sections()[0]]["name"]
    file, line = VIOLATIONS[name][0]
    return Mutant(f"no contract {name!r}", (Edit(CONTRACTS, section, ""),), f"{VIOLATION_TEST}[{name}-{file}-{line}]")


MUTANTS = [
    _without(section)
    for section in re.findall(r"^\[importlinter:contract:[^\[]+", (ROOT / CONTRACTS).read_text(), re.MULTILINE)
]
