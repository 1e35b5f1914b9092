"""Which files are read before the records: those with a mark that something in them is needed by others."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.intake.files.json_records import Record
from careconsole.intake.formats import names_by_id
from careconsole.intake.formats.names_by_id import ANYTHING, Marks, quoted, read_ahead

MARKS = {**quoted(("users", "groups"), rb"\s*:\s*\["), **quoted(("hidden",), b"")}


def noted(file: Path, marks: Marks) -> list[object]:
    """The values of the records that were read ahead."""
    found: list[Record] = []
    read_ahead([str(file)], (), ("users",), found.append, marks)
    return [record.value for record in found]


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ('{"users": [{"id": 1}]}', True),
        ('{"users"\n:\n[{"id": 1}]}', True),
        ('{"users": 3, "id": 1}', False),
        ('{"users": 3, "id": 1}\n{"users": [{"id": 1}]}', True),
        ('{"id": 1, "what": "hidden"}', True),
        ('{"id": 1, "what": "hidden things", "user": []}', False),
        ('{"id": 1, "what": "\\"users\\": ["}', False),
    ],
)
def test_a_file_is_read_ahead_where_a_mark_is_followed_by_what_should_follow(
    tmp_path: Path, text: str, is_read: bool
) -> None:
    file = tmp_path / "export.json"
    file.write_text(text, encoding="utf-8")
    assert bool(noted(file, MARKS)) is is_read
    assert noted(file, ANYTHING)


@pytest.mark.parametrize("before", range(40))
def test_a_mark_is_found_wherever_a_block_ends(before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_by_id, "_BLOCK", 32)
    file = tmp_path / "export.json"
    file.write_text(f'{" " * before}{{"a": "users", "b": "users", "users": [{{"id": 1}}]}}', encoding="utf-8")
    assert noted(file, MARKS) == [{"id": 1}]
