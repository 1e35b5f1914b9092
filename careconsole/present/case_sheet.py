"""The sheet of a case: the head above its history, and each entry of the history in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.effective_history import Redone, Undone, moved_entries, undone_commands
from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.resolution_answers import answer_words, answered_since
from careconsole.domain.case.state import RESOLVED, VOID
from careconsole.domain.reply_states import NEEDS_PERSON
from careconsole.domain.time.moments import format_span, local
from careconsole.present.queue_text import from_words, often, owner_words, signed_due_words

if TYPE_CHECKING:
    from careconsole.desk.queries.looks_like import LooksLike

_OTHERS = 5


class HistoryLine(msgspec.Struct, frozen=True):
    """One event of a history as it is shown. `when` is local time; `told` is not yet made safe.

    `sign` is as `sign_of` gives it. `undone`: it was taken back, or counts on another case. `overdue`: a clock ran out.
    """

    number: int
    when: str
    told: str
    sign: str
    undone: bool
    overdue: bool = False


def head(view: View, *, timed: bool = True) -> list[tuple[str, str]]:
    """Returns the rows above a case's history: labels and texts, not yet made safe.

    `timed`: the row about the level says until when; without it, only the clocks do.
    """
    case, now, roster = view.case, view.now, view.roster

    def moment(ms: int) -> str:
        return local(ms, now)

    rows = [("status", _status(view))]
    running = view.running
    if running:
        rows.append(("due", "; ".join(signed_due_words(c, case.owner, now) for c in running)))
    offered = case.offer.to if case.offer else None
    rows.append(("owner", owner_words(case.owner, offered, roster, void=case.status == VOID)))
    if case.offer is not None:
        by = roster.name(case.offer.by)
        rows.append(
            ("offer", f"by {by}: {case.offer.reason}" + (f" (next: {case.offer.next})" if case.offer.next else ""))
        )
    if case.helpers:
        rows.append(("helping", ", ".join(f"{roster.name(h.of)} ({h.need})" for h in case.helpers)))
    rows += _level(view, timed)
    if view.customer is not None:
        tier = f" ({view.customer.tier})" if view.customer.tier != "standard" else ""
        reach = [view.customer.email, view.customer.phone, *(f"order {o}" for o in view.customer.orders)]
        rows.append(("customer", ", ".join([view.customer.name + tier, *(r for r in reach if r)])))
    if view.published_at is not None:
        rows.append(("public", f"since {moment(view.published_at)}: anybody with the link can read the receipt"))
    ago = format_span(max(0, now - case.opened_at))
    # A void case has no state of its own any more; how it came is in its first entry.
    first = view.history[0].fact if case.status == VOID and view.history else None
    channel = getattr(first, "channel", None) or case.channel
    rows.append(("opened", f"{moment(case.opened_at)} ({ago} ago), {channel}"))
    rows += _unsent(view)
    if (since := case.awaits_since) is not None:
        rows.append(("waits", f"since {moment(since)} ({format_span(max(0, now - since))}) for an answer"))
    rows += _promises(view)
    if case.priority != "normal":
        rows.append(("priority", case.priority))
    if case.tags:
        rows.append(("tags", " ".join(f"#{tag}" for tag in case.tags)))
    if said := _rating(view):
        rows.append(("they say", said))
    if case.moves:
        rows.append(("hops", str(case.moves)))
    if case.review_owed:
        rows.append(("review", "needed before it can be resolved"))
    rows += _reviews(view)
    rows += _playbooks(view)
    rows += _files(view)
    if case.external:
        rows.append(("known as", ", ".join(f"{source}:{external}" for source, external in case.external)))
    rows += [(name, value) for name, value in case.fields.items()]
    if case.follows is not None:
        rows.append(("follows", f"case {case.follows}"))
    if case.followed_by:
        rows.append(("followed", "by " + ", ".join(f"case {n}" for n in case.followed_by)))
    for number, status, subject in view.others[:_OTHERS]:
        rows.append(("also", f"{number} [{status}] {subject}"))
    if len(view.others) > _OTHERS:
        rows.append(("also", f"{len(view.others) - _OTHERS} more of this customer"))
    return rows


def looks_like_words(like: LooksLike, then: str) -> str:
    """Which case another one looks like, and in brackets what one can do about it, `then`; not yet made safe."""
    return f"case {like.number}, {like.subject} [{like.status}] ({then})"


def _status(view: View) -> str:
    case, now = view.case, view.now
    label = f" ({case.label})" if case.label else ""
    if case.was_resolved:
        when = "at an unknown time" if case.resolved_at is None else local(case.resolved_at, now)
        how = case.resolution or case.label
        if case.status == RESOLVED:
            told = " (the customer was answered later)" if answered_since(case) else ""
            return f"resolved {when}: {how}{told or answer_words(case.answer, case.resolution)}"
        return f"{case.status}{'' if case.resolution else label}, resolved {when}{after_colon(case.resolution)}"
    if case.parked is not None:
        until = f" until {local(case.parked.until, now)}" if case.parked.until is not None else ""
        reason = f": {case.parked.reason}" if case.parked.reason else ""
        return f"parked{until}, waiting on {case.parked.on}{reason}{label}"
    again = f", reopened {often(case.reopenings)}" if case.reopenings else ""
    return f"{case.status}{again}{label}"


def _promises(view: View) -> list[tuple[str, str]]:
    if not view.case.promises:
        return []
    from careconsole.present.promises import moved_words, promised_by, untold_words  # here and below: as few cases need

    now, rows = view.now, []
    for promise in view.case.promises:
        late = " LATE" if promise.is_broken(now) else ""
        told = f"{promised_by(promise, view.roster)}{moved_words(promise)}{untold_words(promise)}"
        rows.append(("promise", f"{promise.number}: {promise.text} (by {local(promise.due, now)}, {told}){late}"))
    return rows


def _reviews(view: View) -> list[tuple[str, str]]:
    if not (view.case.occurrences or view.case.reviews):
        return []
    from careconsole.present.review_rows import review_rows

    return review_rows(view)


def _playbooks(view: View) -> list[tuple[str, str]]:
    if not view.case.playbooks:
        return []
    from careconsole.present.playbook_rows import playbook_rows

    return playbook_rows(view)


def _rating(view: View) -> str:
    """What the customer says of the case, or that they were asked; empty for neither."""
    rating, now = view.case.rating, view.now
    if rating is None and view.case.question_at is None:
        return ""
    from careconsole.domain.case.rating_answers import is_awaited, rating_words

    if is_awaited(view.case, now):
        return "no answer yet whether we did what we promised; the receipt asks"
    if rating is None:
        return ""
    return f"{rating_words(rating.answer)} ({', '.join(filter(None, (rating.channel, local(rating.at, now))))})"


def files_count(view: View) -> str:
    """How many files the case has, with those of its mails: "1 file", "3 files"; empty for none."""
    count = len(view.files)
    return "" if not count else "1 file" if count == 1 else f"{count:,} files"


def _files(view: View) -> list[tuple[str, str]]:
    if not view.files:
        return []
    from careconsole.domain.sizes import size_words  # most cases have no files

    files = view.files[-_OTHERS:]
    rows = [("file", f"{file.label}: {file.name} ({size_words(file.size)})") for file in reversed(files)]
    more = len(view.files) - len(files)
    return rows + ([("file", f"{more:,} earlier")] if more else [])


def _unsent(view: View) -> list[tuple[str, str]]:
    """Mails to the customer, by number: those that wait, and those that need a person, which "!" says."""
    if not view.unsent:
        return []
    from careconsole.desk.mail.sending import state_words  # few cases have a mail that is not sent

    rows = []
    for reply in view.unsent:
        sign = "! " if reply.state in NEEDS_PERSON else ""
        state = f"{state_words(reply, view.now, copy=view.is_copy)}{after_colon(reply.said)}"
        rows.append(("mail", f"{sign}{reply.number} to {', '.join(reply.content.to)}: {state}"))
    return rows


def _level(view: View, timed: bool) -> list[tuple[str, str]]:
    if not view.case.level and view.case.escalation is None:
        return []
    from careconsole.present.level_row import level_row

    return [level_row(view, timed=timed)]


def history_lines(view: View) -> list[HistoryLine]:
    """Returns the history of a case, oldest first."""
    gone = undone_commands(view.history)
    moved = moved_entries(view.history, gone)
    tell = Narrator(view.roster, lambda ms: local(ms, view.now), named_in(view.history))
    return [_entry(view, event, tell, gone, moved.get(event.number)) for event in view.history]


def _entry(view: View, event: Event, tell: Narrator, gone: set[int], elsewhere: int | None) -> HistoryLine:
    turned = isinstance(event.fact, Undone | Redone)
    told = _turned(view, event, tell) if turned else event.sentence(tell)
    if elsewhere is not None:
        told = f"{told} (moved to case {elsewhere})"
    origin = view.origins.get(event.command) if event.command is not None else None
    if origin is not None and origin.own_login is False:
        told = f"{told} ({from_words(origin.login, origin.workstation)})"
    undone = (event.command in gone and not turned) or elsewhere is not None
    return HistoryLine(
        event.number,
        local(event.at, view.now),
        told,
        sign_of(event, undone=undone),
        undone,
        event.fact.says_overdue,
    )


class BroughtMessage(msgspec.Struct, frozen=True):
    """A message on a case that was merged into the one shown. `when` is local time; `text` is not yet made safe."""

    case: int
    when: str
    inbound: bool
    text: str


def brought(view: View, event: Event) -> list[BroughtMessage]:
    """The messages of the case that was merged into this one by `event`, oldest first; else nothing."""
    loser = getattr(event.fact, "loser", None)
    if loser is None:
        return []
    from careconsole.desk.queries.last_messages import all_said, message_of  # few cases have others merged into them

    found = []
    for case, history in view.merged:
        for said in all_said(history) if case.number == loser else []:
            message = message_of(said)
            found.append(BroughtMessage(case.number, local(said.said_at, view.now), message.inbound, message.text))
    return found


_SIGNS = {"in": "<", "out": ">", "": "·"}


def sign_of(event: Event, *, undone: bool = False) -> str:
    """The sign of an event in every history: "<" from the customer, ">" to them, "·" internal, "x" undone."""
    return "x" if undone else _SIGNS[event.fact.direction]


def _turned(view: View, event: Event, tell: Narrator) -> str:
    """Words an undo or redo, with the numbers of its entries, and what they did."""
    assert isinstance(event.fact, Undone | Redone)
    command = event.fact.command
    numbers = [str(e.number) for e in view.history if e.command == command and not isinstance(e.fact, Undone | Redone)]
    verb = "undid" if isinstance(event.fact, Undone) else "redid"
    entries = f"{'entry' if len(numbers) == 1 else 'entries'} {', '.join(numbers)}"
    return f"{view.roster.name(event.actor)} {verb} {entries}{after_colon(tell.done(command))}"
