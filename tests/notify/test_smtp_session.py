"""Sessions with real mail servers on this machine: encryption, certificates, logins; and a server that fails at each
stage of a mail."""

from __future__ import annotations

import base64
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from careconsole.desk.mail.server_login import ServerLogin, smtp_login
from careconsole.desk.mail.trusted_commands import trust
from careconsole.domain.mail.boxes import Box, BoxSettings, MailServer, Secret
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.reply_states import LATER, REFUSED, SENT, UNCERTAIN
from careconsole.notify import smtp_sender
from careconsole.notify.smtp_sender import send
from tests.intake.dovecot import make_certificate
from tests.notify.smtp_servers import Handler, free_port, login, scripted
from tests.notify.test_smtp_sender import MAIL, opened

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server's, of itself
USER, PASSWORD, TOKEN = "support@shop.example", 'pa ss"w\\ord', "ya29.token"


class LoginHandler(Handler):
    """Also takes access tokens, and notes who logged in how, and whether the session was encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self.logins: list[tuple[str, bool]] = []
        self.password = PASSWORD

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, data: Any) -> AuthResult:
        self.logins.append((way, _is_encrypted(server)))
        return AuthResult(success=(data.login, data.password) == (USER.encode(), self.password.encode()), handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        self.logins.append(("XOAUTH2", _is_encrypted(server)))
        words = base64.b64decode(args[1]).decode()
        return AuthResult(success=words == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01", handled=False)


def _is_encrypted(server: SMTP) -> bool:
    return server.transport is not None and server.transport.get_extra_info("ssl_object") is not None


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    if not make_certificate(folder):
        pytest.skip("openssl is not installed")
    return folder


@pytest.fixture
def handler() -> LoginHandler:
    return LoginHandler()


@contextmanager
def running(handler: LoginHandler, security: str, keys: Path, **more: Any) -> Iterator[MailServer]:
    """A server that is encrypted in this way and wants a login; how it is reached."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(keys / "cert.pem", keys / "key.pem")
    way: dict[str, Any] = {"tls": {"ssl_context": context}, "starttls": {"tls_context": context}}.get(security, {})
    way |= {"require_starttls": True} if security == "starttls" else {"auth_require_tls": False}
    port = free_port()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        authenticator=handler.authenticate,
        auth_required=True,
        server_hostname="localhost",
        **way,
        **more,
    )

    def look() -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as one:
            if security != "tls":
                one.recv(1)
                return
            trusting = ssl.create_default_context(cafile=keys / "cert.pem")
            with trusting.wrap_socket(one, server_hostname="localhost") as encrypted:
                encrypted.recv(1)

    controller._trigger_server = look  # its own look at itself takes no certificate of ones own making
    controller.start()
    try:
        yield MailServer(host="localhost", port=port, security=security, user=USER)
    finally:
        controller.stop()


def sent(server: MailServer, secret: str = PASSWORD, *, oauth: bool = False) -> Outcome:
    return send(ServerLogin(server=server, secret=secret, oauth=oauth), MAIL, opened)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_said(
    handler: LoginHandler, keys: Path, security: str
) -> None:
    with running(handler, security, keys) as server:
        outcome = sent(server)
    assert outcome.state == LATER
    assert outcome.said.startswith(f"localhost:{server.port}: it has a certificate that is not valid: self")
    assert (handler.logins, handler.got) == ([], [])


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_ones_own_authority_is_taken_and_the_login_is_encrypted(
    handler: LoginHandler, keys: Path, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
    with running(handler, security, keys) as server:
        assert sent(server).state == SENT
        other = MailServer(host="127.0.0.1", port=server.port, security=security, user=USER)
        outcome = sent(other)
    assert (outcome.state, "certificate that is not valid: IP address mismatch" in outcome.said) == (LATER, True)
    assert ([encrypted for _, encrypted in handler.logins], len(handler.got)) == ([True], 1)


def test_a_server_without_encryption_never_hears_the_password_if_it_was_to_be_encrypted(
    handler: LoginHandler, keys: Path
) -> None:
    with running(handler, "plain", keys) as server:
        for security in ("tls", "starttls"):
            outcome = sent(MailServer(host="localhost", port=server.port, security=security, user=USER))
            assert outcome.state == LATER
            assert "encrypt" in outcome.said or "cannot be reached" in outcome.said
        assert (handler.logins, handler.got) == ([], [])
        assert sent(server).state == SENT  # "plain" is what the team set


@pytest.mark.parametrize(("way", "password"), [("PLAIN", PASSWORD), ("PLAIN", "grüß dich"), ("LOGIN", PASSWORD)])
def test_a_login_works_in_each_way_that_servers_offer(
    handler: LoginHandler, keys: Path, way: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler.password = password
    monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
    others = [one for one in ("PLAIN", "LOGIN", "XOAUTH2") if one != way]
    with running(handler, "starttls", keys, auth_exclude_mechanism=others) as server:
        assert sent(server, password).state == SENT
        wrong = sent(server, "hunter2")
    assert {used for used, _ in handler.logins} == {way}
    assert (wrong.state, "it refused the login: 535" in wrong.said, "hunter2" in wrong.said) == (LATER, True, False)


def test_a_token_comes_from_a_command_each_time(
    handler: LoginHandler, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    command = f"{sys.executable} -c \"print(open('{tmp_path}/token').read())\""
    trust(command)
    with running(handler, "tls", keys) as server:
        settings = BoxSettings(address=Mailbox(USER), smtp=server, oauth=True)
        box = Box(number=1, name="support", settings=settings, secret=Secret("command", command), added_at=0)
        assert send(smtp_login(box), MAIL, opened).state == SENT
        (tmp_path / "token").write_text("expired\n")
        late = send(smtp_login(box), MAIL, opened)
    assert (late.state, "it refused the login: 535" in late.said, "expired" in late.said) == (LATER, True, False)
    assert handler.logins == [("XOAUTH2", True)] * 2


def test_why_a_token_was_refused_is_asked_for_and_the_mail_waits() -> None:
    challenge = b"334 " + base64.b64encode(b'{"status":"400"}') + b"\r\n"
    port, got, thread = scripted(
        [b"220 hi\r\n", b"250-me\r\n250 AUTH XOAUTH2\r\n", challenge, b"535 5.7.8 expired\r\n"]
    )
    outcome = send(login(port, USER, "old", oauth=True), MAIL, opened)
    thread.join(10)
    assert (outcome.state, outcome.said) == (LATER, f"127.0.0.1:{port}: it refused the login: 535 5.7.8 expired.")
    assert got[2].strip() == b""


OK = b"250 ok\r\n"
STAGES: dict[str, list[bytes | None]] = {
    "greeting": [],
    "hello": [b"220 hi\r\n"],
    "sender": [b"220 hi\r\n", OK],
    "first recipient": [b"220 hi\r\n", OK, OK],
    "second recipient": [b"220 hi\r\n", OK, OK, OK],
    "asking for the text": [b"220 hi\r\n", OK, OK, OK, OK],
}
"""What the server says before each stage at which it can fail."""


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("answer", [b"421 closing\r\n", b"451 try again\r\n", b"550 never\r\n", b"garbage\r\n", None])
def test_whatever_fails_before_the_text_was_asked_for_sent_nothing(stage: str, answer: bytes | None) -> None:
    port, got, thread = scripted([*STAGES[stage], answer, None])
    outcome = send(login(port), MAIL, opened)
    thread.join(10)
    about_the_mail = stage not in ("greeting", "hello")
    assert outcome.state == (REFUSED if answer == b"550 never\r\n" and about_the_mail else LATER)
    assert outcome.said
    assert not any(line.startswith(b"From:") for line in got)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"250 taken\r\n", SENT),
        (b"421 closing\r\n", LATER),
        (b"451 try again\r\n", LATER),
        (b"554 spam\r\n", REFUSED),
        (b"garbage\r\n", UNCERTAIN),
        (b"220 what\r\n", UNCERTAIN),
        (b"25", UNCERTAIN),
        (None, UNCERTAIN),
    ],
)
def test_once_the_text_was_sent_only_an_answer_says_what_became_of_it(answer: bytes | None, state: str) -> None:
    answers = [b"220 hi\r\n", OK, OK, OK, OK, b"354 go\r\n"]
    port, _, thread = taking(answers, answer)
    assert send(login(port), MAIL, opened).state == state
    thread()


@pytest.mark.parametrize("security", ["plain", "tls"])
def test_a_mail_whose_end_was_not_handed_over_waits(keys: Path, security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
    monkeypatch.setattr(smtp_sender, "message_bytes", lambda mail, opened: (b"x" * 78 + b"\r\n") * 250_000)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(keys / "cert.pem", keys / "key.pem")
    listener, asked = socket.create_server(("127.0.0.1", 0)), list[bytes]()

    def serve() -> None:
        plain, _ = listener.accept()
        with listener, context.wrap_socket(plain, server_side=True) if security == "tls" else plain as connection:
            connection.sendall(b"220 hi\r\n")
            for answer in (OK, OK, OK, OK, b"354 go\r\n"):
                asked.append(connection.recv(1_000))
                connection.sendall(answer)
            connection.recv(1_000)  # of more than the buffers of both sides hold

    thread = Thread(target=serve, daemon=True)
    thread.start()
    server = MailServer(host="localhost", port=listener.getsockname()[1], security=security, user="")
    outcome = sent(server)
    thread.join(10)
    assert asked[-1].upper() == b"DATA\r\n"
    assert (outcome.state, outcome.said) == (LATER, "The connection was lost before the server had the whole mail.")


def taking(answers: list[bytes], last: bytes | None) -> tuple[int, list[bytes], Callable[[], None]]:
    """A server that says `answers`, takes the text up to its end, says `last` and closes."""
    listener, got = socket.create_server(("127.0.0.1", 0)), list[bytes]()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener, connection.makefile("rb") as lines:
            for place, answer in enumerate(answers):
                if place:
                    got.append(lines.readline())
                connection.sendall(answer)
            while (line := lines.readline()) not in (b".\r\n", b""):
                got.append(line)
            if last is not None:
                connection.sendall(last)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], got, lambda: thread.join(10)
