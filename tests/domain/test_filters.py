"""The filter language: what it reads, how it writes it back, and where it points when something is wrong."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.filters.fields import FIELDS, FLAGS
from careconsole.domain.filters.language import (
    MAX_NUMBERS,
    MAX_VALUES,
    FilterError,
    Term,
    number_filter,
    parse,
    unparse,
)
from careconsole.domain.time.moments import DAY, HOUR, MINUTE, SECOND, WEEK

Meaning = tuple[str, str, tuple[str | int, ...], bool]


def read(text: str) -> list[Meaning]:
    """What a filter says, without the places."""
    return [(t.field, t.op, t.values, t.negated) for t in parse(text)]


def one(text: str) -> tuple[str, str, tuple[str | int, ...]]:
    ((field, op, values, negated),) = read(text)
    assert not negated
    return field, op, values


def mistake(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text)
    return caught.value


def test_all_terms_of_a_filter_hold_together() -> None:
    text = 'owner:ana level:>=1 is:overdue waiting:>4h tag:billing -is:parked "free text"'
    assert read(text) == [
        ("owner", "=", ("ana",), False),
        ("level", ">=", (1,), False),
        ("is", "=", ("overdue",), False),
        ("waiting", ">", (4 * HOUR,), False),
        ("tag", "=", ("billing",), False),
        ("is", "=", ("parked",), True),
        ("text", "=", ("free text",), False),
    ]


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_an_empty_filter_asks_nothing(text: str) -> None:
    assert parse(text) == ()


def test_every_term_knows_its_place() -> None:
    text = '  owner:ana -"free text"\tis:open'
    assert [text[t.start : t.end] for t in parse(text)] == ["owner:ana", '-"free text"', "is:open"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("owner:ana,ben", ("ana", "ben")),
        ("level:1,2", (1, 2)),
        ("is:open,Resolved", ("open", "resolved")),
        ('customer:"Acme Ltd",Ben', ("Acme Ltd", "Ben")),
        ("text:refund,credit", ("refund", "credit")),
        ("number:0017", (17,)),
        ("owner:ME", ("me",)),
        ("owner:Ana", ("Ana",)),
        ("status:OPEN", ("open",)),
        ("external:ABC:12", ("ABC:12",)),
        ("tag:-odd", ("-odd",)),
        ("owner:=ana", ("ana",)),
        ('customer:"a, \\"b\\" \\\\ c\\d"', ('a, "b" \\ c\\d',)),
        ("tag:a\\b", ("a\\b",)),
        ('tag:">=1"', (">=1",)),
    ],
)
def test_values_are_alternatives(text: str, values: tuple[str | int, ...]) -> None:
    assert one(text)[1:] == ("=", values)


@pytest.mark.parametrize(
    ("text", "op", "span"),
    [
        ("waiting:4h", ">=", 4 * HOUR),
        ("waiting:>30m", ">", 30 * MINUTE),
        ("age:<=1w", "<=", WEEK),
        ("silence:2D", ">=", 2 * DAY),
        ("resolved:<1w", "<", 7 * DAY),
        ("age:<1h30m", "<", 90 * MINUTE),
        ("age:>=90s", ">=", 90 * SECOND),
        ("due:<2h", "<", 2 * HOUR),
        ("due:<-2h", "<", -2 * HOUR),
        ("due:>0m", ">", 0),
    ],
)
def test_durations_are_milliseconds_and_at_least_where_nothing_is_said(text: str, op: str, span: int) -> None:
    assert one(text)[1:] == (op, (span,))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("refund", "refund"),
        ('"late invoice"', "late invoice"),
        ("a,b", "a,b"),
        ("x-ray", "x-ray"),
        ("O'Brien", "O'Brien"),
        ('"http://x"', "http://x"),
        ('"-"', "-"),
        ('"C:\\new"', "C:\\new"),
        ("größe", "größe"),
        ("a>b", "a>b"),
        ("[/]", "[/]"),
    ],
)
def test_what_is_no_field_is_text_to_look_for(text: str, found: str) -> None:
    assert one(text) == ("text", "=", (found,))
    assert read("-" + text) == [("text", "=", (found,), True)]


def test_fields_and_flags_may_be_written_in_capitals() -> None:
    assert read("OWNER:ana Is:Breached") == read("owner:ana is:overdue")


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ('tag:a "never closed', '"', "never closed"),
        ('customer:"Acme', '"', "never closed"),
        ('"ends in \\"', '"', "never closed"),
        ("is:open onwer:ana", "onwer", "Did you mean owner:?"),
        ("-onwer:ana", "onwer", "Did you mean owner:?"),
        ("see http://x now", "http://x", 'quote it: "http://x"'),
        ("12:30", "12:30", 'quote it: "12:30"'),
        (":x", ":x", 'quote it: ":x"'),
        ('zzz:"a b"', 'zzz:"a', "in quotes"),
        ("is:overdew", "overdew", "Did you mean is:overdue?"),
        ("is:open,what", "what", "open, resolved, parked"),
        ("is:merged", "merged", "status:merged"),
        ("status:parked", "parked", "is:parked"),
        ("status:done", "done", "open, resolved, closed, merged"),
        ("owner:>ana", ">", "owner:ana,ben"),
        ("is:>open", ">", "is:overdue"),
        ("level:!=1", "!=", "minus in front"),
        ("waiting:=4h", "=", ">, >=, <, <="),
        ("level:high", "high", "whole number"),
        ("level:-1", "-1", "whole number"),
        ("level:1.5", "1.5", "whole number"),
        ("level:²", "²", "whole number"),
        ("number:1234567890123456", "1234567890123456", "whole number"),
        ("level:>=1,2", "2", "one value"),
        ("waiting:4h,5h", "5h", "one value"),
        ("waiting:soon", "soon", "1h30m"),
        ("waiting:4", "4", "1h30m"),
        ("waiting:-4h", "-4h", "never negative"),
        ("owner:", "", "A value is missing"),
        ("owner: ana", "", "in one piece"),
        ("level:>=", "", "A value is missing"),
        ("owner:ana,", "", "A value is missing"),
        ("owner:,ana", "", "A value is missing"),
        ('owner:""', '""', "nothing between"),
        ('tag:a " "', '" "', "nothing between"),
        ("a - b", "-", 'quote it: "-"'),
        ("-", "-", 'quote it: "-"'),
        ("--is:open", "-", "minus"),
        ('5"', '"', "middle of a word"),
        ('tag:a"b"', '"', "middle of a word"),
        ('"a"b', "b", "space is missing"),
        ('tag:"a"b', "b", "comma is missing"),
        ("level>=1", "level>=1", "Write level:>=1"),
        ("-owner=ana", "owner=ana", "Write owner:ana"),
        ("a\0b", "\0", "No case contains"),
        ("a \ud800", "\ud800", "No case contains"),
    ],
)
def test_a_mistake_is_shown_with_its_place_and_what_would_be_valid(text: str, place: str, told: str) -> None:
    error = mistake(text)
    assert error.exit_code == 2
    assert error.text[error.start : error.end] == place
    assert told in str(error)


@pytest.mark.parametrize(
    "text", ["--\x1b[31m", "\x1b:1", "tagg:\x1b", "is:\x1b", "level:\x1b", "age:\x1b", "tag>\x1b", "-\x1b:"]
)
def test_a_mistake_brings_nothing_hostile_to_the_terminal(text: str) -> None:
    error = mistake(text)
    assert "\x1b" not in shown_on_a_terminal(error)
    assert "␛" in error.pointed()


def test_an_unknown_flag_is_answered_with_all_flags() -> None:
    assert all(flag in str(mistake("is:nonsense").hint) for flag in FLAGS)


def test_an_unknown_field_is_answered_with_all_fields() -> None:
    assert all(name in str(mistake("qqqq:1").hint) for name in FIELDS)


def test_a_list_is_no_filter() -> None:
    parse("tag:" + ",".join("1" * MAX_VALUES))
    assert "too long" in mistake("tag:" + ",".join("1" * (MAX_VALUES + 1))).message
    assert "too long" in mistake("x " * (MAX_VALUES + 1)).message


def test_case_numbers_may_be_as_many_as_a_figure_of_a_page_has() -> None:
    (term,) = parse(number_filter(range(1, MAX_NUMBERS + 1)))
    assert (term.values[0], term.values[-1]) == (1, MAX_NUMBERS)
    assert "too long" in mistake(number_filter(range(1, MAX_NUMBERS + 2))).message
    assert "too long" in mistake("number:1 " * (MAX_VALUES + 1)).message, "terms are another matter than values"


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ("is:open onwer:ana", "is:open onwer:ana\n        ^^^^^"),
        ("owner:", "owner:\n      ^"),
        ("日本 is:x a", "日本 is:x a\n        ^"),
        ("a\x1b[31m is:x\tb", "a␛[31m is:x b\n          ^"),
        ("a\u200bb is:x", "ab is:x\n      ^"),
    ],
)
def test_carets_stand_below_the_mistake(text: str, pointed: str) -> None:
    assert mistake(text).pointed() == pointed


@pytest.mark.parametrize("text", ["a " * 200 + "is:x " + "b " * 2000, "is:" + "x" * 10000])
def test_a_long_filter_is_shown_around_its_mistake(text: str) -> None:
    line, carets = mistake(text).pointed().split("\n")
    assert len(line) < 150
    assert "x" in line[carets.index("^") :]


def shown_on_a_terminal(error: FilterError) -> str:
    return f"{error.pointed()}{error.message}{error.hint}"


@given(st.text() | st.text('ai:-"\\<>=!, \n\x1b1h,owner', max_size=30))
def test_any_text_is_a_filter_or_a_mistake_that_can_be_shown(text: str) -> None:
    try:
        terms = parse(text)
    except FilterError:
        error = mistake(text)
        assert 0 <= error.start <= error.end <= len(text)
        shown = shown_on_a_terminal(error)
        assert shown.count("\n") == 1
        assert not any(category(c) in ("Cc", "Cs") for c in shown.replace("\n", ""))
    else:
        assert all(a.end <= b.start for a, b in pairwise(terms))
        assert read(unparse(terms)) == read(text)


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip)
tricky_words = st.text('a-"\\<>=!:, \n1', min_size=1, max_size=8).filter(str.strip)


@st.composite
def some_term(draw: st.DrawFn) -> Term:
    kind = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
    op = draw(st.sampled_from(kind.ops))
    value: st.SearchStrategy[str | int]
    if kind.kind == "number":
        value = st.integers(0, 10**15 - 1)
    elif kind.kind == "duration":
        value = st.integers(-(10**9) if kind.signed else 0, 10**9).map(lambda seconds: seconds * SECOND)
    elif kind.closed:
        value = st.sampled_from(kind.words)
    else:
        value = (words | tricky_words).map(lambda word: word.lower() if word.lower() in kind.words else word)
    values = draw(st.lists(value, min_size=1, max_size=3 if op == "=" else 1))
    return Term(kind.name, op, tuple(values), draw(st.booleans()), 0, 0)


@given(st.lists(some_term(), max_size=5).map(tuple))
def test_what_is_written_reads_back_the_same(terms: tuple[Term, ...]) -> None:
    written = unparse(terms)
    assert read(written) == [(t.field, t.op, t.values, t.negated) for t in terms]
    assert unparse(parse(written)) == written


def test_every_field_has_a_help_and_an_example_that_reads() -> None:
    for name, kind in FIELDS.items():
        assert kind.name == name
        assert kind.help
        assert "\n" not in kind.help
        assert one(kind.example)[0] == name
        assert kind.default in kind.ops
    for flag, meaning in FLAGS.items():
        assert one(f"is:{flag}") == ("is", "=", (flag,))
        assert meaning


def test_reading_a_right_filter_loads_no_more_than_it_needs() -> None:
    code = (
        "import sys; from careconsole.domain.filters.language import parse; parse('owner:ana waiting:>4h \"a b\"')\n"
        "sys.exit(any(name in sys.modules for name in ('difflib', 'rich', 'zoneinfo', 'dataclasses')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
