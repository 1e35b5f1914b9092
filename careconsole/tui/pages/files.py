"""The files of a case: what is attached to it, and saving one in a folder."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import Self

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.commands.key_table import shown_key
from careconsole.desk.cases import files as desk_files
from careconsole.desk.cases.files import CaseFile, CaseFiles
from careconsole.domain.case.files import safe_file_name
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.intake.mail.saving import save_file
from careconsole.present.files import file_cells
from careconsole.tui.hints import error_text
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet, needs_case
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput

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
        keys = (("Enter", "save in a folder"), ("j k", "move")) if count else ()
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


class SaveFile(Sheet["str | None"]):
    """Asks for a folder, and saves the file there. Its result is the path, or None."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "save", "Save", priority=True),
        *bound("open", "save", "Save", priority=True),
    ]

    def __init__(self, case: int, file: CaseFile) -> None:
        super().__init__()
        self._case, self._file = case, file
        ready = _USUAL if os.path.isdir(os.path.expanduser(_USUAL)) else "~"
        self._folder = SafeInput(ready, "A folder on this machine", "folder")
        self._said = Static(id="view-said")
        self._busy = False

    def compose(self) -> ComposeResult:
        """What is saved, the field for the folder, and the keys."""
        with Vertical(classes="sheet pick"):
            yield Static(Content.assemble("Saves it as ", (safe_file_name(self._file.name), "bold")))
            with Horizontal(classes="form-row"):
                yield Static(Content("Folder"), classes="form-label")
                yield self._folder
            yield self._said
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the folder."""
        self.query_one(".pick").border_title = Content("Save file")
        self.query_one("#pick-keys", Bar).put(keys_parts(("Enter", "save"), ("Esc", "back")))
        self._folder.focus()

    def action_save(self) -> None:
        """Saves the file."""
        if not self._busy:
            self._busy = True
            self.host.spawn(self._save())

    async def _save(self) -> None:
        folder = self._folder.value.strip() or "."
        try:
            path = await self.session.backend.ask(lambda desk: save_file(desk, self._case, self._file.label, folder))
        except CareError as error:
            if self.is_left:
                raise
            self._said.update(Content.assemble((f"! {display_text(error_text(error))}", "$text-error")))
        else:
            if self.is_current:
                self.dismiss(path)
        finally:
            self._busy = False

    def action_back(self) -> None:
        """Closes without saving."""
        if self.is_current:
            self.dismiss(None)
