"""The duty rota: who is on duty in the next days, where it says nobody, who is away; leads give turns to others."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from careconsole.desk import rota
from careconsole.desk.rota import Given
from careconsole.domain.errors import CareError
from careconsole.domain.roster import Roster
from careconsole.domain.rota import leads
from careconsole.domain.text import display_text
from careconsole.domain.times import local
from careconsole.outlet.rotawords import duty_words
from careconsole.tui.faces import by_name, today
from careconsole.tui.forms.moments import read, read_as, typed
from careconsole.tui.hints import told
from careconsole.tui.rotalines import Duties, Turn, away_line, duties, heads, line, whole, widths
from careconsole.tui.screens.base import Sheet
from careconsole.tui.screens.rereading import Rereading
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.lines import Lines
from careconsole.tui.widgets.picker import Choice, Picker
from careconsole.tui.widgets.safeinput import SafeInput

_DAYS = 14
_NONE = "There is no rota: one lead has the duty until another gets it. Begin one with careconsole team rota template."


class RotaScreen(Rereading[None]):
    """Lists the turns of the next days, and whoever is away."""

    BINDINGS = [
        Binding("escape,q,backspace", "back", "Back", show=False),
        Binding("d", "give", "Give the duty to somebody", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Duties | None = None
        self._rows: list[Turn | str] = []
        self._heads = Static(id="heads")
        self._whole = Static(id="whole")

    def compose(self) -> ComposeResult:
        """The title, the turns, the one under the cursor in words, the keys."""
        yield Bar("title")
        yield self._heads
        yield Lines("lines")
        yield self._whole
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads it."""
        self.query_one(Lines).focus()
        keys = [("Enter or d", "give the duty to somebody")] if self._leads else []
        self.query_one("#hints", Bar).put(keys_parts(*keys, ("r", "reload"), ("Esc", "back")))
        self.action_refresh()

    async def read(self) -> None:
        """The turns of the next days."""
        self._found = await self.ask(lambda desk: duties(desk, _DAYS))

    # What is shown.

    def show(self) -> None:
        """The list, where the cursor was."""
        found = self._found
        if found is None:
            return
        app, lines = self.console_app, self.query_one(Lines)
        now, at = app.now(), lines.highlighted or 0
        cells = widths(found.turns, now, self.size.width)
        self._heads.update(heads(cells))
        self._heads.display = bool(found.turns)
        texts = [f"! {words}" for words in found.remarks] if found.turns else [_NONE]
        texts += [f"  {away_line(person, found.roster, now)}" for person in found.away]
        texts += [f"  {found.elsewhere}"] if found.elsewhere else []
        options = [Option(Content(display_text(words, 300))) for words in texts]
        options += [Option(line(turn, found.roster, now, cells)) for turn in found.turns]
        at = at if self._rows else len(texts)
        self._rows = [*texts, *found.turns]
        lines.set_options(options)
        lines.highlighted = min(at, len(options) - 1) if options else None
        if lines.highlighted is not None and lines.highlighted <= len(texts):
            lines.scroll_home(animate=False)  # what is to be known first too
        title = f"Duty, the next {_DAYS} days" + (f" ({found.zone})" if found.zone is not None else "")
        self.query_one("#title", Bar).put(
            [(title, "bold", "")], (display_text(duty_words(found.now, found.roster, now)), "bold")
        )
        self._state()

    @on(OptionList.OptionHighlighted)
    def _state(self) -> None:
        row, found = self._row, self._found
        words = row.strip() if isinstance(row, str) else ""
        if isinstance(row, Turn) and found is not None:
            words = whole(row, found.roster, self.console_app.now())
        self._whole.update(Content(display_text(words)))

    @property
    def _row(self) -> Turn | str | None:
        at = self.query_one(Lines).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @property
    def _leads(self) -> bool:
        app = self.console_app
        return app.person is not None and app.roster.is_lead(app.person)

    # Keys.

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_give()

    def action_give(self) -> None:
        """The turn under the cursor goes to another lead; which one, and from when until when, is asked for."""
        found, row, app = self._found, self._row, self.console_app
        if found is None or not self.is_current:
            return
        if not self._leads:
            name = app.roster.name(app.roster.on_duty())
            app.say("Only a lead gives the duty to somebody.", f"Ask {name}.", "warning")
            return
        sheet = GiveSheet(found.roster, row if isinstance(row, Turn) else None)
        self.app.push_screen(sheet, lambda given: self._given(given) if given is not None else None)

    def _given(self, given: Given) -> None:
        app = self.console_app
        begins = "" if given.begins is None else f" from {local(given.begins, app.now())}"
        until = "" if given.until is None else f" until {local(given.until, app.now())}"
        app.say(f"{given.person.name} is on duty{begins}{until}.")
        self.action_refresh()

    def action_back(self) -> None:
        """Back to where it was opened."""
        if self.is_current:
            self.dismiss(None)


class GiveSheet(Sheet["Given | None"]):
    """Asks who has the duty, from when and until when, and gives it. Gives what was done, None for nothing."""

    BINDINGS = [Binding("escape", "back", "Back", show=False)]

    def __init__(self, roster: Roster, turn: Turn | None) -> None:
        super().__init__()
        self._roster = roster
        self._turn = turn
        self._busy = False
        self._said = Static(id="said")

    def compose(self) -> ComposeResult:
        """The times of the turn, and who could have it."""
        turn = self._turn
        with Vertical(id="sheet-box", classes="sheet"):
            yield Static(Content.assemble(("From", "bold"), "  left out: now"))
            yield SafeInput("", "now", "begins")
            yield Static(Content.assemble(("Until", "bold"), "  left out: until the rota's next change"))
            until = "" if turn is None else typed(turn.until, self.console_app.now())
            yield SafeInput(until, "the rota's next change", "until")
            yield Static(Content.assemble(("Who", "bold"), "  1-9 or Enter gives it"), classes="question")
            people = by_name(person for person in self._roster.people.values() if leads(person))
            yield Picker([Choice(p.number, p.name, today(p, self._roster)) for p in people])
            yield self._said
            yield Bar("sheet-keys")

    def on_mount(self) -> None:
        """Whom to give it to is asked first: the times are those of the turn."""
        self.query_one("#sheet-box").border_title = Content("Who is on duty instead?")
        self.query_one("#sheet-keys", Bar).put(keys_parts(("1-9", "has it"), ("Tab", "the times"), ("Esc", "back")))
        turn, app = self._turn, self.console_app
        if turn is not None and turn.begins > app.now():
            self.query_one("#begins", Input).value = typed(turn.begins, app.now())
        self._look()

    @on(Input.Changed)
    def _look(self) -> None:
        """What the times are read as."""
        now, parts = self.console_app.now(), []
        for word, id in (("From", "#begins"), ("Until", "#until")):
            text = self.query_one(id, Input).value.strip()
            if text:
                parts.append(display_text(f"{word} {read_as(text, now)[0]}", 200))
        self._said.update(Content("\n".join(parts)))

    @on(Input.Submitted)
    def _on(self) -> None:
        self.query_one(Picker).query_one(OptionList).focus()

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        if not self._busy:
            self._busy = True
            times = [self.query_one(id, Input).value.strip() for id in ("#begins", "#until")]
            self.console_app.spawn(self._give(message.key, times))

    async def _give(self, person: int, times: list[str]) -> None:
        app = self.console_app
        try:
            begins, until = (read(text, app.now()) if text else None for text in times)
            name = self._roster.name(person)
            given = await app.backend.ask(lambda desk: rota.give_duty(desk, name, begins, until))
            app.roster = await app.backend.ask(lambda desk: desk.roster())
        except CareError as error:
            if self.is_left:
                raise
            self._said.update(Content.assemble((f"! {display_text(told(error))}", "$text-error")))
        else:
            if self.is_current:
                self.dismiss(given)
        finally:
            self._busy = False

    def action_back(self) -> None:
        """Nobody has it instead."""
        if not self.query_one(Picker).clear():
            self.dismiss(None)
