"""Takes a mail that came in: into the case it belongs to or a new one, or holds it. Nothing is lost on the way.

Everything happens in one transaction, whose first question is whether the mail is known: two processes that get the
same mail take it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import IO, cast

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases.mail_senders import BLOCKED
from careconsole.desk.mail.known_cases import CasesInDatabase
from careconsole.desk.mail.known_mails import Coming, KnownMails
from careconsole.desk.mail.notices import queue_held_notice
from careconsole.desk.mail.settings import SERVER
from careconsole.desk.mail.taking import take_into
from careconsole.desk.receipts.settings import KEY, settings_of
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.boxes import Box
from careconsole.domain.mail.finding import find_case
from careconsole.domain.mail.holding import BLOCKED as HELD_SENDER
from careconsole.domain.mail.holding import Recent, why_held
from careconsole.domain.mail.proof import is_proven
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.files import Incoming, TooLarge
from careconsole.store.mail_contents import LONGEST
from careconsole.store.mails import HELD, KNOWN, TAKEN, StoredMail

__all__ = [
    "LONGEST",
    "Arrival",
    "Incoming",
    "KeptMail",
    "Reception",
    "expect_many",
    "incoming",
    "keep",
    "kept_among",
    "receive",
]

_LARGEST = 1 << 30


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that is to be received: the digest of its bytes, what was read of it, and when it came.

    `content` are its bytes, if they are kept within the database, with the mail; else they are kept already. `at` is in
    epoch milliseconds; None: when the nearest server says that it came, at the latest now.
    """

    sha256: str
    mail: ReceivedMail
    content: bytes | None = None
    at: int | None = None


class Reception(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a mail: taken, held or known, and why; its number, and its case. `opened`: the case is new."""

    state: str
    number: int
    reason: str
    why: str
    case: int | None = None
    opened: bool = False
    looks_like: int | None = None


class KeptMail(msgspec.Struct, frozen=True):
    """The bytes of a mail: their digest, how many they are, and the first of them.

    They are kept beside the database; or, if that is `short`, with the mail itself when it is received.
    """

    sha256: str
    size: int
    head: bytes
    short: bool = False

    def arrival(self, mail: ReceivedMail, at: int | None) -> Arrival:
        """The mail as it is to be received."""
        return Arrival(sha256=self.sha256, mail=mail, content=self.head if self.short else None, at=at)


class _Head:
    """A stream, of which `begun` was read, that remembers its first bytes while it is read."""

    def __init__(self, begun: bytes, stream: IO[bytes], most: int) -> None:
        self._begun, self._stream, self._most = begun, stream, most
        self.head = b""

    def read(self, size: int) -> bytes:
        """Reads on."""
        block, self._begun = self._begun or self._stream.read(size), b""
        if len(self.head) < self._most:
            self.head += block[: self._most - len(self.head)]
        return block


def expect_many(desk: Desk) -> None:
    """Prepares for many mails, one after the other."""
    desk.store.engine.expect_bulk()


def incoming(desk: Desk) -> AbstractContextManager[Incoming]:
    """For keeping the bytes of mails with `keep`; those beside the database are on the disk once they are settled."""
    return desk.store.contents.incoming()


def keep(into: Incoming, stream: IO[bytes], head: int) -> KeptMail:
    """Takes the bytes of a mail to be kept; returns their digest and the first `head` of them.

    Raises WrongUse for more than any mail has, and CareError if they cannot be written.
    """
    begun = b""
    while len(begun) <= LONGEST and (block := stream.read(LONGEST + 1 - len(begun))):
        begun += block
    if len(begun) <= LONGEST:
        return KeptMail(sha256(begun).hexdigest(), len(begun), begun, short=True)
    source = _Head(begun, stream, head)
    try:
        digest, size = into.put(cast("IO[bytes]", source), _LARGEST)
    except TooLarge as error:
        raise WrongUse("This is larger than 1 GiB, so it cannot be a mail.", "Nothing was kept.") from error
    return KeptMail(digest, size, source.head)


def kept_among(desk: Desk, digests: Sequence[str]) -> set[str]:
    """Those of these SHA-256 whose mails came before, and are kept; for reading a folder again quickly."""
    return set(filter(desk.store.contents.has, desk.read(lambda unit: unit.store.mails.known(digests))))


def receive(desk: Desk, arrivals: Iterable[Arrival]) -> list[Reception]:
    """Receives mails as one transaction, in order. Raises Busy if others held the database for too long."""
    some = list(arrivals)

    def work(unit: UnitOfWork) -> list[Reception]:
        boxes = unit.store.boxes.all()
        own = _own_addresses(unit, boxes)
        answering = [box for box in boxes if box.settings.auto_answer]
        coming = [Coming(one.sha256, one.mail, min(_time(one), unit.now)) for one in some]
        known = KnownMails(unit, coming)
        return [
            _receive(unit, known, one, arrival.content, own, answering)
            for one, arrival in zip(coming, some, strict=True)
        ]

    return desk.write(work)


def _receive(
    unit: UnitOfWork,
    known: KnownMails,
    coming: Coming,
    content: bytes | None,
    own: frozenset[str],
    answering: Sequence[Box],
) -> Reception:
    mails, mail = unit.store.mails, _checked(unit, coming.mail)
    before = known.by_bytes(coming.sha256)
    if before is not None:
        if content is not None and unit.store.contents.problem(coming.sha256):
            mails.keep(before.number, content)
        mails.save(replace(before, times=before.times + 1))
        return Reception(
            state=KNOWN, number=before.number, reason="same mail", why=_came_before(before), case=before.case
        )
    new = StoredMail(
        sha256=coming.sha256,
        content=mail,
        state=HELD,
        reason="",
        why="",
        kind=mail.kind,
        at=coming.at,
        recorded_at=unit.now,
    )
    copy = known.same_id(mail.message_id)
    if copy is not None and _is_copy(mail, copy.content):
        why = f"It is another copy of mail {copy.number}, which a list or a second address delivered."
        again = replace(new, state=KNOWN, reason="copy", why=why, case=copy.case)
        return Reception(state=KNOWN, number=known.add(again, content), reason="copy", why=why, case=copy.case)
    cases = CasesInDatabase(unit)
    found = find_case(mail, cases, unit.team.setting(KEY) or "")
    if copy is not None and found.case is None and copy.case is not None and cases.exists(copy.case):
        why = f"It has the same id as mail {copy.number}, but another text."
        found = replace(found, looks_like=copy.case, why=why)
    hold = why_held(mail, found, _recent(cases, known, coming), own.union(map(address_key, mail.delivered_to)))
    if hold is not None:
        if hold.reason != HELD_SENDER:  # of the others, somebody has to hear
            queue_held_notice(unit, hold.why)
        held = replace(new, reason=hold.reason, why=hold.why, looks_like=found.case or found.looks_like)
        return Reception(
            state=HELD,
            number=known.add(held, content),
            reason=hold.reason,
            why=hold.why,
            looks_like=held.looks_like,
        )
    taken = take_into(unit, cases, replace(new, number=known.number), found)
    number = known.add(taken, content)
    if answering:
        from careconsole.desk.mail.automatic_answers import queue_answer  # few boxes answer by themselves

        queue_answer(unit, taken, answering, own)
    return Reception(
        state=TAKEN,
        number=number,
        reason=taken.reason,
        why=taken.why,
        case=taken.case,
        opened=taken.event == 1,
        looks_like=taken.looks_like,
    )


def _came_before(before: StoredMail) -> str:
    if before.state == HELD:
        return f"The same mail came before, as mail {before.number}, and is held."
    where = f", and is in case {before.case}" if before.case is not None else ""
    return f"The same mail came before, as mail {before.number}{where}."


def _time(arrival: Arrival) -> int:
    """When the mail came. What its sender says of the time counts only where no server says anything."""
    for moment in (arrival.at, arrival.mail.arrived, arrival.mail.date):
        if moment is not None:
            return moment
    return 1 << 53


def _is_copy(mail: ReceivedMail, other: ReceivedMail) -> bool:
    """Whether two mails with one id are copies: of one sender, with the same text, save what a list added to its end.

    Broken programs give different mails the same id, and anybody can write any id.
    """
    if (mail.sender and mail.sender.address) != (other.sender and other.sender.address):
        return False
    one, two = (" ".join(trimmed(text).split()) for text in (mail.text, other.text))
    return one == two or (bool(one) and bool(two) and (one.startswith(two) or two.startswith(one)))


def _checked(unit: UnitOfWork, mail: ReceivedMail) -> ReceivedMail:
    """The mail with what our server says of its sender; what servers say is in the mail as it came."""
    proven = is_proven(mail, unit.team.setting(SERVER) or "")
    return replace(mail, proven=proven, authentication=()) if mail.authentication or proven is not None else mail


def _recent(cases: CasesInDatabase, known: KnownMails, coming: Coming) -> Recent:
    mail = coming.mail
    if mail.sender is None:
        return Recent()
    decided = known.decided(coming)
    blocked = next((one for one in decided if one.verdict == BLOCKED), None)
    return Recent(
        known=cases.customer_of(mail.sender.address) is not None,
        blocked=f"{blocked.address} is blocked: {blocked.why}." if blocked is not None else "",
        allowed=bool(decided) and blocked is None,
        from_sender=known.from_sender(coming),
        same_text=known.same_text(coming),
    )


def _own_addresses(unit: UnitOfWork, boxes: Iterable[Box]) -> frozenset[str]:
    """Our addresses, besides those that a mail was delivered to: those of the boxes, and where customers can ask."""
    own = {address_key(box.settings.address.address) for box in boxes}
    if (asked := settings_of(unit).mail) != "":
        own.add(address_key(asked))
    return frozenset(own)
