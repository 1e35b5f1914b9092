"""What the desk tells, in the console's words: every message and hint of the rules and of the desk."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import careconsole
from careconsole.tui.phrases import SHELL, spoken

HOUSE = Path(careconsole.__file__).parent


def said(node: ast.expr) -> str | None:
    """A text of the program as a person reads it, with something in the place of what is filled in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else filled(part)
            for part in node.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
    return None


def filled(part: ast.FormattedValue) -> str:
    written = ast.unparse(part.value)
    return "take-over 12 --reason WHY" if written.startswith("taking(") else "Ben" if "name" in written else "12"


def texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        text = said(node) if isinstance(node, ast.expr) else None
        if text is not None:
            yield text
        else:
            yield from texts(node)


def hints() -> list[str]:
    files = sorted([*(HOUSE / "domain").rglob("*.py"), *(HOUSE / "desk").rglob("*.py")])
    found = {}
    for file in files:
        for text in texts(ast.parse(file.read_text(encoding="utf-8"))):
            if ("careconsole " in text or re.search(r"--[a-z]", text)) and "\n" not in text:
                found[text] = None
    return list(found)


HINTS = hints()


@pytest.mark.parametrize("hint", HINTS)
def test_a_hint_names_keys_and_nothing_of_the_command_line(hint: str) -> None:
    words = spoken(hint)
    shell = rf"careconsole (?!(?:{'|'.join(SHELL)})\b)"
    assert not re.search(shell, words)
    if "careconsole " not in words:
        assert "--" not in words.replace("--db", "")
        assert not re.search(r"\b(?:NAME|TIME|WHAT|WHY|HOW|CAUSE|REASON|OTHER|TEAM|YOU)\b", words)
    depth = 0
    for sign in words:
        depth += (sign == "(") - (sign == ")")
        assert 0 <= depth <= 1, words
    assert depth == 0, words
    assert "  " not in words
    assert not re.search(r"\)\w|\b(?:the|a|to|with|of)[.,;)]", words), words


def test_a_command_becomes_its_key() -> None:
    assert spoken("Simply take it: careconsole take 12.") == "Simply take it: t (Take)."
    assert spoken("Ask them, or take it over: careconsole take-over 12 --reason WHY.") == (
        "Ask them, or take it over: T (Take over)."
    )
    assert spoken("Take them in again: careconsole team add Ben Olsen.") == "Take them in again: M (Team)."


def test_a_command_in_parentheses_needs_no_further_ones() -> None:
    written = (
        "Remind them (careconsole nudge 12) or call somebody else there (careconsole skip 12 --to NAME --reason WHY)."
    )
    assert (
        spoken(written) == "Remind them (! Nudge the responder) or call somebody else there (. Skip to the next step)."
    )
    written = "Say it first: careconsole review 12 --cause CAUSE (--change WHAT --due TIME | --nothing-because WHY)."
    assert spoken(written) == "Say it first: R (Review)."


def test_an_option_becomes_the_question_of_the_form() -> None:
    assert spoken("Name somebody else with --to.") == "Name somebody else under To."
    assert spoken("Give --change WHAT --owner NAME, or --why WHY.") == "Give Change, Owner, or Why."
    assert spoken("Say who you are with --as NAME.") == "Say who you are with w (Who am I)."


def test_a_command_of_the_shell_stays_whole() -> None:
    for written in (
        "Look with careconsole db check.",
        "See careconsole batch list.",
        "Run careconsole db restore --from X.",
    ):
        assert spoken(written) == written
