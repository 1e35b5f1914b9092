"""The team page: who is here, who covers for whom, everybody's workload, and handing work over."""

from __future__ import annotations

from collections.abc import Coroutine, Hashable
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace
from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.cases import handover
from careconsole.desk.cases.person_merges import MergedPeople, alike
from careconsole.desk.console import presence
from careconsole.desk.console.presence import Here
from careconsole.desk.notices import addresses
from careconsole.desk.queries.workload import UNANSWERED, PersonLoad, Workload, workload
from careconsole.domain.team.roster import CONTACT, Person
from careconsole.domain.terminal_text import display_text
from careconsole.tui.news import undo_hint
from careconsole.tui.pages.list_page import TURNS, ListPage, ListRow
from careconsole.tui.pages.team_lines import (
    FIGURES,
    ONLINE_WORDS,
    OPEN,
    full_text,
    heads,
    line,
    person_term,
    team_columns,
    unanswered_line,
    unowned_filter,
    unowned_line,
)
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

if TYPE_CHECKING:
    from careconsole.desk.cases.execution import Outcome
    from careconsole.tui.pages.team_marking import Absence

_BACK = f"Press {shown_key('more')} on them when they are back."
_MORE_KEYS = (("1-9", "do it"), ("a b c", "narrow"), ("Enter", "do it"), ("Esc", "back"))
_WIDE = 100
"""The least width, in cells, with room for the keys of all related pages."""

Row = PersonLoad | Literal["untaken", "left", "unanswered"]
"""What a line shows: a person, or the cases not taken, those whose owner left or was imported, or those that the whole
team resolved unanswered."""


class TeamScreen(ListPage[Row, ShowList | None]):
    """Lists the staff by name, cases without an owner here, and contacts. Leads change the team here."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("team", "back", "Back"),
        *bound("more", "more", "What can be done with the person"),
        *bound("rota", "go('rota')"),
        *bound("paths", "go('paths')"),
        *bound("notices", "go('notices')"),
        *TURNS,
        *bound("refresh", "refresh"),
        *bound("left", "figure(-1)", "The figure to the left", priority=True),
        *bound("right", "figure(1)", "The figure to the right", priority=True),
    ]

    HEADS = True

    def __init__(self) -> None:
        super().__init__()
        self._loads: Workload | None = None
        self._figure = OPEN
        self._addressed: frozenset[int | None] = frozenset()
        # By person: other names that have the same mail address, and where they have a console open.
        self._alike: dict[int, list[str]] = {}
        self._online: dict[int, list[str]] = {}

    def on_mount(self) -> None:
        """Shows the title."""
        self.put_title([("Team", "bold", ""), (f"   {ONLINE_WORDS}", "$text-muted", "")], self.session.who)

    def on_resize(self) -> None:
        """Shows the keys that fit; the rows are drawn again by the base class."""
        does = "away, back, duty, hand over, add" if self.session.is_lead else "away, back, hand over"
        keys = [("Enter", "cases"), ("←→", "figure"), (".", does), ("d", "rota")]
        keys += [("l", "paths"), ("O", "notices")] if self.size.width >= _WIDE else []
        self.put_keys(*keys, ("Esc", "back"))

    def on_change(self) -> None:
        """Reads the workloads again at once."""
        self.action_refresh()

    async def read(self) -> None:
        """Reads everybody's workload, who has an address for notices, and who has a console open."""
        self._loads, self._addressed, here, alike = await self.ask(_read)
        self._online, self._alike = {}, {}
        for was, person in alike:
            self._alike.setdefault(person.number, []).append(was.name)
        me = self.session.person
        if me is not None:  # this console has perhaps not told the others yet
            self._online[me] = [self.session.seat.workstation]
        for one in here:
            if one.console != self.session.seat.console:
                self._online.setdefault(one.person, []).append(one.workstation)

    def show(self) -> None:
        """Shows everybody; the cursor stays where it was, and begins on the person at work."""
        found = self._loads
        if found is None:
            return
        columns = team_columns(found.people, found.roster, self.size.width, self.session.now(), self._addressed)
        self.put_heads(heads(columns, self._figure))
        staff = [load for load in found.people if load.person.role != CONTACT]
        contacts = [load for load in found.people if load.person.role == CONTACT]
        rows = [
            ListRow(
                line(load, found.roster, columns, self.session.now(), online=load.person.number in self._online), load
            )
            for load in staff
        ]
        if found.untaken.open:
            rows.append(ListRow(unowned_line("unassigned", found.untaken, found.roster), "untaken"))
        if found.left.open:
            rows.append(ListRow(unowned_line("left or imported", found.left, found.roster), "left"))
        if found.unanswered:
            rows.append(ListRow(unanswered_line(found.unanswered), "unanswered"))
        if contacts:
            rows.append(ListRow(Content("External contacts")))
            for load in contacts:
                rows.append(
                    ListRow(line(load, found.roster, columns, self.session.now(), addressed=self._told(load)), load)
                )
        me = self.session.person if self.chosen is None else None
        mine = (place for place, one in enumerate(rows) if me is not None and _is_of(one.row, me))
        self.fill(rows, next(mine, 0))

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its person, or by what its cases have in common."""
        return row.person.number if isinstance(row, PersonLoad) else row

    def words(self, row: Row | None) -> str:
        """A person's workload in full."""
        if not isinstance(row, PersonLoad) or self._loads is None:
            return ""
        words = full_text(
            row,
            self._loads.roster,
            addressed=self._told(row),
            places=self._online.get(row.person.number, ()),
            now=self.session.now(),
        )
        same = self._alike.get(row.person.number)
        return words + display_text(f" Same mail address: {', '.join(same)}.") if same else words

    def _told(self, load: PersonLoad) -> bool:
        """Whether they have an address for notices."""
        return load.person.number in self._addressed

    # The person under the cursor, and permissions.

    @property
    def _chosen_load(self) -> PersonLoad | None:
        row = self.row
        return row if isinstance(row, PersonLoad) else None

    @property
    def chosen(self) -> Person | None:
        """The person under the cursor."""
        load = self._chosen_load
        return load.person if load is not None else None

    def _may(self, what: str) -> bool:
        """Whether the person at work is a lead; if not, shows who to ask."""
        if self.session.is_lead:
            return True
        roster = self.session.roster
        self.host.say(f"Only a lead can {what}.", f"Ask {roster.name(roster.on_duty())}.", "warning")
        return False

    def _somebody(self, console: bool = True) -> PersonLoad | None:
        """The load under the cursor; None, with a message, on another line or, with `console`, for a contact."""
        load = self._chosen_load
        if load is None:
            self.host.say("There is no person on this line.", "Move to a person first.", "warning")
        elif console and load.person.role == CONTACT:
            self.host.say(
                f"{load.person.name} is a contact, without a console.", "Choose an agent or a lead.", "warning"
            )
            return None
        return load

    # Keys.

    def action_more(self) -> None:
        """Opens the menu of what can be done with the person under the cursor, and with the team."""
        from careconsole.tui.widgets.menu import Item
        from careconsole.tui.widgets.pick import ChooseOne

        chosen, lead, if_lead = self.chosen, self.session.is_lead, self.session.if_lead
        mine = chosen is not None and chosen.number == self.session.person
        of = f": {chosen.name}" if chosen is not None else ""
        can = chosen is None or chosen.leads
        duty = if_lead("On duty from now on: responsible for unassigned cases.")
        if lead and not can and chosen is not None:
            why = self.session.roster.why_not_on_duty(chosen.number)
            duty = f"{why}, and only a lead can be on duty."
        gives = "Give all their work to somebody else." if lead else "Offer all your cases to a colleague."
        gone = chosen is not None and chosen.away
        away = "Change who covers for them, and until when." if gone else "Not at work; somebody covers for them."
        items = [
            Item(id="away", text="Away", help=away, dim=not (lead or mine)),
            Item(
                id="here",
                text="Back at work",
                help="Back again; shows what is waiting for them.",
                dim=not (lead or mine),
            ),
            Item(id="hand_over", text="Hand over", help=gives, dim=not (lead or mine)),
            Item(id="duty", text="Duty", help=duty, dim=not (lead and can)),
            Item(id="add", text="Add somebody", help=if_lead("An agent, a lead or a contact."), dim=not lead),
            Item(
                id="merge",
                text="Merge a name",
                help=if_lead("Another name of theirs, such as an imported one."),
                dim=not lead,
            ),
        ]

        def done(id: str | None) -> None:
            if id is not None:
                getattr(self, f"action_{id}")()

        items = [replace(item, key=str(place)) for place, item in enumerate(items, start=1)]
        self.host.open(ChooseOne(f"The team{of}", items, keys=_MORE_KEYS), done, self)

    def action_go(self, name: str) -> None:
        """Opens a related page."""
        self.host.act(name)

    def action_figure(self, step: int) -> None:
        """Marks the next figure (`step` 1) or the previous one (-1), which Enter opens."""
        self._figure = (self._figure + step) % len(FIGURES)
        found = self._loads
        if found is not None:
            columns = team_columns(found.people, found.roster, self.size.width, self.session.now(), self._addressed)
            self.put_heads(heads(columns, self._figure))

    def choose(self, row: Row) -> None:
        """Shows the cases of the marked figure in the queue, exactly as many as it says."""
        if row == "unanswered":
            self.dismiss(ShowList(UNANSWERED))
            return
        if not isinstance(row, PersonLoad):
            found = self._loads
            cases = None if found is None else found.untaken if row == "untaken" else found.left
            self.dismiss(ShowList(unowned_filter(row, cases, self._figure)))
            return
        figure = FIGURES[self._figure]
        if figure.count(row):
            self.dismiss(ShowList(figure.filter(row)))
        elif row.person.role == CONTACT and self._figure == OPEN:
            self.dismiss(ShowList(person_term("responder", row.person.name)))  # a contact's cases are their calls
        else:
            self.host.say(f"{row.person.name} has no {figure.words}.", "← and → choose another figure.")

    def action_away(self) -> None:
        """Marks the person as away, after asking who covers for them; of who is away already, changes that."""
        load = self._somebody()
        if load is None or self._loads is None:
            return
        person = load.person
        if person.number == self.session.person or self._may("mark others away"):
            from careconsole.tui.pages.team_sheets import AwaySheet

            self.app.push_screen(
                AwaySheet(load, self._loads),
                lambda absence: self._do(self._go_away(person, absence)) if absence is not None else None,
            )

    async def _go_away(self, person: Person, absence: Absence) -> None:
        from careconsole.tui.pages.team_marking import mark_away

        session = self.session
        session.absences.add(person.number)
        words, is_so = await session.backend.ask(lambda desk: mark_away(desk, person, absence))
        self.host.say(words, _BACK, of_team=is_so)

    def action_here(self) -> None:
        """Marks the person as back."""
        load = self._somebody()
        if load is not None:
            person = load.person
            self._do(self._come_back(person))

    async def _come_back(self, person: Person) -> None:
        from careconsole.tui.pages.team_marking import come_back

        self.session.absences.add(person.number)
        words, own, is_so = await self.session.backend.ask(lambda desk: come_back(desk, person))
        self._figure = OPEN
        self.host.say(words, "Enter shows them." if own else "", of_team=is_so)

    def action_duty(self) -> None:
        """Gives the duty to the person under the cursor."""
        load = self._somebody()
        if load is not None:
            self._do(self._give_duty(load.person))

    async def _give_duty(self, person: Person) -> None:
        from careconsole.tui.pages.team_marking import give_duty

        words, is_so = await self.session.backend.ask(lambda desk: give_duty(desk, person))
        self.host.say(words, of_team=is_so)

    def action_hand_over(self) -> None:
        """Hands a whole workload over, after asking to whom and showing what would move."""
        load = self._somebody(console=False)
        if load is None or self._loads is None:
            return
        if load.person.number != self.session.person and not self._may("hand over the work of others"):
            return
        if load.nothing:
            self.host.say(f"{load.person.name} has no open work.", "There is nothing to hand over.", "warning")
            return
        from careconsole.tui.pages.team_sheets import HandOverSheet

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
        whom = f"from {person.name} to {session.roster.name(to or None)}"
        self.host.say(
            f"Handed over {whom}: {handover.outcome_words(outcome)}{handover.unchanged_words(outcome.refused)}",
            offer := f"{shown_key('undo')} undoes all of it.",
            offer=undo_hint(f" {offer}", outcome.command),
        )

    def action_add(self) -> None:
        """Adds an agent, a lead or a contact."""
        if self._may("add people"):
            from careconsole.tui.pages.team_sheets import AddSheet

            self.app.push_screen(AddSheet(), lambda added: self.action_refresh() if added else None)

    def action_merge(self) -> None:
        """Asks which other name is the person under the cursor too."""
        load = self._somebody(console=False)
        if load is not None and self._may("merge two names of one person"):
            from careconsole.tui.pages.team_merge import MergePerson

            person = load.person
            self.app.push_screen(
                MergePerson(person, self._alike.get(person.number, ())),
                lambda done: self._do(self._merged(*done)) if done is not None else None,
            )

    async def _merged(self, done: MergedPeople, command: int) -> None:
        told = f"{done.was.name} was merged into {done.person.name}; cases that moved: {done.cases:,}."
        words = " ".join([told, *done.remarks])
        self.host.say(words, offer := f"{shown_key('undo')} undoes it.", offer=undo_hint(f" {offer}", command))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` in the background, then reads the roster and the workloads again."""

        async def both() -> None:
            try:
                await work
                await self.session.read_roster()
            finally:
                if not self.is_left:
                    self.action_refresh()

        self.host.spawn(both())


def _read(desk: Desk) -> tuple[Workload, frozenset[int | None], list[Here], list[tuple[Person, Person]]]:
    """Everybody's workload, who has an address for notices, the open consoles, and names with the same mail address."""
    addressed = frozenset(address.person for address in addresses.book(desk).addresses)
    return workload(desk), addressed, presence.everywhere(desk), alike(desk)


def _is_of(row: object, person: int) -> bool:
    """Whether a row is that of `person`."""
    return isinstance(row, PersonLoad) and row.person.number == person
