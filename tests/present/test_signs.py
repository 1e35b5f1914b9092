"""The signs of a history: which way each entry went, the same in the console and on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.cli.case import put_history
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import shown_case
from careconsole.domain.case.command import Command
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.promises import Promise, ReleasePromise
from careconsole.present.case_sheet import history_lines
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from tests.desk.office import HOUR, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def opened(office: Office, **fields: object) -> int:
    number = execution.open_case(office.desk(), OpenCase(subject="Kettle", owner=office.ids["Ana"], **fields)).opened
    assert number is not None
    return number


def do(office: Office, number: int, *commands: Command) -> None:
    for command in commands:
        execution.execute(office.desk(), "verb", command, [number])


def signs(office: Office, number: int) -> str:
    return "".join(entry.sign for entry in history_lines(shown_case.show(office.desk(), number)))


@pytest.mark.parametrize(("inbound", "sign"), [(True, "<"), (False, ">")])
def test_the_opening_points_from_who_began_it(office: Office, inbound: bool, sign: str) -> None:
    assert signs(office, opened(office, inbound=inbound)) == sign


def test_a_case_that_follows_another_was_begun_by_nobody_yet_unless_the_customer_waits(office: Office) -> None:
    number = opened(office, inbound=False)
    for waits, sign in ((False, "·"), (True, "<")):
        follows = execution.follow_up(office.desk(), number, FollowUp(subject="Invoice", waits=waits)).opened
        assert follows is not None
        assert signs(office, follows) == sign


def test_every_face_shows_the_same_sign(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    number = opened(office)
    do(office, number, LogMessage(text="hello?", inbound=True), LogMessage(text="on its way"), Note(text="batch 7"))
    undo_redo.undo(office.desk())
    do(office, number, Promise(text="call", due=office.now + HOUR), ReleasePromise(reason="no need"))
    assert signs(office, number) == "<<>x·><", "what the customer said comes from them, a release as well"
    view = shown_case.show(office.desk(), number)
    put_history(view)
    printed = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert "".join(printed) == signs(office, number)
    lines = ["".join(text for text, _ in line) for line in sheet_lines(view, Beside(), 200)]
    history = lines[lines.index("History (newest first)") + 1 : lines.index("Details") - 1]
    shown = "".join(line.split()[1] for line in reversed(history))
    assert shown.translate(str.maketrans("←→✎▲", "<>··")) == signs(office, number), (
        "with more signs for what is internal"
    )
