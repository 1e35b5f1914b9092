"""A fault of this program that one mail brings to light holds that mail and is reported; what the machine fails at is
no fault of the mail."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from careconsole.desk import crash_report
from careconsole.domain.mail.outgoing import OutgoingMail
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.reply_states import REFUSED
from careconsole.intake.mail import reading
from careconsole.notify import smtp_sender
from tests.intake.mails import mail
from tests.notify.smtp_servers import login


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def breaking(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def breaks(data: bytes) -> object:
        raise error

    monkeypatch.setattr(reading, "read_mail", breaks)


@pytest.mark.parametrize("fault", [KeyError("Anna"), RecursionError("deep"), UnicodeError("x"), TypeError("Anna")])
def test_a_fault_holds_the_mail_and_leaves_a_report_without_its_words(
    fault: Exception, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, fault)
    (damage,) = reading.read_safely(mail("Anna's words")).damage
    assert damage.startswith(f"reading it failed ({type(fault).__name__}")
    (report,) = reports.rglob("*.txt")
    assert "Reading a mail broke" in report.read_text()
    assert "Anna" not in damage + report.read_text()


@pytest.mark.parametrize("failure", [MemoryError(), OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_what_the_machine_fails_at_is_no_fault_of_a_mail(
    failure: BaseException, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, failure)
    with pytest.raises(type(failure)):
        reading.read_safely(mail("x"))
    assert not isinstance(failure, crash_report.FAULTS)


def test_a_mail_that_cannot_be_written_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(mail: object, files: object) -> bytes:
        raise LookupError("unknown encoding")

    monkeypatch.setattr(smtp_sender, "message_bytes", breaks)
    sent = smtp_sender.send(login(1), OutgoingMail(sender=Mailbox("a@b.example"), to=("c@d.example",)), open)
    assert (sent.state, sent.said) == (REFUSED, "It could not be written as a mail: unknown encoding")
