"""What the sweep did, in words and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from careconsole.desk.sweep import Act
from careconsole.domain.roster import Roster
from careconsole.domain.story import Tell
from careconsole.domain.times import iso, local
from careconsole.outlet.shapes import told

_COUNTED = {
    "overdue": ("case told to be overdue", "cases told to be overdue"),
    "call timed out": ("call gone on", "calls gone on"),
    "offer expired": ("offer expired", "offers expired"),
    "returned": ("case back from its rest", "cases back from their rest"),
}


def act_words(act: Act, roster: Roster, now: int) -> str:
    """One thing the sweep did, as a sentence."""
    return Tell(roster, lambda moment: local(moment, now)).event(act.event)


def act_entry(act: Act, roster: Roster) -> dict[str, object]:
    """One thing the sweep did, as data."""
    return {
        "case": act.before.number,
        "subject": act.before.subject,
        "at": iso(act.event.at),
        "what": act.event.kind,
        **told(act.event.fact, roster),
    }


def summed_up(acts: Iterable[Act], would: bool = False) -> str:
    """How much was done, in words: "2 calls gone on, 1 offer expired."."""
    counts = Counter(act.event.kind for act in acts)
    words = [f"{count:,} {_COUNTED[kind][count != 1]}" for kind, count in counts.items()]
    return f"{'Would be: ' if would else ''}{', '.join(words)}."
