"""The care report: six questions about how the team looks after its customers, each with its figures and their cases.

Each figure is about cases that are known by number. The report is read a part at a time, so that a console can let
others have the database meanwhile; `care_report` reads it all at once. Nothing in it is by person: a filter by person
is refused, and `me` is for one's own cases only.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries.case_queries import asked_for
from careconsole.desk.queries.learned import LearnedCause, learned
from careconsole.desk.queries.review_changes import concerned
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.everybody import must_be_about_everybody
from careconsole.domain.filters.language import parse
from careconsole.domain.report.figures import Figure, Record, figure, with_record
from careconsole.domain.report.observed import Observed, RiskedPromise, Silent, Thanks
from careconsole.domain.report.panels import PANELS, Definition, Panel
from careconsole.domain.report.weeks import COUNT, Week, weeks_until
from careconsole.domain.time.moments import WEEK

STAYED_AWAY = 8 * WEEK
"""A cause that has not come up for so long after a change is a story."""
AT_ONCE = 200
"""Cases read in one go; other work has its turn in between."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is to be about: the cases that match a filter, or one's own (`me`), and a span of time.

    Without `since`, it begins on a Monday, so that the week of its end is the twelfth; without `until`, it ends now.
    """

    filter: str = ""
    since: int | None = None
    until: int | None = None
    me: bool = False


class AnsweredPanel(msgspec.Struct, frozen=True):
    """A question and its figures."""

    panel: Panel
    figures: tuple[Figure, ...]


class TaughtChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that was made, and the cause that has not come up since."""

    case: int
    cause: str
    change: str
    made_at: int


class Known(msgspec.Struct, frozen=True):
    """What is shown of a case in a list or a story: its subject, and its customer's name, if it has one."""

    subject: str
    customer: str


class CareReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report on the time from `since` to `until` (epoch milliseconds), read at `now`; `me` names whose cases.

    `count` is the number of cases that were read, `imported` how many of them came from another system, `undated` of
    how many it is not known when they were resolved. On those in `clock_went_back` something ended before it began.
    `nobody` are the customers' names in the filter that no customer has. `effects` are the changes of the last weeks
    and whether they helped, for a report on all cases up to now.
    """

    team: str
    since: int
    until: int
    now: int
    filter: str
    me: str
    weeks: tuple[Week, ...]
    panels: tuple[AnsweredPanel, ...]
    silences: tuple[Silent, ...]
    risked: RiskedPromise | None
    taught: TaughtChange | None
    thanks: Thanks | None
    effects: tuple[LearnedCause, ...]
    count: int
    imported: int
    undated: int
    clock_went_back: tuple[int, ...]
    known: dict[int, Known]
    nobody: tuple[str, ...] = ()
    recorded: bool = False

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its id, in the order of the report."""
        return {one.definition.id: one for panel in self.panels for one in panel.figures}

    def with_record(self, record: Record) -> CareReport:
        """The report with its past weeks as they were recorded."""
        panels = tuple(
            AnsweredPanel(one.panel, tuple(with_record(found, self.weeks, self.until, record) for found in one.figures))
            for one in self.panels
        )
        return replace(self, panels=panels, recorded=True)


class Reading:
    """A report that is being read: `numbers` are the cases to read, in any parts, with `take`; then `finish` it."""

    def __init__(self, asked: Asked, observed: Observed, numbers: Sequence[int], weeks: tuple[Week, ...]) -> None:
        self.asked, self.observed, self.numbers, self.weeks = asked, observed, numbers, weeks

    def take(self, desk: Desk, numbers: Sequence[int]) -> None:
        """Reads some of the cases."""

        def work(unit: UnitOfWork) -> None:
            among, params = unit.store.engine.in_list("id", list(numbers))
            for number, events in unit.store.cases.histories(among, params, self.observed.until):
                self.observed.add(number, events)

        desk.read(work)

    def finish(self, desk: Desk) -> CareReport:
        """The report, once all its cases were read."""
        return desk.read(lambda unit: self._finished(desk, unit))

    def _figure(self, one: Definition) -> Figure:
        seen = self.observed
        return figure(one, seen.series[one.series], seen.since, seen.until, self.weeks)

    def _finished(self, desk: Desk, unit: UnitOfWork) -> CareReport:
        seen, asked = self.observed, self.asked
        seen.finish()
        panels = tuple(AnsweredPanel(panel, tuple(map(self._figure, panel.figures))) for panel in PANELS)
        taught = _taught(unit, set(self.numbers), seen.since, seen.until)
        told = [one.case for one in (*seen.silences, seen.risked, taught, seen.thanks) if one is not None]
        is_all = not (asked.me or asked.filter.strip() or asked.until is not None)
        return CareReport(
            team=desk.team_name(),
            since=seen.since,
            until=seen.until,
            now=unit.now,
            filter=asked.filter.strip(),
            me=unit.roster.name(unit.person) if asked.me else "",
            weeks=self.weeks,
            panels=panels,
            silences=tuple(seen.silences),
            risked=seen.risked,
            taught=taught,
            thanks=seen.thanks,
            effects=tuple(one for one in learned(desk, COUNT).causes if one.effect is not None) if is_all else (),
            count=seen.count,
            imported=seen.imported,
            undated=seen.undated,
            clock_went_back=tuple(sorted(seen.clock_went_back)),
            known=_known(unit, told),
            nobody=_nobody(desk, asked.filter),
        )


def begin_report(desk: Desk, asked: Asked) -> Reading:
    """Begins to read a report.

    Raises WrongUse for a time that ends before it begins or in the future, for a filter by person, and for `me` without
    anybody at work; FilterError for a mistake in the filter.
    """

    def work(unit: UnitOfWork) -> Reading:
        until = unit.now if asked.until is None else asked.until
        if until > unit.now:
            raise WrongUse("The end of the report is in the future.", "Without an end, it ends now.")
        weeks = weeks_until(until)
        since = weeks[0].since if asked.since is None else asked.since
        if since >= until:
            raise WrongUse("The report ends before it begins.", "Give an earlier beginning, or a later end.")
        must_be_about_everybody(asked.filter, "The report")
        if asked.me:
            unit.who  # noqa: B018 - raises, with what to do, if nobody is at work
        text = f"{asked.filter} owner:me" if asked.me else asked.filter
        where, params = unit.store.queue.where(asked_for(desk, text, unit.roster, unit.now, every=True))
        start = min(weeks[0].since, since - STAYED_AWAY)
        numbers = unit.store.exposure.touched_among(where, params, start, until)
        return Reading(asked, Observed(since, until), numbers, weeks)

    return desk.read(work)


def care_report(desk: Desk, asked: Asked) -> CareReport:
    """The report, read at once. The read grows with the histories of the cases; raises as `begin_report`."""

    def work(unit: UnitOfWork) -> CareReport:
        reading = begin_report(desk, asked)
        for at in range(0, len(reading.numbers), AT_ONCE):
            reading.take(desk, reading.numbers[at : at + AT_ONCE])
        return reading.finish(desk)

    return desk.read(work)


def _taught(unit: UnitOfWork, among: set[int], since: int, until: int) -> TaughtChange | None:
    """The change whose cause stayed away for `STAYED_AWAY` by a moment within the time, the last of them, if any did.

    The cause must not have come up anywhere, whatever cases the report is about.
    """
    causes, cases = unit.store.causes.all(), concerned(unit)
    last: dict[str, int] = {}
    for case in cases:
        for one in case.occurrences:
            if one.cause and one.at <= until:
                name = causes.counted(one.cause)
                last[name] = max(last.get(name, 0), one.at)
    found = [
        TaughtChange(case=case.number, cause=causes.name(review.cause), change=review.change, made_at=review.done_at)
        for case in cases
        if case.number in among
        for review in case.reviews
        if review.done_at is not None
        and since <= review.done_at + STAYED_AWAY <= until
        and last.get(causes.counted(review.cause), 0) <= review.done_at
    ]
    return max(found, key=lambda one: (one.made_at, one.case), default=None)


def _nobody(desk: Desk, text: str) -> tuple[str, ...]:
    """The names of customers in a filter that are part of no customer's name."""
    named = [
        str(value)
        for term in (parse(text) if text.strip() else ())
        if term.field == "customer" and not term.negated
        for value in term.values
    ]
    return tuple(name for name in named if not desk.store.customers.count(name))


def _known(unit: UnitOfWork, numbers: Sequence[int]) -> dict[int, Known]:
    cases = unit.store.cases.get_many(sorted(set(numbers)))
    names = unit.store.customers.names(sorted({one.customer for one in cases.values() if one.customer is not None}))
    return {
        number: Known(case.subject, names.get(case.customer, "") if case.customer is not None else "")
        for number, case in cases.items()
    }
