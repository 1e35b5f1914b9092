"""What if, on a team's own database: every answer has its cases, and nothing is written."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import causes, execution, undo_redo
from careconsole.desk.queries.learned import learned
from careconsole.desk.queries.what_if import MayAnswer, begin_of, what_if_may
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.playbook_use import DecideByPlaybook
from careconsole.domain.errors import WrongUse
from careconsole.domain.learning.what_if_may import ABOVE, REFERRED, SPARED, UNSAID, allowance
from careconsole.domain.time.moments import DAY
from careconsole.present.json_types.what_if import what_if_entry
from careconsole.present.what_if import may_lines, may_unknown
from tests.desk.office import KETTLE, Office, contents
from tests.desk.test_learned import do, exception, opened, playbook

CAUSE = "refund limit"
FORTY = allowance("refund 40")


def called(office: Office, need: str, cause: str = CAUSE, reason: str = "exception", **case: object) -> int:
    office.later()
    new = OpenCase(subject="Kettle", owner=office.ids["Ben"], **case)  # type: ignore[arg-type]
    number = execution.open_case(office.desk("Ben"), new, "Carla").opened or 0
    do(office, "Ben", "escalate", Escalate(reason=reason, need=need, cause=cause), number)
    return number


def ask(office: Office, cause: str = CAUSE, days: int = 90) -> MayAnswer:
    office.later(0.1)
    return what_if_may(office.desk(), FORTY, cause, office.now - days * DAY)


def cases(found: MayAnswer) -> dict[str, tuple[int, ...]]:
    return {one.kind: tuple(one.cases) for one in found.findings}


def test_each_call_to_a_lead_about_the_cause_is_in_one_answer_with_its_case(office: Office) -> None:
    small, large, unsaid = called(office, "refund 35"), called(office, "refund 80"), called(office, "more than I may")
    wish, danger = called(office, "refund 20", reason="customer request"), called(office, "refund 20", tags=("safety",))
    called(office, "refund 20", cause="lost parcel")
    found = ask(office)
    assert cases(found) == {SPARED: (small,), ABOVE: (large,), UNSAID: (unsaid,), REFERRED: (wish, danger)}
    assert (found.about, found.calls, found.span.opened) == (5, 6, 6)
    assert may_lines(found)[0].endswith(", 6 new cases came; leads were called 6 times, 5 times about this cause.")


def test_what_is_to_be_expected_is_said_of_five_calls_at_least_in_words_and_as_json(office: Office) -> None:
    for _ in range(4):
        called(office, "refund 35")
    few = ask(office)
    assert (len(may_lines(few)), what_if_entry(few).expected) == (1, None)
    called(office, "refund 35")
    enough = ask(office)
    expected = what_if_entry(enough).expected
    assert expected is not None
    assert "expect 0 to" in may_lines(enough)[1]
    assert (expected.as_it_is.fewest, expected.as_it_is.most) == enough.as_it_is


def test_all_calls_are_those_that_the_page_of_what_was_learned_counts(office: Office) -> None:
    case = called(office, "refund 35")
    do(office, "Ben", "skip", Skip(reason="no answer"), case)
    called(office, "refund 80")
    called(office, "refund 90")
    undo_redo.undo(office.desk("Ben"))
    found = ask(office, days=7)
    assert (found.calls, cases(found)[SPARED], found.times(SPARED)) == (3, (case,), 2)
    assert found.calls == sum(week.calls for week in learned(office.desk()).weeks)


def test_what_was_decided_says_the_sum_too_and_a_merged_cause_counts_through_its_other_name(office: Office) -> None:
    case = called(office, "more than I may", cause="goodwill")
    do(office, "Ana", "de-escalate", Deescalate(decided="refund 30"), case)
    called(office, "refund 20")
    causes.merge(office.desk("Ben"), "goodwill", CAUSE)
    found = ask(office, "goodwill")
    assert (found.cause, cases(found)[SPARED]) == (CAUSE, (case, case + 1))
    assert "“goodwill” counts as “refund limit”, and so do all its other names." in may_unknown(found)


def test_what_cannot_be_asked_is_refused_with_what_to_do(office: Office) -> None:
    called(office, "refund 20")
    for cause, days, why in (("", 90, "Which exceptions"), ("refund limt", 90, "no cause"), (CAUSE, 0, "No case was")):
        with pytest.raises(WrongUse, match=why) as caught:
            ask(office, cause, days)
        assert caught.value.hint
    with pytest.raises(WrongUse, match="not in the past"):
        begin_of("in 3d", office.now)
    assert begin_of("90d", office.now) == office.now - 90 * DAY
    assert begin_of("-3d", office.now) == office.now - 3 * DAY
    assert begin_of("2d ago", office.now) == office.now - 2 * DAY


def test_another_systems_cases_have_no_calls_and_that_is_said(office: Office) -> None:
    called(office, "refund 20")
    office.bring(*KETTLE)
    found = what_if_may(office.desk(), FORTY, CAUSE, 0)
    assert (found.calls, found.span.opened, found.span.imported) == (1, 2, 1)
    assert may_unknown(found)[-1].startswith("1 of these cases came from another system")


def test_a_rule_that_was_predicted_lowers_the_calls_that_the_page_counts(office: Office) -> None:
    """A team whose exceptions repeat: half a period without the rule is asked what it would spare, half has it."""
    sums = [10, 20, 60, 30] * 4
    for amount in sums:
        called(office, f"refund {amount}")
        opened(office)
    found = ask(office)
    assert (found.times(SPARED), found.times(ABOVE)) == (12, 4)
    may, begun = playbook(office), office.now
    for amount in sums:
        if amount <= 40:
            done = DecideByPlaybook(playbook=may, said="refunded", amount=str(amount))
            do(office, "Ben", "decide", done, opened(office))
        else:
            called(office, f"refund {amount}")
        opened(office)
    later = learned(office.desk())
    before, after = found.calls, sum(week.calls for week in later.weeks) - found.calls
    assert after < before
    assert found.expected[0] <= after <= found.expected[1]
    assert sum(week.decided for week in later.weeks) == found.times(SPARED)
    assert what_if_may(office.desk(), FORTY, CAUSE, begun).times(SPARED) == 0


def test_asking_writes_nothing(office: Office) -> None:
    exception(office)
    before = contents(office.store)
    ask(office)
    assert contents(office.store) == before
