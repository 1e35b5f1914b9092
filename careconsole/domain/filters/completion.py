"""Completion of a filter at the cursor: field names, and the values they take. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from careconsole.domain.case.state import CHANNELS
from careconsole.domain.filters.fields import FIELDS, FLAGS, FieldKind
from careconsole.domain.filters.language import Term, unparse
from careconsole.domain.terminal_text import fold, search_key

MAX_CANDIDATES = 40
"""The maximum number of candidates."""


class FilterValues(msgspec.Struct, frozen=True, kw_only=True):
    """The values in use: names of people, tags, causes of escalations, systems that imports came from.

    There are too many customers to list them all; a caller that knows what was typed may pass those that match.
    """

    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    channels: tuple[str, ...] = CHANNELS
    customers: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()


class Candidate(msgspec.Struct, frozen=True):
    """One candidate: the text as a filter writes it, and a short description."""

    text: str
    help: str = ""


class Completion(msgspec.Struct, frozen=True):
    """The range of the filter that a candidate replaces, and the candidates, the likeliest first."""

    start: int
    end: int
    candidates: tuple[Candidate, ...] = ()

    def accepted(self, text: str, place: int) -> tuple[str, int]:
        """The filter with the candidate at index `place` inserted, and the new cursor position."""
        chosen = self.candidates[place].text
        return text[: self.start] + chosen + text[self.end :], self.start + len(chosen)


_NAME = re.compile(r"-?(\w*)")
_REST_OF_NAME = re.compile(r"\w*:?")
_REST_OF_VALUE = re.compile(r'[^\s,"]*')
_OP = re.compile(r"(!=|>=|<=|>|<|=)?")
_SPANS = {
    "due": ("<1h", "<4h", "<1d", "<0h"),
    "resolved": ("<1d", "<1w", ">1w"),
}
_USUAL_SPANS = (">1h", ">4h", ">1d", ">1w")
_NUMBERS = {"level": (">=1", ">=2", "0"), "hops": (">=1", ">=3"), "reopened": (">=1",)}
_WHO = {
    "me": "the person using this console",
    "duty": "unassigned: the lead on duty",
    "nobody": "unassigned: the lead on duty",
}


def complete(text: str, cursor: int, known: FilterValues, *, whole: bool = False) -> Completion:
    """Completes `text` at `cursor`. No candidates: there is nothing to propose, or it is complete.

    With `whole`, a value that is already complete is a candidate too: otherwise a shell would complete "Ben" to
    "Ben Olsen" as the only choice.
    """
    start = _start_of_term(text, cursor)
    begun = text[start:cursor]
    name = _NAME.match(begun)
    assert name is not None  # it also matches the empty string
    if name.end() == len(begun):
        at = start + len(begun) - len(name[1])
        rest = _REST_OF_NAME.match(text, cursor)
        return Completion(at, rest.end() if rest is not None else cursor, tuple(_names(name[1]))[:MAX_CANDIDATES])
    kind = FIELDS.get(name[1].lower())
    if kind is None or begun[name.end()] != ":":
        return Completion(cursor, cursor)
    return _value(text, start + name.end() + 1, cursor, kind, known, whole)


def _start_of_term(text: str, cursor: int) -> int:
    """Where the term at the cursor begins; blanks within quotes do not end it."""
    start, quoted, at = 0, False, 0
    while at < cursor:
        sign = text[at]
        if quoted and sign == "\\":
            at += 1
        elif sign == '"':
            quoted = not quoted
        elif sign.isspace() and not quoted:
            start = at + 1
        at += 1
    return min(start, cursor)


def _names(begun: str) -> Iterator[Candidate]:
    """Fields that begin with `begun`, then states of a case, so that one need not know to write "is:" first."""
    word = search_key(begun)
    for kind in FIELDS.values():
        if kind.name.startswith(word) and kind.name != "text":
            yield Candidate(f"{kind.name}:", kind.help)
    if word:
        for flag, help in FLAGS.items():
            if flag.startswith(word):
                yield Candidate(f"is:{flag}", help)


def _value(text: str, begin: int, cursor: int, kind: FieldKind, known: FilterValues, whole: bool) -> Completion:
    """The values of a field that complete what was typed, without those already in the term."""
    if kind.kind in ("duration", "number"):
        typed = text[begin:cursor]
        ready = _SPANS.get(kind.name, _USUAL_SPANS) if kind.kind == "duration" else _NUMBERS.get(kind.name, ())
        some = [Candidate(value, kind.help) for value in ready if value.startswith(typed) and (whole or value != typed)]
        return Completion(begin, _end(text, cursor, quoted=False), tuple(some))
    op = _OP.match(text, begin)
    begin = op.end() if op is not None and op.end() <= cursor else begin
    values, at = _split(text, begin, cursor)
    typed = text[at:cursor]
    quoted = typed.startswith('"')
    word = typed.removeprefix('"').replace('\\"', '"').replace("\\\\", "\\")
    taken = {fold(value) for value in values}
    candidates = [
        Candidate(_written(kind, value), help)
        for value, help in _ranked(_values(kind, known), search_key(word))
        if fold(value) not in taken and (whole or fold(value) != fold(word))
    ]
    return Completion(at, _end(text, cursor, quoted=quoted), tuple(candidates[:MAX_CANDIDATES]))


def _end(text: str, cursor: int, *, quoted: bool) -> int:
    """Where the value at the cursor ends."""
    if quoted:
        closing = text.find('"', cursor)
        return closing + 1 if closing >= 0 else cursor
    rest = _REST_OF_VALUE.match(text, cursor)
    return rest.end() if rest is not None else cursor


def _split(text: str, begin: int, cursor: int) -> tuple[list[str], int]:
    """The values of the term before the one at the cursor, and where that one begins."""
    values, start, quoted, at = [], begin, False, begin
    while at < cursor:
        sign = text[at]
        if quoted and sign == "\\":
            at += 1
        elif sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            values.append(text[start:at].strip('"'))
            start = at + 1
        at += 1
    return values, start


def _values(kind: FieldKind, known: FilterValues) -> Sequence[tuple[str, str]]:
    match kind.name:
        case "is":
            return tuple(FLAGS.items())
        case "tag":
            words = known.tags
        case "cause":
            words = known.causes
        case "channel":
            words = known.channels
        case "source":
            words = known.sources
        case "customer":
            words = known.customers
        case "tier":
            words = known.tiers
        case _ if kind.kind == "person":
            return (*((word, _WHO[word]) for word in kind.words), *((name, "") for name in known.people))
        case _:
            words = kind.words
    return tuple((word, "") for word in words)


def _ranked(values: Iterable[tuple[str, str]], word: str) -> list[tuple[str, str]]:
    """The values that begin with `word` (a search key), then those in which a later word begins with it."""
    all = [(one, search_key(one[0])) for one in values]
    first = [one for one, key in all if key.startswith(word)]
    parts = [one for one, key in all if one not in first and any(p.startswith(word) for p in re.split(r"[\s-]", key))]
    return first + parts


def _written(kind: FieldKind, value: str) -> str:
    """A value as the filter writes it, quoted if needed."""
    term = Term(kind.name, "=", (value,), False, 0, 0)
    return unparse((term,)).removeprefix(f"{kind.name}:")
