"""`import auto`: what files are, what they would become, what is asked on a terminal and told in a pipe."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from careconsole.cli.doubts import answer_words
from careconsole.cli.import_auto import auto
from careconsole.intake.files.doubts import KINDS, Answer
from tests.cli.console import Console, is_sentence

OPEN = (
    "Ticket-Nr.;Betreff;Kunde;Bearbeiter;Status;Erstellt am;Bemerkung\r\n"
    "007;Kessel gesprungen;Müller;Ben;Offen;3/4/2024 9:05;Anrufen\r\n"
    "008;Deckel;Schmidt;-;Geschlossen;5/4/2024 10:00;\r\n"
)
ORDERS = ("--day-first", "--month-first")
CLEAR = "Ticket,Subject,Owner,Created\n1,Kettle,Ben,2024-01-31T10:00Z\n2,Lid,Cleo,2024-02-01T10:00Z\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.chdir(tmp_path)
    console = Console(str(tmp_path / "care.db"), env={"TZ": "UTC", "PWD": str(tmp_path)})
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    return console


def cases(desk: Console) -> int:
    return len(desk.call("queue", "--json").json)


def test_without_a_terminal_it_tells_what_it_would_ask_and_the_command_to_give(desk: Console) -> None:
    Path("tickets.csv").write_bytes(OPEN.encode("cp1252"))
    told = desk.call("import", "auto", "tickets.csv")
    assert told.code == 2
    assert "case      Ticket-Nr." in told.out
    assert [line.split()[0] for line in told.out.splitlines() if line.startswith("00")] == ["007", "008"]
    assert "open (Offen)" in told.out
    assert "nobody" in told.out
    order, flags, zone, _, encoding = told.err.splitlines()[2:7]
    assert order == "? Times of Erstellt am can be read with the day or with the month first: 3/4/2024 9:05."
    assert flags == "    --day-first says that the day comes first; --month-first says that the month comes first."
    assert zone == "? 2 times of Erstellt am have no time zone: read as UTC (2)."
    assert encoding.startswith("? The encoding of tickets.csv was guessed: cp1252 (Western European) reads “")
    given = [line for line in told.err.splitlines() if line.startswith("careconsole import")]
    assert given == [f"careconsole import auto tickets.csv --source tickets {flag}" for flag in ORDERS]
    assert cases(desk) == 0
    assert not list(Path().glob("*.toml"))


def test_what_it_says_to_give_works_and_so_does_the_command_for_scripts(desk: Console) -> None:
    Path("tickets.csv").write_bytes(OPEN.encode("cp1252"))
    given = ("--zone", "UTC", "--encoding", "cp1252", "--column", "owner=Bearbeiter")
    asked = desk.call("import", "auto", "tickets.csv", *given).err.splitlines()
    first, second = (shlex.split(line) for line in asked if line.startswith("careconsole import"))
    assert [words[-3:] for words in (first, second)] == [["--column", "owner=Bearbeiter", flag] for flag in ORDERS]
    hint = desk.call(*first[1:]).err.splitlines()[-1]
    words = shlex.split(hint[hint.index("careconsole import") :].rstrip("."))
    done = desk.call(*words[1:])
    assert done.code == 0, done.err
    assert "2 cases new" in done.out
    script = next(line for line in done.out.splitlines() if line.startswith("careconsole import csv"))
    assert shlex.split(script) == shlex.split(
        "careconsole import csv tickets.csv --map tickets.map.toml --source tickets"
    )
    again = desk.call(*shlex.split(script)[1:])
    assert (again.code, "2 cases already known, 0 new, 0 changed" in again.out) == (0, True)
    shown = desk.call("show", "1", "--json").json[0]
    assert "2024-04-03T09:05" in json.dumps(shown), "the day came first"


def test_an_import_that_leaves_nothing_open_needs_only_a_yes(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR)
    assert desk.call("import", "auto", "a.csv").code == 2
    assert desk.call("import", "auto", "a.csv", "-y", "--dry-run").code == 0
    assert cases(desk) == 0
    assert desk.call("import", "auto", "a.csv", "-y").code == 0
    assert cases(desk) == 2


def test_yes_does_not_guess_what_cannot_be_guessed(desk: Console) -> None:
    Path("tickets.csv").write_bytes(OPEN.encode())
    refused = desk.call("import", "auto", "tickets.csv", "-y")
    assert refused.code == 2
    assert "--day-first says that the day comes first" in refused.err
    assert "a doubt" not in refused.err
    assert "2 doubts would change when a case begins or ends, or whose it is" in refused.err
    assert cases(desk) == 0


def test_a_map_that_is_there_already_is_not_overwritten(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR)
    Path("a.map.toml").write_text("# mine\n")
    done = desk.call("import", "auto", "a.csv", "-y")
    assert "--map a-2.map.toml" in done.out
    assert Path("a.map.toml").read_text() == "# mine\n"
    assert "--map a-2.map.toml" in desk.call("import", "auto", "a.csv", "-y").out, "the same map is not kept twice"
    refused = desk.call("import", "auto", "a.csv", "-y", "--keep-map", "a.map.toml")
    assert is_sentence_at_the_end(refused.err, "a.map.toml exists already")


def is_sentence_at_the_end(err: str, told: str) -> bool:
    return "Traceback" not in err and told in err.splitlines()[-2]


def test_an_owner_who_is_a_system_is_proposed(desk: Console) -> None:
    Path("a.csv").write_text(
        "id,owner,subject\n" + "".join(f"{n},{'Mail Robot' if n % 2 else 'Ben'},x\n" for n in range(20))
    )
    told = desk.call("import", "auto", "a.csv")
    assert "? 10 cases have an owner that may be a program, not a person: Mail Robot (10)." in told.err
    assert desk.call("import", "auto", "a.csv", "-y").code == 2
    done = desk.call("import", "auto", "a.csv", "-y", "--system", "Mail Robot", "--accept", "no-opening")
    assert done.code == 0, done.err
    assert 'systems = ["Mail Robot"]' in Path("a.map.toml").read_text()
    assert "Mail Robot" not in desk.call("team", "list", "--json").out


def test_a_table_of_events_is_not_taken_for_one_of_cases_silently(desk: Console) -> None:
    Path("log.csv").write_text(
        "id,owner,created\n" + "".join(f"{n // 5},Ben,2024-01-0{n % 5 + 1}\n" for n in range(50))
    )
    told = desk.call("import", "auto", "log.csv", "-y")
    assert (told.code, cases(desk)) == (2, 0)
    assert "? 40 rows repeat the id of an earlier one, as in an event log; import events reads those" in told.err


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("x", b"\0\1\2", "not of a known kind"),
        ("x", b"", "is empty"),
        ("x.csv", b"colour,size\nred,3\n", "looks like the number or id of a case"),
        ("nowhere", None, "There is no file"),
    ],
)
def test_what_cannot_be_imported_is_said_in_a_sentence(desk: Console, name: str, data: bytes | None, told: str) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    refused = desk.call("import", "auto", name)
    assert refused.code == 2
    assert is_sentence(refused)
    assert told in refused.err


def test_standard_input_is_looked_at_first_and_named_as_it_was_given(desk: Console) -> None:
    open_still = desk.call("import", "auto", "-", given=CLEAR)
    assert (open_still.code, "careconsole import auto - --source pipe -y" in open_still.err) == (2, True)
    done = desk.call("import", "auto", "-", "--source", "shop", "-y", given=CLEAR)
    assert (done.code, cases(desk)) == (0, 2)
    assert "careconsole import csv - --map pipe.map.toml --source shop" in done.out


def test_hostile_text_is_made_safe(desk: Console) -> None:
    from tests.cli.console import active

    Path("a.csv").write_text('id,subject,owner,"a\x1b[31mb"\n"1\x1b]0;x\x07","\x1b[2J\u202eevil",Ben\x9b,z\n')
    told = desk.call("import", "auto", "a.csv")
    assert active(told.out + told.err) == []


def test_a_later_file_is_taken_for_the_system_whose_cases_it_has(desk: Console) -> None:
    Path("january.csv").write_text(CLEAR)
    first = desk.call("import", "auto", "january.csv", "-y")
    assert "! The system is called january after the file." in first.err
    assert "a different name would import every case a second time" in first.err
    assert "--source january" in first.out
    Path("february.csv").write_text(CLEAR + "3,Spout,Ben,2024-02-02T10:00Z\n")
    told = desk.call("import", "auto", "february.csv")
    assert "2 of the first 3 cases are already known from the system january" in told.err
    assert "import auto february.csv --source january -y" in told.err.splitlines()[-1]
    done = desk.call("import", "auto", "february.csv", "-y")
    assert "--source january" in done.out
    assert "1 case new, 0 changed, 2 unchanged" in done.out
    assert cases(desk) == 3


def test_what_was_taken_back_is_known_no_more(desk: Console) -> None:
    Path("january.csv").write_text(CLEAR)
    desk.call("import", "auto", "january.csv", "-y")
    assert desk.call("batch", "rollback", "1").code == 0
    Path("february.csv").write_text(CLEAR)
    assert "The system is called february after the file." in desk.call("import", "auto", "february.csv", "-y").err


def test_of_two_systems_with_the_same_ids_the_later_one_is_proposed(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR)
    for name in ("zebra", "apple", "middle"):
        desk.call("import", "csv", "a.csv", "--source", name)
    assert "are already known from the system middle" in desk.call("import", "auto", "a.csv").err


def test_where_few_ids_are_known_the_file_gives_the_name_and_those_used_are_told(desk: Console) -> None:
    Path("january.csv").write_text(CLEAR)
    desk.call("import", "auto", "january.csv", "-y")
    Path("other.csv").write_text(CLEAR.replace("\n2,", "\nx,") + "y,Cup,Ben,2024-02-02T10:00Z\n")
    done = desk.call("import", "auto", "other.csv", "-y")
    assert "! The system is called other after the file." in done.err
    assert "Names used before: january." in done.err
    assert cases(desk) == 5
    Path("third.csv").write_text(CLEAR)
    given = desk.call("import", "auto", "third.csv", "--source", "third", "-y")
    assert "3 cases new" not in given.out
    assert "2 cases new" in given.out, "a name that is given holds"
    assert "second time" not in given.err


def test_a_trial_writes_no_map_and_tells_a_command_that_needs_none(desk: Console) -> None:
    Path("tickets.csv").write_bytes(OPEN.encode("cp1252"))
    given = ("--day-first", "--accept", "no-zone", "--encoding", "cp1252")
    tried = desk.call("import", "auto", "tickets.csv", *given, "--keep-map", "m.toml", "--dry-run", "-y")
    assert tried.code == 0, tried.err
    assert not list(Path().glob("*.toml"))
    script = next(line for line in tried.out.splitlines() if line.startswith("careconsole import csv"))
    assert shlex.split(script)[3:] == shlex.split(
        "tickets.csv --source tickets --zone UTC --encoding cp1252 --day-first"
    )
    assert "2 cases new" in desk.call(*shlex.split(script)[1:]).out


def test_what_cannot_be_taken_is_told_by_its_place(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR + "3,Spout\n")
    assert "line 4 would be rejected: has 2 columns" in desk.call("import", "auto", "a.csv").err
    Path("a.jsonl").write_text('{"id": 1, "subject": "Lid", "status": "open"}\n5\n')
    assert (
        "\nrecord 2 would be rejected: is neither an object nor an array" in desk.call("import", "auto", "a.jsonl").err
    )


# What stops -y

BEGUN = "2024-01-31T10:00Z"
LACKS = ("--accept", "column-missing")


@pytest.mark.parametrize(
    ("table", "kind", "answers"),
    [
        ("id,subject,owner\n1,Lid,Ben\n", "no-opening", ("--accept", "no-opening")),
        (f"id,subject,resolved\n1,Lid,{BEGUN}\n", "late-opening", ("--accept", "late-opening")),
        (
            f"id,subject,created,status\n1,Lid,{BEGUN},Eingefroren\n",
            "status-unknown",
            ("--status", "eingefroren=parked"),
        ),
        (f"id,subject,created,status\n1,Lid,{BEGUN},Eingefroren\n", "status-unknown", ("--column", "status=", *LACKS)),
        (f"id,created,Anliegen,status\n1,{BEGUN},Lid,open\n", "column-missing", ("--column", "subject=Anliegen")),
        ("id,subject,created\n1,Lid,2024-01-31 10:00\n", "no-zone", ("--zone", "UTC")),
        ("id,subject,created\n1,Lid,2024-01-31 10:00\n", "no-zone", ("--accept", "no-zone")),
        (f"id,subject,created\n1,B\xe9b\xe9,{BEGUN}\n", "encoding-guessed", ("--encoding", "cp1252")),
    ],
)
def test_what_it_cannot_know_stops_yes_until_it_is_answered_and_the_map_keeps_the_answer(
    desk: Console, table: str, kind: str, answers: tuple[str, ...]
) -> None:
    Path("a.csv").write_bytes(table.encode("latin-1"))
    others = ("--column", "customer=", "--column", "owner=") if "subject=Anliegen" in answers else ()
    refused = desk.call("import", "auto", "a.csv", "-y", "--json", *others)
    assert refused.code == 2
    assert kind in [doubt["kind"] for doubt in refused.json["doubts"] if doubt["blocks"]]
    assert cases(desk) == 0
    done = desk.call("import", "auto", "a.csv", "-y", *answers, *others)
    assert done.code == 0, done.err
    assert cases(desk) == (kind != "late-opening"), "one that was resolved is not in the queue"
    again = desk.call("import", "auto", "a.csv", "-y")
    assert (again.code, "Nothing new" in again.out) == (0, True), again.err
    assert "Using your earlier answers from a.map.toml." in again.err
    assert not Path("a-2.map.toml").exists()


def test_an_answer_is_a_doubt_that_exists(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR)
    refused = desk.call("import", "auto", "a.csv", "-y", "--accept", "date-order")
    assert (refused.code, is_sentence(refused)) == (2, True)
    assert "no-zone" in refused.err
    assert desk.call("import", "auto", "a.csv", "-y", "--status", "x=soon").code == 2


def test_the_whole_file_is_looked_at(desk: Console) -> None:
    rows = [f"{n},Lid,{BEGUN},open\n" for n in range(60_000)]
    Path("a.csv").write_text("id,subject,created,status\n" + "".join(rows) + f"x,Lid,{BEGUN},Brewing\n")
    refused = desk.call("import", "auto", "a.csv", "-y")
    assert refused.code == 2
    assert "? 1 value of status is unknown and ignored, so its case may stay open: Brewing." in refused.err


def test_the_doubts_are_told_worst_first_and_as_json(desk: Console) -> None:
    Path("a.csv").write_text(f"id,subject,created,status,Farbe,priority\n1,,{BEGUN},Brewing,red,Oha\n")
    told = desk.call("import", "auto", "a.csv")
    marks = [line[0] for line in told.err.splitlines() if line[:2] in ("? ", "- ")]
    assert marks == ["?", "?", "?", "-", "-", "-", "-", "-"]
    found = desk.call("import", "auto", "a.csv", "--json").json
    kinds = ["status-unknown", "column-missing", "column-missing", "no-customer", "no-owner", "no-subject"]
    assert [doubt["kind"] for doubt in found["doubts"]] == [*kinds, "value-unknown", "column-unknown"]
    assert found["doubts"][1]["answers"] == ["--column customer=NAME", "--column customer=", "--accept column-missing"]
    assert len(found["questions"]) == 3
    assert found["result"] is None
    done = desk.call("import", "csv", "a.csv", "--source", "a", "--json").json
    assert [doubt["kind"] for doubt in done["doubts"]] == [doubt["kind"] for doubt in found["doubts"]]


def test_a_map_is_refused_for_an_export_with_other_columns(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR)
    assert desk.call("import", "auto", "a.csv", "-y").code == 0
    assert 'made_for = ["Ticket", "Subject", "Owner", "Created"]' in Path("a.map.toml").read_text()
    Path("b.csv").write_text("Created,Owner,Ticket,Subject\n2024-01-31T10:00Z,Ben,9,Lid\n")
    words = ("--map", "a.map.toml", "--source", "a")
    assert desk.call("import", "csv", "b.csv", *words).code == 0, "the order does not matter"
    Path("b.csv").write_text("Ticket,Subject,Agent,Created,Size\n9,Lid,Ben,2024-01-31T10:00Z,3\n")
    for command in (("import", "csv", "b.csv", *words), ("import", "auto", "b.csv", *words, "-y")):
        refused = desk.call(*command)
        assert refused.code == 2
        assert "was made for an export with other columns: b.csv lacks Owner; it has Agent, Size, new." in refused.err
    assert cases(desk) == 3


def test_answers_about_columns_are_refused_where_fields_are_known(desk: Console) -> None:
    Path("z.json").write_text('{"tickets": [{"id": 1, "url": "https://a.zendesk.com/api/v2/tickets/1.json"}]}')
    refused = desk.call("import", "auto", "z.json", "-y", "--column", "owner=X")
    assert (refused.code, is_sentence(refused)) == (2, True)
    assert "takes no answer about columns" in refused.err


# On a terminal


def test_on_a_terminal_it_asks_and_the_answers_are_in_the_map(desk: Console, tmp_path: Path) -> None:
    Path("tickets.csv").write_bytes(OPEN.encode())
    answers = [
        "customer=",
        "owner=nobody here",
        "",
        "perhaps",
        "month",
        "Europe/Nowhere",
        "Europe/Rome",
        "oldtool",
        "y",
    ]
    code, screen = desk.terminal("import", "auto", "tickets.csv", given="".join(f"{a}\n" for a in answers).encode())
    shown = screen.decode()
    assert code == 0, shown
    assert "There is no column “nobody here”" in shown
    assert "There is no time zone 'Europe/Nowhere'" in shown
    answered = shown[shown.rindex("Which time zone are they in?") :]
    assert "Times without a zone are read as Europe/Rome; above they are shown in UTC." in answered
    assert "2024-03-04 08:05" in answered, "the times are shown again, as the zone makes them"
    assert "a different name would import every case a second time" in answered.replace("\r\n", " ")
    assert "2 cases new" in shown
    text = Path("tickets.map.toml").read_text()
    for line in ('source = "oldtool"', 'zone = "Europe/Rome"', "day_first = false"):
        assert line in text
    assert "\ncustomer" not in text
    assert "2024-03-04T08:05" in desk.call("show", "1", "--json").out


def test_no_at_the_end_imports_nothing_but_the_map_stays(desk: Console) -> None:
    Path("a.csv").write_text(CLEAR)
    code, screen = desk.terminal("import", "auto", "a.csv", given=b"\n\nn\n")
    assert code == 0
    assert b"Nothing was imported." in screen
    assert cases(desk) == 0
    assert Path("a.map.toml").exists()


def test_on_a_terminal_a_doubt_is_answered_or_accepted_or_nothing_is_imported(desk: Console) -> None:
    Path("a.csv").write_text(f"id,subject,created,status\n1,Lid,{BEGUN},Kalt\n2,Lid,{BEGUN},Lau\n")
    code, screen = desk.terminal("import", "auto", "a.csv", given=b"\nn\n")
    shown = " ".join(screen.decode().split())
    assert (code, cases(desk)) == (2, 0)
    assert "stay open: Kalt, Lau. Import it like this?" in shown
    assert "--status VALUE=parked says what one means" in shown
    code, screen = desk.terminal("import", "auto", "a.csv", given=b"Kalt=parked\n\ny\n\ny\n")
    assert (code, cases(desk)) == (0, 2), screen.decode()
    text = Path("a.map.toml").read_text()
    assert 'parked = ["Kalt"]' in text
    assert 'accept = ["status-unknown"]' in text
    again = desk.call("import", "auto", "a.csv", "-y")
    assert (again.code, "Nothing new" in again.out) == (0, True), again.err


def test_the_latest_answers_are_the_ones_that_hold(desk: Console) -> None:
    Path("a.csv").write_text("id,subject,created\n1,Lid,2024-01-31 10:00\n")
    for zone in ("UTC", "Europe/Rome"):
        assert desk.call("import", "auto", "a.csv", "-y", "--zone", zone, "--source", "a").code == 0
    told = desk.call("import", "auto", "a.csv", "-y", "--dry-run")
    assert "Using your earlier answers from a-2.map.toml." in told.err
    Path("a.csv").write_text("id,subject,created,size\n1,Lid,2024-01-31 10:00,3\n")
    told = desk.call("import", "auto", "a.csv", "-y", "--dry-run")
    assert (told.code, "earlier answers" in told.err) == (2, False), "it has another column now"


ANSWERS = [answer for kind in KINDS.values() for answer in kind.answers]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.option} {answer.value}")
def test_an_answer_is_an_option_of_the_command(answer: Answer) -> None:
    flag = answer_words(answer).split()[0]
    assert flag in {opt for param in auto.params for opt in (*param.opts, *param.secondary_opts)}


def test_messages_of_which_nobody_says_whose_they_are_are_told_in_json_with_the_option_that_does(desk: Console) -> None:
    comment = {"id": 1, "ticket_id": 9, "author_id": 7, "public": True, "created_at": "2024-03-01T09:00Z", "body": "?"}
    Path("comments.json").write_text(json.dumps({"comments": [comment]}))
    doubts = desk.call("import", "zendesk", "comments.json", "--json").json["doubts"]
    assert [doubt["answers"] for doubt in doubts if doubt["kind"] == "author-unknown"] == [["--users FILE"]], (
        "this command imports with its doubts, and has no --accept"
    )


# Answers about the export of a help desk


@pytest.fixture
def export(desk: Console) -> str:
    """Tickets of Freshdesk, one with a status of the team's own, and the people in a file beside them."""
    ticket = {"id": 5, "subject": "Lid", "status": 9, "created_at": "2024-03-01T08:00:00Z", "requester_id": 9}
    ticket |= {"updated_at": "2024-03-02T08:00:00Z", "responder_id": 7, "conversations": []}
    Path("tickets.json").write_text(json.dumps([ticket, {**ticket, "id": 6, "status": 2}]))
    Path("people").mkdir()
    Path("people/agents.json").write_text(json.dumps([{"id": 7, "available": True, "contact": {"name": "Zoe"}}]))
    return "tickets.json"


def test_answers_about_an_export_are_kept_and_the_same_command_needs_none(desk: Console, export: str) -> None:
    first = desk.call("import", "auto", export, "-y")
    assert first.code == 2
    assert "--status VALUE=parked" in first.err
    given = ("--status", "9=parked", "--zone", "Europe/Rome", "--users", "people/agents.json")
    told = desk.call("import", "auto", export, "-y", *given)
    assert (told.code, "Answers: tickets.answers.toml." in told.err) == (0, True), told.err
    assert (
        "careconsole import freshdesk tickets.json --source freshdesk --zone Europe/Rome --users people/agents.json"
        " --status 9=parked"
    ) in told.out
    case = desk.call("show", "1", "--json").json[0]["case"]
    assert (case["status"], case["owner"], case["opened_at"]) == ("open", "Zoe", "2024-03-01T08:00:00Z")
    assert case["parked"] is not None
    again = desk.call("import", "auto", export, "-y")
    assert (again.code, "Using your earlier answers from tickets.answers.toml." in again.err) == (0, True)
    assert "Nothing new in 2 records" in again.out
    assert [path.name for path in Path().glob("*.toml")] == ["tickets.answers.toml"]
    guided = desk.call("import", "auto", export, "--json", "-y").json
    assert (guided["map"], guided["answers"]) == (None, "tickets.answers.toml")
    moved = desk.call("import", "auto", export, "-y", "--zone", "UTC", "--keep-map", "people/utc.toml")
    assert (moved.code, 'users = ["agents.json"]' in Path("people/utc.toml").read_text()) == (0, True)


def test_answers_that_are_about_something_else_or_cannot_be_read_are_passed_over(desk: Console, export: str) -> None:
    for text in ('kind = "zendesk"\nzone = "UTC"\n', 'kind = "freshdesk"\nzone = 5\n', "kind = "):
        Path("tickets.answers.toml").write_text(text)
        told = desk.call("import", "auto", export, "-y")
        assert (told.code, "earlier answers" in told.err) == (2, False)
    assert desk.call("import", "auto", export, "-y", "--zone", "UTC", "--status", "9=open").code == 0
    assert Path("tickets.answers.toml").read_text() == "kind = ", "what somebody wrote stays"
    assert 'zone = "UTC"' in Path("tickets-2.answers.toml").read_text()


def test_an_export_that_raises_no_question_leaves_no_file(desk: Console) -> None:
    ticket = {"id": 5, "subject": "Lid", "status": 2, "created_at": "2024-03-01T08:00:00Z", "conversations": []}
    ticket |= {"requester_id": 9, "responder_id": 7, "updated_at": "2024-03-02T08:00:00Z"}
    Path("tickets.json").write_text(json.dumps([ticket]))
    assert desk.call("import", "auto", "tickets.json", "-y").code == 0
    assert list(Path().glob("*.toml")) == []


def test_a_kept_map_is_told_as_json_and_an_address_that_stays_with_another_in_words(desk: Console) -> None:
    rows = (f"1,Anna,anna@x.example,{BEGUN}", f"2,Ben,Anna@x.example,{BEGUN}")
    Path("a.csv").write_text("\n".join(("Ticket,Customer,E-Mail,Created", *rows, "")))
    told = desk.call("import", "auto", "a.csv", "-y")
    stays = "1 mail address stays with the customer who has it already: Anna@x.example (Anna, not Ben)."
    assert stays in told.out
    assert [one["email"] for one in desk.call("customer", "list", "--json").json] == ["anna@x.example", ""]
    desk.call("batch", "rollback", "1")
    again = desk.call("import", "auto", "a.csv", "-y", "--json").json
    assert again["roles"]["address"] == "E-Mail"
    assert again["result"]["addresses_elsewhere"] == 1
    assert stays in again["result"]["notices"]
