"""The events that concern the person at work, as sentences for the news. Their own acts are never among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from careconsole.desk.queries.recent_events import EventWithBefore, PromiseDueSoon
from careconsole.domain.case.notification_recipients import is_urgent, words_for
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import format_span

_WORDS = 60


class Heard(NamedTuple):
    """What the news says, safe to display (empty: it is only counted). `call`: the case it calls them for help on."""

    words: str
    call: int | None = None


def heard(turns: Iterable[EventWithBefore], roster: Roster, me: int) -> list[Heard]:
    """The first sentence per case and command that concerns `me`, and one per act of the sweep; in their order."""
    found: dict[tuple[int, int | None, int], Heard] = {}
    for turn in turns:
        event = turn.event
        words = words_for(turn.before, event, roster, me)
        if words is not None:
            alone = event.number if event.command is None else 0
            call = turn.before.number if is_urgent(turn.before, event.fact, roster, me) else None
            found.setdefault((turn.before.number, event.command, alone), Heard(words, call))
    return list(found.values())


def sentences(turns: Iterable[EventWithBefore], roster: Roster, me: int) -> list[str]:
    """The words of `heard`."""
    return [one.words for one in heard(turns, roster, me)]


def promise_words(promise: PromiseDueSoon, now: int) -> str:
    """The announcement of a promise due soon: "The promise on case 12 falls due in 9m: call back"."""
    return (
        f"The promise on case {promise.case} falls due in {format_span(promise.due - now)}:"
        f" {display_text(promise.text, _WORDS)}"
    )
