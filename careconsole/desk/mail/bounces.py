"""What a bounce means for the case: the mail did not arrive, and the customer waits again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from careconsole.desk.receipts.settings import KEY
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.deliveries import Delivered, Undelivered, undelivered_facts
from careconsole.domain.case.effective_history import delivery_reports, standing, undone_commands
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.promises import Promised
from careconsole.domain.case.replies import ReplySent
from careconsole.domain.case.state import Case
from careconsole.domain.mail.message_ids import entry_of_own_id
from careconsole.domain.mail.received import DELIVERED, FAILED, DeliveryReport, ReceivedMail
from careconsole.domain.team.customer_addresses import address_key

_ONLY_LATE = re.compile(r"\b(?:delay|warning|still being retried|verz\u00f6ger|retard|ritard)", re.IGNORECASE)
"""Words in the subject of a report without a part for programs, by which it is no failure yet."""


def bounce_facts(unit: UnitOfWork, case: Case, mail: ReceivedMail, at: int) -> list[Fact]:
    """What a bounce adds to the case; empty if it is about no mail that was sent on it, or says nothing new."""
    history = unit.store.cases.history(case.number)
    sent = _sent(unit, case, mail, history)
    if sent is None or not isinstance(sent.fact, ReplySent):
        return []
    fact = sent.fact
    failed = [one for one in mail.reports if one.action == FAILED]
    arrived = [one for one in mail.reports if one.action == DELIVERED]
    back = delivery_reports(history, undone_commands(history)).get(sent.number, False)
    if failed or (not mail.reports and not _ONLY_LATE.search(mail.subject)):
        for one in failed:
            unit.store.outgoing.mark_address(one.address, at, one.said)
        said = "; ".join(dict.fromkeys(one.said for one in failed if one.said))
        addresses = tuple(dict.fromkeys(one.address for one in failed))
        if addresses and _only_copies(addresses, fact):
            where = ", ".join(addresses)
            return [Noted(text=f"The copy of the mail of entry {sent.number} did not arrive at {where}: {said}")]
        if back:
            return []
        before = fold(case.number, history[: history.index(sent)])
        assert before is not None
        later = [entry for entry in standing(history) if entry.number > sent.number]
        report = Undelivered(entry=sent.number, addresses=addresses, said=said, promises=_promises(history, sent))
        return undelivered_facts(before, case, later, report)
    _clear(unit, arrived)
    if arrived and back:
        return [Delivered(entry=sent.number, promises=_promises(history, sent))]
    return []


def _sent(unit: UnitOfWork, case: Case, mail: ReceivedMail, history: Sequence[Event]) -> Event | None:
    """The event that sent the mail that the bounce returns."""
    key = unit.team.setting(KEY) or ""
    for one in (*mail.returned, *mail.references):
        known = entry_of_own_id(key, one)
        if known is not None and known[0] == case.number:
            for event in reversed(history):
                if isinstance(event.fact, ReplySent) and event.fact.reply == known[1]:
                    return event
    return None


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
