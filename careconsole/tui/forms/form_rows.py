"""The questions of a form on the screen: which are asked now, their answers, and where the focus is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget

from careconsole.tui.forms.question import Question
from careconsole.tui.forms.question_row import FormRow


class FormRows(VerticalScroll, can_focus=False):
    """A row for each question, mounted when it is first asked: each widget makes a form slower to open."""

    def __init__(self, questions: Sequence[Question], answers: Mapping[str, str]) -> None:
        """`answers` are those of a draft; the others are the ones filled in beforehand."""
        super().__init__(id="form-fields")
        self.every = [FormRow(question, answers.get(question.name, question.ready)) for question in questions]
        self._usual: dict[str, str] = {}

    @property
    def said(self) -> dict[str, str]:
        """The answers in the form, by question name."""
        return {row.question.name: row.field.said for row in self.every}

    @property
    def asked(self) -> list[FormRow]:
        """The questions that are asked, given the answers."""
        said = self.said
        return [row for row in self.every if row.question.asked(said)]

    def compose(self) -> ComposeResult:
        """The questions that are asked at first."""
        self._fill_usual()
        yield from self.asked

    def show(self, focused: Widget | None, now: int) -> None:
        """Shows the questions that are asked now, with their notes as of `now`."""
        self._fill_usual()
        asked, said = self.asked, self.said
        before: FormRow | None = None
        for row in asked:
            if row.parent is None and self.is_attached:
                self.mount(row, before=0 if before is None and self.children else None, after=before)
            before = row
        for row in self.every:
            row.display = row in asked
            row.be_here(focused is not None and row.field is focused)
            if row.display:
                row.word(said)
                row.explain(now)

    def at(self, focused: Widget | None) -> FormRow | None:
        """The question that has the focus."""
        return next((row for row in self.every if row.field is focused), None)

    def named(self, name: str | None) -> FormRow | None:
        """The question of that name."""
        return next((row for row in self.every if row.question.name == name), None)

    async def renew(self, questions: Sequence[Question]) -> None:
        """Asks other questions; what was typed for those that stay is kept."""
        before = {row.question.name: row for row in self.every}
        rows = []
        for question in questions:
            row = before.pop(question.name, None) or FormRow(question, question.ready)
            row.question = question
            rows.append(row)
        self.every = rows
        for row in before.values():
            await row.remove()

    def _fill_usual(self) -> None:
        """Fills in the usual answers that depend on others, where nothing else was typed."""
        said = self.said
        for row in self.every:
            if row.question.usual is not None:
                before, usual = self._usual.get(row.question.name, row.question.ready), row.question.usual(said)
                if usual != before and row.field.said == before:
                    row.field.put(usual)
                self._usual[row.question.name] = usual
