"""What if: what the recorded past would have been under another rule. Only reads, some cases at a time."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable

import msgspec

from careconsole.desk.queries.causes import find
from careconsole.desk.queries.settings_then import SettingsRead, settings_since
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.escalation_paths import Paths
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.learning.calls import LeadCall, lead_calls
from careconsole.domain.learning.effect import expected_again
from careconsole.domain.learning.settings_then import Settings
from careconsole.domain.learning.what_if import Finding, FindingEntry, Findings
from careconsole.domain.learning.what_if_compare import CLOCKS, KINDS, OF_CLOCKS, at_night, compare
from careconsole.domain.learning.what_if_may import SPARED, UNSAID, VERDICTS, Allowance, verdict
from careconsole.domain.learning.what_if_replay import Replay
from careconsole.domain.team.roster import Roster
from careconsole.domain.team.rota import Rota
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.calendars import zone_of
from careconsole.domain.time.moments import local
from careconsole.domain.time.past import parse_past
from careconsole.domain.time.service_levels import Service

USUAL = "90d"
"""How far back to look if nothing else is said."""
SERVICE, PATHS, ROTA = "service levels", "escalation paths", "rota"
"""The settings that can be other ones."""
_AT_ONCE = 2_000
"""Cases read in one transaction."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The time that was looked at, up to `until`: how many cases were opened in it, and how many of those imported."""

    since: int
    until: int
    opened: int
    imported: int


class MayAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What an allowance would have spared leads.

    `typed` is the cause that was asked for and `cause` the one it counts as; `calls` are all calls to leads in this
    time, those about the cause are in the findings, one for each verdict. `expected` are the fewest and the most calls
    about the cause in as many new cases again, if people decide what they may; `as_it_is`: without the allowance.
    """

    span: Span
    allowed: Allowance
    typed: str
    cause: str
    calls: int
    findings: tuple[Finding, ...]
    expected: tuple[int, int]
    as_it_is: tuple[int, int]

    @property
    def about(self) -> int:
        """How many calls to leads were about the cause."""
        return sum(finding.times for finding in self.findings)

    def times(self, kind: str) -> int:
        """How many calls have a verdict."""
        return next(finding.times for finding in self.findings if finding.kind == kind)


class SettingsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What other settings would have made of the history of `replayed` cases.

    `changed` names the settings that were other ones: `SERVICE`, `PATHS`, `ROTA`. `roster` has the names. `unknown` are
    settings (kind and time) that are not known before a change.
    """

    span: Span
    changed: tuple[str, ...]
    replayed: int
    findings: tuple[Finding, ...]
    roster: Roster
    unknown: tuple[tuple[str, int], ...] = ()


def begin_of(text: str, now: int) -> int:
    """When a time up to now begins (epoch milliseconds): "90d" is so long ago; any other past time is itself.

    Raises WrongUse for what is neither.
    """
    ms = parse_past(text, now)
    if ms >= now:
        raise WrongUse(
            f"“{display_text(text, 40)}” is not in the past.", "Say how long ago, as in 90d, or give a date."
        )
    return max(ms, 0)


def what_if_may(desk: Desk, allowed: Allowance, cause: str, since: int) -> MayAnswer:
    """What would have been if the frontline could have decided something about a cause since then.

    Raises WrongUse for a cause that was never named, and for a time in which nothing was opened and no lead called.
    """
    if not cause.strip():
        raise WrongUse("Which exceptions may be decided so?", "Name their cause {}.", given(cause=...))

    def begin(unit: UnitOfWork) -> tuple[str, Span, list[int]]:
        causes = unit.store.causes.all()
        label = causes.root(find(causes, cause)).label
        return label, _span(unit, since), unit.store.exposure.escalated(since)

    label, span, cases = desk.read(begin)
    calls: list[tuple[int, LeadCall]] = []
    total = 0
    for first in range(0, len(cases), _AT_ONCE):
        some, more = desk.read(_calls_about(cases[first : first + _AT_ONCE], label, since))
        calls += some
        total += more
    if not (span.opened or total):
        raise _nothing(span)
    found, times = Findings(VERDICTS), Counter[str]()
    for case, call in calls:
        kind = verdict(call, allowed)
        times[kind] += 1
        found.add(kind, FindingEntry(at=call.at, case=case, number=call.number, what=call.need))
    return MayAnswer(
        span=span,
        allowed=allowed,
        typed=cause.strip(),
        cause=label,
        calls=total,
        findings=found.all(),
        expected=(
            expected_again(len(calls) - times[SPARED] - times[UNSAID])[0],
            expected_again(len(calls) - times[SPARED])[1],
        ),
        as_it_is=expected_again(len(calls)),
    )


def what_if_settings(
    desk: Desk, since: int, *, service: Service | None = None, paths: Paths | None = None, rota: Rota | None = None
) -> SettingsAnswer:
    """What would have been from `since` on with other service levels, escalation paths or another rota.

    Raises WrongUse for a time in which no case was open.
    """
    given_ = {SERVICE: service, PATHS: paths, ROTA: rota}

    def begin(unit: UnitOfWork) -> tuple[SettingsRead, Settings, Span, array[int], Roster]:
        read = settings_since(unit, since)
        counted = paths.counting(unit.store.causes.all()) if paths is not None else None
        changed = read.settings.changed(since, service=service, paths=counted, rota=rota)
        return read, changed, _span(unit, since), unit.store.exposure.touched(since), unit.roster

    read, changed, span, cases, roster = desk.read(begin)
    if not cases:
        raise _nothing(span)
    replay = Replay(read.settings, changed, since, span.until, CLOCKS if service is not None else frozenset())
    found = Findings(kind for kind in KINDS if service is not None or kind not in OF_CLOCKS)
    by_rota = rota or read.settings.at(span.until).rota
    night = at_night(zone_of(by_rota.zone) if by_rota is not None else None)
    for first in range(0, len(cases), _AT_ONCE):

        def part(unit: UnitOfWork, first: int = first) -> None:
            some = unit.store.engine.in_list("id", cases[first : first + _AT_ONCE].tolist())
            for number, events in unit.store.cases.histories(*some):
                was, would = replay.case(number, events)
                for kind, entry in compare(number, was, would, (read.settings, changed), since, night):
                    found.add(kind, entry)

        desk.read(part)
    return SettingsAnswer(
        span=span,
        changed=tuple(name for name, setting in given_.items() if setting is not None),
        replayed=len(cases),
        findings=found.all(),
        roster=roster,
        unknown=read.unknown,
    )


_Calls = tuple[list[tuple[int, LeadCall]], int]


def _calls_about(cases: list[int], label: str, since: int) -> Callable[[UnitOfWork], _Calls]:
    """Reads the calls to leads about a cause on some cases, each with its case; and how many calls there were."""

    def work(unit: UnitOfWork) -> _Calls:
        causes, found, total = unit.store.causes.all(), list[tuple[int, LeadCall]](), 0
        for number, events in unit.store.cases.histories(*unit.store.engine.in_list("id", cases)):
            calls = [one for one in lead_calls(number, events, unit.roster) if one.at >= since]
            total += len(calls)
            found += [(number, one) for one in calls if one.cause and causes.name(one.cause) == label]
        return found, total

    return work


def _span(unit: UnitOfWork, since: int) -> Span:
    exposure = unit.store.exposure
    return Span(since=since, until=unit.now, opened=len(exposure.opened(since)), imported=exposure.imported(since))


def _nothing(span: Span) -> WrongUse:
    return WrongUse(
        f"No case was open and no lead was called since {local(span.since, span.until)}.",
        "Look further back: {}.",
        given(since="365d"),
    )
