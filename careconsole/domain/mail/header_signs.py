"""What the headers of a mail say it is. Values are parsed, not searched: "bayes" says nothing of a "yes".

RFC 3834 (automatic answers), RFC 3464 (bounces) and RFC 8098 (notes that a mail was read), and what programs that are
older than these write.
"""

from __future__ import annotations

from collections.abc import Mapping

from careconsole.domain.mail.kinds import AUTOMATIC, BOUNCE, MESSAGE
from careconsole.domain.mail.received import Mailbox

_DAEMONS = frozenset(("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"))
_NO = frozenset(("", "no", "false", "0", "none"))


def token(value: str) -> str:
    """The first word of a header's value in lower case, without parameters and comments: "auto-replied"."""
    if not value:
        return ""
    value = value.partition(";")[0].partition("(")[0].partition(",")[0]
    words = value.split()
    return words[0].lower() if words else ""


def is_spam(headers: Mapping[str, str]) -> bool:
    """Whether a filter marked the mail as spam. `headers`: by name in lower case, the first of each."""
    return token(headers.get("x-spam-flag", "")) == "yes" or token(headers.get("x-spam-status", "")) == "yes"


def wants_no_answer(headers: Mapping[str, str]) -> bool:
    """Whether a mail asks for no automatic answer, as newsletters, lists and other programs do."""
    suppressed = {word.strip() for word in headers.get("x-auto-response-suppress", "").lower().split(",")}
    return (
        bool(suppressed & {"all", "autoreply", "oof"})
        or token(headers.get("precedence", "")) in ("bulk", "junk", "list")
        or any(name in headers for name in ("list-id", "list-post", "list-unsubscribe", "feedback-id"))
    )


def kind_by_headers(headers: Mapping[str, str], sender: Mailbox | None, report: str = "") -> tuple[str, bool]:
    """What a mail is by its headers (message, automatic or bounce); True if it is automatic and answers nothing.

    `report` is the type of report that it is ("delivery-status"), if it is one.
    """
    daemon = sender is not None and sender.address.partition("@")[0].lower() in _DAEMONS
    null_path = "".join(headers.get("return-path", "-").split()) == "<>"
    if report == "delivery-status" or (daemon and (null_path or not headers.get("reply-to"))):
        return BOUNCE, False
    submitted = token(headers.get("auto-submitted", ""))
    precedence = token(headers.get("precedence", ""))
    answers = (
        report == "disposition-notification"
        or submitted.startswith("auto-replied")
        or submitted == "auto-notified"
        or precedence == "auto_reply"
        or null_path
        or any(token(headers.get(name, "")) not in _NO for name in ("x-autoreply", "x-autorespond", "x-autoresponder"))
    )
    generated = submitted not in ("", "no") or (precedence in ("bulk", "junk") and "list-post" not in headers)
    if answers:
        return AUTOMATIC, False
    return (AUTOMATIC, True) if generated else (MESSAGE, False)
