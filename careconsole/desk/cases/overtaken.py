"""Mails that wait and are not sent after all, because somebody wrote meanwhile: stopped at once, and drafts again.

That is decided where the message is written, so that no page promises to send what will not be sent. Sending asks the
same once more: a message can reach a case in other ways, as by an import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from careconsole.desk.cases.replies import back_to_draft, reply_written
from careconsole.desk.cases.writing import write_events
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.state import VOID, Case
from careconsole.domain.case.unsent_replies import ReplyStopped, why_stopped
from careconsole.domain.reply_states import LATER, STOPPED, WAITING
from careconsole.domain.time.moments import local
from careconsole.store.outgoing import StoredReply


def stop_overtaken(unit: UnitOfWork, numbers: Iterable[int]) -> list[StoredReply]:
    """Stops the mails that wait on these cases and would not be sent any more; returns them. Part of a write.

    In a copy of a database it stops none: the original may have sent them, and that is for a person to decide.
    """
    unsent = [reply for number in numbers for reply in unit.store.outgoing.unsent_of(number)]
    waiting = [reply for reply in unsent if reply.state in (WAITING, LATER)]
    if not waiting or unit.is_copy:
        return []
    found = [(reply, why_not_sent(unit, unit.store.cases.get(reply.case), reply)) for reply in waiting]
    return [stop_reply(unit, reply, why) for reply, why in found if why]


def told(unit: UnitOfWork, stopped: Iterable[StoredReply]) -> Iterator[str]:
    """A sentence about each mail that was stopped, for the person whose command did that."""
    for reply in stopped:
        whose = f"The mail of {unit.roster.name(reply.person)}"
        yield f"{whose} that waited on case {reply.case} is not sent: {reply.said} It is a draft again."


def why_not_sent(unit: UnitOfWork, case: Case | None, reply: StoredReply) -> str:
    """Why a mail is not sent after all, as a sentence; empty if it is."""
    assert case is not None
    history = unit.store.cases.history(reply.case)
    narrator = Narrator(unit.roster, lambda ms: local(ms, unit.now))
    if why := why_stopped(case, standing(history), reply.event, reply.person, narrator):
        return why
    if any(one.number == reply.event for one in case.replies):
        return ""
    stops = [event.fact for event in history if isinstance(event.fact, ReplyStopped)]
    said = [stop.why for stop in stops if stop.reply == reply.event]  # its command was undone and redone since
    return said[-1] if said else "It is no longer in the history of the case."


def stop_reply(unit: UnitOfWork, reply: StoredReply, why: str, by: int | None = None) -> StoredReply:
    """The mail is not sent, as `why` says in a sentence, and is a draft of its writer again. Part of a write.

    `by` is the person who decided so, if one did.
    """
    after = replace(reply, state=STOPPED, claim="", claimed_until=0, done_at=unit.now, said=why)
    unit.store.outgoing.save(after)
    case = unit.store.cases.get(reply.case)
    assert case is not None
    if case.status != VOID:
        fact = ReplyStopped(reply=reply.event, why=why, by=reply.person, stopped_by=by)
        write_events(unit, reply.case, case, [fact], unit.now)
    back_to_draft(unit, reply, reply_written(unit, reply))
    return after
