"""The mails that we send as lines of the mail page, and what a person can decide about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from textual.content import Content

from careconsole.commands.key_table import key_of, shown_key
from careconsole.desk import Desk
from careconsole.desk.mail import sending
from careconsole.desk.mail.sending import StoredReply
from careconsole.desk.mail.settling import to_show
from careconsole.domain.reply_states import LATER, NEEDS_PERSON, ON_THE_WAY, SENDING, SENT, UNCERTAIN, WAITING
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import local

_STATE, _WHEN, _CASE, _TO, _WIDE_TO, _NARROWEST = 9, 12, 10, 24, 40, 12
_NAMES = {"stopped": "not sent"}


class FoundOutgoing(msgspec.Struct, frozen=True, kw_only=True):
    """The mails that are listed, and the people who wrote them."""

    mails: tuple[StoredReply, ...] = ()
    roster: Roster | None = None
    is_copy: bool = False


def found_outgoing(desk: Desk) -> FoundOutgoing:
    """What needs a person, what waits, and what was sent lately."""
    return FoundOutgoing(mails=tuple(to_show(desk)), roster=desk.roster(), is_copy=desk.read(lambda unit: unit.is_copy))


def outgoing_line(mail: StoredReply, now: int, width: int) -> Content:
    """A mail as a line: its state, since when or until when, its case, whom it is for, and its subject."""
    bad = mail.state in NEEDS_PERSON
    state = fit(_NAMES.get(mail.state, mail.state), _STATE)
    rest = (
        f" {fit(local(_when(mail, now), now), _WHEN)} {fit(f'case {mail.case}', _CASE)}"
        f" {fit(display_text(', '.join(mail.content.people)), max(_TO, min(_WIDE_TO, width // 4)))} "
    )
    room = max(_NARROWEST, width - _STATE - len(rest) - 4)
    subject = display_text(mail.content.subject or "(none)", room)
    return Content.assemble((state, "$text-error" if bad else ""), rest, (subject, "bold"))


def outgoing_count(mails: Sequence[StoredReply]) -> tuple[str, str]:
    """How many are not sent yet, and the style of that: those that need a person stand out."""
    count = sum(one.state in (*NEEDS_PERSON, *ON_THE_WAY) for one in mails)
    return f" {count}" if count else "", "$text-error" if any(one.state in NEEDS_PERSON for one in mails) else ""


def outgoing_keys(mail: StoredReply) -> list[tuple[str, str, str]]:
    """The keys that do something with a mail, each with its meaning and its words."""
    keys = (
        ("again", "send-now", key_of("send-now"), "again"),
        ("sent", "was-sent", key_of("was-sent"), "was sent"),
        ("stop", "remove", "Del", "stop"),
    )
    works = ((meaning, key, words) for what, meaning, key, words in keys if not why_not(what, mail))
    return [("open", "Enter", "case"), *works]


def outgoing_words(mail: StoredReply, found: FoundOutgoing, now: int) -> str:
    """A mail in words: who wrote it, to whom, what became of it, and what the server said."""
    by = f" by {found.roster.name(mail.person)}" if found.roster is not None else ""
    copies = f", copies to {', '.join(mail.content.cc)}" if mail.content.cc else ""
    state = sending.state_words(mail, now, copy=found.is_copy)
    words = f"Outgoing mail {mail.number}{by} to {', '.join(mail.content.to)}{copies}: {state}."
    if mail.state == UNCERTAIN:
        words += " It may have been sent."
    return f"{words} {mail.said}".rstrip()


def decided(what: str, number: int) -> Callable[[Desk], str]:
    """The work that decides about a mail: "sent" (it was), "again" or "stop"; it returns what to say."""

    def work(desk: Desk) -> str:
        match what:
            case "sent":
                case = sending.say_sent(desk, number).case
                return f"Outgoing mail {number} counts as sent, and the customer of case {case} as answered."
            case "again":
                sending.send_again(desk, number)
                return f"Outgoing mail {number} is sent again now."
            case _:
                writer = sending.stop(desk, number).person
                return f"Outgoing mail {number} is not sent. Its text is a draft of {desk.roster().name(writer)}."

    return work


def why_not(what: str, mail: StoredReply) -> str:
    """Why this cannot be decided about a mail, as a sentence; empty if it can."""
    if mail.state in NEEDS_PERSON or (what == "stop" and mail.state in (WAITING, LATER)):
        return ""
    if mail.state == SENT:
        return f"Outgoing mail {mail.number} was sent."
    if mail.state == SENDING:
        return f"Outgoing mail {mail.number} is being sent."
    if mail.state in (WAITING, LATER):
        return f"Outgoing mail {mail.number} is sent by itself at its time."
    return f"Outgoing mail {mail.number} is not sent. Its text is a draft: {shown_key('reply')} on case {mail.case}."


def _when(mail: StoredReply, now: int) -> int:
    if mail.state in (WAITING, LATER):
        return mail.not_before
    return mail.done_at if mail.done_at is not None else now
