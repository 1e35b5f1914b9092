"""Opens a session with the server that a box sends its mail through."""

from __future__ import annotations

import smtplib
import ssl

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
        if login.oauth and server.user:
            session.ehlo_or_helo_if_needed()
            words = f"user={server.user}\x01auth=Bearer {login.secret}\x01\x01"
            session.auth("XOAUTH2", lambda challenge=None: words if challenge is None else "", initial_response_ok=True)
        elif server.user:
            session.login(server.user, login.secret)
    except smtplib.SMTPAuthenticationError as error:
        _close(session)
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise MailServerFailed(server, f"refused the login: {failure_words(said)}", LOGIN_ADVICE) from None
    except smtplib.SMTPNotSupportedError:
        _close(session)
        raise MailServerFailed(server, "offers no encryption or no login of this kind", _OTHER_WAY) from None
    except (OSError, smtplib.SMTPException, UnicodeError, ssl.SSLError) as error:
        _close(session)
        raise MailServerFailed(server, failure_words(error), failure_advice(error)) from None
    return session


def _close(session: smtplib.SMTP | None) -> None:
    if session is not None:
        session.close()
