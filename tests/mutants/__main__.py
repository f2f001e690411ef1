"""`python -m tests.mutants [WORD]` removes each check in turn, or those with the word in their name."""

import sys
import tempfile
import time
from pathlib import Path

from tests.mutants import (
    access,
    accounts,
    api,
    baskets,
    context_contracts,
    import_contracts,
    messages,
    observability,
    operators,
    orders,
    pictures,
    stock,
)
from tests.mutants.mutant import EditDoesNotApply, Mutant
from tests.mutants.sandbox import BASELINE_TIMEOUT, Sandbox, killed

MODULES = (
    stock,
    orders,
    baskets,
    messages,
    access,
    accounts,
    api,
    operators,
    pictures,
    observability,
    import_contracts,
    context_contracts,
)


def main(word: str = "") -> int:
    """Run the mutants, print a line for each, and return 0 if a test has killed every one."""
    mutants = [mutant for module in MODULES for mutant in module.MUTANTS if word in mutant.name]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        sandbox = Sandbox(Path(folder))
        tests = list(dict.fromkeys(mutant.killed_by for mutant in mutants))
        print(f"{len(mutants)} checks, {len(tests)} tests, which must pass without a mutation … ", end="", flush=True)
        began = time.monotonic()
        code, output = sandbox.pytest(sandbox.copy(), tests, timeout=BASELINE_TIMEOUT)
        if code != 0:
            print(f"no, they do not:\n{output}")
            return 1
        print(f"{time.monotonic() - began:.0f} s")
        survivors = [mutant.name for mutant in mutants if not _is_killed(sandbox, mutant)]
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants were killed.")
    return 1 if survivors else 0


def _is_killed(sandbox: Sandbox, mutant: Mutant) -> bool:
    print(f"{mutant.name}: ", end="", flush=True)
    began, tree = time.monotonic(), sandbox.copy()
    try:
        for edit in mutant.edits:
            edit.apply(tree)
    except EditDoesNotApply as error:
        print(error)
        return False
    code, output = sandbox.pytest(tree, [mutant.killed_by])
    is_killed = killed(code, output)
    print(
        f"{'killed by' if is_killed else 'NOT KILLED by'} {mutant.killed_by} in {time.monotonic() - began:.1f} s",
        flush=True,
    )
    if not is_killed:
        print(output)
    return is_killed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
