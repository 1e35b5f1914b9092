"""A form: the questions of one command, its draft, and saving it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer

from careconsole.desk.cases.execution import Outcome
from careconsole.domain.errors import CareError
from careconsole.tui.forms import form_lines, lookup, questions, submit
from careconsole.tui.forms.draft_saver import DraftSaver
from careconsole.tui.forms.form_notes import FormNotes
from careconsole.tui.forms.form_rows import FormRows
from careconsole.tui.forms.messages import Changed
from careconsole.tui.forms.question import Mistake
from careconsole.tui.forms.question_row import LOOKED_UP, FormRow
from careconsole.tui.forms.question_sheet import QuestionSheet
from careconsole.tui.forms.sending import Sending
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.news_line import NewsLine

if TYPE_CHECKING:
    from careconsole.tui.forms.form_data import FormData

_LOOK = 0.15
"""Seconds after the last key before the desk is asked about a name or a number."""
_PATIENCE = 1.0
"""Seconds before the form says that the command has not been stored yet."""
_WRITES = ("log", "reply")
"""The forms that write to the customer."""
_STARTS = {"log": "text", "reply": "text", "ask": "need", "helped": "said"}
"""The question with which forms begin whose text is what one came to write; others begin with the first one."""


class FormScreen(QuestionSheet["Outcome | None"]):
    """Asks for what a command needs and sends it. Dismisses with the outcome; None when closed with its draft kept."""

    BINDINGS = [
        *bound("save", "send", "Save", priority=True),
        *bound("back", "close", "Close", only=["escape"]),
        *bound("discard", "discard", "Discard the draft", priority=True),
        *bound("decide-here", "decide", priority=True),
        *bound("teach", "teach", priority=True),
        *bound("insert-words", "insert_words", priority=True),
    ]

    def __init__(self, material: FormData, seen: int | None = None) -> None:
        super().__init__()
        self.decides = False
        """Whether the person left the form to decide the matter instead."""
        self.teaches = False
        """Whether a playbook is written once the form is saved."""
        self.material = material
        self._live = material  # with the case as others have changed it since, for the lines that say how it stands
        self._questions = questions.questions(material)
        self._ready = {question.name: question.ready for question in self._questions}
        draft = material.draft
        before = {k: v for k, v in draft.fields.items() if k in self._ready} if draft is not None else {}
        before |= {k: v for k, v in material.answers.items() if k in before}
        self._rows = FormRows(self._questions, before, _STARTS.get(material.verb.id))
        self._restored = bool(before) and self._rows.kept != self._ready
        seen = seen if seen is not None or material.case is None else material.case.version
        if draft is not None and draft.seen is not None and material.verb.id in _WRITES:
            # So that what the customer was told since then is shown before it is saved.
            view = material.view
            seen = draft.seen if view is None else submit.known_version(view, draft.seen, material.me)
        self._seen = seen
        self._sending: Sending | None = None
        self._gives_up = self._over = False
        self._ahead = Content("")
        self._outcome: Outcome | None = None
        self._turn = asyncio.Lock()
        self._draft = DraftSaver(self, material, self._ready, lambda: self._rows.kept, lambda: self.seen)
        if draft is not None and not self._restored:
            self._draft.outdated()
        self._looking: Timer | None = None
        self._keys = Bar("form-keys")
        self._notes = FormNotes(self._rows, self._keys)

    # What is on the screen.

    def compose(self) -> ComposeResult:
        """The last messages, the introduction, the questions, what it will do, what is wrong, and the keys."""
        self._say_last()
        self._introduce()
        self._preview()
        notes = [note for note in self._notes.all if note.display]
        self._give_room(sum(str(note.content).count("\n") + 1 for note in notes))  # exactly, unless one wraps
        with Vertical(id="form", classes="sheet") as form:
            form.border_title = Content(questions.title(self.material))
            form.set_class(self.host.has_pane, "-beside")
            yield from (note for note in notes if note in self._notes.above)
            yield self._rows
            yield from (note for note in notes if note not in self._notes.above)
            yield self._keys

    def on_mount(self) -> None:
        """Focuses the question that the form begins with."""
        material = self.material
        self._sending = Sending(self.session, material, self._questions, self._seen, self.host.read_case_soon)
        self._rows.begin()
        self._arrange()
        self._look()

    def on_resize(self) -> None:
        """Fits the form to the screen; the questions scroll when there is no room for all of them."""
        self.query("#form").set_class(self.host.has_pane, "-beside")
        self._say_last()
        self._make_room()

    @on(NewsLine.Resized)
    def _make_room(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        if not self.query("#form"):
            return  # not on the screen yet, or already removed
        above = [*self._notes.all, *self.query(NewsLine)]
        others = sum(w.outer_size.height for w in above if w.display and w.parent is not None)
        self._give_room(others)

    def _give_room(self, others: int) -> None:
        """Gives the questions what room is left beside so many lines of the notes and the news."""
        below = 4 if self.host.has_pane else 3  # beside the case, a line below the form stays in sight
        self._rows.styles.max_height = max(3, self.app.size.height - others - below)

    def _say_last(self) -> None:
        self._notes.say_last(self._live, self.app.size, has_pane=self.host.has_pane)

    @property
    def seen(self) -> int | None:
        """The version of the case that the person has seen."""
        return self._seen if self._sending is None else self._sending.seen

    def _introduce(self) -> None:
        case = self.material.case
        company = self.host.company.words(case.number) if case is not None and self.material.verb.id in _WRITES else ()
        text = form_lines.introduction(self._live, company, restored=self._restored, asks=bool(self._rows.every))
        self._notes.put(self._notes.intro, Content(text))

    def _arrange(self) -> None:
        """Shows the questions that are asked now, with their notes, and the keys that work."""
        self._rows.show(self.focused, self.session.now())
        self._preview()
        self._present()
        self._hint()
        self.call_after_refresh(self._fit)

    def _preview(self) -> None:
        words = form_lines.preview(self._live, self._questions, self._rows.said, self.session.now())
        self._notes.put(self._notes.calls, self._ahead or Content(words))

    def _hint(self) -> None:
        at, asked = self._at(), self._rows.asked
        field, last = (None, True) if at is None else (at.field, at is asked[-1])
        several, asks = len(asked) > 1, bool(self._rows.every)
        self._keys.put(keys_parts(*form_lines.keys(self.material, field, last=last, several=several, asks=asks)))

    def _complain(self, text: str) -> None:
        """Shows what is wrong below the questions; an empty text hides it."""
        self._notes.put(self._notes.trouble, Content(form_lines.trouble(text)))
        self.call_after_refresh(self._fit)

    def _present(self) -> None:
        """Tells other consoles whether this person is writing to the customer."""
        case = self.material.case
        writes = self.material.verb.id in _WRITES and case is not None and self._rows.said.get("inbound") != "yes"
        self.session.writing = case.number if case is not None and writes else None
        if case is not None and self.material.verb.id in _WRITES:
            self.host.company.looks_at(case.number, writes)

    # What others do meanwhile.

    def on_change(self) -> None:
        """Reads the case again, so that the lines around the questions say how it stands now."""
        self._introduce()  # at once: who else is there is known already
        if self.material.case is not None:
            self.host.spawn(self._follow(self.material.case.number))

    async def _follow(self, case: int) -> None:
        view = await self.ask(submit.read_case(case))
        self._live = replace(self.material, view=view, cases=(view.case,))
        self._say_last()
        self._introduce()
        self._arrange()

    def show_time(self) -> None:
        """Says how long the customer has waited by now."""
        self._preview()

    # Typing and moving.

    @on(Changed)
    def _changed(self) -> None:
        if (at := self._at()) is not None:
            at.clear_error()
            if at.question.look in LOOKED_UP:
                self._ahead = Content("")
        if self._draft.changed:
            self._gives_up = False
            if self._sending is not None:
                self._sending.typed()
            if self._restored:
                self._restored = False
                self._introduce()
            self._draft.soon()
        self._complain("")
        self._arrange()
        self._look()

    def on_key(self, event: events.Key) -> None:
        """Sends on Enter when there are no questions."""
        if event.key == "enter" and not self._rows.every:
            event.stop()
            self.action_send()

    def _look(self) -> None:
        """Asks the desk about what is typed, once typing pauses."""
        if not any(row.question.look in LOOKED_UP for row in self._rows.every):
            return
        if self._looking is not None:
            self._looking.stop()
        self._looking = self.set_timer(_LOOK, self._look_now)

    def _look_now(self) -> None:
        for row in self._rows.asked:
            if row.question.look in LOOKED_UP:
                self.host.spawn(self._look_up(row))

    async def _look_up(self, row: FormRow) -> None:
        said = row.said
        found = await self.session.backend.ask(lookup.look_up(row.question, said, self.material))
        if row.said == said and self.is_current:
            row.suggestions, row.found = found.suggestions or row.suggestions, found.words
            self._ahead = Content.assemble(found.preview)
            self._arrange()

    # The draft.

    async def put_away(self) -> None:
        """Keeps the draft before the form is closed from outside. Raises CareError when it cannot be kept."""
        async with self._turn:
            await self._draft.now()

    def action_close(self) -> None:
        """Closes the form; what was typed is kept as a draft."""
        if not self._turn.locked():
            self.host.spawn(self._close())

    def action_decide(self) -> None:
        """Closes the form to decide the matter instead, by the playbook that lets the person."""
        self.decides = True
        self.action_close()

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
                self.host.say("Draft saved.", self.material.opened_again)
            self._leave(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allows discarding only for a draft that was just restored; ctrl+x cuts text otherwise."""
        return (
            super().check_action(action, parameters)
            and (self._restored or action != "discard")
            and (self.material.lets_decide or action != "decide")
            and (self.material.teaches or action != "teach")
            and (self.material.takes_words or action != "insert_words")
        )

    def action_insert_words(self) -> None:
        """Asks for saved words, and inserts them into the message."""
        from careconsole.tui.forms.saved_words import insert

        if (row := self._rows.named("text")) is not None:
            self.host.spawn(insert(self, row.field, self.material.numbers[0]))

    def action_discard(self) -> None:
        """Resets the answers to those filled in beforehand."""
        for row in self._rows.every:
            row.put(row.question.ready)
        self.post_message(Changed())

    # Saving.

    def action_teach(self) -> None:
        """Sends the command; once it is done, the form that writes a playbook opens."""
        self.action_send(teaches=True)

    def action_send(self, *, teaches: bool = False) -> None:
        """Sends the command."""
        if not self._turn.locked() and not self._draft.resting:
            self.teaches = teaches
            self._draft.rest()  # so that a second key press at the same moment sends nothing
            self.host.spawn(self._send())

    async def _send(self) -> None:
        async with self._turn:
            patience = self.set_timer(_PATIENCE, self._wait)
            try:
                assert self._sending is not None  # it is there since the form is
                self._rows.must_be_chosen()
                told = await self._sending.give(self._rows.said)
                if isinstance(told, Outcome):
                    self._leave(told)
                    return
                self._ahead = Content("")  # the refusal says it too
                self._preview()
                self._complain(told)
                await self._renew(self._sending.material)
            except Mistake as mistake:
                self._complain("")
                self._blame(mistake)
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

    async def _renew(self, material: FormData) -> None:
        """Asks what there is to ask on the case as others left it; what was typed stays."""
        if material is self.material or self._sending is None:
            return
        self.material, self._live, self._questions = material, material, questions.questions(material)
        self._sending.renew(self._questions)
        await self._rows.renew(self._questions)
        self._ready |= {question.name: self._ready.get(question.name, question.ready) for question in self._questions}
        self._say_last()
        self._introduce()
        self._arrange()
