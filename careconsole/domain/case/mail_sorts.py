"""Which sort of message each mail of a case is."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.domain.case.effective_history import not_undone
from careconsole.domain.case.event import Event
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.silence import corrected_sorts


def mail_sorts(history: Sequence[Event]) -> dict[int, tuple[str, bool]]:
    """The sort of the message that each mail became, by its number, and whether somebody corrected it.

    A mail that became no message, such as a bare rating or a note, has none.
    """
    stands = not_undone(history)
    corrected = corrected_sorts(stands)
    found: dict[int, tuple[str, bool]] = {}
    for entry in stands:
        if isinstance(fact := entry.fact, Opened | MessageLogged) and fact.mail is not None:
            found[fact.mail.number] = corrected.get(entry.number, fact.sort), entry.number in corrected
    return found
