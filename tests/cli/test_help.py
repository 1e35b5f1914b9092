"""Every command explains itself, with an example that runs, and marks what it cannot do without."""

from __future__ import annotations

import gzip
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from careconsole.cli import program
from careconsole.commands import VERBS
from tests.cli.console import ROOT, Console
from tests.notify.receivers import mail_server
from tests.waiting import HANG


def leaves(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    ctx = click.Context(command)
    for name in command.list_commands(ctx):
        found = command.get_command(ctx, name)
        assert found is not None, name
        yield from leaves(found, f"{path} {name}".strip())


COMMANDS = dict(leaves(program))


def examples(command: click.Command) -> list[str]:
    """The lines under "Example:" in a command's help."""
    _, _, after = (command.help or "").partition("Example")
    return [line.strip() for line in after.splitlines() if line.startswith(" ") and "careconsole" in line]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_shows_itself_at_work(name: str, tmp_path: Path) -> None:
    result = Console(str(tmp_path / "none.db")).call(*name.split(), "--help")
    assert result.code == 0
    assert result.err == ""
    assert result.out.startswith(f"Usage: careconsole {name} ")
    shown = [line.strip() for line in result.out.splitlines()]
    assert examples(COMMANDS[name])
    for example in examples(COMMANDS[name]):
        assert example in shown, "it stands on a line of its own, to be pasted"
        assert f" {name}" in example or f" {COMMANDS[name].name} " in example, "or it is a verb under another name"


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.id)
def test_what_a_verb_cannot_do_without_is_marked_and_asked_for(verb: object, tmp_path: Path) -> None:
    command = COMMANDS[verb.id]  # type: ignore[attr-defined]
    marked = {p.name for p in command.params if isinstance(p, click.Option) and "[required]" in (p.help or "")}
    needed = {field.name for field in verb.fields if field.must_be_given and not field.at_end}  # type: ignore[attr-defined]
    assert marked == needed
    assert all(isinstance(p, click.Argument) or p.help for p in command.params)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_is_marked_as_required_twice(name: str) -> None:
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option) and option.required:
            assert "required" not in (option.help or ""), option.name


def test_no_page_announces_a_picture_which_a_terminal_does_not_show() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    before = [line for page in pages for line in re.findall(r"([^\n]+)\n+!\[", page.read_text(encoding="utf-8"))]
    assert len(before) > 5
    assert [line for line in before if line.rstrip().endswith(":")] == []


def test_a_form_does_not_speak_of_standard_input() -> None:
    for verb in VERBS:
        for field in verb.fields:
            assert "standard input" not in field.help, (verb.id, field.name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    assert all(p.help for p in COMMANDS[name].params if isinstance(p, click.Option))


ROWS = ("1,Kettle,Zoe Adams,open,2026-01-31T08:00:00Z", "2,Lid,Yan Li,open,2026-01-31T09:00:00Z")
TABLE = "\n".join(("Ticket,Subject,Owner,Status,Created", *ROWS, ""))
TIMES = '"created_at": "2026-01-31T08:00:00Z", "updated_at": "2026-01-31T08:00:00Z"'
SAMPLES = {
    "tickets.csv": TABLE,
    "cases.csv": TABLE,
    "cases.jsonl": '{"id": "1", "subject": "Kettle", "status": "open", "created": "2026-01-31T08:00:00Z"}\n',
    "zendesk.json": f'{{"tickets": [{{"id": 1, "subject": "Kettle", "status": "open", {TIMES}}}]}}',
    "jira.json": '{"issues": [{"id": "1", "key": "S-1", "fields": {"summary": "Kettle", "status": {"name": "Open"},'
    ' "created": "2026-01-31T08:00:00.000+0000", "updated": "2026-01-31T08:00:00.000+0000"}}]}',
    "freshdesk.json": f'[{{"id": 1, "subject": "Kettle", "status": 2, "priority": 1, {TIMES}}}]',
    "zammad.json": f'[{{"id": 1, "number": "1", "title": "Kettle", "state": "open", {TIMES}}}]',
    "helpscout.json": '{"_embedded": {"conversations": [{"id": 1, "number": 1, "subject": "Kettle", "status": "active",'
    ' "createdAt": "2026-01-31T08:00:00Z", "userUpdatedAt": "2026-01-31T08:00:00Z"}]}}',
    "intercom.json": '{"type": "conversation", "id": "1", "state": "open", "created_at": 1769846400,'
    ' "updated_at": 1769846400}',
    "mail.eml": "From: anna@home.example\n\nThe kettle leaks.\n",
    "support.mbox": "From a@home.example Mon Jan  5 08:00:00 2026\nFrom: a@home.example\n\nHello\n",
    "github.json": f'[{{"number": 1, "title": "Kettle", "state": "open", {TIMES},'
    ' "html_url": "https://github.com/acme/kettle/issues/1"}]',
}
"""One record of each kind of file that the examples of imports name."""


BOX: list[str] = []
"""The command that adds a box called support, once there is a server for it."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A team, customers and cases such as the examples speak of."""
    grp = pytest.importorskip("grp")
    folder = tmp_path_factory.mktemp("help")
    env = {"GROUP": grp.getgrall()[-1].gr_name, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "share")}
    console = Console(str(folder / "desk.db"), env=env)
    people = [word for name in ("Ben", "Cleo") for word in ("--agent", name)]
    assert console.call("init", "--team", "Shop", "--lead", "Ana", *people, "--contact", "Dr. Weiss").code == 0
    assert console.call("team", "add", "Dora", "--lead").code == 0
    assert console.call("team", "add", "Ben L.").code == 0
    for number in range(1, 15):
        elsewhere = f"servicenow:INC00100{number + 22}"
        opening = ("new", "--subject", f"Kettle {number}", "--customer", "Carla Neri", "--owner", "me")
        opened = console.call(*opening, "--external", elsewhere)
        assert opened.out == f"{number}\n"
    assert console.call("new", "--subject", "Kettle 15", "--customer", "C. Neri").code == 0
    for cause in ("refund limit", "refunds", "goodwill"):
        assert console.call("review", "14", "--cause", cause, "--nothing-because", "it is rare").code == 0
    for number in range(1, 4):
        may = ("--may", "refund it", "--limit", "40", "--currency", "EUR")
        assert console.call("playbook", "write", "--title", f"Known {number}", *may).code == 0
    (folder / "playbooks").mkdir()
    (folder / "playbooks" / "lids.md").write_text("# Lids\n\n## Do\n\n1. send one\n")
    (folder / "Downloads").mkdir()
    (folder / "invoice.pdf").write_text("%PDF-1.7")
    assert console.call("attach", "12", str(folder / "invoice.pdf")).code == 0
    assert console.call("attach", "13", str(folder / "invoice.pdf")).code == 0
    (folder / "mail.txt").write_text("Where is my parcel?\n")
    (folder / "log.csv").write_text("id,at\n1,2026-11-20T08:00:00Z\n")
    (folder / "log.jsonl.gz").write_bytes(gzip.compress(b'{"id": "2", "at": "2026-11-20T08:00:00Z"}\n'))
    (folder / "map.toml").write_text('source = "tracker"\ncase = "id"\ntime = "at"\n')
    for name, content in SAMPLES.items():
        (folder / name).write_text(content)
    columns = "sr_number,change_date,status,sub_status,impact,product,team_country,owner_country,support_team,org_line,"
    row = "1-1,2012-05-01T00:00:00+02:00,Accepted,In Progress,Low,PROD1,Sweden,Sweden,G97,Org line A,V2_1,Anne"
    (folder / "incidents.csv.gz").write_bytes(gzip.compress(f"{columns}function,owner\n{row}\n".encode()))
    (folder / "backup").mkdir()
    (folder / "Maildir" / "new").mkdir(parents=True)
    for number in range(1, 8):
        file = "Content-Type: text/csv\nContent-Disposition: attachment; filename=orders.csv\n" if number == 5 else ""
        given = f"From: x@home.example\nX-Spam-Flag: {'no' if number < 7 else 'yes'}\n{file}\nmail {number}"
        assert console.call("mail", "in", given=given).code == 0
    (folder / "www" / "receipts").mkdir(parents=True)
    (folder / "first.csv").write_text(TABLE.replace("Kettle", "Pot").replace("1,", "7,"))
    assert console.call("import", "csv", str(folder / "first.csv"), "--source", "first").code == 0, "a batch to look at"
    with mail_server() as server:
        out = ("--smtp", f"127.0.0.1:{server.port}", "--smtp-security", "plain", "--smtp-user", "")
        BOX[:] = ["box", "add", "support", "--address", "care@shop.example", *out]
        assert console.call(*BOX).code == 0
        assert console.call("customer", "address", "Carla Neri", "carla@home.example").code == 0
        for number in range(1, 4):  # mails that wait to be sent
            assert console.call("reply", str(number), "It is in the post.").code == 0
        assert console.call("box", "remove", "support").code == 0
        yield console


EXAMPLES = [
    (name, example)
    for name, command in COMMANDS.items()
    for example in examples(command)
    if name not in ("demo", "wall", "db move")
]


@pytest.mark.parametrize("name, example", EXAMPLES, ids=lambda value: str(value)[:60])
def test_every_example_runs(console: Console, name: str, example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does its work, or a rule refuses it for the case it names; it is never wrong use."""
    folder = Path(console.db).parent
    monkeypatch.chdir(folder)
    line = (
        example.replace("/backup/", f"{folder}/backup/")
        .replace("/srv/care/", f"{folder}/care/")
        .replace("/srv/www/", f"{folder}/www/")
    )
    line = line.replace("--shared support", f"--shared {console.env['GROUP']}")
    # What an earlier example leaves behind is made here, should that one run elsewhere or not at all.
    saved, shared = folder / "backup" / "shop-2026-11-24.db", folder / "care" / "shop.db"
    if name == "db restore" and not saved.exists():
        assert console.call("db", "backup", str(saved)).code == 0
    if name == "db share" and not shared.exists():
        shared.parent.mkdir(exist_ok=True)
        assert console.call("--db", str(shared), "init", "--team", "Shop", "--lead", "Ana").code == 0
    if name in ("words show", "words edit", "words remove"):
        assert console.call("words", "add", "late parcel", "--text", "Dear {customer}").code in (0, 3)
    if name.startswith("box ") or name == "mail fetch":
        for box in ("support", "care"):
            console.call("box", "remove", box)
    if name in ("box edit", "box remove", "box test", "mail fetch"):
        assert console.call(*BOX).code == 0
    if name in ("import auto", "receipts on", "notices digest", "undo") and "--yes" not in line:
        line += " --yes"  # there is nobody here to ask
    if "--expect" in line:
        line = f"careconsole db check --expect {console.call('db', 'check', '--json').json['head']}"
    if name == "db login":
        refused = console.call(*shlex.split(line)[1:])
        assert (refused.code, "has no logins" in refused.err) == (2, True), "this one is for a server"
        return
    if name == "db share":
        line = "careconsole --db care/shop.db db share " + console.env["GROUP"]
    if "|" in line or ">" in shlex.split(line):
        here = f'careconsole() {{ {shlex.quote(sys.executable)} -m careconsole "$@"; }}; set -o pipefail; {line}'
        done = subprocess.run(["bash", "-c", here], env=console.environment(), capture_output=True, timeout=HANG)
        code, err = done.returncode, done.stderr.decode()
    else:
        words = shlex.split(line)
        assert words[0] == "careconsole"
        result = console.call(*words[1:])
        code, err = result.code, result.err
    assert "Traceback" not in err
    if code == 3:
        assert err.startswith("careconsole: "), err
    else:
        assert code == 0, (line, code, err)


def test_the_whole_help_names_every_command_once() -> None:
    shown = Console("none.db").call("--help").out
    names = [line.split()[0] for line in shown.splitlines() if line.startswith("  ") and line[2:3].islower()]
    top = {name.split()[0] for name in COMMANDS}
    assert top <= set(names)
    assert all(names.count(name) == 1 for name in top)


def test_the_help_of_filters_needs_no_database() -> None:
    result = Console("/nowhere/none.db").call("queue", "help:")
    assert result.code == 0
    assert "waiting:>4h" in result.out
    assert "is:" in result.out
