"""Four processes at once, each with its own connection: what is told of a change is told once."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from careconsole.desk.cases import execution
from careconsole.desk.notices import addresses
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.reviews import CompleteAction
from tests.desk.office import HOUR, Office
from tests.desk.test_learned import do
from tests.waiting import HANG, started

ROOT = Path(__file__).parents[2]
CALLS_AND_SWEEPS = """
import sys
from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.errors import Conflict, Refused
from careconsole.store import open_store
path, now, person, case = sys.argv[1], *map(int, sys.argv[2:])
desk = Desk(open_store(path), lambda: now, person, "desk 1", "os")
print("ready", flush=True)
sys.stdin.readline()
try:
    call = Escalate(reason="exception", need="a refund", cause="refund limit")
    execution.execute(desk, "escalate", call, [case], seen=1)
    print("called")
except (Conflict, Refused):
    print("refused")
for _ in range(3):
    sweep.sweep(desk)
"""
"""Waits until it is told to begin, calls for help on the case as it was opened, and sweeps."""


def opened(office: Office) -> int:
    opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], channel="phone")
    return execution.open_case(office.desk("Ben"), opening).opened or 0


def changed(office: Office) -> int:
    """A case whose review asked Cleo for a change, which she has made; nobody has checked it in six weeks."""
    number = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="a refund", cause="refund limit"), number)
    due = office.now + 5 * 24 * HOUR
    ended = Deescalate(decided="refund it", change="refund up to 200", owner=office.ids["Cleo"], due=due)
    do(office, "Ana", "de-escalate", ended, number)
    do(office, "Cleo", "done", CompleteAction(), number)
    office.later(43 * 24)
    return number


def test_four_who_call_and_sweep_at_once_tell_a_recurrence_and_a_check_that_is_due_once(office: Office) -> None:
    for name in ("Ana", "Cleo"):
        addresses.save_address(office.desk(), name, f"json://{name.lower()}.example/token")
    first, again = changed(office), opened(office)
    office.later(0.1)
    command = [sys.executable, "-c", CALLS_AND_SWEEPS, office.path, str(office.now)]
    said = []
    with ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
        four = [
            stack.enter_context(started([*command, str(office.ids[name]), str(again)], **pipes))
            for name in ("Ana", "Ben", "Cleo", "Dora")
        ]
        for process in four:
            assert process.stdout.readline() == "ready\n"
        for process in four:
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in four:
            said.append(process.communicate(timeout=HANG)[0])
            assert process.returncode == 0
    assert sorted(said) == ["called\n", "refused\n", "refused\n", "refused\n"]
    assert office.kinds(again).count("came up again") == 1
    assert office.kinds(first).count("overdue") == 1, "the check of the change"
    rows = office.store.engine.fetch_all("select kind, case_id, person_id from notices order by id")
    told = [tuple(row) for row in rows if row[0] in ("came up again", "overdue")]
    assert len(told) == len(set(told)), "nobody hears of it twice"
    caller = next(event.actor for event in office.history(again) if event.fact.kind == "escalated")
    owner, lead = office.ids["Cleo"], office.ids["Ana"]
    assert {one for one in told if one[0] == "came up again"} == {
        ("came up again", again, person) for person in {owner, lead} - {caller}
    }
    assert ("overdue", first, owner) in told
    assert office.sound()
