"""Patterns of maps, and markup of strangers: neither keeps an import for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.imports.pieces import size_of
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry
from careconsole.intake.formats.event_log.maps import parse_map
from careconsole.intake.values import patterns
from careconsole.intake.values.html_text import plain_text
from tests.cli.console import Console
from tests.desk.office import Office

MAP = """
source = "old"
case = "id"
time = "at"
[level]
column = "what"
patterns = [["^(a|aa)+$", 2]]
"""
HOSTILE = "a" * 3_000 + "b"


def test_a_pattern_that_would_take_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "PATIENCE", 0.05)
    assert patterns.search("^(a|aa)+$", "aaa") is not None
    with pytest.raises(WrongUse, match=r"The pattern “\^\(a\|aa\)\+\$” of the map takes too long"):
        patterns.search("^(a|aa)+$", HOSTILE)


def test_a_pattern_is_looked_for_in_the_beginning_of_a_value() -> None:
    assert patterns.search("x$", "a" * (patterns.LOOKED_AT - 1) + "x") is not None
    assert patterns.search("x", "a" * patterns.LOOKED_AT + "x") is None


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "(?P<1>a)", "*"])
def test_what_is_no_pattern_is_told_when_the_map_is_read(pattern: str) -> None:
    with pytest.raises(WrongUse, match="not a regular expression"):
        parse_map(MAP.replace("^(a|aa)+$", pattern))


def test_an_import_with_such_a_pattern_stops_and_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "PATIENCE", 0.05)
    office = Office(tmp_path)
    (tmp_path / "map.toml").write_text(MAP)
    (tmp_path / "log.csv").write_text(f"id,at,what\n1,2024-01-01T00:00Z,aaa\n2,2024-01-01T00:00Z,{HOSTILE}\n")
    stopped = Console(office.path).call(
        "import", "events", str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.toml")
    )
    assert (stopped.code, "takes too long" in stopped.err) == (2, True)
    office.close()


@pytest.mark.parametrize(
    "part",
    [
        "<a",
        "<a ",
        "<!--",
        "<![CDATA[",
        "</",
        "</a",
        '<a href="',
        "<a x=",
        "<a '",
        "<a b ",
        "<p><",
        "<a>x",
        "&#",
        "<x>&",
    ],
)
def test_markup_without_an_end_takes_a_time_that_grows_with_its_length_alone(part: str) -> None:
    """With a parser that begins anew behind each of them, this takes many minutes."""
    length = 200_000
    found = plain_text(part * (length // len(part)))
    assert len(found) <= length * 2


def test_links_within_links_take_no_longer() -> None:
    assert (
        plain_text("<a href='https://x.example'>x" * 50_000 + "</a>" * 50_000).count("x (https://x.example)") == 50_000
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"&#{'1' * 5_000};", "\ufffd"),
        (f"<i x>&#{'1' * 5_000}</i>", "\ufffd"),
        ("<b>5 < 6 a<b c</b>", "5 < 6 a<b c"),
        ('<a href="https://x.example/?a=1&amp;b=2">see</a>', "see (https://x.example/?a=1&b=2)"),
        ("<A HREF=https://x.example>see", "see"),
        ("<img src='data:image/png;base64,AAAA>' alt=\"a > b\">", "[a > b]"),
        ("<p title='a>b'>x</p>", "x"),
        ("a<!-- <b> - -> -->b", "ab"),
        ("a<!-- b", "a<!-- b"),
        ("a<script>if (a<b) '</p>'</SCRIPT >b", "ab"),
        ("a<style/>b<script>c", "abc"),
        ("<!DOCTYPE html><?xml x?>a</ p>b", "ab"),
        ("<template/>a", "a"),
        ("<p", "<p"),
    ],
)
def test_markup_becomes_what_a_reader_would_see(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_part_of_an_import_ends_where_its_texts_become_long() -> None:
    long = ImportedEntry("1", 1, b"k" * 8, 1, subject="s" * 10, description="d" * 20, fields={"a": "f" * 30})
    assert size_of(long) == 60
