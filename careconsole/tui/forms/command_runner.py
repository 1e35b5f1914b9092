"""Runs commands: opens the form, sends the command to the desk, and shows the outcome."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from careconsole.commands import BY_ID
from careconsole.commands.key_table import shown_key
from careconsole.domain.case.state import VOID
from careconsole.domain.errors import CareError, Refused
from careconsole.tui.news import UndoHint, undo_hint
from careconsole.tui.widgets.base_screen import in_sight

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from careconsole.commands.form import Verb
    from careconsole.desk import Desk
    from careconsole.desk.cases.execution import Outcome
    from careconsole.domain.case.command import Command
    from careconsole.tui.forms.form import FormScreen
    from careconsole.tui.forms.form_data import FormData
    from careconsole.tui.forms.result_toast import ToastText
    from careconsole.tui.host import Host
    from careconsole.tui.news_lines import Severity
    from careconsole.tui.queue.screen import QueueScreen


class CommandRunner:
    """Runs commands for the person at work, on the marked cases or the one under the cursor."""

    def __init__(
        self, queue: QueueScreen, host: Host, opened: Callable[[], object], not_opened: Callable[[], object]
    ) -> None:
        """`opened` is called when a command is ready for keys: its form is open, or it needs none and is done.

        `not_opened` is called before that when its form does not open, so that nothing typed for it runs as keys.
        """
        self._queue, self._host, self._session = queue, host, host.session
        self._opened, self._not_opened = opened, not_opened
        self.opening = False
        """Whether the form of a command is being prepared; keys typed now are meant for it."""

    def verb(self, id: str, case: int | None = None) -> None:
        """Starts a command on `case`; None means the marked cases, or else the one under the cursor."""
        self._begin(BY_ID[id], self._queue.chosen() if case is None else [case])

    def other(self, id: str, playbook: int | None = None) -> None:
        """Starts new, follow-up, write-playbook, undo or redo, or a change of `playbook`."""
        from careconsole.tui.forms.new_case import FOLLOW_UP, NEW

        if playbook is not None:
            from careconsole.tui.forms.playbook_changes import CHANGES

            self._begin(CHANGES[id], [], playbook=playbook)
        elif id == NEW.id:
            self._begin(NEW, [])
        elif id in (FOLLOW_UP.id, "write-playbook"):
            current = self._queue.board.current
            numbers = [current] if current is not None else []
            if id == FOLLOW_UP.id:
                self._begin(FOLLOW_UP, numbers)
            else:
                self._write_playbook(numbers)
        elif self._somebody():
            self._host.spawn(self._turn(id))

    def customer_said(self) -> None:
        """Opens the form that logs a message, with the customer as the one who wrote or spoke."""
        self._begin(BY_ID["log"], self._queue.chosen(), answers={"inbound": "yes"})

    def _write_playbook(self, numbers: list[int]) -> None:
        from careconsole.tui.forms.playbook_form import WRITE_PLAYBOOK

        self._begin(WRITE_PLAYBOOK, numbers)

    def step_priority(self, step: int) -> None:
        """Raises the priority of the chosen cases by one step, or lowers it (`step` -1), without a form."""
        from careconsole.domain.case.editing import StepPriority

        self._begin(BY_ID["edit"], self._queue.chosen(), command=StepPriority(step=step))

    def _begin(
        self,
        verb: Verb,
        numbers: list[int],
        *,
        answers: dict[str, str] | None = None,
        command: Command | None = None,
        playbook: int | None = None,
    ) -> None:
        """Opens the form of a command, with `answers` filled in, or gives the `command` at once."""
        if self.opening:
            return
        form = command is None and _has_form(verb, numbers)
        if not self._somebody():
            self._no_form(form)
            return
        if not numbers and playbook is None and verb.id not in ("new", "write-playbook"):
            self._host.say("No case is selected.", f"Press {shown_key('new')} to open one, or 0 for all open cases.")
            self._no_form(form)
            return
        self.opening = True
        if not form and command is None:
            command = verb.command()
        from careconsole.tui.forms.form_data import gather

        channel = self._session.seat.settings.channel
        self._host.spawn(self._open(gather(verb, numbers, answers, channel, playbook), self._seen(numbers), command))

    def _no_form(self, form: bool) -> None:
        """Drops what is typed for the form of a command that is not going to open, if it has a `form`."""
        if form:
            self._not_opened()

    def _seen(self, numbers: Sequence[int]) -> int | None:
        """The version of a single case that the person has seen; None for several, or if its row has not been read."""
        if len(numbers) != 1:
            return None
        row = self._queue.board.row(numbers[0])
        return None if row is None else self._session.version(row.number, row.version)

    def _somebody(self) -> bool:
        if self._session.person is None:
            self._host.say("Nobody is working here yet.", f"Press {shown_key('who')} and say who you are.")
        return self._session.person is not None

    async def _open(self, read: Callable[[Desk], FormData], seen: int | None, command: Command | None) -> None:
        host, session = self._host, self._session
        who, on = session.person, host.screen
        missing = command is None
        try:
            material = await session.backend.ask(read)
            if not (material.me == who == session.person and session.locked is None and host.screen is on):
                host.say(
                    f"{material.verb.title}: the screen changed meanwhile; nothing was done.", "Press the key again."
                )
                return
            refusal = _impossible(material)
            if refusal is not None:
                host.complain(refusal)
            elif command is not None:
                await self._at_once(material, command, seen)
            else:
                from careconsole.tui.forms.form import FormScreen

                form = FormScreen(material, seen)
                await host.push_screen(form, lambda outcome: self._left(form, material, outcome))
                missing = False
        finally:
            self.opening = False
            self._no_form(missing)
            self._opened()

    async def _at_once(self, material: FormData, command: Command, seen: int | None) -> None:
        from careconsole.tui.forms.build_command import PreparedCommand
        from careconsole.tui.forms.submit import submission

        work = submission(material, PreparedCommand(command), seen, skip_refused=len(material.numbers) > 1)
        outcome = await self._session.backend.ask(self._session.as_own(work, material.me))
        await self._tell(material, outcome)

    def _left(self, form: FormScreen, material: FormData, outcome: Outcome | None) -> None:
        """Tells the outcome of a form that was left; opens the form to decide in its place, or that of a playbook."""
        if form.decides and material.lets_decide and material.authority is not None:
            playbook = str(material.authority.known.playbook.number)
            self._begin(BY_ID["decide"], list(material.numbers), answers={"playbook": playbook})
        else:
            self._done(material, outcome)
            if form.teaches and outcome is not None:
                self._write_playbook(list(material.numbers))

    def _done(self, material: FormData, outcome: Outcome | None) -> None:
        self._session.writing = None
        self._queue.reading.soon()
        if outcome is not None:
            self._host.spawn(self._tell(material, outcome))
        else:
            self._queue.live.reload()  # its draft was kept or discarded, which a figure counts
            self._host.check_news(material.numbers)

    async def _tell(self, material: FormData, outcome: Outcome) -> None:
        """Shows what happened, in the news and in the list."""
        from careconsole.desk.queries import case_queries
        from careconsole.tui.forms.result_toast import after, opened

        queue, session = self._queue, self._session
        if outcome.opened is not None and material.verb.id not in BY_ID:
            numbers = [outcome.opened]
            rows = (await session.backend.ask(lambda desk: case_queries.rows(desk, numbers))).rows
            row = rows.get(outcome.opened)
            subject, offered = (row.subject, row.offered_to) if row is not None else ("", None)
            self._toast(outcome, opened(outcome, subject, session.roster, session.now(), offered=offered))
        else:
            self._toast(outcome, after(material.verb, outcome, session.roster, session.now()))
        if outcome.opened is not None:
            queue.select_when_listed(outcome.opened)
        if set(material.numbers) == queue.board.marks.keys():
            queue.cases.unmark()
        await self.show(outcome)

    async def _turn(self, id: str) -> None:
        from careconsole.desk.cases import undo_redo
        from careconsole.tui.forms.result_toast import before_undo, turned

        work = undo_redo.undo if id == "undo" else undo_redo.redo
        session, person = self._session, self._session.person
        last = await session.backend.ask(undo_redo.passed_over) if id == "undo" else None
        if last is not None:
            takes = await session.backend.ask(undo_redo.next_undo)
            told = before_undo(last, session.now(), possible=takes is not None)
            offer = UndoHint(told.offer, takes) if takes is not None else None
            command = last.command.number if last.command is not None else None
            if self._host.say(told.message, told.hint, "warning", offer=offer, command=command) or command is None:
                return  # while that is on the screen, the same key is the answer to it
        outcome = await session.backend.ask(session.as_own(work, person))
        subjects = await session.backend.ask(_subjects(outcome.cases[:1]))
        word = "Undone" if id == "undo" else "Redone"
        self._toast(outcome, [turned(word, outcome, subjects, session.roster, session.now())])
        if (current := self._queue.board.current) in outcome.cases and len(outcome.cases) > 1:
            left = await session.backend.ask(_not_void(outcome.cases))
            if left and current not in left:  # it was opened by what is undone, such as a split: back to where it began
                self._queue.select_when_listed(left[0])
        await self.show(outcome)

    def _toast(self, outcome: Outcome, toasts: list[ToastText]) -> None:
        """Says what a command did; what it made untrue, such as the news of a command that it undid, goes."""
        self._host.news.after_command(outcome.takes, outcome.cases)
        command = outcome.command if outcome.takes is None else outcome.takes
        for told in toasts:
            severity: Severity = "warning" if told.warns else "information"
            offer = undo_hint(told.offer, command) if told.offer else None
            self._host.say(told.message, told.hint, severity, offer=offer, command=command, as_stands=told.as_stands)
        self._host.show_news()
        self._host.date_news()

    async def show(self, outcome: Outcome) -> None:
        """Reads what a command given here changed, so that the feed has no news of it."""
        queue, shown = self._queue, self._session.shown
        if outcome.command is not None:
            written = {number: event.number for number, event in outcome.written}
            shown[outcome.command] = {number: written.get(number, sys.maxsize) for number in outcome.cases}
        try:
            await queue.live.read_rows([number for number in outcome.cases if number in queue.board.rows])
        except CareError:
            shown.pop(outcome.command or 0, None)
            queue.board.forget()  # the feed may have skipped these rows meanwhile
            queue.cases.want()
            raise
        finally:
            queue.live.reload()
            queue.reading.soon()
            self._host.check_news(outcome.cases)
            for screen in in_sight(self._host.screen_stack):
                if screen is not queue:
                    screen.on_change()


def preload() -> None:
    """Imports what forms and commands need, so that the first one opens as fast as the others."""
    import careconsole.tui.forms.form  # noqa: F401 - only loaded

    for verb in BY_ID.values():
        verb.load()


def _has_form(verb: Verb, numbers: Sequence[int]) -> bool:
    """Whether a command on these cases opens a form: it asks something, or is for several and shows them first."""
    return any(field.asked for field in verb.fields) or len(numbers) != 1


def _impossible(material: FormData) -> CareError | None:
    """Why no form can be opened; None when one can."""
    from careconsole.tui.forms.questions import questions

    verb, numbers = material.verb, material.numbers
    if material.refused and len(material.refused) == len(numbers):
        first = material.refused[0][1]
        if len(numbers) == 1:
            return first
        return Refused(f"None of the {len(numbers):,} cases: {first.message}", first.hint)
    one_only = [field for field in verb.fields if field.kind == "number" and field.required]
    if len(numbers) > 1 and one_only:
        return Refused(f"{verb.title}: one case at a time.", "Esc clears the marks.")
    for question in questions(material):
        if question.look == "pick" and question.required and not question.choices:
            if verb.id == "split" and material.view is not None:
                from careconsole.domain.case.splitting import nothing_to_split

                return nothing_to_split(material.view.case)
            return Refused(f"{verb.title}: there is nothing to choose from here.", question.help)
    return None


def _subjects(numbers: Sequence[int]) -> Callable[[Desk], dict[int, str]]:
    from careconsole.desk.queries import case_queries

    def work(desk: Desk) -> dict[int, str]:
        return {number: row.subject for number, row in case_queries.rows(desk, list(numbers)).rows.items()}

    return work


def _not_void(numbers: Sequence[int]) -> Callable[[Desk], list[int]]:
    from careconsole.desk.queries import case_queries

    def work(desk: Desk) -> list[int]:
        rows = case_queries.rows(desk, list(numbers)).rows
        return [number for number in numbers if number in rows and rows[number].status != VOID]

    return work
