"""What the console costs on a terminal as the number of open cases grows, beside an empty app of its framework.

How to read its lines:

- Every program runs on a pseudo-terminal of 120 x 40 cells that shows whole frames at once, as good terminals do.
- "First rows" is the time from the start of the process until the subject of the tenth case came (that of the first
  may be shown elsewhere, too), for the empty app until its first frame is complete. "cpu ratio" compares the CPU time
  up to then, in steps of 10 ms.
- Keys: from the key to its first bytes of output, the median of many presses at irregular times, on the consoles of all
  sizes in turn, against that of the smallest. "Whole" is until the last bytes, after which nothing came for a quarter
  of a second: a page that is shown before its rows are there is only quick in its first bytes. PageDown goes on to
  pages not seen before as long as there are any (the first press after g, which only moves the cursor to the bottom of
  the screen, is not measured); G goes to the last case, and from there g back to the first (not measured).
- "A row scrolled": the bytes until the whole repaint after the cursor went down at the bottom of the screen, where all
  lines of the list move up; on a terminal this wide, the case beside the list is another one, too.
- "Another's change": from when another process has stored a new subject for a case near the top of the list until it is
  shown here.
- Idle: the share of one core, and the bytes to the terminal, of a console that nobody touches and whose database
  nobody writes, beside the empty app in the same span: a little more than a minute, since times on the screen may
  change with the clock (shorter with fewer than seven runs). In these databases the cases at the top fell due an hour
  ago or longer, so their spans in hours do not change; on a desk with cases due within the hour, minutes count down
  and their rows are redrawn. CPU time is counted in steps of 10 ms, and reported on Linux only; elsewhere that line is
  left out.
- Memory is what the process holds (RSS), after the idle span and again at the end.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from tests.bench import baselines
from tests.bench.builds import Builds
from tests.bench.processes import ROOT, careconsole
from tests.bench.table import Measured

if TYPE_CHECKING:
    from tests.bench.terminal import Terminal

SIZES = [100, 10_000, 100_000]
"""The numbers of open cases at which it is measured by default."""

FIRST_BUDGET, KEY_BUDGET, MEMORY_BUDGET = 1.3, 1.5, 1.5
WHOLE_BUDGET = 1.25
"""The most that the whole repaint after the cursor moved may take, against that at the smallest size."""
CHANGE_LIMIT, IDLE_LIMIT = 15.0, 0.35
"""The most that another's change may take (milliseconds), and that an idle console may use (percent of a core)."""

EMPTY = "an empty Textual app"

_PAGE = 40
"""The most rows of a page: it has fewer than the screen has lines."""
_IDLE, _PROPER = 63.0, 7
"""Seconds of an idle span with so many runs or more: times on the screen change by the minute, so once within it."""
_QUIET = 0.25
"""Seconds without a byte, after which a repaint is over."""
_MB = 1 << 20


class Key(NamedTuple):
    """A key: its name, what a terminal sends for it, how many rows the cursor moves at most (None: to the last).

    `scrolls`: only its presses that scroll the list are measured. `whole` is the budget of the whole repaint.
    """

    name: str
    sent: bytes
    rows: int | None
    scrolls: bool = False
    whole: float | None = None


_DOWN, _PAGE_DOWN, _TO_TOP = b"\x1b[B", b"\x1b[6~", b"g"
KEYS = (
    Key("cursor down", _DOWN, 1, whole=WHOLE_BUDGET),
    Key("PageDown", _PAGE_DOWN, _PAGE, scrolls=True),
    Key("G", b"G", None),
)


def why_not() -> str | None:
    """Why the console cannot be measured here, or None."""
    if find_spec("pty") is None or find_spec("termios") is None:
        return "this system has no pseudo-terminals"
    if find_spec("textual") is None:
        return "Textual is not installed"
    return None


def measure_console(builds: Builds, sizes: list[int], runs: int) -> Iterator[Measured]:
    """The lines of the table on the console; with more `runs` come more presses, more changes and a longer idle."""
    desks = [_Desk(builds, size) for size in sizes]
    yield from _opening(desks, runs)
    with ExitStack() as opened:
        empty = opened.enter_context(desks[0].empty())
        consoles = [opened.enter_context(desk.console()) for desk in desks]
        empty.paints()
        for desk, console in zip(desks, consoles, strict=True):
            console.shows(desk.sight)
        for terminal in (empty, *consoles):
            terminal.settles(quiet=1.0, most=10.0)
        yield from _idle(desks, empty, consoles, seconds=_IDLE if runs >= _PROPER else 3 * runs)
        yield from _memory("memory (RSS) when opened", desks, empty, consoles)
        for key in KEYS:
            yield from _presses(key, desks, consoles, presses=min(5 * runs, 35))
        yield from _scrolled(desks, consoles, presses=min(2 * runs, 10))
        yield from _changes(desks, consoles, changes=min(3 * runs, 30))
        yield from _memory("memory (RSS) in the end", desks, empty, consoles)


class _Desk:
    """A database of `size` open cases; `sight` is a text in its list, `changing` the case that a colleague changes."""

    def __init__(self, builds: Builds, size: int) -> None:
        from careconsole.desk import Desk
        from careconsole.desk.database.environment import now_ms
        from careconsole.desk.queries import case_queries
        from careconsole.store import open_store

        self.size = size
        self.cases = f"{size:,} open cases"
        self.database = builds.open_cases(size)
        self.home = builds.folder / "home"
        store = open_store(str(self.database))
        try:
            desk = Desk(store, now_ms)
            there = store.queue.count(case_queries.asked_for(desk, "", desk.roster(), desk.now()))
            rows = case_queries.queue(desk, limit=10).rows
        finally:
            store.close()
        if there != size:
            raise SystemExit(f"{self.database} holds {there:,} open cases, not {size:,}: remove it, and begin again.")
        # The list cuts the end of a subject, and puts the priority, and who changed it, before it.
        self.sight = rows[-1].subject[:10]
        self.changing = next((row for row in rows[1:] if row.priority == "normal"), rows[0]).number

    def empty(self) -> Terminal:
        from tests.bench.terminal import Terminal

        return Terminal(baselines.empty_app(), self.home)

    def console(self) -> Terminal:
        from tests.bench.terminal import Terminal

        return Terminal(careconsole(self.database, "--as", "Ana"), self.home)


class _Opening(NamedTuple):
    """The time until there was something to see, and the CPU time until then, in milliseconds."""

    ms: float
    cpu: float | None


def _opening(desks: list[_Desk], runs: int) -> Iterator[Measured]:
    empty: list[_Opening] = []
    ours: list[list[_Opening]] = [[] for _ in desks]
    for turn in range(runs + 1):
        took = [_open(desks[0].empty(), None), *(_open(desk.console(), desk.sight) for desk in desks)]
        if turn:
            empty.append(took[0])
            for some, one in zip(ours, took[1:], strict=True):
                some.append(one)
    base = _middle(empty)
    for desk, some in zip(desks, ours, strict=True):
        middle = _middle(some)
        cpu = middle.cpu / base.cpu if middle.cpu and base.cpu else None
        yield Measured(f"first rows, {desk.cases}", EMPTY, middle.ms, base.ms, FIRST_BUDGET, cpu)


def _open(terminal: Terminal, text: str | None) -> _Opening:
    with terminal:
        at = terminal.paints() if text is None else terminal.shows(text)
        cpu = terminal.computed()
        terminal.settles(_QUIET)
        return _Opening((at - terminal.began) * 1000, cpu)


def _middle(some: list[_Opening]) -> _Opening:
    computed = [one.cpu for one in some if one.cpu is not None]
    return _Opening(median(one.ms for one in some), median(computed) if computed else None)


def _idle(desks: list[_Desk], empty: Terminal, consoles: list[Terminal], seconds: float) -> Iterator[Measured]:
    from tests.bench.terminal import listen

    terminals = [empty, *consoles]
    for terminal in terminals:
        terminal.forget()
    before, begin = [terminal.computed() for terminal in terminals], time.monotonic()
    listen(terminals, seconds)
    after, span = [terminal.computed() for terminal in terminals], (time.monotonic() - begin) * 1000
    shares = [
        None if one is None or other is None else (other - one) / span * 100
        for one, other in zip(before, after, strict=True)
    ]
    over = f"idle for {span / 1000:.0f} s"
    for desk, share in zip(desks, shares[1:], strict=True):
        if share is not None:
            yield Measured(f"{over}, {desk.cases}", EMPTY, share, shares[0], unit="%", limit=IDLE_LIMIT)
    for desk, console in zip(desks, consoles, strict=True):
        yield Measured(f"{over}, {desk.cases}", EMPTY, console.bytes, empty.bytes, unit="bytes", limit=0)


def _presses(key: Key, desks: list[_Desk], consoles: list[Terminal], presses: int) -> Iterator[Measured]:
    uneven = Random(presses)
    first: list[list[float]] = [[] for _ in desks]
    whole: list[list[float]] = [[] for _ in desks]
    places = [0 for _ in desks]
    for console in consoles:
        _go_to_top(console, key)
    for _ in range(presses):
        for number, (desk, console) in enumerate(zip(desks, consoles, strict=True)):
            step = desk.size - 1 if key.rows is None else key.rows
            if places[number] and places[number] + step >= desk.size:
                _go_to_top(console, key)
                places[number] = 0
            time.sleep(uneven.uniform(0, 0.1))
            at = console.type(key.sent)
            first[number].append((console.answers() - at) * 1000)
            last = console.settles(_QUIET)
            assert last is not None
            whole[number].append((last - at) * 1000)
            places[number] += step
    for console in consoles:
        _go_to_top(console)
    for what, times, budget in (("", first, KEY_BUDGET), (", whole", whole, key.whole)):
        base = None
        for desk, some in zip(desks, times, strict=True):
            line = f"{key.name}{what}, {desk.cases}"
            against = "" if base is None else desks[0].cases
            yield Measured(line, against, median(some), base, None if base is None else budget)
            base = median(times[0])


def _go_to_top(console: Terminal, key: Key | None = None) -> None:
    """Goes to the first case; for a key of which only scrolling presses are measured, to the bottom of its screen."""
    for sent in (_TO_TOP, key.sent) if key is not None and key.scrolls else (_TO_TOP,):
        console.type(sent)
        console.settles(_QUIET)


def _scrolled(desks: list[_Desk], consoles: list[Terminal], presses: int) -> Iterator[Measured]:
    for desk, console in zip(desks, consoles, strict=True):
        _go_to_top(console)
        console.type(_PAGE_DOWN)
        console.settles(_QUIET)
        sent = []
        for _ in range(presses):
            console.type(_DOWN)
            console.settles(_QUIET)
            sent.append(console.bytes)
        _go_to_top(console)
        yield Measured(f"a row scrolled, {desk.cases}", "", median(sent), None, unit="bytes")


def _changes(desks: list[_Desk], consoles: list[Terminal], changes: int) -> Iterator[Measured]:
    uneven = Random(changes)
    times: list[list[float]] = [[] for _ in desks]
    with ExitStack() as opened:
        colleagues = [opened.enter_context(_Colleague(desk.database, "Ben")) for desk in desks]
        # Kept databases have the subjects of earlier runs, so these are numbered by the time.
        begin = int(time.time()) % 900_000 + 100_000
        for count in range(begin, begin + changes):
            for desk, console, colleague, some in zip(desks, consoles, colleagues, times, strict=True):
                console.settles(_QUIET)
                time.sleep(uneven.uniform(0.2, 0.6))
                console.forget()
                colleague.begin(desk.changing, f"{count}, says Ben")
                seen = console.shows(str(count))
                some.append((seen - colleague.stored()) * 1000)
    for desk, some in zip(desks, times, strict=True):
        yield Measured(f"another's change, {desk.cases}", "", median(some), None, limit=CHANGE_LIMIT)


def _memory(what: str, desks: list[_Desk], empty: Terminal, consoles: list[Terminal]) -> Iterator[Measured]:
    base = empty.memory() / _MB
    for desk, console in zip(desks, consoles, strict=True):
        yield Measured(f"{what}, {desk.cases}", EMPTY, console.memory() / _MB, base, MEMORY_BUDGET, unit="MB")


class _Colleague:
    """A process with the database open, which gives a case a new subject on request."""

    def __init__(self, database: Path, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.colleague", str(database), name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def begin(self, case: int, subject: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{case} {subject}\n")
        self._process.stdin.flush()

    def stored(self) -> float:
        """When the change was stored (`time.monotonic()`)."""
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit("The colleague at the other console has ended; see above for what it said.")
        return answer
