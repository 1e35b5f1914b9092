"""The sheet of the team page that merges another name of a person into the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.desk import Desk
from careconsole.desk.cases import person_merges
from careconsole.desk.cases.person_merges import MergedPeople
from careconsole.domain.errors import CareError
from careconsole.domain.team.roster import Person
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput


class MergePerson(Sheet["MergedPeople | None"]):
    """Asks for another name of a person, and merges it into theirs; a name with the same mail address is filled in."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "save", "Merge", priority=True),
        *bound("open", "save", "Merge", priority=True),
    ]

    def __init__(self, person: Person, others: Iterable[str]) -> None:
        super().__init__()
        self._person = person
        self._other = SafeInput(next(iter(others), ""), "Their other name, also of somebody imported", "other")
        self._said = Static(id="view-said")
        self._busy = False

    def compose(self) -> ComposeResult:
        """What happens, the field for the other name, and the keys."""
        with Vertical(classes="sheet pick"):
            name = display_text(self._person.name, 60)
            yield Static(Content.assemble("All that is still to be done goes to ", (name, "bold"), "."))
            with Horizontal(classes="form-row"):
                yield Static(Content("Name"), classes="form-label")
                yield self._other
            yield self._said
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the field."""
        self.query_one(".pick").border_title = Content("Merge another name")
        self.query_one("#pick-keys", Bar).put(keys_parts(("Enter", "merge"), ("Esc", "back")))
        self._other.focus()

    def action_save(self) -> None:
        """Merges the two."""
        if not self._busy:
            self._busy = True
            self.host.spawn(self._merge())

    async def _merge(self) -> None:
        name, person = self._other.value, self._person.number

        def work(desk: Desk) -> MergedPeople:
            return person_merges.merge(desk, desk.find(name), person)

        try:
            done = await self.session.backend.ask(work)
        except CareError as error:
            if self.is_left:
                raise
            self._said.update(Content.assemble((f"! {display_text(error_text(error))}", "$text-error")))
        else:
            if self.is_current:
                self.dismiss(done)
        finally:
            self._busy = False

    def action_back(self) -> None:
        """Closes without merging."""
        if self.is_current:
            self.dismiss(None)
