"""`python -m tests.mutants [WORD]` takes each guard away in turn, or those with the word in their name."""

import sys
import tempfile
import time
from pathlib import Path

from tests.mutants import (
    access,
    accounts,
    api,
    baskets,
    contracts,
    messages,
    operators,
    orders,
    pictures,
    promises,
    stock,
    telling,
)
from tests.mutants.mutant import GuardNotFound, Mutant
from tests.mutants.workbench import PATIENCE_WITH_ALL, Workbench, noticed

GUARDS = (stock, orders, baskets, messages, access, accounts, api, operators, pictures, telling, contracts, promises)


def main(word: str = "") -> int:
    """Try the mutants, print a line for each, and return 0 where a test has noticed every one."""
    mutants = [mutant for guards in GUARDS for mutant in guards.MUTANTS if word in mutant.guard]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        bench = Workbench(Path(folder))
        tests = list(dict.fromkeys(mutant.found_by for mutant in mutants))
        print(f"{len(mutants)} guards, {len(tests)} tests, which pass while nothing is missing … ", end="", flush=True)
        began = time.monotonic()
        code, printed = bench.pytest(bench.copy(), tests, patience=PATIENCE_WITH_ALL)
        if code != 0:
            print(f"no, they do not:\n{printed}")
            return 1
        print(f"{time.monotonic() - began:.0f} s")
        survivors = [mutant.guard for mutant in mutants if not _found(bench, mutant)]
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} guards are missed when they are gone.")
    return 1 if survivors else 0


def _found(bench: Workbench, mutant: Mutant) -> bool:
    print(f"{mutant.guard}: ", end="", flush=True)
    began, tree = time.monotonic(), bench.copy()
    try:
        for edit in mutant.edits:
            edit.apply(tree)
    except GuardNotFound as error:
        print(error)
        return False
    code, printed = bench.pytest(tree, [mutant.found_by])
    found = noticed(code, printed)
    print(
        f"{'found by' if found else 'NOT FOUND by'} {mutant.found_by} in {time.monotonic() - began:.1f} s", flush=True
    )
    if not found:
        print(printed)
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
