"""What the report observes on each case, up to a moment, and the candidates for its stories.

An observation belongs to the moment when it was certain: a kept promise to when it was kept, a late one to when its
time passed, what is about a resolved case to its resolution, a length of time to its end. So little changes in a past
week unless its history does. Cases that needed no answer (spam and the like) are left out, as in the measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.effective_history import standing_if_opened
from careconsole.domain.case.event import Event, Writer
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.measures import asked, first_answer, only_owner, why_not_needed
from careconsole.domain.case.promise_measures import KEPT, PromiseOutcome, promise_outcomes
from careconsole.domain.case.promises import PromiseMoved
from careconsole.domain.case.rating_answers import NO, YES
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.resolution_answers import is_unanswered
from careconsole.domain.case.silence import Silence, corrected_sorts
from careconsole.domain.case.state import MERGED, RESOLVED, Case
from careconsole.domain.case.state import OPEN as IS_OPEN
from careconsole.domain.report.figures import UNKNOWN, Series
from careconsole.domain.report.panels import BACK_SOON, SERIES
from careconsole.domain.time.moments import local_time

TEMPLATE = 3
"""A text that was sent unprompted more often than this on one day is a template, and no sign of care."""
LISTED = 5
"""So many of the longest silences are listed."""


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A long silence on a case; `is_open`: it has not ended. `has_words`: it was not imported without messages.

    `waits_on` says whom a case waits on that is parked while its silence goes on.
    """

    case: int
    since: int
    until: int
    is_open: bool
    has_words: bool = True
    waits_on: str = ""

    @property
    def length(self) -> int:
        """How long it was, in milliseconds."""
        return self.until - self.since


class RiskedPromise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that was kept in time after it had been at risk: three quarters of its time were over."""

    case: int
    text: str
    made_at: int
    due: int
    kept_at: int


class Thanks(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's thanks, in their words."""

    case: int
    at: int
    text: str


class Observed:
    """Observations on cases up to `until`, and what stories can be told of the time from `since` (both in epoch ms)."""

    def __init__(self, since: int, until: int, zone: tzinfo | None = None) -> None:
        self.since, self.until = since, until
        self.series = {name: Series() for name in SERIES}
        self.silences: list[Silent] = []
        self.risked: RiskedPromise | None = None
        self.thanks: Thanks | None = None
        self.count = 0
        self.imported = 0
        self.undated = 0
        self.clock_went_back: set[int] = set()
        self._zone = zone
        self._unprompted: list[tuple[int, int, int]] = []
        self._wrote_first: list[tuple[int, int, bool]] = []

    def add(self, number: int, events: list[Event]) -> None:
        """Observes one case by its history, of which nothing after `until` may be given."""
        counting = standing_if_opened(events)
        if not counting or why_not_needed(number, counting):
            return
        self.count += 1
        _Walk(self, number, counting).run()

    def finish(self) -> None:
        """Decides what depends on all cases together: which unprompted messages were no templates."""
        sent = Counter((day, text) for _, day, text in self._unprompted)
        wrote = {case for case, day, text in self._unprompted if sent[day, text] <= TEMPLATE}
        for case, at, is_known in self._wrote_first:
            self.series["wrote_first"].add(case, at, int(case in wrote) if is_known else UNKNOWN)
        self._unprompted, self._wrote_first = [], []

    # What a walk through one case finds.

    def observe(self, name: str, case: int, at: int, value: int, is_known: bool = True) -> None:
        """Adds an observation to a series."""
        self.series[name].add(case, at, value if is_known else UNKNOWN)

    def span(self, name: str, case: int, since: int, until: int) -> None:
        """Adds a length of time; one that ended before it began, by a clock that was put back, has none."""
        if until < since:
            self.clock_went_back.add(case)
        else:
            self.observe(name, case, until, until - since)

    def unprompted(self, case: int, at: int, text: str) -> None:
        """Notes a message with which we began, while nobody waited for us."""
        self._unprompted.append((case, local_time(at, self._zone).toordinal(), hash(" ".join(text.split()))))

    def resolved(self, case: int, at: int, is_known: bool) -> None:
        """Notes a resolved case, of which `finish` decides whether we wrote first."""
        self._wrote_first.append((case, at, is_known))

    def silent(self, one: Silent) -> None:
        """Keeps a silence if it is one of the longest that ended in the time, or go on."""
        if one.length and self.since <= one.until <= self.until:
            self.silences = sorted([*self.silences, one], key=lambda each: (-each.length, each.case))[:LISTED]

    def story(self, found: RiskedPromise | Thanks) -> None:
        """Keeps the newest of its kind within the time."""
        if isinstance(found, RiskedPromise):
            if self.since <= found.kept_at and (self.risked is None or found.kept_at > self.risked.kept_at):
                self.risked = found
        elif self.since <= found.at <= self.until and (self.thanks is None or found.at > self.thanks.at):
            self.thanks = found


class _Walk:
    """One way through the history of a case."""

    def __init__(self, into: Observed, number: int, events: Sequence[Event]) -> None:
        self.into, self.number, self.events = into, number, events
        self.sorts = corrected_sorts(events)
        self.silence = Silence(self.sorts)
        self.was_asked = asked(events[0])
        self.owners: list[int] = []
        self.resolutions: list[list[int | None]] = []
        self.resolved_here = False
        self.asked_again = self.was_thanked = self.has_promises = False

    def run(self) -> None:
        """Observes the case."""
        case: Case | None = None
        for event in self.events:
            after = begin(self.number, event) if case is None else evolve(case, event)
            self._event(case, event, after)
            case = after
        assert case is not None
        self.into.imported += self.events[0].writer is Writer.IMPORT  # one that was split off was opened here
        self._silences(case)
        self._resolutions(case)
        self._promises(case)
        self._exceptions(case)
        self._answers(case)

    def _event(self, before: Case | None, event: Event, after: Case) -> None:
        self.silence.event(before, event, after)
        first = first_answer(before, after, self.was_asked)
        if first is not None:
            self.into.span("answer_time", self.number, after.opened_at, first)
        owner = after.last_owner
        if owner is not None and (not self.owners or self.owners[-1] != owner):
            self.owners.append(owner)
        self._status(before, event, after)
        self._words(before, event)
        self.asked_again |= sum(one.sort == "message" for one in after.unanswered) > 1
        self.has_promises |= bool(after.promises)
        if isinstance(event.fact, PromiseMoved):
            self.into.observe("moves", self.number, event.at, int(not event.fact.told))

    def _status(self, before: Case | None, event: Event, after: Case) -> None:
        if after.status == RESOLVED and (before is None or not before.was_resolved):
            self.resolved_here = isinstance(event.fact, Resolved)
            if not after.resolved_undated:
                self.resolutions.append([event.at, None])
        elif before is not None and after.reopenings > before.reopenings and self.resolutions:
            self.resolutions[-1][1] = event.at

    def _words(self, before: Case | None, event: Event) -> None:
        contact = event.fact.contact
        if contact is None:
            return
        if contact.proactive and contact.text.strip() and (before is None or before.unanswered_since is None):
            self.into.unprompted(self.number, event.said_at, contact.text)
        if contact.inbound and self.sorts.get(event.number, contact.sort) == "thanks":
            self.was_thanked = True
            if contact.text.strip():
                self.into.story(Thanks(case=self.number, at=event.said_at, text=contact.text))

    def _silences(self, case: Case) -> None:
        has_words = self.silence.has_contact or not case.imported
        for one in self.silence.longest(case, self.into.until):
            if one.is_known:
                is_open = one.until == self.into.until
                here = Silent(case=self.number, since=one.since, until=one.until, is_open=is_open, has_words=has_words)
                if is_open and case.parked is not None:
                    here = replace(here, waits_on=case.parked.on)
                self.into.silent(here)
            if one.ended is not None:
                self.into.observe("silence", self.number, one.ended, one.length, one.is_known)

    def _resolutions(self, case: Case) -> None:
        into, number = self.into, self.number
        for at, back in self.resolutions:
            assert at is not None
            into.observe("reopened", number, at, int(back is not None))
            soon = back is not None and back - at <= BACK_SOON
            into.observe("came_back", number, at, int(soon), at + BACK_SOON <= into.until)
        if not case.was_resolved or case.status in (IS_OPEN, MERGED):
            return
        at = case.resolved_at
        if at is None:
            into.undated += 1
            return
        has_words = self.silence.has_contact or not case.imported
        throughout = only_owner(case, self.owners)
        if throughout is not None:
            into.observe("one_owner", number, at, int(throughout))
            into.observe("handed_on", number, at, int(case.moves > 1))
        into.observe("unanswered", number, at, int(is_unanswered(case)), self.resolved_here)
        into.observe("asked_again", number, at, int(self.asked_again), has_words)
        into.observe("thanked", number, at, int(self.was_thanked), has_words or self.was_thanked)
        into.resolved(number, at, has_words)
        if case.imported and not self.has_promises:
            into.observe("promises", number, at, 0, is_known=False)

    def _answers(self, case: Case) -> None:
        said, asked_at = case.rating, case.question_at
        if said is not None:
            self.into.observe("said_yes", self.number, said.at, int(said.answer == YES))
            self.into.observe("said_no", self.number, said.at, int(said.answer == NO))
        if asked_at is not None and case.status != MERGED:
            self.into.observe("answered", self.number, asked_at, int(said is not None and said.at >= asked_at))

    def _promises(self, case: Case) -> None:
        for one in promise_outcomes(self.number, self.events) if self.has_promises else ():
            if one.outcome == KEPT and one.ended_at is not None:
                self.into.observe("promises", self.number, one.ended_at, 1)
                self._risked(one, one.ended_at)
            elif (late_at := one.became_late_at(self.into.until)) is not None:
                self.into.observe("promises", self.number, late_at, 0)

    def _risked(self, one: PromiseOutcome, kept_at: int) -> None:
        if 4 * (kept_at - one.made_at) >= 3 * (one.due - one.made_at):
            self.into.story(
                RiskedPromise(case=self.number, text=one.text, made_at=one.made_at, due=one.due, kept_at=kept_at)
            )

    def _exceptions(self, case: Case) -> None:
        called = [one for one in case.occurrences if one.cause]
        for one in called:
            self.into.observe("by_playbook", self.number, one.at, 0)
            self.into.observe("despite_change", self.number, one.at, int(one.came_back))
        if not called:  # a case on which somebody was called all the same was not decided by the playbook
            for use in case.playbooks:
                if use.decided and not use.passed:
                    self.into.observe("by_playbook", self.number, use.at, 1)
