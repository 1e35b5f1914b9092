"""Senders of mail about which a person decided: further mail of the blocked is held, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.spam import Spam
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import clean_name, why_unstorable
from careconsole.store.mail_senders import ALLOWED, BLOCKED, MailSender

__all__ = ["ALLOWED", "BLOCKED", "SPAM", "MailSender", "allow", "block", "block_of_spam", "listed", "turn", "unblock"]

SPAM = "spam"
"""The verb of the command that blocks the sender of a case."""
_LONGEST = 320


def listed(desk: Desk) -> list[MailSender]:
    """What was decided about senders, the latest first."""
    return desk.read(lambda unit: unit.store.mail_senders.all())


def block(desk: Desk, address: str) -> MailSender:
    """Holds further mail of an address. Raises WrongUse for what is none, Refused if it is blocked or ours."""

    def work(unit: UnitOfWork) -> MailSender:
        key = _key(address)
        if "@" not in key:
            raise WrongUse(f"{address.strip()[:60]!r} is no mail address.", "Give one such as win@prizes.example.")
        if any(address_key(one.address.removeprefix("mailto://")) == key for one in unit.store.notices.addresses()):
            raise Refused(f"{key} is the address of a colleague.", "See {}.", suggest("notices list"))
        before = unit.store.mail_senders.get(key)
        if before is not None and before.verdict == BLOCKED:
            raise Refused(f"{key} is blocked already.", "See {}.", suggest("mail senders"))
        return _decide(unit, key, BLOCKED, f"{unit.roster.name(unit.who.person)} blocked the sender")

    return desk.write(work)


def unblock(desk: Desk, address: str) -> None:
    """Removes what was decided about an address or a mailing list. Raises Refused if nothing was."""

    def work(unit: UnitOfWork) -> None:
        key = _key(address)
        before = unit.store.mail_senders.get(key)
        if before is None:
            raise Refused(f"Nothing was decided about {key}.", "See {}.", suggest("mail senders"))
        _ = unit.who
        unit.store.mail_senders.remove(key)
        unit.record_change("mail sender", key, {"verdict": None, "before": {"verdict": before.verdict}})

    return desk.write(work)


def allow(unit: UnitOfWork, key: str, mail: int) -> None:
    """Takes further mail of a sender or a list, of which a person took held mail number `mail`. Part of a write."""
    before = unit.store.mail_senders.get(key)
    if before is None or before.verdict != ALLOWED:
        _decide(unit, key, ALLOWED, f"{unit.roster.name(unit.who.person)} took mail {mail}")


def follow(unit: UnitOfWork, command: Command, cases: Iterable[int], number: int) -> list[str]:
    """Blocks the senders of what a command made spam; returns a notice for each. Part of a write."""
    if not isinstance(command, Spam):
        return []
    return [f"Further mail of {address} will be held." for address in block_of_spam(unit, cases, number)]


def block_of_spam(unit: UnitOfWork, cases: Iterable[int], command: int) -> list[str]:
    """Blocks the senders whose mails opened these cases, which are spam; returns their addresses. Part of a write."""
    blocked = []
    for number in cases:
        key = _opened_by(unit, number)
        if key and ((before := unit.store.mail_senders.get(key)) is None or before.verdict != BLOCKED):
            _decide(unit, key, BLOCKED, f"case {number} of the same sender was spam", command)
            blocked.append(key)
    return blocked


def turn(unit: UnitOfWork, command: int, cases: Iterable[int], undo: bool) -> None:
    """Takes back what a command blocked, or blocks it again. Part of a write."""
    if undo:
        unit.store.mail_senders.remove_of(command)
    else:
        block_of_spam(unit, cases, command)


def _opened_by(unit: UnitOfWork, case: int) -> str:
    """The address of the mail that opened a case; of a mail that a colleague forwarded, of its author. Else empty."""
    for event in unit.store.cases.history(case):
        fact = event.fact
        ref = fact.mail if isinstance(fact, Opened | MessageLogged) else None
        if ref is None:
            continue
        if ref.theirs:
            return address_key(ref.sender)
        mail = unit.store.mails.get(ref.number)
        author = mail.content.author if mail is not None else None
        return address_key(author.address) if author is not None else ""
    return ""


def _decide(unit: UnitOfWork, key: str, verdict: str, why: str, command: int | None = None) -> MailSender:
    made = MailSender(address=key, verdict=verdict, at=unit.now, person=unit.who.person, command=command, why=why)
    unit.store.mail_senders.save(made)
    if verdict == BLOCKED:  # the journal says of the others that their mail was taken
        unit.record_change("mail sender", key, {"verdict": verdict})
    return made


def _key(address: str) -> str:
    if why := why_unstorable(address):
        raise WrongUse(f"The address {why}.", "Remove that character; nothing was stored.")
    key = address_key(address) or clean_name(address).lower()
    if not key or len(key) > _LONGEST:
        raise WrongUse("The address is missing, or too long.", "Give one such as win@prizes.example.")
    return key
