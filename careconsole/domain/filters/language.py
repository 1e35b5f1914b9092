"""The filter language of the command line, the console and saved views.

    owner:ana,ben level:>=1 is:overdue waiting:>4h -is:parked customer:"Acme Ltd" "free text"

A filter is a list of terms, all of which a case must match. A term is `field:value`, or text to look for.
Commas separate alternatives, a comparison precedes the value, a leading minus negates the term. Values with
blanks, commas or comparison signs are put in double quotes, in which \\" and \\\\ are the characters themselves;
so is any text with a colon. This module only parses the language; names are resolved and terms are turned into
queries elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.fields import FIELDS, FLAGS, FieldKind, Op
from careconsole.domain.hints import Hint
from careconsole.domain.terminal_text import ELLIPSIS, cell_width, display_text
from careconsole.domain.time.moments import SPAN_HINT, parse_span, write_span

# A longer one is a list rather than a filter, and databases limit the depth of an expression (SQLite: 1,000).
MAX_VALUES = 500
# Numbers of cases make no expression deeper: this many are the cases behind a figure of a page.
MAX_NUMBERS = 100_000


class Term(msgspec.Struct, frozen=True):
    """One condition: `field` compares by `op` with any of `values`; `negated` inverts it.

    `field` is a key of FIELDS ("text" for text to look for). Values are text, except numbers and durations
    (milliseconds). Several values occur only with "=", and one match suffices. `start` and `end` are the term's
    place in the filter text.
    """

    field: str
    op: Op
    values: tuple[str | int, ...]
    negated: bool
    start: int
    end: int


class FilterError(WrongUse):
    """A mistake in a filter: `text` is the whole filter, `start` and `end` the mistake's place in it."""

    def __init__(self, message: str, hint: str | Hint, text: str, start: int, end: int) -> None:
        """`text` is the filter as typed; `message` and `hint` must be safe for a terminal already."""
        super().__init__(message, hint)
        self.text = text
        self.start = start
        self.end = end

    def pointed(self) -> str:
        """The filter, made safe for a terminal, and a line of carets under the mistake."""
        before, place, after = (
            self.text[: self.start],
            self.text[self.start : self.end],
            self.text[self.end :],
        )
        if len(before) > 50:
            before = ELLIPSIS + before[-49:]
        before, place, after = display_text(before), display_text(place, 60), display_text(after, 30)
        return f"{before}{place}{after}\n{' ' * cell_width(before)}{'^' * max(cell_width(place), 1)}"


def parse(text: str) -> tuple[Term, ...]:
    """Parses a filter into its terms, all of which must match. Raises FilterError with the place and a hint."""
    return _Reader(text).terms()


def term_of(field: str, value: str) -> str:
    """The text of one term: the cases whose `field` is `value`, quoted if needed."""
    return unparse((Term(field=field, op="=", values=(value,), negated=False, start=0, end=0),))


def number_filter(numbers: Iterable[int]) -> str:
    """The filter that finds the cases of these numbers, at most `MAX_NUMBERS`, whatever their status."""
    return f"number:{','.join(map(str, numbers))}"


def unparse(terms: tuple[Term, ...]) -> str:
    """The terms as filter text, in its simplest form."""
    return " ".join(map(_written, terms))


_FORMER = {"breached": "overdue", "untaken": "unassigned"}
"""States under the words they had before; views saved with these still show their cases."""
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r'[^\s":]*')
_TO_BLANK = re.compile(r"\S*")
_OP = re.compile(r"!=|>=|<=|>|<|=|")
_VALUE = re.compile(r'[^\s,"]*')
_QUOTED = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*)"', re.DOTALL)
_NO_COLON = re.compile(r"(\w+)(>=|<=|>|<|=)(.*)")
# What `unparse` leaves unquoted, a little stricter than what `parse` accepts.
_PLAIN_VALUE = re.compile(r'[^\s,"<>=!][^\s,"]*')
_PLAIN_TEXT = re.compile(r'[^\s":<>=-][^\s":<>=]*')


class _Reader:
    """Parses one filter from left to right; `at` is the current position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def terms(self) -> tuple[Term, ...]:
        for bad in re.finditer("[\0\ud800-\udfff]", self.text):
            self.fail("No case contains this character.", "Leave it out.", bad.start(), bad.end())
        terms: list[Term] = []
        count = numbers = 0
        self.skip(_BLANK)
        while self.at < len(self.text):
            terms.append(term := self.term())
            if term.field == "number" and term.op == "=" and len(term.values) > 1:
                numbers += len(term.values)
            else:
                count += len(term.values)
            if count > MAX_VALUES:
                self.fail("The filter is too long.", f"It can have {MAX_VALUES} values.", term.start, term.end)
            if numbers > MAX_NUMBERS:
                self.fail("The filter is too long.", f"It can have {MAX_NUMBERS:,} numbers.", term.start, term.end)
            self.skip(_BLANK)
        return tuple(terms)

    def term(self) -> Term:
        start = self.at
        negated = self.text[start] == "-"
        if negated:
            self.at += 1
            if self.ended() or self.text[self.at] == "-":
                self.skip(_TO_BLANK)
                sign = display_text(_quoted(self.text[start : self.at]), 40)
                hint = f"Put it directly before the term it negates; to search for the character, quote it: {sign}."
                self.fail("There is no term after the minus.", hint, start, start + 1)
        op: Op = "="
        values: tuple[str | int, ...]
        if self.sees('"'):
            name, values = "text", (self.value(FIELDS["text"], self.at),)
            if not self.ended():
                self.fail("A space is missing after the quotation mark.", "", self.at, self.at + 1)
        else:
            begin = self.at
            name = self.skip(_WORD)
            if self.sees(":"):
                name, op, values = self.field(name, begin)
            else:
                name, values = "text", (self.word(name, begin),)
        return Term(name, op, values, negated, start, self.at)

    def word(self, word: str, begin: int) -> str:
        if self.sees('"'):
            self.stray_quote()
        if (match := _NO_COLON.fullmatch(word)) and match[1].lower() in FIELDS:
            better = f"{match[1].lower()}:{match[2] if match[2] != '=' else ''}{match[3]}"
            hint = f"Write {display_text(better, 40)}, or quote it to search for that text."
            self.fail(f"A colon is missing after {match[1].lower()}.", hint, begin, self.at)
        return word

    def field(self, written: str, begin: int) -> tuple[str, Op, tuple[str | int, ...]]:
        kind = FIELDS.get(written.lower())
        if kind is None:
            self.unknown_field(written, begin)
        self.at += 1
        op = self.op(kind)
        values: list[str | int] = []
        while True:
            begin = self.at
            values.append(self.value(kind, begin))
            if len(values) > 1 and op != "=":
                hint = f"Give one value, like {kind.example}."
                self.fail(f"{kind.name} {op} takes one value.", hint, begin, self.at)
            if self.ended():
                return kind.name, op, tuple(values)
            if not self.sees(","):
                self.fail("A space or a comma is missing after the quotation mark.", "", self.at, self.at + 1)
            self.at += 1

    def op(self, kind: FieldKind) -> Op:
        begin = self.at
        sign = self.skip(_OP)
        if not sign:
            return kind.default
        for op in kind.ops:
            if op == sign:
                return op
        if sign == "!=":
            hint = f"For the opposite, put a minus in front: -{kind.name}:..."
        elif len(kind.ops) > 1:
            hint = f"Use it with {', '.join(kind.ops)}, like {kind.example}."
        else:
            hint = f"Write it like {kind.example}; quote a value that begins with {sign}."
        self.fail(f"{kind.name} cannot be compared with {sign}.", hint, begin, self.at)

    def value(self, kind: FieldKind, begin: int) -> str | int:
        if self.sees('"'):
            match = _QUOTED.match(self.text, begin)
            if match is None:
                self.fail("The quotation mark is never closed.", 'Add a " at the end.', begin, begin + 1)
            self.at = match.end()
            value = re.sub(r'\\(["\\])', r"\1", match[1])
        else:
            value = self.skip(_VALUE)
            if self.sees('"'):
                self.stray_quote()
        if not value.strip():
            what = "There is nothing between the quotation marks." if value or self.at > begin else ""
            hint = f"Write it in one piece, like {kind.example}."
            self.fail(what or f"A value is missing after {kind.name}.", hint, begin, self.at)
        match kind.kind:
            case "number":
                return self.number(kind, value, begin)
            case "duration":
                return self.duration(kind, value, begin)
        word = _FORMER.get(value.lower(), value.lower()) if kind.kind == "flag" else value.lower()
        if word in kind.words:
            return word
        if kind.closed:
            self.unknown_value(kind, value, begin)
        return value

    def number(self, kind: FieldKind, value: str, begin: int) -> int:
        if value.isascii() and value.isdigit() and len(value) <= 15:
            return int(value)
        hint = f"Write a whole number, like {kind.example}."
        self.fail(f"{kind.name} is a number, and {_shown(value)} is not one.", hint, begin, self.at)

    def duration(self, kind: FieldKind, value: str, begin: int) -> int:
        try:
            span = parse_span(value)
        except WrongUse as error:
            message = f"{kind.name} is a span of time, and {_shown(value)} is not one."
            raise FilterError(message, error.hint, self.text, begin, self.at) from None
        if span < 0 and not kind.signed:
            self.fail(f"{kind.name} is never negative.", SPAN_HINT, begin, self.at)
        return span

    def unknown_field(self, written: str, begin: int) -> NoReturn:
        end = self.at
        near = _nearest(written, FIELDS)
        self.skip(_TO_BLANK)
        whole = self.text[begin : self.at]
        quote = f"quote it: {display_text(_quoted(whole), 40)}" if '"' not in whole else "put all of it in quotes"
        if near:
            hint = f"Did you mean {near}:? To search for that text, {quote}."
            self.fail(f"There is no field {_shown(written)}.", hint, begin, end)
        hint = f"To search for that text, {quote}. The fields are {', '.join(FIELDS)}."
        self.fail(f"A field comes before the colon, and {_shown(written)} is not one.", hint, begin, self.at)

    def unknown_value(self, kind: FieldKind, value: str, begin: int) -> NoReturn:
        near = _nearest(value, kind.words)
        if kind.name == "is" and value.lower() in FIELDS["status"].words:
            near, other = None, f"Did you mean status:{value.lower()}? "
        elif kind.name == "status" and value.lower() in FLAGS:
            near, other = None, f"Did you mean is:{value.lower()}? "
        else:
            other = f"Did you mean {kind.name}:{near}? " if near else ""
        hint = f"{other}It can be {', '.join(kind.words)}."
        self.fail(f"{_shown(value)} is not a value of {kind.name}:.", hint, begin, self.at)

    def stray_quote(self) -> NoReturn:
        hint = 'Put the whole of it in quotes; inside, write \\" for the sign itself.'
        self.fail("There is a quotation mark in the middle of a word.", hint, self.at, self.at + 1)

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def ended(self) -> bool:
        """Whether the term ends here: at a blank or at the end of the filter."""
        return self.at >= len(self.text) or self.text[self.at].isspace()

    def fail(self, message: str, hint: str | Hint, start: int, end: int) -> NoReturn:
        raise FilterError(message, hint, self.text, start, end)


def _nearest(word: str, words: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    near = get_close_matches(word.lower()[:40], list(words), n=1)
    return near[0] if near else None


def _shown(value: str) -> str:
    return f'"{display_text(value, 40)}"'


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(term: Term) -> str:
    minus = "-" if term.negated else ""
    kind = FIELDS[term.field]
    if kind.kind == "text" and len(term.values) == 1:
        text = str(term.values[0])
        return minus + (text if _PLAIN_TEXT.fullmatch(text) else _quoted(text))
    op = "" if term.op == "=" else term.op
    return f"{minus}{kind.name}:{op}{','.join(_written_value(kind, value) for value in term.values)}"


def _written_value(kind: FieldKind, value: str | int) -> str:
    if isinstance(value, str):
        return value if _PLAIN_VALUE.fullmatch(value) else _quoted(value)
    return write_span(value) if kind.kind == "duration" else str(value)
