"""Fetches the mails of a box from its folder on an IMAP server."""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import msgspec

from careconsole.desk import Desk
from careconsole.desk.crash_report import FAULTS, summary, write_report
from careconsole.desk.mail import fetch_state
from careconsole.desk.mail.boxes import Box
from careconsole.desk.mail.fetch_state import BoxChanged, BoxTaken, FetchedMail
from careconsole.desk.mail.receiving import Incoming, Reception, incoming
from careconsole.desk.mail.server_login import MailServerFailed, imap_login
from careconsole.domain.errors import CareError
from careconsole.domain.hints import Hint
from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.coming_in import arrival_of
from careconsole.intake.mail.folders import FoundMail
from careconsole.intake.mail.imap import CannotFetch, ImapFolder, ListedMail, NotInstalled

_AT_ONCE, _BYTES_AT_ONCE = 50, 8_000_000
"""Mails, and bytes, that are asked of the server and wait for the disk together."""
_RECORDED, _PAUSE = 20, 0.02
"""Mails per transaction, and seconds left for others to write after each."""
_SMALL = 1_000_000
"""A mail of more bytes is fetched in pieces."""
_IN_MEMORY = 4_000_000


class FetchedBox(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reading a box.

    `taken`, `held` and `known` together are `came`; `opened` counts the new cases, `unfetched` the mails that the
    server does not give. `busy` is who reads the box already, `failure` why it could not be read (empty: it was).
    """

    box: Box
    came: int = 0
    taken: int = 0
    held: int = 0
    known: int = 0
    opened: int = 0
    unfetched: int = 0
    busy: str = ""
    failure: str = ""
    hint: Hint | None = None


def new_holder(desk: Desk) -> str:
    """A name for this reader of boxes, which tells it from all others."""
    return f"{desk.workstation or 'here'}:{os.getpid()}:{secrets.token_hex(3)}"


def fetch_box(desk: Desk, box: Box, progress: Callable[[int], None] = lambda came: None) -> FetchedBox:
    """Reads a box once, if nobody else does. What fails is noted with the box, and in what is returned.

    Raises NotInstalled without imap-tools, and Busy if others held the database for too long.
    """
    me = new_holder(desk)
    try:
        box = fetch_state.begin(desk, box, me)
    except BoxTaken as error:
        return FetchedBox(box=box, busy=error.by)
    reader = BoxReader(desk, box, me)
    try:
        return reader.read(whole=True, progress=progress)
    except (BoxTaken, BoxChanged) as error:
        return FetchedBox(box=box, failure=error.message, hint=error.hint)
    except NotInstalled:
        raise
    except CareError as error:
        return note_failure(desk, box, error)
    finally:
        reader.close()
        fetch_state.end(desk, box, me)


def note_failure(desk: Desk, box: Box, error: CareError) -> FetchedBox:
    """Notes with the box why it could not be read."""
    why = f"its server {error.why}" if isinstance(error, MailServerFailed) else error.message
    fetch_state.has_failed(desk, box, why)
    return FetchedBox(box=box, failure=why, hint=error.hint)


class BoxReader:
    """Reads one box under the lease of `me`, again and again in one session with its server."""

    def __init__(self, desk: Desk, box: Box, me: str, pause: Callable[[float], object] = time.sleep) -> None:
        self._desk = desk
        self._box = box
        self._me = me
        self._pause = pause
        self.folder: ImapFolder | None = None

    def open(self) -> ImapFolder:
        """Opens the session, if it is not open. Raises CareError if that fails."""
        if self.folder is None:
            self.folder = ImapFolder(imap_login(self._box), self._box.settings.folder)
            self._box = fetch_state.opened(self._desk, self._box, self._me, self.folder.uidvalidity)
        return self.folder

    def close(self) -> None:
        """Ends the session."""
        if self.folder is not None:
            self.folder.close()
            self.folder = None

    def read(self, *, whole: bool, progress: Callable[[int], None] = lambda came: None) -> FetchedBox:
        """Receives what is new in the folder; `whole` compares all UIDs, otherwise only those above the highest.

        Raises CareError if the session breaks, the lease is lost or the box was changed; what came until then stays.
        """
        folder = self.open()
        box = self._box = fetch_state.begin(self._desk, self._box, self._me)
        self._settle(folder)
        uids = folder.uids(0 if whole else box.uid, box.settings.since)
        if whole and uids:
            known = fetch_state.known_uids(self._desk, box)
            uids = [uid for uid in uids if uid not in known]
        counts, came = Counter[str](), 0
        for some, into in self._fetched(folder, uids):
            into.settle()  # the bytes are on the disk before anything is recorded
            for start in range(0, len(some), _RECORDED):
                for one in self._received(some[start : start + _RECORDED]):
                    counts[one.state] += 1
                    counts["opened"] += one.opened
                    came += 1
                self._pause(_PAUSE)
            counts["unfetched"] += sum(one.arrival is None for one in some)
            self._settle(folder)
            progress(came)
        fetch_state.was_read(self._desk, box, self._me)
        return FetchedBox(
            box=box,
            came=came,
            taken=counts["taken"],
            held=counts["held"],
            known=counts["known"],
            opened=counts["opened"],
            unfetched=counts["unfetched"],
        )

    def _received(self, some: list[FetchedMail]) -> list[Reception]:
        """Receives mails together; if that breaks, one by one, and the one that breaks it is held as damaged."""
        try:
            return fetch_state.receive_from(self._desk, self._box, self._me, some)
        except FAULTS:  # which mail it is, and what it breaks, is found and said below
            return [done for one in some for done in self._one(one)]

    def _one(self, one: FetchedMail) -> list[Reception]:
        try:
            return fetch_state.receive_from(self._desk, self._box, self._me, [one])
        except FAULTS as error:
            assert one.arrival is not None
            write_report(error, "Receiving a mail")
            damaged = ReceivedMail(damage=(f"receiving it failed ({summary(error)})",))
            held = msgspec.structs.replace(one, arrival=msgspec.structs.replace(one.arrival, mail=damaged))
            return fetch_state.receive_from(self._desk, self._box, self._me, [held])

    def _settle(self, folder: ImapFolder) -> None:
        """Marks as seen, or moves, what has been received, also before an earlier reader was killed."""
        settings = self._box.settings
        while settings.after != "leave":
            uids = fetch_state.unsettled(self._desk, self._box, 500)
            if not uids:
                return
            if settings.after == "seen":
                folder.mark_seen(uids)
            else:
                folder.move(uids, settings.moved_to)
            fetch_state.settle(self._desk, self._box, uids)

    def _fetched(self, folder: ImapFolder, uids: Sequence[int]) -> Iterator[tuple[list[FetchedMail], Incoming]]:
        """The mails in order of UID, as many as are fetched together, and where their bytes are kept."""
        for batch in _batches(folder, uids):
            with incoming(self._desk) as into:
                some = self._batch(folder, batch, into)
                if some:
                    yield some, into

    def _batch(self, folder: ImapFolder, batch: Sequence[ListedMail], into: Incoming) -> list[FetchedMail]:
        small = [one.uid for one in batch if one.size <= _SMALL]
        bodies = _bodies(folder, small)
        some: list[FetchedMail] = []
        for one in batch:
            if one.uid in bodies:
                body = bodies.pop(one.uid)
                if isinstance(body, str):
                    some.append(FetchedMail(uid=one.uid, failure=body))
                else:
                    some.append(self._fetched_mail(one, BytesIO(body), into))
            elif one.size > _SMALL:
                with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
                    try:
                        for piece in folder.pieces(one.uid):
                            file.write(piece)
                    except CannotFetch as error:
                        some.append(FetchedMail(uid=one.uid, failure=str(error)))
                        continue
                    file.seek(0)
                    some.append(self._fetched_mail(one, cast("IO[bytes]", file), into))
        return some

    def _fetched_mail(self, listed: ListedMail, data: IO[bytes], into: Incoming) -> FetchedMail:
        found = FoundMail(data=data, place=f"mail {listed.uid}", arrived=listed.arrived)
        return FetchedMail(uid=listed.uid, arrival=arrival_of(self._desk, found, into))


def _batches(folder: ImapFolder, uids: Sequence[int]) -> Iterator[list[ListedMail]]:
    """The mails that are still there, in parts that are not too many and not too large."""
    for start in range(0, len(uids), 500):
        batch: list[ListedMail] = []
        size = 0
        for one in folder.listed(uids[start : start + 500]):
            if batch and (len(batch) >= _AT_ONCE or size + one.size > _BYTES_AT_ONCE):
                yield batch
                batch, size = [], 0
            batch.append(one)
            size += one.size
        if batch:
            yield batch


def _bodies(folder: ImapFolder, uids: Sequence[int]) -> dict[int, bytes | str]:
    """The bytes of mails, or why the server does not give one; one that is gone by now is left out."""
    if not uids:
        return {}
    found: dict[int, bytes | str] = {}
    try:
        found.update(folder.small(uids))
    except CannotFetch:
        for uid in uids:
            try:
                found.update(folder.small([uid]))
            except CannotFetch as error:
                found[uid] = str(error)
    missing = [uid for uid in uids if uid not in found]
    for one in folder.listed(missing) if missing else ():
        found[one.uid] = "the server lists it and does not give it"
    return found
