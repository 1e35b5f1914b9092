"""The care report as JSON."""

from __future__ import annotations

from careconsole.desk.queries.care_report import CareReport
from careconsole.domain.report.figures import Figure, WeekFigure
from careconsole.domain.report.observed import Silent
from careconsole.domain.time.moments import iso
from careconsole.present.care_report import answered_words, change_words, notes, stories, unknown_words, value_words
from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class ReportWeekEntry(Entry, frozen=True, kw_only=True):
    """A figure in the week that begins on `monday`: n, hits, and the share or the median in seconds; null: too few.

    `recorded`: it is what a record says, which has `n_today` and `hits_today` if today's histories say something else.
    """

    monday: str
    n: int
    hits: int
    value: float | None
    recorded: bool
    n_today: int | None
    hits_today: int | None


class ReportFigureEntry(Entry, frozen=True, kw_only=True):
    """A figure: a share from 0 to 1 ("share") or a median in seconds ("span"), and the 95 % interval; null: too few.

    `cases` are those behind the hits (of a span: behind all of it), `counted` those behind n. `unknown` observations
    count in neither way. `change` compares the last four weeks with the eight before: "same", "more", "less",
    "too few", or "growing", where late weeks have had less time than others. `beside`: it is the counter-measure of the
    figure before it.
    """

    id: str
    name: str
    meaning: str
    kind: str
    of: str
    beside: bool
    n: int
    hits: int
    value: float | None
    low: float | None
    high: float | None
    unknown: int
    unknown_words: str
    change: str
    words: str
    change_words: str
    weeks: list[ReportWeekEntry]
    cases: list[CaseNumber]
    counted: list[CaseNumber]


class ReportPanelEntry(Entry, frozen=True, kw_only=True):
    """A question, its figures, and what they do not show; `warning` is about few answers, mostly empty."""

    id: str
    question: str
    not_shown: str
    warning: str
    figures: list[ReportFigureEntry]


class LongSilenceEntry(Entry, frozen=True, kw_only=True):
    """A long silence, which may go on."""

    case: CaseNumber
    since: Moment
    until: Moment
    seconds: float
    goes_on: bool


class ReportStoryEntry(Entry, frozen=True, kw_only=True):
    """A story, by the rule that chose it; `words` are those of the customer, if it quotes any."""

    rule: str
    case: CaseNumber
    text: str
    words: str


class ReportEntry(Entry, frozen=True, kw_only=True):
    """The care report on the cases that match `filter` (empty: all), or on those of the person `me` (empty: of all).

    Panels and figures are always in the same order; nothing is counted by person.
    """

    team: str
    since: Moment
    until: Moment
    filter: str
    me: str
    cases: int
    notes: list[str]
    panels: list[ReportPanelEntry]
    longest_silences: list[LongSilenceEntry]
    stories: list[ReportStoryEntry]


def report_entry(found: CareReport, names: bool) -> ReportEntry:
    """The report, as printed with --json; with `names`, customers' names are written in full."""
    return ReportEntry(
        team=found.team,
        since=iso(found.since),
        until=iso(found.until),
        filter=found.filter,
        me=found.me,
        cases=found.count,
        notes=notes(found),
        panels=[
            ReportPanelEntry(
                id=answered.panel.id,
                question=answered.panel.question,
                not_shown=answered.panel.not_shown,
                warning=answered_words(found) if answered.panel.id == "said" else "",
                figures=list(map(_figure, answered.figures)),
            )
            for answered in found.panels
        ],
        longest_silences=list(map(_silence, found.silences)),
        stories=[
            ReportStoryEntry(rule=one.rule, case=one.case, text=one.text, words=one.words)
            for one in stories(found, names)
        ],
    )


def _figure(found: Figure) -> ReportFigureEntry:
    definition, (low, high) = found.definition, found.interval or (None, None)
    return ReportFigureEntry(
        id=definition.id,
        name=definition.name,
        meaning=definition.meaning,
        kind=definition.kind.value,
        of=definition.of,
        beside=definition.beside,
        n=found.n,
        hits=found.hits,
        value=found.value,
        low=low,
        high=high,
        unknown=found.unknown,
        unknown_words=unknown_words(found),
        change=found.change,
        words=value_words(found),
        change_words=change_words(found),
        weeks=list(map(_week, found.weeks)),
        cases=list(found.cases),
        counted=list(found.counted),
    )


def _week(one: WeekFigure) -> ReportWeekEntry:
    n, hits = one.now or (None, None)
    return ReportWeekEntry(
        monday=one.day,
        n=one.n,
        hits=one.hits,
        value=one.value,
        recorded=one.is_recorded,
        n_today=n,
        hits_today=hits,
    )


def _silence(one: Silent) -> LongSilenceEntry:
    return LongSilenceEntry(
        case=one.case, since=iso(one.since), until=iso(one.until), seconds=one.length / 1000, goes_on=one.is_open
    )
