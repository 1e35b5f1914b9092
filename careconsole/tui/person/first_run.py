"""The first run: asks three questions and creates a team."""

from __future__ import annotations

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from careconsole.desk.database import create_team
from careconsole.desk.database.opening import has_folder
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import error_text
from careconsole.tui.seat import First, read_first
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput

_QUESTIONS = (
    ("team", "What is your team called?", "As you say it on the phone: Shop, Billing desk."),
    ("lead", "What is your name?", "You lead the team. Unassigned cases fall to you."),
    ("colleague", "Who works with you?", "One name, or none; add people later with M."),
)

_HOURS = """Clocks run day and night until a lead sets opening hours, in a shell:
careconsole calendar set shop "mon-fri 9:00-17:00" --zone Europe/Berlin"""


class FirstRun(Page[First | None]):
    """Asks for the team, its lead and a colleague, and creates the database.

    Its result is what the first screen needs, or None if nothing was created.
    """

    BINDINGS = [
        *bound("back", "back", "Leave", only=["escape"]),
        *bound("open", "next", "Next", priority=True),
        *bound("save", "begin", "Begin", priority=True),
        *bound("up", "app.focus_previous", only=["up"]),
        *bound("down", "app.focus_next", only=["down"]),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._said = Static(id="first-said")
        self._busy = False

    def compose(self) -> ComposeResult:
        """The questions with their fields, where the database will be, and the keys."""
        seat = self.session.seat
        with VerticalScroll(id="first", classes="sheet", can_focus=False):
            yield Static(Content("No team set up yet. Three questions to get started."))
            for name, question, why in _QUESTIONS:
                yield Static(Content.assemble((question, "bold"), f"  {why}"), classes="question")
                yield SafeInput(seat.name or "" if name == "lead" else "", id=name)
            new = "" if has_folder(seat.place) else ", in a new folder"
            yield Static(Content(f"The database will be {display_text(seat.place)}{new}"), classes="question")
            yield Static(Content(_HOURS), classes="pick-words")
            yield self._said
        yield Bar("hints")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the first question."""
        self.query_one("#first").border_title = Content("careconsole: set up a team")
        self.query_one("#hints", Bar).put(keys_parts(("Enter", "next"), ("ctrl+s", "create team"), ("Esc", "quit")))
        self.query_one("#team", Input).focus()

    def action_next(self) -> None:
        """Goes to the next question; after the last one, creates the team."""
        names = [name for name, _, _ in _QUESTIONS]
        here = self.focused.id if self.focused is not None else None
        if here == names[-1]:
            self.action_begin()
        else:  # at once, unlike `focus()`: the next key may be queued already
            self.set_focus(self.query_one(f"#{names[names.index(here) + 1 if here in names else 0]}", Input))

    def action_back(self) -> None:
        """Leaves without creating anything."""
        if not self._busy:
            self.dismiss(None)

    def action_begin(self) -> None:
        """Creates the team's database."""
        if not self._busy:
            self._busy = True
            self.host.run_worker(self._begin())

    async def _begin(self) -> None:
        team, lead, colleague = (self.query_one(f"#{name}", Input).value.strip() for name, _, _ in _QUESTIONS)
        missing = "team" if not team else "lead" if not lead else None
        try:
            if missing is not None:
                self._refuse(f"{'The name of the team' if missing == 'team' else 'Your name'} is missing.", missing)
                return
            backend, seat = self.session.backend, self.session.seat

            def make() -> None:
                create_team.create_team(
                    seat.place,
                    team,
                    [lead],
                    [colleague] if colleague else [],
                    now=seat.now,
                    workstation=seat.workstation,
                    os_user=seat.os_user,
                    own_folder=True,
                ).close()

            await backend.apart(make)
            self.dismiss(await backend.ask(read_first(replace(seat, name=lead))))
        except CareError as error:
            self._refuse(error_text(error), None)
        finally:
            self._busy = False

    def _refuse(self, words: str, field: str | None) -> None:
        self._said.update(Content.assemble((f"! {display_text(words)}", "$text-error")))
        if field is not None:
            self.query_one(f"#{field}", Input).focus()
