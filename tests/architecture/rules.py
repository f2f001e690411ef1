"""
Rules that import-linter cannot check: each takes the root of a tree and returns the violations.

A violation is "path: problem", with a path relative to that root.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from tests.architecture.source import calls, earlier_calls, imports, lines, name_of, parsed

CODE = ("config", "contexts", "platform", "tools")
MAX_FILE_LINES = 300  # lines
MAX_NEIGHBOURS = 3

ONLY_IN = {
    "django.db.transaction": "platform/building_blocks/databases/transactions.py",
    "building_blocks.interfaces.binding.use": "*/neighbours.py",
    "building_blocks.interfaces.binding.bind": "*/apps.py",
    "messaging.subscriptions.subscribe": "*/apps.py",
    "opentelemetry": "platform/observability/spans.py",
}
"""Names, and the only files that may import them."""

FRAMEWORKS = ("django", "rest_framework", "celery", "psycopg")
MODEL_LOOKUPS = ("get_model", "get_app_config")
IDENTITY_ONLY = ("get_user_model", "AUTH_USER_MODEL")
MESSAGE_FILES = {
    "event": ("published/events.py",),
    "command": ("published/commands.py", "domain/commands.py"),
}


def imports_in_the_wrong_file(root: Path) -> list[str]:
    return [
        f"{path}: imports {imported}"
        for path, tree in parsed(root, *CODE)
        for imported in imports(tree)
        for name, place in ONLY_IN.items()
        if _gives_access(imported, name) and not fnmatchcase(path.as_posix(), place)
    ]


def contexts_that_choose_a_database(root: Path) -> list[str]:
    """The router chooses a context's database; `.using` and connections would reach every database."""
    return [
        f"{path}: {what}"
        for path, tree in parsed(root, "contexts")
        for what in (
            *(f"imports {name}" for name in imports(tree) if re.match(r"django\.db(\.connections?)?$", name)),
            *("calls .using()" for call, name in calls(tree) if name == "using"),
        )
    ]


def locks_with_a_join(root: Path) -> list[str]:
    """After a wait for a lock Postgres reads the locked row again, but returns joined rows as they were before it."""
    pair = {"select_for_update", "select_related"}
    return [
        f"{path}: joins other rows to the rows that it locks"
        for path, tree in parsed(root, *CODE)
        for call, name in calls(tree)
        if name in pair and pair - {name} <= set(earlier_calls(call))
    ]


def contexts_with_many_neighbours(root: Path) -> list[str]:
    return [
        f"{path}: calls {count} contexts, at most {MAX_NEIGHBOURS} are allowed"
        for path, tree in parsed(root, "contexts")
        if (count := sum(name == "use" for _, name in calls(tree))) > MAX_NEIGHBOURS
    ]


def references_to_other_models(root: Path) -> list[str]:
    """A string can name another context's model, and no linter sees it."""
    labels = {path.name for path in root.glob("contexts/*")} | {"demo_payments"}
    return [
        f"{path}: names {name}"
        for path, tree in parsed(root, "contexts")
        for name in _model_names(tree, others=labels - {path.parts[1]})
        if name not in IDENTITY_ONLY or path.parts[1] != "identity"
    ]


def misplaced_messages(root: Path) -> list[str]:
    return [
        f"{path}: {kind} {type_} is declared in the wrong file"
        for path, tree in parsed(root, *CODE)
        for kind, type_ in messages_in(tree)
        if path.as_posix() not in {f"contexts/{type_.split('.')[0]}/{file}" for file in MESSAGE_FILES[kind]}
        or not re.fullmatch(r"[a-z]+\.[a-z_]+\.v\d+", type_)
    ]


def declared_messages(root: Path) -> list[tuple[str, str]]:
    """Return kind and type of each message that a context declares."""
    return [message for _, tree in parsed(root, "contexts") for message in messages_in(tree)]


def messages_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield kind ("event" or "command") and type of each message that a module declares."""
    for node in ast.walk(tree):
        for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            if isinstance(decorator, ast.Call) and (kind := name_of(decorator.func)) in MESSAGE_FILES:
                yield kind, ast.literal_eval(decorator.args[0])


def conflicts_without_a_target(root: Path) -> list[str]:
    """An insert that names no conflict ignores every conflict, and silently drops rows that do not exist yet."""
    return [
        f"{path}: {what}"
        for path, tree in parsed(root, *CODE, "benchmarks")
        for what in (
            *(
                f"ignores any conflict in {name}()"
                for call, name in calls(tree)
                if any(keyword.arg == "ignore_conflicts" for keyword in call.keywords)
            ),
            *(
                f"says {node.value.strip()!r}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
                if re.search(r"ON\s+CONFLICT\s+DO\b", node.value, re.IGNORECASE)
            ),
        )
    ]


def names_that_hide_the_standard_library(root: Path) -> list[str]:
    return [
        f"platform/{path.name}: hides a module of Python"
        for path in (root / "platform").iterdir()
        if path.stem == "__init__" or path.stem in sys.stdlib_module_names
    ]


def hidden_platform_module(root: Path) -> list[str]:
    result = _python(root, "import platform; platform.system()")
    return [] if result.returncode == 0 else [f"platform: {result.stderr.splitlines()[-1]}"]


def ambiguous_test_folders(root: Path) -> list[str]:
    folders = {path.parent for path in (root / "tests").rglob("*.py")}
    return [
        f"{folder.relative_to(root).as_posix()}: has no __init__.py, or has the name of a module"
        for folder in folders
        if not (folder / "__init__.py").exists() or folder.name == "platform"
    ]


def context_tests_that_use_other_contexts(root: Path) -> list[str]:
    """The tests of one context use its tables and what others publish; `tests.shop` has every context's."""
    contexts = {path.name for path in root.glob("contexts/*") if path.is_dir()}
    return [
        f"{path}: imports {imported}"
        for context in sorted(contexts)
        for path, tree in parsed(root, f"tests/{context}")
        for imported in imports(tree)
        if imported.startswith("tests.shop") or _belongs_to(imported, contexts - {context})
    ]


def long_files(root: Path) -> list[str]:
    return [f"{path}: {length} lines" for path, length in lines(root, *CODE).items() if length > MAX_FILE_LINES]


def platform_outweighs_contexts(root: Path) -> list[str]:
    """Production code in platform/ must stay smaller than the contexts."""
    platform, contexts = (sum(lines(root, folder).values()) for folder in ("platform", "contexts"))
    return [] if platform < contexts else [f"platform: {platform} lines, and contexts have {contexts}"]


def frameworks_behind_plain_modules(root: Path) -> list[str]:
    """Import the modules: import-linter does not see that a package's `__init__.py` runs, too."""
    files = sorted([*root.glob("contexts/*/published/**/*.py"), *root.glob("contexts/*/domain/**/*.py")])
    modules = [".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for file in files]
    script = (
        "import importlib, sys\n"
        f"for name in {modules}:\n"
        "    importlib.import_module(name)\n"
        f"    if loaded := sys.modules.keys() & {set(FRAMEWORKS)}: sys.exit(f'{{name}} imports {{loaded}}')"
    )
    result = _python(root, script)
    return [] if result.returncode == 0 else [f"contexts: {result.stderr.splitlines()[-1]}"]


def _python(root: Path, script: str) -> subprocess.CompletedProcess[str]:
    # As in the container: what PYTHONPATH names comes before the standard library.
    path = {"PYTHONPATH": os.pathsep.join([str(root), str(root / "platform")])}
    return subprocess.run([sys.executable, "-c", script], cwd=root, env=path, capture_output=True, text=True)


def _belongs_to(imported: str, contexts: set[str]) -> bool:
    """Return whether a name belongs to the code of one of these contexts, and is not published."""
    names = imported.split(".")
    return names[0] == "contexts" and names[1:2] != [] and names[1] in contexts and names[2:3] != ["published"]


def _gives_access(imported: str, name: str) -> bool:
    """Return whether an import gives access to a name: it imports the name, a part of it, or a module that has it."""
    return f"{imported}.".startswith(f"{name}.") or f"{name}.".startswith(f"{imported}.")


def _model_names(tree: ast.Module, *, others: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = re.fullmatch(r"contexts\.(\w+)[\w.]*|(\w+)\.[A-Z]\w*", node.value)
            if match and (match[1] or match[2]) in others:
                yield node.value
        elif name_of(node) in IDENTITY_ONLY:
            yield name_of(node)
    for call, name in calls(tree):
        label = call.args[0] if name in MODEL_LOOKUPS and call.args else None
        if isinstance(label, ast.Constant) and label.value in others:
            yield f"{label.value} in {name}()"
