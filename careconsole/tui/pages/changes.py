"""The changes page: what reviews asked for, what is to be checked, and what came back after a change."""

from __future__ import annotations

from collections.abc import Hashable

from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk.queries import review_changes
from careconsole.desk.queries.review_changes import ChangeEntry, ChangeList
from careconsole.domain.case.changes import MADE, OPEN, TO_CHECK
from careconsole.domain.terminal_text import display_text, fit
from careconsole.present.changes import back_words, is_late, sentence, state_words, when_words
from careconsole.tui.pages.list_page import ListRow, TabbedPage
from careconsole.tui.pages.verb_menu import open_verb_menu
from careconsole.tui.widgets.bindings import bound

_STATE, _WHEN, _AROUND, _NARROWEST = 25, 11, 15, 20
"""The cells of a change's state and time, of what is around them, and the fewest of its text."""
_FIRST = {OPEN: "done", MADE: "check-change", TO_CHECK: "check-change"}
"""The first command for a change, by its state."""
_EMPTY = (
    f"No review has asked for a change yet. To ask for one: {shown_key('review')} (Review) on a case",
    "No change is to be checked yet.",
    "No change is open.",
)


class ChangesScreen(TabbedPage[ChangeEntry, "int | None"]):
    """Lists changes. Its result is the number of the case to go to, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *(
            binding
            for n, name in enumerate(("All", "To check", "Open"), start=1)
            for binding in bound("number", f"which({n - 1})", name, only=[str(n)])
        ),
        *bound("next", "turn(1)", "The next list", priority=True),
        *bound("previous", "turn(-1)", "The list before", priority=True),
        *bound("more", "more", "What can be done with the change"),
        *bound("refresh", "refresh"),
    ]
    HEAD = "Changes"
    TABS = ("all", "to check", "open")
    STATES = ("", TO_CHECK, OPEN)

    def __init__(self) -> None:
        super().__init__()
        self._found: ChangeList | None = None

    def on_mount(self) -> None:
        """Shows the keys."""
        self.put_keys(("1-3", "which"), ("Esc", "back"), on_row=[("Enter", "the case"), (".", "change it")])

    async def read(self) -> None:
        """Reads the changes."""
        self._found = await self.ask(review_changes.listed)

    def show(self) -> None:
        """Shows the selected list; the cursor stays where it was."""
        found = self._found
        if found is None:
            return
        shown = found.in_state(self.STATES[self.tab])
        lines = [ListRow(self._line(one, found.now), one) for one in shown]
        self.fill(lines or [ListRow(Content(_EMPTY[self.tab]))], self.place)
        self.show_tabs(self.session.who)

    def count(self, place: int) -> tuple[str, str]:
        """How many changes a list has; what is to be checked stands out."""
        if self._found is None:
            return "", ""
        count = len(self._found.in_state(self.STATES[place]))
        return f" {count:,}" if count else "", "$text-warning" if count and self.STATES[place] == TO_CHECK else ""

    def _line(self, entry: ChangeEntry, now: int) -> Content:
        presses = entry.state == TO_CHECK or is_late(entry, now)
        state, when = fit(state_words(entry, now), _STATE), when_words(entry, now)
        when = fit(when if len(when) <= _WHEN else when.partition(" ")[0], _WHEN)
        room = max(_NARROWEST, self.size.width - _AROUND - _STATE - _WHEN)
        said = " · ".join(filter(None, (f"{entry.review.change} ({entry.cause})", back_words(entry))))
        return Content.assemble(
            ("! " if presses else "  ", "bold $text-warning" if presses else ""),
            f"{entry.case:>6} {state} {when} ",
            (display_text(said, room), "bold"),
        )

    def offers(self, row: ChangeEntry, key: str) -> bool:
        """Whether the change can still be changed, or a case is gone to."""
        return key == "Enter" or row.state in _FIRST

    def key(self, row: ChangeEntry) -> Hashable:
        """Identifies a row by the case and the number of the review in it."""
        return row.case, row.review.number

    def words(self, row: ChangeEntry | None) -> str:
        """The change in full."""
        return "" if row is None or self._found is None else sentence(row, self._found)

    def action_more(self) -> None:
        """Opens the menu of the commands for the change under the cursor, whose forms open on its case."""
        row = self.row
        if row is None:
            self.host.say("There is no change on this line.")
            return
        first = _FIRST.get(row.state)
        if first is None:
            self.host.say(f"This change is {row.state}; nothing is left to do.", "Enter goes to its case.")
            return
        open_verb_menu(self, row.case, "the change", (first, "move-change", "drop-change"))

    def choose(self, row: ChangeEntry) -> None:
        """Goes to the case."""
        self.dismiss(row.case)
