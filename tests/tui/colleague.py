"""A second console, a process on a pseudo-terminal, beside the console under test."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desk.office import Office
from tests.tui.screen import Screen
from tests.waiting import HANG

ESCAPE, ENTER, SEND, TAB = b"\x1b", b"\r", b"\x13", b"\t"

needs_terminals = pytest.mark.skipif(os.name != "posix", reason="this system has no pseudo-terminals")


class Colleague:
    """A person at a console in another process. Waiting for them does not block the console under test."""

    def __init__(self, office: Office, name: str, home: Path, *, ready: str = "? help") -> None:
        from tests.bench.terminal import Terminal

        command = (sys.executable, "-m", "careconsole", "--db", office.path, "--as", name)
        self._terminal = Terminal(command, home, patience=HANG)
        try:
            self._wait(ready)
            self._terminal.settles(0.2)
        except BaseException:
            self._terminal.close()
            raise

    def __enter__(self) -> Colleague:
        return self

    def __exit__(self, *how: object) -> None:
        self._terminal.close()

    async def types(self, keys: bytes, until: str = "") -> None:
        """Types keys, and waits for the text `until`, if given."""
        self._terminal.type(keys)
        if until:
            await self.shows(until)

    async def shows(self, text: str) -> None:
        """Waits for a text."""
        await asyncio.to_thread(self._wait, text)

    async def answers(self, keys: bytes) -> float:
        """Types keys; returns the seconds until the first output."""
        at = self._terminal.type(keys)
        return await asyncio.to_thread(self._terminal.answers) - at

    async def rests(self) -> None:
        """Waits until there is no more output."""
        await asyncio.to_thread(self._terminal.settles, 0.2)

    def is_killed(self) -> None:
        """Kills the process."""
        self._terminal._process.kill()
        self._terminal._process.wait()

    @property
    def is_there(self) -> bool:
        """Whether the process runs."""
        return self._terminal._process.poll() is None

    def _wait(self, text: str) -> None:
        try:
            self._terminal.shows(text)
        except SystemExit as missed:
            raise AssertionError(str(missed)) from None


async def until(screen: Screen, holds: Callable[[], object]) -> float:
    """Waits until something holds on the screen, without a key; returns the seconds it took."""
    begin = time.monotonic()
    await screen.until(holds)
    return time.monotonic() - begin


def real_time(office: Office) -> Office:
    """Sets an office's clock to the present, as other processes have it."""
    office.now = time.time_ns() // 1_000_000
    return office
