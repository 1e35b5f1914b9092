"""A past exception to practise, in words: first as it stood, then what was decided and why, and not by whom."""

from __future__ import annotations

from careconsole.desk.teaching.practice import Answer, Exercise, Practice
from careconsole.domain.case.changes import CHECKED, DROPPED, MADE, TO_CHECK, state_of
from careconsole.domain.case.checklist import is_current
from careconsole.domain.case.escalation import reason_words
from careconsole.domain.case.event import named_in
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.state import PastReview, asked
from careconsole.domain.case.verdicts import VERDICTS
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import local
from careconsole.present.playbooks import authority_words
from careconsole.present.sections import Item, Section

QUESTION = "What would you do?"


def title(one: Exercise, now: int) -> str:
    """Which case it is, and when it stood so."""
    return f"Practice: case {one.number} as it stood {local(one.situation.at, now)}"


def left_words(found: Practice) -> str:
    """How many exceptions the reader has not practised, or what to do when there is none."""
    if not found.every:
        return (
            "There is nothing to practise yet: an exception is there once somebody called for help, it was decided, "
            "and its review says what it taught."
        )
    if not found.left:
        return f"You have practised {_all_of(found.every)}."
    return f"{found.left:,} left to practise."


def _all_of(count: int) -> str:
    return {1: "the only exception there is", 2: "both exceptions"}.get(count, f"all {count:,} exceptions there are")


def situation_sections(one: Exercise, roster: Roster, now: int) -> list[Section]:
    """The case and its history as they stood before the call for help."""
    case = one.situation.case
    opened = f"Opened {local(case.opened_at, now)}, {case.channel}{f', by {one.customer}' if one.customer else ''}"
    items = [Item(opened, (case.description,) if case.description.strip() else (), quoted=True)]
    if case.waiting_since is not None:
        items.append(Item(f"The customer had waited for an answer since {local(case.waiting_since, now)}"))
    items += [Item(f"Promised by {local(promise.due, now)}: {promise.text}") for promise in case.promises]
    if case.priority != "normal":
        items.append(Item(f"Priority: {case.priority}"))
    if case.tags:
        items.append(Item(f"Tags: {' '.join(f'#{tag}' for tag in case.tags)}"))
    items += [Item(f"In use: playbook {use.playbook}, {use.title}") for use in case.playbooks if is_current(use)]
    return [
        Section(f"Case {one.number}: {case.subject}", tuple(items)),
        Section(
            "What had happened", tuple(Item(f"{when}  {told}") for _, when, told in history_told(one, roster, now))
        ),
    ]


def history_told(one: Exercise, roster: Roster, now: int) -> list[tuple[int, str, str]]:
    """The history until then: the number of each entry, when, and its sentence."""
    history = one.situation.history
    tell = Narrator(roster, lambda ms: local(ms, now), named_in(history))
    return [(event.number, local(event.at, now), event.sentence(tell)) for event in history]


def answer_sections(found: Answer, said: str) -> list[Section]:
    """What the reader would have done (empty: they passed), what was decided and why, and what it changed."""
    ended, now = found.resolution, found.now
    own = [Section("You would", (Item(said.strip()),))] if said.strip() else []
    decided = (
        Item(f"Somebody called for help ({reason_words(ended.reason)}): {asked(ended.need, ended.proposal)}"),
        Item(f"Decided: {ended.decided}"),
        Item(f"Cause: {found.cause}"),
    )
    changed = [Item(_change_words(ended.review, now))]
    for known in found.playbooks:
        origin = ", written from this case" if known.playbook.number in found.from_case else ""
        may = known.playbook.may_decide(now)
        below = (f"You may decide now: {' '.join(authority_words(known.playbook, now).split())}",) if may else ()
        changed.append(Item(f"Playbook {known.playbook.number}, {known.playbook.content.title}{origin}", below))
    return [*own, Section("What was decided", decided), Section("What it changed", tuple(changed))]


def _change_words(review: PastReview, now: int) -> str:
    if not review.change:
        because = f", because {review.nothing_because}" if review.nothing_because else "; the review does not say why"
        return f"Nothing changed{because}"
    return f"Change: {review.change} ({change_state(review, now)})"


def change_state(review: PastReview, now: int) -> str:
    """How far the change of a review has come: "open", "made", "made, checked: it works", "dropped, because ..."."""
    state = state_of(review, now)
    if state == DROPPED:
        return f"dropped, because {review.dropped}"
    if state == CHECKED:
        return f"made, checked: {VERDICTS.get(review.verdict, review.verdict)}"
    return {MADE: "made", TO_CHECK: "made, to be checked"}.get(state, state)
