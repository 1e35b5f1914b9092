"""One question on the screen: its label, its field, and a note below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.terminal_text import display_text
from careconsole.tui.forms.choice_fields import ChoiceField, ListField
from careconsole.tui.forms.question import BLOCK, CASE, CHOOSE, CUSTOMER, PICK, TAGS, TIME, Question
from careconsole.tui.forms.text_fields import LineField, TextField
from careconsole.tui.forms.time_preview import read_as

_SHOWN = 6

Field = LineField | TextField | ChoiceField | ListField


class FormRow(Horizontal):
    """A question and the field for its answer."""

    def __init__(self, question: Question, value: str) -> None:
        super().__init__(classes="form-row")
        self.question = question
        self.field: Field = _field(question, value)
        self.found = ""
        """What was found for a customer's name or a case's number."""
        self._mistake = ""
        self._note = Static(classes="form-note")

    def compose(self) -> ComposeResult:
        """The label, and beside it the field above its note."""
        mark = "*" if self.question.required else ""
        yield Static(Content(f"{self.question.label}{mark}"), classes="form-label")
        with Vertical(classes="form-answer"):
            yield self.field
            yield self._note

    def show_error(self, mistake: str) -> None:
        """Sets what is wrong with the answer, until it changes."""
        self._mistake = mistake

    def clear_error(self) -> None:
        """Clears what was wrong with the answer and what was found for it, once it has changed."""
        self._mistake = self.found = ""

    def explain(self, now: int) -> None:
        """Shows how the answer is read or what is wrong with it, and other possible answers."""
        text, tone = self._words(now)
        self._note.update(Content.styled(display_text(text, 400), tone))
        self._note.display = bool(text)

    def _words(self, now: int) -> tuple[str, str]:
        if self._mistake:
            return f"! {self._mistake}", "$text-error"
        said, question = self.field.said, self.question
        words = [self.found] if self.found else []
        if question.look == TIME and said.strip():
            read, fits = read_as(said, now)
            if not fits:
                return f"! {read}", "$text-error"
            words.append(read)
        if isinstance(self.field, LineField) and self.field.has_focus:
            some = self.field.matching()[:_SHOWN]
            if some:
                words.append("PgDn: " + ", ".join(display_text(leaf, 24) for leaf in some))
        return " · ".join(words), "$foreground 65%"


def _field(question: Question, value: str) -> Field:
    match question.look:
        case look if look == BLOCK:
            return TextField(value, question.help)
        case look if look == CHOOSE:
            return ChoiceField(question.choices, value)
        case look if look == PICK:
            return ListField(question.choices, value)
    field = LineField(
        value,
        question.help,
        by_word=question.look == TAGS,
        whole=question.look == TIME,
        alike=question.name == "cause",
    )
    field.suggestions = question.suggestions
    return field


LOOKED_UP = (CUSTOMER, CASE)
"""The looks whose answers are looked up while they are typed."""
