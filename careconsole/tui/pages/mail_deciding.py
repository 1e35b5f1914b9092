"""What is asked and said when a person decides about a held mail: into which case it is taken, why it is dropped."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.desk import Desk
from careconsole.desk.mail import deciding
from careconsole.desk.mail.deciding import StoredMail
from careconsole.domain.terminal_text import display_text
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

NEW = "new"
"""The answer that a mail is taken into a new case."""
_REASONS = ("advertising", "fraud", "not for us", "answered elsewhere", "a duplicate")
"""The reasons to choose from when a mail is dropped; others can be given on the command line."""
_SUBJECT = 60


def into_which(number: int, cases: Sequence[tuple[int, str]]) -> ChooseOne:
    """The sheet that asks into which of the sender's open `cases`, by number and subject, a mail goes, or a new one."""
    items = [Item(id=str(case), text=f"{case} {display_text(subject, _SUBJECT)}") for case, subject in cases]
    has = "an open case" if len(cases) == 1 else f"{len(cases)} open cases"
    words = f"The sender has {has}, and the mail names none."
    return ChooseOne(f"Take mail {number}: into which case?", [*items, Item(id=NEW, text="a new case")], words=words)


def why_dropped(number: int) -> ChooseOne:
    """The sheet that asks why a mail is dropped."""
    items = [Item(id=reason, text=reason) for reason in _REASONS]
    return ChooseOne(f"Drop mail {number}: why?", items, words="It goes into no case, and can still be taken.")


def drop(desk: Desk, number: int, reason: str) -> str:
    """Drops a mail; returns what to say of it."""
    deciding.drop(desk, number, reason)
    return "is dropped. It is in the list of dropped mails, and can be taken there"


def take(desk: Desk, number: int, into: int | None) -> str:
    """Takes a mail into a case, or as if it had just come in; returns what to say of it."""
    mail = deciding.take(desk, number, into)
    return f"is in case {mail.case} now. {display_text(mail.why, 400)}".removesuffix(".")


def not_held(mail: StoredMail) -> str:
    """Why a mail cannot be dropped."""
    return f"Mail {mail.number} is {mail.state}; only a held mail can be dropped."
