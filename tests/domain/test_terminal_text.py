"""Text that others wrote: safe on a terminal, measured in cells, folded for comparing."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from careconsole.domain.terminal_text import (
    _narrow,
    cell_width,
    clean_name,
    cut_short,
    display_block,
    display_text,
    first_words,
    fit,
    fold,
    search_key,
    why_unstorable,
)

EVERY_CHARACTER = [chr(code) for code in range(0x110000)]
SOME_CHARACTERS = EVERY_CHARACTER[:0x3400] + EVERY_CHARACTER[0x3400::53] + EVERY_CHARACTER[0xF900:0x10000]
"""The alphabets that are written most, what only looks like a letter of them, and a sample of the rest."""
of_characters = pytest.mark.parametrize(
    "characters",
    [pytest.param(SOME_CHARACTERS, id="some"), pytest.param(EVERY_CHARACTER, id="every", marks=pytest.mark.slow)],
)
DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = set("\xad\u034f\u115f\u1160\u180e\u200b\u2060\u2064\u3164\ufeff\uffa0\U000e0001\U000e0041\U000e0100")

TraceFunction = Callable[[FrameType, str, Any], Any]

# Hypothesis seldom picks these by itself.
hostile_text = st.lists(
    st.one_of(
        st.text(st.characters(), max_size=4),
        st.sampled_from("\r\n\t\x1b\x9b\u202e\u200d\u200b\ufe0f\ufe0e\ud800\U000e0041\u0301日👩é "),
        st.sampled_from(
            [
                "\r\n",
                "\x1b]52;c;YQ==\x07",
                "👩\u200d👩\u200d👧",
                "❤\ufe0f",
                "1\ufe0f\u20e3",
                "👋🏽",
                "e\u0301",
            ]
        ),
    ),
    max_size=30,
).map("".join)


def is_harmless(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        and character not in DIRECTION
        and character not in INVISIBLE
        and code & 0xFFFE != 0xFFFE
        and not 0xFDD0 <= code <= 0xFDEF
        and not 0xE0000 <= code <= 0xE0FFF
    )


@of_characters
def test_every_character_alone_comes_out_harmless(characters: list[str]) -> None:
    for character in characters:
        shown = display_text(character)
        assert len(shown) <= 1, hex(ord(character))
        assert all(map(is_harmless, shown)), hex(ord(character))


@given(hostile_text)
def test_no_text_brings_a_harmful_character_to_the_terminal(s: str) -> None:
    assert all(map(is_harmless, display_text(s)))
    assert all(is_harmless(c) or c == "\n" for c in display_block(s))


@given(hostile_text)
@example("x\ufe0f\u200b\ufe0f")
@example("\u200b\ufe0f")
def test_making_text_safe_twice_changes_nothing_more(s: str) -> None:
    once = display_text(s)
    assert display_text(once) == once
    block = display_block(s)
    assert display_block(block) == block


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;YQ==\x07", "␛]52;c;YQ==␇"),
        ("nul\0 del\x7f", "nul␀ del␡"),
        ("\x9b31m", "\ufffd31m"),
        ("one\r\ntwo\nthree\rfour", "one⏎two⏎three⏎four"),
        ("a\tb", "a b"),
        ("invoice\u202efdp.exe", "invoice\ufffdfdp.exe"),
        ("line\u2028para\u2029", "line\ufffdpara\ufffd"),
        ("half \ud83d", "half \ufffd"),
        ("zero\u200bwidth\ufeff soft\xadhyphen", "zerowidth softhyphen"),
        ("tags\U000e0068\U000e0069", "tags"),
        ("hidden👍\ufe0f\ufe0e\ufe0f\U000e0101\ufe01", "hidden👍\ufe0f"),
    ],
)
def test_what_hostile_text_looks_like(raw: str, shown: str) -> None:
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    "s",
    [
        "plain",
        "",
        "Größe – “quoted” €",
        "日本語",
        "می\u200cخواهم",
        "👩\u200d👩\u200d👧",
        "❤\ufe0f",
        "[/] [@click=app.quit]x",
    ],
)
def test_honest_text_stays_as_it_is(s: str) -> None:
    assert display_text(s) == s
    assert display_block(s) == s


def test_a_block_keeps_its_lines_and_nothing_else() -> None:
    assert display_block("one\r\ntwo\rthree\n\n\tfour\x1b") == "one\ntwo\nthree\n\n four␛"


def test_what_counts_as_narrow_takes_one_cell_each() -> None:
    narrow = [c for c in EVERY_CHARACTER if _narrow().fullmatch(c)]
    assert len(narrow) > 900
    assert all(cell_len(c) == 1 for c in narrow)


@pytest.mark.parametrize(
    ("s", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("Größe", 5),
        ("日本", 4),
        ("e\u0301", 1),
        ("👩\u200d👧", 2),
        ("❤\ufe0f", 2),
        ("a\u200db\u200dc", 3),
    ],
)
def test_width_in_cells(s: str, cells: int) -> None:
    assert cell_width(s) == cells


@pytest.mark.parametrize(
    ("s", "width", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("abcdef", -1, ""),
        ("Größe", 4, "Grö…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日… "),
        ("👩\u200d👩\u200d👧 family", 4, "👩\u200d👩\u200d👧 …"),
        ("", 2, "  "),
    ],
)
def test_text_is_padded_or_cut_to_its_column(s: str, width: int, fitted: str) -> None:
    assert fit(s, width) == fitted


@given(hostile_text, st.integers(0, 40))
def test_a_fitted_text_takes_exactly_its_column(s: str, width: int) -> None:
    safe = display_text(s)
    assert cell_width(fit(safe, width)) == width
    assert cell_width(display_text(s, width)) <= width


@given(hostile_text, st.integers(1, 40))
def test_cutting_loses_nothing_of_a_text_that_fits(s: str, width: int) -> None:
    safe = display_text(s)
    # Piling marks on a letter is no way to get a long text through.
    if cell_width(safe) <= width and len(s) <= width:
        assert display_text(s, width) == safe
        assert fit(safe, width).rstrip(" ") == safe.rstrip(" ")


def calls(s: str) -> int:
    """How many functions are called, and lines gone through, to show a subject in a column."""
    steps = 0

    def step(frame: FrameType, event: str, arg: object) -> TraceFunction:
        nonlocal steps
        steps += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        shown = display_text(s, 40)
        fitted = fit(display_text(s[:400]) if "\x1b" in s else s, 40)
    finally:
        sys.settrace(before)
    assert shown.endswith("…")
    assert cell_width(fitted) in (0, 40)
    return steps


@pytest.mark.parametrize(
    "s",
    ["x" * 1_000_000, "\x1b" * 1_000_000, "日" * 1_000_000, "e" + "\u0301" * 1_000_000, "\u200b" * 1_000_000],
)
def test_a_huge_subject_costs_no_more_than_its_column(s: str) -> None:
    calls(s)  # what is remembered of the first time is not counted
    assert calls(s) == calls(s[:10_000]) < 20_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "ANA"),
        (" Ana \t Maria ", "ana maria"),
        ("STRASSE", "straße"),
        ("é", "e\u0301"),
        ("ﬁnance", "Finance"),
        ("Ａｃｍｅ", "acme"),
        ("Ana\u00a0Maria", "ana maria"),
        ("Lea", "Lea\u200b"),
        ("Lea", "\u00adLea"),
        ("Lea", "\u200eL\u2060e\u200da\u202c\ufeff"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(s: str) -> None:
    assert fold(fold(s)) == fold(s)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_folds_the_quick_way_as_the_long_way(s: str) -> None:
    assert fold(s) == " ".join(unicodedata.normalize("NFKC", s).casefold().split())


@of_characters
def test_every_character_folds_the_same_from_any_normal_form(characters: list[str]) -> None:
    for character in characters:
        if unicodedata.category(character) != "Cs":
            assert fold(unicodedata.normalize("NFD", character)) == fold(character), hex(ord(character))
            assert fold(fold(character)) == fold(character), hex(ord(character))
            key = search_key(character)
            assert search_key(fold(character)) == search_key(key) == key, hex(ord(character))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Étienne", "etienne"),
        ("Сёмин", "семин"),
        ("Işıl Kılıç", "isil kilic"),
        ("İpek", "ipek"),
        ("Łódź Øre", "lodz ore"),
        ("Ærø", "aero"),
        ("Straße", "STRASSE"),
        ("Ελλάς", "ΕΛΛΑΣ"),
        ("محمَّد", "محمد"),
        ("Nguyễn", "nguyen"),
    ],
)
def test_a_name_is_found_without_its_accents(name: str, typed: str) -> None:
    assert search_key(name) == search_key(typed)


@given(st.text())
def test_a_search_key_is_its_own_key_and_empty_for_nothing_alone(s: str) -> None:
    assert bool(search_key(s)) == bool(fold(s))
    assert search_key(search_key(s)) == search_key(s)


@pytest.mark.parametrize(("one", "other"), [("Müller", "Muller"), ("Сёмин", "Семин"), ("ı", "i")])
def test_names_with_other_accents_are_other_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("one", "other"), [("чай", "чаи"), ("ในฝัน", "ในฝน"), ("が", "か"), ("ї", "і")])
def test_a_mark_that_makes_another_letter_stays(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana\t L. ", "Ana L."),
        ("Lea\u200b", "Lea"),
        ("\u00adLea\u200d", "Lea"),
        ("\u200fليلى\u200e", "ليلى"),
        ("می\u200cلاد", "می\u200cلاد"),
        ("Ana ❤\ufe0f", "Ana ❤\ufe0f"),
        ("\u200b\u2060", ""),
        ("👩\u200d👩\u200d\u200d", "👩\u200d👩"),
        ("a\u200b\u200d\ufe0f b\u00a0\u200d\u00a0", "a b"),
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@given(st.text() | st.text("a ❤👩\u200b\u200c\u200d\ufe0e\ufe0f\u00a0\u0915"))
def test_a_name_is_the_same_name_once_it_is_clean(s: str) -> None:
    assert fold(clean_name(s)) == fold(s)
    assert clean_name(clean_name(s)) == clean_name(s)


def test_what_cannot_be_stored() -> None:
    assert why_unstorable("fine: é 日 👩 \x1b") is None
    assert why_unstorable("") is None
    assert why_unstorable("ab\0") == "contains a NUL character (character 3)"
    assert why_unstorable("é\ud800") == "contains half a character (U+D800, character 2)"


def test_western_text_needs_no_width_table() -> None:
    code = (
        "import sys; from careconsole.domain.terminal_text import display_text, fit\n"
        "fit(display_text('Größe “1” – 5 €\\x1b'), 9)\n"
        "sys.exit('rich' in sys.modules or 'unicodedata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_text_of_which_more_follows_ends_with_one_ellipsis() -> None:
    assert cut_short("let it cool. I am asking ", 40) == "let it cool. I am asking…"
    assert cut_short("let it cool", 11) == "let it coo…"
    assert cut_short("let it cool", 6) == "let i…"
    assert cut_short("漢字漢字", 6) == "漢字…"
    assert cell_width(cut_short("漢字漢字", 5)) <= 5


def test_what_is_cut_between_words_keeps_something_of_a_text_without_spaces() -> None:
    assert first_words("Log a message: what we told", 27) == "Log a message: what we told"
    assert first_words("Log a message: what we told", 26) == "Log a message: what we…"
    assert first_words("Log a message: what we told", 16) == "Log a message…"
    assert first_words("said: " + "壶" * 60, 80) == "said: " + "壶" * 36 + "…"


@given(st.text(max_size=120), st.integers(2, 60))
def test_what_is_cut_between_words_has_room(s: str, width: int) -> None:
    shown = first_words(display_text(s), width)
    assert cell_width(shown) <= width
    assert shown == display_text(s) or shown.endswith("…")
