"""Mail servers for the tests, on this machine: one that keeps what it gets, and answers as it is told."""

from __future__ import annotations

import socket
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from careconsole.desk.mail.server_login import ServerLogin
from careconsole.domain.mail.boxes import MailServer


class Handler:
    """Keeps the mails that it takes. `answers` are given to RCPT and DATA in turn; without one, it is 250."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            answer = self.rcpt.pop(0)
            if not answer.startswith("250"):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 taken"
        if answer.startswith("250") or answer == "close":
            self.got.append(envelope)
        if answer == "close":  # the mail was taken, and nobody will ever know
            assert server.transport is not None
            server.transport.abort()
        return answer if answer != "close" else "250 too late"


def serving(handler: Handler, **how: Any) -> Controller:
    """A server with this handler, which was started; stop it when done."""
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    return controller


def free_port() -> int:
    """A port of this machine that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def login(port: int, user: str = "", secret: str = "", *, oauth: bool = False) -> ServerLogin:
    """How to log in to a server of this machine."""
    server = MailServer(host="127.0.0.1", port=port, security="plain", user=user)
    return ServerLogin(server=server, secret=secret, oauth=oauth)


def scripted(answers: list[bytes | None]) -> tuple[int, list[bytes], Thread]:
    """A server that says `answers` in turn, one to each line it gets (None: closes); and what it got, as it gets it."""
    listener = socket.create_server(("127.0.0.1", 0))
    got: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener, connection.makefile("rb") as lines:
            for place, answer in enumerate(answers):
                if place:
                    got.append(lines.readline())
                if answer is None:
                    return
                connection.sendall(answer)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], got, thread
