"""Mail boxes: where customers' mail is fetched from and answers are sent through, and when a box counts as not read.

Settings never hold a secret: how to get the password is a `Secret`, which no message here quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Literal

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.terminal_text import clean_name, display_text, why_unstorable
from careconsole.domain.time.moments import MINUTE, format_span

Security = Literal["tls", "starttls", "plain"]
"""How a connection is encrypted: from its beginning, after STARTTLS, or not at all."""
After = Literal["leave", "seen", "move"]
"""What happens on the server to a mail that was received: nothing, it is marked as seen, or it is moved to a folder."""
SecretKind = Literal["none", "stored", "environment", "command"]

UNREAD_AFTER = 15 * MINUTE
"""A box that was not read for longer than this (milliseconds) is late."""
EVERYTHING = "all"
"""The value of `since` with which all mails of a folder are fetched."""
PORTS: dict[tuple[str, str], int] = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "plain"): 143,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "plain"): 25,
}
"""The usual port of each protocol and kind of encryption."""
_STARTTLS_PORTS = {"imap": (143,), "smtp": (25, 587)}
_LONGEST_NAME, _LONGEST_VALUE, _LONGEST_SIGNATURE = 40, 255, 2_000
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]\"'\\]+")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"'(),:;\\\[\]]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class MailServer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A server with its port, encryption, and the user to log in as (empty: without a login)."""

    host: str
    port: int
    security: Security = "tls"
    user: str = ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this computer, so that nothing goes over a network."""
        host = self.host.strip("[]").lower()
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def words(self) -> str:
        """The server as people read it: "mail.shop.example:993 (tls)"."""
        return f"{self.host}:{self.port} ({self.security})"


class Secret(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a password or token comes from: `value` is itself, a variable of the environment, or a command."""

    kind: SecretKind = "none"
    value: str = ""

    @property
    def words(self) -> str:
        """Where it comes from, in words that reveal nothing."""
        if self.kind == "environment":
            return f"the environment variable {self.value}"
        if self.kind == "command":
            return "a command"
        return "the database" if self.kind == "stored" else "none"


class BoxSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a box is read and sent from.

    `address` is what customers write to and what answers come from. `imap` None: mail is only sent, or comes in by a
    pipe; `smtp` None: nothing is sent. `folder` is read; mails are left there, marked as seen, or moved to `moved_to`
    (`after`). Mails that came to the server before the day `since` (as 2026-11-30) are not fetched. `reading` off: the
    box is not meant to be read now. `oauth`: the secret is an access token (XOAUTH2). `sent_folder` empty: no copy of
    what is sent is put anywhere. `auto_answer` is the name of the team's saved words that answer a mail automatically;
    empty: none do.
    """

    address: Mailbox
    imap: MailServer | None = None
    folder: str = "INBOX"
    after: After = "leave"
    moved_to: str = ""
    since: str = EVERYTHING
    reading: bool = True
    smtp: MailServer | None = None
    sent_folder: str = ""
    signature: str = ""
    oauth: bool = False
    auto_answer: str = ""

    @property
    def warnings(self) -> list[str]:
        """A sentence for each server to which passwords and mails would go unencrypted over a network."""
        servers = {one.host: one for one in (self.imap, self.smtp) if one is not None and one.security == "plain"}
        return [
            f"Careful: passwords and mails go to {host} without encryption."
            for host, server in servers.items()
            if not server.is_loopback
        ]


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A mail box: its settings, and what became of reading it. Times are epoch milliseconds.

    `read_at` is when it was last read whole (None: never), `failure` why it could not be read since (empty: it could),
    first at `failed_at`. `told_at` is when the leads were told that it is late. `uid` is the highest UID that was seen
    in the folder while its UIDVALIDITY was `uidvalidity`.
    """

    number: int
    name: str
    settings: BoxSettings
    secret: Secret
    added_at: int
    read_at: int | None = None
    failure: str = ""
    failed_at: int | None = None
    told_at: int | None = None
    uidvalidity: int | None = None
    uid: int = 0

    @property
    def is_read(self) -> bool:
        """Whether it is meant to be read."""
        return self.settings.imap is not None and self.settings.reading

    def late_since(self, now: int) -> int | None:
        """When it was last read, or added, if that is too long ago (epoch milliseconds); None while it is not late."""
        last = self.read_at if self.read_at is not None else self.added_at
        return last if self.is_read and now - last > UNREAD_AFTER else None


def unread_words(boxes: Sequence[Box], now: int) -> list[str]:
    """A phrase for each box that is late: "box support not read for 20m"."""
    late = ((box, since) for box in boxes if (since := box.late_since(now)) is not None)
    return [f"box {display_text(box.name)} not read for {format_span(now - since)}" for box, since in late]


def check_name(name: str) -> str:
    """The name of a box, cleaned. Raises WrongUse for one that cannot be given on a command line."""
    clean = clean_name(name)
    if not clean or len(clean) > _LONGEST_NAME or clean.startswith("-") or why_unstorable(clean):
        raise WrongUse(
            "That is no name for a box.", f"Give a short one, such as support: at most {_LONGEST_NAME} characters."
        )
    return clean


def check_address(written: str, name: str = "") -> Mailbox:
    """An address with the name that customers see beside it. Raises WrongUse if it is none."""
    address, shown = written.strip(), clean_name(name)
    if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST_VALUE or why_unstorable(address + shown):
        raise WrongUse(f"{display_text(written, 60)!r} is no mail address.", "Write it like support@shop.example.")
    local, _, domain = address.rpartition("@")
    return Mailbox(f"{local}@{domain.lower()}", shown)


def check_server(protocol: str, written: str, security: Security | None, user: str) -> MailServer:
    """A server written as HOST or HOST:PORT. `protocol` is "imap" or "smtp"; `security` None: as the port demands.

    Without a port, the connection is encrypted from its beginning. Raises WrongUse if it is no server.
    """
    text = written.strip()
    match = _HOST.match(text)
    host, rest = (match[0], text[match.end() :]) if match else ("", text)
    digits = rest.removeprefix(":")
    wrong = not host or (rest and not (rest.startswith(":") and digits.isascii() and digits.isdigit()))
    if wrong or len(host) > _LONGEST_VALUE or (rest and not 0 < int(digits[:6]) < 65_536):
        raise WrongUse(
            f"{display_text(written, 60)!r} is no server.", "Write it like mail.shop.example or mail.shop.example:993."
        )
    port = int(digits) if rest else 0
    chosen: Security = security or ("starttls" if port in _STARTTLS_PORTS[protocol] else "tls")
    return MailServer(
        host=host.lower(), port=port or PORTS[protocol, chosen], security=chosen, user=check_line(user, "The user")
    )


def check_line(value: str, what: str) -> str:
    """A value of one line, such as the name of a folder. Raises WrongUse for one that no mail server takes."""
    text = value.strip()
    if len(text) > _LONGEST_VALUE or any(ord(char) < 32 or ord(char) == 127 for char in text) or why_unstorable(text):
        raise WrongUse(
            f"{what} is longer than {_LONGEST_VALUE} characters, or has a character that no mail server takes.",
            "Give it as one line of text.",
        )
    return text


def check_signature(text: str) -> str:
    """The words below each answer. Raises WrongUse if they cannot be stored."""
    clean = text.replace("\r\n", "\n").strip("\n")
    if len(clean) > _LONGEST_SIGNATURE or why_unstorable(clean):
        raise WrongUse(
            f"The signature is longer than {_LONGEST_SIGNATURE:,} characters, or has one that cannot be stored.",
            "Give a shorter text.",
        )
    return clean


def check_secret(kind: SecretKind, value: str) -> Secret:
    """Where a password comes from. Raises WrongUse, which never repeats it, if that cannot be."""
    text = value.strip("\r\n") if kind == "stored" else value.strip()
    if not text or "\n" in text or "\0" in text or len(text) > 10_000:
        raise WrongUse("The password, variable or command is empty or has several lines.", "Give it as one line.")
    if kind == "environment" and not _VARIABLE.fullmatch(text):
        raise WrongUse(
            "An environment variable has letters, digits and underscores only.",
            "Give its name, such as SUPPORT_PASSWORD, and not the password.",
        )
    return Secret(kind, text)
