"""What --json prints: every command has it, and prints what its published schema says."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from careconsole.cli.output import JsonList, complain_json, put_json
from careconsole.domain.errors import CareError
from careconsole.present.json_types.errors import Kind
from careconsole.store import open_store
from careconsole.tools.json_outputs import OUTPUTS, Output, output_of
from careconsole.tools.json_schema import SHARED, documents, page, texts
from tests import postgres
from tests.by_person import LEARNING, in_json
from tests.cli.console import ROOT, Console, Result, active
from tests.cli.test_help import COMMANDS, SAMPLES
from tests.notify.receivers import mail_server, web_server

DOCUMENTS = {
    "export cases": "JSON Lines by nature, or CSV",
    "export history": "JSON Lines by nature, or CSV",
    "export queue": "CSV, or with --json-lines JSON Lines",
    "export measures": "JSON Lines by nature, or CSV",
    "export all": "JSON Lines by nature: a format of its own, see docs/exports.md",
    "watch": "JSON Lines by nature",
    "service template": "a TOML file with remarks, for people",
    "path template": "a TOML file with remarks, for people",
    "team rota template": "a TOML file with remarks, for people",
    "db login": "SQL, for who owns the database",
    "completion": "a program for the shell",
    "receipts link": "a link that opens the page like a password: JSON is kept and logged",
    "wall": "a display; queue has the same cases as JSON",
}
"""The commands that print a document by nature and have no --json, each with the reason."""

TABLES = [name for name in COMMANDS if name.startswith("import ")]


def has_json(name: str) -> bool:
    return any("--json" in option.opts for option in COMMANDS[name].params)


def of_command(name: str) -> Output:
    """The imports of one kind of file all print the same."""
    try:
        return output_of(name)
    except StopIteration:
        assert name.startswith("import "), f"{name} has no schema"
        return output_of("import KIND")


# Every command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_prints_no_document_takes_json(name: str) -> None:
    assert has_json(name) is (name not in DOCUMENTS), DOCUMENTS.get(name, f"careconsole {name} has no --json")


def test_every_command_has_a_schema_and_every_schema_a_command() -> None:
    known = [command for output in OUTPUTS for command in output.commands]
    assert len(known) == len(set(known))
    for name in COMMANDS:
        if has_json(name):
            assert not of_command(name).lines
    assert {name for name in known if not name.startswith("import ")} <= {*COMMANDS, "queue help:"}
    lines = {command for output in OUTPUTS if output.lines for command in output.commands}
    assert lines == {name for name, why in DOCUMENTS.items() if "JSON Lines" in why} - {"export all"}


def test_the_published_schemas_are_those_of_the_program() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.iterdir()}
    made_anew = "make them anew: python -m careconsole.tools.json_schema docs"
    assert files == texts(), made_anew
    assert published() == documents()
    assert set(files) == {f"{name}.json" for name in (*SHARED, *(output.name for output in OUTPUTS))}
    assert (ROOT / "docs" / "json.md").read_text(encoding="utf-8") == page(), made_anew


def test_every_schema_is_one_and_says_what_each_definition_is() -> None:
    definitions: dict[str, Any] = {}
    shapes = []
    for document in published().values():
        assert document.pop("$schema") == Draft202012Validator.META_SCHEMA["$id"]
        assert "$id" not in document, "with one, a validator would look for the other files elsewhere"
        own = document.pop("$defs", {})
        assert not definitions.keys() & own.keys(), "a definition stands once"
        definitions |= own
        shapes.append(document)
    Draft202012Validator.check_schema({"$defs": definitions, "anyOf": shapes})  # all at once, since it takes its time
    for name, part in definitions.items():
        assert part.get("description"), name
        assert set(part.get("required", ())) == set(part.get("properties", ())), f"{name}: no field is left out"


def test_every_reference_leads_to_a_definition_and_every_definition_is_referred_to() -> None:
    files = published()
    registry = registry_of(files)
    known = {f"{name}#/$defs/{part}" for name, document in files.items() for part in document.get("$defs", ())}
    led_to = set()
    for name, document in files.items():
        for reference in references(document):
            assert registry.resolver(name).lookup(reference).contents
            led_to.add(name + reference if reference.startswith("#") else reference)
    assert led_to == known


SCHEMAS = ROOT / "docs" / "schema"


def published() -> dict[str, dict[str, Any]]:
    """The schemas as a reader of the documentation has them, by the names of their files."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.iterdir())}


def registry_of(files: dict[str, dict[str, Any]]) -> Registry[Any]:
    """Every schema by the name of its file: whatever is not in the folder cannot be referred to."""
    return Registry().with_resources((name, Resource.from_contents(one)) for name, one in files.items())


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


# Real output

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """As our own times are written."""
    if not isinstance(value, str):
        return True
    return value.endswith("Z") and datetime.fromisoformat(value.replace("Z", "+00:00")).utcoffset() is not None


@cache
def strict_registry() -> Registry[Any]:
    """The published schemas, and besides: no field that they do not name."""
    files = published()
    for document in files.values():
        for part in document.get("$defs", {}).values():
            if part.get("type") == "object":
                part["additionalProperties"] = False
    return registry_of(files)


@cache
def strict(output: Output) -> Draft202012Validator:
    registry = strict_registry()
    return Draft202012Validator(registry.contents(f"{output.name}.json"), registry=registry, format_checker=FORMATS)


def holds(output: Output, text: str) -> Any:
    """What was printed, which must be as its schema says."""
    check = strict(output)
    values = [json.loads(line) for line in text.splitlines()] if output.lines else [json.loads(text)]
    for value in values:
        check.validate(value)
        assert not list(raw_times(value)), "a time is text"
    return values if output.lines else values[0]


def raw_times(value: Any, name: str = "") -> Iterator[str]:
    """The fields that hold a number which can only be epoch milliseconds."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from raw_times(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from raw_times(part, name)
    elif isinstance(value, int) and value > 10**11 and not name.endswith("bytes"):
        yield name


ROTA = 'zone = "UTC"\n[[turn]]\nlead = "Dora"\ndays = "mon-fri"\nhours = "8:00-18:00"\n'
PATHS = """
[[path]]
name = "all"
[[path.step]]
name = "lead"
call = ["duty"]
acknowledge = "1h"
[[path.step]]
name = "maker"
call = ["Dr. Weiss"]
"""

SMTP = ("--smtp", "127.0.0.1:DOOR")
WORK: tuple[tuple[str, ...], ...] = (
    ("team", "add", "Dora", "--lead"),
    ("team", "add", "Eli"),
    ("team", "contact", "Dr. Weiss", "--reach", "ext. 204"),
    ("team", "rename", "Eli", "Elia"),
    ("team", "add", "Elia N."),
    ("team", "merge", "Elia N.", "--into", "Elia"),
    ("team", "reach", "Elia", "ext. 21"),
    ("team", "login", "Elia", "elia"),
    ("team", "role", "Elia", "lead"),
    ("team", "rota", "check", "rota.toml"),
    ("team", "rota", "set", "rota.toml"),
    ("team", "rota", "show", "--days", "3"),
    ("team", "duty"),
    ("team", "duty", "Ana", "--until", "+4h"),
    ("team", "duty", "Ana", "--from", "tomorrow 8:00", "--until", "tomorrow 9:00"),
    ("team", "rota", "clear"),
    ("team", "duty", "Ana"),
    ("service", "check", "service.toml"),
    ("service", "set", "service.toml"),
    ("service", "show"),
    ("calendar", "set", "shop", "mon-fri 9:00-17:00", "--zone", "UTC"),
    ("calendar", "show", "shop"),
    ("path", "check", "paths.toml"),
    ("path", "set", "paths.toml"),
    ("path", "show"),
    ("new", "--subject", "Kettle", "--customer", "Carla Neri", "--owner", "me", "--external", "shop:1", "--tag", "hot"),
    ("new", "--subject", "Kettle", "--customer", "Carla Neri", "--external", "shop:1"),
    ("new", "--subject", "Lid", "--customer", "Carla Neri"),
    ("follow-up", "1", "--subject", "Invoice"),
    ("why", "1"),
    ("customer", "edit", "Carla Neri", "--note", "speaks Italian"),
    ("customer", "tier", "Carla Neri", "gold"),
    ("customer", "order", "Carla Neri", "2026-1"),
    ("customer", "address", "Carla Neri", "carla@home.example"),
    ("customer", "address", "Carla Neri", "+39 02 1234"),
    ("new", "--subject", "Lid", "--customer", "C. Neri"),
    ("customer", "merge", "C. Neri", "--into", "Carla Neri"),
    ("customer", "list"),
    ("customer", "show", "Carla Neri"),
    ("take", "2", "3"),
    ("offer", "1", "--to", "Ben", "--reason", "knows it"),
    ("withdraw", "1"),
    ("offer", "1", "--to", "Ben", "--reason", "knows it"),
    ("--as", "Ben", "decline", "1", "--reason", "full", "--instead", "Cleo"),
    ("--as", "Cleo", "accept", "1"),
    ("take-over", "1", "--reason", "they should hear us today"),
    ("reassign", "1", "2", "--to", "Ben"),
    ("hand-over", "2", "--of", "Ben", "--to", "Ana"),
    ("--as", "Ben", "ask", "1", "--of", "Cleo", "--need", "read it with me"),
    ("--as", "Cleo", "helped", "1", "--who", "Cleo", "--said", "done"),
    ("--as", "Ben", "escalate", "1", "--reason", "exception", "--need", "a refund", "--cause", "limit"),
    ("path", "try", "1"),
    ("--as", "Ben", "nudge", "1", "--said", "please"),
    ("--as", "Ben", "skip", "1", "--reason", "no answer"),
    ("acknowledge", "1", "--until", "+2h"),
    ("de-escalate", "1", "--decided", "granted"),
    ("review", "1", "--cause", "limit", "--change", "raise it", "--owner", "Ana", "--due", "+5d"),
    ("done", "1"),
    ("changes", "list"),
    ("changes", "show", "1"),
    ("move-change", "1", "--due", "+9w", "--reason", "too few cases"),
    ("changes", "check", "1", "--verdict", "not yet"),
    ("check-change", "1", "--verdict", "works"),
    ("review", "1", "--cause", "wish", "--change", "a list", "--owner", "Ana", "--due", "+5d"),
    ("changes", "move", "1", "--due", "+2w", "--reason", "leave"),
    ("drop-change", "1", "--because", "too rare"),
    ("review", "1", "--cause", "wish", "--change", "a list", "--owner", "Ana", "--due", "+5d"),
    ("changes", "drop", "1", "--because", "too rare"),
    ("review", "1", "--cause", "wish", "--change", "a page", "--owner", "Ana", "--due", "+5d"),
    ("changes", "made", "1"),
    (
        "playbook",
        "write",
        "--title",
        "Cracked",
        "--do",
        "a photo",
        "--may",
        "refund",
        "--limit",
        "9",
        "--currency",
        "EUR",
    ),
    ("playbook", "revise", "1", "--say", "Dear {customer}", "--cause", "limit"),
    ("playbook", "confirm", "1", "--until", "+90d"),
    ("playbook", "for", "1"),
    ("use", "1", "--playbook", "1"),
    ("tick", "1", "--step", "1"),
    ("decide", "1", "--playbook", "1", "--amount", "4,90", "--said", "the postage"),
    ("fit", "1", "--fit", "partly"),
    ("rate", "1", "partly", "--said", "it came late"),
    ("playbook", "words", "1", "1"),
    ("playbook", "show", "1"),
    ("playbook", "history", "1"),
    ("playbook", "export", "books"),
    ("playbook", "import", "books"),
    ("playbook", "retire", "1", "--reason", "rare"),
    ("playbook", "list", "--retired"),
    ("playbook", "restore", "1"),
    ("log", "1", "--in", "--channel", "email", "thank you"),
    ("reclassify", "1", "--message", "LAST", "--sort", "message"),
    ("log", "1", "--in", "--channel", "email", "and the invoice is wrong"),
    ("split", "1", "--from", "LAST", "--subject", "Invoice"),
    ("log", "1", "--channel", "phone", "it is on its way"),
    ("promise", "1", "--due", "+3h", "a new one"),
    ("promises",),
    ("agenda",),
    ("move", "1", "--due", "+4h", "--told", "yes"),
    ("keep", "1"),
    ("promise", "1", "--due", "+3h", "a lid"),
    ("release", "1", "--reason", "bought one"),
    ("spam", "1"),
    ("undo",),
    ("attach", "1", "cases.csv"),
    ("files", "list", "1"),
    ("files", "save", "1", "--to", "www"),
    ("files", "limit", "--each", "30"),
    ("db", "tidy"),
    ("note", "1", "2", "the number is on the back"),
    ("note", "1", "99999", "nobody knows it", "--skip-refused"),
    ("edit", "1", "--subject", "Kettle cracked", "--priority", "high"),
    ("tag", "1", "--add", "billing", "--remove", "hot"),
    ("undo",),
    ("redo",),
    ("park", "1", "--on", "third party", "--until", "+2d"),
    ("unpark", "1"),
    ("words", "add", "late", "--text", "Dear {customer}, it is late."),
    ("words", "edit", "late", "--text", "Dear {customer}, it is late. {me}"),
    ("words", "list"),
    ("words", "show", "late", "--case", "1"),
    ("words", "remove", "late"),
    ("mail", "in", "<", "From: anna@home.example\n\nHello"),
    ("mail", "in", "<", "From: anna@home.example\nX-Spam-Flag: YES\n\nHello"),
    ("mail", "list"),
    ("mail", "held"),
    ("mail", "show", "1"),
    ("mail", "why", "1"),
    ("mail", "drop", "2", "--reason", "advertising"),
    ("mail", "take", "2"),
    ("mail", "tag", "1"),
    ("mail", "block", "win@prizes.example"),
    ("mail", "senders"),
    ("mail", "unblock", "win@prizes.example"),
    ("mail", "server", "mx.shop.example"),
    ("mail", "reopening", "30"),
    ("notices", "address", "Ben", "ben@shop.example"),
    ("mail", "in", "<", "From: ben@shop.example\nSubject: Fwd: x\n\nFrom: Zoe <zoe@home.example>\n\nHello"),
    ("mail", "confirm", "3"),
    ("mail", "in", "<", "From: anna@home.example\nContent-Type: image/png\n\nx"),
    ("mail", "save", "4"),
    ("notices", "forget", "Ben"),
    ("mail", "read", "support.mbox"),
    ("box", "add", "support", "--address", "care@shop.example", "--imap", "127.0.0.1:1", "--password-env", "CARE"),
    ("box", "edit", "support", "--after", "move", "--move-to", "Archive", "--smtp", "mail.shop.example"),
    ("box", "list"),
    ("mail", "fetch", "support"),
    ("box", "edit", "support", "--reading", "off"),
    ("mail", "fetch"),
    ("box", "add", "out", "--address", "a@shop.example", *SMTP, "--smtp-security", "plain", "--smtp-user", ""),
    ("box", "test", "out"),
    ("reply", "1", "It is on its way.", "--to", "anna@home.example", "--box", "out"),
    ("box", "remove", "out"),
    ("--later", "mail", "send"),
    ("mail", "outgoing"),
    ("mail", "resend", "1"),
    ("mail", "stop", "1"),
    ("reply", "1", "It is on its way.", "--to", "anna@home.example"),
    ("box", "remove", "support"),
    ("--later", "mail", "send"),
    ("mail", "sent", "2"),
    ("receipts", "set", "--lang", "de", "--mail", "care@shop.example", "--zone", "Europe/Rome"),
    ("receipts", "show"),
    ("receipt", "1", "--words"),
    ("receipts", "folder", "www", "--url", "https://shop.example/r"),
    ("receipts", "on", "1", "--yes"),
    ("receipts", "on", "1"),
    ("receipts", "renew", "1"),
    ("receipts", "write"),
    ("receipts", "revoke", "1"),
    ("receipts", "folder", "--off"),
    ("resolve", "1", "--said", "sent", "--answer", "told"),
    ("reopen", "1", "--reason", "cracked too"),
    ("merge", "3", "--into", "1"),
    ("take", "1", "2", "--skip-refused"),
    ("queue",),
    ("queue", "owner:Nobody-like-this"),
    ("queue", "help:"),
    ("search", "kettle"),
    ("show", "1"),
    ("show", "1", "2"),
    ("history", "1"),
    ("history", "1", "2"),
    ("journal",),
    ("help",),
    ("help", "importing"),
    ("config", "show"),
    ("config", "check"),
    ("config", "edit"),
    ("help", "team", "away"),
    ("journal", "--limit", "1"),
    ("measures",),
    ("--as", "Ben", "new", "--subject", "Rare", "--customer", "Nils", "--external", "shop:9", "--owner", "me"),
    *[
        ("--as", "Ben", "escalate", "shop:9", "--reason", "exception", "--need", "a decision", "--cause", "rare"),
        ("de-escalate", "shop:9", "--decided", "so be it"),
        ("--as", "Ben", "review", "shop:9", "--cause", "rare", "--nothing-because", "it is rare"),
    ]
    * 3,
    ("agree", "shop:9"),
    ("review", "shop:1", "--cause", "express", "--nothing-because", "rare"),
    ("cause", "list"),
    ("cause", "rename", "limit", "refund limit"),
    ("cause", "merge", "express", "--into", "limit"),
    ("cause", "show", "refund limit"),
    ("report",),
    ("report", "--me", "--names"),
    ("learned", "--weeks", "4"),
    ("digest", "--weeks", "4"),
    ("primer",),
    ("what-if", "--may", "refund 40", "--cause", "refund limit"),
    ("practice",),
    ("what-if", "--service", "service.toml", "--path", "paths.toml", "--rota", "rota.toml"),
    ("notices", "address", "Ben", "json://localhost:PORT/hook", "--quiet", "20:00-7:00"),
    ("notices", "digest", "Ben", "--short"),
    ("notices", "addresses"),
    ("notices", "test", "Ben"),
    ("notices", "mail", "mailtos://care:secret@mail.shop.example"),
    ("notices", "subject", "off"),
    ("note", "2", "for the outbox"),
    ("sweep", "--dry-run", "--as-of", "+9d"),
    ("--later", "sweep", "--no-send"),
    ("--later", "notices", "list"),
    ("--later", "notices", "send"),
    ("--later", "sweep", "--since", "yesterday"),
    ("notices", "forget", "Ben"),
    ("team", "list", "--all"),
    ("team", "away", "Ben", "--cover", "Cleo", "--until", "fri 9:00"),
    ("--as", "Cleo", "take-over", "1", "--reason", "Ben is away"),
    ("team", "back", "Ben"),
    ("team", "hand-over", "Cleo", "--to", "Ben", "--dry-run"),
    ("team", "hand-over", "Cleo", "--to", "duty"),
    ("team", "leave", "Cleo"),
    *(("import", kind, f"{kind}.json", "--dry-run") for kind in ("zendesk", "jira", "freshdesk", "zammad")),
    *(("import", kind, f"{kind}.json") for kind in ("helpscout", "intercom", "github")),
    ("import", "csv", "cases.csv", "--source", "table"),
    ("import", "jsonl", "cases.jsonl", "--source", "lines"),
    ("import", "events", "log.csv", "--map", "map.toml"),
    ("import", "auto", "tickets.csv"),
    ("import", "auto", "tickets.csv", "-y", "--keep-map", "kept.toml"),
    ("batch", "list"),
    ("batch", "show", "1"),
    ("batch", "rollback", "1"),
    ("export", "cases"),
    ("export", "history"),
    ("export", "queue", "--json-lines"),
    ("export", "measures"),
    ("export", "copy", "copy.db"),
    ("watch", "--since", "0", "--once"),
    ("db", "info"),
    ("db", "check"),
    ("db", "backup", "saved.db"),
    ("db", "restore", "saved.db"),
    ("demo",),
    ("--db", "FOLDER/care/shop.db", "init", "--team", "Other", "--lead", "Ana", "--shared", "GROUP"),
    ("--db", "FOLDER/care/shop.db", "db", "share", "GROUP"),
    ("--db", "FOLDER/new.db", "import", "careconsole", "all.jsonl"),
)
"""A team's work in which every command is given at least once. `--later` comes some hours later."""


def name_of(words: tuple[str, ...]) -> str:
    """The command among the words of a call."""
    rest = list(words)
    while rest[0].startswith("--"):
        del rest[: 1 if rest[0] == "--later" else 2]
    if rest[:2] == ["queue", "help:"]:
        return "queue help:"
    return next(" ".join(rest[:n]) for n in (3, 2, 1) if " ".join(rest[:n]) in COMMANDS)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """Every call of `WORK` with --json, and what came of it."""
    pytest.importorskip("apprise")
    pytest.importorskip("grp")
    folder = tmp_path_factory.mktemp("json")
    return work_done(Console(str(folder / "desk.db")), folder)


Told = tuple[tuple[str, ...], Result]
"""A call, and what came of it."""


def work_done(
    console: Console,
    folder: Path,
    founder: Console | None = None,
    after: Callable[[tuple[str, ...]], None] = lambda words: None,
) -> list[Told]:
    """Gives every command of `WORK` with --json, with its files in the folder; `after` is called after each.

    The team is founded by the `founder`, if that is another console.
    """
    import grp

    for name, content in {
        **SAMPLES,
        "support.mbox": "From a@home.example Mon Jan  5 08:00:00 2026\nFrom: a@home.example\n\nHello\n",
        "rota.toml": ROTA,
        "paths.toml": PATHS,
        "service.toml": '[[level]]\nname = "all"\nanswer = "2h"\n',
        "log.csv": "id,at\n1,2026-11-20T08:00:00Z\n",
        "map.toml": 'source = "tracker"\ncase = "id"\ntime = "at"\n',
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    before = os.getcwd()
    os.chdir(folder)
    done = []
    try:
        begun = (founder or console).call(
            "init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", "--agent", "Cleo", "--json"
        )
        done.append((("init",), begun))
        after(("init",))
        with web_server() as web, mail_server() as letters:
            (folder / "care").mkdir()
            (folder / "www").mkdir()
            for words in WORK:
                last = str(console.call("history", "1", "--json").json[-1]["number"]) if "LAST" in words else ""
                if words[-1] == "all.jsonl":
                    assert console.call("export", "all", "--out", "all.jsonl").code == 0
                places = {"LAST": last, "GROUP": grp.getgrall()[-1].gr_name, "all.jsonl": "all.jsonl"}
                call = [places.get(word, word).replace("FOLDER", str(folder)) for word in words]
                call = [word.replace("PORT", str(web.port)).replace("DOOR", str(letters.port)) for word in call]
                later = replace(console, env={**console.env, "CARECONSOLE_NOW": "2026-11-24T15:00Z"})
                one = later if call[0] == "--later" else console
                call = call[1:] if call[0] == "--later" else call
                call, given = (call[:-2], call[-1]) if "<" in call else (call, "")
                done.append((words, one.call(*call, *(["--json"] if has_json_call(words) else []), given=given)))
                after(words)
    finally:
        os.chdir(before)
    return done


def has_json_call(words: tuple[str, ...]) -> bool:
    return name_of(words) not in DOCUMENTS


def test_what_every_command_prints_is_what_its_schema_says(told: list[Told]) -> None:
    seen = set()
    for words, result in told:
        assert "Traceback" not in result.err
        if result.code == 0:
            seen.add(name_of(words))
        else:
            last = result.err.splitlines()[-1]
            assert holds(output_of_error(), last)["error"]["exit_code"] == result.code
        if result.out:
            try:
                holds(of_command(name_of(words)), result.out)
            except Exception as error:
                raise AssertionError(f"{' '.join(words)}: {error}\n{result.out[:2000]}") from error
    wanted = {name for name in COMMANDS if name not in DOCUMENTS or "JSON Lines" in DOCUMENTS[name]}
    wanted -= {"export all", "db move"}  # a move needs a server: tests/cli/test_move.py
    missing = {name: [r.err for w, r in told if name_of(w) == name] for name in wanted - seen}
    assert missing == {}, "each of these must do its work once"


def test_every_command_does_the_same_on_a_server_through_a_pooler_by_everybodys_own_login(
    told: list[Told], postgres_server: postgres.Server, tmp_path: Path
) -> None:
    """The passwords are in a file, as those of everybody who works at a shared workstation."""
    import psycopg

    passwords = {f"every_{number}": f"pass: word {number}" for number in range(1, 10)}
    url = postgres_server.database()
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        for name in passwords:
            connection.execute(f"create role {name} login")
    pgpass = tmp_path / "pgpass"
    lines = (f"*:*:*:{name}:{word.replace(':', chr(92) + ':')}\n" for name, word in passwords.items())
    pgpass.write_text("".join(lines), encoding="utf-8")
    pgpass.chmod(0o600)
    owner, tied = Console(url), dict[int, bool]()

    def tie(words: tuple[str, ...]) -> None:
        if words[0] not in ("init", "team"):
            return
        with closing(open_store(url)) as store:
            roster = store.people.roster()
        for person in filter(lambda one: one.has_console, roster.people.values()):
            if tied.get(person.number) is not person.leads:
                tied[person.number] = person.leads
                sweeps = ["--sweep"] if person.name == "Ana" else []
                login = ("--login", f"every_{person.number}", *sweeps, "--make")
                assert owner.call("db", "login", person.name, *login).code == 0

    (tmp_path / "work").mkdir()
    try:
        with postgres_server.asking(passwords), postgres.pooling(postgres_server, url, passwords) as pooled:
            by_ben = pooled.replace("user=care", "user=every_2")
            console = Console(by_ben, env={"PGPASSFILE": str(pgpass)})
            there = work_done(console, tmp_path / "work", owner, tie)
    finally:
        postgres_server.drop(url)
        postgres_server.drop_roles("every%", f"{postgres_server.name(url)}%")
    for (words, here), (_, result) in zip(told, there, strict=True):
        if words[:2] in (("db", "backup"), ("db", "restore")):
            assert result.code in (2, 3), "not through a pooler"
            continue
        assert result.code == here.code, f"{words}: {result.err}"
        if words[0] in SAME:
            assert result.out == here.out, words


SAME = {"agenda", "cause", "changes", "digest", "learned", "measures", "playbook", "queue", "report", "search", "why"}
"""Commands that print nothing of random numbers, paths or the moment."""


def output_of_error() -> Output:
    return next(output for output in OUTPUTS if output.name == "error")


def answers(told: list[Told], *words: str) -> list[Any]:
    """What these calls printed."""
    return [result.json for call, result in told if call == words]


PEOPLE = {"Ana", "Ben", "Cleo", "Dora", "Elia"}
"""The staff; contacts are listed after them."""


def test_people_are_listed_by_name_and_what_exceptions_taught_counts_nobody(
    told: list[Told],
) -> None:
    for words, result in told:
        if result.out and has_json_call(words):
            assert not list(in_json(result.json, PEOPLE, counts=words[0] not in LEARNING)), " ".join(words)
    assert {words[0] for words, _ in told} >= LEARNING


def test_a_list_is_a_list_with_one_entry_and_with_none(told: list[Told]) -> None:
    (one,), (two,) = answers(told, "show", "1"), answers(told, "show", "1", "2")
    assert (len(one), len(two)) == (1, 2)
    assert two[0] == one[0]
    (first,), (both,) = answers(told, "history", "1"), answers(told, "history", "1", "2")
    assert both[: len(first)] == first
    assert [entry["case"] for entry in both[len(first) :]] == [2] * (len(both) - len(first))


def test_an_event_is_told_the_same_everywhere(told: list[Told]) -> None:
    (history,), (shown,) = answers(told, "history", "1"), answers(told, "show", "1")
    assert shown[0]["history"] == history
    by_number = {(event["case"], event["number"]): event for event in history}
    for words in (("watch", "--since", "0", "--once"), ("export", "history")):
        (lines,) = (result.out for call, result in told if call == words)
        events = [json.loads(line) for line in lines.splitlines()]
        same = [event for event in events if (event["case"], event["number"]) in by_number]
        assert len(same) == len(history)
        for event in same:
            event.pop("cursor", None)
            assert event.items() <= by_number[event["case"], event["number"]].items()
    (kept,) = answers(told, "keep", "1")
    assert kept["events"]
    for event in kept["events"]:
        assert event.items() <= by_number[event["case"], event["number"]].items()


# Errors


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    console = Console(str(tmp_path_factory.mktemp("errors") / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    for subject in ("Kettle", "Lid"):
        assert console.call("new", "--subject", subject, "--customer", "Carla", "--owner", "me").code == 0
    return console


def error_of(result: Result) -> dict[str, Any]:
    assert result.out == ""
    (line,) = result.err.strip().splitlines()
    error: dict[str, Any] = holds(output_of_error(), line)["error"]
    assert error["exit_code"] == result.code
    return error


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (("show", "99"), "wrong_use", 2),
        (("show", "1", "--jsn"), "wrong_use", 2),
        (("shw", "1"), "wrong_use", 2),
        (("new", "--subject", "x"), "wrong_use", 2),
        (("queue", "--limit", "many"), "wrong_use", 2),
        (("batch", "show", "x"), "wrong_use", 2),
        (("accept", "1"), "refused", 3),
        (("note", "1", "--seen", "99", "x"), "wrong_use", 2),
        (("import", "csv", "/nowhere.csv", "--source", "x"), "wrong_use", 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_goes_wrong_is_one_line_of_json_on_standard_error(
    console: Console, words: tuple[str, ...], kind: str, code: int
) -> None:
    error = error_of(console.call(*words, "--json"))
    assert (error["kind"], error["exit_code"]) == (kind, code)
    assert error["message"]
    assert error["hint"]


def test_every_kind_of_error_is_published() -> None:
    def kinds(error: type[CareError]) -> Iterator[str]:
        yield error.kind
        for below in error.__subclasses__():
            yield from kinds(below)

    assert set(kinds(CareError)) <= set(get_args(Kind))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_error_is_json_whatever_the_terminal_can_write(
    console: Console, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace")
    monkeypatch.setattr("sys.stderr", poor)
    complain_json(CareError("日本 \x9b[31m \u202e", "é"))
    written = poor.buffer.getvalue()  # type: ignore[attr-defined]
    assert json.loads(written.decode(encoding))["error"]["message"] == "日本 \x9b[31m \u202e"
    assert not active(written.decode(encoding))


def test_an_interruption_is_told_as_one(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("careconsole.desk.queries.case_queries.each_page", stopped)
    assert error_of(console.call("queue", "--json"))["kind"] == "interrupted"


def test_without_json_an_error_is_words(console: Console) -> None:
    assert console.call("show", "99").err.startswith("careconsole: ")
    assert console.call("queue", "--", "is:x", "--json").err.startswith("careconsole: "), "there it is a word"


def test_a_mistake_in_a_filter_tells_its_place(console: Console) -> None:
    error = error_of(console.call("queue", "tag:a", "is:x", "--json"))
    place = error["filter"]
    assert place["text"][place["start"] : place["end"]] in ("is:x", "x")


def test_a_bulk_that_is_refused_tells_each_case(console: Console) -> None:
    error = error_of(console.call("accept", "1", "2", "--json"))
    assert error["kind"] == "refused"
    assert [one["case"] for one in error["refused"]] == [1, 2]
    assert all(one["message"] for one in error["refused"])


def test_a_conflict_is_told_as_one(console: Console) -> None:
    (case,) = console.call("show", "2", "--json").json
    seen = str(case["case"]["version"])
    assert console.call("--as", "Ben", "tag", "2", "--add", "hot").code == 0
    error = error_of(console.call("edit", "2", "--subject", "Lids", "--seen", seen, "--json"))
    assert (error["kind"], error["exit_code"]) == ("conflict", 4)


def test_a_database_without_a_team_is_told_as_one(tmp_path: Path) -> None:
    from careconsole.store import create_store

    create_store(str(tmp_path / "empty.db")).close()
    assert error_of(Console(str(tmp_path / "empty.db")).call("queue", "--json"))["kind"] == "no_team"


def test_rejected_rows_leave_the_result_and_the_error(console: Console, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("Ticket,Subject,Created\n1,Kettle,2026-01-31T08:00:00Z\n2,Lid,never\n")
    result = console.call("import", "csv", str(rows), "--source", "x", "--dry-run", "--json")
    assert result.code == 5
    assert holds(output_of("import KIND"), result.out)["rejected"] == 1
    error = holds(output_of_error(), result.err.splitlines()[-1])["error"]
    assert (error["kind"], error["exit_code"]) == ("rows_rejected", 5)


def test_a_name_that_is_no_text_is_told_all_the_same(console: Console, tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")
    error = error_of(console.call("import", "csv", odd, "--source", "x", "--json"))
    assert "\\xff.csv" in error["message"]
    saved = console.call("db", "backup", os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db"), "--json")
    assert holds(output_of("db backup"), saved.out)["path"].endswith("/\\xff.db")


@pytest.mark.parametrize("items", [[], [1], [{"a": "é\x9b", "b": []}, {"a": "[\n]", "b": [{}]}, [], {}, "x"]])
def test_a_list_printed_in_parts_is_the_list_printed_at_once(
    capsys: pytest.CaptureFixture[str], items: list[Any]
) -> None:
    put_json(items)
    whole = capsys.readouterr().out
    for size in (1, 2, 10):
        printed = JsonList()
        for start in range(0, len(items), size):
            printed.add(items[start : start + size])
        printed.end()
        assert capsys.readouterr().out == whole
