"""The files of mails are files of the case: listed, saved by a person, and kept once, within the mail."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.cases import files as desk_files
from careconsole.domain.case.files import Attach
from careconsole.domain.case.merging import Merge
from careconsole.domain.errors import CareError, WrongUse
from careconsole.intake.mail.parsing import file_contents, read_mail
from careconsole.intake.mail.saving import save_file, save_part
from tests.desk.office import Office
from tests.intake.mails import mail, multipart

TEXT = "Content-Type: text/plain\n\nHello"
PHOTO = b"Content-Type: image/png; name=../photo.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
CALENDAR = "Content-Type: text/calendar\n\nBEGIN:VEVENT"
LETTER = b"Content-Type: application/pdf\nContent-Disposition: attachment; filename=a\xe2\x80\xaeb.pdf\n\n\x00\xff%PDF"
INNER = "Content-Type: message/rfc822\n\nFrom: a@b.c\n\nx"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def test_every_part_that_is_listed_has_its_content() -> None:
    data = multipart(TEXT, PHOTO, CALENDAR, LETTER, INNER)
    listed, contents = read_mail(data).files, file_contents(data)
    assert [file.size for file in listed] == [len(content) for content in contents]
    assert (len(listed), contents[0], contents[2]) == (4, b"\x89PNG\r\n\x1a\n", b"\x00\xff%PDF")


def test_files_of_mails_are_listed_with_those_attached_and_saved_under_safe_names(
    office: Office, tmp_path: Path
) -> None:
    case = office.mail(multipart(TEXT, PHOTO, LETTER, Message_ID="<1@home.example>")).case or 0
    place = tmp_path / "invoice.pdf"
    place.write_bytes(b"invoice")
    execution.execute(office.desk(), "attach", Attach(file=str(place)), [case])
    office.mail(multipart(TEXT, PHOTO, In_Reply_To="<1@home.example>"))
    found = desk_files.files_of(office.desk(), case)
    assert sorted(file.label for file in found.files) == ["2", "m1.1", "m1.2", "m2.1"]
    assert found.missing == frozenset()
    (tmp_path / "out").mkdir()
    saved = Path(save_file(office.desk(), case, "m1.1", str(tmp_path / "out")))
    assert (saved.name, saved.read_bytes()) == ("photo.png", b"\x89PNG\r\n\x1a\n")
    assert stat.S_IMODE(os.stat(saved).st_mode) == 0o600
    assert Path(save_file(office.desk(), case, "M1.2", str(tmp_path / "out"))).read_bytes() == b"\x00\xff%PDF"
    assert Path(save_file(office.desk(), case, "2", str(tmp_path / "out"))).read_bytes() == b"invoice"
    for wrong in (None, "m1.3", "1", "m9.1", "../x"):
        with pytest.raises(WrongUse):
            save_file(office.desk(), case, wrong, str(tmp_path / "out"))
    with pytest.raises(WrongUse, match="exists already"):
        save_file(office.desk(), case, "m1.1", str(tmp_path / "out"))


def test_the_content_is_kept_once_and_its_loss_is_told(office: Office, tmp_path: Path) -> None:
    done = office.mail(multipart(TEXT, PHOTO, X_Note="long " * 8_000))
    assert len([one for one in Path(office.store.contents.folder).rglob("*") if one.is_file()]) == 1
    stored = office.store.mails.get(done.number)
    assert stored is not None
    raw = Path(office.store.contents.path(stored.sha256))
    raw.rename(raw.with_suffix(".gone"))
    assert desk_files.files_of(office.desk(), done.case or 0).missing == {"m1.1"}
    with pytest.raises(CareError, match="is missing"):
        save_file(office.desk(), done.case or 0, None, str(tmp_path))
    raw.with_suffix(".gone").rename(raw)


def test_files_of_a_merged_case_stay_with_the_case_that_goes_on(office: Office) -> None:
    lost = office.mail(multipart(TEXT, PHOTO)).case or 0
    won = office.mail(mail("Other", "x@else.example")).case or 0
    execution.execute(office.desk(), "merge", Merge(into=won, confirm=True), [lost])
    assert [file.label for file in desk_files.files_of(office.desk(), won).files] == ["m1.1"]
    assert [file.label for file in desk_files.files_of(office.desk(), lost).files] == ["m1.1"]


def test_a_held_mails_file_is_saved_by_the_number_of_the_mail(office: Office, tmp_path: Path) -> None:
    done = office.mail(multipart(TEXT, LETTER, X_Spam_Flag="YES"))
    name = Path(save_part(office.desk(), done.number, None, str(tmp_path))).name
    assert (name.isascii(), name[0], name[-5:]) == (True, "a", "b.pdf")
    with pytest.raises(WrongUse, match="no file 2"):
        save_part(office.desk(), done.number, 2, str(tmp_path))
