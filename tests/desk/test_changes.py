"""A cause that comes back after a change for it was made is told once, asked about, and undone as a whole."""

from __future__ import annotations

from random import Random

import pytest

from careconsole.desk.cases import causes, execution, sweep, undo_redo
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.notices import addresses
from careconsole.desk.queries import agenda
from careconsole.desk.queries.review_changes import listed, on_case
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.changes import CheckChange, DropChange, MoveChange
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.case.state import PastReview
from careconsole.domain.case.verdicts import VERDICTS, WHYS
from careconsole.domain.errors import Conflict, Refused, WrongUse
from tests.desk.office import HOUR, Office

DAY = 24


def do(office: Office, name: str, verb: str, command: Command, *numbers: int, seen: int | None = None) -> Outcome:
    office.later(0.1)
    return execution.execute(office.desk(name), verb, command, list(numbers), seen=seen)


def opened(office: Office) -> int:
    opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], channel="phone")
    return execution.open_case(office.desk("Ben"), opening).opened or 0


def raised(office: Office, cause: str = "refund limit") -> tuple[int, Outcome]:
    number = opened(office)
    call = Escalate(reason="exception", need="a refund", cause=cause)
    return number, do(office, "Ben", "escalate", call, number)


def asked(office: Office, owner: str = "Cleo") -> int:
    """A case whose review asks for a change."""
    number, _ = raised(office)
    due = office.now + 5 * DAY * HOUR
    ended = Deescalate(decided="refund it", change="refund up to 200", owner=office.ids[owner], due=due)
    do(office, "Ana", "de-escalate", ended, number)
    return number


def made(office: Office, owner: str = "Cleo") -> int:
    number = asked(office, owner)
    do(office, owner, "done", CompleteAction(), number)
    office.later(9 * DAY)
    return number


def told(office: Office) -> list[tuple[str, str]]:
    """Who got a notice that the cause came back, and in which words."""
    rows = office.store.engine.fetch_all(
        "select person_id, words from notices where kind = 'came up again' order by id"
    )
    names = {number: name for name, number in office.ids.items()}
    return [(names[person], words) for person, words in rows]


def hearing(office: Office) -> None:
    for name in ("Ana", "Ben", "Cleo", "Dora"):
        addresses.save_address(office.desk(), name, f"json://{name.lower()}.example/token")


def test_a_cause_that_came_back_is_told_once_to_who_made_the_change_and_to_the_lead(office: Office) -> None:
    hearing(office)
    first = made(office)
    number, outcome = raised(office)
    assert outcome.notices == (
        f"The cause came back 9 days after the change of case {first} was made; Cleo hears of it.",
    )
    assert office.kinds(number)[-2:] == ["escalated", "came up again"]
    do(office, "Ben", "skip", Skip(reason="no answer"), number)
    for _ in range(4):
        sweep.sweep(office.another("Ana"))
        office.later(24)
    words = "The cause came back 9 days after {} was made: case 2 (Kettle)."
    assert (first, number) == (1, 2)
    assert sorted(told(office)) == [
        ("Ana", words.format("Cleo's change from case 1")),
        ("Cleo", words.format("your change from case 1")),
    ]


def test_a_cause_that_comes_up_while_its_change_is_open_says_so(office: Office) -> None:
    first = asked(office)
    raised(office)
    office.later(DAY)
    _, outcome = raised(office)
    (said,) = outcome.notices
    assert said.startswith(f"The cause came up for the second time while the change of case {first} (Cleo, due ")
    assert [(one.state, len(one.while_open)) for one in listed(office.desk()).entries] == [("open", 2)]


def test_the_decision_says_whether_the_change_held(office: Office) -> None:
    first = made(office)
    number, _ = raised(office)
    for asks in (
        ("Ana", "de-escalate", Deescalate(decided="refund it")),
        ("Ben", "resolve", Resolve(said="refunded", cause="Refund-limit", without_help=True)),
        ("Ben", "review", Review(cause="refund limit", nothing_because="it is rare")),
    ):
        with pytest.raises(Refused, match="came back on case 2 9 days after the change of case 1 was made"):
            do(office, *asks, number)
    outcome = do(office, "Ana", "de-escalate", Deescalate(decided="refund it", came_back="did not hold"), number)
    assert outcome.cases == (number, first)
    (checked,) = on_case(office.desk(), first).entries
    assert (checked.state, checked.review.verdict, checked.came_back) == ("checked", "no", (number,))
    undo_redo.undo(office.desk("Ana"))
    assert (on_case(office.desk(), first).entries[0].state, office.case(number).level) == ("made", 1)
    undo_redo.redo(office.desk("Ana"))
    assert on_case(office.desk(), first).entries[0].review.verdict == "no"
    assert raised(office)[1].notices == (), "a change that was found not to work can not come back"


def test_a_change_that_was_not_known_is_still_to_be_checked(office: Office) -> None:
    first = made(office)
    number, _ = raised(office)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it", came_back="not known"), number)
    assert on_case(office.desk(), first).entries[0].state == "made"
    assert office.case(number).occurrences[-1].came_back


def test_another_cause_is_no_recurrence(office: Office) -> None:
    made(office)
    number, _ = raised(office)
    other = Deescalate(decided="refund it", came_back="other cause")
    with pytest.raises(WrongUse, match="is the cause that came back"):
        do(office, "Ana", "de-escalate", other, number)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it", cause="goodwill"), number)
    assert not office.case(number).occurrences[-1].came_back
    number = opened(office)
    with pytest.raises(WrongUse, match="Nothing came back"):
        do(office, "Ben", "review", Review(cause="lid", nothing_because="it is rare", came_back="not known"), number)


def test_a_recurrence_goes_through_merged_causes_and_comes_to_light_with_the_review_too(office: Office) -> None:
    first = made(office)
    raised(office, "postage")
    causes.merge(office.desk(), "postage", "refund limit")
    number, outcome = raised(office, "Postage")
    assert len(outcome.notices) == 1
    number, _ = raised(office, "")
    outcome = do(office, "Ana", "de-escalate", Deescalate(decided="refund it", cause="postage"), number)
    assert any(f"the change of case {first} was made" in one for one in outcome.notices)
    assert office.case(number).occurrences[-1].came_back


def test_two_who_check_a_change_at_once_are_told_and_nothing_is_lost(office: Office) -> None:
    number = made(office)
    seen = office.case(number).version
    do(office, "Ben", "check-change", CheckChange(verdict="works"), number, seen=seen)
    with pytest.raises(Conflict, match="Ben checked the change"):
        do(office, "Cleo", "check-change", CheckChange(verdict="no"), number, seen=seen)
    with pytest.raises(Refused, match="was checked already: it works"):
        do(office, "Cleo", "check-change", CheckChange(verdict="no"), number)
    assert office.case(number).reviews[-1].verdict == "works"


def test_several_cases_that_came_back_are_decided_in_one_command(office: Office) -> None:
    first = made(office)
    numbers = [raised(office)[0] for _ in range(2)]
    soon = office.now + HOUR
    do(office, "Ana", "acknowledge", Acknowledge(until=soon), *numbers)
    said = Deescalate(decided="refund it", came_back="did not hold")
    assert do(office, "Ana", "de-escalate", said, *numbers).cases == (numbers[0], first, numbers[1])
    assert office.sound()


def test_a_merge_takes_a_change_to_check_along_once_and_a_later_decision_finds_it(office: Office) -> None:
    first, second = made(office), opened(office)
    do(office, "Ben", "merge", Merge(into=second), first)
    (one,) = listed(office.desk()).entries
    assert (one.case, one.review.of_case, one.state) == (second, first, "made")
    number, _ = raised(office)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it", came_back="did not hold"), number)
    assert [(one.case, one.state) for one in listed(office.desk()).entries] == [(second, "checked")]
    assert office.sound()


def test_a_case_that_came_back_is_merged_with_that(office: Office) -> None:
    made(office)
    number, _ = raised(office)
    other = opened(office)
    do(office, "Ana", "merge", Merge(into=other), number)
    with pytest.raises(Refused, match="came back on case"):
        do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), other)


def test_a_check_that_is_due_is_on_the_agenda_and_swept_once_by_four(office: Office) -> None:
    number = made(office)
    do(office, "Ben", "resolve", Resolve(said="refunded"), number)
    office.later(33 * DAY - 12)
    (due,) = [one for one in agenda.agenda(office.desk()).entries if one.clock.kind == "check"]
    assert (due.case, due.answerable) == (number, office.ids["Cleo"])
    office.later(DAY)
    acts = [act for _ in range(4) for act in sweep.sweep(office.another("Ana")).acts if act.before.number == number]
    assert [act.event.kind for act in acts] == ["overdue"]


def test_a_dropped_change_stays_in_the_list_with_its_reason(office: Office) -> None:
    number = asked(office)
    do(office, "Ben", "drop-change", DropChange(because="it is rare"), number)
    (one,) = listed(office.desk(), "dropped").entries
    assert one.review.dropped == "it is rare"
    with pytest.raises(WrongUse, match="not a state"):
        listed(office.desk(), "lost")


def test_in_a_random_history_a_change_is_followed_once_and_rows_are_what_the_histories_say(office: Office) -> None:
    chance = Random(1)
    cases = [opened(office) for _ in range(4)]

    def step() -> None:
        who, number = chance.choice(("Ana", "Ben")), chance.choice(cases)
        cause, soon = chance.choice(("refund limit", "postage")), office.now + HOUR * DAY
        verb, command = chance.choice(
            (
                ("review", Review(cause=cause, change="a list", owner=office.ids["Ben"], due=soon)),
                ("escalate", Escalate(reason="exception", need="a decision", cause=cause)),
                ("de-escalate", Deescalate(decided="so be it", came_back=chance.choice(("", *WHYS)))),
                ("done", CompleteAction()),
                ("done", CompleteAction()),
                ("check-change", CheckChange(verdict=chance.choice(tuple(VERDICTS)))),
                ("move-change", MoveChange(due=soon, reason="a quiet week")),
                ("drop-change", DropChange(because="it is rare")),
                ("merge", Merge(into=chance.choice(cases))),
                ("undo", None),
                ("redo", None),
            )
        )
        office.later(1)
        try:
            if command is not None:
                execution.execute(office.desk(who), verb, command, [number])
            else:
                (undo_redo.undo if verb == "undo" else undo_redo.redo)(office.desk(who))
        except (Refused, WrongUse, Conflict):
            pass
        if chance.random() < 0.15:
            cases.append(opened(office))

    for _ in range(300):
        step()
        followed = [one for one in listed(office.desk()).entries if _waits(one.review)]
        origins = {(one.review.of_case or one.case, one.review.of_review or one.review.number) for one in followed}
        assert len(origins) == len(followed), "a merge takes a change along once"
        states = [office.case(number) for number in cases]
        waits = [review for case in states if case.status != "merged" for review in case.reviews]
        assert len(followed) == sum(map(_waits, waits)), "none is lost"
    kinds = {kind for number in cases for kind in office.kinds(number)}
    assert kinds >= {"action done", "action checked", "action dropped", "action moved", "came up again", "merged"}
    assert all(fold(number, office.history(number)) == office.case(number) for number in cases)
    assert office.sound()


def _waits(review: PastReview) -> bool:
    return review.is_open or review.waits_for_check
