"""What the sweep did, in words and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from careconsole.desk.cases.sweep import Act
from careconsole.domain.case.calls import CallTimedOut
from careconsole.domain.case.event import named_on
from careconsole.domain.case.narrator import Narrator, ended
from careconsole.domain.case.offers import OfferExpired
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.parking import Returned
from careconsole.domain.case.reader import join_names
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.work import SweptEntry
from careconsole.present.json_views import json_fields

_COUNTED = {
    "call timed out": ("call passed on", "calls passed on", "calls"),
    "offer expired": ("offer expired", "offers expired", "offers"),
    "overdue": ("case overdue, people notified", "cases overdue, people notified", "overdue"),
    "returned": ("case no longer parked", "cases no longer parked", "back"),
}
"""What the sweep does, most urgent first: the words for one, for several, and in short."""


_OF_CASES = ("overdue", "returned")
"""What is counted in cases, however often it happened to one of them."""


def act_words(act: Act, roster: Roster, now: int) -> str:
    """One thing the sweep did, as a sentence."""
    words = act.event.sentence(_narrator(act, roster, now))
    return f"{ended(words)} {act.end.words}" if act.end is not None and act.end.words else words


def act_brief(act: Act, roster: Roster, now: int) -> str:
    """One thing the sweep did, for a line that may be cut: who is called now, or what it is about, comes first."""
    fact = act.event.fact
    if isinstance(fact, CallTimedOut):
        called = join_names([roster.name(one) for one in (fact.responder, *fact.also)])
        why = "nobody had acknowledged" if fact.why == "unanswered" else "no update had come"
        return f"{called} called{' again' if fact.attempt else ''}, {why}{'; every lead notified' if fact.last else ''}"
    if isinstance(fact, OfferExpired):
        return f"Offer to {roster.name(fact.to)} not answered"
    if isinstance(fact, Overdue):
        words = ", ".join(clock.what(_narrator(act, roster, now)) for clock in fact.clocks)
        told = f"{join_names([*map(roster.name, fact.people)])} told: " if fact.people else ""
        was = " was" if len(fact.clocks) == 1 else " were"
        return f"{told}{words}{was if act.end is not None and act.end.is_over else ''} overdue"
    if isinstance(fact, Returned):
        return "Back to work, its parking has ended"
    return act_words(act, roster, now)


def _narrator(act: Act, roster: Roster, now: int) -> Narrator:
    return Narrator(roster, lambda moment: local(moment, now), act.named or named_on(act.before))


def act_entry(act: Act, roster: Roster) -> SweptEntry:
    """One thing the sweep did, as data: the same as its event in the history."""
    return SweptEntry(
        case=act.before.number,
        subject=act.before.subject,
        at=iso(act.event.at),
        kind=act.event.kind,
        sentence=act.event.sentence(Narrator(roster, named=act.named or named_on(act.before))),
        data=json_fields(act.event.fact, roster),
    )


class Sums:
    """How often each kind of thing was done; of what is told of a case, on how many cases. It keeps no acts."""

    def __init__(self, acts: Iterable[Act] = ()) -> None:
        self._counts: Counter[str] = Counter()
        self._cases: dict[str, set[int]] = {kind: set() for kind in _OF_CASES}
        self.add(acts)

    def add(self, acts: Iterable[Act]) -> None:
        """Counts some more acts."""
        for act in acts:
            if (cases := self._cases.get(act.event.kind)) is not None:
                cases.add(act.before.number)
            else:
                self._counts[act.event.kind] += 1

    def counts(self) -> list[tuple[str, int]]:
        """The kinds that there were, most urgent first."""
        found = {**self._counts, **{kind: len(cases) for kind, cases in self._cases.items()}}
        return [(kind, found[kind]) for kind in _COUNTED if found.get(kind)]

    def words(self, would: bool = False) -> str:
        """How much was done, or would be, in words: "2 calls passed on; 1 offer expired."."""
        words = [f"{count:,} {_COUNTED[kind][count != 1]}" for kind, count in self.counts()]
        return f"{'Would be: ' if would else ''}{'; '.join(words)}."


def briefly(acts: Iterable[Act]) -> str:
    """How much was done, for the head of a page: "2 calls, 1 offer, 3 overdue (1 still)"."""
    some = list(acts)
    return ", ".join(f"{count:,} {_shortly(kind, count)}{_still(kind, some)}" for kind, count in Sums(some).counts())


def _still(kind: str, acts: list[Act]) -> str:
    """How many of the cases that became overdue still are, as far as that is known and not all are."""
    if kind != "overdue" or not any(act.end is not None and act.end.is_over for act in acts):
        return ""
    still = {act.before.number for act in acts if act.end is not None and not act.end.is_over}
    return f" ({len(still):,} still)"


def _shortly(kind: str, count: int) -> str:
    word = _COUNTED[kind][2]
    return word.removesuffix("s") if count == 1 else word
