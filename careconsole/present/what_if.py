"""What would have been under another rule, in words; and, as plainly, what a replay cannot know."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.desk.queries.what_if import PATHS, ROTA, SERVICE, MayAnswer, SettingsAnswer, Span
from careconsole.domain.case.clocks import STEP, TAKE
from careconsole.domain.counting import counted
from careconsole.domain.learning.what_if import Finding, FindingEntry
from careconsole.domain.learning.what_if_compare import (
    CALL_GONE,
    CALL_NEW,
    LATE,
    LATE_STILL,
    NEW_LEAD,
    NIGHT_GONE,
    NIGHT_NEW,
    NIGHT_STILL,
    NO_LEAD,
    OF_CLOCKS,
    ON_TIME,
    OTHERS,
)
from careconsole.domain.learning.what_if_may import ABOVE, REFERRED, SPARED, UNSAID
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import local
from careconsole.domain.time.service_levels import INFORMED
from careconsole.present.learned import ENOUGH

HEADS = ("Times", "What would have been", "Cases")
_WORDS = {
    SPARED: "a call to a lead, not needed",
    ABOVE: "above the limit: a lead all the same",
    UNSAID: "no sum recorded: nobody can say",
    REFERRED: "a customer's wish or a danger: a lead all the same",
    NO_LEAD: "a call to a lead, to others with it",
    NEW_LEAD: "a call to others, to a lead with it",
    OTHERS: "a call to other people",
    CALL_GONE: "an automatic call, not made with it",
    CALL_NEW: "an automatic call, made only with it",
    ON_TIME: "late as it was, in time with it",
    LATE: "in time as it was, late with it",
    LATE_STILL: "late either way",
    NIGHT_GONE: "called at night as it was, not with it",
    NIGHT_NEW: "called at night with it",
    NIGHT_STILL: "called at night either way",
}
_SAME = (LATE_STILL, NIGHT_STILL)
"""What does not change; its single times are not listed."""
_MOST = 12
"""How many case numbers are listed in a row of the table; --json and the console have them all."""


def finding_words(finding: Finding) -> str:
    """What a finding says."""
    return _WORDS[finding.kind]


def rows(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """The findings as a table: how often, what, and on which cases."""
    return [(f"{one.times:,}", finding_words(one), cases_words(one)) for one in findings]


def cases_words(finding: Finding) -> str:
    """The numbers of a finding's cases; of many, the first."""
    more = f" and {len(finding.cases) - _MOST:,} more" if len(finding.cases) > _MOST else ""
    return ", ".join(map(str, finding.cases[:_MOST])) + more


def title(found: MayAnswer | SettingsAnswer) -> str:
    """What was asked."""
    return may_title(found) if isinstance(found, MayAnswer) else settings_title(found)


def summary_lines(found: MayAnswer | SettingsAnswer) -> list[str]:
    """What was looked at, and what is to be expected."""
    return may_lines(found) if isinstance(found, MayAnswer) else settings_lines(found)


def unknown_lines(found: MayAnswer | SettingsAnswer) -> list[str]:
    """What nobody can know from the past."""
    return may_unknown(found) if isinstance(found, MayAnswer) else settings_unknown(found)


def may_title(found: MayAnswer) -> str:
    """What was asked: 'If the frontline could decide “refund 40” for “refund limit”'."""
    return f"If the frontline could decide “{found.allowed.text}” for “{found.cause}”"


def may_lines(found: MayAnswer) -> list[str]:
    """How many calls the answer is about, of how many, and what is to be expected."""
    span, times = found.span, found.about
    came = f"{counted(span.opened, 'new case')} came" if span.opened else "no new case came"
    lines = [f"{_since(span)}, {came}; leads were called {_times(found.calls)}, {_times(times)} about this cause."]
    if says_what_to_expect(found):
        lines.append(
            f"In as many new cases again, expect {_range(*found.expected)} about it with this rule, and"
            f" {_range(*found.as_it_is)} without it (19 times in 20)."
        )
    return lines


def says_what_to_expect(found: MayAnswer) -> bool:
    """Whether there were enough calls about the cause to say how many are to be expected."""
    return found.about >= ENOUGH


def may_unknown(found: MayAnswer) -> list[str]:
    """What a replay of calls cannot know."""
    said = []
    if found.allowed.limit is not None:
        paid = f", or right after “{found.allowed.paid[0]}”" if found.allowed.paid else ""
        said.append(
            f"A sum counts where a call or its decision has it beside a currency{paid}; others are not recorded."
        )
    said.append(
        "Nobody can know whether people would have decided it themselves, and how customers would have taken it."
    )
    if found.typed.casefold() != found.cause.casefold():
        said.append(f"“{found.typed}” counts as “{found.cause}”, and so do all its other names.")
    return [*said, *imported_words(found.span)]


def settings_title(found: SettingsAnswer) -> str:
    """What was asked: "With other service levels"."""
    return "With " + " and ".join({ROTA: "another rota"}.get(name, f"other {name}") for name in found.changed)


def settings_lines(found: SettingsAnswer) -> list[str]:
    """What was replayed."""
    span = found.span
    return [f"{_since(span)}: {counted(found.replayed, 'case')} replayed, {span.opened:,} of them opened in this time."]


def settings_unknown(found: SettingsAnswer) -> list[str]:
    """What a replay cannot know."""
    said = [
        "What people did is kept, at the time when they did it. Nobody can know whether others would have answered a"
        " call as soon, or what people would have done with more time or less.",
        "A sweep is taken to run as soon as something is due, except where the history shows that none did.",
    ]
    if SERVICE in found.changed:
        said.append("A promise keeps the time that somebody named for it; no service level changes that.")
    if PATHS in found.changed or ROTA in found.changed:
        said.append("Whether somebody named the people of a call is not recorded; if the path calls them, it did.")
    for kind, at in found.unknown:
        before = local(at, found.span.until)
        said.append(f"What was set before {before} ({kind}) is not known; what was set then is used.")
    if found.span.imported:
        said.append("The tier of a customer that an import changed counts as it is today.")
    return [*said, *imported_words(found.span)]


def detail_lines(finding: Finding, roster: Roster, now: int) -> list[str]:
    """The times at which a finding is true, each with its case; not of what does not change."""
    if finding.kind in _SAME:
        return []
    due = finding.kind in OF_CLOCKS
    lines = [
        f"{local(one.at, now)}  case {one.case}  {_due_words(one) if due else _called_words(one, roster)}"
        for one in finding.entries[:_MOST]
    ]
    more = finding.times - len(lines)
    return [*lines, f"and {more:,} more"] if more > 0 else lines


def _due_words(one: FindingEntry) -> str:
    return f"{_CLOCKS.get(one.what, one.what)}, due then"


def _called_words(one: FindingEntry, roster: Roster) -> str:
    """The people called and instead of whom; of a call that a rule is asked about, what was needed."""
    if not one.people:
        return one.what
    called = ", ".join(map(roster.name, one.people))
    return f"{called} instead of {', '.join(map(roster.name, one.instead))}" if one.instead else called


_CLOCKS = {TAKE: "an owner", STEP: "the next step", INFORMED: "an update to the customer"}
"""Kinds of clocks that are worded differently."""


def imported_words(span: Span) -> list[str]:
    """That imported cases have no calls of ours, if there are some."""
    if not span.imported:
        return []
    some = f"{span.imported:,} of these cases" if span.imported < span.opened else "All these cases"
    return [f"{some} came from another system, which does not say whom it called or what was promised."]


def _since(span: Span) -> str:
    return f"Since {local(span.since, span.until)}"


def _calls(n: int) -> str:
    return "one call" if n == 1 else f"{n:,} calls" if n else "no call"


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times" if n else "not once"


def _range(low: int, high: int) -> str:
    return _calls(high) if low == high else f"{low:,} to {high:,} calls"
