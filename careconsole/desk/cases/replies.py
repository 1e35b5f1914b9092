"""Replies by mail: what one starts from, queueing it, and taking it back. Sending them is `desk.mail.sending`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shlex import quote

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases import files
from careconsole.desk.cases.sending_place import must_be_original, send_from_here, sending_boxes, why_no_mail
from careconsole.desk.receipts.settings import KEY, made_key, settings_of, time_words
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.files import Attach, Attached
from careconsole.domain.case.mail_sorts import mail_sorts
from careconsole.domain.case.narrator import goes_on
from careconsole.domain.case.replies import THEN_FIELDS, UNDO_TIME, Prepared, Reply, ReplyWritten
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.mail import outgoing
from careconsole.domain.mail.automatic_answers import MORE_VARIABLES
from careconsole.domain.mail.kinds import BOUNCE, MESSAGE, RATING, THANKS
from careconsole.domain.mail.message_ids import own_id
from careconsole.domain.mail.outgoing import Identity, OutgoingMail, SentFile
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.playbook.content import VARIABLES, variables
from careconsole.domain.reply_states import LATER, NEEDS_PERSON, ON_THE_WAY, REFUSED, SENT, STOPPED, WAITING
from careconsole.domain.sizes import size_words
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local, local_time
from careconsole.store.cases.command_log import LoggedCommand
from careconsole.store.mails import TAKEN, StoredMail
from careconsole.store.outgoing import StoredReply

VERB = "reply"
_REASON = 120
"""The most cells of what a server said."""
MOST_FILES = 20_000_000
"""The most bytes of files in one mail: many servers take no larger ones."""


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply on a case starts from. `warnings`: mails that are not sent, and what is known against addresses."""

    identity: Identity
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    quote: str
    warnings: tuple[str, ...] = ()


def beginning(desk: Desk, number: int, box: str = "") -> Beginning:
    """What a reply on a case starts from. Raises Refused without a box to send from, WrongUse for an unknown one."""
    return desk.read(lambda unit: _beginning(unit, load(desk, number, []), box))


def _beginning(unit: UnitOfWork, case: Case, box: str) -> Beginning:
    mail = _customers_mail(unit, case)
    content = mail.content if mail is not None else None
    identity = _identity(unit, content.delivered_to + content.people if content else (), box)
    customer = unit.store.customers.get(case.customer) if case.customer is not None else None
    found = outgoing.recipients(content, customer.email if customer is not None else "", _own(unit))
    return Beginning(
        identity=identity,
        to=found.to,
        cc=found.cc,
        subject=_tagged(unit, case.number, outgoing.answer_subject(content, case.subject)),
        quote=outgoing.quote(content, time_words(unit, _written(mail))) if mail is not None else "",
        warnings=(*unsent_beside(unit, case.number, "would be"), *warnings(unit, (*found.to, *found.cc))),
    )


def _written(mail: StoredMail) -> int:
    """When a mail was written, as it says itself, unless that is later than when it came."""
    date = mail.content.date
    return mail.at if date is None or date > mail.at else date


def unsent_beside(unit: UnitOfWork, case: int, this: str) -> Iterator[str]:
    """A sentence about the mails on the case that are not sent: another, which `this` one "would be" or "is", is easily
    written without knowing. Mails of which the same is to be said are counted.
    """
    copy = unit.is_copy
    if copy:
        yield "This database is a copy, and nothing is sent from a copy: the original sends what waits, or has sent it."
    found: Counter[tuple[int, str, tuple[str, str]]] = Counter()
    for one in unit.store.outgoing.of_case(case):
        if one.state in (*ON_THE_WAY, *NEEDS_PERSON):
            found[one.person, ", ".join(one.content.to), _becomes(one, unit.now, copy=copy)] += 1
    for (person, to, (goes, go)), count in found.items():
        if count == 1:
            mail = "Your mail" if person == unit.person else f"A mail of {unit.roster.name(person)}"
            yield f"{mail} to {to} {goes}; this one {this} another."
        else:
            whose = "yours" if person == unit.person else unit.roster.name(person)
            yield f"{count:,} mails of {whose} to {to} {go}; this one {this} another."


def _becomes(mail: StoredReply, now: int, *, copy: bool) -> tuple[str, str]:
    """What is to be said of a mail that is not sent, and of several."""
    at = local(mail.not_before, now)
    why = f" ({display_text(goes_on(mail.said), _REASON)})" if mail.said else ""
    match mail.state:
        case "refused":
            return f"was refused{why}", f"were refused{why}"
        case "uncertain":
            return f"may or may not have been sent{why}", f"may or may not have been sent{why}"
        case _ if copy:
            return "waits", "wait"
        case "sending":
            return "is being sent", "are being sent"
        case "later":
            failed = f"could not be sent yet{why} and"
            return f"{failed} is tried again at {at}", f"{failed} are tried again at {at}"
    return f"goes at {at}", f"go at {at}"


def warnings(unit: UnitOfWork, addresses: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence for each address at which an earlier mail did not arrive."""
    marked = ((one, unit.store.outgoing.marked(one)) for one in addresses)
    return tuple(
        f"A mail to {one} did not arrive ({local(known[0], unit.now)}): {known[1]}" for one, known in marked if known
    )


def prepared(desk: Desk, command: Reply, number: int) -> Reply:
    """The reply with what the desk knows: whom it is for, and its files, which are kept.

    Raises WrongUse and Refused for addresses, files and variables with which it cannot be sent.
    """
    if empty := [name for name in variables(command.text) if name in (*VARIABLES, *MORE_VARIABLES)]:
        names = ", ".join("{" + name + "}" for name in empty)
        raise Refused(f"The text has places that are not filled in: {names}.", "Fill them in, or remove them.")
    if not desk.read(lambda unit: unit.team.setting(KEY)):
        desk.write(made_key)  # the subject shows the tag before the mail is queued
    with _about("box" if command.box else ""):
        start = beginning(desk, number, command.box)
    with _about("to"):
        to = start.to if command.to is None else outgoing.addresses_in(command.to, "to")
        if not to:
            raise WrongUse(
                f"No address of the customer of case {number} is known.",
                "Say whom the mail is for: {}.",
                suggest("reply", number, text=..., to=...),
            )
    with _about("cc"):
        cc = start.cc if command.cc is None else outgoing.addresses_in(command.cc, "cc")
    with _about("files"):
        attached = _attached(desk, number, command.files)
    known = set(map(address_key, to))
    made = Prepared(
        box=start.identity.box,
        sender=start.identity.words,
        to=to,
        cc=tuple(one for one in cc if address_key(one) not in known),
        subject=desk.read(lambda unit: _tagged(unit, number, command.subject)) if command.subject else start.subject,
        files=attached,
    )
    return replace(command, prepared=made)


@contextmanager
def _about(field: str) -> Iterator[None]:
    """An error in it is about this field of the reply."""
    try:
        yield
    except CareError as error:
        error.field = field
        raise


def _attached(desk: Desk, number: int, paths: Sequence[str]) -> tuple[Attached, ...]:
    """The files of a reply, which are kept from now on."""
    attached, size = list[Attached](), 0
    kept = _kept_files(desk, number) if paths else {}
    for path in paths:
        file = kept.get(path) or files.with_content(desk, Attach(file=path))
        assert isinstance(file, Attach | SentFile)
        if path in kept and not desk.store.contents.has(file.digest):
            raise CareError(
                f"The content of {display_text(file.name, 80)} was removed meanwhile.", "Give the path of the file."
            )
        attached.append(Attached(name=file.name, size=file.size, type=file.type, digest=file.digest))
        size += file.size
        if size > MOST_FILES:
            raise Refused(
                f"The files have more than {size_words(MOST_FILES)}, the most for one mail.",
                "Send fewer, or smaller ones.",
            )
    return tuple(attached)


def _kept_files(desk: Desk, number: int) -> dict[str, SentFile]:
    """The files of earlier replies on a case, by what stands for each in a draft."""
    replies = desk.read(lambda unit: unit.store.outgoing.of_case(number))
    return {file.kept_name: file for reply in replies for file in reply.content.files}


def queue(unit: UnitOfWork, command: Reply, written: list[tuple[int, Event]]) -> None:
    """Queues the mail of the reply that was just written. Part of its transaction."""
    assert command.prepared is not None
    must_be_original(unit)
    send_from_here(unit)
    for number, event in written:
        if isinstance(event.fact, ReplyWritten) and event.actor is not None and event.command is not None:
            case = unit.store.cases.get(number)
            assert case is not None
            mail = _mail(unit, case, event, command, command.prepared)
            unit.store.outgoing.add(
                StoredReply(
                    case=number,
                    event=event.number,
                    person=event.actor,
                    command=event.command,
                    box=command.prepared.box,
                    at=event.at,
                    not_before=event.fact.send_at,
                    content=mail,
                )
            )


def _mail(unit: UnitOfWork, case: Case, event: Event, command: Reply, made: Prepared) -> OutgoingMail:
    start = _beginning(unit, case, made.box)
    answered = _customers_mail(unit, case)
    sent = [one.content.message_id for one in unit.store.outgoing.of_case(case.number) if one.state == SENT]
    before, chain = outgoing.thread(answered.content if answered is not None else None, sent)
    identity = start.identity
    return OutgoingMail(
        sender=Mailbox(identity.address, identity.name),
        to=made.to,
        cc=made.cc,
        subject=made.subject,
        body=outgoing.body(command.text, identity.signature, "" if command.no_quote else start.quote),
        files=tuple(SentFile(name=f.name, size=f.size, type=f.type, digest=f.digest) for f in made.files),
        message_id=own_id(made_key(unit), case.number, event.number, identity.address.rpartition("@")[2]),
        in_reply_to=before,
        references=chain,
        date=event.at,
    )


def turn(unit: UnitOfWork, entry: LoggedCommand, *, undo: bool) -> None:
    """Takes the mail of a reply back into a draft, as its command is undone, or queues it again.

    Raises Refused for one that was sent, or is being sent.
    """
    for reply in unit.store.outgoing.of_command(entry.number):
        must_be_original(unit)
        written = reply_written(unit, reply)
        if undo:
            _must_not_be_sent(unit, reply)
            unit.store.outgoing.save(replace(reply, state=STOPPED, done_at=unit.now, said="taken back"))
            back_to_draft(unit, reply, written)
        else:
            send_from_here(unit)
            send_at = max(written.send_at, unit.now + UNDO_TIME)
            unit.store.outgoing.save(replace(reply, state=WAITING, not_before=send_at, done_at=None, said="", tries=0))
            unit.store.console.drop_draft(reply.person, reply.case, VERB)


def must_be_takeable_back(unit: UnitOfWork, entry: LoggedCommand) -> None:
    """Raises Refused as `turn` does when it undoes a command, and changes nothing."""
    for reply in unit.store.outgoing.of_command(entry.number):
        must_be_original(unit)
        _must_not_be_sent(unit, reply)


def _must_not_be_sent(unit: UnitOfWork, reply: StoredReply) -> None:
    if reply.state == SENT:
        raise Refused(
            f"The mail was sent {local(reply.done_at or unit.now, unit.now)}, so it cannot be taken back.",
            "Write again to correct it: {}.",
            suggest("reply", reply.case, text=...),
        )
    if reply.state not in (WAITING, LATER, REFUSED, STOPPED):
        raise Refused("The mail is being sent, or may have been sent.", "See {}.", suggest("mail outgoing"))


def reply_written(unit: UnitOfWork, reply: StoredReply) -> ReplyWritten:
    """What was written, as the history of its case has it."""
    for event in unit.store.cases.history(reply.case):
        if event.number == reply.event and isinstance(event.fact, ReplyWritten):
            return event.fact
    raise WrongUse(
        f"Case {reply.case} has no mail in entry {reply.event}.", "Check the database: {}.", suggest("db check")
    )


def back_to_draft(unit: UnitOfWork, reply: StoredReply, written: ReplyWritten) -> None:
    """Turns a reply that is not sent back into a draft of its writer."""
    fields = {
        "text": written.text,
        "to": ", ".join(written.to),
        "cc": ", ".join(written.cc),
        "subject": written.subject,
        "box": reply.box,
        "files": " ".join(quote(file.kept_name) for file in reply.content.files),
        "at": _stamp(written.send_at) if written.later else "",
    }
    for name in THEN_FIELDS:
        value = getattr(written, name)
        if isinstance(value, str) and value:
            fields[name] = value
        elif isinstance(value, bool):
            fields[name] = "yes" if value else "no"
        elif isinstance(value, int):
            fields[name] = str(value) if name == "owner" else _stamp(value)
    unit.store.console.keep_draft(reply.person, reply.case, VERB, fields, None, unit.now)


def _customers_mail(unit: UnitOfWork, case: Case) -> StoredMail | None:
    """The last message of the customer that came by mail into the case; of anybody, if none is theirs."""
    taken = [
        mail
        for mail in unit.store.mails.of_case(case.number)
        if mail.state == TAKEN and mail.content.sender is not None
    ]
    if taken:
        sorts = mail_sorts(unit.store.cases.history(case.number))
        taken = [mail for mail in taken if _is_message(mail, *sorts.get(mail.number, ("", False)))]
    links = unit.store.customers.links
    for mail in taken:
        sender = mail.content.sender
        if case.customer is None or sender is None:
            break
        if links.root(case.customer) in links.by_address(sender.address):
            return mail
    return next((mail for mail in taken if mail.content.author is None), None)


def _is_message(mail: StoredMail, sort: str, corrected: bool) -> bool:
    """Whether somebody wrote it to us; `sort` is that of its message in the history, empty without one."""
    if sort and (corrected or mail.kind not in (BOUNCE, RATING)):
        return sort != "auto"
    return sort == "message" if mail.kind == RATING else mail.kind in (MESSAGE, THANKS)


def _identity(unit: UnitOfWork, addresses: tuple[str, ...], box: str) -> Identity:
    """The box that a mail is sent from: the one named, else the one that was written to, else the first."""
    if (why := why_no_mail(unit)) is not None:
        raise why
    boxes = sending_boxes(unit)
    if box:
        chosen = next((one for one in boxes if one.name.lower() == box.strip().lower()), None)
        if chosen is None:
            names = ", ".join(one.name for one in boxes)
            raise WrongUse(f"There is no box {box!r} that can send.", f"Boxes that can: {names}.")
    else:
        keys = set(map(address_key, addresses))
        written_to = (one for one in boxes if address_key(one.settings.address.address) in keys)
        chosen = next(written_to, boxes[0])
    settings = chosen.settings
    return Identity(
        box=chosen.name,
        address=settings.address.address,
        name=settings.address.name,
        signature=settings.signature,
    )


def _own(unit: UnitOfWork) -> set[str]:
    """Keys of our own addresses: those of the boxes, and the one at which customers can ask."""
    own = {address_key(box.settings.address.address) for box in unit.store.boxes.all()}
    if asked := settings_of(unit).mail:
        own.add(address_key(asked))
    return own


def _tagged(unit: UnitOfWork, case: int, subject: str) -> str:
    """A subject with the tag of its case, once the team has a key for tags."""
    key = unit.team.setting(KEY)
    return outgoing.with_tag(subject, key, case) if key else outgoing.one_line(subject)


def _stamp(moment: int) -> str:
    """A time with its date, wherever it is read."""
    return f"{local_time(moment):%Y-%m-%d %H:%M}"
