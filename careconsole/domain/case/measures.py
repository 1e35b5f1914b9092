"""What the histories of cases show about care, counted. Never a ranking: people come by name, medians with their n.

Definitions, on the events that stand (undone ones do not count), up to a moment; a case whose opening was undone
or came later counts nowhere:

* hand-off: a person owns the case who is not the last person that owned it; times with duty in between do not count.
  Zendesk's `assignee_stations`, less one; because of an absence it counts too. `hops` tells how many cases had how
  many hand-offs.
* bounce: a hand-off to somebody who owned the case before ("ping-pong"); immediate when A gave to B and B back to A.
* escalation: the level rose, by a call of ours or between two lines of an import; a merge that brings a level along is
  none. De-escalation: it fell by anything but our own resolving or merging. By responder: everybody who was called,
  by an escalation or by a skip to the next step; by cause: the escalations that were given a label.
* reopening: an open case that had been resolved; an end that was no resolution ("closed") makes none.
* resolution time: from the opening to the first resolution.
* a case that was split off is as old as its matter: it was opened when that was first said, and its words count there
  alone; time owned, time at a level and silence begin with the split.
* first answer: from the opening to the first word from us, on cases opened here where the customer came to us (what was
  said in another system is not known). A call or a visit is answered at once.
* time owned, time at a level: while the case was open, parked or not. Who comes to no time is left out.
* silence: the longest stretch of a case, while it was open, without a contact between the customer and us; it begins
  with the opening or reopening and ends with the case. Automatic replies and bare thanks do not break it, by the sort
  that they were last said to be. Cases that never were open, and merged ones, which go on elsewhere, have none.
* owned from start to end: cases whose resolution stands (closed afterwards or not) with one single person as owner all
  along, duty aside; n counts all those that somebody owned.
* promises: each counts once, by how it ended. Kept: said to be kept (or the case was resolved) by its time; late: kept
  after it, or once moved after it, however it ended then; released: by the customer, never having been moved after
  its time; open until then. A promise of a merged case, or one that a split took along, goes on in the other. Moved
  counts the moves.

The median is the mean of the two middle values where n is even; p90 is by nearest rank: the value at place ceil(0.9 n).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from careconsole.domain.case.escalation import Escalated, Skipped
from careconsole.domain.case.event import Contact, Event
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.merging import Absorbed
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.promises import PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.state import MERGED, OPEN, RESOLVED, SELF_ANSWERING, Case
from careconsole.domain.case.touches import Reclassified
from careconsole.domain.case.undo import standing
from careconsole.domain.team.roster import Roster


def measure(histories: Iterable[tuple[int, list[Event]]], roster: Roster, now: int) -> dict[str, Any]:
    """Every measure of these cases up to `now` (epoch milliseconds), by its stable name; spans are in seconds.

    People appear under their names. A span's entry is {"n", "median", "p90"}, the latter two None where n is 0.
    """
    tally = _Tally(now)
    for number, events in histories:
        counting = standing(events)
        if counting and counting[0].number == 1:
            tally.case(number, counting)
    return tally.result(roster)


def median_of(values: list[float]) -> float | None:
    """The middle value, or the mean of the two middle ones; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def p90_of(values: list[float]) -> float | None:
    """The 90th percentile by nearest rank: the value at place ceil(0.9 n) of the ordered values; None of nothing."""
    return sorted(values)[-(-len(values) * 9 // 10) - 1] if values else None


class _Tally:
    """Counts case by case, event by event."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.count: Counter[str] = Counter()
        self.hops: Counter[int] = Counter()
        self.highest: Counter[int] = Counter()
        self.owners: set[int] = set()
        self.owned: Counter[int | None] = Counter()
        self.at_level: Counter[int] = Counter()
        self.by_responder: Counter[int] = Counter()
        self.by_cause: Counter[str] = Counter()
        self.resolutions: list[float] = []
        self.first_answers: list[float] = []
        self.silences: list[float] = []

    def case(self, number: int, events: list[Event]) -> None:
        """Counts one case by those of its events that stand; there is at least one."""
        sorts = {e.fact.touch: e.fact.sort for e in events if isinstance(e.fact, Reclassified)}
        track = _Track(self, sorts)
        case: Case | None = None
        for event in events:
            if case is not None:
                track.time(case, event.at)
            after = begin(number, event) if case is None else evolve(case, event)
            track.event(case, event, after)
            case = after
        assert case is not None
        if case.is_open:
            track.time(case, self.now)
        track.end(case)

    def result(self, roster: Roster) -> dict[str, Any]:
        """The measures by name."""
        n = self.count
        by_name = sorted(
            ((roster.name(p), p) for p in self.owned if p is not None), key=lambda pair: pair[0].casefold()
        )
        return {
            "cases": n["cases"],
            "events": n["events"],
            "open": n["open"],
            "hand_offs": n["hand_offs"],
            "cases_with_hand_off": n["cases_with_hand_off"],
            "hops": {str(hops): cases for hops, cases in sorted(self.hops.items())},
            "bounced_cases": n["bounced_cases"],
            "bounces": n["bounces"],
            "immediate_bounces": n["immediate_bounces"],
            "owners": len(self.owners),
            "cases_never_owned": n["never_owned"],
            "escalations": n["escalations"],
            "cases_escalated": n["cases_escalated"],
            "de_escalations": n["de_escalations"],
            "cases_by_highest_level": {str(level): cases for level, cases in sorted(self.highest.items())},
            "escalations_by_responder": {
                name: count for name, count in sorted((roster.name(p), c) for p, c in self.by_responder.items())
            },
            "escalations_by_cause": dict(sorted(self.by_cause.items())),
            "reopened_cases": n["reopened_cases"],
            "reopenings": n["reopenings"],
            "resolution_seconds": _spread(self.resolutions),
            "first_answer_seconds": _spread(self.first_answers),
            "owned_seconds_by_person": {name: _seconds(self.owned[p]) for name, p in by_name},
            "unowned_seconds": _seconds(self.owned[None]),
            "open_seconds_by_level": {str(level): _seconds(ms) for level, ms in sorted(self.at_level.items())},
            "longest_silence_seconds": {**_spread(self.silences), "max": max(self.silences, default=None)},
            "owned_from_start_to_end": {"n": n["resolved_with_owner"], "cases": n["owned_throughout"]},
            "proactive_touches": n["proactive"],
            "thanks": n["thanks"],
            "promises": {
                name: n[f"promise {name}"] for name in ("kept", "late", "moved", "released", "open", "open_overdue")
            },
        }


class _Track:
    """What is remembered of one case while its events pass; `sorts` has the right sort of touches guessed wrongly."""

    def __init__(self, tally: _Tally, sorts: dict[int, str]) -> None:
        self.tally = tally
        self.sorts = sorts
        self.owners: list[int] = []
        self.open: list[list[int]] = []
        self.contacts: list[int] = []
        self.bounced = False
        self.rose = False

    def time(self, case: Case, until: int) -> None:
        """Counts the stretch in which the case stood like this."""
        if case.is_open and until > case.changed_at:
            span = until - case.changed_at
            self.tally.owned[case.owner] += span
            self.tally.at_level[case.level] += span

    def event(self, before: Case | None, event: Event, after: Case) -> None:
        """Counts what one event changed."""
        n = self.tally.count
        n["events"] += 1
        self._owner(before, after)
        self._silence(before, event, after)
        if before is None:
            if isinstance(event.fact, Opened) and event.fact.inbound and after.answered_at is not None:
                self.tally.first_answers.append(0)
        else:
            self._level(before, event, after)
            n["reopenings"] += after.reopenings - before.reopenings
            if before.answered_at is None and after.answered_at is not None and not after.imported:
                self.tally.first_answers.append((after.answered_at - after.opened_at) / 1000)
        if after.status == RESOLVED and (before is None or before.resolved_at is None) and after.reopenings == 0:
            self.tally.resolutions.append(_seconds(event.at - after.opened_at))
        self._promises(before, event)
        self._words(event)

    def end(self, case: Case) -> None:
        """Counts what the case as a whole shows."""
        n = self.tally.count
        n["cases"] += 1
        n["open"] += case.is_open
        self.tally.hops[case.moves] += 1
        self.tally.highest[case.highest] += 1
        n["cases_with_hand_off"] += case.moves > 0
        n["bounced_cases"] += self.bounced
        n["never_owned"] += not self.owners
        n["cases_escalated"] += self.rose
        n["reopened_cases"] += case.reopenings > 0
        self.tally.owners.update(self.owners)
        if case.resolved_at is not None and case.status not in (OPEN, MERGED) and self.owners:
            n["resolved_with_owner"] += 1
            n["owned_throughout"] += len(set(self.owners)) == 1
        for promise in case.promises:
            n["promise open"] += 1
            n["promise open_overdue"] += promise.due < self.tally.now
        if case.is_open:
            self.open[-1][1] = self.tally.now
        if case.status != MERGED and self.open:
            self.tally.silences.append(_seconds(self._longest_silence()))

    def _owner(self, before: Case | None, after: Case) -> None:
        owner = after.last_owner
        if owner is None or (self.owners and self.owners[-1] == owner):
            return
        if self.owners:
            n = self.tally.count
            n["hand_offs"] += 1
            if owner in self.owners:
                n["bounces"] += 1
                self.bounced = True
                n["immediate_bounces"] += len(self.owners) > 1 and self.owners[-2] == owner
        self.owners.append(owner)

    def _level(self, before: Case, event: Event, after: Case) -> None:
        n = self.tally.count
        if after.level > before.level and not isinstance(event.fact, Absorbed):
            n["escalations"] += 1
            self.rose = True
        elif after.level < before.level and after.status != MERGED and not isinstance(event.fact, Resolved):
            n["de_escalations"] += 1
        if isinstance(event.fact, Escalated | Skipped):
            self.tally.by_responder[event.fact.responder] += 1
        if isinstance(event.fact, Escalated) and event.fact.cause:
            self.tally.by_cause[event.fact.cause] += 1

    def _silence(self, before: Case | None, event: Event, after: Case) -> None:
        """Keeps when the case was open, and when there was a contact; words that an import brings late came before."""
        was_open = before is not None and before.is_open
        if was_open and not after.is_open:
            self.open[-1][1] = event.at
        elif after.is_open and not was_open:
            self.open.append([event.at, event.at])
        if self._is_contact(event):
            self.contacts.append(event.at)

    def _longest_silence(self) -> int:
        """The widest gap between contacts, and the begin and end of each time that the case was open."""
        contacts = sorted(self.contacts)
        longest = 0
        for since, until in self.open:
            last = since
            for at in contacts:
                if since <= at <= until:
                    longest, last = max(longest, at - last), at
            longest = max(longest, until - last)
        return longest

    def _is_contact(self, event: Event) -> bool:
        touch = event.fact.contact
        if touch is None:
            return False
        return not touch.inbound or touch.channel in SELF_ANSWERING or self._sort(event.number, touch) == "message"

    def _sort(self, number: int, touch: Contact) -> str:
        return self.sorts.get(number, touch.sort)

    def _promises(self, before: Case | None, event: Event) -> None:
        if before is None or not before.promises:
            return
        n = self.tally.count
        fact = event.fact
        if isinstance(fact, PromiseMoved):
            n["promise moved"] += 1
        elif isinstance(fact, PromiseReleased | PromiseKept | Resolved):
            released = isinstance(fact, PromiseReleased)
            for promise in before.promises:
                if isinstance(fact, Resolved) or promise.number == fact.promise:
                    missed = isinstance(fact, Resolved) or (event.at > promise.due and not released)
                    late = promise.late or missed
                    n["promise late" if late else "promise released" if released else "promise kept"] += 1

    def _words(self, event: Event) -> None:
        touch = event.fact.contact
        if touch is not None:
            self.tally.count["proactive"] += touch.proactive
            self.tally.count["thanks"] += touch.inbound and self._sort(event.number, touch) == "thanks"


def _spread(values: list[float]) -> dict[str, float | None]:
    return {"n": len(values), "median": _plain(median_of(values)), "p90": _plain(p90_of(values))}


def _seconds(ms: float) -> float:
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def _plain(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) else value
