"""Untrusted text: made safe for a terminal, measured in terminal cells, and folded for comparison.

Subjects, names and bodies come from outside and may hold escape sequences, direction overrides or
invisible characters. `display_text` is the one function that makes them harmless; JSON and the store keep
them unchanged.
"""

from __future__ import annotations

import re
from functools import cache

REPLACEMENT = "\ufffd"
NEWLINE_SIGN = "⏎"
ELLIPSIS = "…"

# Three classes, which `_safe` tells apart by group: shown as control pictures, shown as U+FFFD, and left out.
_CONTROLS = r"\x00-\x1f\x7f"
_REPLACED = (
    r"\x80-\x9f"  # C1: a lone \x9b starts an escape sequence
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    r"\u206a-\u206f\u2028\u2029\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
)
_DROPPED = (
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u3164\ufe00-\ufe0d\ufeff\uffa0"
    r"\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"  # tags and ideographic variations: they can hide a message
)

_INVISIBLE = rf"{_DROPPED}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufff9-\ufffb"
"""Characters that nobody sees, and that no name has; besides these, joiners and selectors, which some scripts use."""

# The longest emoji in use have ten code points for two cells; more than this per cell is not real text.
_MARKS_PER_CELL = 8
# Words with more letters are rare, and some languages have no spaces between words.
_LONG_WORD = 24


@cache
def _unsafe_pattern() -> re.Pattern[str]:
    """Characters that must not reach a terminal unchanged (compiled on first use: plain ASCII never needs it)."""
    return re.compile(rf"(\r\n|[{_CONTROLS}])|([{_REPLACED}])|[{_DROPPED}]")


def _replacement_for(match: re.Match[str]) -> str:
    if match.lastindex is None:
        return ""
    if match.lastindex == 2:
        return REPLACEMENT
    sign = match[0]
    if sign == "\t":
        return " "
    if sign in ("\n", "\r\n", "\r"):
        return NEWLINE_SIGN
    return "␡" if sign == "\x7f" else chr(0x2400 + ord(sign))


def _cleaned(s: str) -> str:
    s = _unsafe_pattern().sub(_replacement_for, s)
    if "\ufe0f" in s or "\ufe0e" in s:
        # One variation selector chooses between emoji and text style; a run of them only carries hidden data.
        s = re.sub("(^|[\ufe0e\ufe0f])[\ufe0e\ufe0f]+", r"\1", s)
    return s


def display_text(s: str, width: int | None = None) -> str:
    """Makes untrusted text safe for one line of a terminal; with `width`, cuts it to that many cells, unpadded.

    Controls show as their pictures (␛), a line break as ⏎, a tab as a space. Direction overrides, C1
    controls, lone surrogates, line separators and non-characters show as U+FFFD. Invisible characters are
    left out, except the joiners that scripts and emoji need. Idempotent.
    """
    if (width is None or len(s) <= width) and s.isascii() and s.isprintable():
        return s
    if width is None:
        return _cleaned(s)
    limit = _MARKS_PER_CELL * max(width, 0) + 1
    more = len(s) > limit
    if more:
        s = s[:limit]
    if not (s.isascii() and s.isprintable()):
        s = _cleaned(s)
    return _cut(s, width, more)[0]


def shortened(s: str, width: int, where: str) -> str:
    """As `display_text` with a width; what is cut is followed by where all of it is: "We… (in full on case 5)"."""
    shown = display_text(s, width)
    begins = display_text(s[: 4 * max(1, width)])
    return f"{shown} ({where})" if cell_width(begins) > width or len(s) > 4 * max(1, width) else shown


def display_block(s: str) -> str:
    """Makes untrusted text safe for several lines of a terminal: `display_text`, but line breaks stay, as LF."""
    if s.isascii() and s.isprintable():
        return s
    lines = s.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(display_text(line) for line in lines)


@cache
def _narrow() -> re.Pattern[str]:
    # Characters that take one cell in every terminal; such text needs no width table (importing rich costs 10 ms).
    return re.compile(
        "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2400-\u2426\u23ce\ufffd]*"
    )


def cell_width(s: str) -> int:
    """How many terminal cells `s` takes; `s` must have been made safe by `display_text`."""
    if s.isascii() or _narrow().fullmatch(s):
        return len(s)
    from rich.cells import cell_len

    if "\u200d" in s:
        # rich counts zero cells for anything after a joiner, so joined letters would seem to take one cell
        # together; only emoji are drawn as one glyph.
        s = re.sub("\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])", "", s)
    return cell_len(s)


def _cut(s: str, width: int, more: bool = False) -> tuple[str, int]:
    """`s` cut to at most `width` cells, and the cells it takes; `more`: `s` was truncated already."""
    if width <= 0:
        return "", 0
    limit = _MARKS_PER_CELL * width + 1
    if len(s) > limit and not s.isascii():
        s, more = s[:limit], True
    if s.isascii() or _narrow().fullmatch(s):
        if len(s) <= width and not more:
            return s, len(s)
        kept = s[: width - 1]
        return kept + ELLIPSIS, len(kept) + 1
    cells = cell_width(s)
    if cells <= width and not more:
        return s, cells
    kept, cells = _longest_prefix(s, width - 1)
    return kept + ELLIPSIS, cells + 1


def _longest_prefix(s: str, cells: int) -> tuple[str, int]:
    """The longest prefix of `s` that fits into `cells` cells, and the cells it takes."""
    low, high = 0, cells + 1
    while high <= len(s) and cell_width(s[:high]) <= cells:
        low, high = high, high * 2
    while high - low > 1:  # binary search: a longer prefix never takes fewer cells
        middle = (low + high) // 2
        if cell_width(s[:middle]) <= cells:
            low = middle
        else:
            high = middle
    return s[:low], cell_width(s[:low])


def fit(s: str, width: int) -> str:
    """`s` in exactly `width` terminal cells: padded with spaces, or cut with an ellipsis.

    `s` must have been made safe by `display_text`. The cost depends on the width, not on the length of `s`.
    """
    if s.isascii() and len(s) <= width:
        return s.ljust(width)
    kept, cells = _cut(s, width)
    return kept + " " * (width - cells)


def cut_short(s: str, width: int) -> str:
    """`s` in at most `width` terminal cells, ended with an ellipsis because more follows that is not shown."""
    return _cut(s.rstrip(), width, more=True)[0]


def first_words(s: str, width: int) -> str:
    """The words of `s` that have room in `width` cells, and "…" for the others; a word too long for it is cut."""
    kept = _cut(s, max(2, width))[0]
    if kept == s:
        return s
    kept = kept.removesuffix(ELLIPSIS)
    words = kept if s[len(kept) :].startswith(" ") else kept.rpartition(" ")[0]
    if not words or len(kept) - len(words) > _LONG_WORD:
        words = kept
    return f"{words.rstrip(' .,;:')}{ELLIPSIS}"


def wrapped(text: str, width: int) -> list[str]:
    """Safe text wrapped into lines of at most `width` cells, between words where possible."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cell_width(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        at = 0
        while len(word) - at > width or cell_width(word[at:]) > width:  # length first: a long word is measured once
            piece = word[at : at + width]
            if cell_width(piece) > width:
                piece = piece[: max(1, width // 2)]
            lines.append(piece)
            at += len(piece)
        line = word[at:]
    return [*lines, line]


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(f"[{_INVISIBLE}]")


@cache
def _joining() -> re.Pattern[str]:
    return re.compile("[\u200c\u200d\ufe0e\ufe0f]")


@cache
def _joining_nothing() -> re.Pattern[str]:
    # Selectors choose how a symbol looks; joiners shape letters of Persian and Indic scripts, and emoji.
    selectors = "(?<![^\\w\\s\u200c\u200d\ufe0e\ufe0f])[\ufe0e\ufe0f]+"
    joiners = "(?<![^\\x00-\\x7f\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\x00-\\x7f\u200c\u200d])"
    return re.compile(f"{selectors}|{joiners}")


def clean_name(s: str) -> str:
    """A name as it is stored: without characters that nobody sees, and with single spaces for all white space."""
    if not s.isascii():
        s = _invisible().sub("", s)
        while (cleaner := " ".join(_joining_nothing().sub("", " ".join(s.split())).split())) != s:
            s = cleaner  # what is taken out can leave something else beside it that joins nothing
    return " ".join(s.split())


def fold(s: str) -> str:
    """`s` for comparing names and labels: NFKC, case folded, without invisible characters, white space collapsed.

    Two names that fold alike are one name. Not for display.
    Source: Unicode 15, section 3.13, D146 (compatibility caseless match).
    """
    if not s.isascii():
        from unicodedata import normalize

        s = _joining().sub("", _invisible().sub("", s))
        # Folding can leave a decomposed letter, and normalising can produce a capital, so both run twice.
        s = normalize("NFKC", normalize("NFKD", normalize("NFD", s).casefold()).casefold())
        return " ".join(s.split())
    return " ".join(s.lower().split())


# Letters that are typed as others, and have no accent that could be taken off.
_TYPED_AS = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}


@cache
def _other_letters() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_TYPED_AS)}]")


@cache
def _accents() -> re.Pattern[str]:
    # Arabic and Hebrew leave vowels out.
    return re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")


def _kept_accent(match: re.Match[str]) -> str:
    """The mark if it makes another letter, as Cyrillic ones do (и, й), save that ё is written as е."""
    before = match.string[match.start() - 1 : match.start()]
    return match[0] if "\u0400" <= before <= "\u04ff" and (before, match[0]) != ("е", "\u0308") else ""


def search_key(s: str) -> str:
    """`s` for finding it by what somebody types: folded, and without accents ("etienne" for "Étienne").

    Two different names can have the same key: it finds, and says nothing about who is who.
    """
    s = fold(s)
    if not s.isascii():
        from unicodedata import normalize

        plain = normalize("NFC", _accents().sub(_kept_accent, normalize("NFD", s)))
        plain = " ".join(_other_letters().sub(lambda m: _TYPED_AS[m[0]], plain).split())
        return plain or s  # accents alone are not what every name has
    return s


def why_unstorable(s: str) -> str | None:
    """Why `s` cannot be stored, as the end of a sentence ("contains a NUL character"); None if it can."""
    if "\0" in s:
        return f"contains a NUL character (character {s.index(chr(0)) + 1})"
    if not s.isascii():
        try:
            s.encode()
        except UnicodeEncodeError as error:
            return f"contains half a character (U+{ord(s[error.start]):04X}, character {error.start + 1})"
    return None
