"""What of the mail waits for somebody: held mails, answers that were not sent, boxes not read for too long."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.mail.boxes import Box, unread_words
from careconsole.domain.mail.holding import BLOCKED
from careconsole.domain.time.moments import local

_LONGEST = 120


class MailNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """How many mails are held, how many answers a person has to decide about, and a phrase for each box not read.

    Such an answer was refused, or nobody knows whether it was sent. What is held of blocked senders does not count.
    """

    held: int = 0
    unsent: int = 0
    unread: tuple[str, ...] = ()


def mail_needs(desk: Desk) -> MailNeeds:
    """What of the mail waits for somebody now; cheap."""

    def read(unit: UnitOfWork) -> MailNeeds:
        boxes = unit.store.boxes.all()
        held, unsent = unit.store.mails.held(BLOCKED), unit.store.outgoing.stuck()
        return MailNeeds(held=held, unsent=unsent, unread=tuple(unread_words(boxes, unit.now)))

    return desk.read(read)


def is_due(desk: Desk) -> bool:
    """Whether leads have to be told that a box is not read; cheap, and takes no lock."""
    now = desk.now()
    return any(_is_news(box, now) for box in desk.store.boxes.all())


def tell_leads(desk: Desk) -> int:
    """Queues a notice for every lead about the boxes that are not read, once until they are; returns how many."""
    if not is_due(desk):
        return 0
    from careconsole.desk.notices.outbox import Notice, put  # no console needs it to look for what waits
    from careconsole.domain.case.notice_message import BOX_NOT_READ

    def work(unit: UnitOfWork) -> int:
        boxes = unit.store.boxes.all()
        if not any(_is_news(box, unit.now) for box in boxes):
            return 0  # another process was faster
        late = [box for box in boxes if box.late_since(unit.now) is not None]
        for box in late:
            unit.store.boxes.save(replace(box, told_at=unit.now))
        words = f"Mail: {', '.join(_words(box, unit.now) for box in late)}"
        leads = [one.number for one in unit.roster.people.values() if one.leads]
        return put(unit, [Notice(person=lead, case=0, kind=BOX_NOT_READ, urgent=False, words=words) for lead in leads])

    return desk.write(work)


def _is_news(box: Box, now: int) -> bool:
    return box.told_at is None and box.late_since(now) is not None


def _words(box: Box, now: int) -> str:
    since = local(box.late_since(now) or now, now)
    why = f": {box.failure[:_LONGEST]}" if box.failure else ""
    return f"box {box.name} has not been read since {since}{why}"
