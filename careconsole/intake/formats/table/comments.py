"""Comments in a table: a column each, under one name, written "date;author;text" as Jira does in CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from careconsole.domain.terminal_text import fold
from careconsole.intake.formats.table.maps import CaseMap
from careconsole.intake.values.times import Moments

_WRITTEN = re.compile(r"\s*([^;\n]{6,40});([^;\n]{1,100});(.*)", re.DOTALL)
_REPEATED = re.compile(r" \(\d+\)")
_ACCOUNT = re.compile(r"(?:\d+:)?[0-9a-f][0-9a-f-]{19,}", re.IGNORECASE)
_MOST_ACCOUNTS = 100_000


class Comment(NamedTuple):
    """A comment: its text, its author (may be empty), and when it was written (epoch milliseconds), if it tells."""

    text: str
    author: str = ""
    at: int | None = None


def comment_of(value: str, moment: Moments) -> Comment:
    """The comment in a value; anything but "date;author;text" with a date that can be read is its text alone."""
    found = _WRITTEN.fullmatch(value)
    if found is None or not any(map(str.isdigit, found[1])) or not found[3].strip():
        return Comment(value)
    try:
        return Comment(found[3].strip(), found[2].strip(), moment(found[1].strip()))
    except ValueError:
        return Comment(value)


def comment_columns(columns: Iterable[str], case_map: CaseMap) -> list[str]:
    """The columns of comments: the map's `note`, and those that repeat its name, which `sniff.distinct` numbers."""
    note, kept = case_map.note, case_map.keep or ()

    def repeats(name: str) -> bool:
        return name.startswith(note) and _REPEATED.fullmatch(name, len(note)) is not None and name not in kept

    return [name for name in columns if note and (name == note or repeats(name))]


class Accounts:
    """Adds to `names` those of accounts, which Jira's cloud gives beside their ids (`Assignee`, `Assignee Id`)."""

    def __init__(self, columns: Sequence[str], names: dict[str, str]) -> None:
        places = {f"{name} Id": place for place, name in enumerate(columns)}
        self._pairs = [(places[name], at) for at, name in enumerate(columns) if name in places]
        self._names = names

    @property
    def has_names(self) -> bool:
        """Whether the columns name any account."""
        return bool(self._pairs)

    def learn(self, row: Sequence[str]) -> None:
        """Remembers the accounts that a row names."""
        for name_at, id_at in self._pairs:
            if row[id_at] and row[name_at] and len(self._names) < _MOST_ACCOUNTS:
                self._names.setdefault(row[id_at], row[name_at])

    def signed(self, comment: Comment, strangers: frozenset[str], customer: str | None) -> tuple[str, str | None]:
        """The text of a comment, and the colleague who wrote it.

        Nobody for one by the customer, by `strangers` (folded names), and by an account without a name, which the text
        then begins with.
        """
        author = self._names.get(comment.author, comment.author)
        if author == comment.author and _ACCOUNT.fullmatch(author):
            return f"{author}: {comment.text}", None
        folded = fold(author)
        if not folded or folded in strangers or folded == fold(customer or ""):
            return comment.text, None
        return comment.text, author
