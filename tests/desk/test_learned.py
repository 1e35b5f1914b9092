"""What exceptions taught: how causes came up again, what was changed, and how often leads were called."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.cases import causes, execution, undo_redo
from careconsole.desk.playbooks import writing
from careconsole.desk.queries.learned import Learned, learned
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.playbook_use import DecideByPlaybook
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.learning.kinds import AFTER_CHANGE, AGAIN, DECIDED, FIRST, WITH_PLAYBOOK
from careconsole.domain.playbook.content import Authority, Content
from careconsole.present.json_types.learned import learned_entry
from careconsole.present.learned import counts, effect_words, lead_words, load_lines, story_lines, weeks_in
from tests.desk.office import HOUR, KETTLE, Office, line

CAUSE = "refund limit"
LATER = 9_000_000_000_000


def opened(office: Office) -> int:
    office.later()
    case = OpenCase(subject="Kettle", owner=office.ids["Ben"])
    return execution.open_case(office.desk("Ben"), case, "Carla").opened or 0


def do(office: Office, who: str, verb: str, command: object, case: int) -> None:
    office.later(0.1)
    execution.execute(office.desk(who), verb, command, [case])  # type: ignore[arg-type]


def exception(office: Office, cause: str = CAUSE) -> int:
    """A case of Ben's that falls outside the process: he calls Ana, the lead on duty."""
    case = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="more than I may give", cause=cause), case)
    return case


def changed(office: Office, case: int) -> None:
    """Ana decides it, asks for a change, and makes it."""
    do(office, "Ana", "acknowledge", Acknowledge(until=office.now + 8 * HOUR), case)
    asked = Review(cause=CAUSE, change="a higher limit", owner=office.ids["Ben"], due=office.now + 86_400_000)
    do(office, "Ana", "review", asked, case)
    do(office, "Ben", "made", CompleteAction(), case)


def playbook(office: Office) -> int:
    office.later(0.1)
    may = Authority(text="refund it", limit="40", currency="EUR")
    content = Content(title="Refund above the limit", causes=(CAUSE,), steps=("refund it",), may=may)
    return writing.write(office.desk("Ana"), content).playbook.number


def read(office: Office, weeks: int = 8) -> Learned:
    office.later(0.1)
    return learned(office.desk(), weeks)


def test_each_time_a_cause_comes_up_says_what_was_known_then_and_has_its_case(office: Office) -> None:
    first, again = exception(office), exception(office)
    playbook(office)
    known = exception(office)
    changed(office, first)
    after = exception(office)
    found = read(office).causes[0]
    assert found.cause == CAUSE
    assert found.cases == {FIRST: [first], AGAIN: [again], WITH_PLAYBOOK: [known], AFTER_CHANGE: [after], DECIDED: []}
    assert found.weeks == (0, 0, 0, 0, 0, 0, 0, 4)
    assert read(office).known == (3, 4)
    assert found.last_made is not None
    assert (found.last_made.case, found.open_changes) == (first, ())


def test_causes_that_count_as_one_have_the_figures_of_causes_never_split(office: Office) -> None:
    cases = [exception(office), exception(office, "goodwill"), exception(office, "Refund-limit")]
    causes.merge(office.desk("Ben"), "goodwill", CAUSE)
    assert [(one.cause, one.cases[FIRST] + one.cases[AGAIN]) for one in read(office).causes] == [(CAUSE, cases)]


def test_the_case_that_prompted_a_change_does_not_count_as_before_it(office: Office) -> None:
    first, _ = exception(office), exception(office)
    changed(office, first)
    exception(office)
    cause = read(office).causes[0]
    effect = cause.effect
    assert effect is not None
    assert (effect.before.times, effect.after.times, effect.before.cases + effect.after.cases) == (1, 1, 2)
    assert effect_words(cause, office.now) == (
        "There is no way to tell whether it helped: one exception before the change, while 1 new case came (not "
        "counting the case that asked for it), and one exception since, while 1 new case came. There is less than a "
        "week of cases from before the change."
    )


def test_an_exception_on_an_older_case_is_not_said_to_be_in_a_new_one(office: Office) -> None:
    """Exceptions count by when they happened; the new cases of a time only say how busy it was."""
    older = opened(office)
    changed(office, exception(office))
    opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="more than I may give", cause=CAUSE), older)
    assert effect_words(read(office).causes[0], office.now) == (
        "There is no way to tell whether it helped: no exceptions before the change, while 1 new case came (not "
        "counting the case that asked for it), and one exception since, while 1 new case came. It had not come up on "
        "another case before, so there is nothing to compare with."
    )


def test_it_says_from_when_one_can_tell_whether_a_change_helped(office: Office) -> None:
    for _ in range(6):
        first = exception(office)
        office.later(24 * 3)
    changed(office, first)
    opened(office)
    (cause,) = read(office).causes
    assert effect_words(cause, office.now).startswith(
        "Too early to tell: 5 exceptions before the change, while 5 new cases came (not counting the case that asked "
        "for it), and no exceptions since, while 1 new case came. If it has stopped, look again from about 2026-"
    )


def test_decisions_by_playbook_lower_the_calls_that_reach_leads(office: Office) -> None:
    """Four exceptions a week, the rest ordinary: at first each calls a lead, then a playbook lets Ben decide."""
    number: int | None = None
    for week in range(4):
        if week == 2:
            number = playbook(office)
        for _ in range(4):
            opened(office)
            if number is None:
                exception(office)
            else:
                decide = DecideByPlaybook(playbook=number, said="refunded", amount="20")
                do(office, "Ben", "decide", decide, opened(office))
        office.later(24 * 7 - 12)
    found = read(office, 4)
    assert [week.opened for week in found.weeks] == [8, 8, 8, 8]
    assert [week.calls for week in found.weeks] == [4, 4, 0, 0]
    assert [week.decided for week in found.weeks] == [0, 0, 4, 4]
    assert load_lines(found)[0] == (
        "Leads were called 8 times (32 new cases, 25.0 per 100); 8 exceptions were decided by playbook, without a lead."
    )
    assert len(found.called) == len(found.decided) == 8
    assert (found.causes[0].weeks, found.causes[0].cases[DECIDED]) == ((4, 4, 4, 4), list(found.decided))


def test_undone_calls_voided_cases_and_other_systems_calls_do_not_count(office: Office) -> None:
    exception(office)
    undo_redo.undo(office.desk("Ben"))
    undo_redo.undo(office.desk("Ben"))
    office.bring(line(KETTLE, 0), line(KETTLE, 1, level=1))
    found = read(office)
    assert (found.called, sum(week.calls for week in found.weeks)) == ((), 0)
    assert sum(week.opened for week in found.weeks) == 0, "the other system's case is older than that"


def test_each_exception_for_which_a_lead_was_called_is_counted_once(office: Office) -> None:
    number = playbook(office)
    called = exception(office)
    decided, looked_back, both = opened(office), opened(office), exception(office)
    do(office, "Ben", "decide", DecideByPlaybook(playbook=number, said="refunded", amount="20"), decided)
    do(office, "Ben", "review", Review(cause=CAUSE, nothing_because="it is rare"), looked_back)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), both)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="more", cause="goodwill"), both)
    found = {one.cause: one for one in read(office).causes}
    assert found[CAUSE].lead_called == (called, both)
    assert counts(found[CAUSE]) == (0, 0, 3, 0, 1, 2)
    assert lead_words(found[CAUSE]) == "A lead was called in 2 of the 4"
    assert found["goodwill"].lead_called == (both,)


def test_what_was_decided_is_told_also_where_nothing_changes(office: Office) -> None:
    case, later = exception(office), opened(office)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), case)
    do(office, "Ben", "review", Review(cause=CAUSE, nothing_because="it is rare"), later)
    found = read(office)
    lines = story_lines(found.causes[0], office.desk().roster(), found.until)
    assert lines == [
        f"Decided on case {later}: nothing changes, because it is rare",
        f"Decided last, on case {case}: refund it",
    ]
    asked = Review(cause=CAUSE, change="a higher limit", owner=office.ids["Ben"], due=office.now + 86_400_000)
    do(office, "Ana", "review", asked, case)
    assert read(office).causes[0].said.nothing_because == "", "a later review asks for a change"


def test_it_says_in_words_that_no_lead_was_called(office: Office) -> None:
    for _ in range(2):
        do(office, "Ben", "review", Review(cause=CAUSE, nothing_because="it is rare"), opened(office))
    assert lead_words(read(office).causes[0]) == "No lead was called in any of the 2"


def test_weeks_are_put_together_where_there_is_room_for_fewer() -> None:
    assert weeks_in([1, 2, 3], 3) == ([1, 2, 3], 1)
    assert weeks_in([1, 2, 3], 2) == ([1, 5], 2)
    assert weeks_in([1, 2, 3, 4], 3) == ([3, 7], 2)
    assert weeks_in([1] * 52, 18) == ([1, *[3] * 17], 3)
    assert weeks_in([1, 2], 0) == ([3], 2)
    assert weeks_in([], 4) == ([], 1)


def test_a_team_without_exceptions_has_learned_nothing_and_is_told_so(office: Office) -> None:
    found = read(office)
    assert found.causes == ()
    assert load_lines(found) == [
        "No lead was called (no new cases); no exception was decided by playbook, without a lead."
    ]


def test_an_exception_that_ended_at_once_is_told_in_words(office: Office) -> None:
    found = read(office)
    for n, seconds, words in (
        (1, 20.0, "1 exception ended in under a minute, counted from the call."),
        (3, 720.0, "3 exceptions ended, half of them within 12m, counted from the call."),
    ):
        spread = {"n": n, "median": seconds, "p90": seconds}
        assert load_lines(replace(found, decision=spread))[-1] == words


def test_a_review_of_what_a_playbook_decided_counts_as_that_decision(office: Office) -> None:
    number, case = playbook(office), opened(office)
    do(office, "Ben", "decide", DecideByPlaybook(playbook=number, said="refunded", amount="20"), case)
    do(office, "Ben", "review", Review(cause=CAUSE, nothing_because="the playbook does it"), case)
    (found,) = read(office).causes
    assert found.cases == {FIRST: [], AGAIN: [], WITH_PLAYBOOK: [], AFTER_CHANGE: [], DECIDED: [case]}
    assert found.times == 1


def test_a_review_takes_no_time(office: Office) -> None:
    """How long exceptions took is said of calls for help: a review alone begins and ends at once."""
    case = exception(office)
    office.later(3)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), case)
    do(office, "Ana", "review", Review(cause=CAUSE, change="a list", owner=office.ids["Ben"], due=LATER), case)
    do(office, "Ana", "review", Review(cause="else", nothing_because="it is rare"), case)
    assert (read(office).decision["n"], read(office).decision["median"]) == (1, 3.1 * 3_600)


def test_an_exception_ends_once_however_often_it_is_reviewed(office: Office) -> None:
    """The decision comes with a review that says only the cause; a later one that says more is about the same."""
    case = exception(office)
    office.later(3)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), case)
    office.later(50)
    do(office, "Ana", "review", Review(cause=CAUSE, nothing_because="the rule is right"), case)
    assert (read(office).decision["n"], read(office).decision["median"]) == (1, 3.1 * 3_600)


def test_a_call_that_is_brought_back_and_made_again_goes_on(office: Office) -> None:
    case = exception(office, "")
    do(office, "Ana", "de-escalate", Deescalate(decided="look again"), case)
    assert read(office).decision["n"] == 1
    do(office, "Ben", "escalate", Escalate(reason="exception", need="more", cause=CAUSE), case)
    assert read(office).decision["n"] == 0
    office.later(2)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it"), case)
    assert read(office).decision["n"] == 1
    assert (read(office).decision["median"] or 0) > 2 * 3_600


def test_what_is_said_of_a_change_in_a_young_database_is_no_nonsense(office: Office) -> None:
    first = exception(office)
    changed(office, first)
    (cause,) = read(office).causes
    assert effect_words(cause, office.now) == (
        "There is no way to tell whether it helped: no exceptions before the change, while no new case came (not "
        "counting the case that asked for it), and no exceptions since, while no new case came. It had not come up on "
        "another case before, so there is nothing to compare with."
    )
    entry = learned_entry(read(office), office.desk().roster()).causes[0].effect
    assert entry is not None
    assert (entry.chance, entry.tell_from, entry.can_never_tell) == (None, None, True)
    exception(office)
    cause = read(office).causes[0]
    assert cause.effect is not None
    assert (cause.effect.before.times, cause.effect.after.times) == (0, 1)
    assert effect_words(cause, office.now).startswith("There is no way to tell whether it helped: "), (
        "it came back, against nothing"
    )
