"""A database of a former shape: brought to the present one with a word about it, and a checked copy kept beside."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections import namedtuple
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import CareError
from careconsole.domain.team.lookup import find_person
from careconsole.store import open_store
from careconsole.store.engine.base import DatabaseCorrupt, Engine
from careconsole.store.engine.digests import register
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.engine.sqlite import SqliteEngine
from careconsole.store.maintenance import database_info, upgrade_copy
from careconsole.store.maintenance.schema import db_text
from careconsole.store.maintenance.shape import differences, files
from tests.cli.console import Console
from tests.desk.office import LOG, Office, contents, line
from tests.desk.office import differences as unlike
from tests.store.older import make_older

PUBLISHED = {
    "0001_the_desk.sql": "57dcb3ee5668c5230d668b7eb862a9aaf7272ec0a3c438847fce696abdc121ae",
    "0002_the_console.sql": "36bf783a0314da7c166357d0e0fcdcb8d2b9d9ca99ef44e3172f5c0060ae34f1",
    "0003_the_clocks.sql": "9ee9888fa3ca932bc235d99899688211b4d7185c692cf0847ecd8285bae865c5",
    "0004_the_sweep.sql": "e8265717567dc0fb1f569a4e5805920fc63f3197f90d838974de3a1b9b49585f",
    "0005_the_imports.sql": "b8b47ca09f047d461132c0240775779c940faa0a22e42df9ca4f3e41619f66e8",
    "0006_the_identity.sql": "3ff88ca2ee7277ddbe979d7a96eb0f64985f60f9ed2bd2e75c4a68540f354a9c",
    "0007_the_digests.sql": "fda340c0f4a14bd4469c1f5cd4474994dd3190bcfba00956145de73596558c5f",
    "0008_the_split.sql": "dcc6d8d8f14f06427fa45905196567dbe5e24075877c0b51e3cd5f6a55ac7d0c",
    "0009_the_waits.sql": "a090900cc2c1a7f1e8fe29b7bc05554b306ace6a1d8293a271aa0d0f33ffdfab",
    "0010_the_names.sql": "cbe007fc966424bf2f7403e7a73bd30ad3c71846f16b4a9d42d9e8de97b76560",
    "0011_the_answers.sql": "f51aca2790d10b8957be667c16efaedf61ca5728d2a30be082e1aa74e9335250",
    "0012_the_causes.sql": "0f5bff69ab42b3d965ea86db997ffd449d8944c4df69998555358a2c5f404b9d",
    "0013_the_playbooks.sql": "1f0427192b981884d331b42cb1656ab988acfe49775a25eaa0d872c17f58a4c6",
    "0014_the_lessons.sql": "46051605784a3ff7fd303fb44cf3deb59fada784e177991ddaecd2a4327b1c49",
    "0015_the_steps.sql": "8f9408806ca13ee0cac7878839a2e546d211afa31cbbf948558fe1de81afe98c",
    "0016_the_receipts.sql": "4beadf5e13229cc93236aa46bdcdb126202b42099c11e0fe70a37b86b13f6281",
    "0017_the_changes.sql": "0affea8c7a792061e19fd54984308bcae59aa67bd87446ca17cebac0a5243a15",
    "0018_the_ratings.sql": "49e76d7378a2cb99aecb4060e1b4b20c04f69166f9e148ab7c440a989e956d4f",
    "0019_the_files.sql": "5d835beeef334c80cd202a4583c4a0b0bad52e0cf5158cad807f54fdce7f3396",
    "0020_the_digest.sql": "59ca632135df75ff22657ff1c09d5060c7d0e1133d216fd6204f8db1de84b33e",
    "0021_the_people.sql": "236f1673abca88410a42b729727521986160d139a93f4773b7abe04bd3880bc5",
    "0022_the_mails.sql": "f9512affe2b719713e5768685964a263ee54281aef925f55a16952c1d409ebcf",
    "0023_the_boxes.sql": "dfd66a5058da114bb3a8b483363ed84f67e08cb881f0ee2dfcf015017e43537d",
    "0024_the_senders.sql": "4e67ce2529c8815d9504fbdbfdc5208f9a7833aa0828531ffafb81c833bbf17b",
    "0025_the_replies.sql": "ba1d87e31596c3cfa97e183e5c1ceb74034ff8fe02f793bebecf50dadccac66c",
    "0026_the_risk.sql": "81a9d83232e7ce2645fa3ff92ca6826982eb12a389ea2946243209d62ec617e9",
    "0027_the_orders.sql": "a15536b0177e95c2b04fee938a8cc44f30bd9f2de3f0fee038119822b87c1fa6",
    "0028_the_automatic_answers.sql": "2164ec2fd56e5dd4cfb9ed9127d23914c4aba3ea6b0b73e0b9e7e19cf18c7f24",
    "0029_the_mail_contents.sql": "95434ded9189569ecf1e6e6a99f544c6088c839693711f698372b9b5bd7c6fc2",
}
"""A published text never changes: databases were made with it. A new one is added here with its digest."""


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, list[Any]]]:
    """A database of the present shape, and what it holds of what every shape had room for."""
    office = Office(tmp_path_factory.mktemp("today"))
    office.bring(*LOG)
    number = execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Carla").opened
    assert number is not None
    execution.execute(office.desk(), "note", Note(text="so be it"), [number])
    held = contents(office.store)
    held["team"] = [row for row in held["team"] if row[0] != "identity"]
    office.close()
    return office.path, held


@pytest.fixture
def older(today: tuple[str, dict[str, list[Any]]], tmp_path: Path) -> str:
    return make_older(str(tmp_path / "older.db"), 5, today[0])


class Heard:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.seen: list[tuple[str, int, int]] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def at(self, what: str, done: int, of: int) -> None:
        self.seen.append((what, done, of))


def copies(path: str) -> list[str]:
    return sorted(name for name in os.listdir(os.path.dirname(path)) if "before-upgrade" in name or "part" in name)


def raw(path: str) -> tuple[Any, ...]:
    with closing(sqlite3.connect(path)) as connection:
        return tuple(
            connection.execute(sql).fetchall()
            for sql in ("pragma user_version", "select * from events", "select * from cases", "select * from people")
        )


def test_a_published_schema_never_changes() -> None:
    assert {name: hashlib.sha256(db_text(f"schema/{name}").encode()).hexdigest() for name in files()} == PUBLISHED


@pytest.mark.parametrize("shape", range(1, LATEST))
def test_a_database_of_every_former_shape_is_brought_to_the_present_one(
    shape: int, today: tuple[str, dict[str, list[Any]]], tmp_path: Path
) -> None:
    path, held = today
    older = make_older(str(tmp_path / "older.db"), shape, path)
    before = raw(older)
    with closing(open_store(older)) as store:
        assert database_info.check(store) == []
        assert differences(store.engine, LATEST) == []
        found = contents(store)
        found["team"] = [row for row in found["team"] if row[0] != "identity"]
        lost = {"person_ids", "customer_ids", "rejects"} if shape < 5 else set()
        lost |= {"visits"} if shape < 2 else set()  # there was no console yet
        assert {table: rows for table, rows in unlike(found, held).items() if table not in lost} == {}
        execution.open_case(store_desk(store), OpenCase(subject="Another"), "Carla")
        assert database_info.check(store) == []
    assert raw(f"{older}.before-upgrade-1") == before


def test_a_case_parked_on_the_customer_no_longer_waits_for_us_after_the_upgrade(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.bring(line("A", 0, status="open", owner="Ben"), line("A", 1, status="parked", waits_on="customer"))
    as_before = {"waiting_since": office.case(1).opened_at, "due_kind": "first answer"}
    with office.store.engine.connection as connection:
        connection.execute("update cases set waiting_since = :waiting_since, due_kind = :due_kind", as_before)
    office.close()
    older = make_older(str(tmp_path / "older.db"), 8, office.path)
    with closing(open_store(older)) as store:
        (row,) = store.queue.get_many([1])
        assert (row.waiting_since, row.due_kind) == (None, "next step")
        assert database_info.check(store) == []


def store_desk(store: Any) -> Any:
    from careconsole.desk import Desk
    from tests.desk.office import MONDAY

    return Desk(store, lambda: MONDAY, 1, "desk 1", "os")


def test_a_database_made_by_an_earlier_text_of_its_shape_is_brought_over(
    today: tuple[str, dict[str, list[Any]]], tmp_path: Path
) -> None:
    text = db_text("schema/0005_the_imports.sql")
    earlier = text[: text.index("-- By what the sources of imports know")]
    older = make_older(str(tmp_path / "older.db"), 5, today[0], {"0005_the_imports.sql": earlier})
    heard = Heard()
    with closing(open_store(older, heard)) as store:
        assert database_info.check(store) == []
        assert differences(store.engine, LATEST) == []
    assert any("person_ids is missing" in sentence for sentence in heard.said)


def test_a_table_that_was_lost_stops_the_upgrade(older: str) -> None:
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("drop table customers")
    with pytest.raises(DatabaseCorrupt, match="customers is missing"):
        open_store(older)
    assert raw(older)[0] == [(5,)]
    assert copies(older) == []


def test_the_copy_is_whole_and_for_the_same_people_alone(older: str) -> None:
    os.chmod(older, 0o640)
    before = raw(older)
    open_store(older).close()
    kept = f"{older}.before-upgrade-1"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o640
    assert raw(kept) == before
    shutil.copyfile(kept, older)
    open_store(older).close()
    assert copies(older) == ["older.db.before-upgrade-1", "older.db.before-upgrade-2"]


def test_an_upgrade_is_told_on_standard_error_by_any_command(older: str) -> None:
    first = Console(older).call("queue", "--json")
    assert first.code == 0
    assert "shape 5" in first.err
    assert "older.db.before-upgrade-1" in first.err
    assert first.json is not None, "data alone goes to standard output"
    assert "upgrade" not in Console(older).call("queue").err


def test_progress_is_told(older: str, tmp_path: Path, today: tuple[str, dict[str, list[Any]]]) -> None:
    heard = Heard()
    open_store(make_older(str(tmp_path / "oldest.db"), 1, today[0]), heard).close()
    cases = len(today[1]["cases"])
    assert {what for what, done, of in heard.seen if done == of == cases} == {
        "Cases with digests",
        "Cases rebuilt",
    }


def test_without_room_for_the_copy_nothing_is_changed(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1 << 40, 1 << 40, 5 << 20))
    with pytest.raises(CareError, match=r"no space to upgrade it.*5 MB are free") as caught:
        open_store(older)
    assert "Free some space" in str(caught.value.hint)
    assert raw(older)[0] == [(5,)]
    assert copies(older) == []


def test_an_upgrade_that_fails_leaves_no_copy(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise CareError("no")

    monkeypatch.setattr("careconsole.store.engine.digests.make_all", fail)
    before, heard = raw(older), Heard()
    with pytest.raises(CareError, match="no"):
        open_store(older, heard)
    assert raw(older) == before
    assert copies(older) == []
    assert heard.said[-1].endswith("the copy, which is identical, is removed.")


def test_a_copy_that_was_kept_before_an_upgrade_is_not_upgraded_itself(older: str) -> None:
    open_store(older).close()
    (name,) = copies(older)
    kept = os.path.join(os.path.dirname(older), name)
    before = raw(kept)
    for _ in range(2):
        with pytest.raises(CareError, match="is the copy from before an upgrade, and must stay as it is"):
            open_store(kept)
    assert raw(kept) == before
    assert copies(older) == [name]


def test_a_shape_without_its_record_is_not_guessed_at(older: str) -> None:
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("drop table _sqlite_migrations")
        connection.commit()
    heard = Heard()
    with pytest.raises(CareError, match="has no record of its upgrades"):
        open_store(older, heard)
    assert heard.said == [], "nothing is promised that does not come"
    assert copies(older) == []


def test_ctrl_c_once_the_upgrade_is_stored_leaves_the_copy(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(engine: SqliteEngine) -> None:
        raise KeyboardInterrupt

    before, heard = raw(older), Heard()
    monkeypatch.setattr(SqliteEngine, "_checkpoint_by_hand", interrupt)
    with pytest.raises(KeyboardInterrupt):
        open_store(older, heard)
    assert raw(older)[0] == [(LATEST,)]
    assert raw(f"{older}.before-upgrade-1") == before
    assert heard.said[-1].endswith(f"the copy from before is kept: {older}.before-upgrade-1")


def test_an_upgrade_through_a_link_keeps_the_copy_beside_the_file(older: str, tmp_path: Path) -> None:
    link = tmp_path / "links" / "desk.db"
    link.parent.mkdir()
    link.symlink_to(older)
    open_store(str(link)).close()
    assert copies(older) == ["older.db.before-upgrade-1"]
    assert os.listdir(link.parent) == ["desk.db"]


def test_what_a_killed_upgrade_left_goes_with_the_next(older: str) -> None:
    left = Path(f"{older}.99999999-12ab.part")
    left.touch()
    os.utime(left, (0, 0))
    open_store(older).close()
    assert copies(older) == ["older.db.before-upgrade-1"]


def test_a_folder_that_takes_no_copy_stops_the_upgrade(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(upgrade_copy, "sync", refuse)
    with pytest.raises(CareError, match="could not be kept before its upgrade: Permission denied") as caught:
        open_store(older)
    assert "Nothing was changed" in str(caught.value.hint)
    assert raw(older)[0] == [(5,)]
    assert copies(older) == []


def test_a_damaged_copy_stops_the_upgrade(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = upgrade_copy.copy_into

    def lose(engine: Engine, target: str) -> None:
        copy(engine, target)
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("delete from customers")

    monkeypatch.setattr(upgrade_copy, "copy_into", lose)
    with pytest.raises(DatabaseCorrupt, match="rows of customers are missing"):
        open_store(older)
    assert raw(older)[0] == [(5,)]
    assert copies(older) == []


@pytest.fixture
def oddly_named(tmp_path: Path) -> str:
    """A database of shape 8 with names and words that are folded by other rules since then."""
    office = Office(tmp_path)
    desk = office.desk()
    for text, customer in (("東京タワーの故障", "Étienne"), ("Ёлка", "Carla"), ("Straße", "X1"), ("Kettle", "X2")):
        execution.open_case(desk, OpenCase(subject=text), customer)
    office.close()
    path = make_older(str(tmp_path / "older.db"), 8, office.path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        register(connection)
        for who, name in (("Ben", "Lea"), ("Cleo", "Lea\u200b"), ("Dora", "\u00adKim")):
            connection.execute("update people set name = ?, folded = lower(?) where name = ?", (name, name, who))
        for who, name in (("X1", "\u200eCarla"), ("X2", "\u2060")):
            connection.execute("update customers set name = ?, folded = ? where name = ?", (name, name, who))
    return path


def test_names_and_words_of_former_rules_are_found_after_an_upgrade(oddly_named: str) -> None:
    heard = Heard()
    with closing(open_store(oddly_named, heard)) as store:
        assert database_info.check(store) == []
        people = [person.name for person in store.people.roster().people.values()]
        assert people == ["Ana", "Lea", "Lea (2)", "Eve", "\u00adKim"], "what looks alike is told apart"
        assert find_person("kim", store.people.roster()).name == "\u00adKim"
        assert [c.name for c in store.customers.like("", 9)] == ["Carla", "Carla (2)", "Nameless 4", "Étienne"]
        for text, number in (("故障", 1), ("елка", 2), ("strasse", 3), ("kettle", 4)):
            condition, params = store.engine.words_match(text)
            assert store.engine.fetch_all(f"select case_id from events where {condition}", params) == [(number,)]
        for person in store.people.roster().people.values():
            store.engine.write(lambda person=person: store.people.save(person))  # type: ignore[misc]
    assert [said for said in heard.said if "is now called" in said] == [
        "Lea\u200b looked like another name among the people, and is now called Lea (2).",
        "\u200eCarla looked like another name among the customers, and is now called Carla (2).",
        "\u2060 looked like another name among the customers, and is now called Nameless 4.",
    ]


def test_plain_words_are_not_indexed_again(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed: list[Any] = []
    monkeypatch.setattr(SqliteEngine, "index_words", lambda self, rows: indexed.extend(rows))
    open_store(older).close()
    assert indexed == []


def test_names_in_an_export_of_an_older_version_are_folded_again(tmp_path: Path) -> None:
    console, copy = Console(str(tmp_path / "a.db")), Console(str(tmp_path / "b.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    for customer in ("Lea", "Zwei"):
        assert console.call("new", "--subject", "Kettle", "--customer", customer).code == 0
    lines = console.call("export", "all").out
    older = lines.replace('"Zwei","folded":"zwei"', '"Lea\u200b","folded":"lea\u200b"').replace(
        '"shape":10', '"shape":9'
    )
    assert older != lines
    done = copy.call("import", "careconsole", "-", given=older)
    assert done.code == 0, done.err
    assert [one["name"] for one in copy.call("customer", "list", "--json").json] == ["Lea", "Lea (2)"]
    assert copy.call("db", "check").code == 0
