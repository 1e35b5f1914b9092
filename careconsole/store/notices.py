"""Notice addresses, and the outbox: which notices wait to be sent, who is sending them, and their outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from careconsole.domain.case.notice_message import Notice
from careconsole.domain.team.addresses import Address, fingerprint_of
from careconsole.store.engine.base import Engine, Row

WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"
"""The states of a notice. "failed" was given up; "dropped" was out of date, or had no recipient or no address."""
STATES = (WAITING, SENT, FAILED, DROPPED)
GATHERS, COUNTED, REPLACED = "gathering", "counted only", "replaced by a newer one"
"""Values of `StoredNotice.held`: held to collect more; sent as a count only; dropped for a newer one."""


class StoredNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice in the outbox; times in epoch milliseconds.

    It is not sent before `not_before`. `held` says why it waits (empty for a retry after a `failure`), why it was
    dropped, or that it was only counted. Notices sent together have the same `message` number. `done_at` is when it was
    sent, given up or dropped.
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
        """The notice's outcome at `now`, in fixed words: "failing", "sent, not everywhere"."""
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
    """The number of notices by state; `failing` ones wait for a retry, `partly` ones did not reach every address."""

    states: dict[str, int]
    failing: int
    partly: int


_ADDRESS = (
    "select id, person_id, address, quiet, zone, calendar, calls_always,"
    " exists (select 1 from digest_addresses where address_id = addresses.id) from addresses"
)
_ENTRY = (
    "select id, person_id, case_id, kind, urgent, words, at, state, not_before, held, tries, failure, claimed_until,"
    " message, done_at from notices"
)
_MOST = 10_000
"""The most notices read at once; the next call finds the rest."""
_KEY = "key:"
"""The prefix of the row that holds no address but the secret key of `sign_of`; addresses are never exported."""
_GATEWAY = f"person_id is null and address not like '{_KEY}%'"
_TROUBLE = "(state = 'failed' or (state in ('waiting', 'sent') and failure <> ''))"


class Notices:
    """Reads and writes addresses and the outbox. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Addresses

    def addresses(self) -> list[Address]:
        """Everybody's addresses, in order of number."""
        rows = self._engine.fetch_all(f"{_ADDRESS} where person_id is not null order by id")
        key = self._key()
        return [_address(row, key) for row in rows]

    def _key(self) -> str:
        row = self._engine.fetch_one(
            f"select address from addresses where person_id is null and address like '{_KEY}%'"
        )
        return row[0].removeprefix(_KEY) if row else ""

    def gateway(self) -> Address | None:
        """The team's mail gateway, or None."""
        row = self._engine.fetch_one(f"{_ADDRESS} where {_GATEWAY}")
        return _address(row, self._key()) if row else None

    def people_with_address(self) -> set[int]:
        """The people who have an address."""
        rows = self._engine.fetch_all("select distinct person_id from addresses where person_id is not null")
        return {row[0] for row in rows}

    def any_address(self) -> bool:
        """Whether anybody has an address."""
        return self._engine.fetch_one("select 1 from addresses where person_id is not null limit 1") is not None

    def keep(self, address: Address) -> None:
        """Stores an address, or new hours for one the person already has. A mail gateway replaces the previous one."""
        params = {
            "person": address.person,
            "address": address.address,
            "quiet": address.quiet,
            "zone": address.zone,
            "calendar": address.calendar,
            "always": int(address.calls_always),
        }
        if address.person is None:
            self._engine.execute(f"delete from addresses where {_GATEWAY}")
        if not self._key():
            from secrets import token_hex  # once in the life of a database

            self._engine.execute(
                "insert into addresses (id, address) values (0, :key)", {"key": f"{_KEY}{token_hex(32)}"}
            )
        self._engine.execute(
            "insert into addresses (person_id, address, quiet, zone, calendar, calls_always)"
            " values (:person, :address, :quiet, :zone, :calendar, :always)"
            " on conflict (person_id, address) do update set quiet = excluded.quiet, zone = excluded.zone,"
            " calendar = excluded.calendar, calls_always = excluded.calls_always",
            params,
        )

    def forget(self, number: int) -> None:
        """Deletes an address."""
        self._engine.execute("delete from addresses where id = :id", {"id": number})

    def want_digest(self, number: int, at: int) -> None:
        """Records that the whole digest goes to an address: its owner asked for it at `at`."""
        self._engine.execute(
            "insert into digest_addresses (address_id, asked_at) values (:id, :at) on conflict do nothing",
            {"id": number, "at": at},
        )

    def unwant_digest(self, number: int) -> None:
        """Records that only the number of changed playbooks goes to an address."""
        self._engine.execute("delete from digest_addresses where address_id = :id", {"id": number})

    # The outbox

    def put(self, notices: Iterable[Notice], at: int) -> None:
        """Puts notices into the outbox, to be sent from `at` on."""
        self._engine.execute_many(
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
        """Whether any notice is due and unclaimed; cheap, and takes no write lock."""
        row = self._engine.fetch_one(
            "select 1 from notices where state = 'waiting' and not_before <= :now and claimed_until <= :now limit 1",
            {"now": now},
        )
        return row is not None

    def due(self, now: int) -> list[StoredNotice]:
        """The notices that are waiting, no longer held, and not claimed by anybody; the oldest first."""
        rows = self._engine.fetch_all(
            f"{_ENTRY} where state = 'waiting' and not_before <= :now and claimed_until <= :now"
            f" order by id limit {_MOST}",
            {"now": now},
        )
        return [_entry(row) for row in rows]

    def gathering(self, now: int, until: int) -> list[StoredNotice]:
        """The notices held, until `until` at the latest, only to collect more for one message; the oldest first."""
        rows = self._engine.fetch_all(
            f"{_ENTRY} where state = 'waiting' and not_before > :now and not_before <= :until"
            f" and held = '{GATHERS}' and claimed_until <= :now order by id limit {_MOST}",
            {"now": now, "until": until},
        )
        return [_entry(row) for row in rows]

    def newer(self, entry: StoredNotice, kinds: Iterable[str]) -> list[str]:
        """The words of later notices of these kinds to the same person about the same case, sent or waiting."""
        listed = ", ".join(f"'{kind}'" for kind in sorted(kinds))
        rows = self._engine.fetch_all(
            "select words from notices where person_id = :person and id > :id and case_id = :case"
            f" and state in ('waiting', 'sent') and kind in ({listed})",
            {"person": entry.person, "id": entry.number, "case": entry.case},
        )
        return [row[0] for row in rows]

    def words_since(self, person: int, kind: str, since: int) -> list[str]:
        """The words of a person's notices of one kind that were created after `since`, whatever their state."""
        rows = self._engine.fetch_all(
            "select words from notices where person_id = :person and kind = :kind and at > :since",
            {"person": person, "kind": kind, "since": since},
        )
        return [row[0] for row in rows]

    def being_sent(self, now: int) -> set[int]:
        """The people to whom a message is being sent right now."""
        rows = self._engine.fetch_all(
            "select distinct person_id from notices where state = 'waiting' and claimed_until > :now", {"now": now}
        )
        return {row[0] for row in rows}

    def last_sent(self, person: int) -> int:
        """When a person's last message was sent; 0 for never."""
        row = self._engine.fetch_one(
            "select coalesce(max(done_at), 0) from notices where person_id = :person and state = 'sent'",
            {"person": person},
        )
        return int(row[0]) if row else 0

    def claim(self, numbers: Sequence[int], holder: str, until: int) -> None:
        """Reserves notices for `holder`, the only one to send them until `until`."""
        self._run_each(
            "update notices set claimed_by = :holder, claimed_until = :until where id = :id",
            numbers,
            {"holder": holder, "until": until},
        )

    def release(self, numbers: Sequence[int], holder: str) -> None:
        """Releases `holder`'s claim on the notices that are still waiting."""
        self._run_each(
            "update notices set claimed_by = '', claimed_until = 0"
            " where id = :id and state = 'waiting' and claimed_by = :holder",
            numbers,
            {"holder": holder},
        )

    def hold(self, numbers: Sequence[int], until: int, why: str) -> None:
        """Holds notices until `until`, for the reason `why`."""
        self._run_each(
            "update notices set not_before = :until, held = :why where id = :id",
            numbers,
            {"until": until, "why": why},
        )

    def move(self, number: int, person: int, words: str) -> None:
        """Redirects a notice to another person, with words for them."""
        self._engine.execute(
            "update notices set person_id = :person, words = :words where id = :id",
            {"person": person, "words": words, "id": number},
        )

    def drop(self, number: int, why: str, now: int) -> None:
        """Drops a notice, for the reason `why`."""
        self._engine.execute(
            "update notices set state = 'dropped', held = :why, done_at = :now where id = :id",
            {"why": why, "now": now, "id": number},
        )

    def sent(self, numbers: Sequence[int], message: int, now: int, *, state: str = SENT, note: str = "") -> None:
        """Marks notices as delivered in one message, even if somebody else has claimed them since.

        `note` is for notices whose words were not in the message: COUNTED, or REPLACED with `state` "dropped".
        """
        self._run_each(
            "update notices set state = :state, held = :note, message = :message, done_at = :now, tries = tries + 1,"
            " failure = '', claimed_by = '', claimed_until = 0 where id = :id and state = 'waiting'",
            numbers,
            {"state": state, "note": note, "message": message, "now": now},
        )

    def partly(self, numbers: Sequence[int], failure: str) -> None:
        """Records that sent notices did not reach every address of their person."""
        self._run_each(
            "update notices set failure = :failure where id = :id and state = 'sent'", numbers, {"failure": failure}
        )

    def tried(self, number: int, failure: str, again: int | None, now: int, holder: str) -> bool:
        """Records a failed try; the next is at `again`, None gives up. False if `holder` has lost the claim."""
        changed = self._engine.execute(
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

    def entries(self, state: str | None, since: int, most: int) -> list[StoredNotice]:
        """The latest `most` notices created since `since`, in one state or any, the oldest of them first.

        "failed" includes all that had trouble: given up, waiting for a retry, or not sent to every address.
        """
        only = "" if state is None else f" and {_TROUBLE}" if state == FAILED else " and state = :state"
        rows = self._engine.fetch_all(
            f"{_ENTRY} where at >= :since{only} order by id desc limit :most",
            {"since": since, "most": most} | ({} if state in (None, FAILED) else {"state": state}),
        )
        return [_entry(row) for row in reversed(rows)]

    def counts(self) -> Counts:
        """The number of notices by state, and of those that had trouble."""
        rows = self._engine.fetch_all(
            "select state, count(*), sum(case when failure <> '' then 1 else 0 end) from notices group by state"
        )
        trouble = {state: int(count) for state, _, count in rows}
        return Counts(
            states={state: count for state, count, _ in rows},
            failing=trouble.get(WAITING, 0),
            partly=trouble.get(SENT, 0),
        )

    def _run_each(self, sql: str, numbers: Sequence[int], params: dict[str, Any]) -> None:
        self._engine.execute_many(sql, [{**params, "id": number} for number in numbers])


def _address(row: Row, key: str) -> Address:
    return Address(
        number=row[0],
        person=row[1],
        address=row[2],
        quiet=row[3],
        zone=row[4],
        calendar=row[5],
        calls_always=bool(row[6]),
        whole_digest=bool(row[7]),
        sign=fingerprint_of(row[2], key) if key else "",
    )


def _entry(row: Row) -> StoredNotice:
    return StoredNotice(
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
