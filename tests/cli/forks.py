"""Runs commands as separate processes on a terminal that start at once: what they need is already loaded.

`python -m tests.cli.forks` loads the program, and then, for each line of JSON that it reads (arguments, environment,
the name of a terminal), forks, runs the command in the fork, and writes its exit code. It has one thread, so that
forking is safe.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import select
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from tests.waiting import HANG, started

ROOT = Path(__file__).resolve().parents[2]


class Forks:
    """A test's connection to the process that forks."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def run(self, args: Sequence[str | bytes], environment: dict[str, str]) -> tuple[int, bytes]:
        """Runs a command on a terminal of 100 columns; returns its exit code and the bytes that arrive there."""
        import fcntl
        import struct
        import termios

        assert self._process.stdin is not None
        assert self._process.stdout is not None
        master, slave = os.openpty()
        try:
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
            asked = [[os.fsdecode(arg) for arg in args], environment, os.ttyname(slave)]
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
            arrived, told = bytearray(), self._process.stdout.fileno()
            while told not in (ready := select.select([master, told], [], [], HANG)[0]):
                assert ready, f"{args} hangs: {arrived!r}"
                arrived += os.read(master, 65536)
            code = int(self._process.stdout.readline())
            while select.select([master], [], [], 0)[0]:
                arrived += os.read(master, 65536)
            return code, bytes(arrived)
        finally:
            os.close(slave)
            os.close(master)


@contextmanager
def forks() -> Iterator[Forks]:
    """Starts the process that forks, and ends it when the block is left."""
    command = [sys.executable, "-m", "tests.cli.forks"]
    with started(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Forks(process)


def main() -> None:
    """Loads the program, and forks for each line of input."""
    import careconsole

    for part in pkgutil.walk_packages(careconsole.__path__, "careconsole."):
        if part.name.split(".")[1] in ("cli", "commands", "desk", "domain", "store", "intake"):
            importlib.import_module(part.name)
    for line in sys.stdin:
        args, environment, terminal = json.loads(line)
        child = os.fork()
        if not child:
            _command(args, environment, terminal)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _command(args: list[str], environment: dict[str, str], terminal: str) -> NoReturn:
    """In the fork: sets up streams and environment as in a new process, then runs the command."""
    code: Any = 99
    try:
        os.setsid()
        there = os.open(terminal, os.O_RDWR)
        for number in range(3):
            os.dup2(there, number)
        os.environ.clear()
        os.environ.update(environment)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        from careconsole.cli import run

        run(args)
    except SystemExit as end:
        code = 0 if end.code is None else end.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
