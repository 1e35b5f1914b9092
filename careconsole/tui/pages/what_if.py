"""The page that asks the recorded past: a small form for what should have been different, and each answer's cases."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.desk import Desk
from careconsole.desk.queries import causes
from careconsole.desk.queries.what_if import MayAnswer, SettingsAnswer
from careconsole.desk.team.what_if import Question, answer
from careconsole.desk.text_files import read_settings
from careconsole.domain.errors import CareError
from careconsole.domain.learning.what_if import Finding
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import DAY, local
from careconsole.present import what_if as words
from careconsole.tui.hints import error_text
from careconsole.tui.pages.figures_page import FiguresPage
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.screen_left import ScreenLeft
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet, ShowList
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput

_SPANS = (7, 30, 90, 180, 365)
"""The numbers of days to choose from."""
_TIMES = 7
"""Cells of how often a finding is true."""
_ASK = "Ask what should have been different"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the page: a finding, or the question itself."""

    finding: Finding | None = None


class WhatIfScreen(FiguresPage[Row, ShowList | None]):
    """Lists what would have been, once its form has asked. Its result is the cases of one line, or None."""

    SPANS = _SPANS
    USUAL = 2
    LONGEST = 2_000

    def __init__(self) -> None:
        super().__init__()
        self._question: Question | None = None
        self._found: MayAnswer | SettingsAnswer | None = None
        self._cause = ""
        self._has_read = False

    def on_mount(self) -> None:
        """Shows the keys."""
        self.put_keys(("Enter", "cases, or ask"), ("← →", "which time"), ("F5", "reload"), ("Esc", "back"))

    def on_change(self) -> None:
        """Does not read again by itself: what has just happened hardly changes the past, and a replay takes long."""

    async def read(self) -> None:
        """Asks the question again for the chosen time; before there is one, reads which cause came up most."""
        question, span = self._question, self._span
        if question is None:
            self._cause = await self.ask(_frequent_cause)
            self._ask()  # there is nothing else to do here
        else:
            self.put_about(self.READING)
            found = await self.ask_beside(lambda desk: answer(desk, question, desk.now() - _SPANS[span] * DAY))
            if (span, question) != (self._span, self._question):
                return  # what was chosen is read next
            self._found = found
        self._has_read = True

    # What is shown.

    def show(self) -> None:
        """Shows the question and each answer; the cursor stays where it was."""
        if not self._has_read:
            return
        found = self._found
        asked = _ASK if found is None else words.title(found)
        rows = [ListRow(Content(f"  {fit(display_text(asked), max(20, self.size.width - 4))}"), Row())]
        if found is not None:
            longest = max(len(words.finding_words(finding)) for finding in found.findings)
            room = min(longest, max(20, self.size.width - _TIMES - 16))
            for finding in found.findings:
                n = finding.times
                text = fit(words.finding_words(finding), room)
                times = f"{f'{n:,}' if n else '·':>{_TIMES}}"
                cases = f"  {words.cases_words(finding)}"
                line = Content.assemble(times, "  ", (text, "" if n else "$text-muted"), cases)
                rows.append(ListRow(line, Row(finding=finding)))
            self.put_heads(Content(f"{'Times':>{_TIMES}}  {fit('What would have been', room)}  Cases"))
        self.fill(rows, self.place)
        self.put_about("" if found is None else f"as of {local(found.span.until, self.session.now())}")

    @property
    def about(self) -> str:
        """What the page does, and for which time."""
        return f"What if, in the last {_SPANS[self._span]} days"

    def begin_anew(self) -> None:
        """Asks the question again for the chosen time, if there is one."""
        if self._question is not None:
            super().begin_anew()
        else:
            self.put_about("")

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its finding."""
        return row.finding.kind if row.finding is not None else _ASK

    def words(self, row: Row | None) -> str:
        """Where a finding is true; for the question, what was looked at and what nobody can know."""
        found = self._found
        if row is None or found is None:
            return "Say what the frontline could have decided, or give a file with other settings. Nothing is written."
        if row.finding is None:
            return " ".join([*words.summary_lines(found), *words.unknown_lines(found)])
        roster = self.session.roster
        return "; ".join(" ".join(one.split()) for one in words.detail_lines(row.finding, roster, found.span.until))

    # Keys.

    def choose(self, row: Row) -> None:
        """Lists the cases behind a finding, or asks another question."""
        if row.finding is None:
            self._ask()
        elif not row.finding.cases:
            self.host.say("No cases: this would not have happened.", "Left and right choose another time.")
        else:
            self.list_cases(words.finding_words(row.finding), row.finding.cases)

    def _ask(self) -> None:
        if self.is_current:
            self.app.push_screen(WhatIfSheet(self._question, self._cause, _SPANS[self._span]), self._take)

    def _take(self, done: tuple[Question, MayAnswer | SettingsAnswer] | None) -> None:
        if done is not None:
            self._question, self._found = done
            self._has_read = True
            self.show()
        elif self._question is None:
            self.dismiss(None)


class WhatIfSheet(Sheet["tuple[Question, MayAnswer | SettingsAnswer] | None"]):
    """Asks what should have been different, and asks the past. Its result is the question with its answer, or None."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "ask", "Ask", priority=True),
        *bound("open", "ask", "Ask", priority=True),
    ]

    def __init__(self, before: Question | None, cause: str, days: int) -> None:
        super().__init__()
        self._days = days
        had = before or Question()
        such = f"such as {cause}" if cause else "what it came of"
        self._may = SafeInput(had.may, "what the frontline could decide, such as refund 40", "may")
        self._limit = SafeInput("yes" if had.no_limit else "", "yes, if it has none", "no-limit")
        self._cause = SafeInput(had.cause, display_text(such), "cause")
        files = {"service": "service levels", "path": "escalation paths", "rota": "duty weeks"}
        self._files = [SafeInput("", f"a TOML file with other {what}", name) for name, what in files.items()]
        self._said = Static(id="view-said")
        self._busy = False

    def compose(self) -> ComposeResult:
        """The fields, what is wrong with them, and the keys."""
        labels = ("May decide", "No limit", "Cause", "Or: service levels", "Paths", "Rota")
        with Vertical(classes="sheet pick"):
            for label, field in zip(labels, (self._may, self._limit, self._cause, *self._files), strict=True):
                with Horizontal(classes="form-row"):
                    yield Static(Content(label), classes="form-label")
                    yield field
            yield self._said
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the first field."""
        self.query_one(".pick").border_title = Content(f"What if, in the last {self._days} days")
        self.query_one("#pick-keys", Bar).put(keys_parts(("Enter", "ask"), ("Tab", "next field"), ("Esc", "back")))
        self._may.focus()

    def action_ask(self) -> None:
        """Asks the past."""
        if not self._busy:
            self._busy = True
            self._said.update(Content("reading ..."))
            self.host.spawn(self._ask())

    async def _ask(self) -> None:
        try:
            service, paths, rota = (_text(field.value) for field in self._files)
            question = Question(
                may=self._may.value,
                no_limit=self._limit.value.strip().casefold() in ("yes", "y"),
                cause=self._cause.value,
                service=service,
                paths=paths,
                rota=rota,
            )
            days = self._days
            found = await self.ask_beside(lambda desk: answer(desk, question, desk.now() - days * DAY))
        except CareError as error:
            if self.is_left:
                raise ScreenLeft from None
            self._said.update(Content.assemble((f"! {display_text(error_text(error))}", "$text-error")))
        else:
            if self.is_current:
                self.dismiss((question, found))
        finally:
            self._busy = False

    def action_back(self) -> None:
        """Closes without asking."""
        if self.is_current:
            self.dismiss(None)


def _text(file: str) -> str | None:
    return read_settings(file.strip(), "Give the path of a file with it.") if file.strip() else None


def _frequent_cause(desk: Desk) -> str:
    """The cause that came up most; empty while none has."""
    return next((one.cause.label for one in causes.listed(desk)), "")
