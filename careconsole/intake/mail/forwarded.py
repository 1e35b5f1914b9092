"""Who wrote the mail that another one forwards."""

from __future__ import annotations

import re
from collections.abc import Sequence

from careconsole.domain.mail.received import Mailbox
from careconsole.intake.mail.header_text import mailboxes
from careconsole.intake.mail.parts import Parts

_FORWARDS = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vs|vl)\s?:", re.IGNORECASE)
_FROM = ("from:", "von:", "de:", "da:", "van:", "från:", "fra:")
_LOOKED_AT = 100


def forwarded_author(subject: str, text: str, attached: Sequence[bytes]) -> Mailbox | None:
    """Who wrote the mail that this one forwards; None if it forwards none. `attached`: mails attached to it.

    The subject says that it is a forward, or a mail is attached to it; the first "From:" names the author.
    """
    for mail in attached:
        if boxes := mailboxes(str(Parts(mail).headers.get("from", ""))):
            return boxes[0]
    if not _FORWARDS.match(subject):
        return None
    for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT]:
        bare = line[:1_000].strip(" >*")
        name, colon, rest = bare.partition(":")
        if f"{name.strip(' *').lower()}{colon}" in _FROM and (boxes := mailboxes(_without_mailto(rest))):
            return boxes[0]
    return None


def _without_mailto(value: str) -> str:
    """Outlook's "Anna Rossi [mailto:anna@x.example]" as an address with angle brackets."""
    return value.strip(" *").replace("[mailto:", "<").replace("]", ">")
