"""A terminal that measures time: runs a program on a pseudo-terminal, types, and records when output came.

It emulates just enough: it answers what a program asks a terminal at the start, and reads the text between the escape
sequences without knowing its place on the screen. Linux and macOS; Windows has no such pseudo-terminals.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.processes import ROOT, Command, clean_environment

WIDTH, HEIGHT = 120, 40
"""The size of the screen, in cells."""

_ESCAPE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # moves, colours, modes
    rb"|\][^\x07\x1b]*(?:\x07|\x1b\\)|[P^_][^\x1b]*\x1b\\"  # strings, with a terminator
    rb"|[ -/]*[0-OQ-Z\\`-~])"
)
_ANSWERS = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",  # whole frames can be shown at once
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",  # a new size is reported by a signal
    b"\x1b[?u": b"\x1b[?0u",  # keys are sent in their legacy form
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
}
_LONGEST = max(map(len, _ANSWERS))
_OURS = ("CARECONSOLE_", "TEXTUAL", "XDG_")
_SIZES_AND_COLOURS = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"}
_QUIT = b"\x11"
_KEPT = 2_000
"""The bytes of what a failed program said that are shown."""
_PATIENCE = 30.0
"""Seconds to wait for something that should be on the screen."""


class Terminal:
    """A program on its own terminal, started at `began`. All times are `time.monotonic()` in seconds.

    `home` is where the program keeps settings of a user, so that those of the actual user do not matter. `sweep` is the
    seconds between its sweeps (0: never), `patience` how many it waits for something that should be on the screen.
    """

    def __init__(self, command: Command, home: Path, sweep: float = 0, patience: float = _PATIENCE) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self._name = " ".join(command)
        self._patience = patience
        self._asked = b""
        self._rest = b""
        self._ended = False
        self._clear()
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(home, sweep),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def type(self, keys: bytes) -> float:
        """Forgets earlier output and types `keys`; returns when."""
        self.forget()
        at = time.monotonic()
        os.write(self._master, keys)
        return at

    def forget(self) -> None:
        """Reads and forgets the output so far."""
        while self._hear(0):
            pass
        self._clear()

    def shows(self, text: str) -> float:
        """Waits until `text` is in the output; returns when it came."""
        wanted = text.encode()
        return self._until(lambda: wanted in self._text, f"{text!r}")

    def paints(self) -> float:
        """Waits until as many cells were written, in plain ASCII, as the screen has; returns when."""
        return self._until(lambda: len(self._text.replace(b"\r\n", b"")) >= WIDTH * HEIGHT, "a full screen")

    def ends(self, seconds: float) -> None:
        """Waits until the program has ended. Raises SystemExit if that takes longer than `seconds`, or if it failed."""
        end = time.monotonic() + seconds
        while self._process.poll() is None:
            self._text = self._text[-_KEPT:]
            self._hear(0.2)
            if time.monotonic() > end:
                raise SystemExit(f"{self._name}\ndid not end in {seconds:.0f} s.")
        while self._hear(0):
            pass
        if self._process.returncode:
            raise SystemExit(f"{self._name}\nfailed. What came:\n{self._text[-_KEPT:].decode(errors='replace')}")

    def answers(self) -> float:
        """Waits for any output; returns when it came."""
        return self._until(lambda: self.bytes > 0, "anything")

    def settles(self, quiet: float, most: float = 5.0) -> float | None:
        """Listens until nothing came for `quiet` seconds, `most` in all; returns when the last output came, if any."""
        end = time.monotonic() + most
        while time.monotonic() < end and self._hear(quiet):
            pass
        return self.last

    def computed(self) -> float | None:
        """Milliseconds of CPU time so far, in all threads; None where the system does not tell (only Linux does)."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes of memory that it holds now (RSS: its own, and what it shares with others)."""
        if sys.platform == "linux":
            rollup = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
            kilobytes = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Rss:"))
        else:
            kilobytes = subprocess.check_output(["ps", "-o", "rss=", "-p", str(self._process.pid)], text=True)
        return int(kilobytes) << 10

    def close(self) -> None:
        """Quits the program by its own key, and kills it if that does not help."""
        with suppress(OSError):
            os.write(self._master, _QUIT)
        end = time.monotonic() + 3
        while self._process.poll() is None and time.monotonic() < end:
            if not self._hear(0.02):
                time.sleep(0.005)
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _clear(self) -> None:
        self._text = b""
        self.bytes = 0
        """Bytes of output since it was last forgotten."""
        self.last: float | None = None
        """When the last of them came."""

    def _until(self, there: Callable[[], bool], what: str) -> float:
        end = time.monotonic() + self._patience
        while not there():
            if not self._hear(max(0.0, end - time.monotonic())):
                seen = self._text.decode(errors="replace")
                how = "ended" if self._ended else f"waited {self._patience:.0f} s"
                raise SystemExit(f"{self._name}\n{how} without showing {what}. What came:\n{seen[-2000:]}")
        assert self.last is not None
        return self.last

    def _hear(self, seconds: float) -> bool:
        """Waits for output and reads it; returns whether any came. Its time is taken before it is processed."""
        if self._ended or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError as error:  # how Linux reports that the other end is closed
            if error.errno != errno.EIO:
                raise
            data = b""
        if not data:
            self._ended = True
            return False
        self.last = time.monotonic()
        self.bytes += len(data)
        self._reply(data)
        self._read(data)
        return True

    def _reply(self, data: bytes) -> None:
        asked = self._asked + data
        done = 0
        for question, answer in _ANSWERS.items():
            place = asked.find(question)
            if place >= 0:
                os.write(self._master, answer)
                done = max(done, place + len(question))
        self._asked = asked[done:][1 - _LONGEST :]

    def _read(self, data: bytes) -> None:
        plain = _ESCAPE.sub(b"", self._rest + data)
        cut = plain.rfind(b"\x1b")  # a sequence whose end has not come yet
        self._rest = plain[cut:] if cut >= 0 else b""
        self._text += plain[:cut] if cut >= 0 else plain


def listen(terminals: Sequence[Terminal], seconds: float) -> None:
    """Listens to several terminals at once for so long."""
    end = time.monotonic() + seconds
    by_number = {terminal._master: terminal for terminal in terminals if not terminal._ended}
    while (left := end - time.monotonic()) > 0:
        for number in select.select(list(by_number), [], [], left)[0]:
            if not by_number[number]._hear(0):
                raise SystemExit(f"{by_number[number]._name}\nended by itself.")


def _environment(home: Path, sweep: float) -> dict[str, str]:
    kept = {
        name: value
        for name, value in clean_environment().items()
        if not name.startswith(_OURS) and name not in _SIZES_AND_COLOURS
    }
    own = {f"XDG_{what}_HOME": str(home) for what in ("CONFIG", "DATA", "STATE", "CACHE")}
    own["CARECONSOLE_SWEEP"] = f"{sweep:g}"  # usually never: sweeps are not what is measured
    return {**kept, **own, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


def _own_terminal() -> None:
    """In the new process: makes the terminal its controlling terminal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
