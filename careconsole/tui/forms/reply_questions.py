"""What the form of a reply by mail begins with, and what to know before writing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from careconsole.desk.cases.replies import Beginning


def ready(name: str, mail: Beginning | None) -> str:
    """What a reply by mail begins with: whom it is for, who gets a copy, what it is called, and from which box."""
    if mail is None:
        return ""
    known = {"box": mail.identity.box, "to": ", ".join(mail.to), "cc": ", ".join(mail.cc), "subject": mail.subject}
    return known.get(name, "")


def beforehand(mail: Beginning | None) -> list[str]:
    """Whom a reply is from, what comes below its text, which mails wait, what is known against its addresses."""
    if mail is None:
        return []
    below = [*(["the signature"] if mail.identity.signature else []), *(["their last mail"] if mail.quote else [])]
    come = "comes" if len(below) == 1 else "come"
    adds = f" Below the text {come} {' and '.join(below)}." if below else ""
    return [f"A mail to the customer, from {mail.identity.words}.{adds}", *mail.warnings]
