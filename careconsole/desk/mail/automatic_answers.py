"""Automatic answers: queues one for a mail that was taken, if its box gives them, and sends those that are due.

They are a courtesy: one that a server does not take is tried a few times and dropped, one that may have been sent is
not sent again, and a copy of the database sends none.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from careconsole.desk.cases.sending_place import send_from_here
from careconsole.desk.cases.writing import write_events
from careconsole.desk.mail.sending import CLAIM, Send, next_answer
from careconsole.desk.mail.server_login import smtp_login
from careconsole.desk.mail.taking import colleague_with
from careconsole.desk.playbooks.reading import values_for
from careconsole.desk.receipts.publication import place_of
from careconsole.desk.receipts.settings import made_key, time_words
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.desk.words.saved import of_team
from careconsole.domain.case.answer_tags import case_tag
from careconsole.domain.case.automatic_answers import AnsweredAutomatically
from careconsole.domain.case.clocks import ANSWERS, RUNNING
from careconsole.domain.case.state import VOID, Case
from careconsole.domain.errors import CareError
from careconsole.domain.mail.automatic_answers import (
    DROPPED,
    LATEST,
    MOST,
    MOST_IN,
    ONCE_IN,
    RETRIES,
    why_none,
    words_for,
)
from careconsole.domain.mail.boxes import Box
from careconsole.domain.mail.message_ids import own_id
from careconsole.domain.mail.outgoing import Outcome, OutgoingMail, answer_subject, body, thread, with_tag
from careconsole.domain.mail.received import Mailbox, ReceivedMail
from careconsole.domain.reply_states import LATER, SENDING, SENT, UNCERTAIN, WAITING
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.time.moments import DAY
from careconsole.store.automatic_answers import AutomaticAnswer
from careconsole.store.mails import StoredMail

_KEPT = 30 * DAY
"""How long it is kept what became of one (milliseconds)."""
_LONGEST = 300
_COPIED = "This database was copied, moved or restored since; the original may have sent it."


def queue_answer(unit: UnitOfWork, mail: StoredMail, boxes: Iterable[Box], own: Collection[str]) -> None:
    """Queues the automatic answer to a mail that was just taken, if it gets one. Part of the write that takes it.

    `boxes` are those that answer automatically, `own` the keys of all our addresses (`address_key`).
    """
    box = next((one for one in boxes if _is_for(one, mail.content)), None)
    sender, case = mail.content.sender, unit.store.cases.get(mail.case) if mail.case is not None else None
    if box is None or sender is None or case is None or mail.event is None or unit.is_copy:
        return
    answers = unit.store.automatic_answers
    why = why_none(
        mail.content,
        box.settings.address.address,
        own,
        colleague=colleague_with(unit, sender.address) is not None,
        at=min(mail.at, mail.content.arrived or mail.at),  # a pipe takes old ones, too
        now=unit.now,
        lately=answers.any_to(sender.address, unit.now - ONCE_IN),
        many=answers.count(unit.now - MOST_IN) >= MOST,
    )
    saved = of_team(unit, box.settings.auto_answer) if not why else None
    text = words_for(saved.text, _values(unit, case)) if saved is not None else ""
    if not text:
        return
    send_from_here(unit)
    answers.forget(unit.now - _KEPT)
    content = _content(unit, case, mail, box, text)
    answers.add(
        AutomaticAnswer(
            case=case.number, address=sender.address, box=box.name, at=unit.now, not_before=unit.now, content=content
        )
    )


def send_next(desk: Desk, send: Send) -> list[AutomaticAnswer]:
    """Sends the next one that is due; returns what became of it, and of those that are not sent; empty: none is due."""
    claimed, ended = _claim(desk)
    if claimed is None:
        return ended
    answer, box = claimed
    try:
        outcome = send(smtp_login(box), answer.content, desk.store.contents.read)
    except CareError as error:
        outcome = Outcome(state=LATER, said=error.message)
    return [*ended, _record(desk, answer, outcome)]


def send_due(desk: Desk, send: Send) -> tuple[int, tuple[str, ...]]:
    """Sends those that are due; returns how many were sent, and sentences about those that were not."""
    sent, problems = 0, list[str]()
    while ended := send_next(desk, send):
        sent += sum(one.state == SENT for one in ended)
        problems += filter(None, map(problem, ended))
    return sent, tuple(problems)


def problem(answer: AutomaticAnswer) -> str:
    """A sentence about one that was not sent, or may not have been; empty for any other."""
    what = {DROPPED: "was not sent", UNCERTAIN: "may or may not have been sent"}.get(answer.state, "")
    return f"The automatic answer to {answer.address} (case {answer.case}) {what}: {answer.said}" if what else ""


def _is_for(box: Box, mail: ReceivedMail) -> bool:
    """Whether a mail is addressed to a box from which something can be sent."""
    if box.settings.smtp is None:
        return False
    key = address_key(box.settings.address.address)
    return any(address_key(one.address) == key for one in (*mail.to, *mail.cc))


def _values(unit: UnitOfWork, case: Case) -> dict[str, str]:
    """What the variables stand for. By when a person answers is when the clock of the answer runs out."""
    due = [
        clock.due
        for clock in unit.team.levels.clocks(case)
        if clock.kind in ANSWERS and clock.state == RUNNING and clock.due is not None and clock.due > unit.now
    ]
    place, receipt = place_of(unit), unit.store.receipts.get(case.number)
    return {
        **values_for(unit, case),
        "me": "",
        "tag": case_tag(made_key(unit), case.number).strip("[]"),
        "until": time_words(unit, min(due)) if due else "",
        "receipt": f"{place.url}/{receipt.token}/" if place is not None and place.url and receipt is not None else "",
    }


def _content(unit: UnitOfWork, case: Case, mail: StoredMail, box: Box, text: str) -> OutgoingMail:
    address, key = box.settings.address, made_key(unit)
    assert mail.content.sender is not None
    assert mail.event is not None
    before, chain = thread(mail.content, ())
    return OutgoingMail(
        sender=Mailbox(address.address, address.name),
        to=(mail.content.sender.address,),
        subject=with_tag(answer_subject(mail.content, case.subject), key, case.number),
        body=body(text, box.settings.signature, ""),
        message_id=own_id(key, case.number, mail.event, address.address.rpartition("@")[2]),
        in_reply_to=before,
        references=chain,
        date=unit.now,
        automatic=True,
    )


def _claim(desk: Desk) -> tuple[tuple[AutomaticAnswer, Box] | None, list[AutomaticAnswer]]:
    """Claims the next one that is due; returns it with its box, and those that are not sent after all."""
    due = next_answer(desk)
    if due is None:
        return None, []
    if due > desk.now() and not desk.read(lambda unit: unit.is_copy):
        return None, []  # the usual case, which takes no write lock
    holder = f"{desk.workstation} {os.getpid()} {secrets.token_hex(4)}"

    def work(unit: UnitOfWork) -> tuple[tuple[AutomaticAnswer, Box] | None, list[AutomaticAnswer]]:
        ended: list[AutomaticAnswer] = []
        answers = unit.store.automatic_answers
        if unit.is_copy:
            return None, [_end(unit, one, DROPPED, _COPIED) for one in answers.unsent()]
        boxes = {box.name: box for box in unit.store.boxes.all() if box.settings.smtp is not None}
        for answer in answers.due(unit.now):
            case = unit.store.cases.get(answer.case)
            box = boxes.get(answer.box)
            if answer.state == SENDING:
                said = "the process that was sending it ended before it could say."
                ended.append(_end(unit, answer, UNCERTAIN, said))
            elif unit.now - answer.at > LATEST:
                ended.append(_end(unit, answer, DROPPED, answer.said or "nobody sent it in time."))
            elif box is None or not box.settings.auto_answer:
                ended.append(_end(unit, answer, DROPPED, "its box no longer sends automatic answers."))
            elif case is None or case.status == VOID:
                ended.append(_end(unit, answer, DROPPED, "the opening of the case was undone."))
            else:
                taken = replace(answer, state=SENDING, claim=holder, claimed_until=unit.now + CLAIM)
                answers.save(taken)
                return (taken, box), ended
        return None, ended

    return desk.write(work)


def _record(desk: Desk, answer: AutomaticAnswer, outcome: Outcome) -> AutomaticAnswer:
    """Records what became of one that was claimed, and returns it as it is then."""

    def work(unit: UnitOfWork) -> AutomaticAnswer:
        now = unit.store.automatic_answers.get(answer.number)
        if now is None or now.state != SENDING or now.claim != answer.claim:
            return now or answer  # its claim ran out
        if outcome.state == LATER and answer.tries < len(RETRIES):
            again = unit.now + RETRIES[answer.tries]
            after = replace(_free(answer), state=WAITING, tries=answer.tries + 1, not_before=again, said=outcome.said)
            unit.store.automatic_answers.save(after)
            return after
        return _end(unit, answer, outcome.state if outcome.state in (SENT, UNCERTAIN) else DROPPED, outcome.said)

    return desk.write(work)


def _end(unit: UnitOfWork, answer: AutomaticAnswer, state: str, said: str) -> AutomaticAnswer:
    """Notes how one ended; the history of its case says that it was sent, or may have been. Part of a write."""
    after = replace(_free(answer), state=state, said=said[:_LONGEST])
    unit.store.automatic_answers.save(after)
    case = unit.store.cases.get(answer.case)
    if state != DROPPED and case is not None:
        text = answer.content.body.partition("\n\n-- \n")[0].strip()
        fact = AnsweredAutomatically(to=answer.address, box=answer.box, text=text, certain=state == SENT)
        write_events(unit, case.number, case, [fact], unit.now)
    return after


def _free(answer: AutomaticAnswer) -> AutomaticAnswer:
    return replace(answer, claim="", claimed_until=0)
