"""What would have been under another rule, as JSON."""

from __future__ import annotations

from careconsole.desk.queries.what_if import MayAnswer, SettingsAnswer
from careconsole.domain.learning.what_if import Finding, FindingEntry
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso
from careconsole.present.json_types.base import CaseNumber, Entry, Moment
from careconsole.present.what_if import finding_words, says_what_to_expect, title, unknown_lines


class WhatIfPlaceEntry(Entry, frozen=True, kw_only=True):
    """Where a finding is true: a case, the entry of its history (null: none), when, and what it is about.

    `called` are the people whom a call reaches, and `called_before` those whom it reached as it was. Of a clock, `at`
    is when it was due.
    """

    case: CaseNumber
    entry: int | None
    at: Moment
    what: str
    called: list[str]
    called_before: list[str]


class FindingOutputEntry(Entry, frozen=True, kw_only=True):
    """A finding: how often it is true, on which cases, and where, in order of time: of very many, the first 1,000."""

    finding: str
    words: str
    times: int
    cases: list[CaseNumber]
    places: list[WhatIfPlaceEntry]


class ExpectedCallsEntry(Entry, frozen=True, kw_only=True):
    """The fewest and the most calls in as many new cases again, 19 times in 20."""

    fewest: int
    most: int


class ExpectedEntry(Entry, frozen=True, kw_only=True):
    """The calls to leads about the cause that are to be expected, with the rule and as it is now."""

    with_rule: ExpectedCallsEntry
    as_it_is: ExpectedCallsEntry


class WhatIfEntry(Entry, frozen=True, kw_only=True):
    """What would have been in a time, and what a replay cannot know.

    `calls_to_leads` are all in that time; `expected` is null where the question is not about a cause, and of fewer
    than five calls about it, which say nothing of what is to come.
    """

    asked: str
    since: Moment
    until: Moment
    cases_opened: int
    cases_imported: int
    cause: str | None
    calls_to_leads: int | None
    findings: list[FindingOutputEntry]
    expected: ExpectedEntry | None
    cannot_know: list[str]


def what_if_entry(found: MayAnswer | SettingsAnswer) -> WhatIfEntry:
    """What would have been, as printed with --json."""
    may = found if isinstance(found, MayAnswer) else None
    roster = found.roster if isinstance(found, SettingsAnswer) else Roster({})  # a rule calls nobody
    span = found.span
    return WhatIfEntry(
        asked=title(found),
        since=iso(span.since),
        until=iso(span.until),
        cases_opened=span.opened,
        cases_imported=span.imported,
        cause=may.cause if may is not None else None,
        calls_to_leads=may.calls if may is not None else None,
        findings=[_finding(one, roster) for one in found.findings],
        expected=_both(may) if may is not None and says_what_to_expect(may) else None,
        cannot_know=unknown_lines(found),
    )


def _both(found: MayAnswer) -> ExpectedEntry:
    return ExpectedEntry(with_rule=_expected(found.expected), as_it_is=_expected(found.as_it_is))


def _finding(one: Finding, roster: Roster) -> FindingOutputEntry:
    return FindingOutputEntry(
        finding=one.kind,
        words=finding_words(one),
        times=one.times,
        cases=list(one.cases),
        places=[_place(entry, roster) for entry in one.entries],
    )


def _place(one: FindingEntry, roster: Roster) -> WhatIfPlaceEntry:
    return WhatIfPlaceEntry(
        case=one.case,
        entry=one.number or None,
        at=iso(one.at),
        what=one.what,
        called=[roster.name(person) for person in one.people],
        called_before=[roster.name(person) for person in one.instead],
    )


def _expected(calls: tuple[int, int]) -> ExpectedCallsEntry:
    return ExpectedCallsEntry(fewest=calls[0], most=calls[1])
