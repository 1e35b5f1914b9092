"""The wording of a queue row, legible without colour. `short` forms are for narrow terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from careconsole.domain.reply_states import BOUNCED, LATER, REFUSED, UNCERTAIN, WAITING
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.domain.time.moments import DAY, format_span

if TYPE_CHECKING:
    from careconsole.desk.queries.case_queries import Page, QueueRow
    from careconsole.domain.case.clocks import Clock

COLUMNS = ("No", "Level", "Due", "Age", "Waits", "Owner", "Customer", "Subject")
"""The columns of `row_cells`."""
_SHORT = {
    "first answer": "answer",
    "acknowledgement": "ack",
    "word to owner": "update",
    "word to duty": "update",
    "keep informed": "inform",
    "to take": "assign",
    "resolution": "resolve",
    "next step": "step",
}
_WORDS = {
    "to take": "assignment",
    "word to owner": "update to owner",
    "word to duty": "update to the lead on duty",
    "keep informed": "update to customer",
}
"""What kinds of clocks are called; the others have the word under which they are stored."""
_PRESSING = {"urgent": "[urgent] ", "high": "[high] "}


def span_words(ms: int, *, short: bool = False) -> str:
    """Formats a span in its two largest units, or `short` in at most four characters: "3d 4h", "3d", "5y"."""
    if short and ms >= 1000 * DAY:
        return f"{ms // (365 * DAY)}y"
    words = format_span(ms)
    return words.split(" ")[0] if short else words


def clock_words(kind: str) -> str:
    """Returns what a kind of clock is called wherever people read it: "update to owner", "promise"."""
    return _WORDS.get(kind, kind)


def kind_of(kind: str, owner: int | None) -> str:
    """The kind of a clock as people read it on a case of this owner: who is called owes the update to somebody.

    Without an owner it is owed to the lead on duty.
    """
    return "word to duty" if kind == "word to owner" and owner is None else kind


UNSENT_WORDS = {
    WAITING: "a mail waits to be sent",
    LATER: "sending a mail failed, it is tried again",
    REFUSED: "a mail was not sent",
    UNCERTAIN: "a mail may not have been sent",
    BOUNCED: "the last mail to the customer came back",
}
"""What `QueueRow.unsent` says of a case."""


def due_words(due_at: int | None, kind: str, now: int, *, short: bool = False, parked: bool = False) -> str:
    """Says what falls due and when: "promise in 3h", "! first answer 2h late".

    Of a case that is `parked`, it says so, too: "parked; promise in 3h".
    """
    if due_at is None:
        return "parked" if parked else ""
    span = span_words(abs(due_at - now), short=short)
    if kind == "parked until":
        return f"parked, {span} left" if due_at >= now else f"! parking over, {span} late"
    word, rests = _SHORT.get(kind, kind) if short else clock_words(kind), "parked; " if parked else ""
    return f"{rests}{word} in {span}" if due_at >= now else f"! {rests}{word} {span} late"


def signed_due_words(clock: Clock, owner: int | None, now: int) -> str:
    """Says what falls due and when on a case of this owner, with the sign of what is at risk: "~ promise in 3h"."""
    sign = "~ " if clock.stands(now) == "at risk" else ""
    return sign + due_words(clock.due, kind_of(clock.kind, owner), now)


def row_due_words(row: QueueRow, now: int, *, short: bool = False) -> str:
    """Says of a row what falls due and when, and whether the case is parked."""
    return due_words(row.due_at, kind_of(row.due_kind, row.owner), now, short=short, parked=row.parked)


def row_due_forms(row: QueueRow, now: int) -> tuple[str, ...]:
    """The ways to say what of an open row falls due and when, in the order of preference: the longest first.

    The shortest ones leave out that the case is parked, and at last what falls due. The last two are those for a column
    that has little room: the first of them still says what it is.
    """
    due_at, kind = row.due_at, row.due_kind
    forms = [row_due_words(row, now), row_due_words(row, now, short=True)]
    if row.parked and due_at is not None and kind != "parked until":
        short = due_words(due_at, kind, now, short=True)
        if due_at >= now:
            forms.append(f"parked; {short.replace(' in ', ' ')}")
        forms.append(short)
    return (*forms, due_brief(due_at, kind, now), due_span(due_at, kind, now))


def due_brief(due_at: int | None, kind: str, now: int) -> str:
    """Says in a word what falls due, and when: "answer 3h", "! promise 50m" for what is late, "parked 2d"."""
    if due_at is None:
        return ""
    word = _SHORT.get(kind, kind)
    if kind == "parked until":
        word = "parked" if due_at >= now else "parking"
    return f"{'' if due_at >= now else '! '}{word} {span_words(abs(due_at - now), short=True)}"


def due_span(due_at: int | None, kind: str, now: int) -> str:
    """Says in at most nine characters when something falls due, but not what: "in 3h", "50m late", "2d left"."""
    if due_at is None:
        return ""
    span = span_words(abs(due_at - now), short=True)
    if due_at < now:
        return f"{span} late"
    return f"{span} left" if kind == "parked until" else f"in {span}"


def owner_words(
    owner: int | None, offered_to: int | None, roster: Roster, *, short: bool = False, void: bool = False
) -> str:
    """Names the owner: "Ben", "Ben, offered to Cleo", "unassigned (Ana)", "Ben (Cleo covers)".

    Nobody answers for a case that is `void`.
    """
    answerable = roster.answerable(owner)
    acting = "" if answerable is None else roster.name(answerable)
    if owner is None:
        words = "unassigned" if short or void else f"unassigned ({acting})"
    elif answerable == owner:
        words = roster.name(owner)
    else:
        words = f"{roster.name(owner)} ({acting})" if short else f"{roster.name(owner)} ({acting} covers)"
    if offered_to is None:
        return words
    return f"{words} > {roster.name(offered_to)}" if short else f"{words}, offered to {roster.name(offered_to)}"


_LONGEST_NAME = 24


def widest_name(roster: Roster, people: Iterable[int | None]) -> int:
    """Cells in which the name of each of these people is whole, but at most 24; of nobody (None), none."""
    names = (display_text(roster.name(person), _LONGEST_NAME) for person in people if person is not None)
    return max(map(cell_width, names), default=0)


def level_words(row: QueueRow, roster: Roster, now: int, *, short: bool = False, room: int = 12) -> str:
    """Returns the level and who is called there: "L1 Dora", with a "?" while the call is not acknowledged.

    Until then, others called with them are counted: "L1 Dora+2?". Who covers for an absent one is named: "L1 Dora (Cleo
    covers)?", in short "1 Dora (Cleo)?". The short form leaves that out and cuts the name to fit `room` cells; with no
    room, it leaves names out: "1?".
    """
    if not row.level:
        return ""
    silent = "?" if row.responder is not None and row.acknowledged_until < now else ""
    also = f"+{len(row.also)}" if row.also and silent else ""
    called = "" if row.responder is None else f" {roster.name(row.responder)}"
    if short and not room:
        return f"{row.level}{silent}"
    acting = roster.who_receives(row.responder)
    covered = f"{called} ({roster.name(acting)}{'' if short else ' covers'})"
    fits = not short or cell_width(display_text(f"{row.level}{covered}{also}{silent}")) <= room
    if fits and acting not in (None, row.responder):
        called = covered
    elif short:
        called = display_text(called, max(2, room - len(f"{row.level}{also}{silent}")))
    return f"{'' if short else 'L'}{row.level}{called}{also}{silent}"


def plain_subject(row: QueueRow) -> str:
    """Returns the subject, with the status of a case that is not open before it."""
    return row.subject if row.status == "open" else f"[{row.status}] {row.subject}"


def unsent_words(row: QueueRow) -> str:
    """What became of a mail to the customer of a row that is not sent; empty without one."""
    return UNSENT_WORDS.get(row.unsent, "")


def subject_words(row: QueueRow, *, short: bool = False) -> str:
    """Returns the subject, with priority, status and a mail that is not sent before it, and tags and hops after it."""
    marks = [] if short else [f"#{tag}" for tag in row.tags]
    if row.moves > 1:
        marks.append(f"{row.moves} hops")
    mail = f"[mail {'failed so far' if row.unsent == LATER else row.unsent}] " if row.unsent else ""
    return " ".join([f"{_PRESSING.get(row.priority, '')}{mail}{plain_subject(row)}", *marks])


def often(count: int) -> str:
    """How often: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def case_list(numbers: Sequence[int], most: int = 20) -> str:
    """Lists case numbers in a sentence: "case 3", "cases 3, 4"; beyond `most`, only how many more."""
    listed = ", ".join(map(str, numbers[:most]))
    more = f" and {len(numbers) - most:,} more" if len(numbers) > most else ""
    return f"{'case' if len(numbers) == 1 else 'cases'} {listed}{more}"


def from_words(login: str, workstation: str) -> str:
    """Says where somebody worked from: "login ana at desk 2"."""
    return f"login {login}" + (f" at {workstation}" if workstation else "")


def awaits_since(row: QueueRow) -> int | None:
    """Since when the customer waits for an answer; of a case that has ended, only if they wrote after that."""
    since = row.waiting_since
    if since is None or row.status == "open":
        return since
    return since if row.resolved_at is not None and since > row.resolved_at else None


def due_tone(row: QueueRow, now: int) -> str:
    """Returns the tone of a row's due time: "late", "soon" if it is at risk, else none."""
    if row.status != "open" or row.due_at is None:
        return ""
    if row.due_at < now:
        return "late"
    return "soon" if row.risk_at is not None and row.risk_at <= now else ""


def risk_sign(row: QueueRow, now: int) -> str:
    """Returns the sign of what is at risk, which says the same as its colour."""
    return "~ " if due_tone(row, now) == "soon" else ""


def row_cells(row: QueueRow, page: Page) -> tuple[str, ...]:
    """Returns the row of a case in full: a text for each of `COLUMNS`."""
    now = page.now
    return (
        str(row.number),
        level_words(row, page.roster, now),
        risk_sign(row, now) + row_due_words(row, now) if row.status == "open" else "",
        format_span(max(0, now - row.opened_at)),
        "" if (since := awaits_since(row)) is None else format_span(max(0, now - since)),
        owner_words(row.owner, row.offered_to, page.roster),
        page.customers.get(row.customer, "") if row.customer is not None else "",
        subject_words(row),
    )
