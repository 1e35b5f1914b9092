"""The sheets of the team page: who covers, who takes over a workload, and who is new."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from careconsole.commands.key_table import shown_key
from careconsole.desk.cases import handover
from careconsole.desk.cases.handover import Move, Plan
from careconsole.desk.queries.workload import PersonLoad, Workload, least_load, load_words
from careconsole.desk.team import members
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import AGENT, CONTACT, LEAD
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import DAY_BEGINS, local
from careconsole.tui.forms.time_preview import read, typed
from careconsole.tui.hints import error_text
from careconsole.tui.pages.team_lines import load_summary
from careconsole.tui.pages.team_marking import Absence
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_list import Lines
from careconsole.tui.widgets.person_picker import Choice, Picker
from careconsole.tui.widgets.safe_input import SafeInput

DUTY = 0
"""The key of the choice that names nobody: the lead on duty."""


class AwaySheet(Sheet[Absence | None]):
    """Asks who covers for somebody who goes away, and until when if it is known. Its result is None if left."""

    BINDINGS = [*bound("back", "back", only=["escape"]), *bound("save", "save", "Save", priority=True)]

    def __init__(self, load: PersonLoad, loads: Workload) -> None:
        super().__init__()
        self._load = load
        self._loads = loads
        self._read = Static(id="said")

    def compose(self) -> ComposeResult:
        """The work to cover, the people who could cover, until when, and the keys."""
        name = self._load.person.name
        words = f"The cover handles {name}'s work meanwhile ({load_summary(self._load)}); {name} stays the owner."
        covered = ", ".join(one.name for one in self._loads.roster.covered_by(self._load.person.number))
        if covered:
            words += f" {name} covers {covered}: that goes to the cover, too."
        with Vertical(id="sheet-box", classes="sheet"):
            yield Static(Content(display_text(words)))
            yield Picker(self._covers())
            yield Static(Content.assemble(("Until", "bold"), "  may be empty; Tab goes there"), classes="question")
            yield SafeInput(self._known_until(), 'such as "fri" or "tomorrow 14:00"', "until")
            yield self._read
            yield Bar("sheet-keys")

    def _covers(self) -> list[Choice]:
        """Who could cover; the person who already does comes first."""
        choices = [*_colleagues(self._load, self._loads), self._duty()]
        person = self._load.person
        if not person.away:
            return choices
        now = person.cover or DUTY
        return [
            *(Choice(one.key, one.name, f"covers now; {one.words}") for one in choices if one.key == now),
            *(one for one in choices if one.key != now),
        ]

    def _known_until(self) -> str:
        """Until when somebody is away already, as it would be typed."""
        until, now = self._load.person.away_until, self.session.now()
        return typed(until, now) if self._load.person.away and until is not None and until > now else ""

    def _duty(self) -> Choice:
        roster = self._loads.roster
        acting = roster.on_duty()
        if acting == self._load.person.number:
            return Choice(DUTY, "nobody", "another available lead goes on duty")
        lead = roster.lead_on_duty()
        why = "is on duty" if acting == lead else f"acts for {roster.name(lead)} on duty"
        return Choice(DUTY, "nobody", f"{roster.name(acting)}, who {why}, covers")

    def on_mount(self) -> None:
        """Sets the title and the keys."""
        self.query_one("#sheet-box").border_title = Content(
            display_text(f"{self._load.person.name} is away: who covers?")
        )
        self.query_one(Picker).query_one(OptionList).focus()
        self._look()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Shows the keys of the field that one is in."""
        time = isinstance(self.focused, Input)
        keys = [("Enter or ctrl+s", "save")] if time else [("1-9 or Enter", "covers"), ("Tab", "until when")]
        self.query_one("#sheet-keys", Bar).put(keys_parts(*keys, ("Esc", "close without a change")))

    def _until(self) -> int | None:
        """When they are back, as it is typed; None if it is left out. Raises WrongUse."""
        text = self.query_one("#until", Input).value.strip()
        return read(text, self.session.now(), "The time they are back", hour=DAY_BEGINS) if text else None

    @on(Input.Changed)
    @on(Picker.Looked)
    def _look(self) -> None:
        """Says who covers and how the time is read, or why it cannot be."""
        name, now, key = self._load.person.name, self.session.now(), self.query_one(Picker).key
        try:
            until = self._until()
        except WrongUse as error:
            self._read.update(Content.styled(f"! {display_text(error_text(error), 300)}", "$text-error"))
            return
        back = "says they are back" if until is None else f"says they are back, expected {local(until, now)}"
        roster = self._loads.roster
        acting = key or (roster.on_duty() if roster.on_duty() != self._load.person.number else None)
        covers = "" if key is None else f" {roster.name(acting) if acting else 'Another lead'} covers."
        self._read.update(Content.styled(display_text(f"Away until {name} {back}.{covers}"), "$text-primary"))

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Saves it, with the cover under the cursor."""
        if (key := self.query_one(Picker).key) is not None:
            self._save(key)

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        self._save(message.key)

    def _save(self, cover: int) -> None:
        try:
            until = self._until()
        except WrongUse:
            self.query_one("#until").focus()  # below it stands what is wrong
            return
        self.dismiss(Absence(cover, until))

    def action_back(self) -> None:
        """Closes without a change."""
        self.dismiss(None)


class HandOverSheet(Sheet[int | None]):
    """Asks who takes over a workload, and shows what would move. Its result is their number, DUTY for duty, or None."""

    BINDINGS = [*bound("back", "back", only=["escape"]), *bound("save", "do", "Do it")]

    def __init__(self, load: PersonLoad, loads: Workload) -> None:
        super().__init__()
        self._load = load
        self._loads = loads
        self._to: int | None = None
        self._said = Static(id="said")

    def compose(self) -> ComposeResult:
        """The people to choose from, the list of what would move, and the keys."""
        with Vertical(id="sheet-box", classes="sheet"):
            yield self._said
            duty = Choice(DUTY, "duty", "they become unassigned")
            yield Picker([*_colleagues(self._load, self._loads), *([] if self._offers else [duty])])
            yield Lines("moves")
            yield Bar("sheet-keys")

    def on_mount(self) -> None:
        """Sets the title, and asks to whom first."""
        self.query_one("#sheet-box").border_title = Content(display_text(f"Hand over {self._load.person.name}'s work"))
        self._ask_whom()

    @property
    def _offers(self) -> bool:
        """Whether the cases are only offered: who is no lead hands over their own."""
        return self._load.person.number == self.session.person and not self.session.is_lead

    def _ask_whom(self) -> None:
        self._to = None
        self.query_one("#moves").display = False
        picker = self.query_one(Picker)
        picker.display = True
        picker.clear()
        picker.query_one(OptionList).focus()
        if self._offers:
            self._say("Your cases are offered, and each stays yours until it is accepted. Who should take them?")
        else:
            self._say(f"{load_summary(self._load).capitalize()}. Who takes over?")
        self.query_one("#sheet-keys", Bar).put(keys_parts(("1-9", "preview"), ("Enter", "too"), ("Esc", "back")))

    def _say(self, words: str) -> None:
        self._said.update(Content(display_text(words)))

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        self.host.spawn(self._preview(message.key))

    async def _preview(self, to: int) -> None:
        plan = await self.ask(lambda desk: handover.plan(desk, self._load.person.number, to or None))
        self._show(plan, to)

    def _show(self, plan: Plan, to: int) -> None:
        name = self._loads.roster.name(to or None)
        does = "offer" if plan.offers else "hand over"
        stay = handover.unchanged_words(plan.refused)
        if not plan.moves:
            self._say(f"Nothing would go to {name}.{stay}")
        else:
            self._say(f"To {name}: {plan.summary}.{stay} {shown_key('undo')} undoes all of it.")
            self._to = to
        lines = self.query_one("#moves", Lines)
        lines.set_options(
            [
                *(
                    Option(Content(f"! {number}: unchanged. {display_text(why.message)}"))
                    for number, why in plan.refused
                ),
                *(Option(Content(f"! {display_text(notice)}")) for notice in plan.notices),
                *(Option(_moves(move)) for move in plan.moves),
            ]
        )
        self.query_one(Picker).display = False
        lines.display = True
        lines.focus()
        lines.highlighted = 0
        keys = [("Enter", does)] if self._to is not None else []
        self.query_one("#sheet-keys", Bar).put(keys_parts(*keys, ("Esc", "choose somebody else")))

    @on(OptionList.OptionSelected, "#moves")
    def action_do(self) -> None:
        """Confirms what is shown."""
        if self._to is not None:
            self.dismiss(self._to)

    def action_back(self) -> None:
        """Goes one step back: to the choice of a person, or else closes."""
        if self.query_one("#moves").display:
            self._ask_whom()
        else:
            self.dismiss(None)


def _moves(move: Move) -> Content:
    """A case and everything of it that moves, which is wrapped: all of it is read before it is confirmed."""
    words = display_text("; ".join(move.words))
    return Content.assemble((f"{move.number:>4}  {display_text(move.subject)}", "bold"), f": {words}")


_ROLES = (
    Choice(1, AGENT, "works the console and owns cases"),
    Choice(2, LEAD, "also reassigns, covers duty, changes the team"),
    Choice(3, CONTACT, "can resolve things, but has no console"),
)


class AddSheet(Sheet[bool]):
    """Asks for a name, a role and, for a contact, a reach, and adds them. Its result is whether anybody was added."""

    BINDINGS = [*bound("back", "back", only=["escape"]), *bound("save", "save", "Save", priority=True)]

    _busy = False

    def compose(self) -> ComposeResult:
        """The questions."""
        with Vertical(id="sheet-box", classes="sheet"):
            yield Static(Content.assemble(("Name", "bold"), "  the name everybody uses"))
            yield SafeInput(id="name")
            yield Static(Content.assemble(("Role", "bold"), "  1-3 or Enter to add"), classes="question")
            yield Picker(_ROLES)
            yield Static(
                Content.assemble(("Reach", "bold"), "  how a contact is reached"), id="how", classes="question"
            )
            yield SafeInput(id="reach", placeholder="ext. 204")
            yield Bar("sheet-keys")

    def on_mount(self) -> None:
        """Focuses the name, not the roles; the reach is hidden until a contact is chosen."""
        self.query_one("#sheet-box").border_title = Content("New team member")
        self._reach(False)
        self.query_one("#sheet-keys", Bar).put(keys_parts(("Enter", "next"), ("ctrl+s", "save"), ("Esc", "back")))
        self.query_one("#name", Input).focus()

    def _reach(self, asked: bool) -> None:
        self.query_one("#how").display = asked
        self.query_one("#reach").display = asked

    @on(Input.Submitted, "#name")
    def _named(self) -> None:
        self.query_one(Picker).query_one(OptionList).focus()

    def action_save(self) -> None:
        """Adds them, with the role under the cursor."""
        if self.query_one("#reach").display:
            self._begin(CONTACT)
        elif (key := self.query_one(Picker).key) is not None:
            self._take(key)

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        self._take(message.key)

    def _take(self, role: int) -> None:
        if not self.query_one("#name", Input).value.strip():
            self.query_one("#name", Input).focus()
        elif role == _ROLES[2].key:
            self._reach(True)
            self.query_one("#reach", Input).focus()
        else:
            self._reach(False)
            self._begin(_ROLES[role - 1].name)

    @on(Input.Submitted, "#reach")
    def _reached(self) -> None:
        self._begin(CONTACT)

    def _begin(self, role: str) -> None:
        name = self.query_one("#name", Input).value.strip()
        reach = self.query_one("#reach", Input).value.strip() if role == CONTACT else ""
        if not self._busy:  # a second Enter must not add them twice
            self._busy = True
            self.host.spawn(self._add(name, role, reach))

    async def _add(self, name: str, role: str, reach: str) -> None:
        try:
            number = await self.session.backend.ask(lambda desk: members.add(desk, name, role, reach=reach))
        finally:
            self._busy = False
        await self.session.read_roster()
        called = self.session.roster.name(number)
        self.host.say(f"{called} is {'an agent' if role == AGENT else f'a {role}'} of the team now.")
        self.dismiss(True)

    def action_back(self) -> None:
        """Closes without adding anybody."""
        self.dismiss(False)


def _colleagues(load: PersonLoad, loads: Workload) -> list[Choice]:
    """Who else is here, the least loaded first."""
    here = loads.least_loaded(but=load.person.number)
    least = least_load(one.answers for one in here)
    return [
        Choice(one.person.number, one.person.name, f"{one.person.role}, {load_words(one.answers, least)}")
        for one in here
    ]
