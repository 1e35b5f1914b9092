"""ARCHITECTURE.md and CONTRIBUTING.md name files and folders that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "careconsole"
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md")
LONGEST = 120
"""Lines of ARCHITECTURE.md at most: it is one page."""

_MARKED = re.compile(r"`([^`\n]+)`|^ {4}(.+)$", re.MULTILINE)
"""What stands in backticks, and the lines of a drawing or an example."""
_PATH = re.compile(r"(?<![\w./-])(?:(?:[\w-][\w.-]*/)*[\w-]+\.(?:py|toml|json|sql|md)|(?:[\w-][\w.-]*/)+)(?![\w*-])")
"""A file, or a folder with a slash at its end."""


def named(text: str) -> list[str]:
    """The files and folders that a page names in backticks or in a drawing; other examples have none of their own."""
    return [path for marked in _MARKED.finditer(text) for path in _PATH.findall(marked[1] or marked[2])]


def missing(text: str) -> list[str]:
    """Those of them that are neither below the package nor at the top level."""
    return [path for path in named(text) if not any(_is_there(base / path, path) for base in (PACKAGE, ROOT))]


def _is_there(place: Path, path: str) -> bool:
    return place.is_dir() if path.endswith("/") else place.is_file()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert len(named(text)) > 20
    assert missing(text) == []


def test_a_file_that_is_gone_is_noticed() -> None:
    assert missing("`desk/cases/execution.py`, `db/presets/` and `tests/waiting.py`\n\n    cli/ | tui/\n") == []
    assert missing("`desk/gone.py`, `gone/` and `cli/__init__/`") == ["desk/gone.py", "gone/", "cli/__init__/"]
    assert missing("above\n\n    gone/ | desk/   below gone.py\n") == ["gone/", "gone.py"]


def test_the_architecture_shows_every_layer_on_one_page() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    layers = {f"{folder.parent.name}/" for folder in PACKAGE.glob("*/__init__.py")}
    assert layers - set(named(text)) == set()
    assert len(text.splitlines()) <= LONGEST
