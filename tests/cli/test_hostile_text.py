"""Text that others wrote: whatever is in it, it reaches the terminal harmless, stops nothing, and is kept."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.domain.settings.service_levels import service_text
from careconsole.domain.terminal_text import cell_width, clean_name, wrapped
from careconsole.domain.time.service_levels import Level, Service
from careconsole.store.engine.digests import register
from careconsole.store.engine.driver import sqlite3
from tests.cli.console import Console, active
from tests.cli.forks import Forks, forks

PAYLOADS = {
    "clipboard": "\x1b]52;c;ZWNobyBoYWNrZWQ=\x07pay me",
    "screen": "\x1b[2J\x1b[1;1H\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x1b\\ \x1bP+q544e\x1b\\",
    "one byte": "\x9b2J \x9d0;owned\x9c \x90q\x9c \x85",
    "direction": "invoice\u202egpj.exe \u2066\u2067x\u2069 \u200f\u061c",
    "invisible": "a\u200bb\ufeffc\u2060d\xade \U000e0041\U000e0042\U000e0043",
    "tabs and lines": "a\tb\nc\r\nd\re\x0bf\x0cg\u2028h\u2029i",
    "controls": "bell\x07 back\x08\x08 del\x7f shift\x0e\x0f",
    "markup": "[/] [@click=app.quit]x[/] [bold red]y {0} %s {{name}} <b>z</b> &amp;",
    "combining": "Z" + "\u0301\u0489" * 2000,
    "formula": "=cmd|' /C calc'!A0",
    "hidden formula": '\u200b \uff1dHYPERLINK("http://x")',
    "emoji": "👩\u200d👩\u200d👧 ❤\ufe0f " + "\u200d" * 50,
    "nobody's": "\ufdd0\ufffe\U0001ffff\ufff9x\ufffb",
    "quotes": '"; drop table cases; -- \' \\ \\" `x` $(x)',
    "scripts": "日本語 العربية עברית ไทย \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
}
LONG = "x" * 200_000 + "\x1b[2J"
"""More than a pipe holds, and than the `csv` module reads into a cell by itself."""
MAP = """
source = "tracker"
case = "id"
time = "at"
owner = "owner"
customer = "customer"
subject = "{subject}"
description = "{description}"
keep = ["extra"]
[status]
column = "status"
open = ["open"]
[tags]
columns = ["tag"]
"""
COLUMNS = ("id", "at", "owner", "customer", "subject", "description", "status", "tag", "extra")


def row(number: int, text: str) -> dict[str, str]:
    """A row of a log with the text in every place that takes one."""
    at = f"2026-11-2{number % 3}T08:00:00Z"
    return dict(zip(COLUMNS, (f"{number} {text}", at, text, text, text, text, text, text, text), strict=True))


def write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def write_jsonl(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in rows), encoding="utf-8")


def name_of(text: str) -> str:
    """A name as it is kept: white space collapsed, and without characters that nobody sees."""
    return clean_name(text)


def tag_of(text: str) -> str:
    return "-".join(text.lower().split())


def reason_of(text: str) -> str:
    """A text that can be given as a reason: one has a letter or a digit."""
    return text if any(map(str.isalnum, text)) else f"{text} x"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """A database with every payload in every place that a person or an import can fill."""
    folder = tmp_path_factory.mktemp("hostile")
    console = Console(str(folder / "desk.db"))
    assert console.call("init", "--team", f"Shop {PAYLOADS['screen']}", "--lead", "Ana", "--agent", "Ben").code == 0
    for name, text in PAYLOADS.items():
        in_a_line = " ".join(text.split())  # a person's name goes over one line
        added = console.call("team", "add", f"P {name} {in_a_line}", "--os-user", text)
        assert added.code == 0, (name, added.err)
        assert console.call("team", "contact", f"K {name} {in_a_line}", "--reach", text).code == 0
    for name, text in [*PAYLOADS.items(), ("long", LONG)]:
        described = ["--description", "-", "--external", f"shop {text[:99]}:{name} {text[:99]}"]
        tags = ["--tag", f"{name} {text[:99]}".replace(",", "").replace("|", "")]
        opened = console.call(
            "new", "--subject", text, "--customer", f"C {name} {text[:500]}", *described, *tags, given=text
        )
        assert opened.code == 0, (name, opened.err)
        number = opened.out.strip()
        reason = reason_of(text)
        for order in (
            ("take", number),
            ("log", number, text),
            ("note", number, "--text", text),
            ("promise", number, text, "--due", "+4h"),
            ("ask", number, "--of", "Ben", "--need", reason),
            ("escalate", number, "--reason", "customer request", "--need", reason, "--cause", text),
            ("offer", number, "--to", "Ben", "--reason", reason, "--next", text),
        ):
            done = console.call(*order)
            assert done.code == 0, (name, order[0], done.err)
            assert not active(done.out + done.err), (name, order[0])
        assert (
            console.call("customer", "edit", f"C {name} {text[:500]}", "--note", text, "--email", text[:99]).code == 0
        )
        assert console.call("customer", "order", f"C {name} {text[:500]}", text[:99]).code == 0
    levels = [Level(name=f"L {name} {text[:99]}", tiers=(f"{name} {text[:99]}",)) for name, text in PAYLOADS.items()]
    hours = f"[calendar.{json.dumps(PAYLOADS['screen'])}]\nzone = 'UTC'\nhours.mon = '9:00-10:00'\n"
    done = console.call("service", "set", "-", given=service_text(Service((*levels, Level()))) + hours)
    assert done.code == 0, done.err
    assert not active(done.out + done.err)
    (folder / "map.toml").write_text(MAP)
    rows = [row(i, text) for i, text in enumerate([*PAYLOADS.values(), LONG], 1)]
    write_csv(folder / "log.csv", rows)
    write_jsonl(folder / "log.jsonl", [{**entry, "id": "j" + entry["id"]} for entry in rows])
    for log in ("log.csv", "log.jsonl"):
        done = console.call("import", "events", str(folder / log), "--map", str(folder / "map.toml"))
        assert done.code == 0, done.err
        assert not active(done.out + done.err)
    return console


@pytest.fixture(scope="module")
def terminal() -> Iterator[Forks]:
    """Where most commands are run here; some are processes of their own all the way, by `console.terminal`."""
    with forks() as running:
        yield running


VIEWS: list[tuple[str, ...]] = [
    ("queue",),
    ("queue", "--limit", "0"),
    ("queue", "--limit", "0", "--json"),
    ("queue", "--as-of", "2026-11-23T10:00Z", "--limit", "0"),
    ("queue", "-is:overdue", "--sort", "customer"),
    ("queue", "--html", "-", "--limit", "0"),
    ("wall", "--html", "-"),
    ("search", "invoice"),
    ("search", "owned", "--json"),
    ("show", *map(str, range(1, 18))),
    ("show", *map(str, range(20, 30))),
    ("show", *map(str, range(1, 18)), "--json"),
    ("history", *map(str, range(1, 18))),
    ("history", "3", "--json"),
    *(("why", str(number)) for number in range(1, 18)),
    ("why", "3", "--json"),
    ("agenda", "--hours", "48"),
    ("agenda", "--hours", "48", "--json"),
    ("promises",),
    ("promises", "--json"),
    ("service", "show"),
    ("service", "show", "--json"),
    ("calendar", "show", PAYLOADS["screen"]),
    ("measures",),
    ("measures", "--json"),
    ("report", "--names"),
    ("report", "--names", "--json"),
    ("report", "--html", "-", "--names"),
    ("team", "list", "--all"),
    ("team", "list", "--all", "--json"),
    ("customer", "list", "--limit", "0"),
    ("customer", "list", "--json"),
    ("customer", "show", "C screen"),
    ("customer", "show", "C one byte", "--json"),
    ("batch", "list"),
    ("batch", "list", "--json"),
    ("batch", "show", "1"),
    ("db", "info"),
    ("db", "info", "--json"),
    ("db", "check"),
    ("export", "queue"),
    ("export", "queue", "--raw"),
    ("export", "cases"),
    ("undo",),
    ("redo", "--json"),
]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: "-".join(view)[:40])
def test_nothing_reaches_a_terminal_raw(console: Console, terminal: Forks, view: tuple[str, ...]) -> None:
    if view[0] == "redo":
        assert console.call("undo").code == 0
    code, arrived = terminal.run(view, {"NO_COLOR": "1", **console.environment()})
    text = arrived.decode("utf-8")
    assert code == 0, text[-2000:]
    assert len(text) > 20
    assert not active(text)


@pytest.mark.parametrize(
    "view",
    [
        ("queue", "--limit", "0"),
        ("show", *map(str, range(1, 17))),
        ("show", "6", "8", "13", "16", "--json"),
        ("measures",),
        ("customer", "list"),
        ("team", "list", "--all", "--json"),
        ("export", "queue"),
        ("export", "cases", "customer:scripts"),
    ],
    ids=lambda view: "-".join(view)[:30],
)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_encoding_that_has_no_such_character_stops_nothing(
    console: Console, view: tuple[str, ...], encoding: str
) -> None:
    done = console.process(*view, env={"PYTHONIOENCODING": encoding})
    assert done.code == 0, done.err[-2000:]
    if "--json" in view:
        assert done.out.isascii()
        json.loads(done.out)


def test_the_c_locale_without_help_from_python_stops_nothing(console: Console) -> None:
    bare = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for view in (("queue",), ("show", "1", "--json"), ("team", "list", "--all")):
        done = console.process(*view, env=bare)
        assert done.code == 0, done.err[-2000:]
    done = console.process("customer", "list", "--json", "日本".encode(), env=bare)
    assert done.code == 0, "an argument in UTF-8 is text, whatever the locale says"
    assert "日本" in str(json.loads(done.out))


def test_json_on_a_terminal_is_the_text_that_came_in(console: Console, terminal: Forks) -> None:
    for number, (name, text) in enumerate([*PAYLOADS.items(), ("long", LONG)], 1):
        _, arrived = terminal.run(("show", str(number), "--json"), console.environment())
        (shown,) = json.loads(arrived)
        case, facts = shown["case"], {entry["kind"]: entry["data"] for entry in shown["history"]}
        assert case["subject"] == text.strip()
        assert case["description"] == text
        assert case["customer"] == name_of(f"C {name} {text[:500]}")
        assert case["tags"] == [tag_of(f"{name} {text[:99]}".replace(",", "").replace("|", ""))]
        source, _, external = f"shop {text[:99]}:{name} {text[:99]}".partition(":")
        assert case["external"] == [{"source": source.strip(), "id": external.strip()}]
        assert facts["touched"]["text"].strip() == text.strip()
        assert facts["noted"]["text"].strip() == text.strip()
        assert facts["promised"]["text"].strip() == text.strip()
        assert facts["offered"]["reason"].strip() == reason_of(text).strip()


def test_people_and_customers_are_kept_as_they_came(console: Console) -> None:
    people = {person["name"]: person for person in console.call("team", "list", "--all", "--json").json}
    for name, text in PAYLOADS.items():
        assert people[name_of(f"P {name} {text}")]["os_user"] == text
        assert people[name_of(f"K {name} {text}")]["reach"] == text
        customer = console.call("customer", "show", name_of(f"C {name} {text[:500]}"), "--json").json
        assert customer["note"] == " ".join(text.split())
        assert customer["orders"] == [text[:99].strip()]


@pytest.mark.parametrize("log", ["log.csv", "log.jsonl"])
def test_imported_text_is_kept_as_it_came(console: Console, log: str) -> None:
    begin = "j" if log == "log.jsonl" else ""
    lines = console.call("export", "cases", "is:imported").out.splitlines()
    cases = {case["external"][0]["id"]: case for case in (json.loads(line)["case"] for line in lines)}
    for number, text in enumerate([*PAYLOADS.values(), LONG], 1):
        case = cases[f"{begin}{number} {text}"]
        assert case["subject"] == text
        assert case["description"] == text
        assert case["fields"] == {"extra": text}
        assert case["label"] == text
        assert name_of(case["customer"]) == name_of(text)


def test_csv_in_a_file_is_lossless_and_runs_nothing(console: Console) -> None:
    queue = console.call("queue", "--json", "--sort", "due").json
    rows = list(csv.DictReader(io.StringIO(console.call("export", "queue").out, newline="")))
    raw = list(csv.DictReader(io.StringIO(console.call("export", "queue", "--raw").out, newline="")))
    assert len(rows) == len(raw) == len(queue)
    for case, safe, plain in zip(queue, rows, raw, strict=True):
        assert plain["subject"] == case["subject"]
        assert safe["subject"] in (case["subject"], "'" + case["subject"])
        for cell in safe.values():
            assert cell.lstrip(" \u200b")[:1] not in tuple("=+-@\t\r\n\uff1d") or not cell
    assert {"'=cmd|' /C calc'!A0", "'" + PAYLOADS["hidden formula"]} <= {entry["subject"] for entry in rows}


def test_csv_says_the_same_columns_for_an_empty_queue(console: Console) -> None:
    full = console.call("export", "queue").out.splitlines()[0]
    assert console.call("export", "queue", "tag:nosuchtag").out.splitlines() == [full]
    assert full.split(",") == list(console.call("queue", "--json").json[0])


@pytest.mark.parametrize(
    "text, why", [("a\0b", "NUL"), ("a\ud800b", "UTF-8"), (b"a\xffb", "UTF-8")], ids=["NUL", "half", "bytes"]
)
def test_what_is_no_text_is_refused_with_its_place(console: Console, text: str | bytes, why: str) -> None:
    before = len(console.call("queue", "--json").json)
    done = console.call("new", "--subject", "x", "--customer", "Carla", "--description", "-", given=text)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert len(console.call("queue", "--json").json) == before


def test_arguments_of_bytes_that_are_no_text_get_a_sentence(console: Console, terminal: Forks) -> None:
    bad = b"x\xff\x9b"
    for args in (
        ("show", bad),
        ("new", "--subject", bad, "--customer", "Carla"),
        ("new", "--subject", "x", "--customer", bad),
        ("new", "--subject", "x", "--customer", "Carla", "--tag", bad),
        ("new", "--subject", "x", "--customer", "Carla", "--external", b"shop:" + bad),
        ("new", "--subject", "x", "--customer", "Carla", "--request-key", bad),
        ("note", "1", bad),
        ("tag", "1", "--add", bad),
        ("escalate", "1", "--reason", "customer request", "--need", "x", "--cause", bad),
        ("offer", "1", "--to", bad, "--reason", "x"),
        ("--as", bad, "take", "1"),
        ("--db", bad, "queue"),
        ("queue", bad),
        ("queue", b"owner:" + bad),
        ("queue", "--sort", bad),
        ("search", bad),
        ("customer", "show", bad),
        ("customer", "list", bad),
        ("team", "add", bad),
        ("team", "add", "Zoe", "--os-user", bad),
        ("team", "login", "Ben", bad),
        ("import", "events", bad, "--map", "bpi2013-incidents"),
        ("import", "events", "x.csv", "--map", bad),
        (bad,),
        ("team", bad),
    ):
        code, arrived = terminal.run(args, console.environment())
        assert code == 2 or args[:2] == ("customer", "list"), (args, arrived)
        assert b"Traceback" not in arrived, args
        assert not active(arrived.decode("utf-8")), args


EVIL = "\x1b]52;c;YQ==\x07\x9b2J\u202e\u200b\n\tcareconsole: all is well"


@pytest.mark.parametrize(
    "args",
    [
        ("show", EVIL),
        ("take", "1", EVIL),
        ("take", "1", f"--{EVIL}"),
        (EVIL,),
        (f"--{EVIL}", "queue"),
        ("team", EVIL),
        ("team", "role", "Ben", EVIL),
        ("team", "role", EVIL, "lead"),
        ("--as", EVIL, "queue"),
        ("--db", f"/nowhere/{EVIL}", "queue"),
        ("offer", "1", "--to", EVIL, "--reason", "x"),
        ("offer", "1", "--to", "P ", "--reason", "x"),
        ("queue", "--sort", EVIL),
        ("queue", "--limit", EVIL),
        ("queue", "--as-of", EVIL),
        ("queue", f"{EVIL}:x"),
        ("queue", f"owner:{EVIL}"),
        ("queue", f'owner:"{EVIL}"'),
        ("queue", f"is:{EVIL}"),
        ("queue", f"waiting:{EVIL}"),
        ("queue", f'"{EVIL}'),
        ("promise", "1", "x", "--due", EVIL),
        ("new", "--subject", "x", "--customer", "Carla", "--external", EVIL.replace(":", "")),
        ("new", "--subject", "x", "--customer", "Carla", "--tag", f"{EVIL}|"),
        ("tag", "1", "--add", f"{EVIL},"),
        ("customer", "show", EVIL),
        ("customer", "show", "C"),
        ("batch", "show", EVIL),
        ("import", "events", EVIL, "--map", "bpi2013-incidents"),
        ("import", "events", "x.csv", "--map", EVIL),
        ("import", EVIL),
        ("db", "backup", f"/nowhere/{EVIL}"),
        ("db", "restore", EVIL),
        ("init", "--team", "x", "--lead", "y", "--shared", EVIL),
    ],
    ids=lambda args: "-".join(args)[:25].encode("ascii", "replace").decode(),
)
def test_an_error_repeats_hostile_words_harmlessly(console: Console, terminal: Forks, args: tuple[str, ...]) -> None:
    code, arrived = terminal.run(args, console.environment())
    text = arrived.decode("utf-8").replace("\r\n", "\n")
    assert code == 2, text
    assert "Traceback" not in text
    assert not active(text)
    # No line of its own for what somebody wrote: it could look like one of ours.
    assert not any(line.strip().startswith("careconsole: all is well") for line in text.splitlines())


def test_files_with_hostile_names_work_and_show_harmlessly(console: Console, tmp_path: Path) -> None:
    name = EVIL.replace("/", "")
    log, rules = tmp_path / f"{name}.csv", tmp_path / f"{name}.toml"
    write_csv(log, [row(90, "fine"), {**row(91, "fine"), "at": EVIL}])
    rules.write_text(MAP)
    rejects = tmp_path / f"{name}.jsonl"
    for args, expected in (
        (("import", "events", str(log), "--map", str(rules), "--rejects", str(rejects)), 5),
        (("import", "events", str(log), "--map", str(rules)), 5),
        (("import", "events", str(log), "--map", str(log)), 2),
        (("import", "events", str(rules), "--map", str(rules)), 2),
        (("batch", "list"), 0),
        (("batch", "show", "3"), 0),
        (("db", "backup", str(tmp_path / f"{name}.db")), 0),
        (("--db", str(tmp_path / f"{name}.db"), "queue"), 0),
        (("--db", str(tmp_path / f"{name}.db"), "db", "info"), 0),
        (("--db", str(tmp_path / f"{name}2.db"), "db", "restore", str(tmp_path / f"{name}.db")), 0),
        (("--db", str(rules), "queue"), 1),
        (("--db", str(tmp_path / f"{name}3.db"), "init", "--team", name, "--lead", " ".join(name.split())), 0),
    ):
        code, arrived = console.terminal(*args)
        assert code == expected, (args, arrived)
        assert not active(arrived.decode("utf-8")), args
    kept = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [entry["line"] for entry in kept] == [3]
    assert not active(rejects.read_text())
    assert EVIL.split("\n")[0] in kept[0]["raw"]


def test_a_file_name_need_not_be_text(console: Console, tmp_path: Path) -> None:
    log = os.fsencode(tmp_path) + b"/\xff\x9b.csv"
    write_csv(Path(os.fsdecode(log)), [row(95, "fine")])
    rules = tmp_path / "map.toml"
    rules.write_text(MAP)
    code, arrived = console.terminal("import", "events", log, "--map", str(rules), "--source", "odd")
    assert code == 0, arrived
    assert not active(arrived.decode("utf-8"))
    assert console.call("batch", "list", "--json").json[0]["file"].endswith("/\\xff\\x9b.csv")
    database = os.fsencode(tmp_path) + b"/\xfe.db"
    for args in (("init", "--team", "x", "--lead", "Ana"), ("queue",), ("db", "info"), ("db", "backup", b"\xfd.db")):
        code, arrived = console.terminal("--db", database, *args, cwd=tmp_path)
        assert code == 0, arrived
        assert not active(arrived.decode("utf-8"))
    assert console.process("--db", database, "init", "--team", "x", "--lead", "y").code == 3


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_rows_that_are_no_text_are_rejected_with_the_reason_and_the_rest_goes_in(
    console: Console, tmp_path: Path, kind: str
) -> None:
    log, rules, rejects = tmp_path / f"log.{kind}", tmp_path / "map.toml", tmp_path / "rejects.jsonl"
    rules.write_text(MAP)
    rows = [row(70, "fine"), row(71, "a NUL: @"), row(72, "half: %"), row(73, "fine too")]
    (write_csv if kind == "csv" else write_jsonl)(log, rows)
    data = log.read_bytes()
    if kind == "csv":
        data = data.replace(b"@", b"\0").replace(b"%", b"\xff\x1b[2J")
    else:
        data = data.replace(b"@", b"\\u0000").replace(b"%", b"\\ud800")
    log.write_bytes(data)
    source = f"odd-{kind}"
    done = console.call(
        "import", "events", str(log), "--map", str(rules), "--source", source, "--rejects", str(rejects)
    )
    assert done.code == 5
    assert "2 records were rejected" in done.err
    assert not active(done.out + done.err)
    kept = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert len(kept) == 2
    assert all(entry["reason"] and entry["raw"] for entry in kept)
    assert not active(rejects.read_text())
    brought = console.call("export", "cases", f"source:{source}").out.splitlines()
    assert {json.loads(line)["case"]["subject"] for line in brought} == {"fine", "fine too"}
    code, arrived = console.terminal("import", "events", str(log), "--map", str(rules), "--source", source)
    assert code == 5
    assert not active(arrived.decode("utf-8"))


def test_maps_with_hostile_words_are_refused_or_work_harmlessly(console: Console, tmp_path: Path) -> None:
    column, pattern = json.dumps(EVIL), json.dumps(f"{EVIL}(")
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps({"id": "1", "at": "2026-11-20T08:00:00Z", EVIL: EVIL}) + "\n")
    for number, (text, expected) in enumerate(
        [
            (f'source = {column}\ncase = "id"\ntime = "at"\nkeep = [{column}]\nsubject = "{{id}}"\n', 0),
            (f'source = "x"\ncase = {column}\ntime = "at"\n', 0),
            (f'source = "x"\ncase = "id"\ntime = {column}\n', 5),
            (f'source = "x"\ncase = "id"\ntime = "at"\n{column} = 1\n', 2),
            (f'source = "x"\ncase = "id"\ntime = "at"\nowner = {column}\n[status]\ncolumn = "s"\n{column} = "x"', 2),
            (f'source = "x"\ncase = "id"\ntime = {{ column = "at", zone = {column} }}\n', 2),
            (f'source = "x"\ncase = "id"\ntime = {{ column = "at", format = {column} }}\n', 2),
            (f'source = "x"\ncase = "id"\ntime = "at"\nlevel = {{ column = "x", patterns = [[{pattern}, 1]] }}\n', 2),
            ("\x1b]52;c;YQ==\x07 = \x9b", 2),
            ('source = "x"\ncase = "nosuch"\ntime = "at"\n', 2),
        ]
    ):
        rules = tmp_path / f"{number}.toml"
        rules.write_text(text)
        code, arrived = console.terminal("import", "events", str(log), "--map", str(rules))
        assert code == expected, (text, arrived)
        assert b"Traceback" not in arrived
        assert not active(arrived.decode("utf-8")), text
    found = json.loads(console.call("queue", "--json", f"source:{json.dumps(name_of(EVIL))}").out)
    for case in found:
        code, arrived = console.terminal("show", str(case["number"]))
        assert not active(arrived.decode("utf-8"))


def test_endless_words_are_broken_into_lines_without_endless_work(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = 0

    def counting(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return cell_width(text)

    monkeypatch.setattr("careconsole.domain.terminal_text.cell_width", counting)
    for text in ("x" * 1_000_000, "日" * 300_000, "Z" + "\u0301" * 300_000 + "x" * 99):
        measured = 0
        lines = wrapped(text, 80)
        assert measured <= 4 * len(text) + 1000, "each part is measured a few times, however long the whole is"
        assert "".join(lines) == text
        assert all(cell_width(line) <= 80 for line in lines)


def test_a_name_in_another_form_is_the_same_name(console: Console) -> None:
    assert console.call("customer", "show", "c SCREEN \x1b[2j\x1b[1;1h\x1b[31mRED\x1b[0m").code == 0


def test_hostile_values_written_past_the_program_still_show_harmlessly(console: Console, tmp_path: Path) -> None:
    """Whoever can write the file can write anything into it; the terminal of the next reader is safe all the same."""
    copy = tmp_path / "copy.db"
    assert console.call("db", "backup", str(copy)).code == 0
    connection = sqlite3.connect(copy)
    register(connection)  # what digests rows
    connection.execute("update people set role = ?, reach = ? where id = 2", ("agent", EVIL))
    connection.execute("update cases set due_kind = ?, source = ?, tags = ?", (EVIL, EVIL, f"|{EVIL}|"))
    connection.execute("update customers set tier = ?", (EVIL,))
    connection.execute("update batches set source = ?, counts = ?", (EVIL, json.dumps({EVIL: 1})))
    connection.commit()
    connection.close()
    for view in (("queue",), ("team", "list"), ("customer", "list"), ("batch", "list"), ("batch", "show", "1")):
        code, arrived = console.terminal("--db", str(copy), *view)
        assert code == 0, arrived
        assert not active(arrived.decode("utf-8")), view
