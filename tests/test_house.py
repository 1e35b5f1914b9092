"""How the house is built: imports go down only, and the command line stays light."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "careconsole"

# From the top. Modules of one layer do not know each other.
LAYERS: list[set[str]] = [
    {"__main__"},
    {"cli", "tui"},
    {"intake", "outlet"},
    {"commands"},
    {"desk"},
    {"store"},
    {"domain"},
]
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}

SQLITE = {"sqlite3", "pysqlite3", "sqlite_utils"}
HEAVY = {"textual", "rich", "sqlite_utils", "dateutil"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import of a file, those inside functions too: line and full name."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            # `from careconsole import desk` names a module, `from careconsole.desk import x` does not matter
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def layer(name: str) -> str | None:
    """`careconsole.desk.load` -> `desk`; None for what is not ours and for the bare package."""
    parts = name.split(".")
    return parts[1] if parts[0] == "careconsole" and len(parts) > 1 else None


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_module_has_its_layer() -> None:
    layers = {layer(module_name(path)) for path in FILES} - {None}
    assert layers <= DEPTH.keys()


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_go_down_only(path: Path) -> None:
    here = layer(module_name(path))
    for line, name in imports(path):
        there = layer(name)
        if there is None or there == here:
            continue
        assert here is not None, f"line {line}: the bare package imports {name}"
        assert DEPTH[here] < DEPTH[there], f"line {line}: {here} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_only_the_store_knows_sqlite(path: Path) -> None:
    if layer(module_name(path)) == "store":
        return
    assert [(line, name) for line, name in imports(path) if name.split(".")[0] in SQLITE] == []


@pytest.mark.skipif(importlib.util.find_spec("importlinter") is None, reason="import-linter is not installed")
def test_the_import_contract_holds() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def loaded_by(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after running the code."""
    report = "\nimport sys\nprint(*{m.partition('.')[0] for m in sys.modules}, file=sys.stderr)\n"
    run = subprocess.run([sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return set(run.stderr.splitlines()[-1].split())


def test_the_command_line_is_light_to_import() -> None:
    assert loaded_by("import careconsole.cli") & HEAVY == set()


def test_help_is_light() -> None:
    code = """
import sys
from careconsole.__main__ import main
sys.argv = ["careconsole", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    loaded = loaded_by(code)
    assert "click" in loaded
    assert loaded & HEAVY == set()
