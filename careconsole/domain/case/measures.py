"""Measures of care, counted from case histories. Nothing is by person; medians come with their n.

Definitions, over the events up to a given time that were not undone; a case whose opening was undone or came later is
not counted:

* open: neither resolved nor closed, nor merged; a parked case is open, as is:open has it.
* hand-off: a person becomes the owner who is not the last person that owned the case; duty in between is ignored.
  Zendesk's `assignee_stations` minus one; hand-offs because of an absence count too. `hops` gives the number of cases
  for each number of hand-offs.
* bounce: a hand-off to somebody who owned the case before ("ping-pong"); immediate if A gave it to B and B back to A.
* escalation: the level rose, by a call made here or between two lines of an import; a level that a merge brings along
  does not count. De-escalation: it fell, except by a resolution or merge made here. By cause: the escalations that
  were given a label, by the call or else by the review that followed, under the name that it counts as today
  (`desk.queries.case_queries`).
* unprompted: a message to a customer that was logged as such. (The care report asks besides that nobody waited for an
  answer.)
* reopening: a resolved case was opened again; one that ended without a resolution ("closed") does not count.
* no answer needed: a case resolved as spam, a duplicate, sent to a wrong address or a test, while its customer waited.
  It is counted there, by the reason, and in nothing else, unless it is reopened: it was no care.
* resolved unanswered: resolved while the customer waited, and nobody told them. Only the resolution that stands counts.
* resolution time: from the opening to the first resolution. If that left the customer unanswered, it has none: for
  them nothing was resolved. Cases of which an import does not tell both times are left out, and counted as undated:
  unknown is not zero.
* a case that was split off was opened when its first message was sent, and its messages count on it alone; time owned,
  time at a level and silence begin with the split.
* first answer: from the opening to the first contact from us, on cases opened here by a contact from the customer (what
  was said in another system is not known). A resolution that says that the customer was told is such a contact, even if
  no message is in the history. A call or a visit is answered at once. A follow-up that nobody waited on has none.
* time owned (by somebody, or by nobody), time at a level: while the case was open, parked or not. Levels without time
  are left out.
* silence: the longest stretch without a contact between the customer and us while the case was open, from its opening
  or reopening to its end. Automatic replies and bare thanks, as last classified, do not interrupt it. Cases that were
  never open, and merged ones, which continue elsewhere, have none. Of an imported case, one up to an unknown end has no
  known length, nor has one that ended if no message was imported.
* a first answer, a resolution or a stretch open that ended before it began, by a clock that was put back, has no known
  length and is not counted among the times.
* owned from start to end: resolved cases (closed afterwards or not) that only ever had one person as owner, ignoring
  duty; n counts the resolved cases that a person owned. Cases of which an import does not tell when they were resolved
  are left out. The care report has the same figure (`only_owner`).
* promises: each counts once. Kept: marked as kept by its time; late: one of its times passed first (however it ended
  then, or if it has not ended), or it was open when the case was resolved; released: by the customer before that;
  open: not ended yet, and not late. Open overdue are the late ones that are due now. A promise on a merged case, or
  one moved by a split, continues on the other case. Moved counts the moves.

Medians and 90th percentiles are exact (`domain.case.spans` has their definitions), and cost eight bytes for each span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from careconsole.domain.case.effective_history import standing_if_opened
from careconsole.domain.case.escalation import Escalated
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import begin, evolve, fold
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.merging import Absorbed
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.promises import PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.resolution_answers import NOT_NEEDED, UNANSWERED, is_unanswered
from careconsole.domain.case.reviews import Reviewed
from careconsole.domain.case.silence import Silence, corrected_sorts
from careconsole.domain.case.spans import Spans, seconds
from careconsole.domain.case.splitting import SplitFrom
from careconsole.domain.case.state import MERGED, OPEN, RESOLVED, Case


def measure(histories: Iterable[tuple[int, list[Event]]], now: int) -> dict[str, Any]:
    """Every measure of these cases up to `now` (epoch milliseconds), by its stable name; spans are in seconds.

    A span's entry is {"n", "median", "p90"}, the latter two None where n is 0.
    """
    tally = _Tally(now)
    for number, events in histories:
        if counting := standing_if_opened(events):
            tally.case(number, counting)
    return tally.result()


class _Tally:
    """Counts case by case, event by event."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.count: Counter[str] = Counter()
        self.hops: Counter[int] = Counter()
        self.highest: Counter[int] = Counter()
        self.owners: set[int] = set()
        self.owned = self.unowned = 0
        self.at_level: Counter[int] = Counter()
        self.by_cause: Counter[str] = Counter()
        self.not_needed: Counter[str] = Counter()
        self.resolutions, self.first_answers, self.silences = Spans(), Spans(), Spans()

    def case(self, number: int, events: list[Event]) -> None:
        """Counts one case by its events without the undone ones; there is at least one."""
        if reason := why_not_needed(number, events):
            self.not_needed[reason] += 1
            return
        sorts = corrected_sorts(events)
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

    def result(self) -> dict[str, Any]:
        """The measures by name."""
        n = self.count
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
            "escalations_by_cause": dict(sorted(self.by_cause.items())),
            "reopened_cases": n["reopened_cases"],
            "reopenings": n["reopenings"],
            "resolution_seconds": self.resolutions.summary(),
            "resolutions_undated": n["undated"],
            "resolved_unanswered": n["unanswered"],
            "no_answer_needed": dict(sorted(self.not_needed.items())),
            "first_answer_seconds": self.first_answers.summary(),
            "owned_seconds": seconds(self.owned),
            "unowned_seconds": seconds(self.unowned),
            "open_seconds_by_level": {str(level): seconds(ms) for level, ms in sorted(self.at_level.items())},
            "longest_silence_seconds": {**self.silences.summary(), "max": self.silences.longest()},
            "owned_from_start_to_end": {"n": n["resolved_with_owner"], "cases": n["owned_throughout"]},
            "proactive_messages": n["proactive"],
            "thanks": n["thanks"],
            "promises": {
                name: n[f"promise {name}"] for name in ("kept", "late", "moved", "released", "open", "open_overdue")
            },
        }


class _Track:
    """What is tracked of one case through its events; `sorts` has the corrected sorts of messages, by entry number."""

    def __init__(self, tally: _Tally, sorts: dict[int, str]) -> None:
        self.tally = tally
        self.sorts = sorts
        self.owners: list[int] = []
        self.silence = Silence(sorts)
        self.bounced = False
        self.rose = False
        self.has_no_cause = False
        """Whether the last call for help named no cause, so that the review after it may."""
        self.was_asked = True
        self.was_resolved = self.was_unopened = self.was_unanswered = False
        self.took: int | None = None

    def time(self, case: Case, until: int) -> None:
        """Counts the time that the case spent in this state."""
        if case.is_open and until > case.changed_at:
            span = until - case.changed_at
            if case.owner is None:
                self.tally.unowned += span
            else:
                self.tally.owned += span
            self.tally.at_level[case.level] += span

    def event(self, before: Case | None, event: Event, after: Case) -> None:
        """Counts what one event changed."""
        n = self.tally.count
        n["events"] += 1
        self._owner(before, after)
        self.silence.event(before, event, after)
        if before is None:
            self.was_asked = asked(event)
        else:
            self._level(before, event, after)
            n["reopenings"] += after.reopenings - before.reopenings
        first = first_answer(before, after, self.was_asked)
        if first is not None:
            self._span(self.tally.first_answers, after.opened_at, first)
        self._resolution(before, event, after)
        self._promises(before, event)
        self._words(event)

    def _span(self, spans: Spans, since: int, until: int) -> None:
        """Adds a span; how long one took that ended before it began, by a clock that was put back, is not known."""
        if until >= since:
            spans.add(until - since)

    def end(self, case: Case) -> None:
        """Counts what the case as a whole shows."""
        n = self.tally.count
        n["cases"] += 1
        n["open"] += case.is_open
        if self.took is not None:
            self.tally.resolutions.add(self.took)
        n["undated"] += self.was_resolved and self.took is None and not self.was_unanswered
        n["unanswered"] += is_unanswered(case)
        self.tally.hops[case.moves] += 1
        self.tally.highest[case.highest] += 1
        n["cases_with_hand_off"] += case.moves > 0
        n["bounced_cases"] += self.bounced
        n["never_owned"] += not self.owners
        n["cases_escalated"] += self.rose
        n["reopened_cases"] += case.reopenings > 0
        self.tally.owners.update(self.owners)
        throughout = only_owner(case, self.owners)
        if throughout is not None:
            n["resolved_with_owner"] += 1
            n["owned_throughout"] += throughout
        for promise in case.promises:
            n["promise late" if promise.is_late(self.tally.now) else "promise open"] += 1
            n["promise open_overdue"] += promise.is_broken(self.tally.now)
        silences = [one for one in self.silence.longest(case, self.tally.now) if one.is_known]
        if silences:
            self.tally.silences.add(max(one.length for one in silences))

    def _resolution(self, before: Case | None, event: Event, after: Case) -> None:
        """Records how long the first resolution took, if it is known when the case was opened and when resolved."""
        if before is None:
            self.was_unopened = isinstance(event.fact, Imported) and event.fact.unopened
        if after.status == RESOLVED and not self.was_resolved:
            self.was_resolved, self.was_unanswered = True, after.answer == UNANSWERED
        is_new = after.resolved_at is not None and (before is None or before.resolved_at is None)
        is_known = not self.was_unopened and event.at >= after.opened_at
        if is_new and is_known and not after.reopenings and not self.was_unanswered:
            self.took = event.at - after.opened_at

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
        cause = ""
        match event.fact:
            case Escalated(cause=cause):
                self.has_no_cause = True
            case Reviewed(cause=cause, carried=False):
                pass
        if cause and self.has_no_cause:
            self.has_no_cause = False
            self.tally.by_cause[cause] += 1

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
            self.tally.count["thanks"] += touch.inbound and self.sorts.get(event.number, touch.sort) == "thanks"


def only_owner(case: Case, owners: list[int]) -> bool | None:
    """Whether a resolved case only ever had one person as owner, given all its `owners`.

    None for one that is not resolved, that nobody owned, or of which it is not known when it was resolved.
    """
    if case.resolved_at is None or case.status in (OPEN, MERGED) or not owners:
        return None
    return len(set(owners)) == 1


def why_not_needed(number: int, events: list[Event]) -> str:
    """Why the customer needs no answer on this case, if its resolution that stands says so; else empty."""
    if not any(isinstance(event.fact, Resolved) and event.fact.answer in NOT_NEEDED for event in events):
        return ""
    case = fold(number, events)
    return case.answer if case is not None and case.answer in NOT_NEEDED else ""


def asked(opening: Event) -> bool:
    """Whether a case began with somebody who waits for an answer; so it is with imports, too."""
    if isinstance(opening.fact, Opened):
        return opening.fact.inbound and opening.fact.sort == "message"
    return opening.fact.inbound if isinstance(opening.fact, SplitFrom) else True


def first_answer(before: Case | None, after: Case, was_asked: bool) -> int | None:
    """When a case was answered first (epoch milliseconds), if that is what happened between these states, and here."""
    if after.answered_at is None or not was_asked or after.imported:
        return None
    return after.answered_at if before is None or before.answered_at is None else None
