"""The names behind the ids in an export: people, organisations, groups, fields; read before the tickets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from careconsole.domain.imported_record import ExternalIdentity
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.json_records import Record, json_records, utf8_stream
from careconsole.intake.files.opening import sources
from careconsole.intake.registry import File

_BLOCK = 1024 * 1024
_OVERLAP = 64
_MOST_UNKNOWN = 10_000
Marks = Mapping[bytes, bytes]
"""What shows that a file must be read ahead: texts, and for each a regular expression of what follows it."""
ANYTHING: Marks = {b"": b""}
"""The mark of any file that is not empty."""


class NamesById(msgspec.Struct):
    """Names by id, one table for each sort of thing; people also have `identities`, for two may have the same name.

    `agents` tells of people, if it is known, whether they work here (True) or are customers. `unknown` are the ids of
    people that were looked up and have no name.
    """

    people: dict[str, str] = msgspec.field(default_factory=dict)
    identities: dict[str, ExternalIdentity] = msgspec.field(default_factory=dict)
    agents: dict[str, bool] = msgspec.field(default_factory=dict)
    things: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    unknown: set[str] = msgspec.field(default_factory=set)
    _holders: dict[str, str] = msgspec.field(default_factory=dict)

    def add_person(self, id: str, name: str, other: str, agent: bool | None) -> None:
        """Adds a person: `name`, or `other` (an address) if that is empty, and whether they work here, if known."""
        if agent is not None:
            self.agents[id] = agent
        plain = " ".join((name or other).split())
        if not plain or id in self.people:
            return
        self.people[id] = plain
        self.identities[id] = ExternalIdentity(id, other)

    def person(self, id: str) -> str:
        """The name of the person with this id; "user 123" if it is unknown."""
        if (name := self.people.get(id)) is not None:
            return name
        if len(self.unknown) < _MOST_UNKNOWN:
            self.unknown.add(id)
        return f"user {id}"

    def identity(self, id: str) -> ExternalIdentity | None:
        """The identity of the person with this id; None for an empty id."""
        return (self.identities.get(id) or ExternalIdentity(id)) if id else None

    def add_name(self, sort: str, id: str, name: str) -> None:
        """Adds the name of a thing of a `sort` (organization, field); a second one of that name gets its id added."""
        named = self.things.setdefault(sort, {})
        name = " ".join(name.split())
        if name and id not in named:
            named[id] = name if self._holders.setdefault(f"{sort}\0{name}", id) == id else f"{name} ({id})"

    def name(self, sort: str, id: str) -> str:
        """The name of the thing with this id; "group 123" if it is unknown."""
        return self.things.get(sort, {}).get(id) or f"{sort} {id}"

    def notices(self) -> list[str]:
        """What the user should know about people without a name."""
        if not self.unknown:
            return []
        count = f"{len(self.unknown)}{' or more' if len(self.unknown) >= _MOST_UNKNOWN else ''}"
        listed = ", ".join(f"user {id}" for id in sorted(self.unknown, key=lambda id: (len(id), id))[:5])
        more = ", …" if len(self.unknown) > 5 else ""
        return [
            f"People known by their number only: {count} ({listed}{more}). Give the export of users with --users FILE;"
            " if this is imported already, roll it back first: later names do not change it."
        ]


def quoted(texts: Iterable[str], follows: bytes) -> Marks:
    """The marks of several texts in quotes, as keys and values are, with the same behind each."""
    return {b'"%s"' % text.encode(): follows for text in texts}


def read_ahead(
    files: Sequence[File],
    users: Sequence[File],
    keys: tuple[str, ...],
    note: Callable[[Record], None],
    marks: Marks,
    encoding: str = "",
) -> None:
    """Passes to `note` the records in `users`, and those in each of `files` that has one of the `marks`.

    Files are read twice, so standard input is not read ahead. A record that cannot be read is skipped here, and
    rejected when its turn comes.
    """
    for file in users:
        with sources([file]) as opened:
            for source in opened:
                _note(source, keys, note, encoding)
    wanted = [(text, re.compile(follows)) for text, follows in marks.items()]
    for file in files:
        if file == "-":
            continue
        # Searching consumes a source, so those with marks are opened again, members of archives by position.
        with sources([file]) as opened:
            chosen = {place for place, source in enumerate(opened) if _holds(source, wanted, encoding)}
        if not chosen:
            continue
        with sources([file]) as opened:
            for place, source in enumerate(opened):
                if place in chosen:
                    _note(source, keys, note, encoding)


def _note(source: InputFile, keys: tuple[str, ...], note: Callable[[Record], None], encoding: str) -> None:
    for record in json_records(source, keys, encoding):
        if isinstance(record, Record):
            note(record)


def _holds(source: InputFile, wanted: Iterable[tuple[bytes, re.Pattern[bytes]]], encoding: str) -> bool:
    """Whether one of the texts occurs in the rest of a source, read as UTF-8, with what should follow it."""
    left, stream = b"", utf8_stream(source, encoding)
    while block := stream.read(_BLOCK):
        data = left + block
        for text, follows in wanted:
            # Not one expression for all: it would be tried at every quote, and a file is full of them.
            at = data.find(text)
            while at >= 0:
                at += len(text)
                if follows.match(data, at):
                    return True
                at = data.find(text, at)
        left = block[-_OVERLAP:]
    return False
