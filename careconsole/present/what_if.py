"""What would have been under another rule, in words; and, as plainly, what a replay cannot know."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.desk.queries.what_if import MayAnswer, Span
from careconsole.domain.learning.what_if import Finding
from careconsole.domain.learning.what_if_may import ABOVE, REFERRED, SPARED, UNSAID
from careconsole.domain.time.moments import local
from careconsole.present.learned import ENOUGH

HEADS = ("Times", "What would have been", "Cases")
_WORDS = {
    SPARED: "a call to a lead, not needed",
    ABOVE: "above the limit: a lead all the same",
    UNSAID: "no sum recorded: nobody can say",
    REFERRED: "a customer's wish or a danger: a lead all the same",
}
_MOST = 12
"""How many case numbers are listed in a row of the table; --json and the console have them all."""


def finding_words(finding: Finding) -> str:
    """What a finding says."""
    return _WORDS[finding.kind]


def rows(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """The findings as a table: how often, what, and on which cases."""
    return [(f"{len(one.entries):,}", finding_words(one), _cases(one.cases)) for one in findings]


def may_title(found: MayAnswer) -> str:
    """What was asked: 'If the frontline could decide “refund 40” for “refund limit”'."""
    return f"If the frontline could decide “{found.allowed.text}” for “{found.cause}”"


def may_lines(found: MayAnswer) -> list[str]:
    """How many calls the answer is about, of how many, and what is to be expected."""
    span, times = found.span, found.about
    about = f"{_calls(times)} to leads of {found.calls:,} {'was' if times == 1 else 'were'} about it"
    lines = [f"{_since(span)}: {about}, on {_count(span.opened, 'new case')}."]
    if times >= ENOUGH:
        lines.append(
            f"In as many new cases again, expect {_range(*found.expected)} about it with this rule, and"
            f" {_range(*found.as_it_is)} without it (19 times in 20)."
        )
    return lines


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


def imported_words(span: Span) -> list[str]:
    """That imported cases have no calls of ours, if there are some."""
    if not span.imported:
        return []
    some = f"{span.imported:,} of these cases" if span.imported < span.opened else "All these cases"
    return [f"{some} came from another system, which does not say whom it called or what was promised."]


def _since(span: Span) -> str:
    return f"Since {local(span.since, span.until)}"


def _cases(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _MOST:,} more" if len(numbers) > _MOST else ""
    return ", ".join(map(str, numbers[:_MOST])) + more


def _calls(n: int) -> str:
    return "one call" if n == 1 else f"{n:,} calls" if n else "no call"


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _range(low: int, high: int) -> str:
    return _calls(high) if low == high else f"{low:,} to {high:,} calls"
