"""Promises: what customers were told and still wait for, by the time it falls due."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from careconsole.desk import agenda
from careconsole.desk.agenda import Promises, Told, Which
from careconsole.domain.roster import Roster
from careconsole.domain.text import cell_width, display_text, fit
from careconsole.domain.times import format_span, local
from careconsole.outlet.words import often
from careconsole.tui.agendalines import answers
from careconsole.tui.screens.rereading import Rereading
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.lines import Lines

_WHICH: tuple[tuple[Which, str], ...] = (
    ("all", "No promise is open."),
    ("mine", "No promise is open that you answer for."),
    ("today", "No promise falls due today."),
    ("broken", "No promise is broken."),
)
"""The lists by their keys, 1 to 4, and what is said where one is empty."""
_MOST = 1_000
"""So many promises are listed; of more, how many there are."""
_AROUND = 4
"""Cells at the edges of a line, for its sign and for a bar to scroll with."""


class PromisesScreen(Rereading[int | None]):
    """Lists open promises. Gives the number of the case that is to be looked at, or None."""

    BINDINGS = [
        Binding("escape,q,P,backspace", "back", "Back", show=False),
        *(Binding(str(n), f"which({n - 1})", name.title(), show=False) for n, (name, _) in enumerate(_WHICH, start=1)),
        Binding("tab", "turn(1)", "The next list", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", "The list before", show=False, priority=True),
        Binding("K", "keep", "A promise is kept", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._which = 0
        self._found: Promises | None = None
        self._heads = Static(id="heads")
        self._whole = Static(id="whole")

    def compose(self) -> ComposeResult:
        """The lists, the promises, the one under the cursor in words, the keys."""
        yield Bar("title")
        yield self._heads
        yield Lines("lines")
        yield self._whole
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads them."""
        self.query_one(Lines).focus()
        keys = [("Enter", "go there"), ("K", "kept"), ("1-4", "which"), ("r", "reload"), ("Esc", "back")]
        self.query_one("#hints", Bar).put(keys_parts(*keys))
        self._title()
        self.action_refresh()

    def on_screen_resume(self) -> None:
        """A promise may have been kept in the form that was on top."""
        super().on_screen_resume()
        if self._found is not None:
            self.action_refresh()

    async def read(self) -> None:
        """The promises of the list that is wanted."""
        which = _WHICH[self._which][0]
        self._found = await self.ask(lambda desk: agenda.promises(desk, which))

    # What is shown.

    def show(self) -> None:
        """The list, where the cursor was."""
        found = self._found
        if found is None:
            return
        lines, before, now = self.query_one(Lines), self.chosen, self.session.now()
        shown = found.entries[:_MOST]
        widths = _widths(shown, now, self.size.width)
        self._heads.update(_heads(widths))
        options = [Option(_line(told, found.roster, now, widths)) for told in shown]
        if not shown:
            options.append(Option(Content(_WHICH[self._which][1]), disabled=True))
        elif len(found.entries) > _MOST:
            options.append(Option(_more_line(len(found.entries) - _MOST), disabled=True))
        at = lines.highlighted or 0
        lines.set_options(options)
        same = [place for place, told in enumerate(shown) if _is_same(told, before)]
        lines.highlighted = same[0] if same else min(at, len(shown) - 1) if shown else None
        self._title()
        self._state()

    def _title(self) -> None:
        parts = [("Promises ", "bold", "")]
        for place, (name, _) in enumerate(_WHICH):
            here = place == self._which
            count = f" {len(self._found.entries):,}" if here and self._found is not None else ""
            text = f"{place + 1} {name}{count}"
            parts.append((f"[{text}]" if here else f" {text} ", "bold reverse" if here else "", str(place)))
        self.query_one("#title", Bar).put(parts, (self.session.who_words, "bold"))

    @on(OptionList.OptionHighlighted)
    def _state(self) -> None:
        told, found = self.chosen, self._found
        words = whole(told, found.roster, self.session.now()) if told is not None and found is not None else ""
        self._whole.update(Content(display_text(words)))

    @property
    def chosen(self) -> Told | None:
        """The promise under the cursor."""
        at = self.query_one(Lines).highlighted
        entries = self._found.entries if self._found is not None else []
        return entries[at] if at is not None and at < min(len(entries), _MOST) else None

    # Keys.

    @on(OptionList.OptionSelected)
    def _go(self) -> None:
        told = self.chosen
        if told is not None and self.is_current:  # a second Enter may be on its way
            self.dismiss(told.case)

    @on(Bar.Clicked)
    def _clicked(self, message: Bar.Clicked) -> None:
        self.action_which(int(message.mark))

    def action_which(self, place: int) -> None:
        """Another list."""
        if _WHICH[place][0] == "mine" and self.session.person is None:
            self.host.say("Nobody is at work here yet.", "Press w in the queue and say who you are.")
            return
        self._which = place
        self.action_refresh()

    def action_turn(self, step: int) -> None:
        """The next list, or the one before."""
        self.action_which((self._which + step) % len(_WHICH))

    def action_keep(self) -> None:
        """The promise under the cursor is kept; what was done is asked for."""
        told = self.chosen
        if told is not None:
            self.host.command("keep", told.case)

    def action_back(self) -> None:
        """Back to the list of cases."""
        if self.is_current:
            self.dismiss(None)


def whole(told: Told, roster: Roster, now: int) -> str:
    """A promise in words: "12 Kettle cracked: call back. Ben promised it Mon 9:00, by 17:00; Cleo answers for it"."""
    promise = told.promise
    moved = f", moved {often(promise.moves)}" if promise.moves else ""
    made = f"{roster.name(promise.by)} promised it {local(promise.made_at, now)}, by {local(promise.due, now)}{moved}"
    return f"{told.case} {told.subject}: {promise.text}. {made}; {answers(told.answerable, roster)} answers for it."


def _widths(some: Sequence[Told], now: int, width: int) -> tuple[int, ...]:
    """The cells of when, how far that is, the number, who answers, the customer and the promise."""
    when = max([cell_width("Due"), *(len(local(told.promise.due, now)) for told in some)])
    far = max([0, *(len(_far(told, now)) for told in some)])
    number = max([cell_width("No"), *(len(str(told.case)) for told in some)])
    room = max(30, width - _AROUND - when - far - number - 5)
    who, customer = min(16, room // 4), min(22, room // 4)
    return when, far, number, who, customer, room - who - customer


def _heads(widths: tuple[int, ...]) -> Content:
    when, far, number, who, customer, _ = widths
    return Content(
        f"  {'Due':<{when}} {'':<{far}} {'No':>{number}} {fit('Answers', who)} {fit('Customer', customer)} Promise"
    )


def _far(told: Told, now: int) -> str:
    due = told.promise.due
    words = f"{format_span(now - due)} late" if due < now else f"in {format_span(due - now)}"
    return f"broken, {words}" if told.broken else words


def _line(told: Told, roster: Roster, now: int, widths: tuple[int, ...]) -> Content:
    """One promise: when, of which case, who answers for it, whom it was given, what."""
    when, far, number, who, customer, text = widths
    style = "bold $text-error" if told.broken else ""
    return Content.assemble(
        ("! " if told.broken else "  ", style),
        f"{local(told.promise.due, now):<{when}} ",
        (f"{_far(told, now):<{far}}", style),
        f" {told.case:>{number}} ",
        fit(display_text(answers(told.answerable, roster), who), who) + " ",
        fit(display_text(told.customer, customer), customer) + " ",
        (display_text(told.promise.text, text), "bold"),
    )


def _more_line(count: int) -> Content:
    return Content(f"and {count:,} more after these; 2 shows yours, 3 today's")


def _is_same(told: Told, other: Told | None) -> bool:
    return other is not None and (told.case, told.promise.number) == (other.case, other.promise.number)
