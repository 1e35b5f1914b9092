"""The bytes of a mail that we send: plain text with files, and headers that nothing can be added to."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from hashlib import sha256
from typing import IO

from careconsole.domain.case.files import safe_file_name
from careconsole.domain.mail.flowed import flowed
from careconsole.domain.mail.outgoing import OutgoingMail, one_line

LOOP_HEADER = "X-Careconsole-Loop"
"""By this header, a careconsole knows a mail that it sent when it comes back."""
_TYPE = re.compile(r"(application|audio|image|text|video|font)/([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,100})")


def message_bytes(mail: OutgoingMail, open_file: Callable[[str], AbstractContextManager[IO[bytes]]]) -> bytes:
    """The mail as it goes to a server, with CRLF at the end of each line; the same for the same mail.

    `open_file` opens a file by its digest.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(mail.sender.address, mail.sender.name)
    message["To"] = [_address(one) for one in mail.to]
    if mail.cc:
        message["Cc"] = [_address(one) for one in mail.cc]
    message["Subject"] = one_line(mail.subject)
    message["Date"] = formatdate(mail.date / 1000, localtime=True)
    message["Message-ID"] = f"<{mail.message_id}>"
    if mail.in_reply_to:
        message["In-Reply-To"] = f"<{_id(mail.in_reply_to)}>"
    if mail.references:
        message["References"] = " ".join(f"<{_id(one)}>" for one in mail.references)
    message[LOOP_HEADER] = "yes"
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied"  # RFC 3834
        message["X-Auto-Response-Suppress"] = "All"  # Exchange knows only this one
    message.set_content(flowed(mail.body), cte="quoted-printable", params={"format": "flowed"})
    for file in mail.files:
        with open_file(file.digest) as source:
            data = source.read()
        found = _TYPE.fullmatch(file.type)
        main, sub = (found[1], found[2]) if found else ("application", "octet-stream")
        message.add_attachment(data, maintype=main, subtype=sub, filename=safe_file_name(file.name), cte="base64")
    if mail.files:
        message.set_boundary(f"=_{sha256(mail.message_id.encode()).hexdigest()[:40]}")
    return message.as_bytes()


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=one_line(name), username=local, domain=domain)


def _id(text: str) -> str:
    """An id as it can stand in a header: what others wrote can have any sign in it."""
    return re.sub(r"[^!-;=?-~]", "", text)
