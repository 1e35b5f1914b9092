"""One question of a form: its label, its answer, and a note below it. A field exists once somebody goes there."""

from __future__ import annotations

from textual.content import Content

from careconsole.domain.terminal_text import cell_width, display_text, wrapped
from careconsole.tui.forms.choice_fields import ChoiceField, ListField, choice_line, picked_line, place_of
from careconsole.tui.forms.question import (
    BLOCK,
    CASE,
    CHOOSE,
    CUSTOMER,
    LINE,
    PICK,
    SECRET,
    SUBJECT,
    TAGS,
    TIME,
    Question,
    Said,
)
from careconsole.tui.forms.text_fields import LineField, TextField
from careconsole.tui.forms.time_preview import read_as

_SHOWN = 6
_BLOCK_LINES = 3
"""The lines of an empty block of text, as its style sheet has them."""
_HIDDEN = "•" * 8
"""What stands for a password, whatever its length."""
_EMPTY, _FILLED, _GROUND = "$foreground 70% on $boost", "$foreground on $boost", "on $boost"

Field = LineField | TextField | ChoiceField | ListField


class FormRow:
    """A question with its answer.

    Until somebody goes there it has no field, and its answer is drawn as the field would draw it: each widget makes a
    form slower to open.
    """

    def __init__(self, question: Question, value: str) -> None:
        self.question = question
        self.display = True
        """Whether it is asked, given the other answers."""
        self.found = ""
        """What was found for a customer's name, a case's number or a subject."""
        self.label = ""
        self.here = False
        """Whether it is being answered."""
        self.note = ("", "")
        """What is said below the answer, and its style."""
        self._suggestions = question.suggestions
        self._help = question.help
        self._mistake = self._wrong = ""
        self._value = self._known(value)
        self._field: Field | None = None
        if question.look == BLOCK and value:
            self._field = self._new_field()  # which alone knows how it wraps

    @property
    def field(self) -> Field:
        """The field, which is made when it is first asked for."""
        if self._field is None:
            self._field = self._new_field()
        return self._field

    @property
    def mounted(self) -> Field | None:
        """The field, if it is on the screen or about to be."""
        return self._field if self._field is not None and self._field.parent is not None else None

    @property
    def needs_field(self) -> bool:
        """Whether there is a field already, which must be mounted to be seen."""
        return self._field is not None

    @property
    def said(self) -> str:
        """The answer."""
        return self._value if self._field is None else self._field.said

    @property
    def kept(self) -> str:
        """The answer as a draft keeps it: what was typed to narrow a list is none."""
        return self._field.kept if isinstance(self._field, ListField) else self.said

    def put(self, value: str) -> None:
        """Replaces the answer."""
        if self._field is None:
            self._value = self._known(value)
        else:
            self._field.put(value)

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Answers to leaf through."""
        return self._suggestions

    @suggestions.setter
    def suggestions(self, suggestions: tuple[str, ...]) -> None:
        self._suggestions = suggestions
        if isinstance(self._field, LineField):
            self._field.suggestions = suggestions

    def word(self, said: Said) -> None:
        """Sets what the question is called, given the other answers; a star for one that must be answered."""
        words = self.question.worded(said)
        self.label, self._help = f"{words.label}{'*' if words.required else ''}", words.help
        if isinstance(self._field, LineField):
            self._field.ask(words.help)

    def show_error(self, mistake: str) -> None:
        """Sets what is wrong with the answer, until it changes."""
        self._mistake, self._wrong = mistake, self.said

    def clear_error(self) -> None:
        """Clears what was wrong with the answer, if it is another one now, and what was found for it."""
        if self.said != self._wrong:  # a field that is only now on the screen reports its first value as a change
            self._mistake = ""
        self.found = ""

    def explain(self, now: int) -> None:
        """Sets how the answer is read or what is wrong with it, and other possible answers."""
        text, tone = self._words(now)
        self.note = (display_text(text, 400), tone) if text else ("", "")

    def answer_lines(self, width: int) -> list[Content]:
        """The answer as its field draws it without the focus, in lines of that width."""
        question, said = self.question, self.said
        match question.look:
            case look if look == CHOOSE:
                return [choice_line(question.choices, place_of(question.choices, said), width, focused=False)]
            case look if look == PICK:
                return [picked_line(question.choices, place_of(question.choices, said), width)]
            case look if look == BLOCK:
                asked = wrapped(display_text(self._help), width)
                lines = [*asked, *[""] * (_BLOCK_LINES - len(asked))]
                return [_filled(line, width, _EMPTY) for line in lines[:_BLOCK_LINES]]
        if said:
            shown = _HIDDEN if question.look == SECRET else said
            return [_filled(display_text(shown, width), width, _FILLED)]
        return [_filled(display_text(self._help, max(1, width - 1)), width, _EMPTY)]

    def note_lines(self, width: int) -> list[Content]:
        """The note in lines of that width."""
        text, tone = self.note
        return [Content.styled(line, tone) for line in wrapped(text, max(8, width))] if text else []

    def _known(self, value: str) -> str:
        """A value as its field would give it back; for one that is no choice, the one chosen beforehand."""
        if self.question.look in (CHOOSE, PICK):
            choices = self.question.choices
            return next((one for one in (value, self.question.ready) if place_of(choices, one) >= 0), "")
        return value if self.question.look == BLOCK else " ".join(value.split("\n"))

    def _words(self, now: int) -> tuple[str, str]:
        if self._mistake:
            return f"! {self._mistake}", "$text-error"
        said, question = self.said, self.question
        words = [self.found] if self.found else []
        if question.look == TIME and said.strip():
            read, fits = read_as(said, now, question.hour)
            if not fits:
                return f"! {read}", "$text-error"
            words.append(read)
        if isinstance(self._field, ChoiceField) and self.here and self._field.note:
            words.append(self._field.note)
        if isinstance(self._field, LineField) and self.here:
            some = self._field.hinted[:_SHOWN]
            if some:
                words.append("PgDn: " + ", ".join(display_text(leaf, 24) for leaf in some))
        return " · ".join(words), "$foreground 65%"

    def _new_field(self) -> Field:
        question, value = self.question, self._value
        match question.look:
            case look if look == BLOCK:
                return TextField(value, question.help)
            case look if look == CHOOSE:
                return ChoiceField(question.choices, value)
            case look if look == PICK:
                return ListField(question.choices, value)
        field = LineField(
            value,
            self._help,
            by_word=question.look == TAGS,
            whole=question.look == TIME or question.usual is not None,
            alike=question.name == "cause",
            ready=question.ready if question.look == LINE and question.suggestions else "",
        )
        field.suggestions = self._suggestions
        field.password = question.look == SECRET
        return field


def _filled(text: str, width: int, style: str) -> Content:
    """A line of a field, with its ground up to the right edge."""
    return Content.assemble((text, style), (" " * (width - cell_width(text)), _GROUND))


LOOKED_UP = (CUSTOMER, CASE, SUBJECT)
"""The looks whose answers are looked up while they are typed."""
