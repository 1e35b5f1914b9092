"""Mails for the tests, made line by line."""

from __future__ import annotations

from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.parsing import read_mail

ANNA = "Anna Rossi <anna@home.example>"


LONG = b"It leaks, and here is all that we tried.\n" * 1_000
"""The body of a mail that is too long to be kept within the database."""


def mail(
    body: str | bytes = "My kettle is broken.", /, sender: str = ANNA, subject: str = "Kettle", **headers: str
) -> bytes:
    """The bytes of a mail. An underscore in a header's name stands for a hyphen; "" leaves the header out."""
    lines = {"From": sender, "To": "support@shop.example", "Subject": subject, **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in lines.items() if value)
    data = body if isinstance(body, bytes) else body.encode()
    return head.encode("utf-8", "surrogateescape") + b"\n" + data


def multipart(*parts: str | bytes, kind: str = "mixed", boundary: str = "sep", **headers: str) -> bytes:
    """A mail of several parts, each with its own headers."""
    pieces = [part if isinstance(part, bytes) else part.encode() for part in parts]
    sep = boundary.encode()
    body = b"".join(b"--" + sep + b"\n" + piece + b"\n" for piece in pieces) + b"--" + sep + b"--\n"
    return mail(body, Content_Type=f'multipart/{kind}; boundary="{boundary}"', **headers)


def read(data: bytes) -> ReceivedMail:
    """What is read of a mail."""
    return read_mail(data)
