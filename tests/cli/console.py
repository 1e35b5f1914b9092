"""The command line under test: in this process, in a separate process, and on a pseudo-terminal."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from careconsole.cli import run
from tests.waiting import HANG, started

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-24T09:00Z"
DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = set("\xad\u034f\u115f\u1160\u180e\u200b\u2060\u2064\u3164\ufeff\uffa0\U000e0001\U000e0041\U000e0100")
PROGRESS = ("\x1b[?25l", "\x1b[?25h", "\x1b[2K", "\x1b[1A")
"""What our own progress bar sends: hide and show the cursor, clear the line, go up a line."""


_NOUNS = (
    "addresses|boxes|calls|cases|cells|characters|clocks|columns|commands|customers|days|events|exceptions|files|hours|"
    "leads|lines|links|mails|messages|mistakes|notices|offers|pages|people|persons|playbooks|problems|promises|records|"
    "rejects|rows|seconds|steps|things|times|updates|values|warnings|weeks|words"
)
_WRONG_COUNT = re.compile(rf"(?:(?<![\w.,:/#-])1 (?:more |new |open |other )?(?:{_NOUNS})\b|^1 (?:are|have|were)\b).*")


def wrong_count(text: str) -> str:
    """What a text counts wrongly, such as "1 cases"; empty for nothing."""
    found = _WRONG_COUNT.search(text)
    return found[0] if found is not None else ""


@dataclass(frozen=True)
class Result:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Console:
    """A command line that works on one database, as one person."""

    db: str
    name: str = "Ana"
    env: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("CARECONSOLE", "PYTHONIO"))}
        ours = {"CARECONSOLE_DB": self.db, "CARECONSOLE_AS": self.name, "CARECONSOLE_NOW": NOW}
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100", **ours, **self.env}

    def call(self, *args: str, given: str | bytes = b"") -> Result:
        """Runs a command in this process: fast, and with nothing between the arguments and the program."""
        data = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
        streams: dict[str, Any] = {
            "stdin": io.TextIOWrapper(io.BytesIO(data), "utf-8"),
            "stdout": io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""),
            "stderr": io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""),
        }
        code: Any = None
        with mock.patch.multiple(sys, **streams), mock.patch.dict(os.environ, self.environment(), clear=True):
            try:
                run(list(args))
            except SystemExit as end:
                code = end.code
            sys.stdout.flush()
            sys.stderr.flush()
            out, err = (streams[name].buffer.getvalue().decode() for name in ("stdout", "stderr"))
        assert not (wrong := wrong_count(err) or wrong_count(out)), (args, wrong)
        return Result(code, out, err)

    def process(self, *args: str | bytes, given: bytes = b"", **options: Any) -> Result:
        """Runs a command in a separate process, with pipes."""
        env = {**self.environment(), **options.pop("env", {})}
        done = subprocess.run(
            [sys.executable, "-m", "careconsole", *args],
            input=given,
            capture_output=True,
            env=env,
            timeout=HANG,
            **options,
        )
        return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def as_login(
        self, login: int, *args: str, groups: tuple[int, ...] = (), umask: int = 0o022
    ) -> Callable[[], Result]:
        """Starts a command as another login with these further groups; root only. Returns a function that waits for it.

        It forks this process, since other logins may not read this Python: what they need is already loaded.
        """
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed with the result
        child = os.fork()
        if not child:
            code: Any = 99
            try:
                for number, file in ((1, out), (2, err)):
                    os.dup2(file.fileno(), number)
                sys.stdin, sys.stdout, sys.stderr = (
                    open(which, mode)  # noqa: SIM115 - as long as the process
                    for which, mode in ((os.devnull, "r"), (1, "w"), (2, "w"))
                )
                environment = self.environment()
                os.environ.clear()
                os.environ.update(environment)
                os.chdir("/")
                os.umask(umask)
                os.setgroups(groups)
                os.setgid(login)
                os.setuid(login)
                run(list(args))
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)

        def result() -> Result:
            _, status = os.waitpid(child, 0)
            with out, err:
                texts = [(file.seek(0), file.read().decode())[1] for file in (out, err)]
            return Result(os.waitstatus_to_exitcode(status), *texts)

        return result

    def terminal(self, *args: str | bytes, given: bytes = b"", **options: Any) -> tuple[int, bytes]:
        """Runs a command on a pseudo-terminal without colours; returns the exit code and the bytes of both streams."""
        import fcntl
        import struct
        import termios

        env = {"NO_COLOR": "1", **self.environment(), **options.pop("env", {})}
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        command = [sys.executable, "-m", "careconsole", *args]
        arrived = bytearray()
        with started(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True, **options
        ) as process:
            os.close(slave)
            if given:
                os.write(master, given)
            try:
                while block := os.read(master, 65536):
                    arrived += block
            except OSError:  # how Linux reports that the other end is closed
                pass
            os.close(master)
            return process.wait(HANG), bytes(arrived)


def active(text: str) -> list[str]:
    """Returns the characters of `text` that a terminal acts on or hides, except line ends."""
    for ours in PROGRESS:
        text = text.replace(ours, "")
    text = text.replace("\r\n", "\n").replace("\r", "")
    return [
        f"U+{ord(c):04X}"
        for c in dict.fromkeys(text)
        if (unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != "\n") or c in DIRECTION or c in INVISIBLE
    ]


def is_sentence(result: Result) -> bool:
    """Whether an error is worded for a person: no data, no traceback, and what to do next."""
    lines = result.err.strip().splitlines()
    return (
        not result.out
        and "Traceback" not in result.err
        and len(lines) > 1
        and lines[0].startswith("careconsole: ")
        and lines[-1].startswith("  ")
        and len(lines[-1].split()) > 1
    )
