"""Files one after the other, packed or not: each opened in its turn, a damaged one cut off where it breaks."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.intake.files import input_file as module
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import ReadReport


def packed(path: Path, members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return str(path)


def read(*files: str) -> list[tuple[str, bytes, str]]:
    """What each file holds: the name that rejects give it, its bytes, and why it ended early."""
    seen = ReadReport()
    with sources(files, seen) as opened:
        return [(seen.file, one.stream.read(), one.truncation) for one in opened]


def test_files_gzip_and_members_come_one_after_the_other(tmp_path: Path) -> None:
    plain, small = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    plain.write_bytes(b"one")
    small.write_bytes(gzip.compress(b"two"))
    archive = packed(tmp_path / "c.zip", {"x/d.csv": b"three", "e.csv": b"", "f.csv.gz": gzip.compress(b"four")})
    assert read(str(plain), str(small), archive) == [
        (str(plain), b"one", ""),
        (str(small), b"two", ""),
        (f"{archive}: x/d.csv", b"three", ""),
        (f"{archive}: e.csv", b"", ""),
        (f"{archive}: f.csv.gz", b"four", ""),
    ]


def test_one_file_alone_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"one")
    assert read(str(tmp_path / "a.csv")) == [("", b"one", "")]
    archive = packed(tmp_path / "c.zip", {"d.csv": b"three"})
    assert read(archive)[0][0] == f"{archive}: d.csv", "but what stands in an archive has one"


def test_progress_goes_on_over_all_files_up_to_their_size(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 1000)
    archive = packed(tmp_path / "c.zip", {"d.csv": b"y" * 9000, "e.csv": b"z" * 9000})
    taken = []
    with sources([str(tmp_path / "a.csv"), archive, str(tmp_path / "a.csv")]) as opened:
        for one in opened:
            while one.stream.read(100):
                pass
            taken.append(one.bytes_read)
    assert taken == sorted(taken)
    assert taken[0] == 1000
    assert taken[-1] == 2000 + Path(archive).stat().st_size


def test_what_an_operating_system_puts_into_an_archive_is_passed_over(tmp_path: Path) -> None:
    members = {"__MACOSX/._a.csv": b"junk", ".DS_Store": b"junk", "folder/": b"", "a.csv": b"one"}
    assert [content for _, content, _ in read(packed(tmp_path / "c.zip", members))] == [b"one"]


def test_a_damaged_member_ends_where_it_breaks_and_says_why(tmp_path: Path) -> None:
    archive = Path(packed(tmp_path / "c.zip", {"a.csv": b"good", "b.csv": b"abcdefgh" * 50}, zipfile.ZIP_STORED))
    archive.write_bytes(archive.read_bytes().replace(b"abcdefgh", b"abcdefgX", 1))
    (first, second) = read(str(archive))
    assert first[1:] == (b"good", "")
    assert "CRC" in second[2]


def test_a_member_packed_in_a_way_nobody_knows_says_so(tmp_path: Path) -> None:
    archive = Path(packed(tmp_path / "c.zip", {"a.csv": b"abcdefgh" * 50}))
    content = bytearray(archive.read_bytes())
    content[8:10] = (99).to_bytes(2, "little")
    content[content.index(b"PK\x01\x02") + 10 :][:2] = b""
    place = content.index(b"PK\x01\x02") + 10
    content[place : place + 2] = (99).to_bytes(2, "little")
    archive.write_bytes(bytes(content))
    ((_, held, broken),) = read(str(archive))
    assert (held, broken[:22]) == (b"", "it cannot be unpacked:")


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_cut_off_and_nothing_of_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(module, "_GROWN", 8 << 20)
    path = tmp_path / f"bomb.{kind}"
    if kind == "gzip":
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb") as file:
            for _ in range(64):
                file.write(b"\0" * (1 << 20))
        path.write_bytes(buffer.getvalue())
    else:
        packed(path, {"a.csv": b"\0" * (64 << 20)})
    tracemalloc.start()
    broken, given = "", 0
    with sources([str(path)]) as opened:
        for one in opened:
            while block := one.stream.read(1 << 16):
                given += len(block)
            broken = one.truncation
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "unpacks to more than 100 times its size" in broken
    assert given < 40 << 20, "of 64"
    assert peak < 8 << 20


@pytest.mark.parametrize(
    "members, says",
    [
        ({}, "is an empty archive"),
        ({".hidden": b"x"}, "is an empty archive"),
        ({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}, "spreadsheet"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "spreadsheet"),
        ({"inner.zip": b"PK\x03\x04rest"}, "archive in an archive"),
    ],
)
def test_an_archive_that_is_none_of_files_is_refused(tmp_path: Path, members: dict[str, bytes], says: str) -> None:
    with pytest.raises(WrongUse, match=says) as refused:
        read(packed(tmp_path / "c.zip", members))
    assert refused.value.message.endswith(".")


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    archive = Path(packed(tmp_path / "c.zip", {"a.csv": b"secret"}))
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(bytes(content))
    with pytest.raises(WrongUse, match="password"):
        read(str(archive))


@pytest.mark.parametrize("keep", [4, 40, 150])
def test_an_archive_that_is_cut_off_is_refused(tmp_path: Path, keep: int) -> None:
    archive = Path(packed(tmp_path / "c.zip", {"a.csv": b"abcdefgh" * 50, "b.csv": b"x" * 99}))
    archive.write_bytes(archive.read_bytes()[:keep])
    with pytest.raises(WrongUse, match="zip archive"):
        read(str(archive))


def test_an_archive_on_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = Path(packed(tmp_path / "c.zip", {"a.csv": b"one"})).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(WrongUse, match="standard input"):
        read("-")


def test_a_file_that_is_not_there_is_wrong_use_when_its_turn_comes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"one")
    with sources([str(tmp_path / "a.csv"), str(tmp_path / "no.csv")]) as opened:
        assert next(opened).stream.read() == b"one"
        with pytest.raises(WrongUse, match="no file"):
            next(opened)


def test_an_archive_with_a_list_of_files_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    packed(path, {"a.csv": b"x"})
    content = bytearray(path.read_bytes())
    place = content.rfind(b"PK\x05\x06")
    content[place + 12 : place + 16] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    with pytest.raises(WrongUse, match="more than 10000 files"):
        read(str(path))
