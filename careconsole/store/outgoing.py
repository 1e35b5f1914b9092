"""The mails that we send: which wait, who is sending them, and what became of them; and addresses that do not work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from careconsole.domain.mail.outgoing import OutgoingMail
from careconsole.domain.reply_states import NEEDS_PERSON, ON_THE_WAY, WAITING
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import MAYBE_NUMBER, NUMBER, TEXT, reader, row_check

_COLUMNS = (
    "id, case_id, event, person_id, command_id, box, state, at, not_before, tries, claim, claimed_until, done_at, said,"
    " content"
)
_check = row_check(
    *(NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, TEXT, TEXT, NUMBER, NUMBER, NUMBER, TEXT, NUMBER, MAYBE_NUMBER, TEXT),
    TEXT,
)
_read_content = reader(OutgoingMail)
_DUE, _STUCK = (
    "state in ({})".format(", ".join(f"'{one}'" for one in states)) for states in (ON_THE_WAY, NEEDS_PERSON)
)
"""As the partial indexes of the table have them, so that they are used."""
_AT_ONCE = 20
SENT_FROM = "mails_sent_from"
"""The team's setting that says which file the mails that wait are sent from (`Engine.file_id`). A backup has none."""


class StoredReply(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that we send: `event` of `case` wrote it, by `command` of `person`. Times are epoch milliseconds.

    It is not sent before `not_before`. `tries` have failed, the last one as `said`. The process `claim` sends it until
    `claimed_until`.
    """

    number: int = 0
    case: int
    event: int
    person: int
    command: int
    box: str
    state: str = WAITING
    at: int
    not_before: int
    tries: int = 0
    claim: str = ""
    claimed_until: int = 0
    done_at: int | None = None
    said: str = ""
    content: OutgoingMail


class Outgoing:
    """Reads and writes the mails that we send. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, reply: StoredReply) -> int:
        """Stores a mail that is to be sent, and returns its number; `reply.number` is ignored."""
        return self._engine.insert(
            "insert into outgoing (case_id, event, person_id, command_id, box, state, at, not_before, tries, claim,"
            " claimed_until, done_at, said, message_id, content) values (:case, :event, :person, :command, :box,"
            " :state, :at, :not_before, :tries, :claim, :claimed_until, :done_at, :said, :message_id, :content)",
            {
                **_fate(reply),
                **{name: getattr(reply, name) for name in ("case", "event", "person", "command", "box", "at")},
                "message_id": reply.content.message_id,
                "content": msgspec.json.encode(reply.content).decode(),
            },
        )

    def save(self, reply: StoredReply) -> None:
        """Stores what became of a mail."""
        self._engine.execute(
            "update outgoing set state = :state, not_before = :not_before, tries = :tries, claim = :claim,"
            " claimed_until = :claimed_until, done_at = :done_at, said = :said where id = :id",
            {**_fate(reply), "id": reply.number},
        )

    def get(self, number: int) -> StoredReply | None:
        """A mail by its number, or None."""
        return next(iter(self._some("id = :id", {"id": number})), None)

    def of_event(self, case: int, event: int) -> StoredReply | None:
        """The mail that this event of a case wrote, or None."""
        return next(iter(self._some("case_id = :case and event = :event", {"case": case, "event": event})), None)

    def of_command(self, command: int) -> list[StoredReply]:
        """The mails that a command wrote."""
        return self._some("command_id = :command", {"command": command})

    def of_case(self, case: int) -> list[StoredReply]:
        """The mails of a case, the oldest first."""
        return self._some("case_id = :case order by id", {"case": case})

    def next_due(self) -> int | None:
        """When the next mail is to be looked at, whether to send it or because its claim has run out; or None."""
        row = self._engine.fetch_one(
            f"select min(case when not_before > claimed_until then not_before else claimed_until end)"
            f" from outgoing where {_DUE}"
        )
        return row[0] if row else None

    def due(self, now: int) -> list[StoredReply]:
        """The mails that are to be sent now, or whose claim has run out; the oldest first."""
        where = f"{_DUE} and not_before <= :now and claimed_until <= :now order by not_before, id limit {_AT_ONCE}"
        return self._some(where, {"now": now})

    def unsent(self) -> list[StoredReply]:
        """The mails that wait or are being sent, whenever that is; the oldest first."""
        return self._some(f"{_DUE} order by id", {})

    def any_unsent(self) -> bool:
        """Whether a mail waits or is being sent."""
        return self._engine.fetch_one(f"select 1 from outgoing where {_DUE} limit 1") is not None

    def stuck(self) -> int:
        """How many mails need a person: they were refused, or it is uncertain whether they were sent."""
        row = self._engine.fetch_one(f"select count(*) from outgoing where {_STUCK}")
        return int(row[0]) if row else 0

    def listed(self, states: Iterable[str], limit: int) -> list[StoredReply]:
        """The mails in one of these states, the latest first."""
        among, params = self._engine.in_list("state", list(states))
        return self._some(f"{among} order by id desc limit :limit", {**params, "limit": limit})

    def mark_address(self, address: str, at: int, said: str) -> None:
        """Notes that a mail did not arrive at an address."""
        self._engine.execute(
            "insert into undelivered_addresses (address, at, said) values (:address, :at, :said)"
            " on conflict (address) do update set at = excluded.at, said = excluded.said",
            {"address": address_key(address), "at": at, "said": said},
        )

    def clear_address(self, address: str) -> None:
        """Notes that an address works."""
        self._engine.execute(
            "delete from undelivered_addresses where address = :address", {"address": address_key(address)}
        )

    def marked(self, address: str) -> tuple[int, str] | None:
        """When a mail did not arrive at an address, and why; None if nothing is known against it."""
        row = self._engine.fetch_one(
            "select at, said from undelivered_addresses where address = :address", {"address": address_key(address)}
        )
        return (row[0], row[1]) if row else None

    def _some(self, where: str, params: dict[str, Any]) -> list[StoredReply]:
        return [_made(row) for row in self._engine.fetch_all(f"select {_COLUMNS} from outgoing where {where}", params)]


_FATE = ("state", "not_before", "tries", "claim", "claimed_until", "done_at", "said")


def _fate(reply: StoredReply) -> dict[str, Any]:
    """What became of a mail, which can change."""
    return {name: getattr(reply, name) for name in _FATE}


def _made(row: Row) -> StoredReply:
    what = f"Mail {row[0]} that is sent"
    _check(row, what)
    return StoredReply(
        number=row[0],
        case=row[1],
        event=row[2],
        person=row[3],
        command=row[4],
        box=row[5],
        state=row[6],
        at=row[7],
        not_before=row[8],
        tries=row[9],
        claim=row[10],
        claimed_until=row[11],
        done_at=row[12],
        said=row[13],
        content=_read_content(row[14], what),
    )
