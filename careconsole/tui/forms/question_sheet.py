"""What a form of any kind does: going from question to question, and showing which answer is wrong."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from textual import events, on
from textual.widget import Widget

from careconsole.tui.forms import editor
from careconsole.tui.forms.form_rows import FormRows
from careconsole.tui.forms.messages import Edit, Entered, LeaveField
from careconsole.tui.forms.question import Mistake
from careconsole.tui.forms.question_row import FormRow
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.base_screen import Sheet

Result = TypeVar("Result")


class QuestionSheet(Sheet[Result], Generic[Result]):
    """Asks the questions of `_rows`; Enter in the last one saves the answers."""

    AUTO_FOCUS = ""  # the form itself says where it begins
    _rows: FormRows

    def action_send(self) -> None:
        """Saves the answers."""
        raise NotImplementedError

    def _arrange(self) -> None:
        """Shows the questions that are asked now, with their notes, and the keys that work."""
        raise NotImplementedError

    def _complain(self, text: str) -> None:
        """Shows what is wrong below the questions; an empty text hides it."""
        raise NotImplementedError

    def _at(self) -> FormRow | None:
        return self._rows.at(self.focused)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Highlights the question being answered, and updates the notes and keys."""
        self._arrange()

    @on(Entered)
    def _entered(self) -> None:
        self._step(1, send=True)

    @on(LeaveField)
    def _left(self, message: LeaveField) -> None:
        self._step(message.step)

    @on(Edit)
    def _edit(self) -> None:
        if (at := self._at()) is not None:
            editor.edit(self, at.field)

    def focus_next(self, selector: str | type[Any] = "*") -> Widget | None:
        """Goes to the next question, from the last one to the first."""
        self._rows.go_around(self.focused, 1)
        return self.focused

    def focus_previous(self, selector: str | type[Any] = "*") -> Widget | None:
        """Goes to the question before, from the first one to the last."""
        self._rows.go_around(self.focused, -1)
        return self.focused

    def _step(self, step: int, *, send: bool = False) -> None:
        asked, at = self._rows.asked, self._at()
        place = asked.index(at) + step if at in asked else 0
        if 0 <= place < len(asked):
            self._rows.enter(asked[place])
        elif send:
            self.action_send()

    def _blame(self, mistake: Mistake) -> None:
        if (row := self._rows.named(mistake.field)) is None:
            self._complain(error_text(mistake))
            return
        self._rows.enter(row)
        row.show_error(error_text(mistake))
        self._rows.show(self.focused, self.session.now())
