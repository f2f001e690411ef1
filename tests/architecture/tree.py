"""The project's folder, and copies of it in which a test may break something."""

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
    """Copy only the code to a folder, which is created if needed, and return the folder."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            copy = to / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    shutil.copyfile(ROOT / "importlinter.ini", to / "importlinter.ini")
    return to


def append_line(tree: Path, file: str, line: str) -> None:
    """Append a line to a file, which is created if needed."""
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as text:
        text.write(f"{line}\n")
