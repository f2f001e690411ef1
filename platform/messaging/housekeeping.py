"""What the dispatcher does in each context once a minute: delete rows that are no longer needed, a batch at a time."""

from datetime import datetime
from typing import Protocol


class Task(Protocol):
    def __call__(self, context: str, *, now: datetime) -> int:
        """Do one batch in this context's database, and return how many rows it had."""
        ...


_tasks: list[Task] = []


def housekeeping(task: Task) -> Task:
    """Register a task, for each context of this process; a decorator, or called in `ready()`."""
    if task not in _tasks:
        _tasks.append(task)
    return task


def tasks() -> list[Task]:
    return list(_tasks)
