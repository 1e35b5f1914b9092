"""The team as lines: each person with their workload, sorted by name, never by load."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import msgspec
from textual.content import Content

from careconsole.desk.queries.workload import PersonLoad, Unowned
from careconsole.desk.team.absence import away_words
from careconsole.domain.counting import counted
from careconsole.domain.filters.language import Term, number_filter, unparse
from careconsole.domain.team.roster import CONTACT, Person, Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import local
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


_AROUND = 6
"""Cells for the edges of a line, the sign before the name, and the scroll bar."""
_ONLINE = "●"
ONLINE_WORDS = f"{_ONLINE} has a console open"
"""What the sign before a name means."""
_ROLES_FROM = 74
_MOST_NAME = 26
_LEAST_NAME, _LEAST_TODAY = 8, 6
_BAR = 8
"""Cells of the bar of open cases."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_NONE = "·"


def _named(field: str) -> Callable[[PersonLoad], str]:
    return lambda load: person_term(field, load.person.name)


def person_term(field: str, name: str) -> str:
    """A filter term for a person's name, quoted if needed."""
    return unparse((Term(field=field, op="=", values=(name,), negated=False, start=0, end=0),))


FIGURES: tuple[Figure, ...] = (
    Figure(
        head="open",
        short="open",
        words="open cases",
        count=lambda load: load.cases.open,
        filter=_named("owner"),
    ),
    Figure(
        head="overdue",
        short="late",
        words="overdue cases",
        style="$text-error",
        count=lambda load: load.breached,
        filter=lambda load: f"{person_term('owner', load.person.name)} is:overdue",
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
        head="prom today",
        short="prom",
        words="cases promised for today",
        count=lambda load: load.promises,
        filter=lambda load: number_filter(load.due_today),
    ),
    Figure(
        head="prom 7 days",
        short="week",
        words="cases promised for the next 7 days",
        count=lambda load: load.soon_promised,
        filter=lambda load: number_filter(load.due_soon),
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
        words="cases with a change to make or to check",
        count=lambda load: load.changes,
        filter=lambda load: number_filter(load.to_change),
    ),
)
"""The figures of a person, from left to right."""
OPEN, BREACHED, PROMISED_TODAY, PROMISED_SOON = 0, 1, 3, 4
"""The places of the figures that the lines without a person have as well."""


class TeamColumns(msgspec.Struct, frozen=True):
    """The widths of the columns: name, role and today (0: left out), and each count; whether the heads are the short
    ones, and how many open cases fill the bar (0: there is no room for it)."""

    name: int
    role: int
    today: int
    figures: tuple[int, ...]
    short: bool
    full_bar: int


def team_columns(
    loads: Sequence[PersonLoad], roster: Roster, width: int, now: int, addressed: Collection[int | None] = ()
) -> TeamColumns:
    """Columns as wide as what is in them; where room is short, heads, bar, role and today give way, names at last."""
    staff = [load for load in loads if load.person.role != CONTACT]
    forms = [_todays(load.person, roster, now, addressed=load.person.number in addressed) for load in staff]
    # An absence in full, then with its end and its cover in brief.
    full, brief = (max(_LEAST_TODAY, *(cell_width(some[min(at, len(some) - 1)]) for some in forms), 0) for at in (0, 1))
    name = min(_MOST_NAME, max(_LEAST_NAME, *(cell_width(display_text(load.person.name)) for load in loads), 0))
    role = max(4, *(len(load.person.role) for load in loads), 0) if width >= _ROLES_FROM else 0
    most = max((load.cases.open for load in loads), default=0)
    room = width - _AROUND - 1 - (role + 1 if role else 0)

    def figures(short: bool, gap: int = 2) -> tuple[int, ...]:
        heads = [one.short if short else one.head for one in FIGURES]
        digits = [max((len(f"{one.count(load):,}") for load in loads), default=1) for one in FIGURES]
        return tuple(gap + max(len(head), count) for head, count in zip(heads, digits, strict=True))

    for said, short in ((full, False), (full, True), (brief, False), (brief, True)):
        counts = figures(short)
        if room >= name + said + sum(counts) + _BAR + 1:
            return TeamColumns(name, role, said, counts, short, most)
    counts = figures(short=True, gap=1)
    room -= sum(counts)
    own = min(name, max((cell_width(display_text(load.person.name)) for load in staff), default=0))
    if role and room < own + brief:  # the role of the person under the cursor stands below the list
        room, role = room + role + 1, 0
    # Names of the team come first, those of contacts after what is said of today.
    name = max(min(own, room - _LEAST_TODAY), min(name, max(_LEAST_NAME, room - brief)))
    return TeamColumns(name, role, max(_LEAST_TODAY, min(full, room - name)), counts, True, 0)


def _todays(person: Person, roster: Roster, now: int, *, addressed: bool) -> list[str]:
    """What the column about today says of a person, made safe, from the longest to the shortest."""
    found = [today(person, roster, addressed=addressed, short=short) for short in (False, True)]
    if person.active and person.away and person.role != CONTACT and (until := person.away_until) is not None:
        duty = ", on duty" if person.number == roster.lead_on_duty() else ""
        acting = roster.answerable(person.number)
        covers = f" ({roster.name(acting)})" if acting is not None else ""
        back = f"expected {local(until, now)}{covers}{duty}"
        found = [away_words(person, roster, now) + duty, f"away, {back}", back, found[1]]
    return [display_text(one) for one in found]


def load_bar(count: int, full: int) -> str:
    """Open cases as a bar, in eighths of a cell; `full` of them fill it, and a single one is seen."""
    eighths = max(1, round(count * _BAR * 8 / full)) if count and full else 0
    whole, rest = divmod(min(eighths, _BAR * 8), 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(_BAR)


def heads(columns: TeamColumns, chosen: int = OPEN) -> Content:
    """The names of the columns; that of the `chosen` figure, which Enter opens, is marked."""
    row = "  " + fit("name", columns.name) + " " + (fit("role", columns.role) + " " if columns.role else "")
    parts: list[str | tuple[str, str]] = [row + fit("today", columns.today)]
    for place, (one, width) in enumerate(zip(FIGURES, columns.figures, strict=True)):
        text = _right(one.short if columns.short else one.head, width)
        bare = text.lstrip()
        parts += [text[: len(text) - len(bare)], (bare, "bold reverse" if place == chosen else "")]
        if place == OPEN and columns.full_bar:
            parts.append(" " * (_BAR + 1))
    return Content.assemble(*parts)


def line(
    load: PersonLoad, roster: Roster, columns: TeamColumns, now: int, *, addressed: bool = False, online: bool = False
) -> Content:
    """One person: name, role, status today, and the counts, a zero as a dim dot; their open cases as a bar, too.

    `online`: a console of theirs is open, which a sign before the name says.
    """
    person, words = load.person, columns.today
    *longer, brief = _todays(person, roster, now, addressed=addressed)
    status = next((one for one in longer if cell_width(one) <= words), brief)
    bar = _BAR + 1 if columns.full_bar else 0
    figures: list[str | tuple[str, str]] = []
    for place, (one, width) in enumerate(zip(FIGURES, columns.figures, strict=True)):
        n = one.count(load)
        if not n and person.role == CONTACT and not figures:
            words += width + (bar if place == 0 else 0)  # a contact's reach takes the room of leading zeros
            continue
        text = _right(f"{n:,}" if n else _NONE, width)
        figures.append((text, one.style if n else "$text-muted") if one.style or not n else text)
        if place == OPEN and bar:
            figures.append((f" {load_bar(n, columns.full_bar)}", "$text-primary"))
    return Content.assemble(
        f"{_ONLINE if online else ' '} ",
        (fit(display_text(person.name), columns.name), "bold"),
        " " + (fit(person.role, columns.role) + " " if columns.role else ""),
        fit(status, words),
        *figures,
    )


def full_text(
    load: PersonLoad, roster: Roster, *, addressed: bool = False, places: Sequence[str] = (), now: int
) -> str:
    """A workload in full: "Ben, agent: away, Cleo covers. 9 open cases (3 parked, 2 overdue); 1 offer to answer".

    `places` are the workstations at which a console of theirs is open.
    """
    parts = []
    cases = load.cases
    if load.person.role != CONTACT or cases.open:
        which = ((cases.parked, "parked"), (load.breached, "overdue"))
        of_them = ", ".join(f"{count:,} {what}" for count, what in which if count)
        parts.append(_many(cases.open, "open case") + (f" ({of_them})" if of_them else ""))
    if load.offers:
        parts.append(f"{_many(load.offers, 'offer')} to answer")
    if load.soon_promised:
        today_of = f"{load.promises:,}" if load.promises else "none"
        parts.append(f"{load.soon_promised:,} with a promise due within 7 days, {today_of} today or late already")
    if load.calls:
        parts.append(f"{_many(load.calls, 'call')} to acknowledge")
    if load.helps:
        parts.append(f"asked to help on {_many(load.helps, 'case')}")
    if load.changes:
        parts.append(f"{_many(load.changes, 'case')} with a change to make or to check after a review")
    person = load.person
    figures = f". {'; '.join(parts)}" if parts else ""
    at = ", ".join(dict.fromkeys(filter(None, places)))
    at = f", console open{f' at {at}' if at else ''}" if places else ""
    words = today(person, roster, addressed=addressed)
    if person.active and person.away and person.role != CONTACT:
        words = away_words(person, roster, now) + (", on duty" if person.number == roster.lead_on_duty() else "")
    return display_text(f"{person.name}, {person.role}: {words}{at}{figures}.")


def load_summary(load: PersonLoad) -> str:
    """All that a person has to do, in words, as a handover moves it: "9 open cases, 1 offer, 2 calls"."""
    parts = (
        (load.cases.open, "open case", ""),
        (load.offers, "offer", ""),
        (load.all_calls, "call", ""),
        (load.helps, "request for help", "requests for help"),
        (load.changes, "case with a change", "cases with a change"),
    )
    return ", ".join(counted(count, one, more) for count, one, more in parts if count) or "nothing yet"


def unowned_line(words: str, found: Unowned, roster: Roster) -> Content:
    """One line for cases without an owner in the team: how many, what is promised on them, and who answers for them."""
    late = f", {found.breached:,} overdue" if found.breached else ""
    due = f"; promises: {len(found.due_today):,} today, {len(found.due_soon):,} in 7 days;" if found.due_soon else ","
    duty = roster.on_duty()
    acting = f"{due} {roster.name(duty)} is responsible" if duty is not None else due.rstrip(";,")
    return Content(display_text(f"{words}: {_many(found.open, 'case')}{late}{acting}"))


def unowned_filter(name: str, found: Unowned | None, figure: int) -> str:
    """The filter for the cases of such a line: all, or those that the chosen figure counts, where the line names them.

    `name` is what is:... calls them.
    """
    due = {PROMISED_TODAY: found.due_today, PROMISED_SOON: found.due_soon} if found is not None else {}
    if numbers := due.get(figure):
        return number_filter(numbers)
    return f"is:{name} is:overdue" if figure == BREACHED else f"is:{name}"


def unanswered_line(count: int) -> Content:
    """One line for what the whole team resolved unanswered lately; by whom is not counted."""
    return Content.assemble((f"resolved unanswered in the last 7 days: {_many(count, 'case')}", "$text-warning"))


def _right(text: str, width: int) -> str:
    return text.rjust(width)[:width] if len(text) <= width else fit(text, width)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
