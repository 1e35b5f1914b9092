"""Sending: claims the mails that are due, one at a time, and records what became of each.

Any number of consoles and scripts may send at once: a mail is claimed in a transaction, sent outside of any, and then
recorded. A claim that runs out means that a process died while it was sending. Nobody knows how far it came, so it
is uncertain, and never sent again by itself. Neither is what waits in a copy of the database, or a restored one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases.asking import with_question
from careconsole.desk.cases.overtaken import stop_overtaken, stop_reply, why_not_sent
from careconsole.desk.cases.replies import reply_written
from careconsole.desk.cases.sending_place import must_be_original, send_from_here
from careconsole.desk.cases.writing import write_events
from careconsole.desk.mail.server_login import ServerLogin, smtp_login
from careconsole.desk.queries.causes import known
from careconsole.desk.session import Desk, merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import KnownCause, open_cause
from careconsole.domain.case.command import Decision
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Fact
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.state import MERGED, Case
from careconsole.domain.case.unsent_replies import ReplyFailed
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.mail.boxes import Box
from careconsole.domain.mail.outgoing import Outcome, OutgoingMail, retry_at
from careconsole.domain.reply_states import (
    LATER,
    NEEDS_PERSON,
    REFUSED,
    SENDING,
    SENT,
    STOPPED,
    UNCERTAIN,
    WAITING,
)
from careconsole.domain.time.moments import MINUTE, local
from careconsole.store.outgoing import StoredReply

__all__ = ["ClaimedMail", "Done", "Send", "StoredReply", "claim", "find", "listed", "record", "send_due", "stuck"]

CLAIM = 15 * MINUTE
"""How long a claim holds (milliseconds): longer than a mail server may take for everything together."""
_COPIED = "This database was copied, moved or restored since the mail was written. The original may have sent it."
_LONGEST = 300


class ClaimedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that this process sends now, and the box that it goes out by."""

    holder: str
    reply: StoredReply
    box: Box

    @property
    def mail(self) -> OutgoingMail:
        """The mail itself."""
        return self.reply.content


OpenFile = Callable[[str], AbstractContextManager[IO[bytes]]]
Send = Callable[[ServerLogin, OutgoingMail, OpenFile], Outcome]
"""Sends a mail, whose files are opened by their digest, and says what became of it. It raises nothing."""
Keep = Callable[[StoredReply], str]
"""Keeps a copy of a mail that was sent just now. It says what went wrong, if anything, and raises nothing."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of mails that were due, by state; `problems` are sentences about those that were not sent."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    uncertain: int = 0
    stopped: int = 0
    problems: tuple[str, ...] = ()


def send_due(desk: Desk, send: Send, keep: Keep | None = None) -> Done:
    """Sends every mail that is due. Nobody needs to be at work. It takes as long as the mail servers take.

    `keep` keeps a copy of each mail; what it says is among the problems, once.
    """
    counts = {state: 0 for state in (SENT, LATER, REFUSED, UNCERTAIN, STOPPED)}
    problems: list[str] = []

    def kept(reply: StoredReply) -> str:
        said = keep(reply) if keep is not None else ""
        if said and said not in problems:
            problems.append(said)
        return said

    while ended := send_next(desk, send, kept):
        for reply in ended:
            counts[reply.state] = counts.get(reply.state, 0) + 1
            if reply.state != SENT:
                problems.append(_problem(reply))
    return Done(
        **{state: counts[state] for state in Done.__struct_fields__ if state in counts}, problems=tuple(problems)
    )


def send_next(desk: Desk, send: Send, keep: Keep | None = None) -> list[StoredReply]:
    """Sends the next mail that is due; returns what became of it, and those that were stopped; empty: none is due."""
    claimed, ended = claim(desk)
    if claimed is None:
        return ended
    outcome = attempt(desk, claimed, send)
    done = record(desk, claimed, outcome)
    if keep is not None and outcome.state == SENT and done.state == SENT:  # that it was sent is stored before
        keep(done)
    return [*ended, done]


def attempt(desk: Desk, claimed: ClaimedMail, send: Send) -> Outcome:
    """Sends a claimed mail, outside of any transaction. A box that cannot be used is tried again later."""
    try:
        for file in claimed.mail.files:
            if problem := desk.store.contents.problem(file.digest):
                return Outcome(state=REFUSED, said=f"The content of the file {file.name} {problem}.")
        login = smtp_login(claimed.box)
    except CareError as error:
        return Outcome(state=LATER, said=error.message)
    return send(login, claimed.mail, desk.store.contents.read)


def is_due(desk: Desk) -> bool:
    """Whether a mail is due, or waits in a copy of its database, where it is not sent. Cheap."""
    due = next_due(desk)
    return due is not None and (due <= desk.now() or desk.read(lambda unit: unit.is_copy))


def next_answer(desk: Desk) -> int | None:
    """When the next automatic answer is due (epoch milliseconds); None if none waits. Cheap."""
    return desk.read(lambda unit: unit.store.automatic_answers.next_due())


def next_due(desk: Desk) -> int | None:
    """When the next mail is due (epoch milliseconds); None if none waits. Cheap."""
    return desk.read(lambda unit: unit.store.outgoing.next_due())


def claim(desk: Desk) -> tuple[ClaimedMail | None, list[StoredReply]]:
    """Claims the next mail that is due; returns it, and those that are not sent after all, or became uncertain."""
    if not is_due(desk):  # the usual case, which takes no write lock
        return None, []
    holder = f"{desk.workstation} {os.getpid()} {secrets.token_hex(4)}"

    def work(unit: UnitOfWork) -> tuple[ClaimedMail | None, list[StoredReply]]:
        ended: list[StoredReply] = []
        if unit.is_copy:
            return None, [_fail(unit, reply, UNCERTAIN, _COPIED) for reply in unit.store.outgoing.unsent()]
        boxes = {box.name: box for box in unit.store.boxes.all()}
        for reply in unit.store.outgoing.due(unit.now):
            if reply.state == SENDING:
                said = "The process that was sending it ended before it could say whether it was sent."
                ended.append(_fail(unit, reply, UNCERTAIN, said))
                continue
            case = unit.store.cases.get(reply.case)
            if why := why_not_sent(unit, case, reply):
                ended.append(stop_reply(unit, reply, why))
                continue
            box = boxes.get(reply.box)
            if box is None:
                ended.append(_fail(unit, reply, REFUSED, f"The box {reply.box} no longer exists."))
                continue
            taken = replace(reply, state=SENDING, claim=holder, claimed_until=unit.now + CLAIM)
            unit.store.outgoing.save(taken)
            return ClaimedMail(holder=holder, reply=taken, box=box), ended
        return None, ended

    return desk.write(work)


def record(desk: Desk, claimed: ClaimedMail, outcome: Outcome) -> StoredReply:
    """Records what became of a claimed mail, and returns it as it is then."""

    def work(unit: UnitOfWork) -> StoredReply:
        reply = unit.store.outgoing.get(claimed.reply.number)
        assert reply is not None  # what is being sent is never removed
        mine = reply.state == SENDING and reply.claim == claimed.holder
        if outcome.state == SENT and (mine or reply.state == UNCERTAIN):
            return mark_sent(unit, reply, outcome.said)
        if not mine:
            return reply  # its claim ran out, and a person decides
        said = outcome.said[:_LONGEST]
        if outcome.state == LATER:
            again = retry_at(reply.tries + 1, unit.now)
            if again is None:
                return _fail(unit, reply, REFUSED, f"Given up after {reply.tries + 1} tries: {said}")
            after = replace(_free(reply), state=LATER, tries=reply.tries + 1, not_before=again, said=said)
            unit.store.outgoing.save(after)
            if not reply.tries:  # its writer hears of the first attempt that failed, not of each
                _note_failure(unit, after)
            return after
        return _fail(unit, reply, outcome.state, said)

    return desk.write(work)


def listed(desk: Desk, states: tuple[str, ...], limit: int = 200) -> list[StoredReply]:
    """The mails in one of these states, the latest first."""
    return desk.read(lambda unit: unit.store.outgoing.listed(states, limit))


def waiting(desk: Desk) -> tuple[int, int | None]:
    """How many mails wait, and until when the next of them does (epoch milliseconds; None if none waits)."""
    return desk.read(lambda unit: unit.store.outgoing.waiting())


def stuck(desk: Desk) -> int:
    """How many mails need a person: they were refused, or it is uncertain whether they were sent."""
    return desk.read(lambda unit: unit.store.outgoing.stuck())


def find(desk: Desk, number: int) -> StoredReply:
    """A mail that we send, by its number. Raises WrongUse if there is none."""
    reply = desk.read(lambda unit: unit.store.outgoing.get(number))
    if reply is None:
        raise WrongUse(f"There is no outgoing mail {number}.", "See {}.", suggest("mail outgoing"))
    return reply


def say_sent(desk: Desk, number: int) -> StoredReply:
    """A person says that an uncertain or refused mail was sent after all. Raises Refused for any other."""

    def work(unit: UnitOfWork) -> StoredReply:
        reply = _settled(desk, unit, number, NEEDS_PERSON, "was sent")
        return mark_sent(unit, reply, f"{unit.roster.name(unit.who.person)} said that it was sent.")

    return desk.write(work)


def send_again(desk: Desk, number: int) -> StoredReply:
    """A person has a refused or uncertain mail sent again, now. Raises Refused for any other.

    It keeps its id, so that two copies of it are known as one mail by programs that look at ids.
    """

    def work(unit: UnitOfWork) -> StoredReply:
        reply = _settled(desk, unit, number, NEEDS_PERSON, "sent again")
        must_be_original(unit)
        send_from_here(unit)
        after = replace(_free(reply), state=WAITING, not_before=unit.now, tries=0, done_at=None)
        unit.store.outgoing.save(after)
        case = unit.store.cases.get(reply.case)
        assert case is not None
        name = unit.roster.name(unit.who.person)
        fact = ReplyFailed(reply=reply.event, state=WAITING, said=f"{name} decided so.", by=reply.person)
        write_events(unit, reply.case, case, [fact], unit.now)
        return after

    return desk.write(work)


def stop(desk: Desk, number: int) -> StoredReply:
    """A person decides that a mail is not sent; its text is a draft again. Raises Refused for one that was sent."""

    def work(unit: UnitOfWork) -> StoredReply:
        reply = _settled(desk, unit, number, (WAITING, LATER, *NEEDS_PERSON), "not sent")
        who = unit.who.person
        return stop_reply(unit, reply, f"{unit.roster.name(who)} decided so.", by=who)

    return desk.write(work)


def _settled(desk: Desk, unit: UnitOfWork, number: int, states: tuple[str, ...], what: str) -> StoredReply:
    reply = find(desk, number)
    if reply.state not in states:
        raise Refused(f"Outgoing mail {number} is {state_words(reply, unit.now)}.", "See {}.", suggest("mail outgoing"))
    _ = unit.who
    unit.record_change("mail settled", f"outgoing mail {number}", {"into": what, "before": {"state": reply.state}})
    return reply


def state_words(reply: StoredReply, now: int, *, copy: bool = False) -> str:
    """The state of a mail as people read it: "waiting until Mon 08:00", "sent 10:02". `copy`: in a copied database."""
    match reply.state:
        case "waiting" | "later" | "sending" if copy:
            return "waiting; nothing is sent from a copy of the database"
        case "waiting":
            return f"waiting until {local(reply.not_before, now)}"
        case "later":
            return f"to be tried again at {local(reply.not_before, now)}"
        case "sending":
            return "being sent"
        case "sent" | "stopped" if reply.done_at is not None:
            return f"{'sent' if reply.state == SENT else 'not sent'} {local(reply.done_at, now)}"
    return reply.state


def _problem(reply: StoredReply) -> str:
    what = {STOPPED: "was not sent", LATER: "will be tried again"}.get(reply.state, f"is {reply.state}")
    return f"Outgoing mail {reply.number} (case {reply.case}) {what}: {reply.said}"


def _free(reply: StoredReply) -> StoredReply:
    return replace(reply, claim="", claimed_until=0)


def _fail(unit: UnitOfWork, reply: StoredReply, state: str, said: str) -> StoredReply:
    """The mail needs a person: it was refused, or it is uncertain whether it was sent."""
    after = replace(_free(reply), state=state, done_at=unit.now, said=said)
    unit.store.outgoing.save(after)
    _note_failure(unit, after)
    return after


def _note_failure(unit: UnitOfWork, reply: StoredReply) -> None:
    fact = ReplyFailed(reply=reply.event, state=reply.state, said=reply.said, by=reply.person)
    write_events(unit, reply.case, _case(unit, reply.case), [fact], unit.now)


def mark_sent(unit: UnitOfWork, reply: StoredReply, said: str) -> StoredReply:
    """The mail was sent: it answers the customer, and what was to follow it does, if it still may. Part of a write."""
    after = replace(_free(reply), state=SENT, done_at=unit.now, said=said[:_LONGEST])
    unit.store.outgoing.save(after)
    written, case = reply_written(unit, reply), _case(unit, reply.case)
    sent = written.sent(reply.event)
    facts: list[Fact] = [sent]
    on_others: Decision = []
    left = ""
    try:
        ctx = unit.case_context(case, Context(actor=reply.person, now=unit.now, roster=unit.roster))
        cause = written.cause if written.cause.strip() else open_cause(case)
        about = known(unit, cause, case.number) if cause else KnownCause()
        (_, follow), *on_others = written.following(case, sent, ctx, about, lambda number: _current(unit, number))
        facts += follow
    except CareError as error:
        left = error.message
    facts = with_question(unit, case, facts)
    write_events(unit, reply.case, case, facts, unit.now, actor=reply.person, command=reply.command)
    for number, found in on_others:
        other = _case(unit, number)
        write_events(unit, number, other, found, unit.now, actor=reply.person, command=reply.command)
    if left:
        fact = ReplyFailed(reply=reply.event, state=SENT, said=left, by=reply.person)
        write_events(unit, reply.case, _case(unit, reply.case), [fact], unit.now)
    if case.status == MERGED:  # it was merged while the mail was on its way: the customer waits on the other case
        for winner in [*merged_on(unit.store, case)][-1:]:
            told = MessageLogged(inbound=False, channel="email", text=written.text, sent_on=case.number)
            write_events(unit, winner.number, winner, [told], unit.now, actor=reply.person, command=reply.command)
    if len(case.replies) > 1:
        stop_overtaken(unit, [reply.case])
    return after


def _current(unit: UnitOfWork, number: int) -> Case:
    """A case, or the one it was merged into."""
    case = _case(unit, number)
    return [case, *merged_on(unit.store, case)][-1]


def _case(unit: UnitOfWork, number: int) -> Case:
    case = unit.store.cases.get(number)
    assert case is not None  # a mail has the number of its case as a key
    return case
