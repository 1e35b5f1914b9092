"""Who an event concerns, and the text they get: in the news of the console, elsewhere as a notice.

Nobody is told of what they did themselves, nor of imported events. When a person is away, those who act for them are
told; contacts are told themselves. With `quote` off, the text has nothing that a customer or a colleague wrote except
the case's subject, and its times can be read on another day; with `subject` off, it has no subject either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from careconsole.domain.case.event import Event, Fact, Writer
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.pending_notices import leads
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text

CONCERNING = frozenset(kind for kind, fact in KINDS.items() if fact.concerns is not Fact.concerns)
"""The stored names of the kinds of events that can concern somebody; for others, nothing has to be read."""


class Notification(NamedTuple):
    """The text for one person. `urgent`: it calls them for help, and may reach them at any hour."""

    person: int
    words: str
    urgent: bool


def words_for(
    before: Case, event: Event, roster: Roster, person: int, *, quote: bool = True, subject: bool = True
) -> str | None:
    """The text that `person` gets about an event, None if it does not concern them; `before` is the case without it.

    It is one line and safe to show.
    """
    if event.actor == person or event.writer is Writer.IMPORT or event.kind not in CONCERNING:
        return None
    reader = Reader(before, at=event.at, actor=event.actor, roster=roster, me=person, quote=quote, subject=subject)
    words = event.fact.concerns(reader)
    return display_text(words) if words is not None else None


def notifications_for(
    before: Case,
    event: Event,
    roster: Roster,
    people: Iterable[int],
    *,
    quote: bool = False,
    subject: bool = True,
) -> list[Notification]:
    """The notifications for those of `people` that an event concerns; skips those away, as others act for them."""
    found = []
    for person in people:
        if roster.who_receives(person) != person:
            continue
        words = words_for(before, event, roster, person, quote=quote, subject=subject)
        if words is not None:
            found.append(Notification(person, words, is_urgent(before, event.fact, roster, person)))
    return found


def is_urgent(before: Case, fact: Fact, roster: Roster, person: int) -> bool:
    """Whether an event calls `person` for help; if nobody answers and no step follows, it calls every lead."""
    if fact.calls_every_lead and person in leads(roster):
        return True
    return any(roster.who_receives(one) == person for one in fact.people_called(before))
