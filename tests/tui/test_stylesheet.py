"""The stylesheet names widgets by their classes: one that is renamed must not lose its style."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual import screen, widgets
from textual.command import SearchIcon
from textual.widgets._toast import Toast, ToastRack

TUI = Path(__file__).resolve().parents[2] / "careconsole" / "tui"
OURS = {name for file in TUI.rglob("*.py") for name in re.findall(r"^\s*class (\w+)", file.read_text("utf-8"), re.M)}
THEIRS = {*widgets.__all__, *(one.__name__ for one in (screen.Screen, SearchIcon, Toast, ToastRack))}


def selectors() -> set[str]:
    """The names of classes of widgets in the stylesheet."""
    text = re.sub(r"/\*.*?\*/", "", (TUI / "careconsole.tcss").read_text("utf-8"), flags=re.DOTALL)
    heads = re.findall(r"([^{}]*)\{", text)
    return {name for head in heads for name in re.findall(r"(?<![\w.#:$-])[A-Z]\w*", head)}


def test_there_is_a_stylesheet_to_read() -> None:
    assert {"CaseList", "FormScreen", "ChooseOne"} <= selectors()


@pytest.mark.parametrize("name", sorted(selectors()))
def test_a_selector_names_a_widget_that_there_is(name: str) -> None:
    assert name in OURS | THEIRS
