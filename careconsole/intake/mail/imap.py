"""A folder on an IMAP server. The only place that knows imap-tools, which comes with careconsole[mail]."""

from __future__ import annotations

import contextlib
import imaplib
import re
import select
import socket
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.desk.mail.server_login import (
    CONNECT_TIMEOUT,
    FOLDER_ADVICE,
    LOGIN_ADVICE,
    MailServerFailed,
    ServerLogin,
    failure_advice,
    failure_words,
)
from careconsole.desk.queries.changes import StopSignal
from careconsole.domain.errors import CareError
from careconsole.domain.time.moments import MONTHS

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

INSTALL_HINT = "Install careconsole[mail]."
_PIECE = 1 << 20
"""Bytes of a large mail that are fetched at once."""
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_DATE = re.compile(rb'INTERNALDATE "([^"]{1,40})"')
_AT_ONCE = 500
"""UIDs in one command; servers limit the length of a line."""


class NotInstalled(CareError):
    """imap-tools is not installed."""

    def __init__(self) -> None:
        super().__init__("Fetching mail needs imap-tools, which is not installed.", INSTALL_HINT)


class ListedMail(msgspec.Struct, frozen=True):
    """A mail in the folder: its UID, its size in bytes, and when the server got it (epoch milliseconds), if it says."""

    uid: int
    size: int
    arrived: int | None


class CannotFetch(Exception):
    """The server does not give one mail; the session goes on."""


class ImapFolder:
    """An open session with one folder of a server. Every method raises MailServerFailed if the session breaks."""

    def __init__(self, login: ServerLogin, folder: str, *, make: bool = False) -> None:
        """Connects, logs in and opens the folder, which is made with `make` if it is not there.

        Raises MailServerFailed, and NotInstalled without imap-tools.
        """
        try:
            import imap_tools
        except ImportError:
            raise NotInstalled from None
        self._server = login.server
        self._folder = folder
        self._mailbox: BaseMailBox | None = None
        self._able: frozenset[str] = frozenset()
        with self._failing():
            self._mailbox = _connected(imap_tools, login)
        with contextlib.ExitStack() as unless_open:
            unless_open.callback(self.close)
            with self._failing("refused the login: ", LOGIN_ADVICE):
                _log_in(self._mailbox, login)
            with self._failing():
                # What a server can do before the login is not all that it can.
                said = self._client.capability()[1][-1]
                self._able = frozenset(_text(said).upper().split())
            if make:
                self._make(folder)
            with self._failing(f"does not open the folder {folder!r}: ", FOLDER_ADVICE):
                self._mailbox.folder.set(folder)
            with self._failing():
                self.uidvalidity = int(_text(self._client.response("UIDVALIDITY")[1]))
            unless_open.pop_all()

    @property
    def _client(self) -> Any:
        assert self._mailbox is not None
        return self._mailbox.client

    def uids(self, above: int, since: str) -> list[int]:
        """The UIDs above `above` of mails that are not marked as deleted and came since the day `since`, in order."""
        criteria = f"{f'UID {above + 1}:* ' if above else ''}NOT DELETED"
        if since != "all":
            year, month, day = since.split("-")
            criteria += f" SINCE {int(day)}-{MONTHS[int(month) - 1]}-{year}"
        with self._failing():
            data = self._command("SEARCH", criteria)
        found = {int(word) for line in data if isinstance(line, bytes) for word in line.split() if word.isdigit()}
        return sorted(uid for uid in found if uid > above)  # "n:*" names the last mail even when it is below n

    def listed(self, uids: Sequence[int]) -> list[ListedMail]:
        """The sizes of mails, in order of UID; those that are gone by now are left out."""
        found: dict[int, ListedMail] = {}
        for start in range(0, len(uids), _AT_ONCE):
            some = uids[start : start + _AT_ONCE]
            with self._failing():
                data = self._command("FETCH", _set(some), "(UID RFC822.SIZE INTERNALDATE)")
            for line in data:
                words = line[0] if isinstance(line, tuple) else line
                if isinstance(words, bytes) and (uid := _UID.search(words)) and (size := _SIZE.search(words)):
                    found[int(uid[1])] = ListedMail(int(uid[1]), int(size[1]), _moment(words))
        return [found[uid] for uid in uids if uid in found]

    def small(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The bytes of several mails by UID, without marking them as seen. Raises CannotFetch if the server refuses."""
        found: dict[int, bytes] = {}
        with self._failing():
            data = self._fetch(_set(uids), "(UID BODY.PEEK[])")
        for place, item in enumerate(data):
            if isinstance(item, tuple):
                after = data[place + 1] if place + 1 < len(data) else b""
                uid = _UID.search(item[0]) or (_UID.search(after) if isinstance(after, bytes) else None)
                if uid is not None:
                    found[int(uid[1])] = item[1]
        return found

    def pieces(self, uid: int) -> Iterator[bytes]:
        """The bytes of one large mail, piece by piece. Raises CannotFetch if the server does not give them."""
        at = 0
        while True:
            with self._failing():
                data = self._fetch(str(uid), f"(UID BODY.PEEK[]<{at}.{_PIECE}>)")
            piece = next((item[1] for item in data if isinstance(item, tuple)), None)
            if piece is None and not at:
                raise CannotFetch("the server lists it and does not give it")
            if piece:
                yield piece
            if not piece or len(piece) < _PIECE:
                return
            at += len(piece)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Marks mails as seen."""
        # Not `flag` of imap-tools, which also removes for good whatever somebody has marked as deleted there.
        for start in range(0, len(uids), _AT_ONCE):
            with self._failing():
                self._command("STORE", _set(uids[start : start + _AT_ONCE]), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Moves mails to another folder, which is made if it is not there."""
        from imap_tools.utils import encode_folder

        self._make(folder)
        for start in range(0, len(uids), _AT_ONCE):
            some, target = _set(uids[start : start + _AT_ONCE]), encode_folder(folder)
            with self._failing(f"does not move mails to {folder!r}: "):
                if "MOVE" in self._able:
                    self._command("MOVE", some, target)
                    continue
                self._command("COPY", some, target)
                self._command("STORE", some, "+FLAGS.SILENT", r"(\Deleted)")
                if "UIDPLUS" in self._able:  # otherwise it would remove others' mails, too
                    self._command("EXPUNGE", some)

    def has(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID (without angle brackets) is in the folder."""
        quoted = re.sub(r'(["\\])', r"\\\1", message_id)
        with self._failing():
            data = self._command("SEARCH", f'HEADER Message-ID "<{quoted}>"')
        return any(isinstance(line, bytes) and line.strip() for line in data)

    def append(self, data: bytes) -> None:
        """Puts a mail into the folder, marked as seen."""
        assert self._mailbox is not None
        with self._failing(f"does not take a mail into the folder {self._folder!r}: "):
            self._mailbox.append(data, self._folder, flag_set=[r"\Seen"])

    def _make(self, folder: str) -> None:
        assert self._mailbox is not None
        with self._failing(f"does not make the folder {folder!r}: ", FOLDER_ADVICE):
            if not self._mailbox.folder.exists(folder):
                self._mailbox.folder.create(folder)

    def wait(self, seconds: float, stop: StopSignal) -> bool:
        """Waits for news of the folder, at most so many seconds; whether there is any. `stop` ends the wait at once.

        With a server that has no IDLE, there is never any news.
        """
        if "IDLE" not in self._able:
            stop.wait(seconds)
            return False
        assert self._mailbox is not None
        with self._failing():
            self._mailbox.idle.start()  # type: ignore[no-untyped-call]
            news = self._has_bytes() or self._readable(seconds, stop)
            if not stop.is_set():
                self._mailbox.idle.stop()  # type: ignore[no-untyped-call]
        return news

    def _has_bytes(self) -> bool:
        """Whether something has been read from the server together with an earlier answer."""
        client = self._client
        file = getattr(client, "_file", None) or client.file
        before = client.sock.gettimeout()
        client.sock.settimeout(0)
        try:
            return bool(file.peek(1))
        except OSError:  # nothing is there yet
            return False
        finally:
            client.sock.settimeout(before)

    def _readable(self, seconds: float, stop: StopSignal) -> bool:
        poll = select.poll()
        poll.register(self._client.sock, select.POLLIN)
        poll.register(stop.fileno(), select.POLLIN)
        return any(place == self._client.sock.fileno() for place, _ in poll.poll(seconds * 1_000))

    def interrupt(self) -> None:
        """Ends the connection at once, from any thread; a thread that waits for an answer gets MailServerFailed."""
        if self._mailbox is not None:
            with contextlib.suppress(OSError):
                self._client.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Logs out, or ends the connection if that fails."""
        if self._mailbox is None:
            return
        client, self._mailbox = self._client, None
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client.sock.settimeout(1)
            client.logout()
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client.shutdown()

    def _command(self, *words: str | bytes) -> list[Any]:
        """A command with UIDs; its answer, once the server says that it is done."""
        kind, data = self._client.uid(*words)
        if kind != "OK":
            raise imaplib.IMAP4.error(_text(data))
        return list(data)

    def _fetch(self, uids: str, parts: str) -> list[Any]:
        kind, data = self._client.uid("FETCH", uids, parts)
        if kind != "OK":
            raise CannotFetch(failure_words(_text(data)))
        return list(data)

    @contextlib.contextmanager
    def _failing(self, what: str = "", advice: str = "") -> Iterator[None]:
        """Whatever breaks a session is said in one way, with `what` before the server's own words, and `advice`."""
        from imap_tools.errors import ImapToolsError

        try:
            yield
        except (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError, ValueError) as error:
            if isinstance(error, imaplib.IMAP4.abort) and "socket error" in str(error):
                raise MailServerFailed(self._server, "closed the connection") from None
            advice = failure_advice(error) or advice
            if isinstance(error, ImapToolsError):
                result = getattr(error, "command_result", ("", error))
                words = failure_words(_text(result[1]))
            else:
                words = failure_words(_text(error.args[0]) if error.args and not isinstance(error, OSError) else error)
            if not what and not isinstance(error, OSError):
                what = "says: "
            said = f"{what if not isinstance(error, OSError) else ''}{words}"
            raise MailServerFailed(self._server, said, advice) from None


def _connected(imap_tools: Any, login: ServerLogin) -> BaseMailBox:
    server = login.server
    host = server.host.strip("[]")
    if server.security == "plain":
        made = imap_tools.MailBoxUnencrypted(host, server.port, timeout=CONNECT_TIMEOUT)
    else:
        kind = imap_tools.MailBox if server.security == "tls" else imap_tools.MailBoxStartTls
        made = kind(host, server.port, timeout=CONNECT_TIMEOUT, ssl_context=login.context())
    mailbox: BaseMailBox = made
    return mailbox


def _log_in(mailbox: BaseMailBox, login: ServerLogin) -> None:
    user, secret = login.server.user, login.secret
    if login.oauth:
        mailbox.xoauth2(user, secret, initial_folder=None)
    elif (user + secret).isascii():
        mailbox.login(user, secret, initial_folder=None)
    else:
        mailbox.login_utf8(user, secret, initial_folder=None)


def _set(uids: Sequence[int]) -> str:
    """UIDs as a command has them, with ranges: "1:3,7"."""
    parts: list[list[int]] = []
    for uid in uids:
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in parts)


def _moment(words: bytes) -> int | None:
    from careconsole.intake.mail.header_text import moment

    found = _DATE.search(words)
    return moment(found[1].decode("ascii", "replace").strip().replace("-", " ")) if found else None


def _text(said: object) -> str:
    while isinstance(said, list | tuple) and said:
        said = said[0]
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
