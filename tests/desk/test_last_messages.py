"""The last message of a case: what the customer and we said to each other, and nothing else."""

from __future__ import annotations

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries.last_messages import LastMessage, last_messages
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.imported_record import Message
from tests.desk.office import Office, line
from tests.tui.screen import opened


def test_it_is_what_was_said_last_by_either_side(office: Office) -> None:
    desk = office.desk("Ben")
    number = opened(desk, owner=office.ids["Ben"], description="It broke.", channel="email")
    silent = opened(desk, owner=office.ids["Ben"])

    def last() -> LastMessage | None:
        return last_messages(desk, [number, silent]).get(number)

    assert last() == LastMessage(True, None, "It broke."), "what the customer came with"
    execution.execute(desk, "log", LogMessage(text="A new one is on its way."), [number])
    assert last() == LastMessage(False, office.ids["Ben"], "A new one is on its way.")
    execution.execute(desk, "log", LogMessage(text="I am away until Monday.", inbound=True, sort="auto"), [number])
    execution.execute(desk, "note", Note(text="batch 7"), [number])
    assert last() == LastMessage(False, office.ids["Ben"], "A new one is on its way."), "no note, no automatic reply"
    execution.execute(desk, "log", LogMessage(text="Thank you!", inbound=True, sort="thanks"), [number])
    assert last() == LastMessage(True, None, "Thank you!")
    undo_redo.undo(desk)
    assert last() == LastMessage(False, office.ids["Ben"], "A new one is on its way."), "what was undone was not said"
    assert silent not in last_messages(desk, [number, silent])


def test_imported_messages_count_by_when_they_were_written(office: Office) -> None:
    office.bring(
        line("A", 1, subject="Kettle", owner="Ben", description="It broke."),
        line("B", 1, subject="Lid", owner="Ben", description="Where is it?"),
        line("A", 2, said=Message("in", "Hello?")),
        line("A", 3, said=Message("out", "On its way", by="Zoe")),
        line("A", 4, said=Message("note", "he calls every day", by="Zoe")),
    )
    found = last_messages(office.desk(), [1, 2])
    assert (found[1].inbound, found[1].text) == (False, "On its way")
    assert found[2] == LastMessage(True, None, "Where is it?")


def test_what_was_said_on_a_case_merged_into_another_was_said_on_that_one_as_well(office: Office) -> None:
    desk = office.desk("Ben")
    number = opened(desk, owner=office.ids["Ben"], description="I want a zebra", channel="email")
    office.later()
    later = opened(desk, owner=office.ids["Ben"], description="Where is my zebra?", channel="email")
    execution.execute(desk, "merge", Merge(into=number), [later])
    assert last_messages(desk, [number])[number] == LastMessage(True, None, "Where is my zebra?")
    undo_redo.undo(desk)
    assert last_messages(desk, [number])[number] == LastMessage(True, None, "I want a zebra")
