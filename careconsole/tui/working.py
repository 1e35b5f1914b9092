"""From a key to a command done: the form, the desk's answer, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.commands import BY_ID
from careconsole.domain.errors import CareError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from careconsole.commands.form import Verb
    from careconsole.desk import Desk
    from careconsole.desk.work import Outcome
    from careconsole.tui.app import Console
    from careconsole.tui.forms.material import Material
    from careconsole.tui.forms.telling import Told


class Working:
    """Gives commands for the person at work, on the marked cases or the one under the cursor."""

    def __init__(self, app: Console) -> None:
        self._app = app
        self.opening = False
        """A command is on its way to its form; what is typed now is meant for that."""
        self._after: dict[int, int] = {}
        """The versions that cases have by the commands given here; the rows may still be older."""
        self.writing: int | None = None
        """The case whose customer is being written to in a form that is open."""

    def forget(self) -> None:
        """The database is another file: what was given here before says nothing of it."""
        self._after.clear()

    def verb(self, id: str) -> None:
        """A command on cases."""
        self._begin(BY_ID[id], self._app.chosen())

    def on_case(self, id: str, number: int) -> None:
        """A command on one case, wherever the cursor of the list is."""
        self._begin(BY_ID[id], [number])

    def other(self, id: str) -> None:
        """new, follow-up, undo, redo."""
        from careconsole.tui.forms.opening import FOLLOW_UP, NEW

        if id == NEW.id:
            self._begin(NEW, [])
        elif id == FOLLOW_UP.id:
            current = self._app.queue.board.current
            self._begin(FOLLOW_UP, [current] if current is not None else [])
        elif self._somebody():
            self._app.spawn(self._turn(id))

    def _begin(self, verb: Verb, numbers: list[int]) -> None:
        if self.opening or not self._somebody():
            return
        if not numbers and verb.id != "new":
            self._app.say("There is no case here to work on.", "Press n to open one, or 0 for all open cases.")
            return
        self.opening = True
        self._app.spawn(self._open(verb, numbers, self._seen(numbers)))

    def _seen(self, numbers: Sequence[int]) -> int | None:
        """The version of the one case that the person has before their eyes."""
        if len(numbers) != 1:
            return None
        row = self._app.queue.board.row(numbers[0])
        return None if row is None else max(row.version, self._after.get(numbers[0], 0))

    def _somebody(self) -> bool:
        if self._app.person is None:
            self._app.say("Nobody is at work here.", "Press w and say who you are.")
        return self._app.person is not None

    async def _open(self, verb: Verb, numbers: Sequence[int], seen: int | None) -> None:
        from careconsole.tui.forms.material import gather

        app = self._app
        who, on = app.person, app.screen
        try:
            material = await app.backend.ask(gather(verb, numbers))
            if not (material.me == who == app.person and app.locked is None and app.screen is on):
                app.say(f"{verb.title}: something came between; nothing was done.", "Press the key again.")
                return
            refusal = _impossible(material)
            if refusal is not None:
                app.complain(refusal)
            elif len(numbers) == 1 and not verb.fields:
                await self._at_once(material, seen)
            else:
                from careconsole.tui.forms.form import FormScreen

                await app.push_screen(FormScreen(material, seen), lambda outcome: self._done(material, outcome))
        finally:
            self.opening = False
            app.type_again()

    async def _at_once(self, material: Material, seen: int | None) -> None:
        from careconsole.tui.forms.answers import Order
        from careconsole.tui.forms.sending import give

        work = give(material, Order(material.verb.command()), seen)
        outcome = await self._app.backend.ask(self.own(work, material.me))
        await self._tell(material, outcome)

    def _done(self, material: Material, outcome: Outcome | None) -> None:
        self.writing = None
        self._app.queue.reading.soon()
        if outcome is not None:
            self._app.spawn(self._tell(material, outcome))

    async def _tell(self, material: Material, outcome: Outcome) -> None:
        """What happened is told, and seen in the list."""
        from careconsole.tui.forms.telling import after, opened

        app, queue = self._app, self._app.queue
        if outcome.opened is not None:
            rows = await app.backend.ask(_subjects((outcome.opened,)))
            self._toast(opened(outcome, rows.get(outcome.opened, "")))
            queue.seek(outcome.opened)
        else:
            self._toast(after(material.verb, outcome, app.roster, app.now()))
        if set(material.numbers) == queue.board.marks.keys():
            queue.board.marks.clear()
            queue.cases.refresh()
            queue.cases.post_message(queue.cases.Marked())
        await self._show(outcome)

    async def _turn(self, id: str) -> None:
        from careconsole.desk import takeback
        from careconsole.tui.forms.telling import turned

        work = takeback.undo if id == "undo" else takeback.redo
        outcome = await self._app.backend.ask(self.own(work, self._app.person))
        subjects = await self._app.backend.ask(_subjects(outcome.cases[:1]))
        self._toast([turned("Undone" if id == "undo" else "Done again", outcome, subjects)])
        await self._show(outcome)

    def own(self, work: Callable[[Desk], Outcome], who: int | None) -> Callable[[Desk], Outcome]:
        """The same work, whose command is known as given here before the feed can tell of it.

        It raises Refused when somebody else than `who` sits here by the time its turn comes.
        """

        def do(desk: Desk) -> Outcome:
            if desk.person != who:
                raise Refused("Somebody else sits here by now; nothing was done.", "Press the key again.")
            outcome = work(desk)
            for number, event in outcome.events:
                self._after[number] = event.number
            if outcome.command is not None:
                self._app.own.add(outcome.command)
            return outcome

        return do

    def _toast(self, toasts: list[Told]) -> None:
        for told in toasts:
            self._app.say(told.message, told.hint, "warning" if told.warns else "information")

    async def _show(self, outcome: Outcome) -> None:
        queue = self._app.queue
        await queue.live.read_rows([number for number in outcome.cases if number in queue.board.rows])
        queue.live.reload()
        queue.reading.soon()


def _impossible(material: Material) -> CareError | None:
    """Why no form is to be opened at all."""
    from careconsole.tui.forms.asking import questions

    verb, numbers = material.verb, material.numbers
    if material.refused and len(material.refused) == len(numbers):
        first = material.refused[0][1]
        if len(numbers) == 1:
            return first
        return Refused(f"None of the {len(numbers):,} cases: {first.message}", first.hint)
    one_only = [field for field in verb.fields if field.kind == "number" and field.required]
    if len(numbers) > 1 and one_only:
        return Refused(f"{verb.title}: one case at a time.", "Esc takes the marks away.")
    for question in questions(material):
        if question.look == "pick" and question.required and not question.choices:
            return Refused(f"{verb.title}: there is nothing to choose from here.", question.help)
    return None


def _subjects(numbers: Sequence[int]) -> Callable[[Desk], dict[int, str]]:
    from careconsole.desk import ask

    def work(desk: Desk) -> dict[int, str]:
        return {number: row.subject for number, row in ask.rows(desk, list(numbers)).rows.items()}

    return work
