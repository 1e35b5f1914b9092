"""The mails that came in, and the ids by which later ones refer to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from careconsole.domain.mail.message_ids import names_of
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store import mail_contents
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.blake2 import blake2b
from careconsole.store.engine.decoding import MAYBE_NUMBER, NUMBER, TEXT, reader, row_check
from careconsole.store.engine.inserts import insert_rows

TAKEN, HELD, KNOWN, DROPPED = "taken", "held", "known", "dropped"
"""What became of a mail."""

_COLUMNS = (
    "id, sha256, message_id, state, reason, why, kind, at, recorded_at, times, case_id, event, looks_like, content"
)
_check = row_check(
    *(NUMBER, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, NUMBER, NUMBER, NUMBER, MAYBE_NUMBER, MAYBE_NUMBER, MAYBE_NUMBER),
    TEXT,
)
_read_content = reader(ReceivedMail)
_MOST_OF_CASE = 500


class StoredMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that came in: what became of it (`state`), the reason in a word, and why in a sentence.

    `at` is when it came, `recorded_at` when it was recorded here (epoch milliseconds). `times` counts how often exactly
    these bytes came. `event` is the number of its event in `case`; `looks_like` a case that it may be about.
    """

    number: int = 0
    sha256: str
    content: ReceivedMail
    state: str
    reason: str
    why: str
    kind: str
    at: int
    recorded_at: int
    times: int = 1
    case: int | None = None
    event: int | None = None
    looks_like: int | None = None


class Mails:
    """Reads and writes the mails. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, number: int) -> StoredMail | None:
        """A mail by its number, or None."""
        return self._one("id = :id", {"id": number})

    def by_bytes(self, sha256: str) -> StoredMail | None:
        """The mail with exactly these bytes, or None."""
        return self._one("sha256 = :sha256", {"sha256": sha256})

    def known(self, digests: Sequence[str]) -> list[str]:
        """Those of these SHA-256 that mails which came have; cheaper than to read the mails."""
        among, params = self._engine.in_list("sha256", digests)
        return [row[0] for row in self._engine.fetch_all(f"select sha256 from mails where {among}", params)]

    def known_ids(self, ids: Sequence[str]) -> list[str]:
        """Those of these ids that mails which came have; cheaper than to read the mails."""
        among, params = self._engine.in_list("message_id", ids)
        return [
            row[0]
            for row in self._engine.fetch_all(
                f"select message_id from mails where {among} and message_id <> ''", params
            )
        ]

    def next_number(self) -> int:
        """The number that the next mail gets. No mail is ever removed. Part of a write."""
        row = self._engine.fetch_one("select max(id) from mails")
        return (row[0] or 0) + 1 if row else 1

    def same_id(self, message_id: str) -> StoredMail | None:
        """The first mail with this id that is no copy of another, or None."""
        if not message_id:
            return None
        # The index of ids leaves out empty ones, and is only used if this says so, too.
        return self._one(f"message_id = :id and message_id <> '' and state <> '{KNOWN}'", {"id": message_id})

    def case_of(self, name: str) -> int | None:
        """The case of the latest mail that was taken under this id, or None."""
        row = self._engine.fetch_one(
            "select case_id from mail_names join mails on mails.id = mail_id"
            f" where name = :name and state = '{TAKEN}' order by mails.id desc limit 1",
            {"name": name},
        )
        return row[0] if row else None

    def add(self, mail: StoredMail, content: bytes | None = None, text: str = "") -> int:
        """Stores a mail under its number, and returns that; 0 stands for the next one.

        `content` are its bytes, if they are kept within the database; `text` is the digest of its text, if it is known.
        """
        number = mail.number or self.next_number()
        self._insert("mails", _ROW, (number, *_row(mail, text or text_digest(mail.content.text))))
        for name in names_of(mail.content.message_id):
            self._insert("mail_names", ("name", "mail_id"), (name, number))
        if content is not None:
            mail_contents.keep(self._engine, number, content)
        return number

    def _insert(self, table: str, columns: Sequence[str], row: Row) -> None:
        """Inserts a row, all of its columns in order, with its digest: a trigger would write the row a second time.

        On a server, the triggers make the digests.
        """
        from careconsole.store.engine.digests import row_digest  # not needed to read

        digest = row_digest(table, *row) if self._engine.keeps_files else None
        insert_rows(self._engine, table, (*columns, "digest"), [(*row, digest)])

    def keep(self, number: int, content: bytes) -> None:
        """Keeps the bytes of a mail within the database, in the place of what is there."""
        mail_contents.keep(self._engine, number, content)

    def save(self, mail: StoredMail) -> None:
        """Stores what became of a mail."""
        self._engine.execute(
            "update mails set state = :state, reason = :reason, why = :why, kind = :kind, at = :at, times = :times,"
            " case_id = :case, event = :event, looks_like = :looks_like where id = :id",
            {**_fate(mail), "id": mail.number},
        )

    def listed(self, states: Sequence[str], limit: int) -> list[StoredMail]:
        """The mails in one of these states, the latest first."""
        if [*states] == [HELD]:  # in the words of the index of held ones, which are few among many
            return self._some(f"state = '{HELD}' order by at desc, id desc limit :limit", {"limit": limit})
        among, params = self._engine.in_list("state", states)
        return self._some(f"{among} order by at desc, id desc limit :limit", {**params, "limit": limit})

    def of_case(self, case: int) -> list[StoredMail]:
        """The mails of a case, the latest first."""
        return self._some(f"case_id = :case order by at desc, id desc limit {_MOST_OF_CASE}", {"case": case})

    def likeness_of(self, case: int) -> int | None:
        """The case that a mail taken into `case` looked like, with nothing to prove it; None if none did."""
        row = self._engine.fetch_one(
            f"select looks_like from mails where case_id = :case and looks_like is not null and state = '{TAKEN}'"
            " order by id limit 1",
            {"case": case},
        )
        return row[0] if row else None

    def with_files(self, cases: Sequence[int]) -> list[StoredMail]:
        """The mails of these cases that have files, the earliest first."""
        among, params = self._engine.in_list("case_id", cases)
        mails = self._some(f"{among} and state = '{TAKEN}' and content like '%\"files\":%' order by at, id", params)
        return [mail for mail in mails if mail.content.files]

    def counts(self) -> dict[str, int]:
        """How many mails there are in each state."""
        return dict(self._engine.fetch_all("select state, count(*) from mails group by state"))

    def held(self, beside: str) -> int:
        """How many mails are held for other reasons than `beside`."""
        row = self._engine.fetch_one(
            f"select count(*) from mails where state = '{HELD}' and reason <> :beside", {"beside": beside}
        )
        return int(row[0]) if row else 0

    def times_of(self, senders: Sequence[str], first: int, last: int) -> list[tuple[str, int]]:
        """The senders and times of the mails of these addresses that came from `first` to `last`, copies aside.

        The times are epoch milliseconds, the addresses as `address_key` makes them.
        """
        among, params = self._engine.in_list("sender", senders)
        return self._engine.fetch_all(
            f"select sender, at from mails where {among} and at between :first and :last and state <> '{KNOWN}'",
            {**params, "first": first, "last": last},
        )

    def known_texts(self, digests: Sequence[str]) -> list[str]:
        """Those of these digests of texts (`text_digest`) that mails which came have; cheaper than to count them."""
        among, params = self._engine.in_list("words", digests)
        return [row[0] for row in self._engine.fetch_all(f"select distinct words from mails where {among}", params)]

    def same_text(self, mail: ReceivedMail, text: str, first: int, last: int) -> int:
        """How many other addresses of the sender's domain sent the text with this digest from `first` to `last`."""
        row = self._engine.fetch_one(
            "select count(distinct sender) from mails where words = :words and domain = :domain and sender <> :sender"
            f" and at between :first and :last and state <> '{KNOWN}'",
            {**_sender(mail), "words": text, "first": first, "last": last},
        )
        return int(row[0]) if row else 0

    def _one(self, where: str, params: dict[str, Any]) -> StoredMail | None:
        return next(iter(self._some(f"{where} order by id limit 1", params)), None)

    def _some(self, where: str, params: dict[str, Any]) -> list[StoredMail]:
        return [_made(row) for row in self._engine.fetch_all(f"select {_COLUMNS} from mails where {where}", params)]


_FATE = ("state", "reason", "why", "kind", "at", "times", "case", "event", "looks_like")


def _fate(mail: StoredMail) -> dict[str, Any]:
    """What became of a mail, which can change."""
    return {name: getattr(mail, name) for name in _FATE}


_ROW = (
    *("id", "sha256", "message_id", "state", "reason", "why", "kind", "sender", "domain", "words", "at"),
    *("recorded_at", "times", "case_id", "event", "looks_like", "content"),
)


def _row(mail: StoredMail, text: str) -> Row:
    """The values of a mail but its number, in the order of `_ROW`; `text` is the digest of its text."""
    content, sender = mail.content, _sender(mail.content)
    return (
        *(mail.sha256, content.message_id, mail.state, mail.reason, mail.why, mail.kind),
        *(sender["sender"], sender["domain"], text, mail.at, mail.recorded_at, mail.times),
        *(mail.case, mail.event, mail.looks_like, msgspec.json.encode(content).decode()),
    )


def _sender(mail: ReceivedMail) -> dict[str, str]:
    address = address_key(mail.sender.address) if mail.sender else ""
    return {"sender": address, "domain": address.rpartition("@")[2]}


def text_digest(text: str) -> str:
    """A digest of a text, in which blanks and case make no difference."""
    return blake2b(" ".join(text.lower().split()).encode(), digest_size=16).hexdigest()


def _made(row: Row) -> StoredMail:
    what = f"Mail {row[0]}"
    _check(row, what)
    return StoredMail(
        number=row[0],
        sha256=row[1],
        content=_read_content(row[13], what),
        state=row[3],
        reason=row[4],
        why=row[5],
        kind=row[6],
        at=row[7],
        recorded_at=row[8],
        times=row[9],
        case=row[10],
        event=row[11],
        looks_like=row[12],
    )
