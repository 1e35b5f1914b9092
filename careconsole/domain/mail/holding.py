"""When a mail is held for a person to decide about, and why. Nothing is ever dropped by itself."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from careconsole.domain.mail.finding import Found
from careconsole.domain.mail.received import AUTOMATIC, BOUNCE, ReceivedMail
from careconsole.domain.team.customer_addresses import address_key

SPAM, FLOOD, LOOP, DAMAGED, NO_CASE = "spam", "flood", "loop", "damaged", "no case"
"""Why a mail is held."""

MOST_IN_AN_HOUR = 20
"""So many mails of one address are taken in an hour; further ones are held."""
SAME_TEXT = 2
"""So many mails of one domain with the same text are taken in an hour, if they come from different addresses."""
SHORTEST_SAME = 40
"""Texts that are shorter than so many characters may be alike by chance."""
MOST_HOPS = 50
"""A mail that passed more servers goes round in a circle."""


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """What came within an hour of a mail: from the same address, and with the same text from others of its domain."""

    from_sender: int = 0
    same_text: int = 0


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """That a mail is held: the reason in a word, and in a sentence."""

    reason: str
    why: str


def why_held(mail: ReceivedMail, found: Found, recent: Recent, own: Collection[str]) -> Hold | None:
    """Why a mail is held; None if it is taken. `own` are our addresses, as `address_key` makes them."""
    if mail.damage:
        return Hold(reason=DAMAGED, why=f"Not all of it could be read: {'; '.join(mail.damage)}.")
    if mail.sender is None:
        return Hold(reason=DAMAGED, why="It does not say who sent it.")
    if mail.spam:
        return Hold(reason=SPAM, why="A spam filter marked it.")
    sender = mail.sender.address
    if mail.ours or address_key(sender) in own:
        return Hold(reason=LOOP, why=f"It comes from our own address, {sender}.")
    if mail.hops > MOST_HOPS:
        return Hold(reason=LOOP, why=f"It passed {mail.hops} servers, so it may go round in a circle.")
    if recent.from_sender >= MOST_IN_AN_HOUR:
        return Hold(reason=FLOOD, why=f"{sender} sent more than {MOST_IN_AN_HOUR} mails within an hour.")
    if recent.same_text >= SAME_TEXT:
        return Hold(reason=FLOOD, why="The same text came from several addresses of one domain within an hour.")
    if found.case is None and mail.kind == BOUNCE:
        return Hold(reason=NO_CASE, why="It says that a mail could not be delivered, and belongs to no case.")
    if found.case is None and mail.kind == AUTOMATIC and not mail.generated:
        return Hold(reason=NO_CASE, why="It is an automatic reply, and belongs to no case.")
    return None
