"""One question on the screen: its label, its field, and a note below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.terminal_text import display_text
from careconsole.tui.forms.choice_fields import ChoiceField, ListField
from careconsole.tui.forms.question import BLOCK, CASE, CHOOSE, CUSTOMER, PICK, SUBJECT, TAGS, TIME, Question, Said
from careconsole.tui.forms.text_fields import LineField, TextField
from careconsole.tui.forms.time_preview import read_as

_SHOWN = 6

Field = LineField | TextField | ChoiceField | ListField


class FormRow(Vertical):
    """A question: its label at the left, drawn by the row itself, the field, and below that a note while there is one.

    Each widget makes a form slower to open, so there are no more than these.
    """

    def __init__(self, question: Question, value: str) -> None:
        super().__init__()
        self.question = question
        self.field: Field = _field(question, value)
        self.found = ""
        """What was found for a customer's name, a case's number or a subject."""
        self._mistake = ""
        self._note: Static | None = None
        self._label = ""
        self._here = False
        self.word({})

    def compose(self) -> ComposeResult:
        """The field, and the note if there is one already."""
        yield self.field
        if self._note is not None:
            yield self._note

    def render(self) -> Content:
        """The label."""
        return Content.styled(self._label, "bold $text-accent" if self._here else "$text-muted")

    def be_here(self, here: bool) -> None:
        """Highlights the question that is being answered."""
        if here != self._here:
            self._here = here
            self.refresh()

    def word(self, said: Said) -> None:
        """Shows what the question is called, given the other answers; a star for one that must be answered."""
        words = self.question.worded(said)
        label = f"{words.label}{'*' if words.required else ''}"
        if label != self._label:
            self._label = label
            self.refresh()
        if isinstance(self.field, LineField):
            self.field.ask(words.help)

    def show_error(self, mistake: str) -> None:
        """Sets what is wrong with the answer, until it changes."""
        self._mistake = mistake

    def clear_error(self) -> None:
        """Clears what was wrong with the answer and what was found for it, once it has changed."""
        self._mistake = self.found = ""

    def explain(self, now: int) -> None:
        """Shows how the answer is read or what is wrong with it, and other possible answers."""
        text, tone = self._words(now)
        note = Content.styled(display_text(text, 400), tone) if text else None
        if note is not None and self._note is None:
            self._note = Static(note, classes="form-note")
            if self.is_attached:
                self.mount(self._note)
        elif self._note is not None and note is not None and self._note.content != note:
            self._note.update(note)
        if self._note is not None:
            self._note.display = note is not None

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
        whole=question.look == TIME or question.usual is not None,
        alike=question.name == "cause",
    )
    field.suggestions = question.suggestions
    return field


LOOKED_UP = (CUSTOMER, CASE, SUBJECT)
"""The looks whose answers are looked up while they are typed."""
