"""CPU time and memory of processes with their descendants, from /proc."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# Fields of /proc/<pid>/stat after the name, which may contain spaces: see proc(5), which counts from 1.
PARENT = 1
USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM = 11, 12, 13, 14
RESIDENT = 21


def cpu_seconds(root: int) -> float:
    """Return the CPU time that a process and its descendants have used, ended ones included."""
    used = (USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM)
    return sum(int(fields[number]) for fields in _tree(root) for number in used) / TICKS_PER_SECOND


def max_resident_bytes(root: int) -> int:
    """Return the largest resident memory among the process and its descendants."""
    return max(int(fields[RESIDENT]) for fields in _tree(root)) * PAGE_BYTES


def _tree(root: int) -> list[list[str]]:
    """Return the fields of a process and of its descendants."""
    all_fields = dict(_processes())
    rows, parents = [all_fields[root]], {root}
    while children := {pid for pid, fields in all_fields.items() if int(fields[PARENT]) in parents}:
        rows += [all_fields[pid] for pid in children]
        parents = children
    return rows


def _processes() -> list[tuple[int, list[str]]]:
    processes = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        processes.append((int(folder.name), stat.rpartition(")")[2].split()))
    return processes
