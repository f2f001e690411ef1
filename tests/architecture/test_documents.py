"""The documentation names only what exists, settings are documented, and every folder has a name and an owner."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import documents
from tests.architecture.tree import ROOT, append_line
from tools.settings_table import DOCUMENT, SOURCES, Setting, settings_in, with_tables

Rule = Callable[[Path], list[str]]

VIOLATIONS: dict[Rule, list[str]] = {
    documents.broken_links: ["[gone](docs/gone.md)", "[gone](README.md#no-such-heading)", "[gone](#no-such-heading)"],
    documents.missing_paths: [
        "`contexts/catalog/gone.py`",
        "`use_cases/gone.py`",
        "`contexts/gone/`",
        "`docs/<word>.toml`",
    ],
    documents.missing_tests: ["`gone/test_gone.py::TestIt`", "`gone/test_gone.py::test_it::test_that`"],
    documents.missing_targets: ["`make gone`", "    make gone", "`SCALE=10 make gone`"],
}


@pytest.mark.parametrize("rule", VIOLATIONS, ids=lambda rule: rule.__name__)
class TestDocuments:
    def test_mention_only_what_exists(self, rule: Rule) -> None:
        assert rule(ROOT) == []

    def test_are_reported_if_they_mention_something_else(self, rule: Rule, tmp_path: Path) -> None:
        shutil.copyfile(ROOT / "Makefile", tmp_path / "Makefile")
        (tmp_path / "README.md").write_text("# Here\n")
        (tmp_path / "contexts").mkdir()

        for violation in VIOLATIONS[rule]:
            (tmp_path / "NEWS.md").write_text(f"[here](README.md#here), `README.md`, `make test`\n{violation}\n")

            assert len(rule(tmp_path)) == 1, violation


class TestReadme:
    def test_names_every_folder_of_the_project_and_no_other(self) -> None:
        assert documents.unnamed_folders(ROOT) == []

    def test_that_leaves_out_a_folder_or_names_another_is_reported(self, tmp_path: Path) -> None:
        for file in ("platform/gateway/__init__.py", "platform/messaging/relay.py"):
            append_line(tmp_path, file, "")
        (tmp_path / "README.md").write_text("platform/   shared\n    gateway/   requests\n    gone/   nothing\n")

        assert documents.unnamed_folders(tmp_path) == [
            "README.md: platform/gone is not in both the tree and the project",
            "README.md: platform/messaging is not in both the tree and the project",
        ]


class TestSettings:
    def test_are_documented_as_they_are_in_the_code(self) -> None:
        assert with_tables(ROOT) == (ROOT / DOCUMENT).read_text("utf-8"), "run make docs"

    def test_are_all_described(self) -> None:
        read = {file: settings_in(ROOT / file) for files in SOURCES.values() for file in files}

        assert [
            f"{file}: {setting.name}" for file, all_ in read.items() for setting in all_ if not setting.purpose
        ] == []
        assert all(read.values())

    def test_are_read_from_calls_and_their_comments(self, tmp_path: Path) -> None:
        code = tmp_path / "settings.py"
        code.write_text(
            "# Above,\n# in two lines.\nA = env.str('A', default='x' if DEVELOPMENT else '')\n"
            "B = env.int('B', default=2 * 60)  # noqa: S105 # seconds | behind\n"
            "if C := env.bool(\n    'C', default=False\n):  # of the last line\n    pass\n"
            "D = env.str(f'{login.upper()}_D')\n"
        )

        assert settings_in(code) == [
            Setting("A", "", "Above, in two lines."),
            Setting("B", "`120`", "Seconds \\| behind"),
            Setting("C", "`false`", "Of the last line"),
            Setting("<LOGIN>_D", "", ""),
        ]

    def test_in_the_example_have_their_comment_right_above(self, tmp_path: Path) -> None:
        (tmp_path / ".env.example").write_text("# The file.\n\n# The port.\nPORT=80\n\nBARE=\n")

        assert settings_in(tmp_path / ".env.example") == [Setting("PORT", "`80`", "The port."), Setting("BARE", "", "")]


class TestOwners:
    def test_are_named_for_every_folder_and_context(self) -> None:
        owned = set(re.findall(r"^/(\S+)/\s+@\S", (ROOT / ".github/CODEOWNERS").read_text("utf-8"), re.MULTILINE))
        not_kept = {".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split())}
        folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name not in not_kept}
        contexts = {f"contexts/{path.parent.name}" for path in ROOT.glob("contexts/*/README.md")}

        assert (folders | contexts) - owned == set()

    def test_own_only_what_exists(self) -> None:
        owned = re.findall(r"^/(\S+)/\s", (ROOT / ".github/CODEOWNERS").read_text("utf-8"), re.MULTILINE)

        assert [folder for folder in owned if not (ROOT / folder).is_dir()] == []
