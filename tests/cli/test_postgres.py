"""The command line on a PostgreSQL server: the same commands, by another URL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.cli.console import ROOT, Console

LOG = "case,when,what\nA-1,2026-11-20T09:00Z,The kettle leaks\nA-2,2026-11-21T09:00Z,Où est ma commande ?\n"


@pytest.fixture
def console(postgres_server: postgres.Server) -> Iterator[Console]:
    url = postgres_server.database()
    yield Console(url)
    postgres_server.drop(url)


def test_a_team_works_on_a_server(console: Console, tmp_path: Path) -> None:
    call = console.call
    nothing = call("queue")
    assert nothing.code == 2
    assert "no team is set up" in nothing.err
    founded = call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", "--json")
    assert founded.code == 0, founded.err
    assert founded.json["database"] == console.db
    assert call("init", "--team", "Other", "--lead", "Ben").code == 3
    assert call("new", "--subject", "The lid is broken", "--customer", "Étienne Dupré").out == "1\n"
    assert call("log", "1", "--in", "When will it come?").code == 0
    assert call("undo").code == 0
    assert Console(console.db, "Ben").call("take", "1").code == 0
    log = tmp_path / "log.csv"
    log.write_text(LOG, encoding="utf-8")
    (tmp_path / "map.toml").write_text('source = "old"\ncase = "case"\ntime = "when"\nsubject = "{what}"\n')
    imported = call("import", "events", str(log), "--map", str(tmp_path / "map.toml"), "--json")
    assert imported.code == 0, imported.err
    assert call("sweep", "--json").code == 0
    assert len(call("queue", "--sort", "customer", "--json").json) == 3
    for sought, cases in {
        "kettle": [2],
        "commande": [3],
        "customer:etienne": [1],
        "owner:ben": [1],
        "lid OR": [],
    }.items():
        found = call("queue", sought, "--json")
        assert [row["number"] for row in found.json] == cases, sought
    then = call("queue", "--as-of", "2026-11-20T10:00Z", "--json")
    assert [row["number"] for row in then.json] == [2]
    assert "took it" in call("show", "1").out
    told = call("watch", "--since", "0", "--once").out.splitlines()
    assert len(told) == call("export", "all").out.count('"table":"events"')
    cursor = json.loads(told[-2])["cursor"]
    assert call("watch", "--since", cursor, "--once").out.splitlines() == told[-1:]
    for read in ("measures", "agenda", "journal", "report", "team list", "why 1", "cause list", "history 1"):
        assert call(*read.split()).code == 0, read


def test_a_file_moves_to_a_server_and_back_by_its_export(console: Console, tmp_path: Path) -> None:
    file = Console(str(tmp_path / "shop.db"))
    assert file.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    for subject in ("The kettle leaks", "Où est ma commande ?"):
        assert file.call("new", "--subject", subject, "--customer", "Étienne", "--owner", "me").code == 0
    assert file.call("promise", "1", "A new lid", "--due", "+4h").code == 0
    exported = file.call("export", "all").out
    again = "import", "careconsole", "-"
    assert console.call(*again, "--dry-run", given=exported).code == 0
    assert console.call("queue").code == 2, "a dry run keeps nothing"
    loaded = console.call(*again, given=exported)
    assert loaded.code == 0, loaded.err
    assert console.call("export", "all").out == exported
    assert console.call("queue", "étienne", "--json").out == file.call("queue", "étienne", "--json").out
    assert console.call(*again, given=exported).code == 3, "it has a team already"
    broken = Console(f"{tmp_path}/back.db").call(*again, given=console.call("export", "all").out)
    assert broken.code == 0, broken.err


MAIL = """\
From: Carla <carla@shop.example>
To: us@shop.example
Subject: The lid
Message-ID: <{0}@shop.example>
Date: Fri, 20 Nov 2026 09:00:00 +0000

The lid is broken.
"""


def test_files_and_mails_are_kept_on_the_server(console: Console, tmp_path: Path) -> None:
    call = console.call
    assert call("init", "--team", "Shop", "--lead", "Ana").code == 0
    assert call("new", "--subject", "Kettle", "--customer", "Carla").code == 0
    data = bytes(range(256)) * 3000
    (tmp_path / "lid.bin").write_bytes(data)
    assert call("attach", "1", str(tmp_path / "lid.bin")).code == 0
    assert call("files", "limit", "--each", "1").code == 0
    (tmp_path / "large.bin").write_bytes(bytes(1 << 20) + b"x")
    assert "larger than" in call("attach", "1", str(tmp_path / "large.bin")).err
    (tmp_path / "out").mkdir()
    assert call("files", "save", "1", "--to", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out" / "lid.bin").read_bytes() == data
    assert call("mail", "in", given=MAIL.format("a")).code == 0
    (tmp_path / "box" / "new").mkdir(parents=True)
    (tmp_path / "box" / "cur").mkdir()
    (tmp_path / "box" / "new" / "1").write_text(MAIL.format("b"))
    assert call("mail", "read", str(tmp_path / "box")).code == 0
    assert call("mail", "read", str(tmp_path / "box")).code == 0
    assert len(call("mail", "list", "--json").json) == 2
    assert call("mail", "show", "1", "--raw").out.replace("\r\n", "\n") == MAIL.format("a")
    assert call("db", "check").code == 0, "nothing is missing"
    exported = call("export", "all", "--files", str(tmp_path / "contents"))
    assert exported.code == 0, exported.err
    file = Console(str(tmp_path / "shop.db"))
    assert file.call("import", "careconsole", "-", "--files", str(tmp_path / "contents"), given=exported.out).code == 0
    assert file.call("db", "check").code == 0
    assert call("undo").code == 0
    assert call("db", "tidy").code == 0


def test_it_says_what_the_server_is(console: Console) -> None:
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    said = console.call("db", "info", "--json").json
    assert (said["path"], said["driver"], said["sqlite"]) == (console.db, "psycopg", None)
    assert int(said["postgresql"].partition(".")[0]) >= 15
    assert said["bytes"] > 1_000_000
    assert "log bytes" not in console.call("db", "info").out


def test_a_backup_is_restored_into_an_empty_database(
    console: Console, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    call = console.call
    assert call("init", "--team", "Shop", "--lead", "Ana").code == 0
    assert call("new", "--subject", "Kettle", "--customer", "Étienne").code == 0
    (tmp_path / "lid.txt").write_text("lid")
    assert call("attach", "1", str(tmp_path / "lid.txt")).code == 0
    backup, before = tmp_path / "backup", call("export", "all").out.splitlines()
    done = call("db", "backup", str(backup), "--json")
    assert done.code == 0, done.err
    assert (done.json["files"], done.json["files_bytes"], done.json["bytes"]) == (1, 3, backup.stat().st_size)
    assert backup.stat().st_mode & 0o077 == 0
    assert call("db", "backup", str(backup)).code == 2
    refused = call("db", "restore", str(backup))
    assert (refused.code, "is not empty" in refused.err) == (3, True)

    other = Console(postgres_server.database())
    try:
        (tmp_path / "cut").write_bytes(backup.read_bytes()[:-9000])
        for file, code in ((tmp_path / "cut", 1), (tmp_path / "lid.txt", 2), (tmp_path / "none", 2)):
            assert other.call("db", "restore", str(file)).code == code
            assert "no team is set up" in other.call("queue").err, "whole or not at all"
        restored = other.call("db", "restore", str(backup), "--json")
        assert (restored.code, restored.json["files"], restored.json["by"]) == (0, 1, "Ana")
        assert other.call("db", "check").code == 0
        after = other.call("export", "all").out.splitlines()
        assert [line for line in after if "backup restored" not in line][:-1] == before[:-1]
        assert other.call("new", "--subject", "Cup", "--customer", "Étienne").out == "2\n"
        assert other.call("files", "save", "1", "--to", str(tmp_path), "--force").code == 0
        file = Console(str(tmp_path / "shop.db"))
        assert file.call("init", "--team", "Shop", "--lead", "Ana").code == 0
        assert file.call("db", "backup", str(tmp_path / "file")).code == 0
        assert "db move" in other.call("db", "restore", str(tmp_path / "file")).err
    finally:
        postgres_server.drop(other.db)


def test_without_the_servers_programs_it_says_what_to_do(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = console.call("db", "backup", str(tmp_path / "backup"))
    assert (refused.code, "export all" in refused.err) == (1, True)
    assert os.listdir(tmp_path) == []


def test_groups_are_for_files(console: Console) -> None:
    refused = console.call("init", "--team", "Shop", "--lead", "Ana", "--shared", "users")
    assert (refused.code, "Leave the group out" in refused.err) == (2, True)
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    refused = console.call("db", "share", "users")
    assert (refused.code, "createuser" in refused.err) == (2, True)


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    refused = Console("postgresql://ana:s3cret@127.0.0.1:1/care").call("queue")
    assert refused.code == 2
    assert "~/.pgpass" in refused.err
    assert "s3cret" not in refused.out + refused.err


def test_a_server_that_is_not_there_is_said() -> None:
    postgres.must_have()
    refused = Console("postgresql://127.0.0.1:1/care").call("queue")
    assert refused.code == 1
    assert "cannot be reached" in refused.err


def test_without_the_driver_it_says_what_to_install() -> None:
    code = (
        "import sys, importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'psycopg' else find(name, *rest)\n"
        "from careconsole.cli import run\nsys.exit(run(['--db', 'postgresql://127.0.0.1:1/care', 'queue']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "careconsole[postgres]" in done.stderr


def test_people_are_tied_to_logins(console: Console, postgres_server: postgres.Server) -> None:
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", "--agent", "Cleo").code == 0
    sql = console.call("db", "login", "Ben", "--login", "c_ben")
    assert sql.out.count("insert into logins") == 1
    for words in (
        ("Ana", "--login", "c_ana", "--sweep"),
        ("Ben", "--login", "c_ben"),
        ("--login", "c_cron", "--sweep"),
    ):
        made = console.call("db", "login", *words, "--make")
        assert made.code == 0, made.err
    assert console.call("db", "login").code == 2
    ben = Console(console.db.replace("user=care", "user=c_ben"), "", {"CARECONSOLE_AS": ""})
    ben.env.pop("CARECONSOLE_AS")
    assert ben.call("--as", "Ben", "new", "--subject", "Kettle", "--customer", "Carla").code == 0
    assert ben.call("--as", "Ana", "take", "1").code == 0
    assert [event["actor"] for event in console.call("history", "1", "--json").json] == ["Ben", "Ana"]
    refused = ben.call("--as", "Cleo", "log", "1", "--in", "Hello")
    assert (refused.code, "Cleo has no login" in refused.err) == (3, True)
    assert ben.call("--as", "Ben", "team", "add", "Eve").code == 3
    assert ben.call("--as", "Ben", "db", "login", "Cleo", "--make").code == 1
    import psycopg

    postgres_server.drop(console.db)
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        for row in connection.execute(
            "select rolname from pg_roles where rolname like 'c\\_%' or rolname like 'care\\_%'"
        ):
            connection.execute(f'drop role "{row[0]}"')
