"""The team: who is here, who acts for whom, what hangs on everybody, and moving it where it is too much."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from careconsole.desk import Desk, addresses, handover, team
from careconsole.desk.loads import Loads, PersonLoad, loads
from careconsole.domain.filters import Term, unparse
from careconsole.domain.roster import CONTACT, Person
from careconsole.tui.screens.base import Page, ShowList
from careconsole.tui.teamlines import heads, line, rest, whole
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from careconsole.desk.work import Outcome

_WIDE = 100
"""From so many cells on there is room for the keys of all pages beside this one."""

Row = PersonLoad | Literal["untaken", "left", "contacts"]
"""What a line of the screen stands for."""


class TeamScreen(Page[ShowList | None]):
    """Everybody by name, contacts below, and what is nobody's; leads change things here."""

    BINDINGS = [
        Binding("escape,q,M,backspace", "back", "Back", show=False),
        Binding("a", "away", "Away", show=False),
        Binding("b", "here", "Back at work", show=False),
        Binding("d", "duty", "Duty", show=False),
        Binding("h", "hand_over", "Hand over", show=False),
        Binding("n", "add", "Add somebody", show=False),
        Binding("o", "go('rota')", "Duty rota", show=False),
        Binding("l", "go('paths')", "Escalation paths", show=False),
        Binding("O", "go('notices')", "Notices", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._loads: Loads | None = None
        self._addressed: frozenset[int | None] = frozenset()
        self._rows: list[Row] = []
        self._reading = False
        self._again = False
        self._heads = Static(id="heads")

    def compose(self) -> ComposeResult:
        """The title, the people, the one under the cursor in words, the keys."""
        yield Bar("title")
        yield self._heads
        yield Lines("lines")
        yield Bar("state")
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads the loads."""
        self.query_one("#title", Bar).put([("The team, by name", "bold", "")], (self.session.who_words, "bold"))
        self.query_one(Lines).focus()
        self.action_refresh()

    def on_resize(self) -> None:
        """The columns are laid out anew."""
        self._show()
        keys = [("Enter", "cases"), ("a", "away"), ("b", "back")]
        keys += [("h", "hand over"), ("d", "duty"), ("n", "add")] if self._leads else []
        keys += [("o", "rota")]
        keys += [("l", "paths"), ("O", "notices")] if self.size.width >= _WIDE else []
        self.query_one("#hints", Bar).put(keys_parts(*keys, ("Esc", "back")))

    def hear(self) -> None:
        """Others changed something; it is read once more, however much it was."""
        self.action_refresh()

    def action_refresh(self) -> None:
        """Reads the loads again."""
        self._again = True
        if not self._reading:
            self._reading = True
            self.host.spawn(self._read())

    async def _read(self) -> None:
        try:
            while self._again:
                self._again = False
                self._loads, self._addressed = await self.ask(_read)
                self._show()
        finally:
            self._reading = False

    def _show(self) -> None:
        if self._loads is None:
            return
        found, lines = self._loads, self.query_one(Lines)
        before = self.chosen.number if self.chosen is not None else self.session.person
        width = self.size.width
        self._heads.update(heads(width))
        staff = [load for load in found.people if load.person.role != CONTACT]
        contacts = [load for load in found.people if load.person.role == CONTACT]
        self._rows = [*staff]
        options = [Option(line(load, found.roster, width)) for load in staff]
        if found.untaken[0]:
            self._rows.append("untaken")
            options.append(Option(rest("not taken", found.untaken, found.roster)))
        if found.left[0]:
            self._rows.append("left")
            options.append(Option(rest("left or imported", found.left, found.roster)))
        if contacts:
            self._rows += ["contacts", *contacts]
            options.append(Option(Content("Contacts, without a console"), disabled=True))
            options += [Option(line(load, found.roster, width, addressed=self._told(load))) for load in contacts]
        lines.set_options(options)
        places = [n for n, row in enumerate(self._rows) if isinstance(row, PersonLoad) and row.person.number == before]
        lines.highlighted = places[0] if places else 0
        self._state()

    @on(OptionList.OptionHighlighted)
    def _state(self) -> None:
        load = self._chosen_load
        words = ""
        if load is not None and self._loads is not None:
            words = whole(load, self._loads.roster, addressed=self._told(load))
        self.query_one("#state", Bar).put([(words, "", "")])

    def _told(self, load: PersonLoad) -> bool:
        """Whether they are told at an address of theirs."""
        return load.person.number in self._addressed

    # Who is meant, and who may.

    @property
    def _row(self) -> Row | None:
        at = self.query_one(Lines).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @property
    def _chosen_load(self) -> PersonLoad | None:
        row = self._row
        return row if isinstance(row, PersonLoad) else None

    @property
    def chosen(self) -> Person | None:
        """The person under the cursor."""
        load = self._chosen_load
        return load.person if load is not None else None

    @property
    def _leads(self) -> bool:
        return self.session.person is not None and self.session.roster.is_lead(self.session.person)

    def _may(self, what: str) -> bool:
        """Whether whoever is at work leads; if not, says who does."""
        if self._leads:
            return True
        roster = self.session.roster
        self.host.say(f"Only a lead can {what}.", f"Ask {roster.name(roster.on_duty())}.", "warning")
        return False

    def _somebody(self, console: bool = True) -> PersonLoad | None:
        """The person under the cursor, who must have a console if so wanted; if there is none, says so."""
        load = self._chosen_load
        if load is None:
            self.host.say("There is nobody on this line.", "Put the cursor on somebody.", "warning")
        elif console and load.person.role == CONTACT:
            self.host.say(
                f"{load.person.name} is a contact, without a console.", "Choose an agent or a lead.", "warning"
            )
            return None
        return load

    # Keys.

    def action_back(self) -> None:
        """Back to the queue."""
        self.dismiss(None)

    def action_go(self, name: str) -> None:
        """A page beside this one."""
        self.host.act(name)

    @on(OptionList.OptionSelected)
    def _cases(self) -> None:
        row = self._row
        if row == "untaken":
            filter = "is:untaken"
        elif row == "left":
            filter = "answerable:duty -is:untaken -" + _term("owner", self._duty_name)
        elif isinstance(row, PersonLoad) and row.person.role == CONTACT:
            filter = _term("responder", row.person.name)
        elif isinstance(row, PersonLoad):
            filter = _term("answerable", row.person.name)
        else:
            return
        self.dismiss(ShowList(filter))

    @property
    def _duty_name(self) -> str:
        roster = self.session.roster
        return roster.name(roster.on_duty())

    def action_away(self) -> None:
        """Somebody goes away; asks who covers for them."""
        load = self._somebody()
        if load is None or self._loads is None:
            return
        person = load.person
        if person.away:
            self.host.say(f"{person.name} is away already.", "b: they are back.", "warning")
        elif person.number == self.session.person or self._may("mark others away"):
            from careconsole.tui.screens.teamsheets import AwaySheet

            self.app.push_screen(
                AwaySheet(load, self._loads),
                lambda cover: self._do(self._go_away(person, cover)) if cover is not None else None,
            )

    async def _go_away(self, person: Person, cover: int) -> None:
        session = self.session
        name = session.roster.name(cover) if cover else None
        after, _ = await session.backend.ask(lambda desk: team.away(desk, person.name, name))
        acting = await session.backend.ask(lambda desk: desk.roster().name(desk.roster().answerable(after.number)))
        self.host.say(f"{after.name} is away; {acting} acts for them.", "b says that they are back.")

    def action_here(self) -> None:
        """Somebody is back."""
        load = self._somebody()
        if load is not None:
            person = load.person
            self._do(self._come_back(person))

    async def _come_back(self, person: Person) -> None:
        after, load = await self.session.backend.ask(lambda desk: team.back(desk, person.name))
        count = len(load.numbers)
        words = f"{count:,} {'case waits' if count == 1 else 'cases wait'} for them." if count else "Nothing waits."
        self.host.say(f"{after.name} is back. {words}", "Enter shows their cases." if count else "")

    def action_duty(self) -> None:
        """Another lead has the duty."""
        load = self._somebody()
        if load is not None:
            self._do(self._give_duty(load.person))

    async def _give_duty(self, person: Person) -> None:
        after = await self.session.backend.ask(lambda desk: team.duty(desk, person.name))
        self.host.say(f"{after.name} is on duty: what nobody has taken is theirs to answer for.")

    def action_hand_over(self) -> None:
        """A whole load goes to somebody else; asks to whom, and shows it before."""
        load = self._somebody(console=False)
        if load is None or self._loads is None or not self._may("hand a load over"):
            return
        if load.nothing:
            self.host.say(f"Nothing hangs on {load.person.name}.", "There is nothing to hand over.", "warning")
            return
        from careconsole.tui.screens.teamsheets import HandOverSheet

        person = load.person
        self.app.push_screen(
            HandOverSheet(load, self._loads),
            lambda to: self._do(self._hand_over(person, to)) if to is not None else None,
        )

    async def _hand_over(self, person: Person, to: int) -> None:

        def act(desk: Desk) -> Outcome:
            return handover.hand_over(desk, person.number, to or None)

        session = self.session
        outcome = await session.backend.ask(session.as_own(act, session.person))
        self.host.read_again(outcome)
        told = handover.counted(event.fact for _, event in outcome.events)
        stay = f" {len(outcome.refused):,} stay." if outcome.refused else ""
        self.host.say(
            f"Handed over from {person.name} to {session.roster.name(to or None)}: {told}.{stay}",
            "u in the queue takes all of it back.",
        )

    def action_add(self) -> None:
        """Somebody new, or a contact."""
        if self._may("add people"):
            from careconsole.tui.screens.teamsheets import AddSheet

            self.app.push_screen(AddSheet(), lambda added: self.action_refresh() if added else None)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something, and reads the loads again."""

        async def both() -> None:
            try:
                await work
                await self.session.read_roster()
            finally:
                if not self.is_left:
                    self.action_refresh()

        self.host.spawn(both())


def _read(desk: Desk) -> tuple[Loads, frozenset[int | None]]:
    """What hangs on everybody, and who has an address for notices."""
    return loads(desk), frozenset(address.person for address in addresses.book(desk).addresses)


def _term(field: str, name: str) -> str:
    """A term of a filter for somebody, quoted where their name needs it."""
    return unparse((Term(field=field, op="=", values=(name,), negated=False, start=0, end=0),))
