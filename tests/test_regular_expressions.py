"""Our regular expressions mean the same to every Python that we claim."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import careconsole

FUNCTIONS = ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")
SINGLE = (ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY)


def patterns() -> Iterator[tuple[str, str | bytes]]:
    """Every pattern of the program that is written as a text, with its place."""
    package = Path(careconsole.__file__).parent
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called = node.func
            if called.attr in FUNCTIONS and isinstance(called.value, ast.Name) and called.value.id == "re":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                    yield f"{path.relative_to(package)}:{node.lineno}", first.value


def keeps_no_way_back(parsed: Any) -> bool:
    """Whether a group is atomic or repeated possessively, which Python before 3.11.5 matches wrongly (gh-106052)."""
    for op, argument in parsed:
        if op is ops.ATOMIC_GROUP:
            return True
        if op is ops.POSSESSIVE_REPEAT and not (len(argument[2]) == 1 and argument[2][0][0] in SINGLE):
            return True
        inner = [argument] if not isinstance(argument, tuple | list) else argument
        for one in inner:
            several = one if isinstance(one, list) else [one]
            if any(isinstance(part, parser.SubPattern) and keeps_no_way_back(part) for part in several):
                return True
    return False


def test_no_group_is_atomic_or_possessive() -> None:
    found = dict(patterns())
    assert len(found) > 100
    assert [place for place, pattern in found.items() if keeps_no_way_back(parser.parse(pattern))] == []


@pytest.mark.parametrize("pattern", [r"(?>ab)", r"(?:ab|c)*+", r"x(y(?:ab)++)?", r"a|(?:b(?:cd)?+)"])
def test_such_groups_are_found_wherever_they_stand(pattern: str) -> None:
    assert keeps_no_way_back(parser.parse(pattern))


@pytest.mark.parametrize("pattern", [r"[ab]*+", r"\s++x", r"(?:a[^b]*+){0,3}", r".*+"])
def test_single_characters_may_be_repeated_possessively(pattern: str) -> None:
    assert not keeps_no_way_back(parser.parse(pattern))
    assert re.compile(pattern)


OF_MAIL = ("intake/mail/", "domain/mail/", "domain/case/inbound", "intake/values/html_text", "domain/case/files")
"""Where patterns meet what strangers send."""


def repeats_a_repetition(parsed: Any, within: bool = False) -> bool:
    """Whether something unlimited is repeated without limit: some text makes such a pattern take forever."""
    for op, argument in parsed:
        unlimited = op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[1] == ops.MAXREPEAT
        if unlimited and within:
            return True
        inner = [argument] if not isinstance(argument, tuple | list) else argument
        for one in inner:
            several = one if isinstance(one, list) else [one]
            if any(
                isinstance(part, parser.SubPattern) and repeats_a_repetition(part, within or unlimited)
                for part in several
            ):
                return True
    return False


def test_no_pattern_for_mail_repeats_a_repetition() -> None:
    found = {place: pattern for place, pattern in patterns() if place.startswith(OF_MAIL)}
    assert len(found) > 10
    assert [place for place, pattern in found.items() if repeats_a_repetition(parser.parse(pattern))] == []


@pytest.mark.parametrize("pattern", [r"(a+)+", r"(?:a*b)*", r"(?:x(?:y|z+))+", r"(?:a+?)*?"])
def test_such_patterns_are_found_wherever_they_stand(pattern: str) -> None:
    assert repeats_a_repetition(parser.parse(pattern))
    assert not repeats_a_repetition(parser.parse(r"(?:a{0,9}b)+c*"))
