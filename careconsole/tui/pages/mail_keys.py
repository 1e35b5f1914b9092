"""What the lists of the mail page offer: the keys that work on a row, and what to do next where a list is empty."""

from __future__ import annotations

from careconsole.commands.key_table import key_of, shown_key
from careconsole.desk.mail.boxes import Box
from careconsole.desk.mail.deciding import StoredMail
from careconsole.desk.mail.sending import StoredReply
from careconsole.domain.mail.received import Mailbox
from careconsole.tui.pages.mail_outgoing import outgoing_keys
from careconsole.tui.session import Session

ON_ROW = frozenset({"open", "remove", "more", "send-now", "was-sent"})
"""The meanings of the keys that work on some rows of the page."""
ON_MAIL = frozenset({"open", "remove", "confirm-customer"})
"""The meanings of the keys that work on some mails that are open."""
_LISTS = {
    "held": "No mail is held. Mail about which a person has to decide waits here",
    "taken": "No mail was taken into a case yet",
    "known": "No mail came in twice",
    "dropped": "No mail was dropped",
    "boxes": "There is no mail box",
    "sending": "No mail waits to be sent, and none was sent in the last week",
}
"""What the lists say when they are empty, by name."""


def keys_on(row: StoredMail | Box | StoredReply | None, *, boxes: bool, is_lead: bool) -> list[tuple[str, str, str]]:
    """The keys that do something on the row, or on the list of `boxes` without one, each with its meaning and words."""
    more = key_of("more")
    if isinstance(row, Box):
        lead = [("remove", "Del", "remove")] if is_lead else []
        return [("open", "Enter", "open"), ("more", more, "add, test, change" if is_lead else "test"), *lead]
    if boxes:
        return [("more", more, "add, settings")] if is_lead else []
    if isinstance(row, StoredReply):
        return outgoing_keys(row)
    if row is None:
        return []
    if row.state != "held":
        return [("open", "Enter", "read")]
    return [("open", "Enter", "read and decide"), ("remove", "Del", "drop")]


def keys_in(mail: StoredMail, customer: Mailbox | None) -> list[tuple[str, str, str]]:
    """The keys that do something with a mail that is open, each with its meaning and words; `customer` may be its."""
    keys = []
    if mail.state in ("held", "dropped"):
        keys.append(("open", "Enter", "take it"))
    elif mail.case is not None:
        keys.append(("open", "Enter", f"case {mail.case}"))
    if mail.state == "held":
        keys.append(("remove", "Del", "drop it"))
    if customer is not None:
        keys.append(("confirm-customer", "F6", "confirm the customer"))
    return keys


def empty_words(name: str, session: Session, boxes: list[Box]) -> list[str]:
    """What the list of that name says while it is empty: what is so, and what to do next."""
    lead, who = session.is_lead, session.roster.name(session.roster.on_duty())
    more = shown_key("more")
    if name == "boxes":
        return [f"{_LISTS[name]}. {f'To add one: {more}' if lead else f'{who} can add one.'}"]
    words = [f"{_LISTS[name]}."]
    receives = any(box.settings.imap is not None for box in boxes)
    sends = any(box.settings.smtp is not None for box in boxes)
    if name == "sending" and sends:
        return [f"{_LISTS[name]}.", f"To write one: {shown_key('reply')} (Reply by mail) on a case"]
    if receives and name != "sending":
        return words
    what = "sends" if name == "sending" else "receives"
    how = f"To add one: 5, then {more}" if lead else f"{who} can add one."
    return [*words, f"No mail box {what} mail here yet. {how}"]
