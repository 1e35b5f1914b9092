"""The team as lines: each person with their workload, sorted by name, never by load."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from textual.content import Content

from careconsole.desk.queries.workload import PersonLoad
from careconsole.domain.filters.language import MAX_VALUES, Term, unparse
from careconsole.domain.team.roster import CONTACT, Roster
from careconsole.domain.terminal_text import display_text, fit
from careconsole.tui.widgets.person_choices import today


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A column of figures. Each is a number of cases, and `filter` finds exactly these.

    `head` and `short` are its headings, `style` its colour above zero, `words` what a person has none of.
    """

    head: str
    short: str
    words: str
    style: str = ""
    count: Callable[[PersonLoad], int]
    filter: Callable[[PersonLoad], str]


_WIDE = 100
_AROUND = 4
"""Cells for the edges of a line, the scroll bar, and the gap after the name."""
_ROLES_FROM = 74


def _named(field: str) -> Callable[[PersonLoad], str]:
    return lambda load: person_term(field, load.person.name)


def person_term(field: str, name: str) -> str:
    """A filter term for a person's name, quoted if needed."""
    return unparse((Term(field=field, op="=", values=(name,), negated=False, start=0, end=0),))


def _numbered(numbers: Sequence[int]) -> str:
    """A filter for these cases, of which only their histories say that they are meant."""
    return f"number:{','.join(map(str, numbers[:MAX_VALUES]))}"


FIGURES: tuple[Figure, ...] = (
    Figure(
        head="open",
        short="open",
        words="open cases",
        count=lambda load: load.cases.open,
        filter=_named("owner"),
    ),
    Figure(
        head="breached",
        short="late",
        words="breached cases",
        style="$text-error",
        count=lambda load: load.breached,
        filter=lambda load: f"{person_term('owner', load.person.name)} is:breached",
    ),
    Figure(
        head="offers",
        short="offr",
        words="offers to answer",
        style="$text-warning",
        count=lambda load: load.offers,
        filter=_named("offered"),
    ),
    Figure(
        head="promises",
        short="prom",
        words="cases promised for today",
        count=lambda load: load.promises,
        filter=lambda load: _numbered(load.due_today),
    ),
    Figure(
        head="calls",
        short="call",
        words="calls to acknowledge",
        style="$text-error",
        count=lambda load: load.calls,
        filter=lambda load: f"{person_term('responder', load.person.name)} is:unacknowledged",
    ),
    Figure(
        head="changes",
        short="todo",
        words="cases with a change to make",
        count=lambda load: load.changes,
        filter=lambda load: _numbered(load.to_change),
    ),
)
"""The figures of a person, from left to right."""
OPEN, BREACHED = 0, 1
"""The places of the figures that the lines without a person have as well."""


def heads(width: int, chosen: int = OPEN) -> Content:
    """The names of the columns; that of the `chosen` figure, which Enter opens, is marked."""
    name, role, words, figure = _widths(width)
    row = fit("name", name) + " " + (fit("role", role) + " " if role else "") + fit("today", words)
    parts: list[str | tuple[str, str]] = [row]
    for place, one in enumerate(FIGURES):
        text = _right(one.head if width >= _WIDE else one.short, figure)
        bare = text.lstrip()
        parts += [text[: len(text) - len(bare)], (bare, "bold reverse" if place == chosen else "")]
    return Content.assemble(*parts)


def line(load: PersonLoad, roster: Roster, width: int, *, addressed: bool = False) -> Content:
    """One person: name, role, status today, and the counts; a zero is left blank, except for open cases."""
    name, role, words, figure = _widths(width)
    person = load.person
    figures: list[str | tuple[str, str]] = []
    for place, one in enumerate(FIGURES):
        n = one.count(load)
        if not n and person.role == CONTACT and not figures:
            words += figure  # a contact's reach takes the room of leading zeros
            continue
        text = _right(f"{n:,}" if n or place == OPEN else "", figure)
        figures.append((text, one.style) if one.style else text)
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
        parts.append(f"{load.promises:,} promised for today")
    if load.calls:
        parts.append(f"{_many(load.calls, 'call')} to acknowledge")
    if load.changes:
        parts.append(f"{_many(load.changes, 'case')} with a change to make after a review")
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


def unanswered_line(count: int) -> Content:
    """One line for what the whole team resolved unanswered lately; by whom is not counted."""
    return Content.assemble((f"resolved unanswered in the last 7 days: {_many(count, 'case')}", "$text-warning"))


def _widths(width: int) -> tuple[int, int, int, int]:
    """The widths of the columns: name, role (0: left out), today, and each count."""
    figure = 10 if width >= _WIDE else 6 if width >= _ROLES_FROM else 5
    role = 7 if width >= _ROLES_FROM else 0
    room = width - figure * len(FIGURES) - (role + 1 if role else 0) - _AROUND
    name = min(26, max(8, room // 2))
    return name, role, max(6, room - name), figure


def _right(text: str, width: int) -> str:
    return text.rjust(width)[:width] if len(text) <= width else fit(text, width)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
