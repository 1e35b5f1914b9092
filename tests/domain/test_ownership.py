"""Every case has an owner, always: how it changes hands, and when it does not."""

from __future__ import annotations

import pytest

from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp, FinishHelp
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Accepted, Decline, Declined, Offer, Withdraw
from careconsole.domain.case.ownership import Reassign, Take, TakeOver
from careconsole.domain.case.resolution import Reopen, Resolve
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, ImportedPlay, Play
from tests.suggested import told


def offer(to: int) -> Offer:
    return Offer(to=to, reason="knows the supplier", next="call them")


def take_over() -> TakeOver:
    return TakeOver(reason="the customer is on the phone")


def wandered() -> Play:
    """A case of Cleo's that has changed hands three times."""
    play = Play("Ben").do("Cleo", take_over()).do("Ben", take_over()).do("Cleo", take_over())
    assert play.case.hops == 3
    return play


# Who owns it, and who is answerable


def test_what_nobody_has_taken_belongs_to_duty_and_the_lead_on_duty_is_answerable() -> None:
    play = Play()
    assert (play.owner, play.answerable) == ("duty", "Ana")
    assert play.duty("Dora").answerable == "Dora"


def test_who_opens_a_case_for_themselves_owns_it() -> None:
    assert Play("Ben").owner == "Ben"


def test_who_opens_a_case_for_somebody_else_makes_an_offer_and_owns_it_meanwhile() -> None:
    play = Play("Cleo", by="Ben")
    assert (play.owner, play.offered_to) == ("Ben", "Cleo")
    assert play.do("Cleo", Accept()).owner == "Cleo"


def test_a_case_cannot_be_opened_for_somebody_who_is_away() -> None:
    team = Play().away("Cleo", cover="Ben").team
    with pytest.raises(Exception, match=r"Cleo is away\. Ben covers"):
        Play("Cleo", by="Ana", team=team)


def test_the_cover_of_an_absent_owner_is_answerable_through_chains() -> None:
    play = Play("Ben").away("Ben", cover="Cleo")
    assert (play.owner, play.answerable) == ("Ben", "Cleo")
    assert play.away("Cleo", cover="Dora").answerable == "Dora"


def test_when_nobody_covers_the_lead_on_duty_is_answerable() -> None:
    assert Play("Ben").away("Ben").answerable == "Ana"
    assert Play("Ben").left("Ben").answerable == "Ana"


def test_a_change_of_duty_or_cover_is_no_hop() -> None:
    play = Play("Ben").away("Ben", cover="Cleo").duty("Dora").do("Cleo", Note(text="I look after it")).back("Ben")
    assert (play.owner, play.case.hops, play.case.moves) == ("Ben", 0, 0)


# Offering


def test_a_hand_off_is_an_offer_and_the_giver_stays_the_owner_until_it_is_accepted() -> None:
    play = Play("Ben").do("Ben", offer(CLEO))
    assert (play.owner, play.offered_to) == ("Ben", "Cleo")
    play.do("Cleo", Accept())
    assert (play.owner, play.offered_to, play.case.hops) == ("Cleo", None, 1)


def test_an_offer_says_why_and_what_comes_next() -> None:
    play = Play("Ben").do("Ben", offer(CLEO))
    assert play.case.offer is not None
    assert (play.case.offer.reason, play.case.offer.next) == ("knows the supplier", "call them")
    assert "reason for the offer" in Play("Ben").wrong("Ben", Offer(to=CLEO, reason=" ")).message


def test_only_who_looks_after_a_case_offers_it() -> None:
    refusal = Play("Ben").refused("Cleo", offer(DORA))
    assert refusal.message == "Case 1 belongs to Ben; Ben decides about it today."
    assert "careconsole take-over 1 --reason WHY" in told(refusal)
    assert Play("Ben").do("Ana", offer(CLEO)).offered_to == "Cleo"
    assert Play("Ben").away("Ben", cover="Cleo").do("Cleo", offer(DORA)).offered_to == "Dora"


def test_an_untaken_case_is_offered_by_a_lead() -> None:
    assert "is with duty" in Play().refused("Ben", offer(CLEO)).message
    play = Play().do("Ana", offer(BEN))
    assert (play.owner, play.answerable, play.offered_to) == ("duty", "Ana", "Ben")


def test_there_is_one_offer_at_a_time() -> None:
    play = Play("Ben").do("Ben", offer(CLEO))
    assert "offered to Cleo already" in play.refused("Ben", offer(DORA)).message


def test_a_case_is_not_offered_to_its_owner_nor_to_oneself() -> None:
    assert "is Ben's already" in Play("Ben").refused("Ana", offer(BEN)).message
    refusal = Play("Ben").refused("Ana", offer(ANA))
    assert "cannot offer a case to yourself" in refusal.message
    assert "take-over 1 --reason WHY" in told(refusal)
    assert "careconsole take 1." in told(Play().refused("Ana", offer(ANA)))


def test_a_case_is_offered_only_to_somebody_who_is_here() -> None:
    assert "Cleo is away" in Play("Ben").away("Cleo").refused("Ben", offer(CLEO)).message
    covered = Play("Ben").away("Cleo", cover="Dora").refused("Ben", offer(CLEO))
    assert told(covered) == "Dora covers for them."
    assert "no longer works here" in Play("Ben").left("Cleo").refused("Ben", offer(CLEO)).message
    assert "no console" in Play("Ben").refused("Ben", offer(EVE)).message


def test_an_offer_to_nobody_of_the_team_is_wrong_use() -> None:
    assert "no person number 99" in Play("Ben").wrong("Ben", offer(99)).message


# Answering


def test_only_the_one_who_was_asked_or_their_cover_answers() -> None:
    play = Play("Ben").do("Ben", offer(CLEO))
    assert "is offered to Cleo, not to you" in play.refused("Dora", Accept()).message
    play.refused("Ben", Decline(reason="no"))
    play.away("Cleo", cover="Dora").do("Dora", Accept())
    assert play.owner == "Dora"


def test_an_offer_to_somebody_who_left_is_answered_by_the_lead_on_duty() -> None:
    play = Play("Ben").do("Ben", offer(CLEO)).left("Cleo")
    assert play.do("Ana", Accept()).owner == "Ana"


def test_without_an_offer_there_is_nothing_to_answer() -> None:
    for command in (Accept(), Decline(reason="no")):
        assert "is not offered to anybody" in Play("Ben").refused("Cleo", command).message


def test_taking_what_is_offered_to_oneself_is_accepting_it() -> None:
    play = Play("Ben").do("Ben", offer(CLEO)).do("Cleo", Take())
    assert play.last == Accepted(person=CLEO)
    assert play.owner == "Cleo"


# Declining


def test_declining_needs_a_reason() -> None:
    assert "reason for declining" in Play("Ben").do("Ben", offer(CLEO)).wrong("Cleo", Decline(reason="")).message


def test_declining_offers_it_to_who_should_have_it_instead() -> None:
    play = Play("Ben").do("Ben", offer(CLEO)).do("Cleo", Decline(reason="on leave", instead=DORA))
    assert (play.owner, play.offered_to) == ("Ben", "Dora")
    assert play.case.offer is not None
    assert (play.case.offer.by, play.case.offer.next) == (CLEO, "call them")


def test_who_names_nobody_instead_declines_to_the_lead_on_duty() -> None:
    play = Play("Ben").do("Ben", offer(CLEO)).do("Cleo", Decline(reason="on leave"))
    assert play.offered_to == "Ana"
    assert play.happened[-2:] == ["declined", "offered"]


def test_the_second_decline_always_goes_to_the_lead_on_duty() -> None:
    play = Play("Dora").do("Dora", offer(BEN)).do("Ben", Decline(reason="busy", instead=CLEO))
    play.do("Cleo", Decline(reason="busy too", instead=BEN))
    assert play.offered_to == "Ana"
    by_rule = [event.fact.by_rule for event in play.history if isinstance(event.fact, Declined)]
    assert by_rule == [False, True], "the history says that nobody chose her"


def test_an_offer_cannot_be_declined_round_and_round() -> None:
    play = Play("Dora").do("Dora", offer(BEN)).do("Ben", Decline(reason="busy", instead=CLEO))
    play.do("Cleo", Decline(reason="busy too", instead=BEN))
    refusal = play.refused("Ana", Decline(reason="me neither", instead=BEN))
    assert "nobody left to pass it to" in refusal.message
    assert play.do("Ana", Reassign(to=CLEO)).owner == "Cleo"


def test_the_cover_of_the_lead_on_duty_cannot_decline_further_either() -> None:
    play = Play("Dora").away("Ana", cover="Ben").do("Dora", offer(CLEO)).do("Cleo", Decline(reason="busy"))
    assert play.offered_to == "Ben"
    play.refused("Ben", Decline(reason="me neither", instead=CLEO))


def test_declining_names_somebody_else_who_is_here() -> None:
    play = Play("Ben").do("Ben", offer(CLEO))
    assert "Cleo is declining this offer" in play.refused("Cleo", Decline(reason="no", instead=CLEO)).message
    play.refused("Cleo", Decline(reason="no", instead=EVE))
    play.away("Dora").refused("Cleo", Decline(reason="no", instead=DORA))


def test_a_cover_cannot_decline_to_the_one_they_cover_or_to_themselves() -> None:
    play = Play("Ben").do("Ben", offer(CLEO)).away("Cleo", cover="Dora")
    assert "Cleo is declining this offer" in play.refused("Dora", Decline(reason="no", instead=CLEO)).message
    assert "Dora is declining this offer" in play.refused("Dora", Decline(reason="no", instead=DORA)).message


def test_an_offer_declined_to_its_owner_is_off() -> None:
    for owner, instead in (("Ben", BEN), ("Ana", None)):
        play = Play(owner).do(owner, offer(CLEO)).do("Cleo", Decline(reason="not mine", instead=instead))
        assert (play.owner, play.offered_to, play.case.hops) == (owner, None, 0)


def test_an_owner_who_leads_and_covers_the_one_asked_can_decline_their_own_offer() -> None:
    play = Play("Ana").do("Ana", offer(CLEO)).left("Cleo").do("Ana", Decline(reason="Cleo left"))
    assert (play.owner, play.offered_to) == ("Ana", None)


# Offers end


def test_an_offer_can_be_taken_back_by_who_looks_after_the_case() -> None:
    play = Play("Ben").do("Ben", offer(CLEO))
    play.refused("Cleo", Withdraw())
    play.do("Ben", Withdraw(reason="done already"))
    assert (play.owner, play.offered_to) == ("Ben", None)
    assert "not offered" in play.refused("Ben", Withdraw()).message


@pytest.mark.parametrize(
    "name, command",
    [
        ("Ben", Resolve(said="new kettle sent", answer="told")),
        ("Dora", take_over()),
        ("Ana", Reassign(to=DORA)),
        ("Ana", Reassign(to=BEN)),
        ("Ana", Reassign(to=None)),
    ],
)
def test_resolving_taking_over_and_reassigning_withdraw_the_open_offer(name: str, command: Resolve) -> None:
    play = Play("Ben").do("Ben", offer(CLEO)).do(name, command)
    assert play.offered_to is None


def test_taking_an_untaken_case_withdraws_its_open_offer() -> None:
    assert Play().do("Ana", offer(BEN)).do("Cleo", Take()).offered_to is None


def test_an_offer_does_not_come_back_with_a_reopened_case() -> None:
    play = Play("Ben").do("Ben", offer(CLEO), Resolve(said="sent", answer="told"), Reopen(reason="cracked too"))
    assert play.offered_to is None


# Taking and giving at once


def test_anybody_takes_what_nobody_has_taken_and_that_is_no_hop() -> None:
    play = Play().do("Ben", Take())
    assert (play.owner, play.case.hops, play.case.moves) == ("Ben", 0, 0)


def test_what_somebody_owns_is_not_simply_taken() -> None:
    assert "take-over 1 --reason WHY" in told(Play("Ben").refused("Cleo", Take()))
    assert "yours already" in Play("Ben").refused("Ben", Take()).message


def test_taking_over_says_why_and_is_a_hop() -> None:
    assert "reason for taking over" in Play("Ben").wrong("Cleo", TakeOver(reason=" ")).message
    play = Play("Ben").do("Cleo", take_over())
    assert (play.owner, play.case.hops) == ("Cleo", 1)


def test_what_nobody_or_oneself_has_is_not_taken_over() -> None:
    assert "careconsole take 1." in told(Play().refused("Ben", take_over()))
    assert "yours already" in Play("Ben").refused("Ben", take_over()).message


def test_only_a_lead_reassigns_and_the_new_owner_has_it_at_once() -> None:
    play = Play("Ben")
    assert "Only a lead" in play.refused("Ben", Reassign(to=CLEO)).message
    assert play.do("Ana", Reassign(to=CLEO)).owner == "Cleo"


def test_a_case_is_reassigned_only_to_somebody_who_is_here() -> None:
    for play in (Play("Ben").away("Cleo"), Play("Ben").left("Cleo")):
        play.refused("Ana", Reassign(to=CLEO))
    assert "with Ben already" in Play("Ben").refused("Ana", Reassign(to=BEN)).message


def test_a_lead_gives_a_case_back_to_duty_and_somebody_is_still_answerable() -> None:
    play = Play("Ben").do("Ana", Reassign(to=None))
    assert (play.owner, play.answerable, play.case.hops) == ("duty", "Ana", 0)
    assert "with duty already" in play.refused("Ana", Reassign(to=None)).message


def test_time_with_duty_in_between_makes_or_hides_no_hop() -> None:
    same = Play("Ben").do("Ana", Reassign(to=None)).do("Ben", Take())
    assert same.case.hops == 0
    other = Play("Ben").do("Ana", Reassign(to=None)).do("Cleo", Take())
    assert other.case.hops == 1


# Three hops


def test_after_three_hops_agents_no_longer_move_a_case() -> None:
    for name, command in (("Ben", take_over()), ("Cleo", offer(BEN))):
        refusal = wandered().refused(name, command)
        assert "changed owner 3 times; a lead must decide" in refusal.message
        assert "Ana" in told(refusal)


def test_a_lead_still_moves_it_by_reassigning_offering_or_taking_over() -> None:
    assert wandered().do("Ana", Reassign(to=BEN)).owner == "Ben"
    assert wandered().do("Ana", offer(BEN)).do("Ben", Accept()).owner == "Ben"
    assert wandered().do("Dora", take_over()).owner == "Dora"


def test_an_offer_that_brought_the_third_hop_was_still_allowed() -> None:
    play = Play("Ben").do("Cleo", take_over()).do("Ben", take_over()).do("Ben", offer(CLEO)).do("Cleo", Accept())
    assert play.case.hops == 3


def test_an_agent_does_not_pass_a_lead_s_offer_of_a_wandered_case_on_to_another_agent() -> None:
    play = wandered().do("Ana", offer(BEN)).do("Ben", Decline(reason="busy", instead=DORA))
    assert play.offered_to == "Ana"


def test_only_its_last_owner_takes_a_wandered_case_back_from_duty() -> None:
    play = wandered().do("Ana", Reassign(to=None))
    play.refused("Ben", Take())
    assert play.do("Cleo", Take()).case.hops == 3


@pytest.mark.parametrize("again", [Reopen(reason="cracked too"), LogMessage(inbound=True, text="The new one leaks")])
def test_reopening_resets_the_number_of_hops(again: Reopen) -> None:
    play = wandered().do("Cleo", Resolve(said="sent", answer="told"), again)
    assert play.case.hops == 0
    assert play.do("Ben", take_over()).case.hops == 1


def test_the_hops_of_imported_history_do_not_count() -> None:
    play = ImportedPlay(owner=BEN).record(owner=CLEO).record(owner=BEN).record(owner=CLEO).record(owner=BEN)
    assert (play.case.hops, play.case.moves) == (0, 4)
    play.do("Cleo", take_over())


def test_absences_do_not_count_as_hops() -> None:
    away = Play("Ben").away("Ben", cover="Cleo")
    taken_over = away.do("Cleo", take_over())
    assert (taken_over.owner, taken_over.case.hops, taken_over.case.moves) == ("Cleo", 0, 1)
    assert Play("Ben").away("Ben").do("Ana", Reassign(to=CLEO)).case.hops == 0
    assert Play("Ben").away("Ben").do("Ana", offer(CLEO)).do("Cleo", Accept()).case.hops == 0
    assert Play("Ben").left("Ben").do("Ana", Reassign(to=CLEO)).case.hops == 0
    assert Play("Ben").away("Cleo").do("Dora", take_over()).case.hops == 1


def test_an_undone_hop_does_not_count() -> None:
    assert Play("Ben").do("Cleo", take_over()).undo().case.hops == 0


# Help from a colleague


def test_asking_for_help_changes_neither_owner_nor_level() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="read the contract"))
    assert (play.owner, play.case.level, play.helping) == ("Ben", 0, ["Cleo"])


def test_help_is_asked_of_somebody_else_who_is_here() -> None:
    play = Play("Ben")
    play.refused("Ben", AskHelp(of=BEN, need="x"))
    play.refused("Ana", AskHelp(of=BEN, need="x"))
    play.refused("Ben", AskHelp(of=EVE, need="x"))
    play.wrong("Ben", AskHelp(of=CLEO, need=" "))
    play.away("Cleo").refused("Ben", AskHelp(of=CLEO, need="x"))


def test_a_helper_is_asked_once() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="a"), AskHelp(of=CLEO, need="b"))
    assert play.helping == ["Cleo"]


def test_a_helper_s_part_ends() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="a"), AskHelp(of=DORA, need="b"))
    play.do("Cleo", FinishHelp(said="clause 4 applies"))
    assert play.helping == ["Dora"]
    assert "Helpers: Dora" in told(play.refused("Ben", FinishHelp(who=CLEO)))
    play.do("Ben", FinishHelp(who=DORA))
    assert "Nobody was asked" in play.refused("Ben", FinishHelp()).message


@pytest.mark.parametrize("way", [[offer(CLEO), Accept()], [None, take_over()], [Reassign(to=CLEO), None]])
def test_a_helper_who_becomes_the_owner_helps_no_longer(way: list) -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="a"))
    by_ana, by_cleo = way
    play.do("Ana", *([by_ana] if by_ana else [])).do("Cleo", *([by_cleo] if by_cleo else []))
    assert (play.owner, play.helping) == ("Cleo", [])


def test_help_ends_with_the_case() -> None:
    assert Play("Ben").do("Ben", AskHelp(of=CLEO, need="a"), Resolve(said="done", answer="told")).helping == []


# Who may work here at all


def test_contacts_and_people_who_left_give_no_commands() -> None:
    assert "Eve is a contact" in Play("Ben").refused("Eve", Take()).message
    assert "no longer part of the team" in Play("Ben").left("Cleo").refused("Cleo", Note(text="x")).message


def test_no_move_fits_a_resolved_case() -> None:
    play = Play("Ben").do("Ben", Resolve(said="sent", answer="told"))
    for command in (offer(CLEO), Take(), take_over(), Reassign(to=CLEO), AskHelp(of=CLEO, need="x"), Accept()):
        assert "careconsole reopen 1 --reason WHY" in told(play.refused("Ana", command))
    play.refused("Ana", Escalate(reason="exception", need="x"))


def test_an_agent_who_may_not_reassign_a_case_is_told_what_they_may_do_there() -> None:
    reassign = Reassign(to=DORA)
    assert "Offer it instead: careconsole offer 1" in told(Play("Ben").refused("Ben", reassign))
    of_ben = told(Play("Ben").refused("Cleo", reassign))
    assert "Ben decides about it today. Ask them, or take it over: careconsole take-over 1" in of_ben
    assert "careconsole withdraw 1" in told(Play("Ben").do("Ben", offer(CLEO)).refused("Ben", reassign))


def test_who_was_offered_a_case_is_told_to_accept_it_before_they_work_on_it() -> None:
    offered = Play("Ben").do("Ben", offer(CLEO))
    for command in (Resolve(said="sent", answer="told"), Reassign(to=DORA)):
        refusal = offered.refused("Cleo", command)
        assert "Accept it first: careconsole accept 1" in told(refusal)
        assert "until you accept it: it is offered to you" in f"{refusal.message} {told(refusal)}"


def test_after_too_many_hops_nobody_is_told_to_take_a_case() -> None:
    play = wandered()
    assert told(play.refused("Ben", offer(DORA))) == "Ask them."
    refusal = play.refused("Ben", Take())
    assert refusal.message == "Case 1 has changed owner 3 times; a lead must decide who keeps it."
    assert told(refusal) == "Ask Ana, who leads today."
