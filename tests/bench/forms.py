"""What opening a form costs, beside an empty modal screen of the same console.

How to read its lines: a console on the demo's week, on a pseudo-terminal, presses one key for each form and for an
empty modal screen of Textual, one after the other, many times, and takes the time itself. "Form" is from the key to the
first whole frame in which the focus is in a field; "whole" until nothing more is drawn. The time is the CPU time of the
process, the middle one of all; "cpu ratio" compares the least of them, which says most on a busy machine.

The empty screen leaves the list behind it in sight, as forms do, which is most of what it costs.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec

from tests.bench.builds import Builds, remove
from tests.bench.processes import run
from tests.bench.table import Measured

BUDGET = 2.0
"""The most that a form may take, against the empty screen."""
_EMPTY = "empty"
_LONGEST = 600.0


class Opened(msgspec.Struct):
    """One opening: milliseconds from the key to the first whole frame in which the focus is in a field, and the CPU
    time of the process until then and until nothing more was drawn."""

    form: str
    ms: float
    cpu: float
    whole: float


def measure_forms(builds: Builds, runs: int) -> Iterator[Measured]:
    """The lines of the table on forms."""
    opened = _opened(builds, runs)
    empty = [one for one in opened if one.form == _EMPTY]
    for form in dict.fromkeys(one.form for one in opened):
        some = [one for one in opened if one.form == form]
        if form != _EMPTY:
            yield _line(f"form {form}", some, empty, lambda one: one.cpu, BUDGET)
            yield _line(f"form {form}, whole", some, empty, lambda one: one.whole, None)


def _line(
    what: str, some: list[Opened], empty: list[Opened], took: Callable[[Opened], float], budget: float | None
) -> Measured:
    ours, base = [took(one) for one in some], [took(one) for one in empty]
    return Measured(what, "an empty modal screen", median(ours), median(base), budget, min(ours) / min(base))


def _opened(builds: Builds, runs: int) -> list[Opened]:
    from tests.bench.terminal import Terminal

    week, database, found = (builds.folder / name for name in ("week.db", "forms.db", "forms.json"))
    if not week.exists():
        run([sys.executable, "-m", "careconsole", "demo", "--keep", str(week)])
    remove(database)
    shutil.copyfile(week, database)
    found.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.bench.forms_app", str(database), str(runs), str(found)]
    with Terminal(command, builds.folder / "home") as terminal:
        terminal.ends(_LONGEST)
    return msgspec.json.decode(_read(found), type=list[Opened])


def _read(found: Path) -> bytes:
    try:
        return found.read_bytes()
    except FileNotFoundError:
        raise SystemExit("The console ended before it had opened all forms; see above for what it said.") from None
