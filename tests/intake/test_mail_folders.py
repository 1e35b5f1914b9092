"""Reading a Maildir or an mbox file: each mail once, and the folder stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.database.maintenance import check
from careconsole.desk.mail.receiving import Arrival, Reception, receive
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.intake.mail import coming_in, reading
from careconsole.intake.mail.coming_in import ReadMails, read_folder
from careconsole.intake.mail.folders import Skipped, mails_in
from careconsole.store.engine.base import Busy
from tests.desk.office import Office
from tests.intake.mails import LONG, mail

FROM = b"From anna@home.example Mon Jan  5 08:00:00 2026\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def maildir(folder: Path, **mails: bytes) -> str:
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for name, data in mails.items():
        place, _, rest = name.partition("_")
        (folder / place / rest.replace("FLAGS", ":2,")).write_bytes(data)
    return str(folder)


def texts(path: str) -> list[bytes]:
    return [found.data.read() for found in mails_in(path, Skipped())]


def come(office: Office, path: str) -> ReadMails:
    return read_folder(office.desk(), path, lambda came: None, lambda seconds: None)


def test_a_maildir_is_read_in_order_of_arrival_and_again_brings_nothing(office: Office, tmp_path: Path) -> None:
    path = maildir(
        tmp_path / "Maildir",
        new_1767600200=b"" + mail("second", Message_ID="<2@home.example>", In_Reply_To="<1@home.example>"),
        cur_1767600100FLAGSS=mail("first", Message_ID="<1@home.example>"),
        cur_1767600300FLAGST=mail("deleted there"),
    )
    before = {str(file): file.stat().st_mtime_ns for file in Path(path).rglob("*")}
    assert come(office, path) == ReadMails(came=2, taken=2, held=0, known=0, opened=1, deleted=1)
    assert office.kinds(1) == ["opened", "touched"]
    assert come(office, path) == ReadMails(came=2, taken=0, held=0, known=2, opened=0, deleted=1)
    assert {str(file): file.stat().st_mtime_ns for file in Path(path).rglob("*")} == before


def test_an_mbox_is_split_at_real_from_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "box"
    body = b"Hello\n\nFrom here on it is text.\n\nFrom me to you at 10:00 in 2026\nno header\n\n>From the list\n"
    path.write_bytes(FROM + mail(body) + b"\n" + b"From \xffnna@home Mon Jan  5 08:00:00 2026\n" + mail("two"))
    one, two = texts(str(path))
    assert one == mail(body.replace(b">From", b"From"))
    assert two == mail("two")


def test_an_mbox_with_windows_line_ends_and_blank_lines_before_it(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(b"\n" + (FROM + mail("one") + b"\n\n" + FROM + mail("two") + b"\n").replace(b"\n", b"\r\n"))
    assert [text.rsplit(b"\r\n", 2)[-2] for text in texts(str(path))] == [b"one", b"two"]


@pytest.mark.parametrize("content", [b"no mbox", b"Subject: x\n\ny"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(WrongUse, match="no mbox"):
        texts(str(tmp_path / "file"))
    with pytest.raises(WrongUse, match="no Maildir"):
        texts(str(tmp_path))


def test_an_empty_mbox_has_no_mail(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"")
    assert texts(str(tmp_path / "box")) == []


def test_the_open_database_is_no_mbox(office: Office) -> None:
    with pytest.raises(WrongUse, match="the database itself"):
        texts(office.path)


def test_taken_held_and_known_sum_to_what_came(office: Office, tmp_path: Path) -> None:
    mails = [mail(f"mail {n}", f"x{n}@home.example", X_Spam_Flag="YES" if n % 7 == 0 else "") for n in range(50)]
    (tmp_path / "box").write_bytes(b"\n\n".join(FROM + one for one in [*mails, mails[3], b"X: \x00\xff\n\nx"]) + b"\n")
    done = come(office, str(tmp_path / "box"))
    assert (done.came, done.taken, done.held, done.known) == (52, 42, 9, 1)
    assert office.store.mails.counts() == {"taken": 42, "held": 9}


def test_the_bytes_of_mails_are_in_their_places_before_the_mails_are_recorded_or_come_with_them(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(desk: Desk, arrivals: list[Arrival]) -> list[Reception]:
        assert all(one.content is not None or not office.store.contents.problem(one.sha256) for one in arrivals)
        recorded.append(len(arrivals))
        if len(recorded) == 2:
            raise Busy("others are writing")
        return receive(desk, arrivals)

    recorded: list[int] = []
    monkeypatch.setattr(coming_in, "receive", record)
    monkeypatch.setattr(coming_in, "_ALONE", 100)
    mails = [mail(b"%d" % n + LONG * (n % 2), f"x{n}@home.example") for n in range(220)]
    (tmp_path / "box").write_bytes(b"\n\n".join(FROM + one for one in mails) + b"\n")
    with pytest.raises(Busy):
        come(office, str(tmp_path / "box"))
    assert recorded == [100, 100]  # what failed is not tried again on the way out
    assert office.store.mails.counts() == {"taken": 100}
    assert come(office, str(tmp_path / "box")).known == 100
    assert sum(len(files) for _, _, files in os.walk(office.store.contents.folder)) == 110
    assert check(office.desk()).problems == []


def test_fewer_mails_are_stored_at_once_beside_somebody_who_writes(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(desk: Desk, arrivals: list[Arrival]) -> list[Reception]:
        recorded.append(len(arrivals))
        if len(recorded) == 2:
            execution.open_case(office.desk(), OpenCase(subject="Meanwhile", channel="phone"), None)
        return receive(desk, arrivals)

    recorded: list[int] = []
    monkeypatch.setattr(coming_in, "receive", record)
    monkeypatch.setattr(coming_in, "_ALONE", 20)
    monkeypatch.setattr(coming_in, "_BESIDE", 5)
    monkeypatch.setattr(coming_in, "_POLITE", 2)
    mails = [mail(f"Kettle {n}", f"x{n}@home.example") for n in range(120)]
    (tmp_path / "box").write_bytes(b"\n\n".join(FROM + one for one in mails) + b"\n")
    desk = office.another("Ana")
    done = read_folder(desk, str(tmp_path / "box"), lambda came: None, lambda seconds: None)
    assert done.taken == 120
    assert recorded[:3] == [20, 20, 20]
    assert 5 in recorded[3:]
    assert recorded[-2] == 20, "nobody else wrote any more"


def test_a_mail_that_breaks_the_reader_is_held_and_the_others_go_on(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: bytes) -> Any:
        if b"mail 1" in data:
            raise KeyError("x")
        return real(data)

    real = reading.read_mail
    monkeypatch.setattr(reading, "read_mail", broken)
    (tmp_path / "box").write_bytes(b"\n\n".join(FROM + mail(f"mail {n}") for n in range(3)) + b"\n")
    done = come(office, str(tmp_path / "box"))
    assert (done.came, done.taken, done.held) == (3, 2, 1)
    (held,) = office.store.mails.listed(["held"], 9)
    assert "reading it failed (KeyError" in held.why
