"""Visits: coming back, a person sees what others did meanwhile on the cases that concern them."""

from __future__ import annotations

from typing import Any

from careconsole.desk.cases import execution, sweep, undo_redo
from careconsole.desk.console import visits
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.came_back import came_back_words
from careconsole.desk.team import members
from careconsole.desk.team.absence import away_words
from careconsole.domain.case.changes import CheckChange
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.handover import HandOver
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Offer, Withdraw
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise, ReleasePromise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.time.moments import local
from tests.desk.office import HOUR, KETTLE, LOG, Office, line
from tests.intake.mails import mail


def new(office: Office, owner: str | None = "Ben", by: str = "Ana", **said: Any) -> int:
    office.later()
    holder = office.ids[owner] if owner else None
    number = (
        execution.open_case(office.desk(by), OpenCase(**{"subject": "Kettle", "owner": holder, **said})).opened or 0
    )
    if owner and owner != by:  # what is opened for somebody else is offered to them
        execution.execute(office.desk(owner), "accept", Accept(), [number])
    return number


def do(office: Office, who: str, verb: str, command: Command, *numbers: int) -> None:
    office.later()
    execution.execute(office.desk(who), verb, command, list(numbers))


def note(office: Office, who: str, *numbers: int, text: str = "seen") -> None:
    do(office, who, "note", Note(text=text), *numbers)


def news(office: Office, who: str = "Ben", most: int = 200) -> list[tuple[int, str]]:
    since = visits.since(office.desk(who), most)
    return [(one.number, one.event.fact.kind) for one in since.events] if since else []


def leave(office: Office, who: str = "Ben") -> None:
    office.later()
    visits.leave(office.desk(who))


def test_who_was_never_at_a_console_is_told_what_happened_since_they_came_to_the_team(office: Office) -> None:
    """The history says that they were told of what became overdue; this is where."""
    assert visits.since(office.desk("Ben")) is None
    number = promised(office)
    note(office, "Ana", number)
    office.later()
    members.add(office.desk("Ana"), "Rosa", "agent")
    office.ids["Rosa"] = max(office.desk().roster().people)
    office.later()
    members.away(office.desk("Ben"), "Ben", "Rosa")
    office.later(3)
    sweep.sweep(office.desk())
    (late,) = [event.fact for event in office.history(number) if isinstance(event.fact, Overdue)]
    assert office.ids["Rosa"] in late.people
    visits.arrive(office.desk("Rosa"))
    since = visits.since(office.desk("Rosa"))
    assert since is not None
    assert [(one.number, one.event.kind) for one in since.events] == [(number, "overdue")]
    assert since.first
    assert [kind for _, kind in news(office)][-2:] == ["noted", "overdue"], "Ben was never here either"
    leave(office, "Rosa")
    note(office, "Ana", number)
    since = visits.since(office.desk("Rosa"))
    assert since is not None
    assert not since.first


def test_a_contact_who_gets_a_console_missed_nothing_before(office: Office) -> None:
    number = promised(office)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="x", to=office.ids["Eve"]), number)
    office.later()
    members.change(office.desk("Ana"), "Eve", role="agent")
    assert visits.since(office.desk("Eve")) is None
    note(office, "Ben", number)
    assert news(office, "Eve") == [(number, "noted")]


def test_a_case_counts_from_when_it_became_ones_own_until_it_no_longer_was(office: Office) -> None:
    given, offered, taken, helped = (new(office, owner="Cleo") for _ in range(4))
    mine = new(office)
    leave(office)
    for number in (given, offered, taken, helped):
        note(office, "Cleo", number, text="before")
    do(office, "Ana", "reassign", Reassign(to=office.ids["Ben"]), given)
    do(office, "Cleo", "offer", Offer(to=office.ids["Ben"], reason="knows it"), offered)
    do(office, "Cleo", "ask", AskHelp(of=office.ids["Ben"], need="read it"), helped)
    do(office, "Ana", "reassign", Reassign(to=office.ids["Ben"]), taken)
    for number in (given, offered, taken, helped):
        note(office, "Ana", number, text="meanwhile")
    for number in (taken, mine):
        do(office, "Ana", "reassign", Reassign(to=office.ids["Dora"]), number)
        note(office, "Dora", number, text="after")
    found = news(office)
    assert [kind for number, kind in found if number == given] == ["reassigned", "noted"]
    assert [kind for number, kind in found if number == offered] == ["offered", "noted"]
    assert [kind for number, kind in found if number == helped] == ["help asked", "noted"]
    assert [kind for number, kind in found if number == taken] == ["reassigned", "noted", "reassigned"]
    assert [kind for number, kind in found if number == mine] == ["reassigned"]


def test_the_cases_of_somebody_away_count_from_when_one_acts_for_them(office: Office) -> None:
    number, helped = new(office, owner="Cleo"), new(office, owner="Cleo")
    do(office, "Cleo", "ask", AskHelp(of=office.ids["Ben"], need="read it"), helped)
    leave(office)
    note(office, "Cleo", number, helped)
    office.later()
    members.away(office.desk("Cleo"), "Cleo", "Ben")
    note(office, "Ana", number, helped)
    found = news(office)
    assert [kind for one, kind in found if one == number] == ["noted"]
    assert [kind for one, kind in found if one == helped] == ["noted", "noted"]


def test_a_case_that_was_given_by_mistake_counts_until_that_was_undone(office: Office) -> None:
    number = new(office, owner="Cleo")
    leave(office)
    do(office, "Ana", "reassign", Reassign(to=office.ids["Ben"]), number)
    undo_redo.undo(office.desk("Ana"))
    note(office, "Cleo", number)
    assert [kind for _, kind in news(office)] == ["reassigned", "undone"]


def test_a_helper_who_becomes_the_owner_sees_all_of_it(office: Office) -> None:
    number = new(office, owner="Cleo")
    do(office, "Cleo", "ask", AskHelp(of=office.ids["Ben"], need="read it"), number)
    leave(office)
    note(office, "Cleo", number)
    do(office, "Ana", "reassign", Reassign(to=office.ids["Ben"]), number)
    assert [kind for _, kind in news(office)] == ["noted", "reassigned"]


def test_ones_own_resolved_case_that_an_undo_opened_again_is_told_even_if_it_ended_again(office: Office) -> None:
    undone, redone = new(office), new(office)
    done = Resolve(said="done", answer="told")
    do(office, "Ana", "resolve", done, undone)
    do(office, "Dora", "resolve", done, redone)
    leave(office)
    office.later()
    undo_redo.undo(office.desk("Ana"))
    do(office, "Ana", "resolve", done, undone)
    office.later()
    undo_redo.undo(office.desk("Dora"))
    undo_redo.redo(office.desk("Dora"))
    found = news(office)
    assert [kind for number, kind in found if number == undone] == ["undone", "resolved"]
    assert [kind for number, kind in found if number == redone] == ["undone", "redone"]


def test_what_others_did_on_ones_cases_is_told_the_newest_last(office: Office) -> None:
    case, other = new(office, subject="Kettle cracked"), new(office, "Cleo")
    note(office, "Ana", case)
    leave(office)
    left = office.now
    assert visits.since(office.desk("Ben")) is None
    note(office, "Ana", case, other, text="called Carla")
    note(office, "Ben", case, text="his own")
    do(office, "Cleo", "log", LogMessage(text="soon"), case)
    since = visits.since(office.desk("Ben"))
    assert since is not None
    assert (since.left_at, since.opened, since.more) == (left, [], 0)
    assert [(one.number, one.subject, one.event) for one in since.events] == [
        (case, "Kettle cracked", office.history(case)[n]) for n in (-3, -1)
    ]


def test_the_newest_are_told_and_the_rest_counted(office: Office) -> None:
    case = new(office)
    leave(office)
    for n in range(5):
        note(office, "Ana", case, text=str(n))
    since = visits.since(office.desk("Ben"), most=2)
    assert since is not None
    assert [one.event.number for one in since.events] == [event.number for event in office.history(case)[-2:]]
    assert since.more == 3


def test_a_case_concerns_the_person_called_and_their_cover(office: Office) -> None:
    asked, offered, raised, covered, untaken = (new(office, "Ben") for _ in range(5))
    leave(office, "Cleo")
    leave(office, "Dora")
    leave(office, "Ana")
    do(office, "Ben", "ask", AskHelp(of=office.ids["Cleo"], need="read it"), asked)
    do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it", next="call"), offered)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="x", to=office.ids["Dora"]), raised)
    do(office, "Ana", "reassign", Reassign(to=None), untaken)
    assert news(office, "Cleo") == [(asked, "help asked"), (offered, "offered")]
    assert news(office, "Dora") == [(raised, "escalated")]
    note(office, "Ben", untaken)
    assert news(office, "Ana") == [(untaken, "noted")]
    members.away(office.desk("Ben"), "Ben", "Cleo")
    note(office, "Ana", covered)
    assert news(office, "Cleo")[-1] == (covered, "noted")


def test_a_case_that_was_taken_away_or_resolved_meanwhile_is_told(office: Office) -> None:
    moved, resolved = new(office), new(office)
    leave(office)
    do(office, "Ana", "reassign", Reassign(to=office.ids["Cleo"]), moved)
    do(office, "Ana", "resolve", Resolve(said="sent a lid", answer="told"), resolved)
    assert {number for number, _ in news(office)} == {moved, resolved}
    leave(office)
    note(office, "Cleo", moved)
    assert news(office) == [], "it was no longer his when he left again"


def test_a_case_that_was_theirs_for_a_time_meanwhile_is_told(office: Office) -> None:
    cleo, ben = office.ids["Cleo"], office.ids["Ben"]
    given, worked_on, offered, never = (new(office, owner="Cleo") for _ in range(4))
    leave(office)
    for number in (given, worked_on):
        do(office, "Ana", "reassign", Reassign(to=ben), number)
    do(office, "Ben", "promise", Promise(text="a call", due=office.now + 5 * HOUR), worked_on)
    do(office, "Cleo", "offer", Offer(to=ben, reason="knows it"), offered)
    do(office, "Ben", "accept", Accept(), offered)
    for number in (given, worked_on, offered):
        do(office, "Ana", "reassign", Reassign(to=cleo), number)
    note(office, "Ana", never)
    assert {number for number, _ in news(office)} == {given, worked_on, offered}
    assert news(office).count((worked_on, "reassigned")) == 2
    leave(office)
    assert news(office) == [], "they were no longer his when he left again"


def test_all_cases_that_others_opened_are_new_while_they_are_open(office: Office) -> None:
    leave(office)
    execution.open_case(office.desk("Ben"), OpenCase(subject="His own"))
    taken_back = execution.open_case(office.desk("Ana"), OpenCase(subject="A mistake")).opened
    undo_redo.undo(office.desk("Ana"))
    first = new(office, "Cleo", "Cleo")
    do(office, "Cleo", "resolve", Resolve(said="done", answer="told"), first)
    assert visits.since(office.desk("Ben")) is None, "nothing that was opened is in the queue"
    followed = execution.follow_up(office.desk("Cleo"), first, FollowUp(subject="Another matter")).opened
    office.box()
    office.mail(mail("It leaks."))
    mailed = max(case_queries.numbers(office.desk(), ""))
    since = visits.since(office.desk("Ben"))
    assert taken_back is not None
    assert since is not None
    assert (since.opened, since.events) == ([followed, mailed], [])
    assert mailed != followed


def test_an_import_is_news_only_where_it_changed_a_case_of_theirs(office: Office) -> None:
    office.bring(line("A", 1, owner="Ben", subject="Kettle"), line("B", 1, owner="Cleo", subject="Lid"), file="1.csv")
    leave(office)
    office.later()
    office.bring(
        line("A", 2, owner="Ben", status="parked"),
        line("B", 2, owner="Cleo", status="parked"),
        line("C", 1, owner="Ben", subject="Spout"),
        file="2.csv",
    )
    mine, fresh = office.known_as("A").number, office.known_as("C").number
    assert news(office) == [(mine, "recorded")]
    note(office, "Ana", fresh)
    assert news(office) == [(mine, "recorded"), (fresh, "noted")]


def test_an_import_alone_of_cases_of_others_is_nothing(office: Office) -> None:
    leave(office)
    office.later()
    office.bring(*LOG, line("D", 1, owner="Ben", subject="His, and new"))
    assert visits.since(office.desk("Ben")) is None


def test_lines_put_into_another_order_and_lines_too_late_are_no_news(office: Office) -> None:
    office.bring(line("A", 1, owner="Ben", subject="Kettle"), line("A", 5, owner="Ben", level=1), file="1.csv")
    case = office.known_as("A").number
    leave(office)
    office.later()
    office.bring(line("A", 3, owner="Ben", status="parked"), file="2.csv")
    since = visits.since(office.desk("Ben"))
    assert since is not None
    assert [one.event.number for one in since.events] == [2], "the line woven in, not those around it"
    note(office, "Ben", case)
    leave(office)
    office.later()
    office.bring(line("A", 4, owner="Ben", status="open"), file="3.csv")
    assert office.kinds(case)[-1] == "recorded"
    assert visits.since(office.desk("Ben")) is None


def test_a_case_that_was_rolled_back_meanwhile_is_passed_over(office: Office) -> None:
    report = office.bring(*KETTLE, line("D", 1, owner="Ben", subject="His"))
    leave(office)
    roll_back(office.desk(), report.batch or 0)
    assert visits.since(office.desk("Ben")) is None
    assert office.sound()


def test_either_way_of_looking_finds_the_same(office: Office, monkeypatch: Any) -> None:
    cases = [new(office) for _ in range(3)]
    leave(office)
    for case in cases:
        note(office, "Ana", case)
    found = []
    for events in (0, 1000):
        monkeypatch.setattr("careconsole.store.team.console_state._EVENTS_OF_A_CASE", events)
        found.append(news(office))
    assert found[0] == found[1] == [(case, "noted") for case in cases]


def test_everybody_leaves_for_themselves_and_the_last_time_counts(office: Office) -> None:
    case = new(office)
    leave(office, "Cleo")
    note(office, "Ana", case)
    leave(office)
    note(office, "Ana", case)
    assert news(office) == [(case, "noted")]
    since = visits.since(office.desk("Ben"))
    assert since is not None
    assert since.left_at > 0
    assert visits.since(office.desk("Cleo")) is None


def changed(office: Office) -> int:
    """A case of Ben's whose review asked Cleo for a change, which she made nine days ago."""
    number = new(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="a refund", cause="refund limit"), number)
    due = office.now + 5 * 24 * HOUR
    ended = Deescalate(decided="refund it", change="refund up to 200", owner=office.ids["Cleo"], due=due)
    do(office, "Ana", "de-escalate", ended, number)
    do(office, "Cleo", "done", CompleteAction(), number)
    do(office, "Ben", "resolve", Resolve(said="refunded", answer="told"), number)
    office.later(9 * 24)
    return number


def again(office: Office) -> int:
    number = new(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="a refund", cause="refund limit"), number)
    return number


def test_who_made_a_change_and_was_away_is_told_that_its_cause_came_back(office: Office) -> None:
    """Without an address, and with no console open, they see it when they look."""
    first = changed(office)
    for name in ("Cleo", "Ana"):
        leave(office, name)
    number = again(office)
    for name in ("Cleo", "Ana"):
        since = visits.since(office.desk(name))
        assert since is not None
        assert (number, "came up again") in [(one.number, one.event.fact.kind) for one in since.events]
    assert [one for one in news(office, "Cleo") if one[0] != number] == []
    assert came_back_words(office.desk("Cleo")) == [
        f'The cause came back 9 days after your change from case {first} "refund up to 200" was made:'
        f" case {number} (Kettle)."
    ]
    assert "Cleo's change" in came_back_words(office.desk("Ana"))[0], "the lead on duty"
    assert came_back_words(office.desk("Ben")) == [], "who called for help was told then"
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it", came_back="did not hold"), number)
    assert came_back_words(office.desk("Cleo")) == came_back_words(office.desk("Ana")) == [], "it is decided"
    assert news(office, "Cleo") == [(number, "came up again"), (first, "action checked")]


def test_a_change_that_was_given_to_somebody_else_or_moved_by_a_merge_is_told_to_who_makes_it(office: Office) -> None:
    first, other = changed(office), new(office)
    do(office, "Ana", "merge", Merge(into=other), first)
    do(office, "Ana", "hand-over", HandOver(of=office.ids["Cleo"], to=office.ids["Ben"]), other)
    number = again(office)
    moved = new(office)
    do(office, "Ben", "merge", Merge(into=moved), number)
    assert came_back_words(office.desk("Cleo")) == []
    (words,) = came_back_words(office.desk("Ana"))
    assert f"Ben's change from case {other}" in words
    assert words.endswith(f"case {moved} (Kettle).")


def test_a_change_that_was_checked_since_is_not_told(office: Office) -> None:
    first = changed(office)
    again(office)
    do(office, "Cleo", "check-change", CheckChange(verdict="cannot tell"), first)
    assert came_back_words(office.desk("Cleo")) == []


def promised(office: Office) -> int:
    """A case of Ben's with a promise that is due in an hour."""
    number = new(office)
    do(office, "Ben", "log", LogMessage(text="soon"), number)
    do(office, "Ben", "promise", Promise(text="call back", due=office.now + HOUR + HOUR), number)
    return number


def became(office: Office, who: str) -> list[str]:
    since = visits.since(office.desk(who))
    assert since is not None
    return [one.became for one in since.events if isinstance(one.event.fact, Overdue)]


def test_everybody_of_whom_the_history_says_that_they_were_told_of_something_overdue_sees_it(office: Office) -> None:
    number = promised(office)
    for name in ("Ana", "Cleo", "Dora"):
        leave(office, name)
    members.away(office.desk("Ben"), "Ben", "Cleo")
    office.later(3)
    sweep.sweep(office.desk())
    (late,) = [event.fact for event in office.history(number) if isinstance(event.fact, Overdue)]
    assert set(late.people) == {office.ids["Cleo"], office.ids["Ana"]}, "for Ben, and as the lead on duty"
    members.back(office.desk("Ben"), "Ben")  # by now it is no business of Cleo's
    for name in ("Ana", "Cleo"):
        since = visits.since(office.desk(name))
        assert since is not None
        assert [(one.number, one.event.kind) for one in since.events] == [(number, "overdue")]
        assert (since.on_cases, since.others, since.others_more) == (0, 1, 0)
    assert visits.since(office.desk("Dora")) is None
    assert became(office, "Ana") == [""]
    do(office, "Ben", "keep", KeepPromise(), number)
    assert became(office, "Ana") == [f"Kept at {local(office.now, office.now)}."]
    undo_redo.undo(office.desk("Ben"))
    assert became(office, "Ana") == [""]
    due = office.now + 3 * HOUR
    do(office, "Ben", "move", MovePromise(due=due, told=True, reason="ill"), number)
    assert became(office, "Ana") == [f"Moved to {local(due, office.now)}."]
    do(office, "Ben", "release", ReleasePromise(reason="not needed"), number)
    assert became(office, "Ana") == ["The customer released us from it."]


def test_of_a_resolved_case_nothing_is_due_any_more_and_the_earlier_ones_are_counted(office: Office) -> None:
    numbers = [promised(office) for _ in range(3)]
    leave(office, "Ana")
    office.later(3)
    sweep.sweep(office.desk())
    do(office, "Ben", "resolve", Resolve(said="done", answer="told", promises="broken"), *numbers)
    since = visits.since(office.desk("Ana"), most=2)
    assert since is not None
    assert (since.others, since.others_more) == (2, 1)
    assert [one.became for one in since.events] == ["No longer due."] * 2


def test_of_several_clocks_that_ran_out_each_that_ended_is_named(office: Office) -> None:
    number = new(office)
    do(office, "Ben", "promise", Promise(text="call back", due=office.now + HOUR + HOUR), number)
    leave(office, "Ana")
    office.later(24)
    sweep.sweep(office.desk())
    do(office, "Ben", "keep", KeepPromise(), number)
    kept = local(office.now, office.now)
    assert became(office, "Ana") == [f'Promise "call back": kept at {kept}.']
    do(office, "Ben", "log", LogMessage(text="here"), number)
    assert became(office, "Ana") == [
        f'Promise "call back": kept at {kept}. First answer: done at {local(office.now, office.now)}.'
    ]


def test_who_leads_is_told_who_went_away_and_until_when(office: Office) -> None:
    leave(office, "Ana")
    leave(office, "Ben")
    assert visits.since(office.desk("Ana")) is None
    office.later(1)
    members.away(office.desk("Cleo"), "Cleo", "Dora", office.now + 24 * HOUR)
    since = visits.since(office.desk("Ana"))
    assert since is not None
    (cleo,) = since.away
    expected = f"away, expected back {local(office.now + 24 * HOUR, office.now)}, Dora covers"
    assert (cleo.name, away_words(cleo, office.desk().roster(), office.now)) == ("Cleo", expected)
    assert visits.since(office.desk("Ben")) is None, "only leads are told"
    members.back(office.desk("Cleo"), "Cleo")
    assert visits.since(office.desk("Ana")) is None


def test_who_acts_for_somebody_is_told_that_they_went_away(office: Office) -> None:
    leave(office, "Ben")
    leave(office, "Dora")
    office.later(1)
    members.away(office.desk("Cleo"), "Cleo", "Ben")
    since = visits.since(office.desk("Ben"))
    assert since is not None
    assert [one.name for one in since.away] == ["Cleo"]
    members.away(office.desk("Ana"), "Cleo", "Ana")
    assert visits.since(office.desk("Ben")) is None


def test_a_case_that_is_only_offered_is_not_among_ones_own(office: Office) -> None:
    number = new(office, "Ben")
    leave(office, "Cleo")
    do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), number)
    since = visits.since(office.desk("Cleo"))
    assert since is not None
    assert (since.on_cases, since.others) == (0, 1)
    do(office, "Cleo", "accept", Accept(), number)
    since = visits.since(office.desk("Cleo"))
    assert since is not None
    assert (since.on_cases, since.others) == (1, 0), "now it is theirs"


def test_who_was_asked_and_was_away_is_told_that_the_offer_is_off(office: Office) -> None:
    before, after, never = new(office), new(office), new(office)
    offer = Offer(to=office.ids["Cleo"], reason="knows it")
    do(office, "Ben", "offer", offer, before)
    leave(office, "Cleo")
    leave(office, "Dora")
    do(office, "Ben", "offer", offer, after)
    do(office, "Ben", "withdraw", Withdraw(), after)
    do(office, "Ben", "resolve", Resolve(said="done", answer="told"), before, never)
    assert news(office, "Cleo") == [(after, "offered"), (after, "withdrawn"), (before, "resolved")]
    assert news(office, "Dora") == []


def test_a_lead_sees_which_customers_got_no_answer_and_nobody_else_does(office: Office) -> None:
    waits, told = new(office, "Cleo"), new(office, "Cleo")
    for number in (waits, told):
        do(office, "Cleo", "log", LogMessage(text="Where is it?", inbound=True), number)
    leave(office, "Ana")
    leave(office, "Dora")
    leave(office, "Ben")
    do(office, "Cleo", "resolve", Resolve(said="gone", answer="unanswered"), waits)
    do(office, "Cleo", "resolve", Resolve(said="sent", answer="told"), told)
    assert news(office, "Ana") == [(waits, "resolved")]
    assert news(office, "Ben") == []
    since = visits.since(office.desk("Ana"))
    assert since is not None
    assert since.others == 1
    sentence = since.events[0].event.sentence(Narrator(office.desk().roster()))
    assert sentence == "Cleo resolved it: gone (the customer was not answered)"
