"""The notice to leads that mail is held: one, and not one for each mail."""

from __future__ import annotations

from careconsole.desk.notices import outbox
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.mail.holding import BLOCKED
from careconsole.domain.time.moments import DAY, HOUR

MAIL_HELD = "mail held"
"""The kind of the notice."""


def queue_held_notice(unit: UnitOfWork, why: str) -> None:
    """Tells the leads that a mail is about to be held, unless they were told lately. Part of a write.

    They are told of the first mail that is held, at most once an hour, and again after a day while some are held. What
    is held of blocked senders does not count.
    """
    if not unit.addressees:
        return
    words = f"A mail is held for a person to decide. {why}"
    span = DAY if unit.store.mails.held(BLOCKED) else HOUR
    notices = unit.store.notices
    roster = unit.roster
    leads = {roster.who_receives(one.number) for one in roster.people.values() if one.leads}
    outbox.put(
        unit,
        [
            outbox.Notice(person=lead, case=0, kind=MAIL_HELD, urgent=False, words=words)
            for lead in sorted(one for one in leads if one is not None)
            if not notices.words_since(lead, MAIL_HELD, unit.now - span)
        ],
    )
