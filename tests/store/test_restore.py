"""A restore helps when the database is damaged, and never takes away what was there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from careconsole.domain.errors import CareError
from careconsole.store import create_store, health, open_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "desk.db"
    store = create_store(str(path))
    store.engine.write(lambda: store.people.set("team", "Shop"))
    health.backup(store, str(tmp_path / "backup.db"))
    store.close()
    return path


def team_of(path: str | Path) -> str | None:
    store = open_store(str(path))
    try:
        return store.people.setting("team")
    finally:
        store.close()


def overwrite(place: int, length: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(place)
            file.write(b"\xaa" * length)

    return damage


@pytest.mark.parametrize("damage", [overwrite(0, 24), overwrite(100, 8000)], ids=["head", "first pages"])
def test_a_damaged_database_is_replaced_and_kept(database: Path, damage: Callable[[Path], None]) -> None:
    damage(database)
    damaged = database.read_bytes()
    kept = health.restore(str(database), str(database.with_name("backup.db")))
    assert team_of(database) == "Shop"
    assert kept is not None
    assert Path(kept).read_bytes() == damaged


def test_each_restore_keeps_what_was_there_under_a_name_of_its_own(database: Path) -> None:
    backup = str(database.with_name("backup.db"))
    kept = []
    for name in ("first", "second"):
        store = open_store(str(database))
        store.engine.write(lambda store=store, name=name: store.people.set("team", name))
        store.close()
        kept.append(health.restore(str(database), backup))
    assert [team_of(path) for path in kept if path] == ["first", "second"]
    assert team_of(database) == "Shop"


def test_nothing_is_restored_while_somebody_has_it_open(database: Path) -> None:
    store = open_store(str(database))
    try:
        with pytest.raises(CareError, match="open"):
            health.restore(str(database), str(database.with_name("backup.db")))
    finally:
        store.close()
