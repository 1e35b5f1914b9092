"""A form: the questions of one command, its draft, and sending it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult, SuspendNotSupported
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from careconsole.desk.cases.execution import Outcome
from careconsole.domain.case.command import blocked
from careconsole.domain.case.context import Context
from careconsole.domain.errors import CareError, Conflict, Refused
from careconsole.domain.hints import SKIP_REFUSED
from careconsole.domain.terminal_text import display_block, display_text
from careconsole.domain.time.moments import local
from careconsole.tui.forms import build_command, editor, escalation_preview, lookup, questions, submit
from careconsole.tui.forms.draft_saver import DraftSaver
from careconsole.tui.forms.messages import Changed, Edit, Entered, LeaveField
from careconsole.tui.forms.question import Mistake
from careconsole.tui.forms.question_row import LOOKED_UP, FormRow
from careconsole.tui.forms.text_fields import LineField, TextField
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.news_line import NewsLine

if TYPE_CHECKING:
    from careconsole.tui.forms.form_data import FormData

_LOOK = 0.15
"""Seconds after the last key before the desk is asked about a name or a number."""
_TROUBLE = 8
_PATIENCE = 1.0
"""Seconds before the form says that the command has not been stored yet."""


class FormScreen(Sheet["Outcome | None"]):
    """Asks for what a command needs and sends it. Dismisses with the outcome; None when closed with its draft kept."""

    BINDINGS = [
        *bound("save", "send", "Save", priority=True),
        *bound("back", "close", "Close", only=["escape"]),
        *bound("discard", "discard", "Discard the draft", priority=True),
    ]

    def __init__(self, material: FormData, seen: int | None = None) -> None:
        super().__init__()
        self.material = material
        self._questions = questions.questions(material)
        self._ready = {question.name: question.ready for question in self._questions}
        draft = material.draft
        before = {k: v for k, v in draft.fields.items() if k in self._ready} if draft is not None else {}
        before |= {k: v for k, v in material.answers.items() if k in before}
        self._rows = [FormRow(question, before.get(question.name, question.ready)) for question in self._questions]
        self._restored = bool(before)
        self.seen = seen if seen is not None or material.case is None else material.case.version
        if draft is not None and draft.seen is not None and material.verb.id == "log":
            self.seen = draft.seen  # so that what the customer was told since then is shown before sending
        self._skip = self._gives_up = self._over = False
        self._ahead = Content("")
        self._outcome: Outcome | None = None
        self._turn = asyncio.Lock()
        self._draft = DraftSaver(self, material, self._ready, lambda: self.said, lambda: self.seen)
        self._looking: Timer | None = None
        self._fields = VerticalScroll(*self._rows, id="form-fields", can_focus=False)
        self._intro = Static(id="form-intro")
        self._calls = Static(id="form-calls")
        self._trouble = Static(id="form-trouble")
        self._keys = Bar("form-keys")

    # What is on the screen.

    def compose(self) -> ComposeResult:
        """The introduction, the questions, the escalation preview, what is wrong, and the keys."""
        with Vertical(id="form", classes="sheet"):
            yield self._intro
            yield self._fields
            yield self._calls
            yield self._trouble
            yield self._keys

    def on_mount(self) -> None:
        """Focuses the first question."""
        self.query_one("#form").border_title = Content(questions.title(self.material))
        self._calls.display = self._trouble.display = False
        self._introduce()
        self._arrange()
        first = next((row for row in self._asked()), None)
        if first is not None:
            first.field.focus()
        self._look()

    def on_resize(self) -> None:
        """Fits the form to the screen; the questions scroll when there is no room for all of them."""
        self.query("#form").set_class(self.host.has_pane, "-beside")
        self._make_room()

    @on(NewsLine.Resized)
    def _make_room(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        if not self.query("#form"):
            return  # not on the screen yet, or already removed
        below = 4 if self.host.has_pane else 3  # beside the case, a line below the form stays in sight
        above = [self._intro, self._calls, self._trouble, *self.query(NewsLine)]
        others = sum(w.outer_size.height for w in above if w.display)
        self._fields.styles.max_height = max(3, self.size.height - others - below)

    @property
    def said(self) -> dict[str, str]:
        """The answers in the form, by question name."""
        return {row.question.name: row.field.said for row in self._rows}

    def _asked(self) -> list[FormRow]:
        said = self.said
        return [row for row in self._rows if row.question.asked(said)]

    def _introduce(self) -> None:
        lines = questions.beforehand(self.material)
        if self.material.case is not None and self.material.verb.id == "log":
            lines += self.host.company.words(self.material.case.number)
        if self._restored and self.material.draft is not None:
            at = local(self.material.draft.at, self.material.now)
            lines.append(f"Your draft of {at} was restored ({self.material.discard_key} discards it).")
            view, seen = self.material.view, self.material.draft.seen
            later = submit.what_happened_since(view, seen) if view is not None and seen is not None else ""
            lines += [f"Since then: {later}"] if later else []
        if not self._rows:
            lines.append(f"Press Enter or {self.material.save_key} to confirm.")
        self._intro.update(Content("\n".join(display_text(line, 400) for line in lines)))
        self._intro.display = bool(lines)

    def _arrange(self) -> None:
        """Shows the questions that are asked now, with their notes, and the keys that work."""
        asked, now = self._asked(), self.session.now()
        for row in self._rows:
            row.display = row in asked
            row.explain(now)
        words = Content(escalation_preview.words(self.material, self.said, now))
        self._calls.update(self._ahead or words)
        self._calls.display = bool(self._ahead or words)
        self._present()
        self._hint()
        self.call_after_refresh(self._fit)

    def _hint(self) -> None:
        at = self._at()
        last = at is None or at is self._asked()[-1]
        if at is not None and isinstance(at.field, TextField):
            keys = [("ctrl+s", "save"), ("ctrl+e", "editor")]
        else:
            keys = [("Enter or ctrl+s", "save")] if last else [("Enter", "next"), ("ctrl+s", "save")]
        keys.append(("Esc", "close, keep draft" if self._rows else "close"))
        if len(self._rows) > 1:
            keys.append(("Tab", "next"))
        self._keys.put(keys_parts(*keys))

    def _at(self) -> FormRow | None:
        """The question that has the focus."""
        focused = self.focused
        return next((row for row in self._rows if row.field is focused), None)

    def _complain(self, text: str) -> None:
        """Shows what is wrong below the questions; an empty text hides it."""
        lines = display_block(text).split("\n")
        if len(lines) > _TROUBLE:
            lines = [*lines[: _TROUBLE - 2], f"... and {len(lines) - _TROUBLE + 1:,} more", lines[-1]]
        self._trouble.update(Content("\n".join(lines)))
        self._trouble.display = bool(text)
        self.call_after_refresh(self._fit)

    def _present(self) -> None:
        """Tells other consoles whether this person is writing to the customer."""
        case = self.material.case
        writes = self.material.verb.id == "log" and case is not None and self.said.get("inbound") != "yes"
        self.session.writing = case.number if case is not None and writes else None
        if case is not None and self.material.verb.id == "log":
            self.host.company.looks_at(case.number, writes)

    # Typing and moving.

    @on(Changed)
    def _changed(self) -> None:
        at = self._at()
        if at is not None:
            at.clear_error()
            if at.question.look in LOOKED_UP:
                self._ahead = Content("")
        if self._draft.changed:
            self._skip = self._gives_up = False
            if self._restored:
                self._restored = False
                self._introduce()
            self._draft.soon()
        self._complain("")
        self._arrange()
        self._look()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Highlights the question being answered, and updates the notes and keys."""
        for row in self._rows:
            row.set_class(row.field is self.focused, "-here")
        self._arrange()

    @on(Entered)
    def _entered(self) -> None:
        self._step(1, send=True)

    @on(LeaveField)
    def _left(self, message: LeaveField) -> None:
        self._step(message.step)

    def on_key(self, event: events.Key) -> None:
        """Sends on Enter when there are no questions."""
        if event.key == "enter" and not self._rows:
            event.stop()
            self.action_send()

    def _step(self, step: int, *, send: bool = False) -> None:
        asked, at = self._asked(), self._at()
        place = asked.index(at) + step if at in asked else 0
        if 0 <= place < len(asked):
            asked[place].field.focus()
        elif send:
            self.action_send()

    def _look(self) -> None:
        """Asks the desk about what is typed, once typing pauses."""
        if not any(row.question.look in LOOKED_UP for row in self._rows):
            return
        if self._looking is not None:
            self._looking.stop()
        self._looking = self.set_timer(_LOOK, self._look_now)

    def _look_now(self) -> None:
        for row in self._asked():
            if row.question.look in LOOKED_UP and isinstance(row.field, LineField):
                self.host.spawn(self._look_up(row, row.field))

    async def _look_up(self, row: FormRow, field: LineField) -> None:
        said = field.said
        found = await self.session.backend.ask(lookup.look_up(row.question, said, self.material))
        if field.said == said and self.is_current:
            field.suggestions, row.found = found.suggestions or field.suggestions, found.words
            self._ahead = Content.assemble(found.preview)
            self._arrange()

    @on(Edit)
    def _edit(self) -> None:
        at = self._at()
        if at is None:
            return
        try:
            command = editor.editor()
            with self.app.suspend():
                text = editor.edited(at.field.said, command)
        except SuspendNotSupported:
            self.host.say("This terminal cannot open an editor.", "Type the text here.", "warning")
        except CareError as error:
            self.host.complain(error)
        else:
            at.field.put(text)

    # The draft.

    async def put_away(self) -> None:
        """Keeps the draft before the form is closed from outside. Raises CareError when it cannot be kept."""
        async with self._turn:
            await self._draft.now()

    def action_close(self) -> None:
        """Closes the form; what was typed is kept as a draft."""
        if not self._turn.locked():
            self.host.spawn(self._close())

    async def _close(self) -> None:
        try:
            await self.put_away()
        except CareError as error:
            if not self._gives_up:
                self._gives_up = True
                self._complain(f"The draft was not saved: {error_text(error)} Press Esc again to close without it.")
                return
        if self.is_current:
            if self._draft.worth_it and not self._draft.changed:
                self.host.say("Draft saved.", f"{self.material.key} on the case opens it again.")
            self._leave(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allows discarding only for a draft that was just restored; ctrl+x cuts text otherwise."""
        return super().check_action(action, parameters) and (self._restored or action != "discard")

    def action_discard(self) -> None:
        """Resets the answers to those filled in beforehand."""
        for row in self._rows:
            row.field.put(row.question.ready)

    # Sending.

    def action_send(self) -> None:
        """Sends the command."""
        if not self._turn.locked() and not self._draft.resting:
            self._draft.rest()  # so that a second key press at the same moment sends nothing
            self.host.spawn(self._send())

    async def _send(self) -> None:
        async with self._turn:
            patience = self.set_timer(_PATIENCE, self._wait)
            try:
                outcome = await self._given()
                if outcome is not None:
                    self._leave(outcome)
                    return
            except Mistake as mistake:
                self._complain("")
                self._blame(mistake)
            except Conflict as conflict:
                await self._conflicted(conflict)
            except CareError as error:
                self._refused(error)
            finally:
                patience.stop()
            self._draft.resting = False
        await self._draft.now()  # outside the lock: it may have to wait, and must not block a second try

    def _wait(self) -> None:
        self._complain("Not saved yet: the database is busy. It will be saved as soon as possible.")

    def _leave(self, outcome: Outcome | None) -> None:
        """Closes the form, or if another screen is on top by now, as soon as that one is gone."""
        self._over, self._outcome = True, outcome
        if self.app.screen is self:
            self.dismiss(outcome)

    def on_screen_resume(self) -> None:
        """Closes the form if it was done with while another screen was on top."""
        if self._over and self.app.screen is self:
            self.dismiss(self._outcome)

    async def _given(self) -> Outcome | None:
        """Runs the command and returns its outcome; None when the person must be told something first."""
        session, material = self.session, self.material
        one = len(material.numbers) == 1
        order = build_command.build_command(material.verb, self._questions, self.said, session.now(), one=one)
        case = material.case
        if material.verb.id == "log" and self.said.get("inbound") != "yes" and case is not None:
            view = await session.backend.ask(submit.read_case(case.number))
            told_since = submit.landed(view, self.seen or 0, material.me)
            if view.case.status != case.status:  # a case that others ended or reopened needs another answer
                told_since = told_since or submit.what_happened_since(view, self.seen or 0, notes=False)
            if told_since:
                self.seen = view.case.version
                self.material = replace(material, view=view)
                self._complain(f"Not saved yet: since you started, {told_since}.\nctrl+s again saves yours as well.")
                return None
        work = submit.submission(material, order, self.seen, skip_refused=self._skip)
        return await session.backend.ask(session.as_own(work, material.me))

    def _blame(self, mistake: Mistake) -> None:
        row = next((row for row in self._rows if row.question.name == mistake.field), None)
        if row is None:
            self._complain(error_text(mistake))
            return
        row.field.focus()
        row.show_error(error_text(mistake))
        row.explain(self.session.now())

    async def _conflicted(self, conflict: Conflict) -> None:
        """Shows what somebody else changed first; what was typed stays."""
        session, material = self.session, self.material
        try:
            view = await session.backend.ask(submit.read_case(material.numbers[0]))
        except CareError as error:
            self._refused(error)
            return
        since = submit.what_happened_since(view, self.seen or 0, notes=False)
        message = f"Case {view.case.number} has changed since you saw it: {since}." if since else conflict.message
        self.seen = view.case.version
        ctx = Context(actor=material.me, now=session.now(), roster=view.roster)
        refusal = blocked(view.case, material.verb.command, ctx)
        again = f"Press {material.save_key} again to do it anyway."
        then = again if refusal is None else error_text(refusal, material.numbers)
        self._complain(f"{message}\n{then} What you typed is kept.")
        self.host.read_case_soon()

    def _refused(self, error: CareError) -> None:
        if isinstance(error, Refused) and len(self.material.numbers) > 1 and SKIP_REFUSED in error.hint.parts:
            self._skip = True
            self._complain(f"{error.message}\nPress {self.material.save_key} again to do the others.")
        else:
            self._complain(error_text(error, self.material.numbers))
