"""A case is what its history says: the fold, and what undo and redo take out of it and put back."""

from __future__ import annotations

import pytest

from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import Nudge
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import Edit, Edited, Tag
from careconsole.domain.case.effective_history import standing, undone_commands
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import evolve, fold
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Offer, Withdraw
from careconsole.domain.case.ownership import Reassign, Take, TakeOver
from careconsole.domain.case.parking import Park, Unpark
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise, ReleasePromise
from careconsole.domain.case.resolution import Reopen, Resolve
from tests.domain.cases import BEN, CLEO, LATER, MONDAY, ImportedPlay, Play

HOUR = 3_600_000
UP = Escalate(reason="exception", need="refund")


def anything() -> list[tuple[list[tuple[str, Command]], str, Command]]:
    """Commands that can be undone: what came before, who, what."""
    due = MONDAY + 9 * HOUR
    offered: list[tuple[str, Command]] = [("Ben", Offer(to=CLEO, reason="x"))]
    called: list[tuple[str, Command]] = [("Ben", UP)]
    promised: list[tuple[str, Command]] = [("Ben", Promise(text="call", due=due))]
    return [
        ([], *offered[0]),
        (offered, "Cleo", Accept()),
        (offered, "Ben", Withdraw()),
        ([], "Cleo", TakeOver(reason="x")),
        ([], "Ana", Reassign(to=None)),
        ([("Ana", Reassign(to=None))], "Cleo", Take()),
        ([], "Ben", AskHelp(of=CLEO, need="x")),
        ([], *called[0]),
        (called, "Ana", Acknowledge(until=due)),
        (called, "Ben", Nudge()),
        (called, "Ben", Skip(reason="x")),
        (called, "Ana", Deescalate(decided="x")),
        (called, "Ben", Review(cause="x", nothing_because="y")),
        ([], "Ben", LogMessage(text="on its way")),
        ([("Ben", Resolve(said="x", answer="told"))], "Cleo", LogMessage(text="leaks again", inbound=True)),
        ([], *promised[0]),
        (promised, "Ben", KeepPromise()),
        (promised, "Ben", MovePromise(due=due + 1, told=True)),
        (promised, "Ben", ReleasePromise(reason="x")),
        ([], "Ben", Park(on="customer", until=LATER)),
        ([("Ben", Park(on="customer", until=LATER))], "Ben", Unpark()),
        ([*offered, *promised], "Ben", Resolve(said="x", answer="told", promises="kept")),
        ([("Ben", Resolve(said="x", answer="told"))], "Ben", Reopen(reason="x")),
        ([], "Ben", Note(text="x")),
        ([], "Ben", Edit(subject="x")),
        ([], "Ben", Tag(add=("x",))),
    ]


def state(play: Play) -> dict[str, object]:
    """The case apart from what tells how long its history is."""
    return {
        name: getattr(play.case, name) for name in play.case.__struct_fields__ if name not in ("version", "changed_at")
    }


@pytest.mark.parametrize(
    "before, name, command", anything(), ids=[type(command).__name__ for _, _, command in anything()]
)
def test_undo_restores_the_case_and_redo_does_it_again(
    before: list[tuple[str, Command]], name: str, command: Command
) -> None:
    play = Play("Ben")
    for who, what in before:
        play.do(who, what)
    untouched = state(play)
    play.later(0.1).do(name, command)
    done, number = state(play), play.team.command
    play.undo(number)
    assert state(play) == untouched
    play.redo(number)
    assert state(play) == done


def test_undo_appends_and_deletes_nothing() -> None:
    play = Play("Ben").do("Cleo", TakeOver(reason="x")).undo()
    assert play.happened == ["opened", "taken over", "undone"]
    assert play.case.version == 3


def test_undo_takes_out_all_that_the_command_wrote_and_nothing_else() -> None:
    play = (
        Play("Ben")
        .do("Ben", LogMessage(text="sent"), Resolve(said="x", answer="told"))
        .do("Cleo", LogMessage(text="it leaks", inbound=True))
    )
    assert play.happened[-2:] == ["reopened", "touched"]
    reopening = play.team.command
    play.do("Dora", Note(text="saw it")).undo(reopening)
    assert (play.case.status, play.case.reopenings) == ("resolved", 0)
    assert [e.kind for e in standing(play.history)] == ["opened", "touched", "resolved", "noted"]


def test_commands_undone_one_after_the_other_come_back_in_the_opposite_order() -> None:
    play = Play("Ben").do("Ben", Edit(subject="one"), Edit(subject="two"))
    second = play.team.command
    first = second - 1
    play.undo(second)
    assert play.case.subject == "one"
    play.undo(first)
    assert play.case.subject == "Kettle cracked"
    play.redo(first)
    assert play.case.subject == "one"
    play.redo(second)
    assert play.case.subject == "two"
    assert undone_commands(play.history) == set()


def test_what_is_undone_is_not_done_until_it_is_redone_however_often() -> None:
    play = Play("Ben").do("Ben", Edit(subject="one"))
    edit = play.team.command
    for _ in range(3):
        assert play.undo(edit).case.subject == "Kettle cracked"
        assert play.redo(edit).case.subject == "one"


def test_an_undone_move_does_not_shift_the_numbers_of_what_came_after() -> None:
    play = Play("Ben").do("Ben", Edit(subject="one"))
    edit = play.team.command
    play.do("Ben", Promise(text="call", due=play.inn(4)))
    number = play.case.promises[0].number
    play.undo(edit).do("Ben", KeepPromise(promise=number))
    assert play.promised == []


def test_a_case_whose_opening_was_undone_is_void_and_takes_nothing_until_it_is_redone() -> None:
    play = Play("Ben", external=("mail", "A-1"))
    opening = play.team.command
    play.do("Ana", Note(text="seen")).undo(opening)
    assert (play.case.status, play.case.external, play.clocks) == ("void", (), [])
    for command in (Note(text="x"), Take(), Reopen(reason="x"), LogMessage(text="x", inbound=True)):
        assert "was undone" in play.refused("Ana", command).message
    play.redo(opening)
    assert (play.case.status, play.owner, play.case.external) == ("open", "Ben", (("mail", "A-1"),))


def test_undo_of_an_opening_for_somebody_else_takes_its_offer_too() -> None:
    play = Play("Cleo", by="Ben").undo()
    assert (play.case.status, play.offered_to) == ("void", None)


def test_what_an_import_brought_belongs_to_no_command_and_stays() -> None:
    play = ImportedPlay(owner=BEN).do("Ben", Edit(subject="one")).undo()
    assert (play.case.subject, play.owner) == ("Kettle", "Ben")


def test_nothing_folds_to_nothing() -> None:
    assert fold(1, []) is None
    assert standing([]) == []


def test_the_number_orders_the_fold_and_not_the_time() -> None:
    late = Event(2, MONDAY - HOUR, MONDAY, Edited(subject="two"), BEN, 2)
    play = Play("Ben")
    case = evolve(play.case, late)
    assert (case.subject, case.version, case.changed_at) == ("two", 2, MONDAY)


# The other door: imported history is not ours to refuse


def test_imported_history_passes_whatever_it_says() -> None:
    play = (
        ImportedPlay(owner=BEN, level=2).record(status="resolved").record(status="resolved").record(owner=CLEO, level=0)
    )
    assert (play.case.status, play.owner, play.case.level, play.case.highest) == ("resolved", "Cleo", 0, 2)


def test_what_an_imported_line_does_not_say_stays() -> None:
    play = ImportedPlay(owner=BEN, customer=7, priority="high", tags=("a",), fields={"site": "x"})
    play.record(tags=("b",), fields={"line": "y"})
    assert (play.owner, play.case.customer, play.case.priority) == ("Ben", 7, "high")
    assert (play.case.tags, play.case.fields) == (("a", "b"), {"site": "x", "line": "y"})


def test_an_imported_case_that_nobody_owns_is_with_duty() -> None:
    play = ImportedPlay(owner=BEN).record(nobody=True)
    assert (play.owner, play.answerable) == ("duty", "Ana")
    assert play.record(owner=BEN).case.moves == 0


def test_a_line_that_came_too_late_changes_nothing() -> None:
    play = ImportedPlay(owner=BEN)
    before = state(play)
    play.record(owner=CLEO, status="resolved", inert=True)
    assert state(play) == before


def test_an_imported_case_is_parked_resolved_reopened_and_closed_as_its_lines_say() -> None:
    play = ImportedPlay(owner=BEN, status="parked")
    assert play.case.parked is not None
    assert play.record(status="open").case.parked is None
    resolved = play.record(status="resolved")
    assert (resolved.case.status, resolved.case.waiting_since) == ("resolved", None)
    assert play.record(status="open").case.reopenings == 1
    closed = ImportedPlay(owner=BEN).record(status="closed").record(status="open")
    assert closed.case.reopenings == 0
