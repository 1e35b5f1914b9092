"""Makes a mail a message of its case, or opens a case with it."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.cases.overtaken import stop_overtaken
from careconsole.desk.cases.writing import write_events
from careconsole.desk.mail.bounces import bounce_facts
from careconsole.desk.mail.known_cases import CasesInDatabase
from careconsole.desk.mail.placing import place
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Fact
from careconsole.domain.case.inbound import classify
from careconsole.domain.case.mail_ref import MailRef, files_words
from careconsole.domain.case.messages import MessageLogged, reopening_facts
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.opening import Followed, Opened
from careconsole.domain.case.rating_answers import RATINGS, YES
from careconsole.domain.case.ratings import Rated, who_spoke
from careconsole.domain.case.state import Case
from careconsole.domain.mail.finding import BY_HAND, Found, bare_subject
from careconsole.domain.mail.holding import UNCLEAR
from careconsole.domain.mail.kinds import AUTOMATIC, BOUNCE, RATING, THANKS
from careconsole.domain.mail.received import Mailbox, ReceivedMail
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.team.roster import Person
from careconsole.domain.terminal_text import clean_name
from careconsole.store.mails import TAKEN, StoredMail

_SORTS = {AUTOMATIC: "auto", BOUNCE: "auto", THANKS: "thanks"}
"""The sort of the message that each kind of mail becomes; others are a "message"."""
_LONGEST_SUBJECT = 200


def take_into(
    unit: UnitOfWork, cases: CasesInDatabase, mail: StoredMail, found: Found, by: int | None = None
) -> StoredMail:
    """Writes the mail into the case that was found, or opens one; returns it with its case and event.

    Part of a write. The mail must have a sender. `by` is the person who decided that it is taken, if one did.
    """
    content = mail.content
    assert content.sender is not None
    case = cases.case(found.case) if found.case is not None else None
    assert case is not None or found.case is None
    colleague = colleague_with(unit, content.sender.address)
    if case is not None and case.number != found.case:
        found = replace(found, why=f"{found.why} That case was merged into case {case.number}.")
    old, follows = case, None
    if case is not None and _may_be_another_matter(mail, found, colleague):
        case, follows, found = place(unit, cases, case, content, mail.at, found)
    if case is None:
        number = unit.store.engine.reserve("cases", 1)
        facts: list[Fact] = [_opening(unit, cases, mail, colleague, follows, by)]
    elif found.answer in RATINGS and colleague is None:
        mail = replace(mail, kind=RATING)
        number, facts = case.number, _rating(unit, cases, case, mail, found.answer, by)
    else:
        number, facts = case.number, _bounce(unit, case, mail) or _message(cases, case, mail, colleague, by)
    event = write_events(unit, number, case, facts, mail.at)
    if case is not None and case.replies:
        stop_overtaken(unit, [number])
    if follows is not None:
        write_events(unit, follows, old, [Followed(by=number)], mail.at)
    taken = replace(mail, state=TAKEN, reason=found.by, why=found.why, case=number, event=event)
    return replace(taken, looks_like=found.looks_like)


def _may_be_another_matter(mail: StoredMail, found: Found, colleague: Person | None) -> bool:
    """Whether the mail is words of somebody outside for us, for which nobody chose the case."""
    if colleague is not None or found.answer in RATINGS or found.by == BY_HAND:
        return False
    return mail.kind not in _SORTS


def _bounce(unit: UnitOfWork, case: Case, mail: StoredMail) -> list[Fact]:
    """What a bounce of a mail of ours adds to its case; any other mail shows that its sender's address works."""
    if mail.kind == BOUNCE:
        return bounce_facts(unit, case, mail.content, mail.at, sure=mail.reason == UNCLEAR)
    if mail.content.sender is not None:
        unit.store.outgoing.clear_address(mail.content.sender.address)
    return []


def _opening(
    unit: UnitOfWork,
    cases: CasesInDatabase,
    mail: StoredMail,
    colleague: Person | None,
    follows: int | None,
    by: int | None,
) -> Fact:
    """The fact that opens a case; it goes to duty. A colleague is not the customer.

    Nobody waits on an automatic reply or on bare thanks; a mail that a program wrote of its own accord may be a
    customer's, as of a form.
    """
    content = mail.content
    assert content.sender is not None
    customer = None if colleague is not None else customer_for(unit, cases, content.sender)
    answers = content.author is not None or follows is not None  # "Re:" is of what it answers
    is_automatic_reply = mail.kind == BOUNCE or (mail.kind == AUTOMATIC and not content.generated)
    subject = (bare_subject(content.subject) if answers else content.subject)[:_LONGEST_SUBJECT].strip()
    return Opened(
        subject=subject or _first_words(content),
        description=_text(content) if content.author is None else content.text.strip(),
        customer=customer,
        channel="email",
        follows=follows,
        mail=_ref(mail, by, theirs=colleague is None),
        sort="auto" if is_automatic_reply else "thanks" if _is_bare_thanks(mail) else "message",
    )


def _is_bare_thanks(mail: StoredMail) -> bool:
    """Whether it only says thanks; a subject of its own may be what it asks, with "Thank you" below."""
    subject = mail.content.subject.strip()
    if mail.kind != THANKS or mail.content.author is not None:
        return False
    return bare_subject(subject) != " ".join(subject.split()) or not subject or classify(subject) == "thanks"


def _message(
    cases: CasesInDatabase, case: Case, mail: StoredMail, colleague: Person | None, by: int | None
) -> list[Fact]:
    """What a mail adds to a case. A colleague's is a note: their address proves nothing, and answers no customer."""
    content = mail.content
    assert content.sender is not None
    if colleague is not None:
        said = f"{colleague.name} ({content.sender.address}) wrote by mail: {_text(content)}"
        return [Noted(text=said + files_words(content.files))]
    return _words(cases, case, mail, _SORTS.get(mail.kind, "message"), by)


def _rating(
    unit: UnitOfWork, cases: CasesInDatabase, case: Case, mail: StoredMail, answer: str, by: int | None
) -> list[Fact]:
    """The customer's answer whether we did what we promised, and their words, if any (as `domain.case.ratings`)."""
    rated = Rated(answer=answer, channel="email", spoke=who_spoke(unit.store.cases.history(case.number)))
    said = trimmed(mail.content.text)
    if not said and not mail.content.files:
        return [rated]
    return [rated, *_words(cases, case, mail, "thanks" if answer == YES else classify(said), by)]


def _words(cases: CasesInDatabase, case: Case, mail: StoredMail, sort: str, by: int | None) -> list[Fact]:
    content = mail.content
    assert content.sender is not None
    theirs = case.customer is None or cases.is_customer(case.customer, content.sender.address)
    logged = MessageLogged(
        inbound=True, channel="email", text=_text(content), sort=sort, mail=_ref(mail, by, theirs=theirs)
    )
    return [*reopening_facts(case, sort), logged]


def _ref(mail: StoredMail, by: int | None, *, theirs: bool) -> MailRef:
    assert mail.content.sender is not None
    return MailRef(
        number=mail.number,
        sender=mail.content.sender.address,
        theirs=theirs,
        proven=mail.content.proven,
        files=mail.content.files,
        taken_by=by,
    )


def _text(mail: ReceivedMail) -> str:
    return trimmed(mail.text) or ("(only files)" if mail.files else "(empty)")


def _first_words(mail: ReceivedMail) -> str:
    line = next((line.strip() for line in trimmed(mail.text).splitlines() if line.strip()), "")
    return line[:80] or "(no subject)"


def customer_for(unit: UnitOfWork, cases: CasesInDatabase, box: Mailbox) -> int:
    """The customer with this address; a new one if none has it.

    One with the same name and another address stays another customer: anybody can write any name.
    """
    known = cases.customer_of(box.address)
    if known is not None:
        return known
    customers = unit.store.customers
    name = clean_name(box.name) or box.address
    if customers.find(name) is not None:
        name = clean_name(f"{name} ({box.address})")
        count, free = 2, name
        while customers.find(free) is not None:
            free, count = f"{name} {count}", count + 1
        name = free
    number = customers.add(name, box.address)
    cases.remember(box.address, number)
    return number


def colleague_with(unit: UnitOfWork, address: str) -> Person | None:
    """The person of the team whose notices go to this address; None if it is nobody's."""
    if not unit.addressees:
        return None
    key = address_key(address)
    for one in unit.store.notices.addresses():
        if one.person is not None and address_key(one.address.removeprefix("mailto://")) == key:
            person = unit.roster.people.get(one.person)
            return person if person is not None and person.has_console else None
    return None
