"""Gives the command of a form to the desk, and says what stands in its way: others' changes, or refused cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from careconsole.desk.cases.execution import Outcome
from careconsole.domain.case.command import blocked
from careconsole.domain.case.context import Context
from careconsole.domain.case.narrator import ended
from careconsole.domain.errors import CareError, Conflict, Refused
from careconsole.domain.hints import SKIP_REFUSED
from careconsole.tui.forms import build_command, submit
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Mistake, Question, Said
from careconsole.tui.hints import error_text
from careconsole.tui.session import Session


class Sending:
    """The sending of one form. `seen` is the version of the case that the person has seen; None: not known.

    `changed` is called when the case turns out to be another one than was on the screen.
    """

    def __init__(
        self,
        session: Session,
        material: FormData,
        questions: Sequence[Question],
        seen: int | None,
        changed: Callable[[], object],
    ) -> None:
        self._session, self.material, self._questions = session, material, questions
        self.seen = seen
        self._changed = changed
        self._skip = False

    def typed(self) -> None:
        """Forgets that the refused cases may be left out, because the command is another one now."""
        self._skip = False

    def renew(self, questions: Sequence[Question]) -> None:
        """Takes the questions as they are asked now."""
        self._questions = questions

    async def give(self, said: Said) -> Outcome | str:
        """Runs the command and returns its outcome, or what the person must be told first.

        Raises Mistake for an answer that is missing or wrong.
        """
        session, material = self._session, self.material
        one = len(material.numbers) == 1
        order = build_command.build_command(material.verb, self._questions, said, session.now(), one=one)
        try:
            told = await self._meanwhile(said)
            if told:
                return told
            work = submit.submission(material, order, self.seen, skip_refused=self._skip)
            return await session.backend.ask(session.as_own(work, material.me))
        except Mistake:
            raise
        except Conflict as conflict:
            return await self._conflicted(conflict)
        except CareError as error:
            if any(question.name == error.field for question in self._questions):
                raise Mistake(error.field, error.message, error.hint) from error
            return self._refused(error)

    async def _meanwhile(self, said: Said) -> str:
        """What others have told the customer since the form opened, once; "" for nothing, or another kind of form."""
        material, case = self.material, self.material.case
        if material.verb.id not in ("log", "reply") or said.get("inbound") == "yes" or case is None:
            return ""
        view = await self._session.backend.ask(submit.read_case(case.number))
        told_since = submit.landed(view, self.seen or 0, material.me)
        if view.case.status != case.status:  # a case that others ended or reopened needs another answer
            told_since = told_since or submit.what_happened_since(view, self.seen or 0, notes=False)
        if not told_since:
            return ""
        self.seen = view.case.version
        self.material = replace(material, view=view, cases=(view.case,))
        if material.verb.id == "reply":
            return (
                f"Not sent yet: since you started, {ended(told_since)}\n{material.save_key} again sends yours as well."
            )
        return f"Not saved yet: since you started, {ended(told_since)}\n{material.save_key} again saves yours as well."

    async def _conflicted(self, conflict: Conflict) -> str:
        """What somebody else changed first; what was typed stays."""
        session, material = self._session, self.material
        try:
            view = await session.backend.ask(submit.read_case(material.numbers[0]))
        except CareError as error:
            return self._refused(error)
        since = submit.what_happened_since(view, self.seen or 0, notes=False)
        message = f"Case {view.case.number} has changed since you saw it: {ended(since)}" if since else conflict.message
        self.seen = view.case.version
        self.material = replace(material, view=view, cases=(view.case,))
        ctx = Context(actor=material.me, now=session.now(), roster=view.roster)
        refusal = blocked(view.case, material.verb.command, ctx)
        again = f"Press {material.save_key} again to do it anyway."
        then = again if refusal is None else error_text(refusal, material.numbers)
        self._changed()
        return f"{message}\n{then} What you typed is kept."

    def _refused(self, error: CareError) -> str:
        if isinstance(error, Refused) and len(self.material.numbers) > 1 and SKIP_REFUSED in error.hint.parts:
            self._skip = True
            return f"{error.message}\nPress {self.material.save_key} again to do the others."
        return error_text(error, self.material.numbers)
