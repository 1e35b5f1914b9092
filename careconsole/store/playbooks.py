"""Playbooks: their histories, the cases they were used on, and the words by which they are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from careconsole.domain.case.state import PlaybookUse
from careconsole.domain.playbook.history import KINDS, AnyFact, Playbook, PlaybookEvent, fold
from careconsole.store.cases.repository import case_of, fact_of
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import reader, unreadable

_COLUMNS = "playbook_id, number, at, actor_id, command_id, kind, data"
_encode = msgspec.json.Encoder().encode
_read_fact = {name: reader(kind) for name, kind in KINDS.items()}
_read_words = reader(dict[str, tuple[float, float]])

_WITH_WORDS = ("touched", "recorded", "carried")
"""The kinds of events in which a customer's words stand."""
_MOST_TEXTS = 12
"""How many texts of one case are read."""

Words = dict[str, tuple[float, float]]
"""The words of a playbook, each with its weight and its rarity (see `domain.playbook.likeness`)."""


class UseOnCase(msgspec.Struct, frozen=True):
    """A use of a playbook, with the case on which it was used."""

    case: int
    use: PlaybookUse


class Playbooks:
    """Reads and writes playbooks. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> dict[int, Playbook]:
        """Every playbook by number, retired ones too."""
        histories: dict[int, list[PlaybookEvent]] = {}
        for row in self._engine.fetch_all(f"select {_COLUMNS} from playbook_events order by playbook_id, number"):
            histories.setdefault(row[0], []).append(_event(row))
        return {number: _folded(number, history) for number, history in histories.items()}

    def get(self, number: int) -> Playbook | None:
        """A playbook by number; None if there is none."""
        history = self.history(number)
        return _folded(number, history) if history else None

    def history(self, number: int) -> list[PlaybookEvent]:
        """The history of a playbook in order; empty if there is none of that number."""
        rows = self._engine.fetch_all(
            f"select {_COLUMNS} from playbook_events where playbook_id = :number order by number", {"number": number}
        )
        return [_event(row) for row in rows]

    def new_number(self) -> int:
        """The number for a new playbook."""
        row = self._engine.fetch_one("select coalesce(max(playbook_id), 0) from playbook_events")
        return int(row[0]) + 1 if row else 1

    def append(self, number: int, fact: AnyFact, *, after: int, at: int, actor: int, command: int) -> None:
        """Adds a fact to the history of a playbook, whose last event so far is `after` (0: a new playbook)."""
        self._engine.execute(
            "insert into playbook_events (playbook_id, number, kind, at, actor_id, command_id, data)"
            " values (:playbook, :number, :kind, :at, :actor, :command, :data)",
            {
                "playbook": number,
                "number": after + 1,
                "kind": fact.kind,
                "at": at,
                "actor": actor,
                "command": command,
                "data": _encode(fact).decode(),
            },
        )

    def changed_by(self, command: int) -> list[int]:
        """The playbooks that a command changed, by number."""
        rows = self._engine.fetch_all(
            "select distinct playbook_id from playbook_events where command_id = :command order by playbook_id",
            {"command": command},
        )
        return [row[0] for row in rows]

    def uses(self, numbers: Sequence[int] | None = None) -> dict[int, list[UseOnCase]]:
        """The uses of these playbooks (None: of all), by playbook, in order of case."""
        where, params = "playbooks <> ''", dict[str, Any]()
        if numbers is not None:
            condition, params = self._engine.holds_any("playbooks", [f"|{n}|" for n in numbers], "playbook")
            where = f"{where} and {condition}"
        found: dict[int, list[UseOnCase]] = {}
        # Ordered by an expression, since SQLite otherwise reads every case in order instead of the few in the index.
        rows = self._engine.fetch_all(f"select id, state from cases where {where} order by id + 0", params)
        for number, state in rows:
            for use in case_of(number, state).playbooks:
                if numbers is None or use.playbook in numbers:
                    found.setdefault(use.playbook, []).append(UseOnCase(number, use))
        return found

    def case_texts(self, numbers: Sequence[int], newest: int) -> dict[int, str]:
        """The words of some cases, and of the team's newest ones: subject, description, what the customer wrote."""
        recent = self._engine.fetch_all("select id from cases order by id desc limit :newest", {"newest": newest})
        wanted = sorted({*numbers, *(row[0] for row in recent)})
        among, params = self._engine.in_list("id", wanted)
        rows = self._engine.fetch_all(f"select id, state from cases where {among}", params)
        texts = {}
        for number, state in rows:
            case = case_of(number, state)
            texts[number] = [case.subject, case.description]
        among, params = self._engine.in_list("case_id", wanted)
        events = self._engine.fetch_all(
            f"select case_id, number, kind, data from events where {among} order by case_id, number", params
        )
        for number, entry, kind, data in events:
            if kind in _WITH_WORDS and number in texts and len(texts[number]) < _MOST_TEXTS:
                contact = fact_of(kind, data, f"Event {entry} of case {number}").contact
                if contact is not None and contact.inbound:
                    texts[number].append(contact.text)
        return {number: "\n".join(some) for number, some in texts.items()}

    def words(self) -> list[tuple[int, Words]]:
        """The words of each playbook."""
        rows = self._engine.fetch_all("select playbook_id, words from playbook_words")
        return [(row[0], _read_words(row[1], f"The words of playbook {row[0]}")) for row in rows]

    def words_made_at(self) -> dict[int, int]:
        """When the words of each playbook were gathered (epoch milliseconds)."""
        return dict(self._engine.fetch_all("select playbook_id, at from playbook_words"))

    def save_words(self, words: Iterable[tuple[int, Words]], at: int) -> None:
        """Replaces the words of some playbooks."""
        self._engine.execute_many(
            "insert into playbook_words (playbook_id, at, words) values (?, ?, ?)"
            " on conflict (playbook_id) do update set at = excluded.at, words = excluded.words",
            [(number, at, _encode(some).decode()) for number, some in words],
        )


def _folded(number: int, history: list[PlaybookEvent]) -> Playbook:
    try:
        return fold(number, history)
    except ValueError as error:
        raise unreadable(f"Playbook {number}", error) from error


def _event(row: Row) -> PlaybookEvent:
    playbook, number, at, actor, command, kind, data = row
    what = f"Event {number} of playbook {playbook}"
    if kind not in _read_fact:
        raise unreadable(what, f"there is no kind of event {kind!r}")
    if not type(number) is type(at) is type(actor) is type(command) is int:
        raise unreadable(what, "one of its numbers is not a number")
    return PlaybookEvent(number, at, actor, command, _read_fact[kind](data, what))
