"""Sends one mail by SMTP, and says what became of it: sent, later, refused, or uncertain.

Until the whole text was handed over, nothing was sent, and a failure means: try again later. From then on until the
server answers, a lost connection means that it may have taken the mail: that is uncertain, and never tried again by
itself.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from email.errors import MessageError
from typing import IO

from careconsole.desk.crash_report import FAULTS
from careconsole.desk.mail.server_login import MailServerFailed, ServerLogin
from careconsole.domain.mail.outgoing import Outcome, OutgoingMail
from careconsole.domain.reply_states import LATER, REFUSED, SENT, UNCERTAIN
from careconsole.domain.terminal_text import display_text
from careconsole.notify.mail_message import message_bytes
from careconsole.notify.smtp_session import open_smtp

_TAKING_TIMEOUT = 300.0
"""Seconds that a server has to take the text: the longer it may take, the fewer mails are uncertain."""
_LONGEST = 300


class _Failed(Exception):
    """The server answered a command with a refusal, before it got the mail."""

    def __init__(self, code: int, said: bytes, address: str = "") -> None:
        super().__init__(code)
        self.outcome = _answered(code, said, address)


def send(
    login: ServerLogin, mail: OutgoingMail, open_file: Callable[[str], AbstractContextManager[IO[bytes]]]
) -> Outcome:
    """Sends a mail to everybody it is for, or to nobody. Raises nothing: the outcome says what happened."""
    try:
        data = message_bytes(mail, open_file)
    except (OSError, MessageError, *FAULTS) as error:  # what cannot be written now cannot be written later
        return Outcome(state=REFUSED, said=f"It could not be written as a mail: {_words(error)}")
    try:
        session = open_smtp(login)
    except MailServerFailed as error:  # it is about the box, not the mail, which waits until the box is put right
        return Outcome(state=LATER, said=_text(error.message))
    try:
        return _send(session, mail, data)
    except _Failed as failed:
        return failed.outcome
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Outcome(state=LATER, said=f"{login.server.words} cannot be used: {_words(error)}")
    finally:
        _leave(session)


def _leave(session: smtplib.SMTP) -> None:
    """Ends a session politely; that this fails means nothing."""
    with suppress(smtplib.SMTPException, OSError):
        session.quit()
    session.close()


def _send(smtp: smtplib.SMTP, mail: OutgoingMail, data: bytes) -> Outcome:
    size = [f"SIZE={len(data)}"] if smtp.has_extn("size") else []
    # What is automatic names nobody to whom it could come back.
    _must(smtp.mail("" if mail.automatic else mail.sender.address, size))
    for address in mail.people:
        _must(smtp.rcpt(address), address)
    code, said = smtp.docmd("DATA")
    if code != 354:
        raise _Failed(code, said)
    if smtp.sock is not None:
        smtp.sock.settimeout(_TAKING_TIMEOUT)
    try:
        smtp.send(re.sub(rb"(?m)^\.", b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    except (smtplib.SMTPException, OSError):
        # Its last bytes, the dot on a line of its own, never left: without them no server takes a mail.
        return Outcome(state=LATER, said="The connection was lost before the server had the whole mail.")
    try:
        code, said = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(state=UNCERTAIN, said=f"The connection was lost while the server took it: {_words(error)}")
    if code == 250:
        return Outcome(state=SENT, said=f"{code} {_text(said)}")
    if code < 400:
        return Outcome(state=UNCERTAIN, said=f"The server answered in an unknown way: {code} {_text(said)}")
    return _answered(code, said)


def _must(answer: tuple[int, bytes], address: str = "") -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise _Failed(code, said, address)


def _answered(code: int, said: bytes, address: str = "") -> Outcome:
    """What an answer of the server means: 5xx is for good, all else may be otherwise later."""
    whose = f"{address}: " if address else ""
    return Outcome(state=REFUSED if 500 <= code < 600 else LATER, said=f"{whose}{code} {_text(said)}", address=address)


def _text(said: bytes | str) -> str:
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return display_text(" ".join(text.split()), _LONGEST)


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return _text(getattr(error, "strerror", None) or str(error) or type(error).__name__)
