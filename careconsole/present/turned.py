"""What an undo took back, or a redo did again, in words that both interfaces share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from careconsole.commands import BY_ID, OTHER_COMMANDS
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.team.journal import JournalEntry
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import Narrator, ended
from careconsole.present.journal import merge_words
from careconsole.present.queue_text import case_list

_PLAYBOOK_WORDS = {
    "playbook write": "writing",
    "playbook import": "importing",
    "playbook revise": "revising",
    "playbook confirm": "confirming",
    "playbook retire": "retiring",
    "playbook restore": "restoring",
}
_TITLES = {id: title.lower() for id, _, title in OTHER_COMMANDS}
_CASES = 8
_MOST = 3
"""Of up to this many cases, it is said what was taken back on each."""


def command_words(
    verb: str, cases: Sequence[int], playbooks: Sequence[int] = (), change: JournalEntry | None = None
) -> str:
    """A command as what it did: "park, case 12", "writing playbook 2", "the merge of the customer Max into Maxim".

    `change` is its entry in the journal, if it has one.
    """
    if change is not None:
        return merge_words(change.kind, change.about, change.data.get("into"))
    known = BY_ID.get(verb)
    what = known.title.lower() if known is not None else _TITLES.get(verb, verb)
    if cases:
        return f"{what}, {case_list(cases, _CASES)}"
    if verb in _PLAYBOOK_WORDS and playbooks:
        listed = ", ".join(map(str, playbooks))
        return f"{_PLAYBOOK_WORDS[verb]} playbook{'s' if len(playbooks) > 1 else ''} {listed}"
    return _PLAYBOOK_WORDS.get(verb, what) + (" a playbook" if verb in _PLAYBOOK_WORDS else "")


def turned_words(outcome: Outcome, tell: Narrator) -> list[str]:
    """What the command did that was undone or redone, case by case, and how each case stands now if that changed.

    "Case 12: spoke with the customer (phone): sorry; resolved it. It is open again." A command that did one thing, and
    left each case as open or parked as before, is told by its name alone: empty. Last comes what the
    person must know besides.
    """
    return [*_done(outcome, tell), *outcome.notices]


def _done(outcome: Outcome, tell: Narrator) -> list[str]:
    if not outcome.turned or outcome.command is None:
        return []
    facts: dict[int, list[Event]] = {case: [] for case in outcome.cases}
    for number, event in outcome.events:
        if number in facts:
            facts[number].append(event)
    if not outcome.stands and all(len(events) <= 1 for events in facts.values()):
        return []
    alike: dict[object, list[int]] = {}
    for case, events in facts.items():
        alike.setdefault((tuple(event.kind for event in events), case in outcome.stands), []).append(case)
    # One of each kind comes first, so that what is said of the others is true of them.
    others = [case for cases in alike.values() for case in cases[1:]]
    told = sorted([*(cases[0] for cases in alike.values()), *others][:_MOST], key=list(facts).index)
    words = []
    for case in told:
        done = tell.knowing(outcome.named.get(case)).all_done(facts[case])
        if said := " ".join(filter(None, (done and ended(done), outcome.stands.get(case)))):
            words.append(f"Case {case}: {said}")
    return words + _more([[case for case in cases if case not in told] for cases in alike.values()], alike, told)


def _more(left: list[list[int]], alike: Mapping[object, list[int]], told: Collection[int]) -> list[str]:
    """On how many more cases the command did the same, `left` by kind; where it did several things, as on which."""
    if len(alike) == 1:
        return [f"And likewise on {len(left[0]):,} more."] if left[0] else []
    words = [
        f"On {len(more):,} more as on case {cases[0]}."
        for more, cases in zip(left, alike.values(), strict=True)
        if more and cases[0] in told
    ]
    different = sum(len(more) for more, cases in zip(left, alike.values(), strict=True) if cases[0] not in told)
    return words + ([f"And something else on {different:,} more."] if different else [])
