"""State that consoles store: presence, drafts, people's own views and preferences, and when people last left.

Characters that the database cannot hold (NUL, lone surrogates) are dropped rather than rejected: a draft is never lost
for one bad character.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from careconsole.domain.case.event import Event, Writer
from careconsole.domain.case.state import OPEN
from careconsole.store.cases.change_feed import EVENTS_SINCE
from careconsole.store.cases.repository import event_of
from careconsole.store.cases.verbs import stored_verb
from careconsole.store.cases.writers import written_by
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import reader

_EVENTS_OF_A_CASE = 10
"""A rough average, for choosing the cheaper query in `ConsoleState.events_since`."""

_CONSOLES = (
    "select console, person_id, workstation, case_id, writing, seen_at from presence where seen_at >= :since"
    " order by seen_at desc, console"
)
_MARKS = (
    "select (select coalesce(max(id), 0) from journal), (select coalesce(max(id), 0) from people),"
    " (select count(*) from batches where status = 'rolled back')"
)

TICKS = "ticks"
"""The preference that holds what a person has read and practised. It is private to them, so no export has it."""

_read_numbers = reader(list[int])


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """When a person left (epoch milliseconds), the last event, command and case then, and the open cases they owned."""

    left_at: int
    event: int
    command: int
    case: int
    owned: list[int]


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """The cases that commands of others `touched`, and those that they or mails `opened` and that are open now.

    `any` are the cases that anybody's commands touched, the person's own too.
    """

    touched: set[int]
    opened: list[int]
    any: set[int]


class ConsoleState:
    """Reads and writes console state. Writes need a transaction around them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def present(
        self, console: str, person: int, workstation: str, case: int | None, writing: bool, seen_at: int
    ) -> None:
        """Records who is at a console, which case they are looking at, and whether they are writing to the customer."""
        self._run(
            "insert into presence (console, person_id, workstation, case_id, writing, seen_at)"
            " values (:console, :person, :workstation, :case, :writing, :seen_at)"
            " on conflict (console) do update set person_id = excluded.person_id, workstation = excluded.workstation,"
            " case_id = excluded.case_id, writing = excluded.writing, seen_at = excluded.seen_at",
            {
                "console": console,
                "person": person,
                "workstation": workstation,
                "case": case,
                "writing": int(writing),
                "seen_at": seen_at,
            },
        )

    def renew(self, console: str, person: int, case: int | None, writing: bool, seen_at: int) -> bool:
        """Records that a console was heard from; False if it is not recorded with this person, case and `writing`."""
        renewed = self._engine.execute_aside(
            "update presence set seen_at = :seen_at where console = :console and person_id = :person"
            " and coalesce(case_id, 0) = :case and writing = :writing",
            {"console": console, "person": person, "case": case or 0, "writing": int(writing), "seen_at": seen_at},
        )
        return renewed == 1

    def absent(self, console: str) -> None:
        """Deletes the presence of a closed console."""
        self._run("delete from presence where console = :console", {"console": console})

    def forget_absent(self, before: int) -> None:
        """Deletes the presence of consoles not seen since `before`."""
        self._engine.execute("delete from presence where seen_at < :before", {"before": before})

    def consoles(self, since: int) -> list[Row]:
        """The consoles seen since `since`, the latest first: console, person, workstation, case, writing, seen at."""
        return self._engine.fetch_all(_CONSOLES, {"since": since})

    def taken_back(self) -> list[Row]:
        """The imports that were rolled back, and when. Their cases are gone, and no event records it."""
        return self._engine.fetch_all("select id, finished_at from batches where status = 'rolled back' order by id")

    def news(self, cursor: int, most: int, since: int) -> tuple[list[Row], list[Row], Row]:
        """What every console reads at every change of the database: events, consoles and marks.

        The events are those that `ChangeFeed.since` gives after `cursor`; the consoles, those that `consoles` gives.
        What has no event of a case changes one of the marks. They are the number of the journal's latest entry (0:
        none), the number of the latest person, and how many imports were rolled back.
        """
        asked = {"after": cursor, "most": most, "since": since}
        events, consoles, (marks,) = self._engine.fetch_together((EVENTS_SINCE, _CONSOLES, _MARKS), asked)
        return events, consoles, marks

    def keep_draft(self, person: int, case: int, verb: str, fields: dict[str, str], seen: int | None, at: int) -> None:
        """Stores a person's draft, replacing the previous one for the same case and verb."""
        said = {_storable(name): _storable(value) for name, value in fields.items()}
        self._run(
            "insert into drafts (person_id, case_id, verb, fields, seen, at)"
            " values (:person, :case, :verb, :fields, :seen, :at)"
            " on conflict (person_id, case_id, verb) do update"
            " set fields = excluded.fields, seen = excluded.seen, at = excluded.at",
            {
                "person": person,
                "case": case,
                "verb": stored_verb(verb),
                "fields": msgspec.json.encode(said).decode(),
                "seen": seen,
                "at": at,
            },
        )

    def drafts(self, person: int) -> list[Row]:
        """A person's drafts, the newest first: case, verb, fields (JSON), seen version, at."""
        return self._engine.fetch_all(
            "select case_id, verb, fields, seen, at from drafts where person_id = :person"
            " order by at desc, case_id, verb",
            {"person": person},
        )

    def draft(self, person: int, case: int, verb: str) -> Row | None:
        """One draft, with the columns of `drafts`, or None."""
        return self._engine.fetch_one(
            "select case_id, verb, fields, seen, at from drafts"
            " where person_id = :person and case_id = :case and verb = :verb",
            {"person": person, "case": case, "verb": _storable(stored_verb(verb))},
        )

    def drop_draft(self, person: int, case: int, verb: str) -> None:
        """Deletes a draft."""
        self._run(
            "delete from drafts where person_id = :person and case_id = :case and verb = :verb",
            {"person": person, "case": case, "verb": stored_verb(verb)},
        )

    def views(self, person: int) -> list[Row]:
        """A person's own views, in order of slot: slot, name, filter, sort, reverse."""
        return self._engine.fetch_all(
            "select slot, name, filter, sort, reverse from views where person_id = :person order by slot",
            {"person": person},
        )

    def save_view(self, person: int, slot: int, name: str, filter: str, sort: str, reverse: bool) -> None:
        """Stores a person's own view, replacing the previous one in that slot."""
        self._run(
            "insert into views (person_id, slot, name, filter, sort, reverse)"
            " values (:person, :slot, :name, :filter, :sort, :reverse)"
            " on conflict (person_id, slot) do update set name = excluded.name, filter = excluded.filter,"
            " sort = excluded.sort, reverse = excluded.reverse",
            {"person": person, "slot": slot, "name": name, "filter": filter, "sort": sort, "reverse": int(reverse)},
        )

    def remove_view(self, person: int, slot: int) -> bool:
        """Deletes a person's own view; returns whether there was one."""
        return bool(
            self._engine.execute(
                "delete from views where person_id = :person and slot = :slot", {"person": person, "slot": slot}
            )
        )

    def preferences(self, person: int) -> dict[str, str]:
        """A person's preferences, by name."""
        rows = self._engine.fetch_all(
            "select name, value from preferences where person_id = :person order by name", {"person": person}
        )
        return dict(rows)

    def prefer(self, person: int, name: str, value: str) -> None:
        """Stores a person's preference."""
        self._run(
            "insert into preferences (person_id, name, value) values (:person, :name, :value)"
            " on conflict (person_id, name) do update set value = excluded.value",
            {"person": person, "name": name, "value": value},
        )

    def leave(self, person: int, at: int) -> None:
        """Records that a person leaves, with the latest ids and the open cases they own, for the next `Visit`."""
        owned = [
            row[0]
            for row in self._engine.fetch_all(
                "select id from cases where status = 'open' and owner_id = :person order by id", {"person": person}
            )
        ]
        self._run(
            "insert into visits (person_id, left_at, event_id, command_id, case_id, owned)"
            " values (:person, :at, (select coalesce(max(id), 0) from events),"
            " (select coalesce(max(id), 0) from commands), (select coalesce(max(id), 0) from cases), :owned)"
            " on conflict (person_id) do update set left_at = excluded.left_at, event_id = excluded.event_id,"
            " command_id = excluded.command_id, case_id = excluded.case_id, owned = excluded.owned",
            {"person": person, "at": at, "owned": msgspec.json.encode(owned).decode()},
        )

    def visit(self, person: int) -> Visit | None:
        """What was recorded when a person last left, or None if they never have."""
        row = self._engine.fetch_one(
            "select left_at, event_id, command_id, case_id, owned from visits where person_id = :person",
            {"person": person},
        )
        if row is None:
            return None
        owned = _read_numbers(row[4], "What was there when somebody left")
        return Visit(left_at=row[0], event=row[1], command=row[2], case=row[3], owned=owned)

    def commands_since(self, visit: Visit, person: int) -> Commands:
        """What the commands of everybody but `person`, and mails, have done since the visit."""
        rows = self._engine.fetch_all(
            "select cases, actor_id from commands where id > :command", {"command": visit.command}
        )
        touched, by_anybody = set[int](), set[int]()
        for text, actor in rows:
            cases = _read_numbers(text, "The log of commands")
            by_anybody.update(cases)
            if actor != person:
                touched.update(cases)
        since, params = self._not_imported(visit, by_anybody)
        opened = self._engine.fetch_all(
            f"select id from cases where id in (select case_id from events where {since} and number = 1"
            " and coalesce(actor_id, 0) <> :person)"
            " and id > :case and batch_id is null and status = :open order by id",
            {**params, "case": visit.case, "person": person, "open": OPEN},
        )
        return Commands(touched=touched, opened=[row[0] for row in opened], any=by_anybody)

    def events_since(
        self, visit: Visit, person: int, cases: Collection[int], limit: int
    ) -> list[tuple[int, str, Event]]:
        """Events on these cases since the visit, other than by `person`, with case and subject; the newest first.

        Imported events count if they changed a case that existed at the visit; inert ones, which came too late to
        change anything, do not. Nor do events that an import or the sweep recorded before the visit, even if a later
        import stored them again in another order; an import that went on after the visit counts from its beginning.
        """
        last = self._engine.fetch_one("select coalesce(max(id), 0) from events")
        came = last[0] - visit.event if last else 0
        # Searches by event id or by case, whichever reads fewer rows: a unary plus keeps SQLite off a column's index.
        few = came <= _EVENTS_OF_A_CASE * len(cases)
        column, number = ("+case_id", "id") if few else ("case_id", "+id")
        among, params = self._engine.in_list(column, sorted(cases))
        rows = self._engine.fetch_all(
            "select case_id, (select subject from cases where cases.id = case_id),"
            " number, at, recorded_at, kind, data, actor_id, command_id, batch_id"
            f" from events where {number} > :event and {among} and coalesce(actor_id, 0) <> :person"
            f" and ({written_by(Writer.PERSON)} or recorded_at >= :left_at"
            " or batch_id in (select id from batches where finished_at is null or finished_at >= :left_at))"
            f" and (not {written_by(Writer.IMPORT)} or (case_id <= :case"
            """ and not (kind = 'recorded' and data like '%"inert":true%')))"""
            " order by events.id desc limit :limit",
            {
                **params,
                "event": visit.event,
                "person": person,
                "case": visit.case,
                "left_at": visit.left_at,
                "limit": limit,
            },
        )
        return [(r[0], r[1], event_of(r[0], r[2:])) for r in rows]

    def of_kinds(self, visit: Visit, commands: Commands, kinds: Sequence[str]) -> list[tuple[int, Event]]:
        """Everybody's events of these kinds since the visit, with their cases; in no particular order."""
        since, params = self._not_imported(visit, commands.any)
        rows = self._engine.fetch_all(
            "select case_id, number, at, recorded_at, kind, data, actor_id, command_id, batch_id"
            f" from events where {since} and kind in ({_quoted(kinds)})",
            params,
        )
        return [(r[0], event_of(r[0], r[1:])) for r in rows]

    def _not_imported(self, visit: Visit, cases: Collection[int]) -> tuple[str, dict[str, Any]]:
        """A condition that every event since the visit meets which no import wrote, and some that imports wrote.

        It searches by event id, or by the `cases` of all commands and what sweeps and mails wrote, whichever reads
        fewer rows: of a large import, it reads nothing.
        """
        params = {"event": visit.event, "left_at": visit.left_at}
        last = self._engine.fetch_one("select coalesce(max(id), 0) from events")
        if last is None or last[0] - visit.event <= _EVENTS_OF_A_CASE * max(10, len(cases)):
            return "id > :event", params
        among, listed = self._engine.in_list("case_id", sorted(cases))
        alone = "select id from events where actor_id is null and batch_id is null and recorded_at >= :left_at"
        return f"+id > :event and ({among} or id in ({alone}))", {**params, **listed}

    def owned_of(self, person: int, cases: Collection[int]) -> list[int]:
        """Those of these cases, whatever their status, that a person owns."""
        among, params = self._engine.in_list("id", sorted(cases))
        rows = self._engine.fetch_all(
            f"select id from cases where owner_id = :person and {among}", {**params, "person": person}
        )
        return [row[0] for row in rows]

    def events_of_kinds(
        self,
        visit: Visit,
        commands: Commands,
        person: int,
        kinds: Sequence[str],
        after_offer: Sequence[str],
        limit: int,
    ) -> list[tuple[int, str, Event]]:
        """Events since the visit, other than by `person` or an import, with case and subject; the oldest first.

        They are of one of `kinds`, or of one of the kinds `after_offer`, on a case that was offered before or of which
        the event says that its customer got no answer.
        """
        since, params = self._not_imported(visit, commands.any)
        ends = _quoted(after_offer)
        rows = self._engine.fetch_all(
            "select case_id, (select subject from cases where cases.id = case_id),"
            " number, at, recorded_at, kind, data, actor_id, command_id, batch_id"
            f" from events where {since} and kind in ({_quoted([*kinds, *after_offer])})"
            " and coalesce(actor_id, 0) <> :person"
            f""" and (kind not in ({ends}) or data like '%"answer":"unanswered"%'"""
            " or exists (select 1 from events as made where made.case_id = events.case_id"
            " and made.kind = 'offered' and made.number < events.number))"
            f" and not {written_by(Writer.IMPORT)} and ({written_by(Writer.PERSON)} or recorded_at >= :left_at)"
            " order by events.id desc limit :limit",
            {**params, "person": person, "limit": limit},
        )
        return [(r[0], r[1], event_of(r[0], r[2:])) for r in reversed(rows)]

    def _run(self, sql: str, params: dict[str, Any]) -> None:
        self._engine.execute(
            sql, {name: _storable(value) if isinstance(value, str) else value for name, value in params.items()}
        )


def _quoted(kinds: Sequence[str]) -> str:
    """Kinds of events as SQL literals."""
    return ", ".join(f"'{kind}'" for kind in kinds)


def _storable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode().replace("\0", "")
