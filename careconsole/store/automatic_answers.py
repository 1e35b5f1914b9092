"""The automatic answers of mail boxes: which wait, who is sending them, and to whom one went lately."""

from __future__ import annotations

from typing import Any

import msgspec

from careconsole.domain.mail.automatic_answers import DROPPED, SENDING, WAITING
from careconsole.domain.mail.outgoing import OutgoingMail
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import NUMBER, TEXT, reader, row_check

_COLUMNS = "id, case_id, address, box, state, at, not_before, tries, claim, claimed_until, said, content"
_check = row_check(NUMBER, NUMBER, TEXT, TEXT, TEXT, NUMBER, NUMBER, NUMBER, TEXT, NUMBER, TEXT, TEXT)
_read_content = reader(OutgoingMail)
_DUE = f"state in ('{WAITING}', '{SENDING}')"
_AT_ONCE = 20


class AutomaticAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An automatic answer about a case, to a mail that came at `at` (epoch milliseconds, as all times).

    It is not sent before `not_before`. `tries` have failed, the last one as `said`. The process `claim` sends it until
    `claimed_until`.
    """

    number: int = 0
    case: int
    address: str
    box: str
    state: str = WAITING
    at: int
    not_before: int
    tries: int = 0
    claim: str = ""
    claimed_until: int = 0
    said: str = ""
    content: OutgoingMail


class AutomaticAnswers:
    """Reads and writes the automatic answers. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, answer: AutomaticAnswer) -> int:
        """Stores one that is to be sent, and returns its number; `answer.number` is ignored."""
        return self._engine.insert(
            "insert into automatic_answers (case_id, address, box, state, at, not_before, tries, claim, claimed_until,"
            " said, content) values (:case, :address, :box, :state, :at, :not_before, :tries, :claim, :claimed_until,"
            " :said, :content)",
            {
                **_fate(answer),
                **{name: getattr(answer, name) for name in ("case", "box", "at")},
                "address": address_key(answer.address),
                "content": msgspec.json.encode(answer.content).decode(),
            },
        )

    def save(self, answer: AutomaticAnswer) -> None:
        """Stores what became of one."""
        self._engine.execute(
            "update automatic_answers set state = :state, not_before = :not_before, tries = :tries, claim = :claim,"
            " claimed_until = :claimed_until, said = :said where id = :id",
            {**_fate(answer), "id": answer.number},
        )

    def get(self, number: int) -> AutomaticAnswer | None:
        """One by its number, or None."""
        return next(iter(self._some("id = :id", {"id": number})), None)

    def next_due(self) -> int | None:
        """When the next one is to be looked at, whether to send it or because its claim has run out; or None."""
        row = self._engine.fetch_one(
            f"select min(case when not_before > claimed_until then not_before else claimed_until end)"
            f" from automatic_answers where {_DUE}"
        )
        return row[0] if row else None

    def due(self, now: int) -> list[AutomaticAnswer]:
        """Those that are to be sent now, or whose claim has run out; the oldest first."""
        where = f"{_DUE} and not_before <= :now and claimed_until <= :now order by not_before, id limit {_AT_ONCE}"
        return self._some(where, {"now": now})

    def unsent(self) -> list[AutomaticAnswer]:
        """Those that wait or are being sent; the oldest first."""
        return self._some(f"{_DUE} order by id", {})

    def any_unsent(self) -> bool:
        """Whether one waits or is being sent."""
        return self._engine.fetch_one(f"select 1 from automatic_answers where {_DUE} limit 1") is not None

    def any_to(self, address: str, since: int) -> bool:
        """Whether an address got one, or is to get one, to a mail that came after `since`."""
        where = f"address = :address and at > :since and state <> '{DROPPED}'"
        params = {"address": address_key(address), "since": since}
        return self._engine.fetch_one(f"select 1 from automatic_answers where {where} limit 1", params) is not None

    def count(self, since: int) -> int:
        """How many there are to mails that came after `since`, to everybody."""
        row = self._engine.fetch_one("select count(*) from automatic_answers where at > :since", {"since": since})
        return int(row[0]) if row else 0

    def forget(self, before: int) -> None:
        """Removes those to mails that came before a time and are done with; the histories say what was sent."""
        self._engine.execute(f"delete from automatic_answers where at < :at and not ({_DUE})", {"at": before})

    def _some(self, where: str, params: dict[str, Any]) -> list[AutomaticAnswer]:
        rows = self._engine.fetch_all(f"select {_COLUMNS} from automatic_answers where {where}", params)
        return [_made(row) for row in rows]


_FATE = ("state", "not_before", "tries", "claim", "claimed_until", "said")


def _fate(answer: AutomaticAnswer) -> dict[str, Any]:
    """What became of one, which can change."""
    return {name: getattr(answer, name) for name in _FATE}


def _made(row: Row) -> AutomaticAnswer:
    what = f"Automatic answer {row[0]}"
    _check(row, what)
    return AutomaticAnswer(
        number=row[0],
        case=row[1],
        address=row[2],
        box=row[3],
        state=row[4],
        at=row[5],
        not_before=row[6],
        tries=row[7],
        claim=row[8],
        claimed_until=row[9],
        said=row[10],
        content=_read_content(row[11], what),
    )
