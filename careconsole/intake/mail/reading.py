"""Reads a mail without ever failing, so that one which this program cannot read does not keep the others out."""

from __future__ import annotations

from email.errors import MessageError

from careconsole.desk.crash_report import FAULTS, summary, write_report
from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.parsing import read_mail


def read_safely(data: bytes) -> ReceivedMail:
    """Reads a mail. If that fails, which is a fault of this program, the mail is held as damaged, and others go on."""
    try:
        return read_mail(data)
    except (MessageError, *FAULTS) as error:
        write_report(error, "Reading a mail")
        return ReceivedMail(damage=(f"reading it failed ({summary(error)})",))
