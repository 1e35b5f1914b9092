"""Every kind of file has a reader that keeps the rules of the family."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.mapped_json import maps, reader
from careconsole.intake.registry import KINDS, Options

parsed = maps.parse_record_map

MAP = 'source = "tracker"\ncase = "id"\ntime = "at"\nsubject = "{what}"\n'


@pytest.mark.parametrize("id", KINDS)
def test_a_kind_says_what_it_is_and_what_becomes_of_its_fields(id: str) -> None:
    kind = registry.find(id)
    assert (kind.id, kind.module) == (id, KINDS[id])
    assert kind.title
    assert kind.shape.endswith(".")
    assert kind.fields
    assert all(field.theirs and field.ours for field in (*kind.fields, *kind.not_carried))


@pytest.mark.parametrize("id", KINDS)
def test_a_reader_has_what_the_family_asks_for(id: str) -> None:
    module = registry.reader(id)
    assert callable(module.detect)
    assert hasattr(module, "read") or id == "careconsole"


def test_a_kind_that_a_map_describes_reads_no_other_map(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(maps, "parse_record_map", lambda text, name: asked.append(name) or parsed(text, name))
    maps.preset.cache_clear()
    reader.kind.cache_clear()
    assert registry.find("freshdesk").title
    assert asked == ["db/presets/freshdesk.toml"]


def test_an_unknown_kind_is_wrong_use_that_names_the_known() -> None:
    with pytest.raises(WrongUse) as refused:
        registry.find("zendsk")
    assert "zendesk" in str(refused.value.hint)


def test_the_name_of_the_system_is_what_is_said_then_the_maps(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    (tmp_path / "none.toml").write_text(MAP.partition("\n")[2])
    given = Options(map=str(tmp_path / "map.toml"))
    assert registry.source("events", given) == "tracker"
    assert registry.source("events", Options(map=given.map, source=" other ")) == "other"
    with pytest.raises(WrongUse, match="no name"):
        registry.source("events", Options(map=str(tmp_path / "none.toml")))


def test_rejects_name_their_file_where_there_are_several(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("id,at,what\n1,2026-01-01T00:00Z,Kettle\n2,soon,Lid\n")
    seen = ReadReport()
    options = Options(map=str(tmp_path / "map.toml"))
    files: list[registry.File] = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    found = list(registry.read("events", files, options, seen))
    assert [(r.file, r.line) for r in found if isinstance(r, RejectedRecord)] == [(files[0], 3), (files[1], 3)]
    assert sum(isinstance(one, ImportedEntry) for one in found) == 2
    assert (seen.lines, seen.rejects) == (2, 2)
    alone = [r for r in registry.read("events", files[:1], options, ReadReport()) if isinstance(r, RejectedRecord)]
    assert [r.file for r in alone] == [""]


def test_the_identity_of_a_line_is_that_of_its_parts_in_their_order() -> None:
    assert registry.line_key("created", 1) == registry.line_key("created", 1)
    others = {("created", 2), ("created", "1"), ("comment", 1), (1, "created"), ("created", 1, None), ("created1",)}
    assert registry.line_key("created", 1) not in {registry.line_key(*parts) for parts in others}
    assert len(registry.line_key("x")) == 8
    assert registry.line_key("stands", {"b": 1, "a": 2}) == registry.line_key("stands", {"a": 2, "b": 1})


@pytest.mark.parametrize(
    "header, sure",
    [
        (b"sr_number,change_date,status,sub_status,owner\n1,2010", 60),
        (b"\xef\xbb\xbfcase_id;Activity;resource;timestamp\r\n", 60),
        (b"id,subject,status,created_at\n", 0),
        (b'{"activity": 1, "timestamp": 2}\n', 0),
        (b"\xff\xfe", 0),
        (b"", 0),
    ],
)
def test_a_log_is_recognised_by_what_and_when(header: bytes, sure: int) -> None:
    assert registry.reader("events").detect(header, "x.csv") == sure


def test_files_are_recognised_the_surest_kind_first() -> None:
    found = registry.detect(b'{"careconsole": 1, "shape": 4}\n', "all.jsonl")
    assert found[0] == (100, "careconsole")
    assert found == sorted(found, key=lambda one: -one[0])
    assert all(0 < sure <= 100 for sure, _ in found)
