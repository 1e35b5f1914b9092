"""The head of a case: what a playbook in use lets one decide, beside its steps, and who waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.playbooks import writing
from careconsole.desk.queries import case_queries, shown_case
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.playbook_use import DecideByPlaybook, RatePlaybook, UsePlaybook
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.playbook.content import Authority, Content
from careconsole.present.case_sheet import head
from careconsole.present.json_views import case_entry, queue_entries
from careconsole.present.queue_text import COLUMNS, row_cells
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from tests.desk.office import Office

HURT = "when somebody was hurt"
STEPS = ("look up the order", "send a new one")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def used(office: Office, writer: str = "Ana") -> int:
    """Opens a case and uses a playbook there that `writer` wrote; a lead's is confirmed."""
    may = Authority(text="refund\nit", limit="200", currency="EUR")
    content = Content(title="Parcel broken", steps=STEPS, may=may, escalate_when="somebody was\nhurt")
    writing.write(office.desk(writer), content)
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle cracked"), "Carla").opened
    assert number is not None
    do(office, "use", UsePlaybook(playbook=1))
    return number


def do(office: Office, verb: str, command: Command) -> None:
    execution.execute(office.desk("Ben"), verb, command, [1])


def limits(office: Office, number: int) -> list[str]:
    view = shown_case.show(office.desk("Ben"), number)
    return [words for name, words in head(view) if name in ("may", "escalate")]


def test_a_case_shows_below_the_steps_what_one_may_decide_and_when_to_call_a_lead(office: Office) -> None:
    number = used(office)
    view = shown_case.show(office.desk("Ben"), number)
    may = "refund it (you may decide it yourself, up to 200 EUR)"
    names = [name for name, _ in head(view)]
    at = names.index("playbook")
    assert names[at : at + 5] == ["playbook", "do", "do", "may", "escalate"]
    assert limits(office, number) == [may, HURT]
    lines = ["".join(text for text, _ in line) for line in sheet_lines(view, Beside(), 80)]
    steps = next(place for place, line in enumerate(lines) if STEPS[-1] in line)
    assert may in lines[steps + 1]
    assert HURT in lines[steps + 2]


def test_what_no_lead_has_confirmed_is_not_said_to_be_allowed(office: Office) -> None:
    (may, _) = limits(office, used(office, writer="Ben"))
    assert may == "refund it (not now: No lead has confirmed yet what playbook 1 lets you decide)"


def test_once_it_is_decided_or_rated_nothing_is_left_to_decide(office: Office) -> None:
    number = used(office)
    do(office, "decide", DecideByPlaybook(playbook=1, said="refunded", amount="30"))
    assert limits(office, number) == [HURT]
    do(office, "fit", RatePlaybook(fit="fitted"))
    assert limits(office, number) == []


def test_nobody_waits_on_a_case_that_is_resolved(office: Office) -> None:
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle cracked"), "Carla").opened
    assert number is not None
    office.later(2)

    def waits() -> list[object]:
        view, page = shown_case.show(office.desk(), number), case_queries.queue(office.desk(), "status:open,resolved")
        cells = dict(zip(COLUMNS, row_cells(page.rows[0], page), strict=True))
        (entry,) = queue_entries(page)
        shown = [words for name, words in head(view) if name == "waits"]
        state = case_entry(view).case["waiting_since"]
        return [len(shown), cells["Waits"], entry.waiting_since is not None, state is not None]

    assert waits() == [1, "2h", True, True]
    do(office, "take", Take())
    do(office, "resolve", Resolve(said="no time for it", answer="unanswered"))
    assert waits() == [0, "", False, False]
    do(office, "log", LogMessage(text="and now?", inbound=True))
    office.later(1)
    assert waits() == [1, "1h", True, True], "since they wrote again"


def level_row(office: Office, number: int) -> str:
    return dict(head(shown_case.show(office.desk(), number)))["level"].split(". ")[0]


def test_the_name_of_a_level_stands_only_before_those_whom_it_names(office: Office) -> None:
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened
    assert number is not None
    do(office, "escalate", Escalate(reason="expertise", need="clause 4", to=office.ids["Cleo"]))
    assert level_row(office, number).startswith("1 of 3: Cleo (agent), to acknowledge by ")
    do(office, "skip", Skip(reason="no answer", to=office.ids["Dora"]))
    assert level_row(office, number).startswith("2 of 3 (management): Dora, to acknowledge by ")
    do(office, "skip", Skip(reason="no answer", to=office.ids["Eve"]))
    assert level_row(office, number).startswith("3 of 3: Eve (contact), to acknowledge by ")
    execution.execute(office.desk("Ben"), "de-escalate", Deescalate(decided="as it says", level=1), [number])
    assert level_row(office, number) == "1 of 3 (lead)"


def test_levels_that_reach_nobody_else_are_said_to(office: Office) -> None:
    for name in ("Dora", "Eve"):
        members.change(office.desk("Ana"), name, active=False, cover=None)
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened
    assert number is not None
    do(office, "escalate", Escalate(reason="exception", need="a refund"))
    assert level_row(office, number).endswith("; levels 2 to 3 reach nobody else")
    members.add(office.desk("Ana"), "Finn", "lead")
    assert "nobody else" not in level_row(office, number)
    do(office, "skip", Skip(reason="no answer"))
    assert level_row(office, number).startswith("2 of 3 (management): Finn, to acknowledge by ")
    assert "nobody else" not in level_row(office, number), "level 3 calls Ana again"


def test_a_step_that_names_people_has_its_name_before_them_alone(office: Office) -> None:
    names = '[[path]]\nname = "law"\n[[path.step]]\nname = "lawyers"\ncall = ["Eve"]\n[[path.step]]\nname = "leads"\n'
    escalation_paths.set_paths(office.desk("Ana"), names)
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened
    assert number is not None
    do(office, "escalate", Escalate(reason="exception", need="a refund"))
    assert level_row(office, number).startswith("1 of 2 (lawyers): Eve, to acknowledge by ")
    do(office, "skip", Skip(reason="no answer", to=office.ids["Dora"]))
    assert level_row(office, number).startswith("2 of 2 (leads): Dora, to acknowledge by ")
    execution.execute(office.desk("Ben"), "de-escalate", Deescalate(decided="as it says"), [number])
    do(office, "escalate", Escalate(reason="exception", need="a refund", to=office.ids["Dora"]))
    assert level_row(office, number).startswith("1 of 2: Dora (lead), to acknowledge by ")


def test_a_case_whose_opening_was_undone_still_says_how_it_came(office: Office) -> None:
    case = execution.open_case(office.desk("Ben"), OpenCase(subject="Lid", channel="phone")).opened or 0
    undo_redo.undo(office.desk("Ben"))
    rows = dict(head(shown_case.show(office.desk(), case)))
    assert rows["opened"].endswith(", phone")
