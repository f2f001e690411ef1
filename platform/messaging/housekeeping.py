"""Tasks that the dispatcher runs in each context once a minute, such as deleting rows that are no longer needed."""

from datetime import datetime
from typing import Protocol


class Task(Protocol):
    def __call__(self, context: str, *, now: datetime) -> int:
        """Process one batch in this context's database, and return the number of its rows."""
        ...


_tasks: list[Task] = []


def housekeeping(task: Task) -> Task:
    """Register a task for all contexts of this process; use it as a decorator, or call it in `ready()`."""
    if task not in _tasks:
        _tasks.append(task)
    return task


def tasks() -> list[Task]:
    return list(_tasks)
