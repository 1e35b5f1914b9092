"""What exceptions taught the team: how causes came up again, whether changes helped, how often leads were called.

Every figure has its cases. Nothing is counted by person: calls are those to the team's leads together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from careconsole.desk.queries.review_changes import ChangeEntry, changes_of, concerned
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import Causes, times_up
from careconsole.domain.case.spans import Spans
from careconsole.domain.case.state import VOID, Case
from careconsole.domain.learning.calls import calls_to_leads, times_to_end
from careconsole.domain.learning.effect import AFTER, BEFORE, Effect, effect
from careconsole.domain.learning.kinds import DECIDED, FIRST, KINDS, kind_of
from careconsole.domain.playbook.history import Playbook
from careconsole.domain.time.moments import WEEK
from careconsole.store.playbooks import UseOnCase

WEEKS = 8
"""How many weeks are shown if nothing else is asked for."""
LONGEST = 52
"""The most weeks that can be asked for."""


class CauseDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """What people decided of a cause: the last decision, and why nothing changes if its last review says so.

    `decided_in` and `reviewed_in` are the cases of the two; None where there is none.
    """

    decided: str = ""
    decided_in: int | None = None
    nothing_because: str = ""
    reviewed_in: int | None = None


class LearnedCause(msgspec.Struct, frozen=True, kw_only=True):
    """A cause: how often it came up in each week, the oldest first, and on which cases in which way.

    It came up where somebody called for help, where a playbook decided, and else where a review said so, each exception
    once (`causes.times_up`). `cases` has a list of case numbers for each
    of `kinds.KINDS`, each case once for each time. `playbooks` are those in use for it, by number and title.
    `lead_called` has the case of each exception for which a lead was called, once for each.
    `effect` is about the exceptions before and after the change that was made last (None: none was made lately), and
    `decided_since` counts what a playbook decided since then without a call.
    """

    cause: str
    weeks: tuple[int, ...]
    cases: dict[str, list[int]]
    lead_called: tuple[int, ...] = ()
    open_changes: tuple[ChangeEntry, ...] = ()
    last_made: ChangeEntry | None = None
    playbooks: tuple[tuple[int, str], ...] = ()
    effect: Effect | None = None
    decided_since: int = 0
    said: CauseDecisions = CauseDecisions()

    @property
    def times(self) -> int:
        """How often it came up in all these weeks."""
        return sum(self.weeks)


class WeekLoad(msgspec.Struct, frozen=True, kw_only=True):
    """A week that began at `since`: cases opened, calls to leads, and decisions that a playbook made without a call."""

    since: int
    opened: int
    calls: int
    decided: int


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned in the weeks before `until`, the moment of reading.

    `decision` is the distribution of the seconds from a call for help to what first ended it; `called` and `decided`
    are the cases behind the calls and behind the decisions by playbook.
    """

    until: int
    causes: tuple[LearnedCause, ...]
    weeks: tuple[WeekLoad, ...]
    called: tuple[int, ...]
    decided: tuple[int, ...]
    decision: dict[str, float | None]

    @property
    def known(self) -> tuple[int, int]:
        """How many times a cause came up that was known already, and how many times any did."""
        times = sum(cause.times for cause in self.causes)
        return times - sum(len(cause.cases[FIRST]) for cause in self.causes), times


def learned(desk: Desk, weeks: int = WEEKS, since: int | None = None) -> Learned:
    """What was learned in the last `weeks` weeks. The read grows with the number of events."""

    def work(unit: UnitOfWork) -> Learned:
        begin = unit.now - weeks * WEEK if since is None else since
        causes = unit.store.causes.all()
        cases = concerned(unit)
        changed = min(begin, unit.now - AFTER)
        opened = unit.store.exposure.opened(changed - BEFORE)
        written, uses = unit.store.playbooks.all(), unit.store.playbooks.uses()
        said = _said(causes, cases)
        changes, playbooks = changes_of(cases, causes, unit.now), _playbooks(written, causes)
        called, decision = _calls(unit, begin)
        at = {case.number: case.opened_at for case in cases if case.status != VOID}
        found = [
            msgspec.structs.replace(
                _cause(root, group, unit.now, begin, changed, weeks, opened, at, playbooks.get(root, []), called),
                said=said.get(root, CauseDecisions()),
            )
            for root, group in _by_cause(causes, cases, changes, _decided(written, causes, uses)).items()
        ]
        shown = [one for one in found if one.times or one.open_changes or one.effect is not None]
        taken = [
            (use.use.at, use.case) for some in uses.values() for use in some if use.use.decided and use.use.at >= begin
        ]
        return Learned(
            until=unit.now,
            causes=tuple(sorted(shown, key=lambda one: (-one.times, one.cause))),
            weeks=_loads(
                begin, weeks, opened, [at for some in called.values() for at in some], [at for at, _ in taken]
            ),
            called=tuple(called),
            decided=tuple(sorted({case for _, case in taken})),
            decision=decision,
        )

    return desk.read(work)


class _CameUp(msgspec.Struct, frozen=True):
    """One time that a cause came up: somebody called for help, else a playbook decided, or a review looked back.

    `until` is when something else came up on the case; None: nothing has.
    """

    at: int
    case: int
    until: int | None = None
    by_playbook: bool = False
    by_review: bool = False


class _Group(msgspec.Struct):
    """What is known of one cause."""

    times: list[_CameUp]
    changes: list[ChangeEntry]


def _by_cause(
    causes: Causes, cases: Sequence[Case], changes: Sequence[ChangeEntry], decided: dict[str, list[_CameUp]]
) -> dict[str, _Group]:
    """What is known of each cause, by the label of the one it counts as."""
    found: dict[str, _Group] = {}
    for case in cases:
        began = [one.at for one in case.occurrences]
        for one in times_up(case, causes):
            until = min((at for at in began if at > one.at), default=None)
            found.setdefault(causes.name(one.cause), _Group([], [])).times.append(
                _CameUp(one.at, case.number, until, by_review=one.is_review)
            )
    for name, times in decided.items():
        group = found.setdefault(name, _Group([], []))
        called = {one.case for one in group.times if not one.by_review}
        taken = [one for one in times if one.case not in called]
        without = {one.case for one in taken}  # a review of what a playbook decided is no further time
        group.times = [one for one in group.times if not (one.by_review and one.case in without)] + taken
    for change in changes:
        found.setdefault(change.cause, _Group([], [])).changes.append(change)
    for group in found.values():
        group.times.sort(key=lambda one: (one.at, one.case))
    return found


def _cause(
    name: str,
    group: _Group,
    now: int,
    begin: int,
    changed: int,
    weeks: int,
    opened: Sequence[int],
    opened_at: dict[int, int],
    playbooks: Sequence[tuple[int, int, str]],
    called: dict[int, list[int]],
) -> LearnedCause:
    made = [change for change in group.changes if change.review.done_at is not None]
    made_at = [change.review.done_at or 0 for change in made]
    cases: dict[str, list[int]] = {kind: [] for kind in KINDS}
    by_week = [0] * weeks
    lead_called: list[int] = []
    for place, one in enumerate(group.times):
        if one.at >= begin:
            written = [at for at, _, _ in playbooks]
            kind = DECIDED if one.by_playbook else kind_of(one.at, place > 0, written, made_at)
            cases[kind].append(one.case)
            if not (one.by_playbook or one.by_review) and _is_within(called.get(one.case, []), one):
                lead_called.append(one.case)
            by_week[min((one.at - begin) // WEEK, weeks - 1)] += 1
    last = max(made, key=lambda change: change.review.done_at or 0, default=None)
    told = None
    if last is not None and (at := last.review.done_at or 0) >= changed:
        prompting = {last.case, last.review.of_case}
        calls = [one for one in group.times if not one.by_playbook]
        begun = sorted(opened_at[case] for case in prompting if case in opened_at)
        told = effect([one.at for one in calls if one.case not in prompting or one.at > at], opened, at, now, begun)
    return LearnedCause(
        cause=name,
        weeks=tuple(by_week),
        cases=cases,
        lead_called=tuple(lead_called),
        open_changes=tuple(change for change in group.changes if change.review.is_open),
        last_made=last,
        playbooks=tuple((number, title) for _, number, title in playbooks),
        effect=told,
        decided_since=sum(one.by_playbook and one.at >= told.made for one in group.times) if told is not None else 0,
    )


def _said(causes: Causes, cases: Sequence[Case]) -> dict[str, CauseDecisions]:
    """What was decided of each cause last, and what its last review says, by the label of the cause it counts as."""
    decided, reviewed = dict[str, tuple[int, int, str]](), dict[str, tuple[int, int, int, str]]()
    for case in cases:
        for one in case.occurrences:
            if one.decided and one.cause:
                name = causes.name(one.cause)
                decided[name] = max(decided.get(name, (0, 0, "")), (one.at, case.number, one.decided))
        for review in case.reviews:
            if review.cause and not review.of_case and (review.change or review.nothing_because):
                name = causes.name(review.cause)
                last = (review.at, case.number, review.number, review.nothing_because)
                reviewed[name] = max(reviewed.get(name, (0, 0, 0, "")), last)
    found = {name: CauseDecisions(decided=text, decided_in=number) for name, (_, number, text) in decided.items()}
    for name, (_, reviewed_in, _, because) in reviewed.items():
        if because:
            before = found.get(name, CauseDecisions())
            found[name] = msgspec.structs.replace(before, nothing_because=because, reviewed_in=reviewed_in)
    return found


def _is_within(calls: Sequence[int], one: _CameUp) -> bool:
    """Whether one of the calls of its case was made for it."""
    return any(one.at <= at and (one.until is None or at < one.until) for at in calls)


def _playbooks(playbooks: dict[int, Playbook], causes: Causes) -> dict[str, list[tuple[int, int, str]]]:
    """The playbooks in use by cause: when each was written, its number and its title."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for number, playbook in playbooks.items():
        if playbook.is_offered:
            for cause in dict.fromkeys(causes.name(one) for one in playbook.content.causes):
                found.setdefault(cause, []).append((playbook.written_at, number, playbook.content.title))
    return found


def _decided(
    playbooks: dict[int, Playbook], causes: Causes, uses: dict[int, list[UseOnCase]]
) -> dict[str, list[_CameUp]]:
    """When the causes of playbooks came up and a playbook decided, so that no lead was called: by cause."""
    found: dict[str, list[_CameUp]] = {}
    for number, playbook in playbooks.items():
        for cause in dict.fromkeys(causes.name(one) for one in playbook.content.causes):
            times = [_CameUp(use.use.at, use.case, by_playbook=True) for use in uses.get(number, []) if use.use.decided]
            found.setdefault(cause, []).extend(times)
    return found


def _calls(unit: UnitOfWork, begin: int) -> tuple[dict[int, list[int]], dict[str, float | None]]:
    """When leads were called, by case, and how long it took until what the call was about had ended."""
    called, spans = dict[int, list[int]](), Spans()
    cases = unit.store.exposure.escalated(begin)
    for number, events in unit.store.cases.histories(*unit.store.engine.in_list("id", cases)):
        at = [moment for moment in calls_to_leads(events, unit.roster) if moment >= begin]
        if at:
            called[number] = at
            for took in times_to_end(number, events, begin):
                spans.add(took)
    return called, spans.summary()


def _loads(
    begin: int, weeks: int, opened: Sequence[int], calls: Sequence[int], decided: Sequence[int]
) -> tuple[WeekLoad, ...]:
    edges = [begin + week * WEEK for week in range(weeks)]

    def by_week(times: Sequence[int]) -> list[int]:
        places = [bisect_left(times, edge) for edge in edges]  # the last week goes on until now
        return [after - before for before, after in pairwise((*places, len(times)))]

    counts = zip(edges, by_week(opened), by_week(sorted(calls)), by_week(sorted(decided)), strict=True)
    return tuple(WeekLoad(since=since, opened=new, calls=n, decided=taken) for since, new, n, taken in counts)
