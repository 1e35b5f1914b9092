"""Opens a session with the server that a box sends its mail through."""

from __future__ import annotations

import smtplib
from base64 import b64encode

from careconsole.desk.mail.server_login import (
    CONNECT_TIMEOUT,
    LOGIN_ADVICE,
    MailServerFailed,
    ServerLogin,
    failure_advice,
    failure_words,
)

_OTHER_WAY = "Check the kind of encryption (tls, starttls or plain), and whether the server wants a login."


def open_smtp(login: ServerLogin) -> smtplib.SMTP:
    """A session that is encrypted and logged in as `login` says; `quit` it. Raises MailServerFailed."""
    server = login.server
    host = server.host.strip("[]")
    session: smtplib.SMTP | None = None
    try:
        if server.security == "tls":
            session = smtplib.SMTP_SSL(host, server.port, timeout=CONNECT_TIMEOUT, context=login.context())
        else:
            session = smtplib.SMTP(host, server.port, timeout=CONNECT_TIMEOUT)
        if server.security == "starttls":
            session.starttls(context=login.context())
        session.ehlo_or_helo_if_needed()
        if login.oauth and server.user:
            words = f"user={server.user}\x01auth=Bearer {login.secret}\x01\x01"
            # A server that refuses the token says why in a challenge, which is answered with nothing.
            session.auth("XOAUTH2", lambda challenge=None: words if challenge is None else "", initial_response_ok=True)
        elif server.user and (server.user + login.secret).isascii():
            session.login(server.user, login.secret)
        elif server.user:
            _log_in_by_utf8(session, server.user, login.secret)
    except smtplib.SMTPAuthenticationError as error:
        _close(session)
        raise MailServerFailed(server, f"refused the login: {_answer(error)}", LOGIN_ADVICE) from None
    except smtplib.SMTPResponseException as error:
        _close(session)
        raise MailServerFailed(server, f"answered: {_answer(error)}") from None
    except smtplib.SMTPNotSupportedError:
        _close(session)
        raise MailServerFailed(server, "offers no encryption or no login of this kind", _OTHER_WAY) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _close(session)
        raise MailServerFailed(server, failure_words(error), failure_advice(error)) from None
    return session


def _log_in_by_utf8(session: smtplib.SMTP, user: str, secret: str) -> None:
    """Logs in with a name or password that is not ASCII (RFC 4616), which `smtplib` cannot. Raises as it does."""
    if "PLAIN" not in session.esmtp_features.get("auth", "").split():
        raise smtplib.SMTPNotSupportedError
    words = b64encode("\0".join(("", user, secret)).encode())
    code, said = session.docmd("AUTH", f"PLAIN {words.decode()}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _answer(error: smtplib.SMTPResponseException) -> str:
    """What the server answered, as it stands in a message."""
    said = error.smtp_error
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{error.smtp_code} {failure_words(words)}"


def _close(session: smtplib.SMTP | None) -> None:
    if session is not None:
        session.close()
