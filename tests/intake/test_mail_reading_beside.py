"""Mails that are read in a process beside this one are read as here, whatever becomes of that process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.intake.mail import coming_in, reading_beside
from careconsole.intake.mail.reading import read_safely
from careconsole.intake.mail.reading_beside import MailsBeside
from tests.desk.office import Office
from tests.intake.mails import mail
from tests.intake.test_mail_folders import FROM, come
from tests.waiting import wait_until

MAILS = [mail(f"Kettle {n}", f"x{n}@home.example") for n in range(5)]
BROKEN = [b"", b"\xff\xfe", b"Subject: =?utf-8?b?7aCA?=\r\nFrom: a@b.example\r\n\r\n\xed\xa0\x80", b"From " * 9]


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailsBeside]:
    """It starts a process at the first mail, also on one core."""
    monkeypatch.setattr(reading_beside, "_cores", lambda: 2)
    reader = MailsBeside(0)
    yield reader
    reader.close()


def processes() -> list[int]:
    from multiprocessing import active_children

    return [child.pid for child in active_children() if child.pid is not None]


def test_they_are_read_as_here(beside: MailsBeside) -> None:
    for some in (MAILS, [], BROKEN, MAILS[:1]):
        beside.ask(some)
        assert beside.answer() == [read_safely(one) for one in some]
    assert processes()
    beside.close()
    assert not processes()
    beside.ask(MAILS)
    assert len(beside.answer()) == len(MAILS), "it is read here"


def test_a_few_mails_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_beside, "_cores", lambda: 2)
    reader = MailsBeside(len(MAILS))
    reader.ask(MAILS)
    assert len(reader.answer()) == len(MAILS)
    assert not processes()
    monkeypatch.setattr(reading_beside, "_cores", lambda: 1)
    alone = MailsBeside(0)
    alone.ask(MAILS)
    assert len(alone.answer()) == len(MAILS)
    assert not processes()


@pytest.mark.parametrize("asked", [True, False])
def test_if_the_process_is_killed_they_are_read_here(beside: MailsBeside, asked: bool) -> None:
    beside.ask(MAILS)
    beside.answer()
    (process,) = processes()
    if not asked:
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: not processes())
    else:
        os.kill(process, signal.SIGSTOP)
    beside.ask(MAILS)
    if asked:
        os.kill(process, signal.SIGKILL)
    assert beside.answer() == [read_safely(one) for one in MAILS]


def test_the_process_ends_with_the_one_that_asks_it() -> None:
    code = """
import os, sys
from careconsole.intake.mail import reading_beside
from multiprocessing import active_children
if __name__ == "__main__":
    reading_beside._cores = lambda: 2
    reader = reading_beside.MailsBeside(0)
    reader.ask([b"Subject: x"])
    reader.answer()
    print(active_children()[0].pid, flush=True)
    sys.stdin.read()
"""
    asking = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert asking.stdout is not None
    beside = int(asking.stdout.readline())
    asking.kill()
    asking.communicate()

    def is_gone() -> bool:
        try:
            with Path(f"/proc/{beside}/stat").open() as file:
                return file.read().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    wait_until(is_gone)


def test_a_folder_is_read_beside(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def watched() -> MailsBeside:
        reader = MailsBeside(120)
        start = reader._start

        def counted() -> None:
            start()
            started.extend(processes())

        monkeypatch.setattr(reader, "_start", counted)
        return reader

    monkeypatch.setattr(reading_beside, "_cores", lambda: 2)
    monkeypatch.setattr(coming_in, "MailsBeside", watched)
    mails = [mail(f"Kettle {n}", f"x{n}@home.example") for n in range(350)]
    box = tmp_path / "box"
    box.write_bytes(b"\n\n".join(FROM + one for one in mails) + b"\n")
    done = come(office, str(box))
    assert (done.came, done.taken, done.opened) == (350, 350, 350)
    assert len(started) == 1
    assert not processes()
    assert come(office, str(box)).known == 350
    assert len(started) == 1, "known mails are not read again"
    texts = [office.store.mails.get(number + 1).content.text for number in range(350)]
    assert texts == [f"Kettle {n}" for n in range(350)]
