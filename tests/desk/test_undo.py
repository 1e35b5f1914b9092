"""Undo and redo: one's own last command, on all its cases, as long as nobody else has gone on from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from careconsole.commands import VERBS
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.playbooks import writing
from careconsole.desk.team import customers, escalation_paths, members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import Nudge
from careconsole.domain.case.changes import CheckChange, DropChange, MoveChange
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import Edit, Tag
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.files import Attach
from careconsole.domain.case.handover import HandOver
from careconsole.domain.case.helpers import AskHelp, FinishHelp
from careconsole.domain.case.lessons import Agree, Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Decline, Offer, Withdraw
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.ownership import Reassign, Take, TakeOver
from careconsole.domain.case.parking import Park, Unpark
from careconsole.domain.case.playbook_steps import TickStep
from careconsole.domain.case.playbook_use import DecideByPlaybook, RatePlaybook, UsePlaybook
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise, ReleasePromise
from careconsole.domain.case.ratings import Rate
from careconsole.domain.case.replies import Reply
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.case.spam import Spam
from careconsole.domain.case.splitting import Split
from careconsole.domain.case.state import VOID
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.playbook.content import Authority, Content
from careconsole.domain.time.moments import local
from careconsole.store.cases.case_rows import COLUMNS
from tests.desk.office import HOUR, Office, line

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

Step = tuple[str, str, Command]
"""Who, which verb, and the command."""


def opened(office: Office, by: str = "Ben", owner: str | None = "Ben", **new: Any) -> int:
    office.later()
    holder = office.ids[owner] if owner else None
    command = OpenCase(**{"subject": "Kettle", "channel": "email", "owner": holder, **new})
    number = execution.open_case(office.desk(by), command).opened
    assert number is not None
    return number


def do(office: Office, who: str, verb: str, command: Command, *numbers: int) -> execution.Outcome:
    office.later()
    return execution.execute(office.desk(who), verb, command, list(numbers))


def undo(office: Office, who: str) -> execution.Outcome:
    office.later()
    return undo_redo.undo(office.desk(who))


def redo(office: Office, who: str) -> execution.Outcome:
    office.later()
    return undo_redo.redo(office.desk(who))


def stands(office: Office) -> dict[int, Any]:
    """Every case as it stands, its row and its outside names; its version and the time of its last event aside."""
    aside = {"version", "changed_at", "state"}
    columns = [name for name in COLUMNS if name not in aside]
    rows = office.store.engine.fetch_all(f"select {', '.join(columns)} from cases")
    names = office.store.engine.fetch_all("select case_id, source, external_id from external_ids order by 1, 2, 3")
    return {
        row[0]: (
            row,
            replace(office.case(row[0]), version=0, changed_at=0),
            [name[1:] for name in names if name[0] == row[0]],
        )
        for row in rows
    }


class Scene:
    """What comes before a command, who gives it, and the command itself, on case 1 (case 2 is there for merging)."""

    def __init__(self, who: str, command: Command, *before: Step, owner: str | None = "Ben") -> None:
        self.who = who
        self.command = command
        self.before = before
        self.owner = owner


def scenes(office: Office) -> dict[str, Scene]:
    ids = office.ids
    offered = ("Ben", "offer", Offer(to=ids["Cleo"], reason="knows it", next="call"))
    asked = ("Ben", "ask", AskHelp(of=ids["Cleo"], need="read it"))
    raised = ("Ben", "escalate", Escalate(reason="authority", need="a discount", cause="price"))
    soon = office.now + 100 * HOUR
    acknowledged = ("Ana", "acknowledge", Acknowledge(until=soon))
    review = Review(cause="price", change="a price list", owner=ids["Ben"], due=soon)
    rare = ("Ben", "review", Review(cause="price", nothing_because="rare"))
    made = raised, ("Ben", "review", review), ("Ben", "done", CompleteAction())
    promised = ("Ben", "promise", Promise(text="a call", due=soon))
    wrote = ("Ben", "log", LogMessage(text="where is it?", inbound=True))
    settled = ("Ben", "resolve", Resolve(said="sent a new one", answer="told"))
    parked = ("Ben", "park", Park(on="customer", until=soon))
    return {
        "take": Scene("Cleo", Take(), owner=None),
        "offer": Scene("Ben", offered[2]),
        "accept": Scene("Cleo", Accept(), offered),
        "decline": Scene("Cleo", Decline(reason="on leave", instead=ids["Dora"]), offered),
        "withdraw": Scene("Ben", Withdraw(), offered),
        "take-over": Scene("Cleo", TakeOver(reason="Ben is out"), offered),
        "reassign": Scene("Ana", Reassign(to=ids["Cleo"]), offered),
        "hand-over": Scene(
            "Dora",
            HandOver(of=ids["Ben"], to=ids["Cleo"]),
            offered,
            asked,
            promised,
            raised,
            ("Ben", "review", review),
        ),
        "ask": Scene("Ben", asked[2]),
        "helped": Scene("Cleo", FinishHelp(said="clause 4"), asked),
        "escalate": Scene("Ben", raised[2]),
        "acknowledge": Scene("Ana", acknowledged[2], raised),
        "nudge": Scene("Ben", Nudge(said="please"), raised),
        "skip": Scene("Ben", Skip(reason="no answer", to=ids["Eve"]), raised),
        "de-escalate": Scene("Ana", Deescalate(decided="ten per cent"), raised, acknowledged),
        "review": Scene("Ben", review, raised),
        "agree": Scene("Ana", Agree(), *[raised, ("Ana", "de-escalate", Deescalate(decided="no")), rare] * 3),
        "done": Scene("Ben", CompleteAction(said="printed"), raised, ("Ben", "review", review)),
        "check-change": Scene("Ben", CheckChange(verdict="works", said="none came"), *made),
        "move-change": Scene("Ben", MoveChange(due=soon + HOUR, reason="the printer"), *made),
        "drop-change": Scene("Ben", DropChange(because="another price"), raised, ("Ben", "review", review)),
        "use": Scene("Ben", UsePlaybook(playbook=1)),
        "tick": Scene("Ben", TickStep(step=1), ("Ben", "use", UsePlaybook(playbook=1))),
        "decide": Scene("Ben", DecideByPlaybook(playbook=1, said="refunded", amount="30")),
        "fit": Scene("Cleo", RatePlaybook(fit="partly"), ("Ben", "use", UsePlaybook(playbook=1))),
        "log": Scene("Ben", LogMessage(text="on its way"), wrote),
        "reply": Scene("Ben", Reply(text="on its way", to="ida@home.example", then="resolve"), wrote),
        "reclassify": Scene("Ben", Reclassify(message=2, sort="thanks"), wrote),
        "rate": Scene("Cleo", Rate(rating="partly", said="it came late", channel="email"), settled),
        "promise": Scene("Ben", promised[2]),
        "keep": Scene("Ben", KeepPromise(said="called"), promised),
        "move": Scene("Ben", MovePromise(due=soon + HOUR, told=True, reason="the post"), promised),
        "release": Scene("Ben", ReleasePromise(reason="came by"), promised),
        "note": Scene("Ben", Note(text="a good customer")),
        "spam": Scene("Ben", Spam()),
        "attach": Scene("Ben", Attach(file=__file__)),
        "park": Scene("Ben", parked[2], promised),
        "unpark": Scene("Ben", Unpark(), parked),
        "resolve": Scene(
            "Ben", Resolve(said="sent it", answer="told", promises="kept"), offered, asked, promised, parked
        ),
        "reopen": Scene("Ben", Reopen(reason="broke again"), settled),
        "merge": Scene("Ana", Merge(into=2), raised, promised, wrote),
        "split": Scene("Ben", Split(first=2), wrote, promised),
        "edit": Scene("Ben", Edit(subject="Kettle cracked", priority="high", channel="phone")),
        "tag": Scene("Ben", Tag(add=("lid",), remove=("kettle",))),
    }


def test_every_verb_has_a_scene(office: Office) -> None:
    assert scenes(office).keys() == {verb.id for verb in VERBS}


@pytest.mark.parametrize("verb", [verb.id for verb in VERBS])
def test_every_command_can_be_undone_and_redone(office: Office, verb: str) -> None:
    scene = scenes(office)[verb]
    opened(office, "Ben", scene.owner, external=("shop", "K-1"), tags=("kettle",))
    opened(office, "Ana", "Ana", external=("shop", "K-2"))
    office.box()
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ana"), Content(title="Kettles", steps=("look",), may=may))
    for who, before, command in scene.before:
        do(office, who, before, command, 1)
    start = stands(office)
    do(office, scene.who, verb, scene.command, 1)
    done = stands(office)
    assert done != start or verb == "note"
    for _ in range(2):
        assert undo(office, scene.who).turned == verb
        now = stands(office)
        assert {number: now[number] for number in start} == start
        assert all(office.case(number).status == VOID for number in now.keys() - start.keys())
        assert redo(office, scene.who).turned == verb
        assert stands(office) == done
    assert office.kinds(1)[-4:] == ["undone", "redone", "undone", "redone"], "the history keeps all of it"
    assert office.sound()


# What touches several cases


def test_an_undone_opening_leaves_no_case(office: Office) -> None:
    number = opened(office, external=("shop", "K-1"), owner="Cleo")
    before = stands(office)
    undo(office, "Ben")
    assert office.case(number).status == VOID
    assert office.store.cases.by_external("shop", "K-1") is None
    with pytest.raises(Refused, match="was undone"):
        do(office, "Ana", "note", Note(text="hello?"), number)
    redo(office, "Ben")
    assert stands(office) == before
    undo(office, "Ben")
    assert opened(office) == number + 1, "a number is never given twice"
    assert office.sound()


def test_an_opening_cannot_come_back_when_its_name_is_another_case_now(office: Office) -> None:
    opened(office, external=("shop", "K-1"))
    undo(office, "Ben")
    other = opened(office, "Cleo", "Cleo", external=("shop", "K-1"))
    with pytest.raises(Refused, match=f"shop:K-1 is now case {other}"):
        redo(office, "Ben")
    assert office.sound()


def test_a_follow_up_is_undone_on_both_cases(office: Office) -> None:
    first = opened(office)
    before = stands(office)
    office.later()
    second = execution.follow_up(office.desk("Ben"), first, FollowUp(subject="The lid")).opened or 0
    after = stands(office)
    assert office.case(first).followed_by == (second,)
    undo(office, "Ben")
    assert (office.case(first).followed_by, office.case(second).status) == ((), VOID)
    assert stands(office)[first] == before[first]
    redo(office, "Ben")
    assert stands(office) == after


def test_an_undone_merge_gives_both_cases_their_names_back(office: Office) -> None:
    loser, winner = opened(office, external=("shop", "K-1")), opened(office, external=("shop", "K-2"))
    do(office, "Ben", "merge", Merge(into=winner), loser)
    assert office.store.cases.by_external("shop", "K-1") == winner
    undo(office, "Ben")
    assert [office.store.cases.by_external("shop", name) for name in ("K-1", "K-2")] == [loser, winner]
    redo(office, "Ben")
    assert office.store.cases.by_external("shop", "K-1") == winner
    undo(office, "Ben")
    do(office, "Ben", "merge", Merge(into=loser), winner)
    assert [office.store.cases.by_external("shop", name) for name in ("K-1", "K-2")] == [loser, loser]
    undo(office, "Ben")
    assert [office.store.cases.by_external("shop", name) for name in ("K-1", "K-2")] == [loser, winner]
    assert office.sound()


def test_a_merge_stays_when_somebody_works_on_the_case_that_goes_on(office: Office) -> None:
    loser, winner = opened(office), opened(office)
    do(office, "Ben", "merge", Merge(into=winner), loser)
    do(office, "Cleo", "log", LogMessage(text="we know"), loser)  # leads to the winner
    before = stands(office)
    with pytest.raises(Refused, match=f"Case {winner} has changed since: Cleo recorded"):
        undo(office, "Ben")
    assert stands(office) == before


def test_a_bulk_is_undone_as_one(office: Office) -> None:
    numbers = [opened(office) for _ in range(3)]
    before = stands(office)
    do(office, "Ben", "tag", Tag(add=("lid",)), *numbers)
    after = stands(office)
    assert undo(office, "Ben").cases == tuple(numbers)
    assert stands(office) == before
    redo(office, "Ben")
    assert stands(office) == after


def test_a_bulk_is_undone_whole_or_not_at_all(office: Office) -> None:
    numbers = [opened(office) for _ in range(3)]
    do(office, "Ben", "tag", Tag(add=("lid",)), *numbers)
    do(office, "Cleo", "log", LogMessage(text="soon"), numbers[1])
    before = stands(office)
    commands = office.store.engine.fetch_all("select count(*) from commands")
    with pytest.raises(Refused, match=f"Case {numbers[1]} has changed since: Cleo"):
        undo(office, "Ben")
    assert stands(office) == before
    assert office.store.engine.fetch_all("select count(*) from commands") == commands


def test_cases_that_were_refused_are_not_undone(office: Office) -> None:
    mine, other = opened(office), opened(office, "Cleo", "Cleo")
    office.later()
    execution.execute(
        office.desk("Ben"), "resolve", Resolve(said="done", answer="told"), [mine, other], skip_refused=True
    )
    assert undo(office, "Ben").cases == (mine,)
    assert len(office.history(other)) == 1


# What is said of how a case stands then


def said(outcome: execution.Outcome, number: int) -> str:
    return outcome.stands.get(number, "")


def test_it_is_said_that_a_case_is_parked_again_or_no_longer_and_not_that_it_is_open(office: Office) -> None:
    number = opened(office)
    until = office.now + 100 * HOUR
    parked = f"It is parked again, until {local(until, office.now)}."
    assert not said(do(office, "Ben", "park", Park(on="customer", until=until), number), number)
    do(office, "Ben", "resolve", Resolve(said="done", answer="told"), number)
    assert said(undo(office, "Ben"), number) == parked
    assert said(redo(office, "Ben"), number) == "It is resolved again."
    undo(office, "Ben")
    do(office, "Ben", "log", LogMessage(text="where is it?", inbound=True), number)
    assert office.case(number).parked is None, "the customer got in touch"
    assert said(undo(office, "Ben"), number) == parked
    assert said(redo(office, "Ben"), number) == "It is no longer parked."
    undo(office, "Ben")
    do(office, "Ben", "resolve", Resolve(said="done", answer="told"), number)
    office.later(200)
    assert (
        said(undo(office, "Ben"), number) == f"It is parked again, until {local(until, office.now)}, which has passed."
    )
    assert not said(undo(office, "Ben"), number), "what it took back was the parking"
    assert office.case(number).parked is None


def test_it_is_said_that_a_merged_case_is_parked_again(office: Office) -> None:
    loser, winner = opened(office), opened(office)
    do(office, "Ben", "park", Park(on="customer", until=office.now + 100 * HOUR), loser)
    do(office, "Ben", "merge", Merge(into=winner), loser)
    outcome = undo(office, "Ben")
    assert said(outcome, loser).startswith("It is parked again, until ")
    assert not said(outcome, winner)
    assert said(redo(office, "Ben"), loser) == "It is merged again."


# What others did


OTHERS: list[tuple[str, Callable[[Office], Command], str]] = [
    ("log", lambda office: LogMessage(text="we are on it"), "Cleo recorded a message to the customer"),
    ("log", lambda office: LogMessage(text="thanks", inbound=True), "Cleo recorded thanks"),
    ("tag", lambda office: Tag(add=("vip",)), r"Cleo tagged it \+vip"),
    ("edit", lambda office: Edit(subject="Lid"), "Cleo corrected subject: Lid"),
    ("take-over", lambda office: TakeOver(reason="Ben is out"), "Cleo took it over: Ben is out"),
    ("promise", lambda office: Promise(text="a call", due=office.now + 9 * HOUR), "Cleo promised"),
    ("ask", lambda office: AskHelp(of=office.ids["Dora"], need="a look"), "Cleo asked Dora to help"),
    ("escalate", lambda office: Escalate(reason="customer request", need="a word"), "Cleo escalated it to Ana"),
]


@pytest.mark.parametrize(("verb", "command", "told"), OTHERS)
def test_what_somebody_else_went_on_from_stays_and_they_are_named(
    office: Office, verb: str, command: Callable[[Office], Command], told: str
) -> None:
    number = opened(office)
    do(office, "Ben", "tag", Tag(add=("lid",)), number)
    do(office, "Cleo", verb, command(office), number)
    before = stands(office)
    with pytest.raises(Refused, match=f"Case {number} has changed since: {told}") as caught:
        undo(office, "Ben")
    assert str(caught.value.hint) == "Your command can no longer be undone; do the opposite instead."
    assert stands(office) == before


def test_what_can_no_longer_be_redone_says_so(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "tag", Tag(add=("lid",)), number)
    undo(office, "Ben")
    do(office, "Cleo", "edit", Edit(subject="Lid"), number)
    before = stands(office)
    with pytest.raises(Refused, match=f"Case {number} has changed since: Cleo corrected") as caught:
        redo(office, "Ben")
    assert str(caught.value.hint) == "Your command can no longer be redone; give it again."
    assert stands(office) == before


def test_what_others_did_is_told_with_times_as_people_read_them(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), number)
    office.now += 15_298
    until = office.now + 30 * HOUR + 27
    do(office, "Ana", "acknowledge", Acknowledge(until=until), number)
    told = f"Ana acknowledged it, next update by {local(until, office.now)}"
    with pytest.raises(Refused) as refused:
        undo(office, "Ben")
    assert refused.value.message == f"Case {number} has changed since: {told}."
    with pytest.raises(Conflict) as conflict:
        execution.execute(office.desk("Ben"), "resolve", Resolve(said="done", answer="told"), [number], seen=2)
    assert f"since you saw it: {told}." in conflict.value.message


def test_a_note_of_somebody_else_does_not_stand_in_the_way(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "tag", Tag(add=("lid",)), number)
    do(office, "Cleo", "note", Note(text="looks right"), number)
    undo(office, "Ben")
    assert office.case(number).tags == ()
    redo(office, "Ben")
    assert office.case(number).tags == ("lid",)


def test_what_somebody_else_took_back_does_not_stand_in_the_way(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "tag", Tag(add=("lid",)), number)
    do(office, "Cleo", "log", LogMessage(text="sorry, wrong case"), number)
    undo(office, "Cleo")
    undo(office, "Ben")
    assert office.case(number).tags == ()


def test_an_undo_stays_when_somebody_went_on_from_it(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "resolve", Resolve(said="done", answer="told"), number)
    undo(office, "Ben")
    do(office, "Cleo", "log", LogMessage(text="still on it"), number)
    before = stands(office)
    with pytest.raises(Refused, match="has changed since: Cleo recorded"):
        redo(office, "Ben")
    assert stands(office) == before


def test_nobody_undoes_what_others_did(office: Office) -> None:
    number = opened(office)
    do(office, "Cleo", "note", Note(text="mine"), number)
    undo(office, "Cleo")
    with pytest.raises(Refused, match="nothing to undo"):
        undo(office, "Cleo")
    with pytest.raises(Refused, match="nothing to undo"):
        undo(office, "Dora")


def test_what_one_does_on_an_imported_case_can_be_undone(office: Office) -> None:
    office.bring(line("A", 1, owner="Zoe", status="open"))
    before = stands(office)
    do(office, "Ana", "reassign", Reassign(to=office.ids["Ben"]), 1)
    undo(office, "Ana")
    assert stands(office) == before


# One after the other


def test_commands_are_undone_in_turn_and_come_back_in_the_opposite_order(office: Office) -> None:
    number = opened(office)
    states = [stands(office)]
    for tag in "abc":
        do(office, "Ben", "tag", Tag(add=(tag,)), number)
        states.append(stands(office))
    for state in states[-2::-1]:
        undo(office, "Ben")
        assert stands(office) == state
    for state in states[1:]:
        redo(office, "Ben")
        assert stands(office) == state
    with pytest.raises(Refused, match="nothing to redo"):
        redo(office, "Ben")
    undo(office, "Ben")
    assert stands(office) == states[-2]
    assert office.sound()


def test_after_something_new_there_is_nothing_to_redo(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "tag", Tag(add=("a",)), number)
    undo(office, "Ben")
    do(office, "Ben", "tag", Tag(add=("b",)), number)
    with pytest.raises(Refused, match="nothing to redo"):
        redo(office, "Ben")
    undo(office, "Ben")
    redo(office, "Ben")
    assert office.case(number).tags == ("b",)
    with pytest.raises(Refused, match="nothing to redo"):
        redo(office, "Ben")


def test_each_persons_undo_is_their_own(office: Office) -> None:
    mine, other = opened(office), opened(office, "Cleo", "Cleo")
    do(office, "Ben", "tag", Tag(add=("a",)), mine)
    do(office, "Cleo", "tag", Tag(add=("b",)), other)
    undo(office, "Ben")
    assert (office.case(mine).tags, office.case(other).tags) == ((), ("b",))
    do(office, "Cleo", "note", Note(text="by the way"), other)
    redo(office, "Ben")
    assert office.case(mine).tags == ("a",)


def test_with_nothing_done_there_is_nothing_to_turn(office: Office) -> None:
    for turn in (undo_redo.undo, undo_redo.redo):
        with pytest.raises(Refused) as caught:
            turn(office.desk("Dora"))
        assert caught.value.hint


def test_a_customer_who_came_with_a_case_leaves_with_it_and_comes_back_with_a_redo(office: Office) -> None:
    desk = office.desk("Ben")

    def opening(name: str) -> execution.Outcome:
        return execution.open_case(desk, OpenCase(subject="Lid", owner=office.ids["Ben"]), name)

    def listed() -> list[str]:
        return [one.name for one in customers.listed(desk, "nils")]

    opening("Nils Unknown")
    opening("Nils Other")
    undo(office, "Ben")
    assert listed() == ["Nils Unknown"]
    assert customers.count(desk, "nils") == 1
    with pytest.raises(WrongUse, match="There is no customer"):
        customers.find(desk, "Nils Other")
    redo(office, "Ben")
    assert listed() == ["Nils Other", "Nils Unknown"]
    undo(office, "Ben")
    again = opening("nils other")
    assert again.notices[0].startswith("nils other is a new customer"), "as it was the first time"
    assert listed() == ["Nils Other", "Nils Unknown"]
    assert office.sound()


def test_a_customer_of_whom_something_else_is_known_stays_when_their_case_is_undone(office: Office) -> None:
    desk = office.desk("Ben")
    for name, details in (("Nils Unknown", {"phone": "555 0199"}), ("Nils Other", {})):
        execution.open_case(desk, OpenCase(subject="Lid", owner=office.ids["Ben"]), name)
        if details:
            customers.change(desk, name, **details)
        else:
            execution.open_case(desk, OpenCase(subject="Cord", owner=office.ids["Ben"]), name)
        undo(office, "Ben")
    assert [one.name for one in customers.listed(desk, "nils")] == ["Nils Other", "Nils Unknown"]


def test_a_change_of_the_team_since_the_last_command_is_what_an_undo_passes_over(office: Office) -> None:
    desk = office.desk("Ana")
    first = undo_redo.passed_over(desk)
    assert first is not None
    assert (first.change.about, first.command) == ("Dora", None), "she added her, and nothing else"
    opened(office, "Ana", "Ana")
    assert undo_redo.passed_over(desk) is None
    office.later()
    members.away(desk, "Ben", "Cleo")
    found = undo_redo.passed_over(desk)
    assert found is not None
    assert (found.change.kind, found.change.about, found.command.verb) == ("away", "Ben", "new")
    assert undo_redo.passed_over(office.desk("Ben")) is None, "it was not Ben who did it"
    opened(office, "Ana", "Ana")
    assert undo_redo.passed_over(desk) is None, "the case was opened since"
    undo(office, "Ana")
    assert undo_redo.passed_over(desk) is not None, "it is again what was done last"


def test_after_a_change_that_no_undo_takes_back_it_is_not_said_that_there_was_nothing(office: Office) -> None:
    desk = office.desk("Ana")
    for change, hint in (
        (lambda: members.away(desk, "Ben", "Cleo"), "team back"),
        (lambda: members.back(desk, "Ben"), "team away"),
        (lambda: members.add(desk, "Finn", "agent"), "team leave"),
        (lambda: members.duty(desk, "Dora"), "team list"),
        (lambda: escalation_paths.set_paths(desk, escalation_paths.text(desk)), "journal"),
    ):
        office.later()
        change()
        found = undo_redo.passed_over(desk)
        assert found is not None
        assert found.command is None
        with pytest.raises(Refused, match="which no undo takes back") as refused:
            undo_redo.undo(desk)
        assert [one.command for one in refused.value.hint.suggestions] == [hint]
        assert undo_redo.next_undo(desk) is None
    office.later()
    opened(office, "Ana", "Ana")
    undo(office, "Ana")
    assert undo_redo.passed_over(desk) is None, "the last thing was the case, and its undo"
    with pytest.raises(Refused, match="You have nothing to undo"):
        undo(office, "Ana")


def test_what_an_undo_has_passed_over_is_passed_over_by_the_next_one_too(office: Office) -> None:
    desk = office.desk("Ana")
    for _ in range(2):
        opened(office, "Ana", "Ana")
        office.later()
    members.away(desk, "Ben", "Cleo")
    office.later()
    assert undo_redo.passed_over(desk) is not None
    undo(office, "Ana")
    assert undo_redo.passed_over(desk) is None
    office.later()
    members.back(desk, "Ben")
    assert undo_redo.passed_over(desk) is not None, "that is another change"
