"""A database that is only read is an engine like any other, and a link to one leads to all of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from careconsole.store import create_store
from careconsole.store.maintenance import database_info
from careconsole.store.maintenance.readonly import open_read_only


def test_who_only_reads_has_all_that_an_engine_has(tmp_path: Path) -> None:
    place = str(tmp_path / "desk.db")
    with closing(create_store(place)) as store, closing(open_read_only(place)) as reader:
        assert vars(reader.engine).keys() == vars(store.engine).keys()
        assert not reader.engine.wait(0)


def test_the_log_of_a_database_is_found_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "links" / "desk.db"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "real.db")
    with closing(create_store(str(tmp_path / "real.db"))) as store:
        store.engine.write(lambda: store.people.set("team", "Shop"))
        with closing(open_read_only(str(link))) as reader:
            assert reader.people.setting("team") == "Shop"
            assert database_info.info(reader).log_bytes > 0
