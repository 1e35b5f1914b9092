"""What an undo took back, or a redo did again, in words that both interfaces share."""

from __future__ import annotations

from careconsole.desk.cases.execution import Outcome
from careconsole.domain.case.narrator import Narrator, ended

_MOST = 3
"""Of up to this many cases, it is said what was taken back on each."""


def turned_words(outcome: Outcome, tell: Narrator) -> list[str]:
    """What the command did that was undone or redone, case by case, and how each case stands now if that changed.

    "Case 12: spoke with the customer (phone): sorry; resolved it. It is open again." A command that did one thing, and
    left each case as open as before, is told by its name alone: empty. Last comes what the person must know besides.
    """
    return [*_done(outcome, tell), *outcome.notices]


def _done(outcome: Outcome, tell: Narrator) -> list[str]:
    if not outcome.turned or outcome.command is None:
        return []
    facts = {case: [event for number, event in outcome.events if number == case] for case in outcome.cases}
    if not outcome.stands and all(len(events) <= 1 for events in facts.values()):
        return []
    words = []
    for case, events in list(facts.items())[:_MOST]:
        done = tell.knowing(outcome.named.get(case)).all_done(events)
        now = f" {outcome.stands[case]}" if case in outcome.stands else ""
        words.append(f"Case {case}: {ended(done)}{now}" if done else f"Case {case}:{now}")
    more = len(facts) - _MOST
    return words + ([f"And likewise on {more:,} more."] if more > 0 else [])
