"""A reader of the documentation, who types what a page shows, line by line, and compares what is printed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import click

from careconsole.cli import program
from tests.cli.console import ROOT
from tests.cli.test_demo import AT, environment
from tests.waiting import HANG

INDENT = "    "
COMMENT = re.compile(r"<!-- (.*) -->")
HOME = "/home/ana"
"""The folder of the reader, as the pages call it."""
TAG = re.compile(r"\[(\d+)-[A-Z2-9]{4}\]")
"""The tag of a case; its letters are made with the key of the team, which is another one for each."""
CRON = re.compile(r"(?:[\d*/,]+ ){5}\S*careconsole ")
"""How a line of a crontab begins: what it prints is sent as a mail each time."""
INLINE = re.compile(r"`([a-z][^`]+)`")


@dataclass(frozen=True)
class Shown:
    """A command that a page shows, where, and what it is said to print (None: the page does not show it)."""

    line: int
    command: str
    printed: tuple[str, ...] | None = None


@dataclass
class Block:
    """Indented lines of a page, and the comment above them, which says on what they are run."""

    line: int
    on: str
    lines: list[str] = field(default_factory=list)

    def shown(self) -> list[Shown]:
        """Its commands: of a session those after `$`, with what they print; else each line, or the comment's."""
        named = re.fullmatch(r"Printed by `(careconsole \S.*?)`.*", self.on)
        if self.lines[0].startswith("$ "):
            return list(self._session())
        if named is not None:
            return [Shown(self.line, named[1], tuple(self.lines))]
        text = "\n".join(self.lines).replace("\\\n", " ")
        return [Shown(self.line, line) for line in text.splitlines() if line]

    def _session(self) -> Iterator[Shown]:
        starts = [at for at, line in enumerate(self.lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(self.lines)], strict=True):
            yield Shown(self.line + start, self.lines[start][2:], tuple(self.lines[start + 1 : end]))


def blocks(page: str) -> list[Block]:
    """The blocks of a page of the documentation that are set off by four spaces, in their order."""
    found: list[Block] = []
    on, open_block = "", False
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(INDENT):
            if not open_block:
                found.append(Block(number, on))
            open_block = True
            found[-1].lines.append(line.removeprefix(INDENT))
        elif not line and open_block:
            found[-1].lines.append("")
        elif line:
            comment = COMMENT.fullmatch(line)
            on, open_block = comment[1] if comment else "", False
    for block in found:
        while not block.lines[-1]:
            block.lines.pop()
    return found


def inline(page: str) -> list[Shown]:
    """The whole commands with arguments in the sentences of a page, in their order; not those it only names."""
    found = [(line, text) for line, text in _inline(page) if text.startswith("careconsole ")]
    return [Shown(line, text) for line, text in found if _resolved(shlex.split(text)[1:])[1]]


def named(page: str) -> Iterator[tuple[int, click.Command, list[str]]]:
    """The commands, whole or not, that the sentences of a page name: the line, the command, and further words."""
    for line, text in _inline(page):
        words = text.removeprefix("careconsole ").replace("'", " ").replace('"', " ").split()
        command, rest = _resolved(words)
        if command is not program:
            yield line, command, rest


def _inline(page: str) -> list[tuple[int, str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = "\n".join("" if line.startswith(INDENT) else line for line in text.splitlines())
    return [(prose.count("\n", 0, at.start()) + 1, " ".join(at[1].split())) for at in INLINE.finditer(prose)]


def _resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and those after it."""
    at: click.Command = program
    while words and isinstance(at, click.Group) and (found := at.get_command(click.Context(at), words[0])):
        at, words = found, words[1:]
    return at, words


@dataclass
class Reader:
    """Somebody with a shell in a folder of their own; what they export stays, and a reply takes them 25 seconds."""

    folder: Path
    instead: dict[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.fromisoformat(AT))
    exported: dict[str, str] = field(default_factory=dict)

    def types(self, command: str) -> tuple[int, list[str]]:
        """Runs a line as a shell does, with `instead` of what only the reader can know; returns code and lines."""
        for theirs, ours in self.instead.items():
            command = command.replace(theirs, ours)
        if command.startswith("export "):
            self.exported.update([command.removeprefix("export ").split("=", 1)])
            return 0, []
        program = f'careconsole() {{ "{sys.executable}" -m careconsole "$@"; }}; set -o pipefail; {command}'
        now = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        home = str(self.folder / ".local" / "share")
        more = {"CARECONSOLE_NOW": now, "XDG_DATA_HOME": home, "TZ": "UTC", "PYTHONUNBUFFERED": "1", **self.exported}
        run = subprocess.run(
            ["bash", "-c", program],
            cwd=self.folder,
            env=environment(self.folder, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=HANG,
        )
        if command.startswith("careconsole reply"):
            self.now += timedelta(seconds=25)
        printed = TAG.sub(r"[\1-K7QF]", run.stdout.decode()).replace(str(self.folder), HOME)
        return run.returncode, [line.rstrip() for line in printed.splitlines()]

    def compares(self, shown: Shown) -> None:
        """Types a command, which must be refused if the page shows that; what is shown is printed, in this order.

        A line `...` stands for lines that are left out, elsewhere none is. Empty lines do not count.
        """
        code, lines = self.types(shown.command)
        where = f"line {shown.line}: {shown.command}\n" + "\n".join(lines)
        refused = any(line.startswith("careconsole: ") for line in shown.printed or ())
        assert (code != 0) == refused, where
        assert not (CRON.match(shown.command) and lines), where
        if shown.printed is not None:
            rest = [line for line in lines if line]
            for run, begins, ends in runs(shown.printed):
                starts = [at for at in range(len(rest)) if rest[at : at + len(run)] == run] if run else [0]
                assert starts, (run, where)
                assert begins or starts[0] == 0, (run, where)
                rest = rest[starts[0] + len(run) :]
                assert ends or not rest, (rest, where)


def runs(printed: Sequence[str]) -> Iterator[tuple[list[str], bool, bool]]:
    """The lines between those that are left out; whether some are left out before them, and after."""
    parts: list[list[str]] = [[]]
    for line in printed:
        if line.strip() == "...":
            parts.append([])
        elif line:
            parts[-1].append(line)
    for at, part in enumerate(parts):
        if part:
            yield part, at > 0, at < len(parts) - 1
