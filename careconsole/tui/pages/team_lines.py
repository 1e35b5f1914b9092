"""The team as lines: each person with their workload, sorted by name, never by load."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from careconsole.desk.queries.workload import PersonLoad
from careconsole.domain.team.roster import CONTACT, Roster
from careconsole.domain.terminal_text import display_text, fit
from careconsole.tui.widgets.person_choices import today

_WIDE = 100
_AROUND = 4
"""Cells for the edges of a line, the scroll bar, and the gap after the name."""
_ROLES_FROM = 74
_FIGURES: tuple[tuple[str, str, str, Callable[[PersonLoad], int]], ...] = (
    ("open", "open", "", lambda load: load.cases.open),
    ("breached", "late", "$text-error", lambda load: load.breached),
    ("offers", "offr", "$text-warning", lambda load: load.offers),
    ("promises", "prom", "", lambda load: load.promises),
    ("calls", "call", "$text-error", lambda load: load.calls),
    ("changes", "todo", "", lambda load: load.changes),
)
"""The counts: the column heading, a short one, the colour above zero, and how to read it from a load."""


def heads(width: int) -> Content:
    """The names of the columns."""
    name, role, words, figure = _widths(width)
    row = fit("name", name) + " " + (fit("role", role) + " " if role else "") + fit("today", words)
    return Content(row + "".join(_right(long if width >= _WIDE else short, figure) for long, short, _, _ in _FIGURES))


def line(load: PersonLoad, roster: Roster, width: int, *, addressed: bool = False) -> Content:
    """One person: name, role, status today, and the counts; a zero is left blank, except for open cases."""
    name, role, words, figure = _widths(width)
    person = load.person
    figures: list[str | tuple[str, str]] = []
    for _, _, style, count in _FIGURES:
        n = count(load)
        if not n and person.role == CONTACT and not figures:
            words += figure  # a contact's reach takes the room of leading zeros
            continue
        text = _right(f"{n:,}" if n or count is _FIGURES[0][3] else "", figure)
        figures.append((text, style) if style else text)
    return Content.assemble(
        (fit(display_text(person.name), name), "bold"),
        " " + (fit(person.role, role) + " " if role else ""),
        fit(display_text(today(person, roster, addressed=addressed)), words),
        *figures,
    )


def full_text(load: PersonLoad, roster: Roster, *, addressed: bool = False) -> str:
    """A workload in full: "Ben, agent: away, Cleo acts. 9 open cases (3 parked, 2 breached); 1 offer to answer"."""
    parts = []
    cases = load.cases
    if load.person.role != CONTACT or cases.open:
        which = ((cases.parked, "parked"), (load.breached, "breached"))
        of_them = ", ".join(f"{count:,} {what}" for count, what in which if count)
        parts.append(_many(cases.open, "open case") + (f" ({of_them})" if of_them else ""))
    if load.offers:
        parts.append(f"{_many(load.offers, 'offer')} to answer")
    if load.promises:
        parts.append(f"{_many(load.promises, 'promise')} due today")
    if load.calls:
        parts.append(f"{_many(load.calls, 'call')} to acknowledge")
    if load.changes:
        parts.append(f"{_many(load.changes, 'change')} to make after reviews")
    person = load.person
    figures = f". {'; '.join(parts)}" if parts else ""
    return display_text(f"{person.name}, {person.role}: {today(person, roster, addressed=addressed)}{figures}.")


def load_summary(load: PersonLoad) -> str:
    """A person's open cases, offers and calls, in words: "9 open cases, 1 offer, 2 calls"."""
    parts = [
        _many(count, word)
        for count, word in ((load.cases.open, "open case"), (load.offers, "offer"), (load.calls, "call"))
        if count
    ]
    return ", ".join(parts) or "nothing yet"


def unowned_line(words: str, counts: tuple[int, int], roster: Roster) -> Content:
    """One line for cases without an owner in the team: how many, and who answers for them."""
    count, late = counts
    breached = f", {late:,} breached" if late else ""
    duty = roster.on_duty()
    acting = f", answered for by {roster.name(duty)}" if duty is not None else ""
    return Content(display_text(f"{words}: {_many(count, 'case')}{breached}{acting}"))


def _widths(width: int) -> tuple[int, int, int, int]:
    """The widths of the columns: name, role (0: left out), today, and each count."""
    figure = 10 if width >= _WIDE else 6 if width >= _ROLES_FROM else 5
    role = 7 if width >= _ROLES_FROM else 0
    room = width - figure * len(_FIGURES) - (role + 1 if role else 0) - _AROUND
    name = min(26, max(8, room // 2))
    return name, role, max(6, room - name), figure


def _right(text: str, width: int) -> str:
    return text.rjust(width)[:width] if len(text) <= width else fit(text, width)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
