"""The journal: changes to the team, customers and settings, each with who made it and from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from careconsole.domain.hints import suggest
from careconsole.store.engine.base import DatabaseCorrupt, Engine, Row

_COLUMNS = "id, at, actor_id, workstation, os_user, kind, about, data"
_ABOUT_PEOPLE = (
    *("person added", "person changed", "away", "back", "duty"),
    *("notices address", "notices forgotten"),
)
"""Kinds of entries whose `about` is the name that a team member had at the time."""


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A change: when, by whom (None: not identified), from which workstation and login, and what.

    `about` is the name, at the time, of the person or thing that changed; `data` holds the details, with the previous
    values under "before".
    """

    number: int
    at: int
    actor: int | None
    workstation: str
    login: str
    kind: str
    about: str
    data: dict[str, Any]


class Journal:
    """Reads and writes the journal. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, *, at: int, actor: int | None, workstation: str, login: str, kind: str, about: str, data: dict[str, Any]
    ) -> None:
        """Adds an entry; see JournalEntry for what each value means."""
        self._engine.execute(
            "insert into journal (at, actor_id, workstation, os_user, kind, about, data)"
            " values (:at, :actor, :workstation, :login, :kind, :about, :data)",
            {
                "at": at,
                "actor": actor,
                "workstation": workstation,
                "login": login,
                "kind": kind,
                "about": about,
                "data": msgspec.json.encode(data).decode(),
            },
        )

    def entries(
        self,
        *,
        since: int = 0,
        until: int | None = None,
        kinds: Sequence[str] = (),
        person: tuple[int, str] | None = None,
        most: int = 100,
    ) -> list[JournalEntry]:
        """The latest `most` entries of a span, of some kinds, by or about a person (number, name); newest first."""
        where = ["at >= :since"]
        params: dict[str, Any] = {"since": since, "most": most}
        if until is not None:
            where.append("at <= :until")
            params["until"] = until
        if kinds:
            condition, more = self._engine.in_list("kind", list(kinds))
            where.append(condition)
            params |= more
        if person is not None:
            about = ", ".join(f"'{kind}'" for kind in _ABOUT_PEOPLE)
            where.append(
                f"(actor_id = :person or {self._engine.json_number('data', 'person')} = :person"
                f" or (about = :name and kind in ({about})))"
            )
            params |= {"person": person[0], "name": person[1]}
        rows = self._engine.fetch_all(
            f"select {_COLUMNS} from journal where {' and '.join(where)} order by id desc limit :most", params
        )
        return [_entry(row) for row in rows]

    def of_command(self, kind: str, command: int) -> JournalEntry:
        """The entry of this kind that a command wrote."""
        row = self._engine.fetch_one(
            f"select {_COLUMNS} from journal where kind = :kind"
            f" and {self._engine.json_number('data', 'command')} = :command",
            {"kind": kind, "command": command},
        )
        assert row is not None  # both are written in one transaction
        return _entry(row)

    def of_batch(self, kind: str, batch: int) -> list[JournalEntry]:
        """The entries of this kind that an import wrote, the oldest first."""
        number = self._engine.json_number("data", "batch")
        rows = self._engine.fetch_all(
            f"select {_COLUMNS} from journal where kind = :kind and {number} = :batch order by id",
            {"kind": kind, "batch": batch},
        )
        return [_entry(row) for row in rows]

    def last_by(self, actor: int, after: int, command: int) -> JournalEntry | None:
        """The actor's latest change that no command of theirs made; None without.

        Only since their command number `command`, at `after` (epoch milliseconds).
        """
        rows = self._engine.fetch_all(
            f"select {_COLUMNS} from journal where actor_id = :actor and at > :after and not exists"
            " (select 1 from commands where commands.actor_id = :actor and commands.id > :command"
            " and commands.at = journal.at) order by id desc limit 1",
            {"actor": actor, "after": after, "command": command},
        )
        return _entry(rows[0]) if rows else None

    def absences(self) -> list[Row]:
        """When people went away and came back, the latest first: "away" or "back", name at that time, at, data."""
        return self._engine.fetch_all(
            "select kind, about, at, data from journal where kind in ('away', 'back') order by id desc"
        )

    def kinds(self) -> list[str]:
        """The kinds of entries that the journal holds."""
        return [row[0] for row in self._engine.fetch_all("select distinct kind from journal order by kind")]

    def changed_logins(self) -> list[JournalEntry]:
        """The entries that set a person's login, the oldest first."""
        rows = self._engine.fetch_all(
            f"select {_COLUMNS} from journal where kind in ('person added', 'person changed') order by id"
        )
        return [entry for entry in map(_entry, rows) if "os_user" in entry.data]


def _entry(row: Row) -> JournalEntry:
    try:
        data = msgspec.json.decode(row[7], type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise DatabaseCorrupt(
            f"Entry {row[0]} of the journal cannot be read.",
            "Keep the file, and restore a backup: {}.",
            suggest("db restore", file=...),
        ) from error
    return JournalEntry(
        number=row[0],
        at=row[1],
        actor=row[2],
        workstation=row[3],
        login=row[4],
        kind=row[5],
        about=row[6],
        data=data,
    )
