"""The practice page: a past exception as it stood, a line for what one would do, then what was decided and why."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from careconsole.desk.teaching import practice
from careconsole.desk.teaching.practice import Answer, Practice
from careconsole.domain.errors import CareError
from careconsole.present.practice import QUESTION, answer_sections, left_words, situation_sections, title
from careconsole.present.sections import Section
from careconsole.tui.pages.section_lines import section_lines
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_sheet import LineSheet
from careconsole.tui.widgets.safe_input import SafeInput


class PracticeScreen(Page[None]):
    """Shows one exception after the other; what is typed is forgotten with the page."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("palette", "palette", only=["ctrl+p"]),
        *bound("up", "scroll(-1)", "Up", only=["up"], priority=True),
        *bound("down", "scroll(1)", "Down", only=["down"], priority=True),
        *bound("page-up", "page(-1)", "Page up", only=["pageup"], priority=True),
        *bound("page-down", "page(1)", "Page down", only=["pagedown"], priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._title = Bar("title")
        self._sheet = LineSheet("lines")
        self._input = SafeInput("", "in your own words, or nothing to pass; it is not stored", "answer")
        self._found: Practice | None = None
        self._answer: Answer | None = None
        self._said = ""
        self._busy = False

    def compose(self) -> ComposeResult:
        """From the top: the title, the case, the answer, the keys."""
        yield self._title
        yield self._sheet
        with Horizontal(classes="form-row"):
            yield Static(Content(QUESTION), classes="form-label")
            yield self._input
        yield Bar("hints")

    def on_mount(self) -> None:
        """Goes to the first exception."""
        self._title.put([("Practice: reading ...", "bold", "")])
        self._input.focus()
        self._go_on()

    @on(Input.Submitted, "#answer")
    def _submitted(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        """Shows what was decided; after that, or at first, the next exception."""
        if not self._busy:
            self._busy = True
            self.host.spawn(self._next())

    async def _next(self) -> None:
        try:
            found, one = self._found, self._found.exercise if self._found is not None else None
            if found is None or self._answer is not None:
                found = await self.ask_beside(practice.practice)
                self._found, self._answer = found, None
                self._input.put("")
            elif one is not None:
                self._said = self._input.value
                self._answer = await self.ask(lambda desk: practice.answer(desk, one.number, one.situation.call))
            self._show()
        except CareError:
            self._found = None  # what it was about has changed, so Enter goes on to another
            raise
        finally:
            self._busy = False

    def _show(self) -> None:
        """Shows what is known by now, and what Enter does next."""
        found, answer = self._found, self._answer
        if found is None:
            return
        one = found.exercise
        self.query_one(Horizontal).display = one is not None
        if one is None:
            self._title.put([("Practice", "bold", "")], self.session.who)
            sections = [Section(left_words(found), ())]
        else:
            left = found.left - (answer is not None and not one.done)
            self._title.put([(title(one, found.now), "bold", "")], (f"{left:,} left", ""))
            sections = situation_sections(one, found.roster, found.now)
        told = answer_sections(answer, self._said) if answer is not None else []
        self._sheet.put(lambda width: section_lines([*sections, *told], width), top=True)
        if told:
            before = len(section_lines(sections, self._sheet.room)) + 1
            self._sheet.scroll_to(y=before, animate=False, force=True)
        enter = "the next one" if answer is not None else "what was decided"
        keys = [("Enter", enter), ("↑ ↓", "scroll")] if one is not None else []
        self.query_one("#hints", Bar).put(keys_parts(*keys, ("Esc", "back")))

    def action_back(self) -> None:
        """Closes the page."""
        if self.is_current:
            self.dismiss(None)

    def action_scroll(self, step: int) -> None:
        """Scrolls a line up (-1) or down (1)."""
        self._sheet.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """Scrolls a page up (-1) or down (1)."""
        self._sheet.scroll_relative(y=step * max(1, self._sheet.size.height - 1), animate=False)
