"""Moving a team between a file and a server: nothing is lost, and there is one whole database at every moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.console import presence
from careconsole.domain.filters.fields import FIELDS, FLAGS
from careconsole.store import open_store
from careconsole.tools.json_outputs import output_of
from tests import postgres
from tests.cli.console import ROOT, Console
from tests.cli.test_json import holds
from tests.cli.test_postgres import LOG, MAIL


@pytest.fixture
def server(postgres_server: postgres.Server) -> Iterator[Console]:
    """An empty database on a server."""
    url = postgres_server.database()
    yield Console(url)
    postgres_server.drop(url)


@pytest.fixture
def file(tmp_path: Path) -> Console:
    """A team with some of everything, in a file."""
    file = Console(str(tmp_path / "shop.db"))
    call = file.call
    assert call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    for subject in ("The kettle leaks", "Où est ma commande ?"):
        assert call("new", "--subject", subject, "--customer", "Étienne", "--owner", "me").code == 0
    (tmp_path / "lid.bin").write_bytes(bytes(range(256)) * 2000)
    for command in (
        "promise 1 Lid --due +4h",
        f"attach 1 {tmp_path / 'lid.bin'}",
        "note 2 Parcel",
        "escalate 2 --reason expertise --need advice --to Ben",
        "team away Ben --cover Ana",
        "notices address Ana ana@shop.example",
    ):
        assert call(*command.split()).code == 0, command
    assert call("mail", "in", given=MAIL.format("a")).code == 0
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "map.toml").write_text('source = "old"\ncase = "case"\ntime = "when"\nsubject = "{what}"\n')
    imported = call("import", "events", str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.toml"))
    assert imported.code == 0, imported.err
    assert call("undo").code in (0, 3)
    return file


def exported(console: Console) -> str:
    done = console.call("export", "all")
    assert done.code == 0, done.err
    return done.out


def test_a_team_moves_to_a_server_and_back(file: Console, server: Console, tmp_path: Path) -> None:
    before = exported(file)
    tried = file.call("db", "move", server.db, "--dry-run", "--json")
    assert tried.code == 0, tried.err
    assert holds(output_of("db move"), tried.out)["dry_run"] is True
    assert "no team is set up" in server.call("queue").err
    assert exported(file) == before
    moved = file.call("db", "move", server.db, "--json")
    assert moved.code == 0, moved.err
    said = holds(output_of("db move"), moved.out)
    assert (said["rows"]["cases"], said["files"], said["warnings"]) == (5, 2, [])
    for command in ("queue", "db info", "mail list"):
        gone = file.call(*command.split())
        assert gone.code == 1
        assert f"has moved from {file.db} to {server.db}" in gone.err
        assert "or if it is lost, see careconsole db move --help" in gone.err
    assert exported(server) == before
    assert server.call("db", "check").code == 0
    assert server.call("new", "--subject", "Cup", "--customer", "Carla").out == "6\n", "numbers go on"
    assert server.call("files", "save", "1", "--to", str(tmp_path), "--force").code == 0
    after = exported(server)

    assert server.call("db", "move", str(tmp_path / "lid.bin")).code == 2, "another file is never replaced"
    assert server.call("db", "move", f"{tmp_path}/none/shop.db").code == 2
    back = server.call("db", "move", file.db, "--json")
    assert back.code == 0, back.err
    kept = holds(output_of("db move"), back.out)["kept"]
    assert kept == f"{file.db}.before-move-1"
    assert "has moved" in Console(kept).call("queue").err
    assert exported(file) == after
    assert file.call("db", "check").code == 0
    gone = server.call("queue")
    assert (gone.code, f"has moved from {server.db} to {file.db}" in gone.err) == (1, True)
    again = file.call("db", "move", server.db)
    assert (again.code, "Create another database" in again.err) == (3, True)


def test_every_filter_finds_the_same_on_both(file: Console, server: Console) -> None:
    smtp = ("--smtp", "127.0.0.1:1", "--smtp-security", "plain", "--smtp-user", "")
    assert file.call("box", "add", "out", "--address", "care@shop.example", *smtp).code == 0
    assert file.call("reply", "1", "It is on its way.", "--to", "etienne@home.example", "--box", "out").code == 0
    asked = [*(f"is:{flag}" for flag in FLAGS), *(kind.example for kind in FIELDS.values()), "kettle OR ma"]
    found = {one: file.call("queue", one, "--json") for one in asked}
    empty = {one for one, result in found.items() if result.code == 0 and not result.json}
    some = {"is:unsent", "is:promised", "is:imported", "owner:ana,ben", "is:waiting"}
    assert empty & some == set()
    assert file.call("db", "move", server.db).code == 0
    for one, result in found.items():
        assert server.call("queue", one, "--json") == result, one


def test_nobody_may_have_the_console_open(file: Console, server: Console) -> None:
    from careconsole.desk.database.environment import now_ms

    with closing(open_store(file.db)) as store, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARECONSOLE_NOW", file.environment()["CARECONSOLE_NOW"])
        desk = Desk(store, now_ms, 2, "desk 4", "ben")
        presence.announce(desk, "one", None)
        refused = file.call("db", "move", server.db)
        assert (refused.code, "The console is open: Ben (desk 4)." in refused.err) == (3, True)
        presence.leave(desk, "one")
    assert file.call("db", "move", server.db, "--dry-run").code == 0


def test_a_login_whose_rights_are_too_small_copies_nothing(file: Console, server: Console, tmp_path: Path) -> None:
    import psycopg

    name = f"small_{postgres.Server.name(server.db)}"
    small = Console(f"{server.db}&user={name}")
    with psycopg.connect(server.db, autocommit=True) as owner:
        owner.execute(f"create role {name} login")
        try:
            before = exported(file)
            refused = file.call("db", "move", small.db)
            assert (refused.code, "This login may not do that" in refused.err) == (1, True)
            assert exported(file) == before
            assert file.call("db", "move", server.db).code == 0
            owner.execute(f"grant select on all tables in schema public to {name}")
            for options in (("--dry-run",), ()):
                refused = small.call("db", "move", f"{tmp_path}/new.db", *options)
                assert (refused.code, "may not move the team away" in refused.err) == (1, True)
            assert [one for one in os.listdir(tmp_path) if one.startswith("new.db")] == []
        finally:
            owner.execute(f"drop owned by {name}; drop role {name}")


def test_a_file_that_somebody_has_open_is_not_replaced(file: Console, server: Console) -> None:
    with closing(open_store(file.db)) as store:
        store.people.identity()
        assert file.call("db", "move", server.db).code == 0
        assert server.call("new", "--subject", "Cup", "--customer", "Carla").out == "6\n"
        before = exported(server)
        refused = server.call("db", "move", file.db)
        assert (refused.code, f"Somebody has {file.db} open." in refused.err) == (1, True)
        assert exported(server) == before
    assert server.call("db", "move", file.db).code == 0
    assert exported(file) == before
    assert file.call("db", "check").code == 0


def test_a_copy_of_the_old_database_can_be_opened_when_the_new_one_is_lost(
    file: Console, server: Console, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    before = file.call("queue").out
    assert file.call("db", "move", server.db).code == 0
    again = Console(f"{tmp_path}/again.db")
    restored = again.call("db", "restore", file.db)
    assert restored.code == 0, restored.err
    assert again.call("queue").out == before
    assert again.call("db", "check").code == 0
    assert "has moved from" in file.call("queue").err, "the old one stays as it is"

    assert server.call("db", "move", f"{tmp_path}/back.db").code == 0
    dump = f"{tmp_path}/old.dump"
    subprocess.run(["pg_dump", "-F", "custom", "-f", dump, "-d", server.db], check=True)
    anew = Console(postgres_server.database())
    restored = anew.call("db", "restore", dump)
    assert restored.code == 0, restored.err
    assert anew.call("queue").out == before
    assert anew.call("db", "check").code == 0
    postgres_server.drop(anew.db)


def test_who_has_the_old_database_open_is_told(file: Console, server: Console) -> None:
    with closing(open_store(file.db)) as store:
        assert file.call("db", "move", server.db).code == 0
        with pytest.raises(Exception, match="has moved from"):
            store.engine.write(lambda: store.people.set("duty", "2"))
    with closing(open_store(server.db)) as store:
        assert server.call("db", "move", file.db).code == 0
        with pytest.raises(Exception, match="has moved from"):
            store.engine.write(lambda: store.people.set("duty", "2"))


def test_a_place_with_a_team_takes_no_other(file: Console, server: Console, tmp_path: Path) -> None:
    assert server.call("init", "--team", "Other", "--lead", "Ana").code == 0
    refused = file.call("db", "move", server.db)
    assert (refused.code, "already has a team" in refused.err) == (3, True)
    refused = server.call("db", "move", file.db)
    assert (refused.code, "exists already" in refused.err) == (2, True)
    for one, other in ((file.db, f"{tmp_path}/new.db"), (server.db, server.db)):
        assert Console(one).call("db", "move", other).code == 2
    assert file.call("queue").code == server.call("queue").code == 0


def test_a_copy_that_differs_is_not_kept(file: Console, server: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from careconsole.store.maintenance import move

    before, copied = exported(file), move.finish_copy

    def spoiled(source: object, target: object) -> None:
        copied(source, target)  # type: ignore[arg-type]
        target.execute("update people set reach = 'x' where id = 1")  # type: ignore[attr-defined]

    monkeypatch.setattr(move, "finish_copy", spoiled)
    refused = file.call("db", "move", server.db)
    assert (refused.code, "A row of people differs: 1" in refused.err) == (1, True)
    assert exported(file) == before
    assert "no team is set up" in server.call("queue").err


KILLED = """
import os, sys
from careconsole.store.maintenance import move_marks
name, when = sys.argv[1:3]
work = getattr(move_marks, name)
def killed(*rest):
    if when == "after":
        work(*rest)
    os._exit(9)
setattr(move_marks, name, killed)
from careconsole.cli import run
run(["--db", sys.argv[3], "db", "move", sys.argv[4]])
"""


@pytest.mark.parametrize("back", [False, True], ids=["to a server", "to a file"])
@pytest.mark.parametrize(
    ("step", "when"),
    [("arriving", "after"), ("moved", "before"), ("moved", "after"), ("in_use", "before"), ("in_use", "after")],
)
def test_a_move_that_is_killed_is_finished_by_the_same_command(
    file: Console, server: Console, step: str, when: str, back: bool
) -> None:
    old, new = (server, file) if back else (file, server)
    if back:
        assert file.call("db", "move", server.db).code == 0
    before = exported(old)
    words = [sys.executable, "-c", KILLED, step, when, old.db, new.db]
    assert subprocess.run(words, cwd=ROOT, env=old.environment(), capture_output=True).returncode == 9
    here, there = old.call("queue"), new.call("queue")
    assert there.code != 0, "the new one opens only when all is done"
    if step == "in_use":
        assert "has moved from" in here.err
        assert "was not finished" in there.err
    else:
        assert here.code == 0
        assert exported(old) == before
    finished = old.call("db", "move", new.db, "--json")
    assert finished.code == 0, finished.err
    assert finished.json["finished"] is (step == "in_use")
    assert exported(new) == before
    assert new.call("db", "check").code == 0
    assert old.call("queue").code == 1
    left = [name for name in os.listdir(Path(file.db).parent) if ".part" in name]
    assert left == []
