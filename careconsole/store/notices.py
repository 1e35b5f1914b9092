"""Where people are told, and the outbox: what waits to be sent, who sends it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from secrets import token_hex
from typing import Any

import msgspec

from careconsole.domain.case.notice_message import Notice
from careconsole.domain.team.addresses import Address, sign_of
from careconsole.store.engine.base import Engine, Row

WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"
"""The states of a notice. "failed" is given up; "dropped" was no longer true, or had no address to go to."""
STATES = (WAITING, SENT, FAILED, DROPPED)
GATHERS, COUNTED, REPLACED = "gathering", "counted only", "replaced by a newer one"
"""Why a notice is held, what was told of one that was sent, and why one was dropped."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One notice as the outbox has it; times in epoch milliseconds.

    Not sent before `not_before`; `held` says why, unless it is tried again after a `failure`; and why it was dropped,
    or that it was only counted. `message` is the number that all notices have which went out together, `done_at` when
    that was, or when it was given up or dropped.
    """

    number: int
    person: int
    case: int
    kind: str
    urgent: bool
    words: str
    at: int
    state: str
    not_before: int
    held: str
    tries: int
    failure: str
    claimed_until: int
    message: int | None
    done_at: int | None

    def outcome(self, now: int) -> str:
        """What became of it in a word or two, and always the same: "failing", "sent, not everywhere"."""
        if self.state == SENT:
            counted = f", {COUNTED}" if self.held == COUNTED else ""
            return f"sent{counted}{', not everywhere' if self.failure else ''}"
        if self.state == FAILED:
            return "given up"
        if self.state == DROPPED:
            return REPLACED if self.held == REPLACED else "dropped"
        if self.claimed_until > now:
            return "being sent"
        if self.failure:
            return "failing"
        return "held" if self.not_before > now else "waiting"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices are in which state, and how many had trouble: tried again, or sent and not everywhere."""

    states: dict[str, int]
    failing: int
    partly: int


_ADDRESS = "select id, person_id, address, quiet, zone, calendar, calls_always from addresses"
_ENTRY = (
    "select id, person_id, case_id, kind, urgent, words, at, state, not_before, held, tries, failure, claimed_until,"
    " message, done_at from notices"
)
_MOST = 10_000
"""So many notices are looked at together; a second look finds the rest."""
_KEY = "key:"
"""How the row begins that is no address, but what their signs are made with; addresses are never exported."""
_GATEWAY = f"person_id is null and address not like '{_KEY}%'"
_TROUBLE = "(state = 'failed' or (state in ('waiting', 'sent') and failure <> ''))"


class Notices:
    """Reads and writes addresses and the outbox. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Addresses

    def addresses(self) -> list[Address]:
        """The addresses of everybody, by number."""
        rows = self._engine.all(f"{_ADDRESS} where person_id is not null order by id")
        key = self._key()
        return [_address(row, key) for row in rows]

    def _key(self) -> str:
        row = self._engine.one(f"select address from addresses where person_id is null and address like '{_KEY}%'")
        return row[0].removeprefix(_KEY) if row else ""

    def gateway(self) -> Address | None:
        """The team's mail gateway."""
        row = self._engine.one(f"{_ADDRESS} where {_GATEWAY}")
        return _address(row, self._key()) if row else None

    def told(self) -> set[int]:
        """Everybody who has an address."""
        rows = self._engine.all("select distinct person_id from addresses where person_id is not null")
        return {row[0] for row in rows}

    def keep(self, address: Address) -> None:
        """Stores an address; one that the person has already gets other hours. There is one mail gateway."""
        params = {
            "person": address.person,
            "address": address.address,
            "quiet": address.quiet,
            "zone": address.zone,
            "calendar": address.calendar,
            "always": int(address.calls_always),
        }
        if address.person is None:
            self._engine.run(f"delete from addresses where {_GATEWAY}")
        if not self._key():
            self._engine.run("insert into addresses (id, address) values (0, :key)", {"key": f"{_KEY}{token_hex(32)}"})
        self._engine.run(
            "insert into addresses (person_id, address, quiet, zone, calendar, calls_always)"
            " values (:person, :address, :quiet, :zone, :calendar, :always)"
            " on conflict (person_id, address) do update set quiet = excluded.quiet, zone = excluded.zone,"
            " calendar = excluded.calendar, calls_always = excluded.calls_always",
            params,
        )

    def forget(self, number: int) -> None:
        """Takes an address away."""
        self._engine.run("delete from addresses where id = :id", {"id": number})

    # The outbox

    def put(self, notices: Iterable[Notice], at: int) -> None:
        """Puts notices into the outbox, to be sent from `at` on."""
        self._engine.many(
            "insert into notices (person_id, case_id, kind, urgent, words, at, state, not_before)"
            " values (:person, :case, :kind, :urgent, :words, :at, 'waiting', :at)",
            [
                {
                    "person": notice.person,
                    "case": notice.case,
                    "kind": notice.kind,
                    "urgent": int(notice.urgent),
                    "words": notice.words,
                    "at": at,
                }
                for notice in notices
            ],
        )

    def any_due(self, now: int) -> bool:
        """Whether anything waits that may be looked at; without a lock, and cheap."""
        row = self._engine.one(
            "select 1 from notices where state = 'waiting' and not_before <= :now and claimed_until <= :now limit 1",
            {"now": now},
        )
        return row is not None

    def due(self, now: int) -> list[Entry]:
        """What waits, is not held any longer, and is not being sent by anybody; the oldest first."""
        rows = self._engine.all(
            f"{_ENTRY} where state = 'waiting' and not_before <= :now and claimed_until <= :now"
            f" order by id limit {_MOST}",
            {"now": now},
        )
        return [_entry(row) for row in rows]

    def gathering(self, now: int, until: int) -> list[Entry]:
        """What is held, until then at the latest, only so that more comes together; the oldest first."""
        rows = self._engine.all(
            f"{_ENTRY} where state = 'waiting' and not_before > :now and not_before <= :until"
            f" and held = '{GATHERS}' and claimed_until <= :now order by id limit {_MOST}",
            {"now": now, "until": until},
        )
        return [_entry(row) for row in rows]

    def newer(self, entry: Entry, kinds: Iterable[str]) -> list[str]:
        """The words of later notices of these kinds to the same person about the same case, sent or to be sent."""
        listed = ", ".join(f"'{kind}'" for kind in sorted(kinds))
        rows = self._engine.all(
            "select words from notices where person_id = :person and id > :id and case_id = :case"
            f" and state in ('waiting', 'sent') and kind in ({listed})",
            {"person": entry.person, "id": entry.number, "case": entry.case},
        )
        return [row[0] for row in rows]

    def words_since(self, person: int, kind: str, since: int) -> list[str]:
        """What somebody has been told of one kind, or is to be told, since then."""
        rows = self._engine.all(
            "select words from notices where person_id = :person and kind = :kind and at > :since",
            {"person": person, "kind": kind, "since": since},
        )
        return [row[0] for row in rows]

    def being_sent(self, now: int) -> set[int]:
        """People to whom somebody is sending something just now."""
        rows = self._engine.all(
            "select distinct person_id from notices where state = 'waiting' and claimed_until > :now", {"now": now}
        )
        return {row[0] for row in rows}

    def last_sent(self, person: int) -> int:
        """When the last message went to a person; 0 for never."""
        row = self._engine.one(
            "select coalesce(max(done_at), 0) from notices where person_id = :person and state = 'sent'",
            {"person": person},
        )
        return int(row[0]) if row else 0

    def claim(self, numbers: Sequence[int], holder: str, until: int) -> None:
        """Nobody but `holder` sends these until then."""
        self._run_each(
            "update notices set claimed_by = :holder, claimed_until = :until where id = :id",
            numbers,
            {"holder": holder, "until": until},
        )

    def release(self, numbers: Sequence[int], holder: str) -> None:
        """What `holder` did not get to, others may send."""
        self._run_each(
            "update notices set claimed_by = '', claimed_until = 0"
            " where id = :id and state = 'waiting' and claimed_by = :holder",
            numbers,
            {"holder": holder},
        )

    def hold(self, numbers: Sequence[int], until: int, why: str) -> None:
        """These are not sent before `until`."""
        self._run_each(
            "update notices set not_before = :until, held = :why where id = :id",
            numbers,
            {"until": until, "why": why},
        )

    def move(self, number: int, person: int, words: str) -> None:
        """Somebody else is told this."""
        self._engine.run(
            "update notices set person_id = :person, words = :words where id = :id",
            {"person": person, "words": words, "id": number},
        )

    def drop(self, number: int, why: str, now: int) -> None:
        """This is not sent."""
        self._engine.run(
            "update notices set state = 'dropped', held = :why, done_at = :now where id = :id",
            {"why": why, "now": now, "id": number},
        )

    def sent(self, numbers: Sequence[int], message: int, now: int, *, state: str = SENT, note: str = "") -> None:
        """The message with these has reached their person, whoever holds them by now.

        Of those whose words were not in it, `note` says so: COUNTED, or REPLACED with the state "dropped".
        """
        self._run_each(
            "update notices set state = :state, held = :note, message = :message, done_at = :now, tries = tries + 1,"
            " failure = '', claimed_by = '', claimed_until = 0 where id = :id and state = 'waiting'",
            numbers,
            {"state": state, "note": note, "message": message, "now": now},
        )

    def partly(self, numbers: Sequence[int], failure: str) -> None:
        """These have reached their person, though not at every address."""
        self._run_each(
            "update notices set failure = :failure where id = :id and state = 'sent'", numbers, {"failure": failure}
        )

    def tried(self, number: int, failure: str, again: int | None, now: int, holder: str) -> bool:
        """A try failed; the next one comes at `again`, or none. False when it is not the holder's any more."""
        changed = self._engine.run(
            "update notices set state = :state, failure = :failure, held = '', not_before = :again, done_at = :done,"
            " tries = tries + 1, claimed_by = '', claimed_until = 0"
            " where id = :id and state = 'waiting' and claimed_by = :holder",
            {
                "state": FAILED if again is None else WAITING,
                "failure": failure,
                "again": now if again is None else again,
                "done": now if again is None else None,
                "id": number,
                "holder": holder,
            },
        )
        return changed > 0

    def entries(self, state: str | None, since: int, most: int) -> list[Entry]:
        """What was put since then, in one state or any: the latest `most`, the oldest of them first.

        "failed" is all that had trouble: given up, tried again, or sent and not everywhere.
        """
        only = "" if state is None else f" and {_TROUBLE}" if state == FAILED else " and state = :state"
        rows = self._engine.all(
            f"{_ENTRY} where at >= :since{only} order by id desc limit :most",
            {"since": since, "most": most} | ({} if state in (None, FAILED) else {"state": state}),
        )
        return [_entry(row) for row in reversed(rows)]

    def counts(self) -> Counts:
        """How many notices are in which state, and had trouble."""
        rows = self._engine.all(
            "select state, count(*), sum(case when failure <> '' then 1 else 0 end) from notices group by state"
        )
        trouble = {state: int(count) for state, _, count in rows}
        return Counts(
            states={state: count for state, count, _ in rows},
            failing=trouble.get(WAITING, 0),
            partly=trouble.get(SENT, 0),
        )

    def _run_each(self, sql: str, numbers: Sequence[int], params: dict[str, Any]) -> None:
        self._engine.many(sql, [{**params, "id": number} for number in numbers])


def _address(row: Row, key: str) -> Address:
    return Address(
        number=row[0],
        person=row[1],
        address=row[2],
        quiet=row[3],
        zone=row[4],
        calendar=row[5],
        calls_always=bool(row[6]),
        sign=sign_of(row[2], key) if key else "",
    )


def _entry(row: Row) -> Entry:
    return Entry(
        number=row[0],
        person=row[1],
        case=row[2],
        kind=row[3],
        urgent=bool(row[4]),
        words=row[5],
        at=row[6],
        state=row[7],
        not_before=row[8],
        held=row[9],
        tries=row[10],
        failure=row[11],
        claimed_until=row[12],
        message=row[13],
        done_at=row[14],
    )
