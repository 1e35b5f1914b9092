"""Notices and addresses as lines, safe to display: what was sent to whom outside the console, and the outcome."""

from __future__ import annotations

from textual.content import Content

from careconsole.desk.notices.outbox import DROPPED, FAILED, SENT, StoredNotice
from careconsole.domain.team.addresses import Address
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import local

_AROUND = 4
"""Cells for the sign of a line and for the scroll bar."""
_STATE = 34


def state_words(entry: StoredNotice, now: int, *, short: bool = False) -> str:
    """The outcome of a notice: "sent 14:05", "held until Tue 07:00, quiet hours", "failing, again 14:06: ...".

    `short` leaves out why it failed or is held.
    """
    failure = f": {entry.failure}" if entry.failure and not short else ""
    outcome, when = entry.outcome(now), local(entry.not_before, now)
    if entry.state == SENT:
        return f"sent {local(entry.done_at or 0, now)}{outcome.removeprefix('sent')}{failure}"
    if outcome == "dropped":
        return f"dropped: {entry.held}"
    if outcome == "failing":
        why = f", {entry.held}" if entry.held and not short else ""
        return f"failing, again {when if entry.not_before > now else 'now'}{why}{failure}"
    if outcome == "held":
        return f"held until {when}" if short else f"held until {when}, {entry.held}"
    return f"{'waits' if outcome == 'waiting' else outcome}{failure}"


def line(entry: StoredNotice, roster: Roster, now: int, width: int, name: int) -> Content:
    """One notice: when, to whom (in `name` cells), the outcome and the text. "!": it failed; "~": it waits."""
    trouble = entry.state == FAILED or (entry.failure and entry.state != DROPPED)
    waits = ("~", "$text-warning") if entry.state not in (SENT, DROPPED) else (" ", "")
    sign, style = ("!", "bold $text-error") if trouble else waits
    when = local(entry.at, now)
    state = min(_STATE, max(12, width // 4))
    name = max(8, min(name, width // 3))
    room = max(10, width - _AROUND - 10 - name - state - 3)
    return Content.assemble(
        (f"{sign} ", style),
        f"{fit(when, 10)} ",
        fit(display_text(roster.name(entry.person), name), name) + " ",
        (fit(display_text(state_words(entry, now, short=True), state), state), style),
        " ",
        (display_text(entry.words, room), "bold" if entry.urgent else ""),
    )


def full_text(entry: StoredNotice, roster: Roster, now: int) -> str:
    """A notice in full; a failure comes before the text, where it is not cut off."""
    who = f"{roster.name(entry.person)}{' (a call for help)' if entry.urgent else ''}"
    parts = entry.words, f"[{state_words(entry, now)}]"
    return f"{who}: {' '.join(reversed(parts) if entry.failure else parts)}"


def address_line(address: Address, roster: Roster, *, signed: bool = False) -> str:
    """An address, and when it is used: "Ben: address 2 (b...@shop.example), quiet 20:00-07:00, calls always".

    `signed` adds the letters that distinguish it from addresses that look alike.
    """
    words = [address.named, *([address.sign] if signed and address.sign else [])]
    timed = bool(address.quiet or address.calendar)
    person = roster.people.get(address.person) if address.person is not None else None
    if person is not None and not person.active:
        words.append("has left")
    if address.quiet:
        words.append(f"quiet {address.quiet}{f' {address.zone}' if address.zone else ''}")
    if address.calendar:
        words.append(f"while {address.calendar} is open")
    if timed and address.calls_always:
        words.append("calls always")
    if address.whole_digest:
        words.append("whole digest")
    return f"{roster.name(address.person)}: {', '.join(words)}"


def detail(entry: StoredNotice, addresses: list[Address], roster: Roster, now: int) -> list[tuple[str, str]]:
    """Everything about one notice, as (name, text) rows."""
    rows = [
        ("to", roster.name(entry.person)),
        ("words", entry.words),
        ("state", state_words(entry, now)),
        ("since", f"{local(entry.at, now)}, {entry.kind}{', a call for help' if entry.urgent else ''}"),
    ]
    if entry.tries:
        rows.append(("tries", str(entry.tries)))
    if entry.message is not None:
        rows.append(("message", f"{entry.message}, with all notices of that number"))
    theirs = [address_line(address, roster).partition(": ")[2] for address in addresses]
    return [*rows, ("told at", "; ".join(theirs) or "no address now")]
