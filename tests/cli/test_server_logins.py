"""Logins of a PostgreSQL server that ask for passwords, and backups of a database with logins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.cli.console import Console

PASSWORDS = {"p_ana": "ana's", "p_ben": "ben's", "p_cleo": "cleo's"}


@pytest.fixture
def owner(postgres_server: postgres.Server) -> Iterator[Console]:
    """The owner of a team's database, in which people are tied to logins."""
    url = postgres_server.database()
    console = Console(url)
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", "--agent", "Cleo").code == 0
    assert console.call("new", "--subject", "Kettle", "--customer", "Carla").code == 0
    for words in (("Ana", "--login", "p_ana", "--sweep"), ("Ben", "--login", "p_ben"), ("Cleo", "--login", "p_cleo")):
        assert console.call("db", "login", *words, "--make").code == 0
    yield console
    postgres_server.drop(url)
    postgres_server.drop_roles("p\\_%", f"{postgres_server.name(url)}%")


@pytest.fixture
def enter(owner: Console, tmp_path: Path) -> Callable[..., Console]:
    """A function that gives somebody's command line at a place, by their login, with a file of these passwords."""

    def entering(place: str, *known: str, **env: str) -> Console:
        pgpass = tmp_path / f"pgpass-{'-'.join(known)}"
        pgpass.write_text("".join(f"*:*:*:{name}:{PASSWORDS[name]}\n" for name in known))
        pgpass.chmod(0o600)
        console = Console(place, "", {"CARECONSOLE_AS": "", "PGPASSFILE": str(pgpass), **env})
        del console.env["CARECONSOLE_AS"]
        return console

    return entering


def ben_at(place: str) -> str:
    return place.replace("user=care", "user=p_ben")


def actors(console: Console) -> list[str]:
    return [event["actor"] for event in console.call("history", "1", "--json").json]


def test_passwords_are_looked_up_for_each_person(
    owner: Console, enter: Callable[..., Console], postgres_server: postgres.Server
) -> None:
    with postgres_server.asking(PASSWORDS):
        nobody = enter(ben_at(owner.db)).call("queue")
        assert (nobody.code, "did not let this login in: no password supplied." in nobody.err) == (1, True)
        shared = enter(ben_at(owner.db), "p_ben", "p_ana")
        assert shared.call("note", "1", "mine").code == 0
        assert shared.call("--as", "Ana", "note", "1", "hers").code == 0
        refused = shared.call("--as", "Cleo", "note", "1", "hers")
        assert (refused.code, "no password supplied" in refused.err) == (1, True)
        wrong = enter(ben_at(owner.db), "p_ana", PGPASSWORD="x").call("queue")
        assert (wrong.code, 'password authentication failed for user "p_ben"' in wrong.err) == (1, True)
    assert actors(owner) == ["Ana", "Ben", "Ana"]


def test_a_password_from_elsewhere_is_that_of_the_first_login(
    owner: Console, enter: Callable[..., Console], postgres_server: postgres.Server, tmp_path: Path
) -> None:
    service = tmp_path / "services"
    name = postgres_server.name(owner.db)
    service.write_text(f"[care]\nhost={postgres_server.folder}\ndbname={name}\nuser=p_ben\npassword=ben's\n")
    with postgres_server.asking(PASSWORDS):
        console = enter("postgresql:///?service=care", "p_ana", PGSERVICEFILE=str(service))
        environment = enter(ben_at(owner.db), "p_ana", PGPASSWORD="ben's")
        for one in (console, environment):
            assert one.call("note", "1", "mine").code == 0
            assert one.call("--as", "Ana", "note", "1", "hers").code == 0
        said = console.call("--as", "Cleo", "queue").err
        assert "The server of postgresql:///?service=care&user=p_cleo did not let" in said
    assert actors(owner) == ["Ana", "Ben", "Ana", "Ben", "Ana"]


def test_only_the_owner_copies_what_people_wrote(owner: Console, enter: Callable[..., Console], tmp_path: Path) -> None:
    for who in ("Ben", "Ana"):
        refused = enter(ben_at(owner.db)).call("--as", who, "db", "backup", str(tmp_path / "copy"))
        assert (refused.code, "only the owner of the tables" in refused.err) == (1, True)
    assert owner.call("db", "backup", str(tmp_path / "copy")).code == 0


def test_a_backup_with_logins_is_restored_where_these_are(
    owner: Console, enter: Callable[..., Console], postgres_server: postgres.Server, tmp_path: Path
) -> None:
    assert owner.call("db", "backup", str(tmp_path / "copy")).code == 0
    other = Console(postgres_server.database())
    try:
        restored = other.call("db", "restore", str(tmp_path / "copy"), "--json")
        assert (restored.code, restored.json["warnings"]) == (0, []), restored.err
        assert other.call("db", "check").code == 0
        ben = enter(ben_at(other.db))
        assert ben.call("note", "1", "mine").code == 0, "they may what they might"
        assert ben.call("--as", "Ana", "team", "away", "Cleo").code == 0
        assert ben.call("team", "add", "Eve").code == 3
        for words in (("Ben", "--login", "p_ben"), ("Ana", "--login", "p_ana", "--sweep")):
            assert other.call("db", "login", *words, "--make").code == 0
        assert ben.call("note", "1", "mine").code == 0
        assert ben.call("--as", "Ana", "sweep").code == 0
        cleo = enter(other.db.replace("user=care", "user=p_cleo")).call("note", "1", "mine")
        assert (cleo.code, "permission denied" in cleo.err) == (1, True), "the rights of the other database are gone"
        assert other.call("db", "check").code == 0
        assert enter(ben_at(owner.db)).call("note", "1", "here, too").code == 0
    finally:
        postgres_server.drop(other.db)
        postgres_server.drop_roles(f"{postgres_server.name(other.db)}%")


def test_a_backup_with_logins_is_restored_on_another_server(owner: Console, tmp_path: Path) -> None:
    assert owner.call("db", "backup", str(tmp_path / "copy")).code == 0
    with postgres.running() as elsewhere:
        other = Console(elsewhere.database())
        restored = other.call("db", "restore", str(tmp_path / "copy"))
        assert (restored.code, "until db login ties them again" in restored.err) == (0, True), restored.err
        assert other.call("queue").out == owner.call("queue").out
        assert other.call("db", "check").code == 0
        import psycopg

        with psycopg.connect(other.db, autocommit=True) as connection:
            connection.execute("create role p_ben login")
        ben = Console(ben_at(other.db), "Ben")
        assert "permission denied" in ben.call("note", "1", "mine").err
        assert other.call("db", "login", "Ben", "--login", "p_ben", "--make").code == 0
        assert ben.call("note", "1", "mine").code == 0
        refused = ben.call("--as", "Ana", "note", "1", "hers")
        assert (refused.code, "did not let this login in" in refused.err) == (1, True)


def test_the_servers_own_programs_do_not_go_through_a_pooler(
    owner: Console, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    assert owner.call("db", "backup", str(tmp_path / "copy")).code == 0
    empty = postgres_server.database()
    try:
        for url, words in (
            (owner.db, ("backup", str(tmp_path / "other"))),
            (empty, ("restore", str(tmp_path / "copy"))),
        ):
            with postgres.pooling(postgres_server, url) as pooled:
                refused = Console(pooled).call("db", *words)
                assert (refused.code, "leads to a pooler" in refused.err) == (3, True)
        assert not (tmp_path / "other").exists()
    finally:
        postgres_server.drop(empty)
