"""The pages of docs/: every command that they show runs, or a rule refuses it; none is wrong use.

They speak of the team, cases and files of which the help of the commands speaks.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.console import ROOT, Console
from tests.cli.reader import CRON, Shown, blocks, inline, named
from tests.cli.test_help import console as console
from tests.waiting import HANG

GENERATED = ("commands.md", "keys.md")
PAGES = sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name not in GENERATED)
WORDS = {
    "import events FILE...": "import events log.csv",
    "import events FILE ": "import events log.csv ",
    "MAP.toml": "map.toml",
    "my.toml": "map.toml",
    "import auto FILE...": "import auto tickets.csv -y",
    "import KIND FILE...": "import csv tickets.csv --source shop",
    "KIND": "csv --help",
    "NUMBER": "1",
    "help TOPIC": "help keys",
    "help COMMAND": "help queue",
    "careconsole COMMAND": "careconsole queue",
    "--from FILE": "--from measures.jsonl",
    "FILE": "page.html --force",
    "DIR": "playbooks",
    "--view NAME": "--view mine",
    "add NAME": "add Emil",
    "fitted|partly|not": "fitted",
    "...": "more",
    "--db /srv/care/team.db ": "",
    "/srv/": "srv/",
    "~/": "",
    "receipts on 12 ": "receipts on 12 --yes ",
    "--whole ": "--whole --yes ",
    "--password -": "--password - < secret.txt",
}
"""What a reader puts for the words in capitals; files are in the folder of the test, and nobody can be asked."""
NOT_DONE = {
    "box test support": "its servers are not there",
    "mail fetch": "its servers are not there",
    "mail server mx.shop.example": "see tests/cli/test_mail.py",
    "db check --expect": "the head is that of another database",
    "db restore shop.db": "nothing was upgraded or moved",
    "files save 12 7": "what is not there is refused as wrong use; see test_seven_commands.py",
    "files save 12 m7.2": "likewise",
    "watch": "it runs until it is stopped",
    "postgresql:": "it needs a server; see test_move.py and test_postgres.py",
    "db move": "it needs a server; see test_move.py",
    "db login": "it needs a server; see test_other_logins.py",
    "completion": "it is for the reader's own shell; see test_shell_completion.py",
    "wall": "without --html it needs a terminal",
    "config edit": "see test_config.py",
}
"""What does not work here, by its words, and why."""


def shown_on(page: str) -> list[Shown]:
    found = [shown for block in blocks(f"docs/{page}") for shown in block.shown()] + inline(f"docs/{page}")
    return [one for one in found if re.match(r"(.*\| )?careconsole +[^ #]", one.command)]


def test_the_lines_for_cron_are_silent_when_all_is_well() -> None:
    every = [shown.command for page in PAGES for block in blocks(f"docs/{page}") for shown in block.shown()]
    lines = [line.strip() for line in every if CRON.match(line.strip())]
    assert len(lines) >= 6
    for line in lines:
        assert re.search(r" --quiet\b| > \S+$|\bexport .* --out ", line), line


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs(page: str, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(console.db).parent
    monkeypatch.chdir(folder)
    for place in ("srv/care", "srv/www/receipts", "srv/reports"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for name in ("scan0001.jpg", "letter.pdf", "secret.txt", "received.txt", "address.txt"):
        (folder / name).write_text("x@shop.example\n")
    (folder / "measures.jsonl").write_text(console.call("export", "measures", "--weeks").out)
    (folder / "first-days.toml").write_text(console.call("service", "template").out)
    console.call("service", "set", "first-days.toml")
    for shown in shown_on(page):
        if not any(f" {words}" in shown.command for words in NOT_DONE) or " --html" in shown.command:
            code, err = typed(console, shown.command)
            assert "Traceback" not in err
            assert code in (0, 3), (f"docs/{page}, line {shown.line}", shown.command, code, err)


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{page}" for page in PAGES)])
def test_every_option_that_its_sentences_name_exists(page: str) -> None:
    for line, command, words in named(page):
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        if isinstance(command, click.Group):
            continue
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= known | {"--help", "--db", "--as", "--color"}, (page, line, command.name)


def typed(console: Console, line: str) -> tuple[int, str]:
    """Runs a line with the words of this place, in a shell where it needs one; returns code and standard error."""
    line = line.partition(" #")[0]
    for theirs, ours in WORDS.items():
        line = line.replace(theirs, ours)
    if not any(sign in shlex.split(line) for sign in ("|", "<", ">", ">>")):
        result = console.call(*shlex.split(line)[1:])
        return result.code, result.err
    tools = f'careconsole() {{ {shlex.quote(sys.executable)} -m careconsole "$@"; }}; pdftotext() {{ echo x; }}'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {tools}; {line}"],
        env=console.environment(),
        capture_output=True,
        timeout=HANG,
    )
    return done.returncode, done.stderr.decode()
