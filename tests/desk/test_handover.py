"""A sick colleague's whole load: a preview, one command, one undo."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk.cases import execution, handover, undo_redo
from careconsole.desk.queries.assignments import load_of
from careconsole.desk.team import members
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Reassigned
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from tests.desk.office import HOUR, Office
from tests.suggested import told


def opened(office: Office, owner: str, **new: Any) -> int:
    """A case that `owner` opened for themselves."""
    opening = OpenCase(**{"subject": "Kettle", "owner": office.ids[owner], **new})
    number = execution.open_case(office.desk(owner), opening, "Carla").opened
    assert number is not None
    return number


def does(office: Office, name: str, number: int, command: Command) -> None:
    execution.execute(office.desk(name), "test", command, [number])


def loaded(office: Office) -> list[int]:
    """Six cases on which something of Ben's hangs: two of his own, an offer, a call, help, and a change to make."""
    ids, later = office.ids, office.now + 48 * HOUR
    own, promised = opened(office, "Ben"), opened(office, "Ben", subject="Lid")
    does(office, "Ben", promised, Promise(text="call back", due=office.now + HOUR))
    offered, called, helped, settled = (opened(office, "Cleo") for _ in range(4))
    does(office, "Cleo", offered, Offer(to=ids["Ben"], reason="knows the supplier"))
    does(office, "Cleo", called, Escalate(reason="expertise", need="the pump", to=ids["Ben"]))
    does(office, "Cleo", helped, AskHelp(of=ids["Ben"], need="read the contract"))
    does(office, "Cleo", settled, Review(cause="lid", change="check lids", owner=ids["Ben"], due=later))
    does(office, "Cleo", settled, Resolve(said="sent", answer="told"))
    return [own, promised, offered, called, helped, settled]


def cases(office: Office, numbers: list[int]) -> list[dict[str, Any]]:
    """The cases without what every event changes."""
    moved = ("version", "changed_at")
    return [{x: getattr(office.case(n), x) for x in Case.__struct_fields__ if x not in moved} for n in numbers]


def test_a_load_has_everything_somebody_must_act_on(office: Office) -> None:
    own, promised, offered, called, helped, settled = loaded(office)
    load = load_of(office.desk(), office.ids["Ben"])
    assert {row.number for row in load.owned} == {own, promised}
    assert [[row.number for row in rows] for rows in (load.offered, load.called, load.helping, load.actions)] == [
        [offered],
        [called],
        [helped],
        [settled],
    ]
    assert sorted(load.numbers) == [own, promised, offered, called, helped, settled]
    assert load_of(office.desk(), office.ids["Dora"]).numbers == []


def test_a_change_of_a_case_that_was_merged_is_found_where_the_case_goes_on(office: Office) -> None:
    *_, settled = loaded(office)
    into = opened(office, "Cleo")
    execution.execute(office.desk("Ana"), "merge", Merge(into=into), [settled])
    assert [row.number for row in load_of(office.desk(), office.ids["Ben"]).actions] == [into]


def test_one_command_hands_over_all_of_it(office: Office) -> None:
    numbers = loaded(office)
    members.away(office.desk(), "Ben", None)
    outcome = handover.hand_over(office.desk(), office.ids["Ben"], office.ids["Dora"])
    assert sorted(outcome.cases) == numbers
    own, promised, offered, called, helped, settled = map(office.case, numbers)
    dora = office.ids["Dora"]
    assert (own.owner, promised.owner, len(promised.promises), own.hops) == (dora, dora, 1, 0)
    assert offered.offer is not None
    assert offered.offer.to == dora
    assert called.escalation is not None
    assert called.escalation.responder == dora
    assert [help.of for help in helped.helpers] == [dora]
    assert settled.reviews[-1].owner == dora
    assert load_of(office.desk(), office.ids["Ben"]).numbers == []
    assert sorted(load_of(office.desk(), dora).numbers) == numbers
    assert {e.command for n in numbers for e in office.history(n) if e.number > 1 and e.actor == office.ids["Ana"]} == {
        outcome.command
    }
    assert office.sound()


def test_one_undo_brings_all_of_it_back_and_one_redo_hands_it_over_again(office: Office) -> None:
    numbers = loaded(office)
    before = cases(office, numbers)
    handover.hand_over(office.desk(), office.ids["Ben"], None)
    after = cases(office, numbers)
    assert before != after
    office.later()
    undo_redo.undo(office.desk())
    assert cases(office, numbers) == before
    undo_redo.redo(office.desk())
    assert cases(office, numbers) == after
    assert office.sound()


def test_the_preview_tells_what_happens_and_changes_nothing(office: Office) -> None:
    numbers = loaded(office)
    before = cases(office, numbers)
    plan = handover.plan(office.desk(), office.ids["Ben"], office.ids["Dora"])
    assert cases(office, numbers) == before
    assert {move.number: move.words for move in plan.moves} == {
        numbers[0]: ("the case goes to Dora",),
        numbers[1]: ("the case with 1 promise goes to Dora",),
        numbers[2]: ("it is offered to Dora instead",),
        numbers[3]: ("the call goes to Dora",),
        numbers[4]: ("Dora is asked to help instead",),
        numbers[5]: ('the change "check lids" goes to Dora',),
    }
    assert plan.summary == "2 cases with 1 promise, 1 offer, 1 call, 1 request for help, 1 change"


@pytest.mark.parametrize("to", ["Dora", "Cleo", None])
def test_what_was_told_before_is_what_is_done(office: Office, to: str | None) -> None:
    loaded(office)
    taker = office.ids[to] if to else None
    plan = handover.plan(office.desk(), office.ids["Ben"], taker)
    outcome = handover.hand_over(office.desk(), office.ids["Ben"], taker)
    told = [(move.number, fact) for move in plan.moves for fact in move.facts]
    assert told == [(number, event.fact) for number, event in outcome.events]


def test_the_preview_tells_what_ends(office: Office) -> None:
    numbers = loaded(office)
    does(office, "Ben", numbers[0], Offer(to=office.ids["Cleo"], reason="on leave"))
    plan = handover.plan(office.desk(), office.ids["Ben"], None)
    words = {move.number: move.words for move in plan.moves}
    assert words[numbers[0]] == ("the case goes to duty", "the offer to Cleo is off")
    assert words[numbers[2]] == ("the offer to Ben is off",)
    assert words[numbers[3]] == ("the call goes to Ana",)
    assert words[numbers[4]] == ("the help of Ben ends",)
    does(office, "Ben", numbers[1], Escalate(reason="customer request", need="x", to=office.ids["Dora"]))
    to_dora = handover.plan(office.desk(), office.ids["Ben"], office.ids["Dora"])
    assert "the call ends, for Dora has it" in {move.number: move.words for move in to_dora.moves}[numbers[1]]


def test_hostile_words_are_safe_in_the_preview(office: Office) -> None:
    opened(office, "Ben", subject="\x1b[2JKettle\u202e")
    (move,) = handover.plan(office.desk(), office.ids["Ben"], None).moves
    assert "\x1b" not in move.subject
    assert "\u202e" not in move.subject


def test_a_call_that_nobody_else_can_answer_is_told_and_holds_up_nothing(office: Office) -> None:
    members.change(office.desk(), "Dora", active=False)
    members.change(office.desk(), "Eve", active=False)
    alone, both = opened(office, "Ben"), opened(office, "Ben")
    for number in (alone, both):
        does(office, "Ben", number, Escalate(reason="customer request", need="x", to=office.ids["Ana"]))
    does(office, "Ben", both, AskHelp(of=office.ids["Ana"], need="x"))
    plan = handover.plan(office.desk(), office.ids["Ana"], office.ids["Cleo"])
    outcome = handover.hand_over(office.desk(), office.ids["Ana"], office.ids["Cleo"])
    assert outcome.cases == (both,)
    assert [number for number, _ in outcome.refused] == [number for number, _ in plan.refused] == [alone]
    assert outcome.notices == plan.notices
    assert f"The call on case {both} stays with Ana" in outcome.notices[0]


def test_what_holds_for_the_whole_load_is_said_once(office: Office) -> None:
    loaded(office)
    for act in (handover.plan, handover.hand_over):
        with pytest.raises(Refused, match="Only a lead"):
            act(office.desk("Cleo"), office.ids["Ben"], office.ids["Cleo"])
        with pytest.raises(Refused, match="is Ben's already"):
            act(office.desk(), office.ids["Ben"], office.ids["Ben"])
        with pytest.raises(Refused, match="Dora has no open work"):
            act(office.desk(), office.ids["Dora"], office.ids["Ben"])


def test_a_helper_who_gets_the_case_helps_no_more(office: Office) -> None:
    number = opened(office, "Ben")
    does(office, "Ben", number, AskHelp(of=office.ids["Cleo"], need="x"))
    outcome = handover.hand_over(office.desk(), office.ids["Ben"], office.ids["Cleo"])
    assert outcome.cases == (number,)
    assert [type(event.fact) for _, event in outcome.events] == [Reassigned]
    assert office.case(number).helpers == ()


# An agent's own load


def test_an_agent_offers_their_own_cases_and_keeps_each_until_it_is_accepted(office: Office) -> None:
    own, promised, offered, *_ = loaded(office)
    ben, cleo = office.desk("Ben"), office.ids["Cleo"]
    plan = handover.plan(ben, office.ids["Ben"], cleo)
    assert plan.offers
    assert [move.number for move in plan.moves] == [promised, own], "by what is due first"
    assert plan.moves[0].words == ("offered to Cleo",)
    assert plan.summary == "2 cases offered"
    assert plan.notices == (
        "4 other cases also wait for your answer, your help or a change of yours; a lead hands those over, and your"
        " cover does them while you are away.",
    )
    before = cases(office, [own, promised, offered])
    done = handover.hand_over(ben, office.ids["Ben"], cleo)
    assert handover.outcome_words(done) == "2 cases offered. Each stays with its owner until it is accepted."
    assert done.notices[-1:] == plan.notices
    for number in (own, promised):
        case = office.case(number)
        assert case.offer is not None
        assert (case.owner, case.offer.to, case.offer.reason) == (office.ids["Ben"], cleo, "handed over")
    assert office.case(offered).offer is not None, "an offer to them stays theirs to answer"
    undo_redo.undo(ben)
    assert cases(office, [own, promised, offered]) == before
    assert office.sound()


def test_an_agent_hands_over_neither_to_duty_nor_the_work_of_others(office: Office) -> None:
    loaded(office)
    ben, ids = office.desk("Ben"), office.ids
    with pytest.raises(Refused, match="Only a lead can give work back to duty") as duty:
        handover.plan(ben, ids["Ben"], None)
    assert "team away" in told(duty.value)
    with pytest.raises(Refused, match="Only a lead can hand over somebody's work") as others:
        handover.hand_over(ben, ids["Cleo"], ids["Ben"])
    assert "team hand-over me --to " in told(others.value)
    with pytest.raises(Refused, match="yours already"):
        handover.plan(ben, ids["Ben"], ids["Ben"])
    assert not handover.plan(office.desk("Ana"), ids["Ben"], ids["Cleo"]).offers, "a lead gives it at once"


def test_a_case_that_is_offered_already_stays_as_it_is(office: Office) -> None:
    own, promised, *_ = loaded(office)
    does(office, "Ben", own, Offer(to=office.ids["Ana"], reason="knows it"))
    plan = handover.plan(office.desk("Ben"), office.ids["Ben"], office.ids["Cleo"])
    assert [move.number for move in plan.moves] == [promised]
    assert [number for number, _ in plan.refused] == [own]


def test_the_cases_of_those_somebody_covers_for_are_named_as_staying(office: Office) -> None:
    own, *_ = loaded(office)
    of_cleo = opened(office, owner="Cleo")
    members.away(office.desk("Ana"), "Cleo", "Ben")
    stays = f"Cleo's open cases stay with them (3, 4, 5, {of_cleo}); Ben covers until somebody else does."
    ana, ids = office.desk("Ana"), office.ids
    assert stays in handover.plan(ana, ids["Ben"], ids["Dora"]).notices
    outcome = handover.hand_over(ana, ids["Ben"], ids["Dora"])
    assert own in outcome.cases
    assert of_cleo not in outcome.cases
    assert stays in outcome.notices
