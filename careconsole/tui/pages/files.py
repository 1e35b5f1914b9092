"""The files of a case: what is attached to it, and saving one in a folder."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import Self

from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.cases import files as desk_files
from careconsole.desk.cases.files import CaseFiles
from careconsole.desk.queries.case_files import CaseFile
from careconsole.domain.case.files import safe_file_name
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.intake.mail.saving import save_file
from careconsole.present.files import file_cells
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.widgets.ask_one import AskOne
from careconsole.tui.widgets.base_screen import needs_case
from careconsole.tui.widgets.bindings import bound

_AROUND = 4
_NARROWEST = 12
_BY = 14
_USUAL = "~/Downloads"


class FilesScreen(ListPage[CaseFile, None]):
    """Lists the files of the case `number`; Enter saves one."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("files", "back", "Back"),
        *bound("refresh", "refresh"),
    ]

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The page on the case under the cursor. Raises WrongUse when there is none."""
        return cls(needs_case(number))

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._found: CaseFiles | None = None

    def case_of(self, row: CaseFile) -> int | None:
        """The case that the page is about."""
        return self._number

    def on_change(self) -> None:
        """Reads the files again: others may have attached some."""
        self.action_refresh()

    async def read(self) -> None:
        """Reads the files of the case."""
        self._found = await self.ask(lambda desk: desk_files.files_of(desk, self._number))

    def show(self) -> None:
        """Shows a line for each file."""
        found = self._found
        if found is None:
            return
        cells = [file_cells(file, found) for file in found.files]
        wide = [max((cell_width(display_text(row[place])) for row in cells), default=0) for place in range(4)]
        wide[3] = min(wide[3], _BY)
        rows = [ListRow(self._line(row, wide), file) for row, file in zip(cells, found.files, strict=True)]
        if not rows:
            key = shown_key("attach")
            rows.append(ListRow(Content(f"No files yet. To attach one, go back and choose Attach a file with {key}")))
        self.fill(rows)
        count = len(found.files)
        self.put_title([("Files", "bold", ""), (f" of case {found.case}: {count:,}", "", "")])
        keys = (("Enter", "save in a folder"), ("↑ ↓", "move")) if count else ()
        self.put_keys(*keys, ("F5", "reload"), ("Esc", "back"))

    def _line(self, cells: tuple[str, ...], wide: list[int]) -> Content:
        number, size, when, by, name = (display_text(cell) for cell in cells)
        head = f"{number:>{wide[0]}}  {size:>{wide[1]}}  {fit(when, wide[2])}  {fit(by, wide[3])}  "
        room = max(_NARROWEST, self.size.width - _AROUND - cell_width(head))
        return Content.assemble((head, "$text-muted"), display_text(name, room))

    def key(self, row: CaseFile) -> Hashable:
        """Identifies a row by its label."""
        return row.label

    def words(self, row: CaseFile | None) -> str:
        """The whole name and the type, with the digest or the mail that it came in."""
        if row is None:
            return ""
        return (
            f"{row.name} · {row.type} · {f'SHA-256 {row.digest}' if row.mail is None else f'came in mail {row.mail}'}"
        )

    def choose(self, row: CaseFile) -> None:
        """Asks where to save the file."""
        self.app.push_screen(SaveFile(self._number, row), self._saved)

    def _saved(self, path: str | None) -> None:
        if path is not None:
            self.host.say(f"Saved as {path}.", "careconsole never opens a file; open it yourself.")


class SaveFile(AskOne[str]):
    """Asks for a folder, and saves the file there. Its result is the path."""

    def __init__(self, case: int, file: CaseFile) -> None:
        super().__init__(
            "Save file",
            Content.assemble("Saves it as ", (safe_file_name(file.name), "bold")),
            label="Folder",
            ready=_USUAL if os.path.isdir(os.path.expanduser(_USUAL)) else "~",
            hint="A folder on this machine",
            verb="save",
        )
        self._case, self._file = case, file.label

    def work(self, desk: Desk, text: str) -> str:
        """Saves the file."""
        return save_file(desk, self._case, self._file, text.strip() or ".")
