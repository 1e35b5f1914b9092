"""Silence: how long there was no contact between the customer and us while a case was open.

Automatic replies and bare thanks, as last classified, do not interrupt it. A merged case has none. What an import does
not tell is not known: a silence up to an end of which it has no time, and those of a case without a single message that
have ended; one that goes on is ours to end, whatever was said before.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.event import Event
from careconsole.domain.case.messages import Reclassified
from careconsole.domain.case.state import MERGED, SELF_ANSWERING, Case


class Stretch(msgspec.Struct, frozen=True):
    """The longest silence while a case was open, from `since` to `until`, and when it ended (None: it is open).

    `is_known`: an import tells enough of the case to say so.
    """

    since: int
    until: int
    ended: int | None
    is_known: bool = True

    @property
    def length(self) -> int:
        """How long it was, in milliseconds."""
        return self.until - self.since


class Silence:
    """Follows one case; `sorts` are the corrected sorts of its messages, by entry number."""

    def __init__(self, sorts: dict[int, str]) -> None:
        self._sorts = sorts
        self._open: list[tuple[int, int | None]] = []
        self._contacts: list[int] = []

    def event(self, before: Case | None, event: Event, after: Case) -> None:
        """Records when the case was open and when contacts took place; late imported ones come out of order."""
        was_open = before is not None and before.is_open
        if was_open and not after.is_open and after.resolved_undated:
            self._open.pop()
        elif was_open and not after.is_open:
            self._open[-1] = (self._open[-1][0], event.at)
        elif after.is_open and not was_open:
            self._open.append((event.at, None))
        if self._is_contact(event):
            self._contacts.append(event.at)

    @property
    def has_contact(self) -> bool:
        """Whether any contact is known."""
        return bool(self._contacts)

    def longest(self, case: Case, now: int) -> list[Stretch]:
        """The longest silence of each time the case was open; none of a merged case.

        One that ended before it began, by a clock that was put back, has length 0; if there is no other, there is none.
        """
        known = [(since, now if until is None else until, until) for since, until in self._open]
        if case.status == MERGED or all(until < since for since, until, _ in known):
            return []
        contacts = sorted(self._contacts)
        found = [_longest(contacts, since, until, ended) for since, until, ended in known]
        if contacts or not case.imported:
            return found
        return [replace(one, is_known=one.ended is None) for one in found]

    def _is_contact(self, event: Event) -> bool:
        contact = event.fact.contact
        if contact is None:
            return False
        if not contact.inbound or contact.channel in SELF_ANSWERING:
            return True
        return self._sorts.get(event.number, contact.sort) == "message"


def corrected_sorts(events: Iterable[Event]) -> dict[int, str]:
    """The sorts of messages that were corrected, by the number of their entry."""
    return {e.fact.touch: e.fact.sort for e in events if isinstance(e.fact, Reclassified)}


def _longest(contacts: list[int], since: int, until: int, ended: int | None) -> Stretch:
    longest, last = Stretch(since, since, ended), since
    for at in contacts:
        if since <= at <= until:
            longest, last = max(longest, Stretch(last, at, ended), key=lambda one: one.length), at
    return max(longest, Stretch(last, until, ended), key=lambda one: one.length)
