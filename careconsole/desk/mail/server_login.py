"""How a session with a mail server of a box is opened: where, how encrypted, as whom; for fetching and for sending."""

from __future__ import annotations

import os
import shlex
import socket
import ssl
import subprocess

import msgspec

from careconsole.desk.mail.trusted_commands import is_trusted
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.hints import suggest
from careconsole.domain.mail.boxes import Box, MailServer, Secret
from careconsole.domain.terminal_text import display_text

CONNECT_TIMEOUT = 30.0
"""Seconds that a mail server has for each answer."""
_COMMAND_TIMEOUT = 60.0
"""Seconds that the command for a password has: it may have to ask somebody."""
_LONGEST = 100_000


class ServerLogin(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to open a session. `secret` is a password, or for `oauth` an access token. Never print it."""

    server: MailServer
    secret: str
    oauth: bool

    def context(self) -> ssl.SSLContext:
        """The rules for encryption: the certificate must be valid, and of this host.

        The authorities are those of this computer, or those in SSL_CERT_FILE.
        """
        return ssl.create_default_context()

    def __repr__(self) -> str:
        return f"ServerLogin({self.server.words})"


def imap_login(box: Box) -> ServerLogin:
    """How to log in where the mails of a box are fetched. Raises CareError as `secret_of` does, Refused without one."""
    return _login(box, box.settings.imap, "fetched from", "imap")


def smtp_login(box: Box) -> ServerLogin:
    """How to log in where mails of a box are sent. Raises CareError as `secret_of` does, Refused without one."""
    return _login(box, box.settings.smtp, "sent through", "smtp")


def _login(box: Box, server: MailServer | None, what: str, option: str) -> ServerLogin:
    if server is None:
        raise Refused(
            f"Box {box.name} has no server that mail is {what}.",
            "Set it: {}.",
            suggest("box edit", box=box.name, **{option: ...}),
        )
    secret = secret_of(box.secret, box.name) if server.user else ""
    return ServerLogin(server=server, secret=secret, oauth=box.settings.oauth)


def secret_of(secret: Secret, name: str) -> str:
    """The password or token of the box `name`, from where it is kept.

    Raises CareError if it cannot be had; Refused for a command that was set under another login and is not trusted
    here. No message repeats what the command printed.
    """
    if secret.kind == "stored":
        return secret.value
    if secret.kind == "environment":
        value = os.environ.get(secret.value, "")
        if not value:
            raise CareError(
                f"The password of box {name} is not there: the variable {secret.value} is not set.",
                f"Set {secret.value} where careconsole is started.",
            )
        return value
    if secret.kind == "command":
        return _by_command(secret.value, name)
    raise CareError(f"Box {name} has no password.", "Set one: {}.", suggest("box edit", box=name, help=True))


def _by_command(command: str, name: str) -> str:
    if not is_trusted(command):
        raise Refused(
            f"The command for the password of box {name} was not set under this login, so it does not run.",
            "See it: {}; if it is yours, let it run: {}.",
            suggest("box test", box=name, show_command=True),
            suggest("box test", box=name, trust=True),
        )
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_TIMEOUT,
            check=False,
        )
    except ValueError:
        raise _failed(name, "has a quote that is not closed") from None
    except FileNotFoundError:
        raise _failed(name, f"is not there ({display_text(words[0], 60)})") from None
    except subprocess.TimeoutExpired:
        raise _failed(name, f"did not end within {_COMMAND_TIMEOUT:.0f} seconds") from None
    except OSError as error:
        raise _failed(name, f"cannot run ({error.strerror or error})") from None
    if done.returncode:
        said = display_text(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2], 200)
        raise _failed(name, f"failed with {done.returncode}{f': {said}' if said else ''}")
    first = done.stdout[:_LONGEST].decode("utf-8", "replace").split("\n", 1)[0].strip("\r")
    if not first:
        raise _failed(name, "printed nothing")
    return first


def _failed(name: str, why: str) -> CareError:
    return CareError(
        f"The command for the password of box {name} {why}.", "Run it in a shell, as the same user, and see."
    )


LOGIN_ADVICE = "Check the user and the password. Large providers want an app password, or a token (OAuth), instead."
FOLDER_ADVICE = "Check the name of the folder; on many servers it is one such as INBOX.Archive or INBOX/Archive."
_ADVICE = "Check the settings of the box, and the server."


class MailServerFailed(CareError):
    """A mail server cannot be reached, refuses, or says what cannot be understood.

    `why` says so without the server, and `advice` what to do next.
    """

    def __init__(self, server: MailServer, why: str, advice: str = "") -> None:
        super().__init__(f"{server.host}:{server.port}: it {why}.", advice or _ADVICE)
        self.why = why
        self.advice = advice or _ADVICE


def failure_advice(error: object) -> str:
    """What to do about a session that failed, in a sentence; "" if the error does not say."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "Use the name that the certificate is for. If your own authority signed it, see SSL_CERT_FILE."
    if isinstance(error, ssl.SSLError):
        return "Check the kind of encryption (tls, starttls or plain); each of them has a port of its own."
    if isinstance(error, socket.gaierror):
        return "Check the name of the server."
    if isinstance(error, ConnectionRefusedError):
        return "Check the port, and the kind of encryption (tls, starttls or plain)."
    if isinstance(error, TimeoutError):
        return "Check the name of the server, the port and the kind of encryption; a firewall may be in between."
    return "Check the name of the server, its port, and your network." if isinstance(error, OSError) else ""


def failure_words(error: object) -> str:
    """Why a session failed, in a few words that go on from "it"; what the server said is made safe and cut."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not valid: {_safe(error.verify_message)}"
    if isinstance(error, ssl.SSLError):
        return f"does not encrypt as it should: {_safe(error.reason or error)}"
    if isinstance(error, TimeoutError):
        return "does not answer"
    if isinstance(error, OSError):
        return f"cannot be reached: {_safe(error.strerror or error)}"
    return _safe(error)


def _safe(said: object) -> str:
    return display_text(" ".join(str(said).split()), 200).rstrip(".")
