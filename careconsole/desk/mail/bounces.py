"""What a bounce means for the case: the mail did not arrive, and the customer waits again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from careconsole.desk.cases.writing import write_events
from careconsole.desk.receipts.settings import KEY
from careconsole.desk.session import merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.automatic_answers import AnsweredAutomatically
from careconsole.domain.case.deliveries import Delivered, Undelivered, undelivered_facts
from careconsole.domain.case.effective_history import delivery_reports, standing, undone_commands
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.promises import Promised
from careconsole.domain.case.replies import ReplySent
from careconsole.domain.case.state import Case
from careconsole.domain.mail.bounce_subjects import says_failure
from careconsole.domain.mail.message_ids import entry_of_own_id
from careconsole.domain.mail.received import DELIVERED, FAILED, DeliveryReport, ReceivedMail
from careconsole.domain.team.customer_addresses import address_key


def bounce_facts(unit: UnitOfWork, case: Case, mail: ReceivedMail, at: int, *, sure: bool = False) -> list[Fact]:
    """What a bounce adds to the case; empty if it is about no mail that was sent on it, or says nothing new.

    A mail of a case that was merged into this one counts here, and its own case notes what became of it. `sure`: a
    person says that a bounce means a failure.
    """
    found = _sent(unit, case, mail)
    if found is None:
        return _of_automatic_answer(unit, case, mail, at, sure=sure)
    origin, history, sent = found
    fact = sent.fact
    assert isinstance(fact, ReplySent)
    of = None if origin.number == case.number else origin.number
    failed = [one for one in mail.reports if one.action == FAILED]
    arrived = [one for one in mail.reports if one.action == DELIVERED]
    back = delivery_reports(history, undone_commands(history)).get(sent.number, False)
    made = _promises(history, sent)
    if failed or sure or says_failure(mail):
        for one in failed:
            unit.store.outgoing.mark_address(one.address, at, one.said)
        said = "; ".join(dict.fromkeys(one.said for one in failed if one.said))
        addresses = tuple(dict.fromkeys(one.address for one in failed))
        if addresses and _only_copies(addresses, fact):
            where, which = ", ".join(addresses), f"entry {sent.number}" + (f" of case {of}" if of else "")
            return [Noted(text=f"The copy of the mail of {which} did not arrive at {where}: {said}")]
        if back:
            return []
        before = fold(origin.number, history[: history.index(sent)])
        assert before is not None
        later = [entry for entry in standing(history) if entry.number > sent.number]
        report = Undelivered(entry=sent.number, addresses=addresses, said=said, promises=made)
        if of is not None:
            _write_of_merged(unit, origin, report, at)
            here = standing(unit.store.cases.history(case.number))
            later += [entry for entry in here if entry.said_at > sent.said_at]
            report = replace(report, of=of, promises=_taken_over(case, history, made))
        return undelivered_facts(before, case, later, report)
    _clear(unit, arrived)
    if not arrived or not back:
        return []
    delivered = Delivered(entry=sent.number, promises=made)
    if of is None:
        return [delivered]
    _write_of_merged(unit, origin, delivered, at)
    reports = (
        event.number
        for event in reversed(unit.store.cases.history(case.number))
        if isinstance(event.fact, Undelivered) and (event.fact.of, event.fact.entry) == (of, sent.number)
    )
    return [replace(delivered, of=of, promises=_taken_over(case, history, made), report=next(reports, None))]


def _of_automatic_answer(unit: UnitOfWork, case: Case, mail: ReceivedMail, at: int, *, sure: bool) -> list[Fact]:
    """What a bounce of an automatic answer adds: a note, since nobody had answered by it. Empty if it is about none."""
    answered = _automatic_answer(unit, case, mail)
    failed = [one for one in mail.reports if one.action == FAILED]
    if answered is None or not (failed or sure or says_failure(mail)):
        return []
    for one in failed:
        unit.store.outgoing.mark_address(one.address, at, one.said)
    said = "; ".join(dict.fromkeys(one.said for one in failed if one.said))
    return [Noted(text=f"The automatic answer to {answered.to} did not arrive: {said or 'no reason given'}")]


def _automatic_answer(unit: UnitOfWork, case: Case, mail: ReceivedMail) -> AnsweredAutomatically | None:
    """The automatic answer that the bounce returns, on this case or on one that was merged into it."""
    for origin, entry in _own(unit, case, mail):
        history = unit.store.cases.history(origin.number)
        # Its id has the entry of the mail that it answered, whose sender it went to.
        asked = next((event.fact for event in history if event.number == entry), None)
        ref = asked.mail if isinstance(asked, Opened | MessageLogged) else None
        if ref is None:
            continue
        for fact in (event.fact for event in history if event.number > entry):
            if isinstance(fact, AnsweredAutomatically) and address_key(fact.to) == address_key(ref.sender):
                return fact
    return None


def _own(unit: UnitOfWork, case: Case, mail: ReceivedMail) -> Iterator[tuple[Case, int]]:
    """The mails of ours that a bounce names: the case of each, which is this one or merged into it, and its entry."""
    key = unit.team.setting(KEY) or ""
    for one in (*mail.returned, *mail.references):
        known = entry_of_own_id(key, one)
        origin = unit.store.cases.get(known[0]) if known is not None else None
        if known is None or origin is None:
            continue
        *_, last = origin, *merged_on(unit.store, origin)
        if last.number == case.number:
            yield origin, known[1]


def _sent(unit: UnitOfWork, case: Case, mail: ReceivedMail) -> tuple[Case, list[Event], Event] | None:
    """The event that sent the mail that the bounce returns, with its case, which may be merged into `case`."""
    for origin, entry in _own(unit, case, mail):
        history = unit.store.cases.history(origin.number)
        for event in reversed(history):
            if isinstance(event.fact, ReplySent) and event.fact.reply == entry:
                return origin, history, event
    return None


def _write_of_merged(unit: UnitOfWork, origin: Case, fact: Fact, at: int) -> None:
    """Notes on a merged case what became of a mail that was sent on it; nobody waits there."""
    write_events(unit, origin.number, origin, [fact], at)


def _taken_over(case: Case, history: Sequence[Event], made: Sequence[int]) -> tuple[int, ...]:
    """The numbers, on the case where it continues, of promises that were made on a merged one."""
    told = {
        (event.fact.text, event.fact.by, event.fact.made_at or event.at)
        for event in history
        if event.number in made and isinstance(event.fact, Promised)
    }
    return tuple(one.number for one in case.promises if (one.text, one.by, one.made_at) in told)


def _only_copies(addresses: Sequence[str], fact: ReplySent) -> bool:
    """Whether the mail arrived at everybody it is for, as far as is known, and only copies did not."""
    to, copies = set(map(address_key, fact.to)), set(map(address_key, fact.cc))
    keys = set(map(address_key, addresses))
    return not keys & to and keys <= copies


def _promises(history: Sequence[Event], sent: Event) -> tuple[int, ...]:
    """The promises that were made with a mail."""
    return tuple(
        event.number
        for event in history
        if event.number > sent.number and event.command == sent.command and isinstance(event.fact, Promised)
    )


def _clear(unit: UnitOfWork, arrived: Sequence[DeliveryReport]) -> None:
    for one in arrived:
        unit.store.outgoing.clear_address(one.address)
