"""The first comments of tickets whose comments are in files of their own: each is what its ticket calls description."""

from __future__ import annotations

from typing import NamedTuple

from careconsole.intake.values.id_table import IdTable, digest

_TEXT_BITS = 31
_TEXT = (1 << _TEXT_BITS) - 1
_LATEST = (1 << 32) - 1
_LONGEST = 1_000
_NEAR = 60
"""Within how many seconds of its ticket a first comment was written."""


class FirstComment(NamedTuple):
    """What is remembered of a comment: the digest of its id, and whether it says that it is public."""

    id: int
    is_public: bool


class FirstComments:
    """The earliest comment of each ticket, in little memory (`IdTable`)."""

    def __init__(self) -> None:
        self._ids = IdTable()
        self._facts = IdTable()  # seconds, a digest of the text, and one bit: whether it is public

    def add(self, ticket: str, at: int, comment: str, text: str, *, is_public: bool) -> None:
        """Remembers a comment if it is the first of its ticket so far."""
        seconds = _seconds(at)
        facts = self._facts.get(ticket)
        if facts is None or seconds < facts >> _TEXT_BITS + 1:
            self._ids.put(ticket, digest(comment))
            self._facts.put(ticket, (seconds << _TEXT_BITS | _text(text)) << 1 | is_public)

    def of(self, ticket: str, created: int, description: str) -> FirstComment | None:
        """The comment that is the description of a ticket; None if the first one known may be another.

        Files may lack the first comments, so a public one must say what the ticket says: else a description that is
        private might get out. For a private one it is enough that it was written when the ticket was.
        """
        facts, id = self._facts.get(ticket), self._ids.get(ticket)
        if facts is None or id is None:
            return None
        is_public = bool(facts & 1)
        is_near = abs((facts >> _TEXT_BITS + 1) - _seconds(created)) <= _NEAR
        if (facts >> 1) & _TEXT != _text(description) and (is_public or not is_near):
            return None
        return FirstComment(id, is_public)


def _seconds(at: int) -> int:
    return min(max(at // 1000, 0), _LATEST)


def _text(text: str) -> int:
    """A digest of the beginning of a text, by its letters and digits: how it is laid out differs between the two."""
    plain = text[:_LONGEST].replace("&nbsp;", " ")
    return digest("".join(filter(str.isalnum, plain))) & _TEXT
