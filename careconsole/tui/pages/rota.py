"""The duty rota page: who is on duty in the next days, gaps, and who is away. Leads reassign turns here."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from careconsole.desk.team import rota
from careconsole.desk.team.rota import DutyGiven
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.domain.team.rota import leads
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.domain.time.moments import DAY_BEGINS, after, future, local, parse_end
from careconsole.present.rota import duty_words, given_words
from careconsole.tui.forms.time_preview import read, typed
from careconsole.tui.hints import error_text
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.pages.rota_lines import (
    Duties,
    Turn,
    away_line,
    duties,
    full_text,
    heads,
    line,
    widths,
    would_give,
)
from careconsole.tui.team_facts import how_it_stands
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_list import Lines
from careconsole.tui.widgets.person_choices import by_name, today
from careconsole.tui.widgets.person_picker import Choice, Picker
from careconsole.tui.widgets.safe_input import SafeInput

_DAYS = 14
_NONE = "There is no rota: one lead is on duty until another takes over."
_START = "To start one: careconsole team rota template"


class RotaScreen(ListPage[Turn | str, None]):
    """Lists the people who are away and the turns of the next days."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("rota", "back", "Back"),
        *bound("more", "give", "Change who is on duty"),
        *bound("refresh", "refresh"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Duties | None = None
        self._begun = False

    def on_mount(self) -> None:
        """Shows the keys; giving the duty is for leads."""
        keys = [("Enter or .", "change who is on duty")] if self.session.is_lead else []
        self.put_keys(*keys, ("F5", "reload"), ("Esc", "back"))

    async def read(self) -> None:
        """Reads the turns of the next days."""
        self._found = await self.ask(lambda desk: duties(desk, _DAYS))

    # What is shown.

    def show(self) -> None:
        """Shows the list; the cursor stays where it was, and begins on the first turn."""
        found = self._found
        if found is None:
            return
        now = self.session.now()
        cells = widths(found.turns, now, self.size.width)
        title = f"Duty, the next {_DAYS} days" + (f" ({found.zone})" if found.zone is not None else "")
        held = display_text(duty_words(found.now, found.roster, now))
        below = cell_width(title) + 1 + cell_width(held) > self.size.width  # else it stands at the right of the title
        none = [_NONE, _START] if self.session.is_lead else [_NONE]
        texts = [f"! {words}" for words in found.remarks] if found.turns else none
        texts = [held, *texts] if below else texts
        texts += [f"  {away_line(person, found.roster, now)}" for person in found.away]
        texts += [f"  {found.elsewhere}"] if found.elsewhere else []
        rows = [ListRow(Content(display_text(words, 300)), words) for words in texts]
        rows += [ListRow(heads(cells))] if found.turns else []  # below what stands above the turns
        begins = len(rows)
        rows += [ListRow(line(turn, found.roster, now, cells, weekly=found.weekly), turn) for turn in found.turns]
        self.fill(rows, self.place if self._begun else begins)
        self._begun = True
        if self.place <= begins:
            self.query_one(Lines).scroll_home(animate=False)  # so that the remarks above are visible too
        self.put_title([(title, "bold", "")], ("" if below else held, "bold"))

    def words(self, row: Turn | str | None) -> str:
        """A turn in full, or a remark."""
        if isinstance(row, Turn) and self._found is not None:
            return full_text(row, self._found.roster, self.session.now(), weekly=self._found.weekly)
        return row.strip() if isinstance(row, str) else ""

    # Keys.

    def choose(self, row: Turn | str) -> None:
        """Gives the turn to another lead."""
        self.action_give()

    def action_give(self) -> None:
        """Gives the turn under the cursor to another lead; a sheet asks which one, and for the times."""
        found, row = self._found, self.row
        if found is None or not self.is_current:
            return
        if not self.session.is_lead:
            roster = self.session.roster
            self.host.say("Only a lead can change who is on duty.", f"Ask {roster.name(roster.on_duty())}.", "warning")
            return
        sheet = GiveSheet(found.roster, row if isinstance(row, Turn) else None, has_rota=found.changes)
        self.app.push_screen(sheet, lambda given: self._given(given) if given is not None else None)

    def _given(self, given: DutyGiven) -> None:
        now = self.session.now()
        begins = "" if given.begins is None else f" from {local(given.begins, now)}"
        until = "" if given.until is None else f" until {local(given.until, now)}"
        start = now if given.begins is None else given.begins
        roster = self.session.roster.expected(start, now)
        is_so = how_it_stands(self.session.roster, None) if given.begins is None else None
        self.host.say(given_words(given.person.number, roster, f"{begins}{until}"), of_team=is_so)
        self.action_refresh()


class GiveSheet(Sheet["DutyGiven | None"]):
    """Asks from when and until when, and who gets the duty, and gives it. Its result is what was done, or None."""

    BINDINGS = [*bound("back", "back", only=["escape"]), *bound("save", "save", "Save", priority=True)]

    def __init__(self, roster: Roster, turn: Turn | None, *, has_rota: bool) -> None:
        """`turn` is the one to give away, whose times are filled in."""
        super().__init__()
        self._roster = roster
        self._turn = turn
        self._has_rota = has_rota
        self._busy = False
        self._said = Static(id="said")

    def compose(self) -> ComposeResult:
        """The times of the turn, the leads to choose from, what it will do, and the keys."""
        turn, now = self._turn, self.session.now()
        begins = typed(turn.begins, now) if turn is not None and turn.begins > now else ""
        until = "" if turn is None else typed(turn.until, now)
        change = "the duty next changes" if self._has_rota else "somebody else takes over"
        with Vertical(id="sheet-box", classes="sheet") as box:
            box.border_title = Content("Who is on duty instead?")
            yield Static(Content.assemble(("From", "bold"), '  such as "tomorrow 14:00"; empty: now'))
            yield SafeInput(begins, "now", "begins")
            yield Static(Content.assemble(("Until", "bold"), f'  such as "18:00" or "+4h"; empty: until {change}'))
            yield SafeInput(until, change, "until")
            yield Static(Content.assemble(("Who", "bold"), "  1-9, or Enter for the one marked"), classes="question")
            people = by_name(person for person in self._roster.people.values() if leads(person))
            yield Picker([Choice(p.number, p.name, today(p, self._roster)) for p in people])
            yield self._said
            yield Bar("sheet-keys")

    def on_mount(self) -> None:
        """Begins with the first time, which typing replaces."""
        for field in self.query(SafeInput):
            field.select_on_focus = True
        self.query_one("#begins").focus()
        self._look()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Shows the keys of the field that one is in."""
        times = isinstance(self.focused, Input)  # the list had the focus for a moment, and its event may come late
        keys = [("Enter", "next"), ("ctrl+s", "put on duty")]
        if not times:
            keys = [("1-9 or Enter", "put on duty"), ("shift+tab", "times")]
        self.query_one("#sheet-keys", Bar).put(keys_parts(*keys, ("Esc", "close without a change")))

    @on(Input.Changed)
    @on(Picker.Looked)
    def _look(self) -> None:
        """Says what choosing the marked lead will do, or which time cannot be read."""
        person = self.query_one(Picker).key
        try:
            begins, until = self._times()
        except WrongUse as error:
            self._complain(error)
            return
        if person is not None:
            now = self.session.now()
            words = would_give(person, self._roster, begins, until, now, has_rota=self._has_rota)
            self._said.update(Content.styled(display_text(words, 300), "$text-primary"))

    def _times(self) -> tuple[int | None, int | None]:
        """The times as they are typed; None for one that is left out. Raises WrongUse."""
        now = self.session.now()
        first, last = (self.query_one(id, Input).value.strip() for id in ("#begins", "#until"))
        begins = read(first, now, "The beginning", hour=DAY_BEGINS) if first else None
        until = future(parse_end(last, begins, now), now, "The end") if last else None
        return begins, until if until is None or begins is None else after(until, begins, "The end")

    def _complain(self, error: CareError) -> None:
        self._said.update(Content.styled(f"! {display_text(error_text(error), 300)}", "$text-error"))

    @on(Input.Submitted)
    def _on(self, event: Input.Submitted) -> None:
        following = "#until" if event.input.id == "begins" else "OptionList"
        self.query_one(following).focus()

    def action_save(self) -> None:
        """Puts the marked lead on duty."""
        if (key := self.query_one(Picker).key) is not None:
            self._take(key)

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        self._take(message.key)

    def _take(self, person: int) -> None:
        if not self._busy:
            self._busy = True
            self.host.spawn(self._give(person))

    async def _give(self, person: int) -> None:
        try:
            begins, until = self._times()
            name = self._roster.name(person)
            given = await self.session.backend.ask(lambda desk: rota.give_duty(desk, name, begins, until))
            await self.session.read_roster()
        except CareError as error:
            if self.is_left:
                raise
            self._complain(error)
        else:
            if self.is_current:
                self.dismiss(given)
        finally:
            self._busy = False

    def action_back(self) -> None:
        """Closes without a change."""
        self.dismiss(None)
