"""Notices in lines: who was told what beyond their console, what became of it, and where people are told. Made safe."""

from __future__ import annotations

from textual.content import Content

from careconsole.domain.addresses import Address
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text, fit
from careconsole.domain.times import local
from careconsole.store.notices import DROPPED, FAILED, SENT, Entry

_AROUND = 4
"""Cells at the edges of a line, for its sign and for a bar to scroll with."""
_STATE = 34
_NAME = 14


def state_words(entry: Entry, now: int, *, short: bool = False) -> str:
    """What became of a notice: "sent 14:05", "held to Tue 07:00, quiet hours", "again 14:06: no connection"."""
    failure = f": {entry.failure}" if entry.failure and not short else ""
    if entry.state == SENT:
        partly = ", not everywhere" if entry.failure else ""
        return f"sent {local(entry.done_at or 0, now)}{partly}{failure}"
    if entry.state == FAILED:
        return f"given up{failure}"
    if entry.state == DROPPED:
        return f"dropped: {entry.held}"
    if entry.claimed_until > now:
        return "being sent"
    if entry.not_before <= now:
        return f"waits{failure}"
    when = local(entry.not_before, now)
    if not entry.held:
        return f"failed, again {when}{failure}"
    return f"held to {when}" if short else f"held to {when}, {entry.held}"


def line(entry: Entry, roster: Roster, now: int, width: int) -> Content:
    """One notice: when, who, what became of it, and its words. "!" was given up, "~" waits."""
    sign, style = {FAILED: ("!", "bold $text-error"), SENT: (" ", ""), DROPPED: (" ", "")}.get(
        entry.state, ("~", "$text-warning")
    )
    when = local(entry.at, now)
    name = min(_NAME, max(8, width // 8))
    state = min(_STATE, max(12, width // 4))
    room = max(10, width - _AROUND - 10 - name - state - 3)
    return Content.assemble(
        (f"{sign} ", style),
        f"{fit(when, 10)} ",
        fit(display_text(roster.name(entry.person), name), name) + " ",
        (fit(display_text(state_words(entry, now, short=True), state), state), style),
        " ",
        (display_text(entry.words, room), "bold" if entry.urgent else ""),
    )


def whole(entry: Entry, roster: Roster, now: int) -> str:
    """A notice in words."""
    urgent = " (a call for help)" if entry.urgent else ""
    return f"{roster.name(entry.person)}{urgent}: {entry.words} [{state_words(entry, now)}]"


def address_line(address: Address, roster: Roster) -> str:
    """Where somebody is told, and when: "Ben: b...@shop.example, quiet 20:00-07:00, calls always"."""
    words = [address.shown]
    if address.quiet:
        words.append(f"quiet {address.quiet}{f' {address.zone}' if address.zone else ''}")
    if address.calendar:
        words.append(f"while {address.calendar} is open")
    if len(words) > 1 and address.calls_always:
        words.append("calls always")
    return f"{roster.name(address.person)}: {', '.join(words)}"


def detail(entry: Entry, addresses: list[Address], roster: Roster, now: int) -> list[tuple[str, str]]:
    """Everything about one notice, as names and words."""
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
    return [*rows, ("told at", "; ".join(theirs) or "no address any more")]
