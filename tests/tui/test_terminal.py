"""The program on a real terminal: what comes out of it, and how it leaves the terminal behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.console import drafts
from careconsole.store import open_store
from tests import pictures
from tests.bench.terminal import Terminal
from tests.cli.console import Console, active
from tests.tui.hostile import LEAD, MARKERS, HostileTeam
from tests.waiting import HANG, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])|\x1b"
)
OURS = re.compile(
    rb"\x1b\[(?:"
    rb"[0-9;]*m|[0-9]+;[0-9]+H|"  # colours, moves
    rb"\?(?:1049|25|7|1000|1002|1003|1004|1006|1015|1016|2004|2026|2048)[hl]|"  # modes
    rb"\?(?:2026|2048)\$p|"  # what the terminal can do
    rb"[<>=][0-9;]*[uq]|\?u"  # how keys come
    rb")|\x1b\]22;[a-z]*\x07"  # the shape of the mouse
)
"""All that Textual writes."""
MOUSE = re.compile(rb"\x1b\[\?(?:1000|1002|1003|1006|1015|1016)h")
ALTERNATE, NORMAL = b"\x1b[?1049h", b"\x1b[?1049l"


PROGRAM = (
    "from careconsole.tui.terminal import signals; signals._PATIENCE = {}; "
    "from careconsole.__main__ import main; main()"
)
"""The program, which a slow machine gives more time to keep what was typed when it is ended from outside."""
HALF = "half a sentence ж"
"""It ends with a character that nothing else on the screen has."""
ALONE = (
    "import fcntl, signal, termios; signal.signal(signal.SIGHUP, signal.SIG_IGN); fcntl.ioctl(0, termios.TIOCNOTTY); "
    "signal.signal(signal.SIGHUP, signal.{}); "
)
"""What has the program begin without a signal for the end of its terminal, which it treats as `nohup` does, or not."""
ENDED = {"SIGTERM": 143, "SIGHUP": 129, "closed": 129, "closed without a signal": 129, "closed under nohup": 129}
"""How the program is ended from outside, and its exit code then."""


class Watched(Terminal):
    """A terminal that keeps everything that came."""

    def __init__(self, *args: str, home: Path, program: str) -> None:
        self.raw = b""
        super().__init__((sys.executable, "-c", program, *args), home, patience=HANG)

    def _read(self, data: bytes) -> None:
        self.raw += data
        super()._read(data)

    @property
    def modes(self) -> list[object]:
        """How the terminal treats what is typed and written."""
        return termios.tcgetattr(self._master)[:4]

    def press(self, keys: bytes, quiet: float = 0.08) -> None:
        """Types, and waits until nothing more comes."""
        self.type(keys)
        self.settles(quiet, 3)

    def send(self, what: signal.Signals) -> None:
        """Sends a signal to the program."""
        os.kill(self._process.pid, what)

    def hang_up(self) -> None:
        """The terminal is closed, as a window is."""
        os.close(self._master)
        self._ended = True

    @property
    def left(self) -> bytes:
        """What stands in the shell once the console was left; of one that broke, what broke it."""
        return SEQUENCE.sub(b"", self.raw.rpartition(NORMAL)[2])

    def ends(self) -> int:
        """The exit code, once the program has ended and all that it wrote has come."""

        def ended() -> bool:
            self._hear(0.02)
            return self._process.poll() is not None

        wait_until(ended, "its end")
        while self._hear(0):
            pass
        return int(self._process.returncode)


@contextmanager
def opened(home: Path, *args: str, program: str | None = None, given: float = HANG) -> Iterator[Watched]:
    terminal = Watched(*args, home=home, program=PROGRAM.format(given) if program is None else program)
    try:
        yield terminal
    finally:
        terminal._process.kill()
        terminal._process.wait()


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures.sample(tmp_path_factory.mktemp("week"))


@pytest.fixture
def place(week: Path, tmp_path: Path) -> str:
    return str(shutil.copy(week, tmp_path / "week.db"))


def test_nothing_of_the_data_comes_out_as_a_sequence(tmp_path: Path) -> None:
    team = HostileTeam(tmp_path)
    team.close()
    with opened(tmp_path, "--db", team.path, "--as", LEAD) as terminal:
        terminal.shows("go to the case")
        terminal.settles(0.3)
        for keys in (b"\x1b", b"G", b"g", *[b"jj"] * 4, b"\r", b"G", b"\x1b", b"V", b"Z", b"\x1b"):
            terminal.press(keys)
        for keys in (b".", b"?", b"w", b"M", b"W", b"v", b":", b"o", b"c", b"n", b"/owner:"):
            terminal.press(keys)
            terminal.press(b"\x1b[B")
            terminal.press(b"\x1b", 0.15)
        for keys in (b"t", b"y", b"u", b"L", b"1"):  # refusals, an undo, the lock, the question who
            terminal.press(keys)
        terminal.type(b"\x11")
        assert terminal.ends() == 0, terminal.left
    raw = terminal.raw
    sequences = {match[0] for match in SEQUENCE.finditer(raw)}
    assert {s for s in sequences if not OURS.fullmatch(s)} == set()
    assert b"\x1b[31m" not in sequences, "which Textual writes when it breaks, and one of the payloads is"
    assert not [s for s in sequences for marker in MARKERS if marker in s]
    plain = SEQUENCE.sub(b"", raw)
    assert b"owned" in plain, "it was shown, and did nothing"
    assert not active(plain.decode("utf-8"))


def test_leaving_gives_the_terminal_back_as_it_was(place: str, tmp_path: Path) -> None:
    with opened(tmp_path, "--db", place, "--as", "Ana") as terminal:
        before = terminal.modes
        terminal.shows("Needs you")
        terminal.settles(0.3)
        assert MOUSE.search(terminal.raw)
        assert terminal.modes != before
        terminal.type(b"q")
        assert terminal.ends() == 0
        assert terminal.modes == before
        set_to = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", terminal.raw))
        assert {mode for mode, last in set_to.items() if last == b"h"} <= {b"25", b"7"}, "the cursor, and nothing else"
        assert set_to[b"25"] == b"h"
        assert set_to[b"1049"] == b"l"
        left = terminal.left
        assert re.fullmatch(rb"You leave [^\r\n]+\.", left.strip()), "nothing else is said in the shell"


BREAKS = """
from careconsole.tui.pages import sheet_page
class Broken(sheet_page.LineSheet):
    def lay_out(self):
        customer = "Carla Weiss" + ", IBAN DE02"
        raise KeyError(customer)
sheet_page.LineSheet = Broken
from careconsole.__main__ import main
main()
"""


def test_a_console_that_breaks_gives_the_terminal_back_and_shows_nothing_of_any_customer(
    place: str, tmp_path: Path
) -> None:
    with opened(tmp_path, "--db", place, "--as", "Ana", program=BREAKS) as terminal:
        before = terminal.modes
        terminal.shows("Needs you")
        terminal.settles(0.3)
        terminal.type(b"=")
        assert terminal.ends() == 1
        assert terminal.modes == before
        set_to = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", terminal.raw))
        assert {mode for mode, last in set_to.items() if last == b"h"} <= {b"25", b"7"}, "the cursor, and nothing else"
    said = terminal.left.decode()
    (report,) = (tmp_path / "careconsole" / "crashes").iterdir()
    assert said.startswith("careconsole: The console broke: KeyError in ")
    assert report.name in "".join(said.split())
    for hidden in ("Traceback", "Carla", "IBAN", "customer ="):
        assert hidden not in said + report.read_text(encoding="utf-8")


def test_no_byte_that_a_terminal_sends_ends_the_console(place: str, tmp_path: Path) -> None:
    with opened(tmp_path, "--db", place, "--as", "Ana") as terminal:
        terminal.shows("Needs you")
        terminal.settles(0.3)
        for sent in (
            b"\xff",  # no UTF-8, wherever it stands
            b"\x1b[M \xff\xfe\x1b[M !!",  # the mouse as it was told of old
            b"\x1b[1114112u\x1b[99999999999999999999u",  # keys with numbers that no character has
            b"\x1b[55296;1;55296u",  # half of a character
            b"\0",
        ):
            terminal.press(sent)
        # Some of it was read as keys, and what is typed right after a refused one is dropped until there is a pause.
        before, end = len(terminal.raw), time.monotonic() + HANG
        while b"Note" not in terminal.raw[before:]:
            assert time.monotonic() < end, terminal.raw[-2000:]
            terminal.press(b"i", 1.0)
        terminal.type(b"caf\xe9 open")  # as a Latin-1 terminal sends it
        terminal.shows("caf\N{REPLACEMENT CHARACTER} open")
        terminal.type(b"\x11")
        assert terminal.ends() == 0, terminal.left
        assert b" broke: " not in terminal.raw


def test_without_the_mouse_the_terminal_keeps_it(place: str, tmp_path: Path) -> None:
    with opened(tmp_path, "--db", place, "--as", "Ana", "--no-mouse") as terminal:
        terminal.shows("Needs you")
        terminal.settles(0.2)
        assert not MOUSE.search(terminal.raw)
        terminal.type(b"q")
        assert terminal.ends() == 0


def end(terminal: Watched, how: str) -> None:
    """Ends the program from outside, and waits for its end."""
    if how.startswith("closed"):
        terminal.hang_up()
    else:
        terminal.send(signal.Signals[how])
    assert terminal.ends() == ENDED[how], terminal.left
    assert b"Traceback" not in terminal.raw
    assert b" broke: " not in terminal.raw


def begun(how: str) -> str:
    """The program, as it is begun for such an end."""
    alone = {"closed without a signal": ALONE.format("SIG_DFL"), "closed under nohup": ALONE.format("SIG_IGN")}
    return alone.get(how, "") + PROGRAM.format(HANG)


def reports(home: Path) -> list[Path]:
    """The reports of crashes that were written."""
    return [path for path in home.rglob("*.txt") if "crash" in str(path.relative_to(home))]


@pytest.mark.parametrize("how", ENDED)
def test_what_ends_the_program_from_outside_keeps_what_was_typed(place: str, tmp_path: Path, how: str) -> None:
    with opened(tmp_path, "--db", place, "--as", "Ana", program=begun(how)) as terminal:
        before = terminal.modes
        terminal.shows("Needs you")
        terminal.settles(0.3)
        terminal.type(b"i")
        terminal.shows("Note")
        terminal.settles(0.3)
        terminal.type(HALF.encode())
        terminal.shows(HALF[-1])
        end(terminal, how)
        if not how.startswith("closed"):
            assert NORMAL in terminal.raw
            assert terminal.modes == before
    store = open_store(place)
    ana = next(p.number for p in store.people.roster().people.values() if p.name == "Ana")
    kept = drafts.listed(Desk(store, lambda: pictures.NOW, ana, "desk 1", "care"))
    store.close()
    assert [draft.fields["text"] for draft in kept] == [HALF]
    assert reports(tmp_path) == []


@pytest.mark.parametrize("how", ENDED)
def test_what_ends_the_wall_from_outside_is_no_crash(place: str, tmp_path: Path, how: str) -> None:
    with opened(tmp_path, "--db", place, "wall", program=begun(how)) as terminal:
        terminal.shows("is on duty")
        terminal.settles(0.3)
        end(terminal, how)
    assert reports(tmp_path) == []


def test_without_a_terminal_there_is_help_and_no_console(place: str) -> None:
    done = Console(place).process()
    assert done.code == 2
    assert "Usage: careconsole" in done.out
    assert "\x1b" not in done.out + done.err


def test_a_database_that_cannot_be_opened_is_told_in_the_shell(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("this is no database\n" * 100)
    with opened(tmp_path, "--db", str(place)) as terminal:
        code = terminal.ends()
        assert code == Console(str(place)).call("queue").code != 0
        assert ALTERNATE not in terminal.raw
        assert b"careconsole: " in terminal.raw
        assert b"Traceback" not in terminal.raw
        assert not active(terminal.raw.decode())
