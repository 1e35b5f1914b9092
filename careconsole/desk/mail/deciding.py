"""What people decide about mails: taking or dropping a held one, and whose a forwarded one is."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.cases.execution import Outcome, execute
from careconsole.desk.cases.mail_senders import allow
from careconsole.desk.mail.known_cases import CasesInDatabase
from careconsole.desk.mail.taking import colleague_with, customer_for, take_into
from careconsole.desk.receipts.settings import KEY, made_key
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.answer_tags import case_tag
from careconsole.domain.case.context import must_say
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.state import OPEN
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.mail.finding import BY_HAND, Found, find_case
from careconsole.domain.mail.holding import ALLOWED_BY_TAKING, LIST
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import why_unstorable
from careconsole.store.mails import DROPPED, HELD, TAKEN, StoredMail

__all__ = [
    "StoredMail",
    "boxes_of",
    "confirm",
    "counts",
    "drop",
    "find",
    "listed",
    "of_case",
    "open_cases",
    "raw",
    "suggested_customer",
    "tag",
    "take",
]


def find(desk: Desk, number: int) -> StoredMail:
    """A mail by its number. Raises WrongUse if there is none."""
    mail = desk.store.mails.get(number)
    if mail is None:
        raise WrongUse(f"There is no mail {number}.", "See {}.", suggest("mail list"))
    return mail


def listed(desk: Desk, states: tuple[str, ...], limit: int) -> list[StoredMail]:
    """The mails in one of these states, the latest first."""
    return desk.read(lambda unit: unit.store.mails.listed(states, limit))


def of_case(desk: Desk, case: int) -> list[StoredMail]:
    """The mails of a case, the latest first."""
    return desk.read(lambda unit: unit.store.mails.of_case(case))


def boxes_of(desk: Desk, mail: StoredMail) -> list[str]:
    """The names of the boxes that a mail was fetched from."""
    return desk.read(lambda unit: unit.store.boxes.of_mails([mail.number]).get(mail.number, []))


def counts(desk: Desk) -> dict[str, int]:
    """How many mails there are in each state."""
    return desk.read(lambda unit: unit.store.mails.counts())


def raw(desk: Desk, mail: StoredMail) -> bytes:
    """The bytes of a mail as it came. Raises CareError if they are gone or were changed."""
    problem = desk.store.contents.problem(mail.sha256)
    if problem:
        raise CareError(
            f"Mail {mail.number} as it came {problem}.", "Its text is here: {}.", suggest("mail show", mail.number)
        )
    with desk.store.contents.read(mail.sha256) as file:
        return file.read()


def take(desk: Desk, number: int, into: int | None = None) -> StoredMail:
    """Takes a held or dropped mail, into case `into` or the one it belongs to; else it opens one.

    Raises Refused for a mail that is in a case already, that is a copy, or that names no sender.
    """

    def work(unit: UnitOfWork) -> StoredMail:
        who = unit.roster.name(unit.who.person)
        mail = _undecided(desk, number)
        if mail.content.sender is None:
            raise Refused(
                f"Mail {number} does not say who sent it.",
                "Read it ({}) and open a case by hand: {}.",
                suggest("mail show", number),
                suggest("new", subject=..., customer=...),
            )
        cases = CasesInDatabase(unit)
        if into is not None:
            case = cases.case(into)
            if case is None:
                raise WrongUse(f"There is no case {into} that a mail could go to.", "See {}.", suggest("queue"))
            found = Found(case=case.number, by=BY_HAND, why=f"{who} said that it belongs to case {case.number}.")
        else:
            found = find_case(mail.content, cases, unit.team.setting(KEY) or "")
            found = replace(found, why=f"{found.why} It had been {mail.state}; {who} took it.")
        if mail.state == HELD and mail.reason in ALLOWED_BY_TAKING:
            list_id = mail.content.list_id if mail.reason == LIST else ""
            allowed = list_id or address_key(mail.content.sender.address)
            allow(unit, allowed, number)
            found = replace(found, why=f"{found.why.removesuffix('.')}, and so allowed mail from {allowed}.")
        taken = take_into(unit, cases, mail, found, by=unit.who.person)
        unit.store.mails.save(taken)
        unit.record_change("mail taken", f"mail {number}", {"case": taken.case, "before": {"reason": mail.reason}})
        return taken

    return desk.write(work)


def open_cases(desk: Desk, mail: StoredMail) -> list[tuple[int, str]]:
    """The open cases of the sender of a held or dropped mail, which would open another if it were taken: by number,
    with their subjects. None for a mail that names its case."""
    sender = mail.content.sender
    if mail.state not in (HELD, DROPPED) or sender is None:
        return []

    def work(unit: UnitOfWork) -> list[tuple[int, str]]:
        cases = CasesInDatabase(unit)
        customer = cases.customer_of(sender.address)
        if customer is None or find_case(mail.content, cases, unit.team.setting(KEY) or "").case is not None:
            return []
        of_customer = unit.store.customers.cases(customer)
        return [(number, subject) for number, status, subject, *_ in of_customer if status == OPEN]

    return desk.read(work)


def drop(desk: Desk, number: int, reason: str) -> StoredMail:
    """Drops a held mail: it goes into no case. It stays stored, and can still be taken."""

    def work(unit: UnitOfWork) -> StoredMail:
        who = unit.roster.name(unit.who.person)
        said = must_say(reason, "Why it is dropped")
        if why := why_unstorable(said):
            raise WrongUse(f"The text {why}.", "Remove that character; nothing was stored.")
        mail = _undecided(desk, number)
        if mail.state == DROPPED:
            raise Refused(
                f"Mail {number} is dropped already: {mail.why}", "It can be taken: {}.", suggest("mail take", number)
            )
        dropped = replace(mail, state=DROPPED, why=f"{who} dropped it: {said}")
        unit.store.mails.save(dropped)
        unit.record_change("mail dropped", f"mail {number}", {"reason": said, "before": {"reason": mail.reason}})
        return dropped

    return desk.write(work)


def _undecided(desk: Desk, number: int) -> StoredMail:
    mail = find(desk, number)
    if mail.state == TAKEN and mail.case is not None:
        raise Refused(f"Mail {number} is in case {mail.case} already.", "See {}.", suggest("show", mail.case))
    if mail.state not in (HELD, DROPPED):
        raise Refused(f"Mail {number} is a copy: {mail.why}", "Nothing has to be decided about it.")
    return mail


def suggested_customer(desk: Desk, mail: StoredMail) -> Mailbox | None:
    """Who the customer of a colleague's mail may be: the author of the mail that it forwards. None for other mails."""
    content = mail.content
    if mail.state != TAKEN or mail.case is None or content.author is None or content.sender is None:
        return None
    author = content.author

    def work(unit: UnitOfWork) -> Mailbox | None:
        case = CasesInDatabase(unit).case(mail.case or 0)
        if case is None or case.customer is not None or colleague_with(unit, author.address) is not None:
            return None
        return author

    return desk.read(work)


def confirm(desk: Desk, number: int) -> Outcome:
    """Makes the author of a forwarded mail the customer of its case; one undo takes that back.

    Raises Refused for a mail without such a suggestion.
    """

    def work(unit: UnitOfWork) -> Outcome:
        mail = find(desk, number)
        author = suggested_customer(desk, mail)
        if author is None or mail.case is None:
            raise Refused(
                f"Mail {number} suggests no customer.",
                "Set the customer of a case by hand: {}.",
                suggest("edit", mail.case or 0, customer=...),
            )
        customer = customer_for(unit, CasesInDatabase(unit), author)
        return execute(desk, "edit", Edit(customer=customer), [mail.case])

    return desk.write(work)


def tag(desk: Desk, case: int) -> str:
    """The tag of a case, such as "[12-K7QF]": a mail with it in its subject goes to the case. Makes the key if needed.

    Raises WrongUse if there is no such case.
    """

    def work(unit: UnitOfWork) -> str:
        found = CasesInDatabase(unit).case(case)
        if found is None:
            raise WrongUse(f"There is no case {case} that a mail could go to.", "See {}.", suggest("queue"))
        return case_tag(made_key(unit), found.number)

    return desk.write(work)
