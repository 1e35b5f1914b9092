"""A form for settings. Nothing that is typed in it is kept as a draft: it may be a password."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text
from careconsole.tui.forms.choice_fields import ChoiceField
from careconsole.tui.forms.form_rows import FormRows
from careconsole.tui.forms.messages import Changed
from careconsole.tui.forms.question import Mistake, Question, Said
from careconsole.tui.forms.question_sheet import QuestionSheet
from careconsole.tui.forms.text_fields import TextField
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.bindings import bound

Save = Callable[[Desk, Said], str]
"""Saves the answers, and says what was done; raises CareError, a Mistake if one answer is to blame."""
_BELOW = 4
"""Lines that the frame, the keys and what is below the form take."""


class SettingsForm(QuestionSheet["str | None"]):
    """Asks for settings, explains each, and saves them. Its result says what was done; None: closed without saving."""

    BINDINGS = [
        *bound("save", "send", "Save", priority=True),
        *bound("back", "close", "Close", only=["escape"]),
    ]

    def __init__(self, title: str, questions: Sequence[Question], save: Save) -> None:
        super().__init__()
        self._title, self._save = title, save
        self._rows = FormRows(questions, {})
        self._before = self._rows.said
        self._help = Static(id="form-calls")
        self._trouble = Static(id="form-trouble")
        self._keys = Bar("form-keys")
        self._busy = self._gives_up = False

    def compose(self) -> ComposeResult:
        """The questions, what the present one means, what is wrong, and the keys."""
        self._trouble.display = False
        self._fit()
        with Vertical(id="form", classes="sheet") as form:
            form.border_title = Content(display_text(self._title))
            yield self._rows
            yield self._help
            yield self._trouble
            yield self._keys

    def on_mount(self) -> None:
        """Puts the focus in the first field."""
        self._rows.begin()
        self._before = self._rows.said  # with what was filled in by itself
        self._arrange()

    def on_resize(self) -> None:
        """Fits the form to the screen; the questions scroll when there is no room for all of them."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        notes = [note for note in (self._help, self._trouble) if note.display and note.is_attached]
        others = sum(note.outer_size.height for note in notes) or 2
        self._rows.styles.max_height = max(3, self.app.size.height - others - _BELOW)

    def _arrange(self) -> None:
        self._rows.show(self.focused, self.session.now())
        at, asked = self._at(), self._rows.asked
        if at is not None:
            chosen = next((one.note for one in at.question.choices if one.value == at.said), "")
            words = f"{at.question.worded(self._rows.said).help} {chosen}".rstrip()
            self._help.update(Content(display_text(words, 400)))
        last = at is not None and at is asked[-1]
        block = at is not None and isinstance(at.field, TextField)
        keys = [("Enter or ctrl+s" if last and not block else "ctrl+s", "save")]
        if len(asked) > 1:
            keys.append(("Tab", "to the top") if last else ("Tab" if block else "Tab or Enter", "next"))
        if at is not None and isinstance(at.field, ChoiceField):
            keys.append(("← →", "choose"))
        elif block:
            keys.append(("ctrl+e", "editor"))
        self._keys.put(keys_parts(*keys, ("Esc", "close")))
        self.call_after_refresh(self._fit)

    def _complain(self, text: str) -> None:
        """Shows what is wrong below the questions; an empty text hides it."""
        self._trouble.update(Content(display_text(text, 800)))
        self._trouble.display = bool(text)
        self.call_after_refresh(self._fit)

    # Typing and moving.

    @on(Changed)
    def _changed(self) -> None:
        if (at := self._at()) is not None:
            at.clear_error()
        self._gives_up = False
        self._complain("")
        self._arrange()

    # Saving and closing.

    def action_send(self) -> None:
        """Saves the answers."""
        if not self._busy and self.is_current:
            self._busy = True
            self.host.spawn(self._saved())

    async def _saved(self) -> None:
        said, told = self._rows.said, list[str]()

        def work(desk: Desk) -> Outcome:
            told.append(self._save(desk, said))
            return Outcome(command=None, cases=())

        try:
            for row in self._rows.asked:
                if row.question.needed(said) and not row.said.strip():
                    raise Mistake(row.question.name, f"{row.question.worded(said).label} is missing.")
            await self.session.backend.ask(self.session.as_own(work, self.session.person))
        except Mistake as mistake:
            self._blame(mistake)
        except CareError as error:
            if self.is_left:
                raise
            self._complain(error_text(error))
        else:
            if self.is_current:
                self.dismiss(told[-1])
            elif self.is_left:
                self.host.say(told[-1])  # it was closed while this was being saved
        finally:
            self._busy = False

    def action_close(self) -> None:
        """Closes without saving; what was typed is lost, so Esc asks once whether that is meant."""
        if not self.is_current:
            return
        if self._rows.said != self._before and not self._gives_up and not self._busy:
            self._gives_up = True
            self._complain("This is not saved. Press Esc again to close without saving, or ctrl+s to save it.")
            return
        self.dismiss(None)
