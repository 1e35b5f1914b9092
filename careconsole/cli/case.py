"""One case on the terminal: its head, what runs on it, and its history."""

from __future__ import annotations

from careconsole.cli.output import put, put_under, screen_width
from careconsole.cli.words import due_words, often, owner_words
from careconsole.desk.ask import View
from careconsole.domain.case import LEVELS, Review
from careconsole.domain.clocks import Spans, clocks
from careconsole.domain.facts import Event, Redone, Undone
from careconsole.domain.story import Tell, is_public
from careconsole.domain.text import cell_width, display_block, display_text, fit
from careconsole.domain.times import format_span, local
from careconsole.domain.undone import undone_commands

_OTHERS = 5


def put_case(view: View) -> None:
    """A case as a person reads it."""
    case, width = view.case, screen_width()
    put_under(f"Case {case.number}  ", display_text(case.subject, 400), width)
    head = _head(view)
    wide = max(10, *(cell_width(display_text(name, 40)) + 2 for name, _ in head))
    for name, words in head:
        put_under(f"  {fit(display_text(name, 40), wide)}", display_text(words, 2000), width)
    if case.description:
        put("")
        for line in display_block(case.description).split("\n"):
            put_under("  ", line, width)
    put("")
    put_history(view)


def _head(view: View) -> list[tuple[str, str]]:
    case, now, roster = view.case, view.now, view.roster

    def moment(ms: int) -> str:
        return local(ms, now)

    rows = [("status", _status(view))]
    running = clocks(case, Spans())
    if running:
        rows.append(("due", "; ".join(due_words(c.due, c.kind, now) for c in running)))
    rows.append(("owner", owner_words(case.owner, case.offer.to if case.offer else None, roster)))
    if case.offer is not None:
        by = roster.name(case.offer.by)
        rows.append(
            ("offer", f"by {by}: {case.offer.reason}" + (f" (next: {case.offer.next})" if case.offer.next else ""))
        )
    if case.helpers:
        rows.append(("helping", ", ".join(f"{roster.name(h.of)} ({h.need})" for h in case.helpers)))
    if case.level or case.escalation:
        rows.append(("level", _level(view)))
    if view.customer is not None:
        tier = f" ({view.customer.tier})" if view.customer.tier != "standard" else ""
        reach = [view.customer.email, view.customer.phone, *(f"order {o}" for o in view.customer.orders)]
        rows.append(("customer", ", ".join([view.customer.name + tier, *(r for r in reach if r)])))
    ago = format_span(max(0, now - case.opened_at))
    rows.append(("opened", f"{moment(case.opened_at)} ({ago} ago), {case.channel}"))
    if case.waiting_since is not None:
        waited = format_span(max(0, now - case.waiting_since))
        rows.append(("waits", f"since {moment(case.waiting_since)} ({waited}) for an answer"))
    for promise in case.promises:
        moved = f", moved {often(promise.moves)}" if promise.moves else ""
        late = " LATE" if promise.due < now or promise.late else ""
        by = f"by {moment(promise.due)}, {roster.name(promise.by)}{moved}"
        rows.append(("promise", f"{promise.number}: {promise.text} ({by}){late}"))
    if case.priority != "normal":
        rows.append(("priority", case.priority))
    if case.tags:
        rows.append(("tags", " ".join(f"#{tag}" for tag in case.tags)))
    if case.moves:
        rows.append(("hops", str(case.moves)))
    if case.review_owed:
        rows.append(("review", "owed before it can be resolved"))
    for review in case.reviews:
        rows.append(("review", f"{review.number}: {_review(view, review)}"))
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


def _status(view: View) -> str:
    case, now = view.case, view.now
    if case.resolved_at is not None:
        return f"{case.status} {local(case.resolved_at, now)}: {case.resolution or case.label}"
    label = f" ({case.label})" if case.label else ""
    if case.parked is not None:
        until = f" until {local(case.parked.until, now)}" if case.parked.until is not None else ""
        reason = f": {case.parked.reason}" if case.parked.reason else ""
        return f"parked{until}, waiting on {case.parked.on}{reason}{label}"
    again = f", reopened {often(case.reopenings)}" if case.reopenings else ""
    return f"{case.status}{again}{label}"


def _review(view: View, review: Review) -> str:
    if not review.change:
        return f"{review.cause}. Nothing changes, because {review.nothing_because}"
    if review.done_at is not None:
        state = f"made {local(review.done_at, view.now)}"
    else:
        late = " LATE" if review.due is not None and review.due < view.now else ""
        due = "" if review.due is None else f", by {local(review.due, view.now)}{late}"
        state = f"{view.roster.name(review.owner)}{due}"
    return f"{review.cause}. Change: {review.change} ({state})"


def _level(view: View) -> str:
    case, roster, now = view.case, view.roster, view.now
    name = f"of {len(LEVELS) - 1}"
    call = case.escalation
    if call is None:
        return f"{case.level} {name}"
    acting = roster.stand_in(call.responder)
    who = roster.name(call.responder)
    if acting not in (None, call.responder):
        who += f" ({roster.name(acting)} acts)"
    if call.until is not None and call.acknowledged_at is not None:
        state = f"acknowledged, next word by {local(call.until, now)}{' LATE' if call.until < now else ''}"
    else:
        late = " LATE" if call.acknowledge_by < now else ""
        state = f"to acknowledge by {local(call.acknowledge_by, now)}{late}"
    return f"{case.level} {name}: {who}, {state}. {roster.name(call.by)} needs: {call.need}"


def put_history(view: View, *, wrap: bool = True) -> None:
    """The events of a case, one after the other: ">" what the customer knows of, "x" what was undone.

    On a terminal long ones are broken into lines, or cut without `wrap`.
    """
    gone = undone_commands(view.history)
    tell = Tell(view.roster, lambda ms: local(ms, view.now))
    width = screen_width()
    whens = [local(event.at, view.now) for event in view.history]
    wide = max((cell_width(when) for when in whens), default=0)
    for event, when in zip(view.history, whens, strict=True):
        turned = isinstance(event.fact, Undone | Redone)
        mark = "x" if event.command in gone and not turned else ">" if is_public(event.fact) else " "
        label = f"{event.number:>4} {mark} {fit(when, wide)}  "
        told = _turned(view, event) if isinstance(event.fact, Undone | Redone) else tell.event(event)
        line = display_text(told, None if wrap else max(20, (width or 1000) - cell_width(label)))
        put_under(label, line, width if wrap else None)


def _turned(view: View, event: Event) -> str:
    """An undo or redo, with the entries it is about."""
    assert isinstance(event.fact, Undone | Redone)
    command = event.fact.command
    numbers = [str(e.number) for e in view.history if e.command == command and not isinstance(e.fact, Undone | Redone)]
    verb = "took back" if isinstance(event.fact, Undone) else "put back"
    return f"{view.roster.name(event.actor)} {verb} {'entry' if len(numbers) == 1 else 'entries'} {', '.join(numbers)}"
