"""Practice as JSON."""

from __future__ import annotations

from careconsole.desk.teaching.practice import Answer, Practice
from careconsole.domain.time.moments import iso
from careconsole.present.json_types.base import CaseNumber, Entry, Moment
from careconsole.present.practice import change_state, history_told


class PastEntry(Entry, frozen=True, kw_only=True):
    """An entry of a history: its number, when, and its sentence."""

    number: int
    at: Moment
    told: str


class PastPromiseEntry(Entry, frozen=True, kw_only=True):
    """A promise that was open then."""

    text: str
    due: Moment


class ExerciseEntry(Entry, frozen=True, kw_only=True):
    """A case as it stood at `at`, before entry `call` of its history called for help; nothing in it is later.

    `done`: the person at work has practised it before.
    """

    case: CaseNumber
    call: int
    at: Moment
    done: bool
    subject: str
    description: str
    customer: str
    channel: str
    priority: str
    tags: list[str]
    opened_at: Moment
    waiting_since: Moment | None
    promises: list[PastPromiseEntry]
    history: list[PastEntry]


class PracticePlaybookEntry(Entry, frozen=True, kw_only=True):
    """A playbook for the cause; `from_this_case`: it was written from this case. `may_decide`: it is in force now."""

    number: int
    title: str
    from_this_case: bool
    may_decide: bool


class AnswerEntry(Entry, frozen=True, kw_only=True):
    """What was decided and why, and what it changed; `said` is what the reader would have done, which is not stored.

    `change` is empty if nothing changed, for the reason `nothing_because`; `state` is how far the change has come.
    """

    said: str
    reason: str
    need: str
    proposal: str
    decided: str
    cause: str
    change: str
    state: str
    nothing_because: str
    playbooks: list[PracticePlaybookEntry]


class PracticeEntry(Entry, frozen=True, kw_only=True):
    """An exercise (null: none is left), and the answer if it was asked for.

    `every` is how many exceptions there are, and `left` how many of them the person at work has not practised.
    """

    exercise: ExerciseEntry | None
    left: int
    every: int
    answer: AnswerEntry | None


def practice_entry(found: Practice, left: int, answer: Answer | None, said: str) -> PracticeEntry:
    """Practice, as printed with --json; `left` is counted after the answer, if that was asked for."""
    one = found.exercise
    if one is None:
        return PracticeEntry(exercise=None, left=left, every=found.every, answer=None)
    case, at = one.situation.case, {event.number: event.at for event in one.situation.history}
    return PracticeEntry(
        exercise=ExerciseEntry(
            case=one.number,
            call=one.situation.call,
            at=iso(one.situation.at),
            done=one.done,
            subject=case.subject,
            description=case.description,
            customer=one.customer,
            channel=case.channel,
            priority=case.priority,
            tags=list(case.tags),
            opened_at=iso(case.opened_at),
            waiting_since=iso(case.waiting_since) if case.waiting_since is not None else None,
            promises=[PastPromiseEntry(text=promise.text, due=iso(promise.due)) for promise in case.promises],
            history=[
                PastEntry(number=number, at=iso(at[number]), told=told)
                for number, _, told in history_told(one, found.roster, found.now)
            ],
        ),
        left=left,
        every=found.every,
        answer=_answer_entry(answer, said) if answer is not None else None,
    )


def _answer_entry(found: Answer, said: str) -> AnswerEntry:
    ended = found.resolution
    return AnswerEntry(
        said=said,
        reason=ended.reason,
        need=ended.need,
        proposal=ended.proposal,
        decided=ended.decided,
        cause=found.cause,
        change=ended.review.change,
        state=change_state(ended.review, found.now) if ended.review.change else "",
        nothing_because=ended.review.nothing_because,
        playbooks=[
            PracticePlaybookEntry(
                number=known.playbook.number,
                title=known.playbook.content.title,
                from_this_case=known.playbook.number in found.from_case,
                may_decide=known.playbook.may_decide(found.now),
            )
            for known in found.playbooks
        ],
    )
