"""Every database has an identity: its own for every new one, the same in whatever is made of it."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.store import create_store, open_store
from careconsole.store.maintenance import backups
from careconsole.store.maintenance.backups import Restorer
from tests.desk.office import Office
from tests.desk.taken_in import exported, taken_in


def identity_of(path: str | Path) -> str:
    with closing(open_store(str(path))) as store:
        return store.people.identity()


def test_every_new_database_has_an_identity_of_its_own(tmp_path: Path) -> None:
    found = []
    for name in ("a.db", "b.db"):
        create_store(str(tmp_path / name)).close()
        create_store(str(tmp_path / name)).close()
        found.append(identity_of(tmp_path / name))
        assert identity_of(tmp_path / name) == found[-1], "it stays"
    assert len(set(found)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", identity) for identity in found)


def test_a_backup_a_restore_a_copy_and_an_export_keep_the_identity(tmp_path: Path) -> None:
    office = Office(tmp_path)
    identity = office.store.people.identity()
    backup, copy = str(tmp_path / "backup.db"), str(tmp_path / "copy.db")
    backups.backup(office.store.engine, backup)
    with closing(taken_in(exported(office.store), tmp_path / "again.db")) as again:
        assert again.people.identity() == identity
    office.close()
    shutil.copyfile(office.path, copy)
    backups.restore(office.path, backup, Restorer())
    assert {identity_of(path) for path in (office.path, backup, copy)} == {identity}


def test_an_export_from_before_there_were_identities_gets_a_new_one(tmp_path: Path) -> None:
    office = Office(tmp_path)
    lines = exported(office.store).splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if b'"name":"identity"' in line)
    before = b"".join(lines[:at] + lines[at + 1 :]).replace(b'"rows":{"team":3', b'"rows":{"team":2')
    with closing(taken_in(before, tmp_path / "again.db")) as again:
        assert re.fullmatch("[0-9a-f]{32}", again.people.identity())
        assert again.people.identity() != office.store.people.identity()
    wrong = exported(office.store).replace(office.store.people.identity().encode(), b"mine")
    with pytest.raises(WrongUse, match="not the identity of a database"):
        taken_in(wrong, tmp_path / "wrong.db")
    office.close()
