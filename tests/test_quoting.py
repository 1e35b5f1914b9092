"""What a reader copies into a shell reaches careconsole whole: examples and hints quote what a shell would eat."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.cli import program
from careconsole.commands import VERBS
from tests.cli.console import Console
from tests.cli.test_help import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
TOP = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")
PAGES = [*(ROOT / name for name in TOP), *sorted(ROOT.glob("docs/**/*.md"))]
SOURCES = sorted(ROOT.glob("careconsole/**/*.py"))
CRON = re.compile(r"\S+/?\S* \* \* \* \* |\d+ \d+ \* \* \S+ ")


def unquoted(line: str) -> Iterator[tuple[int, str]]:
    """The characters of a command line that stand outside quotes, with their places, up to a remark."""
    quote, at = "", 0
    while at < len(line):
        sign = line[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign == "\\":
            at += 1
        elif sign in "'\"":
            quote = sign
        elif sign == "#" and line[at - 1 : at] in ("", " "):
            return
        else:
            yield at, sign
        at += 1


def eaten(line: str, signs: str = "<>*?![]()") -> list[str]:
    """The words of a command line of which a shell would take a part for its own.

    Redirections stand after a blank, as people write them.
    """
    return [
        line[:at].rpartition(" ")[2] + line[at:].partition(" ")[0]
        for at, sign in unquoted(line)
        if sign in signs and not (sign in "<>" and line[at - 1 : at] in (" ", ">", "2"))
    ]


def shown_lines() -> Iterator[tuple[str, str]]:
    """Every command line that is shown to be copied: where it stands, and the line."""
    for page in PAGES:
        for number, line in enumerate(page.read_text().splitlines(), 1):
            code = CRON.sub("", line.strip().removeprefix("$ "), count=1)
            if line.startswith("    ") and re.match(r"(\S+/)?careconsole [^:]|eval |.*\| (\S+/)?careconsole ", code):
                yield f"{page.name}:{number}", code
    for name, command in {"": program, **COMMANDS}.items():
        for line in (command.help or "").splitlines():
            if re.match(r"\s+(\S+/)?careconsole ", line):
                yield f"careconsole {name} --help", line.strip()
    for verb in VERBS:
        yield verb.id, verb.example


LINES = list(shown_lines())


def test_there_are_lines_to_look_at() -> None:
    assert len(LINES) > 200
    assert {"README.md", "shell.md", "exports.md"} <= {place.partition(":")[0] for place, _ in LINES}


def test_every_line_that_is_shown_reaches_careconsole_whole() -> None:
    assert [(place, line, found) for place, line in LINES if (found := eaten(line))] == []


def test_every_line_that_is_shown_can_be_read_by_a_shell(tmp_path: Path) -> None:
    script = tmp_path / "lines.sh"
    script.write_text("".join(f"{line}\n" for _, line in LINES))
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", ["queue waiting:>4h", "queue resolved:<1w", "jq .[].number", "queue !x", "x (late)"])
def test_the_look_at_lines_finds_what_a_shell_eats(line: str) -> None:
    assert eaten(line)
    assert not eaten(f"careconsole queue '{line}' > file.txt 2>&1  # (a remark)")


def test_commands_within_sentences_quote_their_filters() -> None:
    spans = [(page.name, span) for page in PAGES for span in re.findall(r"`(careconsole [^`]*)`", page.read_text())]
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                spans += [(path.name, span) for span in re.findall(r"careconsole [a-z][^`\n]*", node.value)]
    assert len(spans) > 200
    assert [(place, span) for place, span in spans if eaten(span, "<>") or re.search(r" -?\w+:!|\w:\*", span)] == []


NAMES = re.compile(r"(^|\.)(name|path|place|kept|file|target|copy)$|roster\.name\(")


def test_a_command_in_a_hint_quotes_the_names_that_it_is_given() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.JoinedStr):
                continue
            said = ""
            for part in node.values:
                if isinstance(part, ast.Constant):
                    said = (said + str(part.value)).rpartition(". ")[2]
                elif re.search(r"careconsole [a-z-]+ [^:;]*$", said) and isinstance(part, ast.FormattedValue):
                    given = ast.unparse(part.value)
                    if NAMES.search(given) and not re.match(r"_?quoted?\(", given):
                        found.append((path.name, node.lineno, given))
    assert found == []


def test_a_hint_about_a_filter_says_how_a_shell_takes_it(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben Olsen").code == 0
    for mistake in ("waiting:", "level>=1", "age:=4h"):  # the first is what a shell leaves of waiting:>4h
        result = console.call("queue", mistake)
        assert result.code == 2
        assert "In a shell, put single quotes around the whole term." in result.err, mistake
    assert "'waiting:>4h'" in console.call("queue", "help:").out
    assert console.call("team", "leave", "Ben Olsen").code == 0
    assert "careconsole team add 'Ben Olsen'." in console.call("team", "away", "Ben Olsen").err
