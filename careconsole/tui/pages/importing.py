"""The import page: name files, preview the cases, correct how they are read, and import in the background."""

from __future__ import annotations

import asyncio
import os
import shlex

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from careconsole.commands.key_table import shown_key
from careconsole.domain.counting import counted
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.intake import autodetect, kept_answers, preview_answers
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.registry import Options
from careconsole.tui.hints import error_text
from careconsole.tui.pages.import_answers import ANSWERS, answered, check_answer, paths_of, proposed_answer
from careconsole.tui.pages.import_lines import name_of, preview_lines, progress, report_lines
from careconsole.tui.threads.import_thread import ImportThread, running
from careconsole.tui.threads.look_thread import LookThread
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_sheet import LineSheet
from careconsole.tui.widgets.safe_input import SafeInput

_TICK = 0.25


class ImportScreen(Page[None]):
    """Asks for files, previews the first cases, takes answers to open questions, and imports."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("palette", "palette", only=["ctrl+p"]),
        *bound("save", "begin", "Import", priority=True),
        *bound("discard", "stop", "Stop", priority=True),
        *bound("up", "app.focus_previous", only=["up"]),
        *bound("down", "app.focus_next", only=["down"]),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._file = SafeInput("", "tables (CSV, JSON Lines) or another system's export; quotes as in a shell", "file")
        self._people = SafeInput("", "people and organisations, if the export has them in files of their own", "users")
        self._source = SafeInput("", "the system's name; use the same one in every import from it", "source")
        self._answer = SafeInput("", ANSWERS, "answer")
        self._sheet = LineSheet("lines")
        self._said = Static(id="import-said")
        self._options = Options()
        self._preview: ImportPreview | None = None
        self._importing: ImportThread | None = None
        self._looking: LookThread | None = None
        self._timer: Timer | None = None
        self._busy = False
        self._proposed = ""
        self._looked_at = ("", "")

    def compose(self) -> ComposeResult:
        """From the top: the title, the fields, the message, the preview or report, the keys."""
        yield Bar("title")
        for label, field in (
            ("Files", self._file),
            ("People files", self._people),
            ("Source", self._source),
            ("Answer", self._answer),
        ):
            with Horizontal(classes="form-row"):
                yield Static(Content(label), classes="form-label")
                yield field
        yield self._said
        yield self._sheet
        yield Bar("hints")

    def on_mount(self) -> None:
        """Focuses the file field, and shows the progress of a running import."""
        self._title("Import cases")
        keys = (
            ("Enter", "look"),
            ("ctrl+s", "import"),
            ("ctrl+x", "stop"),
            ("↑ ↓", "fields, cases"),
            ("Esc", "back"),
        )
        self.query_one("#hints", Bar).put(keys_parts(*keys))
        self._file.focus()
        importing = running(self.app)
        if importing is not None:
            self._watch(importing)

    def _named_files(self) -> tuple[str, str]:
        return self._file.value.strip(), self._people.value.strip()

    def _title(self, words: str) -> None:
        self.query_one("#title", Bar).put([(words, "bold", "")])

    def _tell(self, words: str, tone: str = "") -> None:
        self._said.update(
            Content.assemble((display_text(words, 400), tone)) if tone else Content(display_text(words, 400))
        )

    def _refuse(self, error: CareError) -> None:
        self._tell(f"! {error_text(error)}", "$text-error")

    # Preview.

    @on(Input.Submitted, "#file")
    def _named(self) -> None:
        if self._named_files() == self._looked_at:
            self._look(self._options)  # the same files again: what was answered about them holds
            return
        self._source.put("")
        self._proposed = ""
        self._look(Options(), anew=True)

    @on(Input.Submitted, "#users")
    @on(Input.Submitted, "#source")
    def _more_named(self) -> None:
        self._look(self._options)

    @on(Input.Submitted, "#answer")
    def _answered(self) -> None:
        if self._busy or self._importing is not None:
            self._look(self._options)
            return
        try:
            options = answered(self._options, self._answer.value)
            if self._preview is not None:
                check_answer(self._preview, self._options, options)
        except WrongUse as error:
            self._refuse(error)
            return
        if options.source != self._options.source:
            self._source.put(options.source)
        self._look(options)

    def _look(self, options: Options, *, anew: bool = False) -> None:
        """Looks at the files; `anew`, with what was answered about them in an earlier look."""
        if self._busy or self._importing is not None:
            self._tell(f"Still working; {shown_key('discard')} stops it. Press Enter again when it is done.")
            return
        self._busy = True
        self.host.spawn(self._looked(options, anew, self._answer.value, self.focused))

    def _said_source(self) -> str:
        """The source name that was typed; empty while the field holds the proposed one."""
        source = self._source.value.strip()
        return "" if source == self._proposed else source

    async def _looked(self, options: Options, anew: bool, typed: str, began: Widget | None) -> None:
        try:
            files = paths_of(self._file.value)
            if not files:
                raise WrongUse("No file is given.", "Type its path.")
            options = replace(options, users=tuple(paths_of(self._people.value)), source=self._said_source())
            folder = os.path.dirname(files[0]) if anew else ""
            self._looking = LookThread(files, options, folder)
            self._timer = self.set_interval(_TICK, self._tick)
            looked = await self._looking.run()
            preview = await self.ask(lambda desk: autodetect.with_known_source(looked.preview, desk))
        except CareError as error:
            if not self.is_left:
                self._refuse(error)
            return
        finally:
            self._busy = False
            self._rest()
        if self.is_left:
            return
        if looked.taken_from:
            options = replace(preview.options, kind="", source="" if preview.guessed_source else preview.options.source)
            self._people.put(shlex.join(options.users))
        self._preview, self._options = preview, options
        self._looked_at = self._named_files()
        self._proposed = "" if options.source else preview.options.source
        self._source.put(preview.options.source)
        proposed = ""
        if self._answer.value == typed:  # else somebody goes on typing
            proposed = proposed_answer(preview)
            self._answer.put(proposed)
            self._answer.select_all()  # so that typing replaces it
        now = self.session.now()
        self._sheet.put(lambda width: preview_lines(preview, now, width), top=True)
        self._title(f"Import {name_of(preview)}")
        earlier = f"Using your earlier answers from {looked.taken_from}. " if looked.taken_from else ""
        if preview.blocking:
            takes = f" Enter in Answer takes {proposed}." if proposed else ""
            how = "Answer each line with a ?, several with ; between them"
            self._tell(f"{earlier}{how}; then {shown_key('save')} imports.{takes}")
            if self.focused is began and began is not self._answer:
                self._answer.focus()  # the next thing to type; the cursor stays where somebody went meanwhile
        else:
            self._tell(f"{earlier}{shown_key('save')} imports it like this; answers change it.")

    # Import.

    def action_begin(self) -> None:
        """Imports what was previewed."""
        preview, person = self._preview, self.session.person
        if self._busy or self._importing is not None:
            return
        if person is None:
            self._refuse(WrongUse("Nobody is working here yet.", f"Press {shown_key('who')} and say who you are."))
        elif preview is None:
            self._refuse(
                WrongUse("There is nothing to import yet.", "Type a file's path and press Enter to look at it.")
            )
        elif self._looked_at != self._named_files():
            self._refuse(WrongUse("These are not the files that were looked at.", "Press Enter to look at them."))
        elif preview.blocking:
            self._refuse(WrongUse(preview.blocking[0].text, "Answer it first, as the line below it says."))
            self._answer.focus()
        else:
            # A proposed name that was shown and left in the field counts as an answer.
            source = self._source.value.strip() or preview.options.source
            self._busy = True
            self.host.spawn(
                self._begun(preview_answers.resolved_options(autodetect.with_source(preview, source)), person)
            )

    async def _begun(self, preview: ImportPreview, person: int) -> None:
        kept, problem = "", ""
        try:
            folder = os.path.dirname(os.fspath(preview.files[0]))
            try:
                kept = await asyncio.to_thread(kept_answers.keep, preview, folder)
            except WrongUse as error:
                problem = error.message
            map_path = kept if preview.map is not None else ""
            importing = ImportThread(
                preview, preview_answers.options_with(preview, map_path), self.session.seat.desk, person
            )
        finally:
            self._busy = False
        if not self.is_left:
            self._watch(importing)
        await self._run(importing, kept, problem)

    async def _run(self, importing: ImportThread, kept: str, problem: str) -> None:
        """Runs the import to its end, also when this screen is closed meanwhile."""
        preview = importing.preview
        try:
            report = await importing.run(self.app)
        except CareError as error:
            if self._watches(importing):
                self._rest()
                self._refuse(error)
            else:
                self.host.complain(error)
            return
        done = f"{counted(report.new_cases, 'case')} new, {report.changed_cases:,} changed"
        if not self._watches(importing):
            self.host.say(f"{name_of(preview)} is imported: {done}.")
            return
        self._rest()
        self._preview = None
        notices = [*importing.seen.notices(), *([problem] if problem else [])]
        self._sheet.put(lambda width: report_lines(preview, report, notices, kept, width), top=True)
        self._title(f"{name_of(preview)} is imported")
        self._tell(f"Done: {done}.", "$text-success")
        self._sheet.focus()

    def _watches(self, importing: ImportThread) -> bool:
        return not self.is_left and self._importing is importing

    def _watch(self, importing: ImportThread) -> None:
        self._importing = importing
        self._title(f"Importing {name_of(importing.preview)}")
        self._tick()
        self._timer = self.set_interval(_TICK, self._tick)

    def _tick(self) -> None:
        if (looking := self._looking) is not None:
            self._tell(
                f"{progress(looking.taken, looking.size, looking.records)}  Reading; {shown_key('discard')} stops it."
            )
            return
        importing = self._importing
        if importing is None:
            return
        if importing.over:  # another screen began it, and has reported its outcome
            self._rest()
            self._title("Import cases")
            self._tell("It has finished.")
            return
        words = progress(importing.taken, importing.size, importing.records)
        self._tell(f"{words}  Esc: it continues while you work; {shown_key('discard')} stops it.")

    def _rest(self) -> None:
        """Stops following the import, or the look."""
        self._importing = self._looking = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def action_stop(self) -> None:
        """Stops the running import, or the look."""
        for at_work in (self._importing, self._looking):
            if at_work is not None:
                at_work.stop()

    def action_back(self) -> None:
        """Goes back to the list; a running import continues."""
        if self.is_current:
            if self._importing is not None and not self._importing.over:
                self.host.say("The import continues; the news says when it is done.")
            if self._looking is not None:
                self._looking.stop()
            self.dismiss(None)
