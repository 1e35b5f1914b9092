"""The settings of a mail box, made of what somebody typed: on the command line, or in the console's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from careconsole.desk.mail.boxes import first_day
from careconsole.domain.mail.boxes import (
    PORTS,
    BoxSettings,
    MailServer,
    Security,
    check_address,
    check_line,
    check_server,
    check_signature,
)

Given = Mapping[str, str | None]
"""What was typed, by the names of the options with underscores; None for what was not given, and stays as it is."""


def settings(given: Given, before: BoxSettings | None, now: int, oauth: bool | None) -> BoxSettings:
    """The settings with what was given; `before` None: of a new box, `oauth` None: as it was.

    Raises WrongUse for what is no address, server, folder or day.
    """
    address, name = given["address"], given["display_name"]
    if before is None:
        box = BoxSettings(address=check_address(address or "", name or ""), since=first_day("today", now))
    elif address is not None or name is not None:
        old = before.address
        shown = name if name is not None else old.name
        box = replace(before, address=check_address(address if address is not None else old.address, shown))
    else:
        box = before
    changes: dict[str, Any] = {}
    for option, field in (("folder", "folder"), ("move_to", "moved_to"), ("sent_folder", "sent_folder")):
        if (value := given[option]) is not None:
            changes[field] = check_line(value, "The name of the folder")
    if (after := given["after"]) is not None:
        changes["after"] = after
    elif given["move_to"]:
        changes["after"] = "move"
    if (since := given["since"]) is not None:
        changes["since"] = first_day(since, now)
    if (words := given["auto_answer"]) is not None:
        changes["auto_answer"] = check_line(words, "The name of the saved words")
    if (signature := given["signature"]) is not None:
        changes["signature"] = check_signature(signature)
    if oauth is not None:
        changes["oauth"] = oauth
    user = given["user"]
    changes["imap"] = _server("imap", given, box.imap, user, box.address.address)
    fallback = changes["imap"].user if changes["imap"] is not None else box.address.address
    smtp_user = given["smtp_user"] if given["smtp_user"] is not None else user
    changes["smtp"] = _server("smtp", given, box.smtp, smtp_user, fallback)
    return replace(box, **changes)


def _server(
    protocol: str, given: Given, before: MailServer | None, user: str | None, otherwise: str
) -> MailServer | None:
    """The server that was given for a protocol, else the one there was, with the user and encryption given."""
    written, chosen = given[protocol], given[f"{protocol}_security"]
    securities: dict[str | None, Security | None] = {"tls": "tls", "starttls": "starttls", "plain": "plain"}
    security = securities.get(chosen)
    if written == "":
        return None
    if written is not None:
        kept = user if user is not None else before.user if before is not None else otherwise
        return check_server(protocol, written, security, kept)
    if before is None:
        return None
    if user is not None:
        before = replace(before, user=check_line(user, "The user"))
    if security is not None and security != before.security:
        usual = before.port == PORTS[protocol, before.security]
        before = replace(before, security=security, port=PORTS[protocol, security] if usual else before.port)
    return before
