"""The sheet of the team page that merges another name of a person into the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.cases import person_merges
from careconsole.desk.cases.person_merges import MergedPeople
from careconsole.desk.cases.undo_redo import numbered
from careconsole.domain.team.roster import Person
from careconsole.domain.terminal_text import display_text
from careconsole.tui.widgets.ask_one import AskOne


class MergePerson(AskOne[tuple[MergedPeople, int]]):
    """Asks for another name of a person, and merges it into theirs; a name with the same mail address is filled in."""

    def __init__(self, person: Person, others: Iterable[str]) -> None:
        name = (display_text(person.name, 60), "bold")
        super().__init__(
            "Merge another name",
            Content.assemble("All that is still to be done goes to ", name, "."),
            label="Name",
            ready=next(iter(others), ""),
            hint="Their other name, also of somebody imported",
            verb="merge",
        )
        self._person = person.number

    def work(self, desk: Desk, text: str) -> tuple[MergedPeople, int]:
        """Merges the two; returns the number of the command, too."""
        was = person_merges.number_of(desk, text)
        return numbered(desk, lambda desk: person_merges.merge(desk, was, self._person))
