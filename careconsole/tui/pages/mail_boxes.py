"""A mail box on a page of its own: its settings, when it was read, and what went wrong."""

from __future__ import annotations

from msgspec.structs import replace
from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.mail import boxes
from careconsole.desk.mail.boxes import Box
from careconsole.domain.terminal_text import display_text, fit
from careconsole.present.boxes import Failures, box_lines, state_words
from careconsole.tui.pages.sheet_page import SheetPage, labelled
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.bindings import bound

FoundBox = tuple[Box, Failures]
"""A box, and the mails of it that could not be fetched."""
_NAME, _ADDRESS = 14, 28
_LABEL = 11


def found_boxes(desk: Desk) -> list[FoundBox]:
    """Every box, in order of number."""
    return [(box, boxes.shown_failures(desk, box)) for box in boxes.all_boxes(desk)]


def box_line(box: Box, failures: Failures, now: int, width: int) -> Content:
    """A box as a line of a list; what is wrong stands out."""
    columns = f"{fit(display_text(box.name), _NAME)} {fit(display_text(box.settings.address.address), _ADDRESS)} "
    wrong = box.failure or failures or box.late_since(now) is not None
    state = display_text(f"read: {state_words(box, failures, now)}", max(20, width - _NAME - _ADDRESS - 6))
    return Content.assemble(columns, (state, "$text-error") if wrong else state)


class BoxPage(SheetPage):
    """Shows a mail box; a lead can stop and start fetching from it."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("open", "turn", "Stop or start fetching"),
        *bound("refresh", "refresh"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._box_name = name
        self._found: FoundBox | None = None

    async def read(self) -> None:
        """Reads the box."""

        def work(desk: Desk) -> FoundBox:
            box = boxes.named(desk, self._box_name)
            return box, boxes.shown_failures(desk, box)

        self._found = await self.ask(work)

    def show(self) -> None:
        """Shows its settings and its state."""
        if self._found is None:
            return
        box, failures = self._found
        self.title_bar.put([(f"Box {display_text(box.name)}", "bold", "")])
        rows = box_lines(box, failures, self.session.now())
        self.sheet.put(lambda width: labelled(rows, width, _LABEL))
        keys = []
        if box.settings.imap is not None:
            keys.append(("Enter", "stop fetching" if box.settings.reading else "fetch again"))
        self.query_one("#hints", Bar).put(keys_parts(*keys, ("j k", "move"), ("Esc", "back")))

    def action_turn(self) -> None:
        """Stops fetching from the box, or starts it again."""
        if self._found is None or not self.is_current or self._found[0].settings.imap is None:
            return
        name, on = self._box_name, not self._found[0].settings.reading

        def work(desk: Desk) -> Outcome:
            boxes.change(desk, name, replace(boxes.named(desk, name).settings, reading=on))
            return Outcome(command=None, cases=())

        async def ask() -> None:
            try:
                await self.session.backend.ask(self.session.as_own(work, self.session.person))
                self.host.say(f"Mail of box {name} is {'fetched again' if on else 'no longer fetched'}.")
            finally:
                if not self.is_left:
                    self.action_refresh()

        self.host.spawn(ask())
