"""The mail boxes, and which of their mails is which mail here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from careconsole.domain.mail.boxes import Box, BoxSettings, Secret
from careconsole.domain.terminal_text import fold
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import MAYBE_NUMBER, NUMBER, TEXT, reader, row_check

_COLUMNS = "id, name, settings, secret, added_at, read_at, failure, failed_at, told_at, uidvalidity, uid"
_check = row_check(
    *(NUMBER, TEXT, TEXT, TEXT, NUMBER, MAYBE_NUMBER, TEXT, MAYBE_NUMBER, MAYBE_NUMBER, MAYBE_NUMBER, NUMBER)
)
_read_settings = reader(BoxSettings)
_read_secret = reader(Secret)


class BoxMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in the folder of a box; `mail` None: it could not be fetched, for the reason `failure`.

    `settled`: nothing is left to be done about it on the server.
    """

    uid: int
    mail: int | None = None
    failure: str = ""
    settled: bool = False


class Boxes:
    """Reads and writes the mail boxes. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Box]:
        """Every box, in order of number."""
        return [_made(row) for row in self._engine.fetch_all(f"select {_COLUMNS} from boxes order by id")]

    def any(self) -> bool:
        """Whether there is a box; cheap."""
        return self._engine.fetch_one("select 1 from boxes limit 1") is not None

    def get(self, number: int) -> Box | None:
        """A box by its number, or None."""
        row = self._engine.fetch_one(f"select {_COLUMNS} from boxes where id = :id", {"id": number})
        return _made(row) if row else None

    def named(self, name: str) -> Box | None:
        """The box of that name, in whatever case; None if there is none."""
        row = self._engine.fetch_one(f"select {_COLUMNS} from boxes where folded = :name", {"name": fold(name)})
        return _made(row) if row else None

    def add(self, box: Box) -> int:
        """Stores a new box and returns its number; `box.number` is ignored."""
        return self._engine.insert(
            "insert into boxes (name, folded, settings, secret, added_at, read_at, failure, failed_at, told_at,"
            " uidvalidity, uid) values (:name, :folded, :settings, :secret, :added_at, :read_at, :failure, :failed_at,"
            " :told_at, :uidvalidity, :uid)",
            _params(box),
        )

    def save(self, box: Box) -> None:
        """Stores a box that was changed."""
        self._engine.execute(
            "update boxes set name = :name, folded = :folded, settings = :settings, secret = :secret,"
            " added_at = :added_at, read_at = :read_at, failure = :failure, failed_at = :failed_at, told_at = :told_at,"
            " uidvalidity = :uidvalidity, uid = :uid where id = :id",
            {**_params(box), "id": box.number},
        )

    def remove(self, number: int) -> None:
        """Removes a box, and what was noted about its mails; the mails stay."""
        self._engine.execute("delete from boxes where id = :id", {"id": number})

    # The mails of a box.

    def known_uids(self, number: int, uidvalidity: int) -> set[int]:
        """The UIDs of the mails of a box that are here."""
        rows = self._engine.fetch_all(
            "select uid from box_mails where box_id = :box and uidvalidity = :validity and mail_id is not null",
            {"box": number, "validity": uidvalidity},
        )
        return {row[0] for row in rows}

    def note(self, number: int, uidvalidity: int, mails: Iterable[BoxMail]) -> None:
        """Notes which mails here those of a box are, or why they could not be fetched."""
        self._engine.execute_many(
            "insert into box_mails (box_id, uidvalidity, uid, mail_id, failure, settled)"
            " values (:box, :validity, :uid, :mail, :failure, :settled)"
            " on conflict (box_id, uidvalidity, uid) do update set mail_id = excluded.mail_id,"
            " failure = excluded.failure, settled = excluded.settled",
            [
                {
                    "box": number,
                    "validity": uidvalidity,
                    "uid": one.uid,
                    "mail": one.mail,
                    "failure": one.failure,
                    "settled": int(one.settled),
                }
                for one in mails
            ],
        )

    def unsettled(self, number: int, uidvalidity: int, most: int) -> list[int]:
        """The UIDs of mails that are here, and still have to be marked or moved on the server."""
        rows = self._engine.fetch_all(
            "select uid from box_mails where box_id = :box and uidvalidity = :validity and settled = 0"
            " and mail_id is not null order by uid limit :most",
            {"box": number, "validity": uidvalidity, "most": most},
        )
        return [row[0] for row in rows]

    def settle(self, number: int, uidvalidity: int, uids: Iterable[int]) -> None:
        """Notes that mails were marked or moved on the server."""
        self._engine.execute_many(
            "update box_mails set settled = 1 where box_id = :box and uidvalidity = :validity and uid = :uid",
            [{"box": number, "validity": uidvalidity, "uid": uid} for uid in uids],
        )

    def unfetched(self, number: int, uidvalidity: int) -> list[BoxMail]:
        """The mails of a box that could not be fetched, in order of UID."""
        rows = self._engine.fetch_all(
            "select uid, failure from box_mails where box_id = :box and uidvalidity = :validity and mail_id is null"
            " and settled = 0 order by uid limit 1000",
            {"box": number, "validity": uidvalidity},
        )
        return [BoxMail(uid=row[0], failure=row[1]) for row in rows]

    def forget_mails(self, number: int) -> None:
        """Removes what was noted about the mails of a box, whose UIDs no longer mean them; the mails stay."""
        self._engine.execute("delete from box_mails where box_id = :id", {"id": number})

    def of_mails(self, mails: Sequence[int]) -> dict[int, list[str]]:
        """The names of the boxes that each of these mails came to, in order of box; only mails that came to one."""
        among, params = self._engine.in_list("mail_id", sorted(mails))
        found: dict[int, list[str]] = {}
        for mail, _, name in self._engine.fetch_all(
            f"select distinct mail_id, box_id, name from box_mails join boxes on boxes.id = box_id where {among}"
            " order by mail_id, box_id",
            params,
        ):
            found.setdefault(mail, []).append(name)
        return found


def _params(box: Box) -> dict[str, Any]:
    names = ("name", "added_at", "read_at", "failure", "failed_at", "told_at", "uidvalidity", "uid")
    return {
        **{name: getattr(box, name) for name in names},
        "folded": fold(box.name),
        "settings": msgspec.json.encode(box.settings).decode(),
        "secret": msgspec.json.encode(box.secret).decode(),
    }


def _made(row: Row) -> Box:
    what = f"Box {row[0]}"
    _check(row, what)
    return Box(
        number=row[0],
        name=row[1],
        settings=_read_settings(row[2], what),
        secret=_read_secret(row[3], what),
        added_at=row[4],
        read_at=row[5],
        failure=row[6],
        failed_at=row[7],
        told_at=row[8],
        uidvalidity=row[9],
        uid=row[10],
    )
