"""Logging in with an access token (XOAUTH2), at a server that speaks just enough IMAP for it."""

from __future__ import annotations

import base64
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from careconsole.desk.mail.server_login import MailServerFailed, ServerLogin
from careconsole.domain.mail.boxes import MailServer
from careconsole.intake.mail.imap import ImapFolder
from tests.notify.receivers import running

_REFUSED = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"mail"}').decode()


@contextmanager
def oauth_server(token: str) -> Iterator[tuple[int, list[str]]]:
    """A server that takes one token; yields its port, and what was sent as logins."""
    seen: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready")
            while line := self.rfile.readline().decode().strip():
                tag, verb, *_ = line.split()
                if verb == "CAPABILITY":
                    self.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 IDLE")
                elif verb == "AUTHENTICATE":
                    self.say("+ ")
                    seen.append(base64.b64decode(self.rfile.readline()).decode())
                    if f"Bearer {token}\x01" not in seen[-1]:
                        self.say(f"+ {_REFUSED}")
                        self.rfile.readline()
                        self.say(f"{tag} NO AUTHENTICATE failed: the token has expired")
                        continue
                elif verb == "SELECT":
                    self.say("* 0 EXISTS")
                    self.say("* OK [UIDVALIDITY 7] valid")
                self.say(f"{tag} OK done")
                if verb == "LOGOUT":
                    return

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
    server.daemon_threads = True
    with running(server) as port:
        yield port, seen


def login(port: int, secret: str) -> ServerLogin:
    server = MailServer(host="127.0.0.1", port=port, security="plain", user="support@shop.example")
    return ServerLogin(server=server, secret=secret, oauth=True)


def test_a_token_logs_in() -> None:
    with oauth_server("good") as (port, seen):
        folder = ImapFolder(login(port, "good"), "INBOX")
        assert folder.uidvalidity == 7
        folder.close()
    assert seen == ["user=support@shop.example\x01auth=Bearer good\x01\x01"]


def test_a_token_that_has_expired_is_said_and_not_repeated() -> None:
    with oauth_server("good") as (port, _), pytest.raises(MailServerFailed) as failed:
        ImapFolder(login(port, "s3cret-old"), "INBOX")
    assert "refused the login" in str(failed.value)
    assert "the token has expired" in str(failed.value)
    assert "s3cret-old" not in str(failed.value)
