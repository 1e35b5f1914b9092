"""Mails that we send, after they were tried: the list of them, their copies, and uncertain ones that were found."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from careconsole.desk.mail.sending import OpenFile, StoredReply, mark_sent
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.state import VOID
from careconsole.domain.mail.boxes import Box
from careconsole.domain.reply_states import LATER, NEEDS_PERSON, SENDING, SENT, STOPPED, UNCERTAIN, WAITING
from careconsole.domain.time.moments import DAY, HOUR, MINUTE

LOOKS = (0, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY)
"""How long after a mail became uncertain its box is looked through for it (milliseconds): servers can be slow, and a
mail that was not found after the last one is for a person to decide."""
_MOST, _MOST_ENDED = 200, 100
_LATELY = 7 * DAY
_LONGEST = 400


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Uncertain mails that went out by a box, in whose folders they may be."""

    box: Box
    mails: tuple[StoredReply, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """Where they may be: with the copies of what is sent, and, if we are in copy ourselves, where mail comes in."""
        settings = self.box.settings
        places = (settings.sent_folder, settings.folder, settings.moved_to if settings.after == "move" else "")
        return tuple(dict.fromkeys(one for one in places if one))


def to_show(desk: Desk) -> list[StoredReply]:
    """What a page lists: those that need a person, those that are not sent yet by their time, what ended in a week."""

    def read(unit: UnitOfWork) -> list[StoredReply]:
        outgoing = unit.store.outgoing
        ended = [
            one for one in outgoing.listed((SENT, STOPPED), _MOST_ENDED) if (one.done_at or 0) > unit.now - _LATELY
        ]
        coming = sorted(outgoing.listed((WAITING, SENDING, LATER), _MOST), key=lambda one: (one.not_before, one.number))
        return [*outgoing.listed(NEEDS_PERSON, _MOST), *coming, *ended]

    return desk.read(read)


def file_opener(desk: Desk) -> OpenFile:
    """Opens the files of mails by their digest."""
    return desk.store.contents.read


def box_of(desk: Desk, reply: StoredReply) -> Box | None:
    """The box that a mail goes out by, or None if it no longer exists."""
    return desk.read(lambda unit: next((box for box in unit.store.boxes.all() if box.name == reply.box), None))


def to_seek(desk: Desk, looked: Mapping[int, int]) -> list[Sought]:
    """The uncertain mails to look for now, by box. `looked`: when each was last looked for (epoch milliseconds).

    Cheap while no mail is uncertain.
    """

    def read(unit: UnitOfWork) -> list[Sought]:
        if not unit.store.outgoing.stuck():
            return []
        boxes = {box.name: box for box in unit.store.boxes.all() if box.settings.imap is not None}
        found: dict[str, list[StoredReply]] = {}
        for reply in unit.store.outgoing.listed((UNCERTAIN,), _MOST):
            since = reply.done_at if reply.done_at is not None else unit.now
            times = [since + wait for wait in LOOKS if since + wait <= unit.now]
            late = unit.now > since + LOOKS[-1] + HOUR
            if reply.box in boxes and times and looked.get(reply.number, -1) < times[-1] and not late:
                found.setdefault(reply.box, []).append(reply)
        return [Sought(box=boxes[name], mails=tuple(mails)) for name, mails in found.items()]

    return desk.read(read)


def found_sent(desk: Desk, number: int, folder: str) -> StoredReply:
    """An uncertain mail was found in a folder on its server, so it was sent; returns it as it is then.

    If the customer wrote meanwhile, it stays uncertain, with these words: sent now, it would answer that, too.
    """

    def work(unit: UnitOfWork) -> StoredReply:
        reply = _get(unit, number)
        if reply.state != UNCERTAIN:
            return reply  # somebody was faster
        said = f"It was found in the folder {folder}."
        case = unit.store.cases.get(reply.case)
        since = (e.fact.contact for e in standing(unit.store.cases.history(reply.case)) if e.number > reply.event)
        theirs = next((one for one in since if one is not None and one.inbound and one.sort == "message"), None)
        if case is not None and case.status != VOID and theirs is None:
            return mark_sent(unit, reply, said)
        did = f"The customer {theirs.did} meanwhile" if theirs is not None else ""
        why = did or "The opening of the case was undone"
        after = replace(reply, said=f"{said} {why}, so a person decides.")
        if after != reply:
            unit.store.outgoing.save(after)
        return after

    return desk.write(work)


def note_said(desk: Desk, number: int, said: str) -> None:
    """Adds a sentence to what is said about a mail, unless it is there."""

    def work(unit: UnitOfWork) -> None:
        reply = _get(unit, number)
        if said not in reply.said:
            unit.store.outgoing.save(replace(reply, said=f"{reply.said} {said}".strip()[:_LONGEST]))

    desk.write(work)


def _get(unit: UnitOfWork, number: int) -> StoredReply:
    reply = unit.store.outgoing.get(number)
    assert reply is not None  # no mail is ever removed
    return reply
