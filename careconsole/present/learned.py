"""What exceptions taught, in words: a change's effect in one honest sentence, and weeks as small bars."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.desk.queries.learned import Learned, LearnedCause
from careconsole.desk.queries.review_changes import ChangeEntry
from careconsole.domain.case.changes import CHECKED, MADE, OPEN, TO_CHECK
from careconsole.domain.case.narrator import within
from careconsole.domain.counting import counted
from careconsole.domain.learning.effect import LEAST, Count
from careconsole.domain.learning.kinds import KINDS
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import local
from careconsole.present.changes import state_words, when_words

HEADS = ("First", "Again", "Despite playbook", "After change", "By playbook", "Lead called")
"""What stands above `counts`."""
NONE = "·"
"""Stands for a week in which a cause did not come up."""
COUNTED = "Each call for help and each decision by playbook counts once; a review only where there was neither."
"""What is counted as an exception."""
ENOUGH = 5
"""From so many calls on, they are told per 100 new cases; of fewer, such a figure says nothing."""
_WHEN = {OPEN: "due ", MADE: "to be checked ", TO_CHECK: "since ", CHECKED: ""}
_BARS = "▁▂▃▄▅▆▇█"
_MILLION = 1_000_000


def effect_words(cause: LearnedCause, now: int) -> str:
    """Whether a change helped: that it did, that it is too early and from when one can tell, or never, or no sign."""
    effect = cause.effect
    if effect is None:
        return ""
    taken = f"; since then a playbook decided it {_times(cause.decided_since)}" if cause.decided_since else ""
    before = f"{_exceptions(effect.before)} before the change, while {_came(effect.before)}"
    after = f"{_exceptions(effect.after)} since, while {_came(effect.after)}"
    counts = f"{before} (not counting the case that asked for it), and {after}{taken}"
    if effect.helped and effect.chance is not None:
        return f"Fewer exceptions: {counts}. So few would come by chance {_once_in(effect.chance)}."
    if effect.tell_from is not None:
        when = local(effect.tell_from, now).rpartition(" ")[0]  # a day is as exact as it can be, and it is not today
        if effect.tell_from <= effect.made + LEAST:
            return f"Too early to tell: {counts}. Nothing is claimed in the first week; look again from about {when}."
        return f"Too early to tell: {counts}. If it has stopped, look again from about {when}."
    if effect.is_untellable:
        if not effect.before.times:
            why = "It had not come up on another case before, so there is nothing to compare with"
        elif effect.too_young:
            why = "There is less than a week of cases from before the change"
        else:
            why = "It was so rare before that even twelve weeks without it could be chance"
        return f"There is no way to tell whether it helped: {counts}. {why}."
    return f"No sign of a change: {counts}."


def _once_in(chance: float) -> str:
    if chance * _MILLION < 1:
        return "less than once in a million"
    return f"about once in {round(1 / chance):,}"


def _exceptions(count: Count) -> str:
    """How many exceptions happened in a time, whenever their cases were opened."""
    return "one exception" if count.times == 1 else f"{count.times:,} exceptions" if count.times else "no exceptions"


def _came(count: Count) -> str:
    """How busy that time was: an exception may be on a case that was opened before it, so this is not "of" them."""
    return f"{counted(count.cases, 'new case')} came" if count.cases else "no new case came"


def counts(cause: LearnedCause) -> tuple[int, ...]:
    """How often a cause came up in each of `kinds.KINDS`, and last for how many of these times a lead was called."""
    return (*(len(cause.cases[kind]) for kind in KINDS), len(cause.lead_called))


def lead_words(cause: LearnedCause) -> str:
    """For how many of the exceptions a lead was called."""
    if not cause.times:
        return ""
    if cause.times == 1:
        return "A lead was called" if cause.lead_called else "No lead was called"
    if not cause.lead_called:
        return f"No lead was called in any of the {cause.times:,}"
    return f"A lead was called in {len(cause.lead_called):,} of the {cause.times:,}"


def weeks_in(weeks: Sequence[int], room: int) -> tuple[list[int], int]:
    """The counts of weeks in at most `room` numbers, and of how many weeks each is; the first may be of fewer."""
    each = max(1, -(-len(weeks) // max(1, room)))
    lacking = -len(weeks) % each
    return [sum(weeks[max(0, start) : start + each]) for start in range(-lacking, len(weeks), each)], each


def bars(weeks: Sequence[int]) -> str:
    """Counts of weeks as small bars, the highest of them full: "·▄··█"."""
    most = max(weeks, default=0)
    return "".join(_BARS[-(-n * len(_BARS) // most) - 1] if n else NONE for n in weeks)


def change_words(change: ChangeEntry, roster: Roster, now: int) -> str:
    """A change, its case, and how far it is: "“cheaper boxes” (case 12): made, Ben, to check Tue 09:00"."""
    when = when_words(change, now)
    if when:
        when = f", {_WHEN[change.state]}{when}"
    owner = roster.name(change.review.owner)
    return f"“{change.review.change}” (case {change.case}): {state_words(change, now)}, {owner}{when}"


def story_lines(cause: LearnedCause, roster: Roster, now: int) -> list[str]:
    """What was done about a cause: what was decided, its playbooks, its changes, and whether the last change helped."""
    lines, said = list[str](), cause.said
    if said.nothing_because:
        lines.append(f"Decided on case {said.reviewed_in}: nothing changes, because {said.nothing_because}")
    if said.decided:
        lines.append(f"Decided last, on case {said.decided_in}: {said.decided}")
    lines += [f"Playbook {number}: {title}" for number, title in cause.playbooks]
    lines += [f"Change {change_words(change, roster, now)}" for change in cause.open_changes]
    if cause.last_made is not None:
        lines.append(f"Change {change_words(cause.last_made, roster, now)}")
    if cause.effect is not None:
        lines.append(effect_words(cause, now))
    return lines


def load_lines(found: Learned) -> list[str]:
    """How leads are loaded, as a team: calls per new cases, what playbooks decided instead, how long a call took."""
    opened, calls = sum(week.opened for week in found.weeks), sum(week.calls for week in found.weeks)
    decided = sum(week.decided for week in found.weeks)
    cases = f"{opened:,} new {'case' if opened == 1 else 'cases'}" if opened else "no new cases"
    rate = f", {calls * 100 / opened:.1f} per 100" if calls >= ENOUGH and opened else ""
    called = f"Leads were called {_times(calls)}" if calls else "No lead was called"
    some = {0: "no exception was", 1: "one exception was"}.get(decided, f"{decided:,} exceptions were")
    lines = [f"{called} ({cases}{rate}); {some} decided by playbook, without a lead."]
    known, every = found.known
    if every:
        lines.append(
            f"Of {every:,} {'exception' if every == 1 else 'exceptions'}, {known:,} had a known cause. {COUNTED}"
        )
    median, n = found.decision["median"], found.decision["n"]
    if n and median is not None:
        ended = "1 exception ended" if n == 1 else f"{n:,.0f} exceptions ended, half of them"
        lines.append(f"{ended} {within(int(median * 1000))}, counted from the call.")
    return lines


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
