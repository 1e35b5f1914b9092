"""Which mails get an automatic answer, and what it says (RFC 3834). None is given unless a box is set to give them.

Two programs that answer each other must end at once, and a person who writes as somebody else must not have us write to
them: when in doubt, there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from careconsole.domain.mail.kinds import MESSAGE
from careconsole.domain.mail.outgoing import is_address
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.playbook.content import VARIABLES, filled, variables
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.time.moments import DAY, HOUR, MINUTE

DROPPED = "dropped"
"""The state of an automatic answer that is not sent. Its others are those of replies, but none needs a person."""
ONCE_IN = DAY
"""The time in which an address gets one automatic answer at most (milliseconds)."""
LATEST = 4 * HOUR
"""How long after a mail came its automatic answer still makes sense (milliseconds)."""
MOST, MOST_IN = 100, HOUR
"""The most automatic answers of a team in that time (milliseconds): more are a flood, or a mistake."""
RETRIES = (5 * MINUTE, 15 * MINUTE, HOUR)
"""How long after each failed try it is tried again (milliseconds); after the last one it is dropped."""
MORE_VARIABLES = ("tag", "until", "receipt")
"""What only the words of automatic answers may name: the tag of the case, by when a person answers, and the link of
the customer's receipt."""
_PROGRAMS = re.compile(
    r"(?:no[-._]?reply|do[-._]?not[-._]?reply|donotreply|mailer[-._]?daemon|daemon|postmaster|hostmaster|abuse|bounces?"
    r"|notifications?|alerts?|newsletter|listserv|majordomo|nobody|root|www-data|owner-.*|.*-(?:request|bounces?|owner))"
    r"(?:[-+._=].*)?"
)


def why_none(
    mail: ReceivedMail, box: str, ours: Collection[str], *, colleague: bool, at: int, now: int, lately: bool, many: bool
) -> str:
    """Why a mail gets no automatic answer from the address `box`, in a few words; empty if it gets one.

    `ours` are the keys of our own addresses (`address_key`), `colleague`: a person of the team wrote it. It came at
    `at` (epoch milliseconds). `lately`: its sender got one within ONCE_IN. `many`: the team sent too many already.
    """
    sender = mail.sender.address if mail.sender is not None else ""
    own = address_key(box)
    if mail.kind != MESSAGE or mail.ours:
        return "a program wrote it, or it asks for nothing"
    if mail.list_id or mail.list_post or mail.no_answer:
        return "it came through a list, or asks for no automatic answer"
    if not is_address(sender) or _PROGRAMS.fullmatch(sender.partition("@")[0].lower()):
        return "nobody reads its sender's mail"
    if colleague or address_key(sender) in ours or address_key(sender) == own:
        return "it comes from ourselves"
    if mail.proven is False:
        return "it is not proven that its sender wrote it"
    if own not in {address_key(one.address) for one in (*mail.to, *mail.cc)}:
        return "it is not addressed to the box"
    if now - at > LATEST:
        return "it came too long ago"
    if lately:
        return "its sender got an automatic answer within a day"
    return "too many automatic answers were sent within an hour" if many else ""


def words_for(text: str, values: Mapping[str, str]) -> str:
    """The words of an automatic answer, filled in. A line with a variable that has no value is left out."""
    known = (*VARIABLES, *MORE_VARIABLES)
    lines = []
    for line in text.splitlines():
        names = [name for name in variables(line) if name in known]
        if all(values.get(name, "").strip() for name in names):
            lines.append(filled(line, values)[0])
    return "\n".join(lines).strip()
