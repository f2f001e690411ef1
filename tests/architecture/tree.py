"""The tree of the project: where it is, and copies of it in which a test may break something."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "config",
    "contexts",
    "platform/backoffice",
    "platform/building_blocks",
    "platform/demo_payments",
    "platform/gateway",
    "platform/message_console",
    "platform/messaging",
    "platform/observability",
    "platform/provisioning",
    "platform/web_api",
    "tools",
)


def copy_tree(to: Path) -> Path:
    """Copy the code, and nothing else, to a folder that need not exist, and return it."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            copy = to / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    shutil.copyfile(ROOT / "importlinter.ini", to / "importlinter.ini")
    return to


def append_line(tree: Path, file: str, line: str) -> None:
    """Write a line at the end of a file, which is made where there is none."""
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as text:
        text.write(f"{line}\n")
