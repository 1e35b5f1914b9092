"""What an undo took back, in words: true of every case, also where the command did several things."""

from __future__ import annotations

from careconsole.desk.cases import execution, handover, undo_redo
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.present.turned import turned_words
from tests.desk.office import Office


def opened(office: Office, owner: str) -> int:
    number = execution.open_case(office.desk(owner), OpenCase(subject="Kettle", owner=office.ids[owner])).opened
    assert number is not None
    return number


def undone(office: Office) -> list[str]:
    return turned_words(undo_redo.undo(office.desk()), Narrator(office.desk().roster()))


def test_what_was_done_on_one_case_alone_is_not_said_of_it_as_likewise(office: Office) -> None:
    own = [opened(office, "Ben") for _ in range(5)]
    offered = opened(office, "Cleo")
    execution.execute(office.desk("Cleo"), "offer", Offer(to=office.ids["Ben"], reason="knows it"), [offered])
    handover.hand_over(office.desk(), office.ids["Ben"], office.ids["Dora"])
    words = undone(office)
    assert [line.partition(":")[0] for line in words[:3]] == [f"Case {own[0]}", f"Case {own[1]}", f"Case {offered}"]
    assert "assigned it to Dora" in words[0]
    assert "assigned it to Dora" not in words[2]
    assert words[3:] == [f"On 3 more as on case {own[0]}."]


def test_what_was_done_likewise_on_all_is_said_so(office: Office) -> None:
    numbers = [opened(office, "Ana") for _ in range(5)]
    execution.execute(office.desk(), "resolve", Resolve(said="sent", answer="told"), numbers)
    office.later(0.1)
    words = undone(office)
    assert len(words) == 4
    assert words[-1] == "And likewise on 2 more."
    execution.execute(office.desk(), "note", Note(text="seen"), numbers)
    assert undone(office) == [], "one thing on each is told by its name"
