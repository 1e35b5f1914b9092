"""When a mail is held for a person to decide about, and why. Nothing is ever dropped by itself."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from careconsole.domain.mail.bounce_subjects import is_unclear
from careconsole.domain.mail.finding import OWN, Found
from careconsole.domain.mail.kinds import AUTOMATIC, BOUNCE
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.team.customer_addresses import address_key

SPAM, FLOOD, LOOP, DAMAGED, NO_CASE, BLOCKED, LIST, LINK, UNCLEAR = (
    *("spam", "flood", "loop", "damaged", "no case", "blocked", "list", "link only", "unclear bounce"),
)
"""Why a mail is held."""

MOST_IN_AN_HOUR = 20
"""So many mails of one address are taken in an hour; further ones are held."""
SAME_TEXT = 2
"""So many mails of one domain with the same text are taken in an hour, if they come from different addresses."""
SHORTEST_SAME = 40
"""Texts that are shorter than so many characters may be alike by chance."""
MOST_HOPS = 50
"""A mail that passed more servers goes round in a circle."""
ALLOWED_BY_TAKING = (SPAM, BLOCKED, LIST, LINK)
"""Who takes a mail that is held for one of these reasons says that further ones of its sender are welcome."""


_LOOKED_AT, _WORDS_BESIDE = 10_000, 3


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the sender of a mail.

    `from_sender` and `same_text` count what came within an hour: from the same address, and with the same text from
    others of its domain. `known`: they are a customer or take part in a case. `blocked` says why further mail of theirs
    is held, empty if it is not; `allowed`: a person took a held mail of theirs, or of the mailing list.
    """

    from_sender: int = 0
    same_text: int = 0
    known: bool = False
    blocked: str = ""
    allowed: bool = False


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
    sender = mail.sender.address
    # Anybody can write the address of a sender who is welcome, so it counts only unless it is not proven.
    welcome = recent.allowed and mail.proven is not False
    if recent.blocked:
        return Hold(reason=BLOCKED, why=recent.blocked)
    if mail.spam and not welcome:
        return Hold(reason=SPAM, why="A spam filter marked it.")
    if mail.ours or address_key(sender) in own:
        return Hold(reason=LOOP, why=f"It comes from our own address, {sender}.")
    if mail.hops > MOST_HOPS:
        return Hold(reason=LOOP, why=f"It passed {mail.hops} servers, so it may be going round in a loop.")
    if recent.from_sender >= MOST_IN_AN_HOUR:
        return Hold(reason=FLOOD, why=f"{sender} sent more than {MOST_IN_AN_HOUR} mails within an hour.")
    if recent.same_text >= SAME_TEXT:
        return Hold(reason=FLOOD, why="The same text came from several addresses of one domain within an hour.")
    if found.case is None and not welcome and is_of_other_list(mail, own):
        return Hold(reason=LIST, why=f"It came through the mailing list {mail.list_id}, and belongs to no case.")
    if found.case is None and mail.proven is False and not recent.known and not welcome and is_only_link(mail.text):
        return Hold(reason=LINK, why="It is only a link, from somebody new whose address is not proven.")
    if found.case is None and mail.kind == BOUNCE:
        return Hold(reason=NO_CASE, why="It says that a mail could not be delivered, and belongs to no case.")
    if found.case is None and mail.kind == AUTOMATIC and not mail.generated:
        return Hold(reason=NO_CASE, why="It is an automatic reply, and belongs to no case.")
    if found.by == OWN and is_unclear(mail):
        why = f"It may say that a mail of ours about case {found.case} did not arrive, or is only late. Read it:"
        return Hold(reason=UNCLEAR, why=f"{why} if it did not arrive, take it; else drop it.")
    return None


def is_of_other_list(mail: ReceivedMail, own: Collection[str]) -> bool:
    """Whether a mail came through a mailing list that is not ours: a newsletter, a discussion.

    A list of our own domain, such as a group that is our support address, brings customers' mail.
    """
    if not mail.list_id:
        return False
    domains = {address.rpartition("@")[2] for address in own}
    return address_key(mail.list_post) not in own and not any(
        mail.list_id == domain or mail.list_id.endswith(f".{domain}") for domain in domains if domain
    )


def is_only_link(text: str) -> bool:
    """Whether a text is links and nothing else, but perhaps a greeting: at most three words beside them."""
    words = text[:_LOOKED_AT].split()
    links = [word for word in words if "://" in word or word.lower().startswith("www.")]
    return bool(links) and len(words) - len(links) <= _WORDS_BESIDE
