"""The next hours: what falls due when, who answers for it, who is on duty."""

from __future__ import annotations

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from careconsole.desk import Desk, agenda, ask, service
from careconsole.desk.agenda import Agenda, Entry
from careconsole.domain.service import STANDARD
from careconsole.domain.text import display_text
from careconsole.domain.times import local
from careconsole.tui.agendalines import answers, by_hour, line, whole
from careconsole.tui.screens.base import ShowList
from careconsole.tui.screens.spanning import Spanning
from careconsole.tui.widgets.bars import Bar, keys_parts, many
from careconsole.tui.widgets.lines import Lines

_SPANS = ((8, "8 hours"), (24, "24 hours"), (72, "3 days"), (168, "7 days"))
"""How far it looks ahead: hours, and in words."""
_MOST = 400
"""So many things that fall due are listed; of more, how many there are."""
_LATE, _MINE_LATE = "is:breached", "is:mine is:breached"
"""What is late already, and of that what waits for the person at work."""
_HOURS = "Clocks run day and night so far; careconsole calendar set gives the team's opening hours."


class AgendaScreen(Spanning):
    """A timeline of what falls due. Gives the number of the case that is to be looked at, or None."""

    BINDINGS = [
        Binding("h", "back", "Back", show=False),
        Binding("equals_sign", "span(1)", "Further ahead", show=False),
    ]
    SPANS = _SPANS

    def __init__(self) -> None:
        super().__init__()
        self._found: Agenda | None = None
        self._late = 0
        self._usual = False
        self._places: list[Entry | None] = []

    async def read(self) -> None:
        """What falls due, how much is late, and whether the team has levels of its own."""
        hours, mine = _SPANS[self._span][0], self._mine

        def work(desk: Desk) -> tuple[Agenda, int, bool]:
            found = agenda.agenda(desk, hours)
            late = ask.counts(desk, [_MINE_LATE], ask.COUNT_LIMIT + 1)[0] if mine else found.late
            return found, late, service.service(desk) == STANDARD

        self._found, self._late, self._usual = await self.ask(work)

    # What is shown.

    def show(self) -> None:
        """The timeline, where the cursor was."""
        found = self._found
        if found is None:
            return
        lines = self.query_one(Lines)
        before, now = self._entry, self.session.now()
        entries = [e for e in found.entries if not self._mine or e.answerable == self.session.person]
        options, self._places = [], []
        if self._late:
            options.append(Option(_late_line(self._late, self._mine)))
            self._places.append(None)
        for place, (hour, due) in enumerate(by_hour(entries[:_MOST], now)):
            options.append(Option(_hour_line(hour, len(due), now, present=not place), disabled=True))
            options += [Option(line(e, found.roster, self.session.person, now, self.size.width)) for e in due]
            self._places += [None, *due]
        if len(entries) > _MOST:
            options.append(Option(_more_line(len(entries) - _MOST), disabled=True))
            self._places.append(None)
        lines.set_options(options)
        same = [place for place, e in enumerate(self._places) if _is_same(e, before)]
        chosen = [place for place, option in enumerate(options) if not option.disabled]
        lines.highlighted = same[0] if same else chosen[0] if chosen else None
        if lines.highlighted is not None and lines.highlighted <= 1:
            lines.scroll_home(animate=False)  # the head of the first hour too
        self._title(len(entries), found)
        self._state()

    def _title(self, count: int, found: Agenda) -> None:
        hours = _SPANS[self._span][1]
        whose = "you answer for" if self._mine else "all"
        due = f"{count:,} fall due" if count != 1 else "1 falls due"
        parts = [(f"The next {hours}: {due}", "bold", "")]
        if self._late:
            parts.append((f", {many(self._late)} late already", "bold $text-error", ""))
        parts.append((f" ({whose})", "", ""))
        duty = f"{answers(found.on_duty, found.roster)} is on duty"
        self.query_one("#title", Bar).put(parts, (duty, "bold"))
        other = "all" if self._mine else "mine"
        keys = [("Enter", "go there"), ("+ -", "how far"), ("m", other), ("r", "reload"), ("Esc", "back")]
        self.query_one("#hints", Bar).put(keys_parts(*keys))

    @on(OptionList.OptionHighlighted)
    def _state(self) -> None:
        found, entry = self._found, self._entry
        words = ""
        if found is not None and entry is not None:
            words = whole(entry, found.roster, self.session.now())
        elif found is not None and self._usual and self._leads:
            words = _HOURS
        elif self._late:
            words = "Enter shows what is late."
        self._whole.update(Content(display_text(words)))

    @property
    def _leads(self) -> bool:
        return self.session.person is not None and self.session.roster.is_lead(self.session.person)

    @property
    def _entry(self) -> Entry | None:
        """What is under the cursor."""
        at = self.query_one(Lines).highlighted
        return self._places[at] if at is not None and at < len(self._places) else None

    # Keys.

    @on(OptionList.OptionSelected)
    def _go(self) -> None:
        entry = self._entry
        if not self.is_current:  # a second Enter may be on its way
            return
        late = ShowList(_MINE_LATE if self._mine else _LATE, as_view=True)
        self.dismiss(entry.case if entry is not None else late)


def _hour_line(hour: str, count: int, now: int, *, present: bool) -> Content:
    """The head of an hour."""
    if not present:
        return Content.assemble((hour, "bold $text-primary"), f"  {count:,} due")
    due = f"{count:,} due" if count else "nothing more is due"
    return Content.assemble((f"{hour}  this hour, now {local(now, now)}: {due}", "bold $text-accent"))


def _late_line(count: int, mine: bool) -> Content:
    what = f"{many(count)} open {'case is' if count == 1 else 'cases are'} late already"
    return Content.assemble(
        (f"! {what}{', yours to see to' if mine else ''}", "bold $text-error"), "  Enter shows them"
    )


def _more_line(count: int) -> Content:
    return Content(f"and {count:,} more after these; - looks less far ahead, m shows yours")


def _is_same(entry: Entry | None, other: Entry | None) -> bool:
    """Whether two are about the same clock, as it was read before and now."""
    if entry is None or other is None:
        return False
    return (entry.case, entry.clock.kind, entry.clock.number) == (other.case, other.clock.kind, other.clock.number)
