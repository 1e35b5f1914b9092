"""The history of a playbook: each of its texts with what changed in it, when, and by whom."""

from __future__ import annotations

from careconsole.desk import Desk
from careconsole.desk.playbooks import reading
from careconsole.domain.terminal_text import display_text, wrapped
from careconsole.domain.time.moments import local
from careconsole.present.json_types.playbooks import EditionEntry
from careconsole.present.playbooks import editions_told
from careconsole.tui.pages.sheet_page import SheetPage
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned_lines import Line


class PlaybookHistoryScreen(SheetPage):
    """Shows what happened to playbook `number`, the latest first."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("refresh", "refresh"),
    ]

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._found: list[tuple[str, EditionEntry]] | None = None

    async def read(self) -> None:
        """Reads its history."""

        def work(desk: Desk) -> list[tuple[str, EditionEntry]]:
            events, texts = reading.history(desk, self._number)
            now = desk.now()
            told = editions_told(events, texts, desk.roster())
            return [(local(event.at, now), entry) for event, entry in zip(events, told, strict=True)]

        self._found = await self.ask(work)

    def show(self) -> None:
        """Shows it, each new text with the lines that changed."""
        if self._found is not None:
            self.title_bar.put([(f"What changed in playbook {self._number}", "bold", "")])
            self.sheet.put(self._lines)

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for when, entry in reversed(self._found or []):
            edition = f" (edition {entry.edition})" if entry.edition is not None else ""
            told = display_text(f"{when}  {entry.by} {entry.told}{edition}")
            lines += [((part, "strong"),) for part in wrapped(told, width)]
            for change in entry.difference or ():
                lines += [((f"    {part}", ""),) for part in wrapped(display_text(change), width - 4)]
        return lines
