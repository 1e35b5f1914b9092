"""What passed between a customer and us, by whichever door it came into a history."""

from __future__ import annotations

from careconsole.domain.case import event as f

IN, OUT, NOTE = "in", "out", "note"
"""Which way imported words went: from the customer, to the customer, or nowhere, for they are internal."""


def contact_of(fact: f.Fact) -> f.Touched | None:
    """The contact with the customer that a fact tells of; None for all else, internal words of an import among it."""
    if isinstance(fact, f.Touched):
        return fact
    if isinstance(fact, f.Recorded) and fact.way in (IN, OUT):
        sort = fact.sort or "message"
        return f.Touched(inbound=fact.way == IN, channel=fact.channel or "other", text=fact.said, sort=sort)
    return None


def changes_nothing(fact: f.Fact) -> bool:
    """Whether a case stands as before: notes, what people were told, and lines of an import that came too late."""
    if isinstance(fact, f.Noted | f.Overdue):
        return True
    if not isinstance(fact, f.Recorded) or not fact.inert:
        return False
    contact = contact_of(fact)
    return contact is None or (contact.inbound and contact.sort != "message")
