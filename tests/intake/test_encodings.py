"""The encoding of a file is certain, or a guess that is told and must be answered; nothing is stored wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.doubts import Doubt
from careconsole.intake.files.encodings import encoding_of, telling_line
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.intake.encoding_samples import PAIRS, TEXTS, table, written
from tests.intake.kinds import EXPORTS
from tests.intake.place import Place
from tests.intake.tickets import tickets

_CERTAIN = ("utf", "iso2022")
_WORDS = "Größe der Straße und Öl für Käthe"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[list[ImportedEntry | RejectedRecord], ReadReport]]:
    """Reads a table as CSV and returns what it holds, and the report."""

    def reading(data: bytes, encoding: str = "") -> tuple[list[ImportedEntry | RejectedRecord], ReadReport]:
        (tmp_path / "cases.csv").write_bytes(data)
        seen = ReadReport()
        options = Options(zone="UTC", encoding=encoding)
        return list(registry.read("csv", [tmp_path / "cases.csv"], options, seen)), seen

    return reading


@pytest.mark.parametrize("rows", [5, 40])
@pytest.mark.parametrize(("language", "encoding"), PAIRS)
def test_a_table_of_some_rows_is_read_as_it_was_written(language: str, encoding: str, rows: int) -> None:
    data, text = written(language, encoding, rows)
    found = encoding_of(data)
    assert data.decode(found.name).removeprefix("\ufeff") == text
    assert found.guessed is not encoding.startswith(_CERTAIN)


@pytest.mark.parametrize(("language", "encoding"), PAIRS)
def test_a_single_row_is_read_right_or_as_a_guess_that_is_shown(language: str, encoding: str) -> None:
    data, text = written(language, encoding, 1)
    found = encoding_of(data)
    right = data.decode(found.name, "surrogateescape").removeprefix("\ufeff") == text
    assert found.guessed or right
    assert right or language in ("Hebrew", "Russian"), "the others are told apart by one row"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The customer doesn’t pay – a £5 bill", "cp1252"),
        ("A voucher over 50 €", "cp1252"),
        ("Müller", "cp1252"),
        ("Müller", "mac_roman"),
        ("Größe", "cp850"),
        ("Skärmen är sprucken och går inte att slå på", "cp1252"),
        ("Näyttö on rikki, hyvää päivää", "cp1252"),
        ("Łódź", "cp1250"),
        ("Łódź", "iso8859-2"),
        ("Ąžuolas gavo sugedusį virdulį", "cp1257"),
        ("Привет", "koi8-r"),
        ("Счёт № 5, «Ромашка»", "cp1251"),
        ("Чайник зламаний, поверніть гроші", "cp1251"),
        ("กาต้มน้ำแตก ขอคืนเงิน", "cp874"),
        ("山田太郎", "shift_jis"),
        ("王伟", "gb18030"),
        ("陳大文", "big5"),
        ("김철수", "euc-kr"),
    ],
)
def test_one_value_among_ascii_is_often_enough(text: str, encoding: str) -> None:
    data = f"id,subject\n1,Kettle\n2,{text}\n3,Spoon\n".encode(encoding)
    assert text in data.decode(encoding_of(data).name)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_certain_in_every_script(language: str, encoding: str) -> None:
    data, text = written(language, encoding, 5)
    found = encoding_of(data)
    assert (data.decode(found.name), found.guessed) == (text, False)
    assert encoding_of(data[: len(data) // 2 * 2 - 1]).name == encoding, "cut inside a letter"


def test_a_nul_among_text_makes_no_utf_16_of_it() -> None:
    for data in (b"id,subject\n1,a\0b\n", b"id\n\0\0\0\0\0\0", "id,subject\n1,Größe\0\n".encode()):
        assert encoding_of(data).name == "utf-8-sig"


def guesses(seen: ReadReport) -> list[Doubt]:
    return [doubt for doubt in seen.doubts.listed() if doubt.kind == "encoding-guessed"]


def test_what_was_guessed_is_a_doubt_with_a_line_to_judge_by_and_an_answer_ends_it(read) -> None:
    data, text = written("German", "cp1252", 3)
    items, seen = read(data)
    (doubt,) = guesses(seen)
    assert (doubt.kind, doubt.blocks, doubt.count) == ("encoding-guessed", True, 1)
    assert doubt.what.endswith("cases.csv")
    name, _, line = doubt.examples[0].partition(" reads ")
    assert name == "cp1252 (Western European)"
    assert line.strip("“”…") in text
    assert "ü" in line
    answered, quiet = read(data, "cp1252")
    assert (answered, guesses(quiet)) == (items, [])
    assert not any("UTF-8" in told for told in quiet.told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso2022-jp"])
def test_what_is_certain_raises_no_doubt(read, encoding: str) -> None:
    data, _ = written("Japanese", encoding, 5)
    items, seen = read(data)
    assert guesses(seen) == []
    subjects = [item.subject for item in items if isinstance(item, ImportedEntry) and item.subject]
    assert subjects[0] == TEXTS["Japanese"][0].split("|")[0]


def test_a_long_line_is_shown_around_its_first_telling_letter() -> None:
    line = telling_line(b"x" * 500 + "Größe".encode("cp1252") + b"y" * 500, "cp1252")
    assert "Größe" in line
    assert (line[0], line[-1], len(line) < 90) == ("…", "…", True)
    assert telling_line(b"all of it is ASCII\n", "cp1252") == ""


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_in_another_encoding_is_read_right_or_its_record_is_rejected(kind: str, tmp_path: Path) -> None:
    place = Place(kind, tmp_path)
    first = next(iter(tickets(1)))
    text = place.file.read_text("utf-8")
    assert first.subject in text
    place.file.write_bytes(text.replace(first.subject, _WORDS).encode("cp1252"))
    report = place.bring().json
    case = place.cases().get(place.export.case(first.number))
    subject = case["case"]["subject"] if case else None
    assert subject == _WORDS or (report["rejected"] and subject is None)
    if kind in ("csv", "jsonl"):
        assert subject == _WORDS
        assert any("encoding" in doubt["text"] and _WORDS in doubt["text"] for doubt in report["doubts"])


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_in_utf_16_is_the_same_export(kind: str, tmp_path: Path) -> None:
    place = Place(kind, tmp_path)
    first = next(iter(tickets(1)))
    text = place.file.read_text("utf-8").replace(first.subject, _WORDS)
    place.file.write_bytes(text.encode("utf-16"))
    if kind == "events":  # JSON Lines of an event log are read byte by byte
        assert (place.bring().code, place.cases()) == (2, {})
        return
    report = place.bring().json
    assert report["rejected"] == 0
    assert place.cases()[place.export.case(first.number)]["case"]["subject"] == _WORDS


def test_a_file_in_utf_8_does_not_load_what_guesses(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(table("German", 5), encoding="utf-8")
    script = (
        "import sys; from careconsole.intake import registry\n"
        "from careconsole.intake.files.read_report import ReadReport\n"
        f"list(registry.read('csv', [{str(tmp_path / 'cases.csv')!r}], registry.Options(zone='UTC'), ReadReport()))\n"
        "print('charset_normalizer' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout.strip() == "False", done.stderr
