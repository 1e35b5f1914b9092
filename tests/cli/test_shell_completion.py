"""Tab: what a shell is told that a command line can go on with, and what each shell makes of it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from careconsole.cli.candidates import _BY_PLACE, FREE, _kind
from careconsole.cli.shell_completion import SCRIPTS, Line
from careconsole.store import open_store
from tests.cli.console import Console, active
from tests.cli.test_help import COMMANDS

NAMES = ("Ben", "Ben Olsen", "Jürgen Groß", "Pat O'Brien")
SUBJECT = "Kettle cracked: on arrival"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Console:
    folder = tmp_path_factory.mktemp("tab")
    console = Console(str(folder / "desk.db"))
    people = [word for name in NAMES for word in ("--agent", name)]
    assert console.call("init", "--team", "Shop", "--lead", "Ana", *people).code == 0
    for subject, tag in ((SUBJECT, "billing"), ("Late invoice", "vip")):
        given = ("--subject", subject, "--customer", "Café Lumen", "--tag", tag, "--owner", "me")
        assert console.call("new", *given).code == 0
    for customer in ("Acme, Inc", "Red", "Two"):
        assert console.call("new", "--subject", "x\x1b]0;title\x07y", "--customer", customer).code == 0
    store = open_store(console.db)  # as no command of ours would write them
    for hostile, name in (("char(27) || '[31m' || name", "Red"), ("name || char(10) || 'lines'", "Two")):
        sql = f"update customers set name = {hostile} where name = '{name}'"
        store.engine.write(lambda sql=sql: store.engine.execute(sql))  # type: ignore[misc]
    store.close()
    words = ("--reason", "expertise", "--need", "more", "--cause", "refund limit")
    assert console.call("escalate", "1", *words, "--to", "Ben").code == 0
    return console


def asked(console: Console, shell: str, **given: str) -> list[list[str]]:
    """What the program answers a shell: type, value and help of each candidate."""
    answer = Console(console.db, console.name, {"_CARECONSOLE_COMPLETE": f"{shell}_complete", **given}).call()
    assert (answer.code, answer.err) == (0, "")
    return [line.split("\t") for line in answer.out.splitlines() if line]


def tab(console: Console, line: str) -> list[str]:
    """The values that zsh gets for a line, the cursor at its end."""
    words = Line(line).words
    return [value for _, value, _ in asked(console, "zsh", COMP_BEFORE="\x1f".join(words[:-1]), COMP_WORD=words[-1])]


def test_commands_come_with_their_line_of_help(desk: Console) -> None:
    assert tab(desk, "careconsole qu") == ["queue"]
    assert tab(desk, "careconsole team ha") == ["hand-over"]
    assert {"csv", "zendesk", "events", "auto"} <= set(tab(desk, "careconsole import "))
    [[kind, value, help]] = asked(desk, "fish", COMP_BEFORE="careconsole", COMP_WORD="swe")
    assert (kind, value, help) == ("plain", "sweep", "Act on everything that is due now.")
    assert tab(desk, "careconsole nonsense of") == []


def test_people_are_completed_wherever_one_is_named(desk: Console) -> None:
    assert tab(desk, "careconsole offer 1 --to be") == ["Ben", "Ben Olsen"]
    assert tab(desk, "careconsole team away J") == ["Jürgen Groß"]
    assert tab(desk, "careconsole --as Pat") == ["Pat O'Brien"]
    assert tab(desk, "careconsole offer 1 --to=Pa") == ["--to=Pat O'Brien"]
    assert tab(desk, "careconsole offer 1 --to ols") == ["Ben Olsen"], "by a later word, where no name begins so"


def test_cases_come_by_number_with_their_subject(desk: Console) -> None:
    found = asked(desk, "zsh", COMP_BEFORE="careconsole\x1fshow", COMP_WORD="1")
    assert found == [["plain", "1", SUBJECT]]
    assert set(tab(desk, "careconsole merge 1 2 --into ")) >= {"1", "2"}
    assert tab(desk, "careconsole note 1 some") == [], "that is the text"
    assert tab(desk, "careconsole reopen ") == [], "none is resolved"


def test_filters_are_completed_term_by_term(desk: Console) -> None:
    assert tab(desk, "careconsole queue own") == ["owner:"]
    assert tab(desk, "careconsole queue is:mine -is:par") == ["-is:parked"]
    assert tab(desk, "careconsole queue owner:ben") == ["owner:Ben", "owner:Ben Olsen"]
    assert tab(desk, "careconsole queue 'owner:ben o") == ["owner:Ben Olsen"]
    assert tab(desk, "careconsole queue 'owner:ana,ben o") == ['owner:ana,"Ben Olsen"']
    assert tab(desk, "careconsole search tag:bil") == ["tag:billing"]
    assert tab(desk, "careconsole export cases customer:ac") == ['customer:"Acme, Inc"']
    assert tab(desk, "careconsole queue level:") == ["level:>=1", "level:>=2", "level:0"]
    assert tab(desk, "careconsole queue --so") == ["--sort"]


@pytest.mark.parametrize("line", ["careconsole queue 'owner:ben o", "careconsole queue 'owner:ana,ben o"])
def test_a_completed_filter_is_one_that_can_be_read(desk: Console, line: str) -> None:
    [term] = tab(desk, line)
    assert desk.call("queue", term).code == 0


def test_words_in_use_are_completed(desk: Console) -> None:
    assert tab(desk, "careconsole new --tag vi") == ["vip"]
    assert tab(desk, "careconsole new --customer caf") == ["Café Lumen"]
    assert tab(desk, "careconsole path try 1 --cause ") == ["refund limit"]
    assert tab(desk, "careconsole calendar show al") == ["always"]
    assert tab(desk, "careconsole queue --view rec") == ["recently resolved"]
    assert "escalated" in tab(desk, "careconsole watch --kind esc")
    assert tab(desk, "careconsole park 1 --until tom") == ["tomorrow 9:00"]


def test_files_are_left_to_the_shell(desk: Console) -> None:
    assert asked(desk, "zsh", COMP_BEFORE="careconsole\x1fservice\x1fset", COMP_WORD="x")[0][:2] == ["file", "x"]
    assert asked(desk, "zsh", COMP_BEFORE="careconsole\x1f--db", COMP_WORD="x")[0][:2] == ["file", "x"]


def test_nothing_that_a_terminal_acts_on_is_proposed_or_shown(desk: Console) -> None:
    for line in ("careconsole show ", "careconsole new --customer ", "careconsole queue customer:"):
        words = Line(line).words
        found = asked(desk, "zsh", COMP_BEFORE="\x1f".join(words[:-1]), COMP_WORD=words[-1])
        assert found
        assert not any(active(part) for one in found for part in one)
        assert not any("Red" in value or "Two" in value for _, value, _ in found)


def test_a_tab_creates_and_changes_nothing(tmp_path: Path) -> None:
    none = Console(str(tmp_path / "none.db"))
    assert tab(none, "careconsole show ") == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "none.db").write_bytes(b"no database at all")
    assert tab(none, "careconsole show ") == []
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    assert console.call("new", "--subject", SUBJECT, "--customer", "Carla").code == 0
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    assert tab(console, "careconsole show ") == ["1"]
    assert tab(console, "careconsole queue owner:an") == ["owner:Ana"]
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()} == before


def test_a_tab_reads_along_while_others_write(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    held = open_store(console.db)
    try:
        assert console.call("new", "--subject", SUBJECT, "--customer", "Carla").code == 0
        assert (tmp_path / "desk.db-wal").stat().st_size, "the case stands in the log alone"
        assert tab(console, "careconsole show ") == ["1"]
    finally:
        held.close()


def test_an_older_database_is_not_upgraded_by_a_tab(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    store = open_store(console.db)
    store.engine.execute("pragma user_version = 1")
    store.close()
    before = Path(console.db).read_bytes()
    assert tab(console, "careconsole team away ") == []
    assert Path(console.db).read_bytes() == before


def test_what_names_a_person_a_case_or_a_customer_is_completed() -> None:
    for name, param in ((name, param) for name, command in COMMANDS.items() for param in command.params):
        named = param.metavar in ("NAME", "CASE", "CASE...") or param.name in ("name", "case")
        chosen = isinstance(param.type, click.Choice | click.Path) or name.startswith("import ")
        if named and not chosen:
            assert _kind(name, param) != FREE or _BY_PLACE.get((name, param.name or "")) == FREE, (name, param.name)


def test_the_table_of_arguments_names_what_there_is() -> None:
    for place, param in _BY_PLACE:
        if place:
            assert param in {one.name for one in COMMANDS[place].params}, (place, param)


def test_a_line_is_read_as_a_shell_reads_it() -> None:
    assert Line('a \'b c\' "d\\"e" f\\ g ').words == ["a", "b c", 'd"e', "f g", ""]
    assert (Line("a 'b").words, Line("a 'b").quote) == (["a", "b"], "'")
    assert (Line("a \"b'").words, Line('a "b').quote) == (["a", "b'"], '"')
    assert Line("x | a b; c d && e f").words == ["e", "f"]
    assert Line("").words == [""]


# In the shells themselves: a line is typed on a pseudo-terminal, with a Tab at its end, and a key that prints it.

TYPED = {
    "--to Ben\\ O": "--to Ben\\ Olsen ",
    "--to 'Ben O": "--to 'Ben Olsen' ",
    '--to "Ben O': '--to "Ben Olsen" ',
    "--to pat": "--to Pat\\ O\\'Brien ",
    "--to=J": "--to=Jürgen\\ Groß ",
}
FILTERS = {
    "owner:pat": "owner:Pat\\ O\\'Brien ",
    "-is:par": "-is:parked ",
    "level:": "level:",
    "resolved:\\>": "resolved:\\>1w ",
}
SHOW = {
    "bash": ("--norc", "--noprofile", "-i"),
    "zsh": ("-f", "-i"),
}
LOAD = {
    "bash": "source $HOME/bash",
    "zsh": "fpath=($HOME/functions $fpath); autoload -Uz compinit; compinit -u -D",  # as an installed one is loaded
}
SET_UP = {
    "bash": 'bind \'set bell-style none\'; bind -x \'"\\C-t": printf "LINE<%s>\\n" "$READLINE_LINE"\'',
    "zsh": "unsetopt prompt_cr; line() { print -r -- \"LINE<$BUFFER>\" }; zle -N line; bindkey '^T' line",
}


@pytest.fixture
def program(desk: Console, tmp_path: Path) -> dict[str, str]:
    """An environment in which a shell finds careconsole."""
    here = tmp_path / "bin"
    here.mkdir()
    (here / "careconsole").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m careconsole "$@"\n')
    (here / "careconsole").chmod(0o755)
    for shell, script in SCRIPTS.items():
        (tmp_path / shell).write_text(script)
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "_careconsole").write_text(SCRIPTS["zsh"])
    return {
        **desk.environment(),
        "PATH": f"{here}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "INPUTRC": os.devnull,
        "HISTFILE": os.devnull,
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "PS1": "$ ",
    }


def typed(shell: str, env: dict[str, str], lines: list[str]) -> list[str]:
    """What becomes of lines that are typed in a shell, each with a Tab at its end."""
    import fcntl
    import struct
    import termios

    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    process = subprocess.Popen(
        [shell, *SHOW[shell]], stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
    )
    os.close(slave)
    seen = ""

    def until(pattern: str) -> re.Match[str]:
        nonlocal seen
        while not (match := re.search(pattern, seen)):
            seen += os.read(master, 65536).decode("utf-8", "replace")
        seen = seen[match.end() :]
        return match

    try:
        os.write(master, f"{LOAD[shell]}; {SET_UP[shell]}; echo BE''GIN\n".encode())
        until("BEGIN")
        found = []
        for line in lines:
            os.write(master, f"{line}\t\x14".encode())
            found.append(until("LINE<(.*?)>\r")[1])
            os.write(master, b"\x15")
        return found
    finally:
        process.kill()
        process.wait()
        os.close(master)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_puts_in_names_with_blanks_quoted(shell: str, program: dict[str, str]) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    wanted = {f"careconsole offer 1 {begun}": f"careconsole offer 1 {done}" for begun, done in TYPED.items()}
    wanted |= {f"careconsole queue {begun}": f"careconsole queue {done}" for begun, done in FILTERS.items()}
    lines = list(wanted)
    assert dict(zip(lines, typed(shell, program, lines), strict=True)) == wanted


def test_fish_is_given_values_and_what_stands_beside_them(program: dict[str, str], tmp_path: Path) -> None:
    fish = shutil.which("fish")
    if not fish:
        pytest.skip("fish is not installed")
    lines = ("careconsole offer 1 --to Pat", 'careconsole queue \\"owner:ben o', "careconsole show 1")
    code = "; ".join([f"source {tmp_path}/fish", *(f'complete -C "{line}"' for line in lines)])
    done = subprocess.run([fish, "--no-config", "-c", code], env=program, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["Pat O'Brien\tagent", "owner:Ben Olsen", f"1\t{SUBJECT}"], done.stderr


# Installing


def test_a_script_goes_where_its_shell_looks(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "XDG_CONFIG_HOME": str(tmp_path / "conf")}
    console = Console("none.db", env=env)
    places = {
        "bash": tmp_path / "share/bash-completion/completions/careconsole",
        "zsh": tmp_path / "share/zsh/site-functions/_careconsole",
        "fish": tmp_path / "conf/fish/completions/careconsole.fish",
    }
    for shell, place in places.items():
        for _ in range(2):  # once more, as after an upgrade
            result = console.call("completion", shell, "--install")
            assert (result.code, result.out) == (0, f"{place}\n")
            assert result.err
            assert place.read_text() == console.call("completion", shell).out == SCRIPTS[shell]
        assert len(list(place.parent.iterdir())) == 1, "nothing is left beside it"


def test_a_file_of_somebody_elses_is_not_written_over(tmp_path: Path) -> None:
    console = Console("none.db", env={"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)})
    place = tmp_path / "bash-completion/completions/careconsole"
    place.parent.mkdir(parents=True)
    place.write_text("my own\n")
    result = console.call("completion", "bash", "--install")
    assert result.code == 2
    assert "not made by careconsole" in result.err
    assert place.read_text() == "my own\n"
