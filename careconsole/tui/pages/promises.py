"""The promises page: what customers were promised and still wait for, by due time."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk.queries import agenda
from careconsole.desk.queries.agenda import PromiseEntry, Promises, Which
from careconsole.domain.case.narrator import ended
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text, first_words, fit
from careconsole.domain.time.moments import format_span, local
from careconsole.present.promises import moved_words, promise_text, untold_words
from careconsole.tui.pages.agenda_lines import answerable_name
from careconsole.tui.pages.list_page import ListRow, TabbedPage
from careconsole.tui.pages.verb_menu import open_verb_menu
from careconsole.tui.widgets.bindings import bound

_WHICH: tuple[tuple[Which, str, str], ...] = (
    ("all", "all", f"No promises are open. To record one: {shown_key('promise')} (Promise) on a case"),
    ("mine", "mine", "No promises that you are responsible for are open."),
    ("today", "by today", "No promises are due today, and none are overdue."),
    ("tomorrow", "tomorrow", "No promises are due tomorrow."),
    ("overdue", "overdue", "No promises are overdue."),
)
"""The lists in the order of their keys, 1 to 5, their names, and the text shown when one is empty."""
_COMMANDS = ("keep", "move", "release", "log", "note")
"""What the menu of a promise has."""
_MOST = 1_000
"""The most promises listed; a last line counts the rest."""
_LONGEST_CUSTOMER = 30
_RESPONSIBLE, _WHO = "Responsible", "Who"
"""The head of the column for who answers, and the one for where there is no room for it."""
_ROOMY, _LEAST_PROMISE = 45, 12
"""Cells that names and promise must have together for the long head, and that a promise has at least."""
_AROUND = 4
"""Cells for the sign of a line and for the scroll bar."""


class PromisesScreen(TabbedPage[PromiseEntry, int | None]):
    """Lists open promises. Its result is the number of the case to go to, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("promises", "back", "Back"),
        *(
            binding
            for n, (_, name, _) in enumerate(_WHICH, start=1)
            for binding in bound("number", f"which({n - 1})", name.capitalize(), only=[str(n)])
        ),
        *bound("next", "turn(1)", "The next list", priority=True),
        *bound("previous", "turn(-1)", "The list before", priority=True),
        *bound("keep", "keep"),
        *bound("more", "more", "What can be done with the promise"),
        *bound("refresh", "refresh"),
    ]

    HEADS = True
    HEAD = "Promises"
    TABS = tuple(name for _, name, _ in _WHICH)

    def __init__(self) -> None:
        super().__init__()
        self._found: Promises | None = None

    def on_mount(self) -> None:
        """Shows the keys and the tabs."""
        on_row = [("Enter", "go to the case"), ("K", "kept"), (".", "more")]
        self.put_keys(("1-5", "which"), ("F5", "reload"), ("Esc", "back"), on_row=on_row)
        self._title()

    def on_screen_resume(self) -> None:
        """Reads the promises again: one may have been kept in the form that was on top."""
        if self._found is not None:
            self.action_refresh()

    async def read(self) -> None:
        """Reads the promises of the selected list."""
        which = _WHICH[self.tab][0]
        self._found = await self.ask(lambda desk: agenda.counted_promises(desk, which))

    # What is shown.

    def show(self) -> None:
        """Shows the list; the cursor stays where it was."""
        found = self._found
        if found is None:
            return
        now, shown = self.session.now(), found.entries[:_MOST]
        widths = _widths(shown, found.roster, now, self.size.width)
        self.put_heads(_heads(widths))
        rows = [ListRow(_line(told, found.roster, now, widths), told) for told in shown]
        if not shown:
            rows.append(ListRow(Content(_WHICH[self.tab][2])))
        elif len(found.entries) > _MOST:
            rows.append(ListRow(_more_line(len(found.entries) - _MOST)))
        self.fill(rows, self.place)
        self._title()

    def _title(self) -> None:
        self.show_tabs(self.session.who)

    def count(self, place: int) -> tuple[str, str]:
        """How many promises a list has, once they have been read; of one's own only while somebody is at work."""
        count = self._found.counts.get(_WHICH[place][0]) if self._found is not None else None
        return f" {count:,}" if count is not None else "", ""

    def key(self, row: PromiseEntry) -> Hashable:
        """Identifies a row by the case and the number of the promise in it."""
        return row.case, row.promise.number

    def words(self, row: PromiseEntry | None) -> str:
        """The promise in full: who made it and when, and who is responsible."""
        return "" if row is None or self._found is None else full_text(row, self._found.roster, self.session.now())

    # Keys.

    def choose(self, row: PromiseEntry) -> None:
        """Goes to the case."""
        self.dismiss(row.case)

    def action_which(self, place: int) -> None:
        """Switches to another list; "mine" only while somebody is at work."""
        if _WHICH[place][0] == "mine" and self.session.person is None:
            self.host.say("Nobody is working here yet.", f"Press {shown_key('who')} in the queue and say who you are.")
            return
        super().action_which(place)

    def action_keep(self) -> None:
        """Opens the form that records a kept promise, on the case under the cursor."""
        if self.row is not None:
            self.host.action_verb("keep", self.row.case)

    def action_more(self) -> None:
        """Opens the menu of the commands for the promise under the cursor, whose forms open on its case."""
        row = self.row
        if row is None:
            self.host.say("There is no promise on this line.")
            return
        open_verb_menu(self, row.case, "the promise", _COMMANDS)


def full_text(told: PromiseEntry, roster: Roster, now: int) -> str:
    """A promise in full: "12 Kettle cracked: call back. Ben promised it Mon 9:00, by 17:00; Cleo answers for it"."""
    promise = told.promise
    made, due = f"{roster.name(promise.by)} promised it {local(promise.made_at, now)}", local(promise.due, now)
    # Who promised it did not say the time that it was moved to, which somebody else may have done.
    made += f"; it was{moved_words(promise).removeprefix(',')}, to {due}" if promise.moves else f", by {due}"
    made += untold_words(promise)
    answerable = answerable_name(told.answerable, roster)
    called = (
        "" if told.called in (None, told.answerable) else f", {answerable_name(told.called, roster)} is called to help"
    )
    return f"{told.case} {told.subject}: {ended(promise.text)} {made}; {answerable} is responsible{called}."


def _widths(some: Sequence[PromiseEntry], roster: Roster, now: int, width: int) -> tuple[int, ...]:
    """The widths of the columns: due, how far off, case number, who answers, customer, promise."""
    when = max([cell_width("Due"), *(len(local(told.promise.due, now)) for told in some)])
    far = max([0, *(len(_remaining(told, now)) for told in some)])
    number = max([cell_width("No"), *(len(str(told.case)) for told in some)])
    room = max(30, width - _AROUND - when - far - number - 5)
    # Names come first, as long as something of each promise can be read.
    who = min(_widest(_WHO, [answerable_name(told.answerable, roster) for told in some]), room // 2)
    who = max(who, len(_RESPONSIBLE)) if room >= _ROOMY else who
    customer = min(_widest("Customer", [told.customer for told in some]), room - who - _LEAST_PROMISE)
    return when, far, number, who, customer, room - who - customer


def _widest(head: str, names: Sequence[str]) -> int:
    return max(cell_width(head), *(cell_width(display_text(name, _LONGEST_CUSTOMER)) for name in names), 0)


def _heads(widths: tuple[int, ...]) -> Content:
    when, far, number, who, customer, _ = widths
    head = _RESPONSIBLE if who >= len(_RESPONSIBLE) else _WHO
    return Content(
        f"  {'Due':<{when}} {'':<{far}} {'No':>{number}} {fit(head, who)} {fit('Customer', customer)} Promise"
    )


def _remaining(told: PromiseEntry, now: int) -> str:
    due = told.promise.due
    return f"{format_span(now - due)} late" if due < now else f"in {format_span(due - now)}"


def _line(told: PromiseEntry, roster: Roster, now: int, widths: tuple[int, ...]) -> Content:
    """One promise: due time, case, who answers for it, customer and text."""
    when, far, number, who, customer, text = widths
    style = "bold $text-error" if told.broken else ""
    return Content.assemble(
        ("! " if told.broken else "  ", style),
        f"{local(told.promise.due, now):<{when}} ",
        (f"{_remaining(told, now):<{far}}", style),
        f" {told.case:>{number}} ",
        fit(display_text(answerable_name(told.answerable, roster), who), who) + " ",
        fit(display_text(told.customer, customer), customer) + " ",
        (first_words(display_text(promise_text(told.promise)), text), "bold"),
    )


def _more_line(count: int) -> Content:
    return Content(f"and {count:,} more after these; 2 shows yours, 3 what is due by today")
