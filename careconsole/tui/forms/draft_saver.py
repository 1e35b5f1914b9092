"""Saves what is typed into a form as a draft, so that it survives whatever happens to the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.timer import Timer

from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.tui.forms.form_data import CASES, FormData
from careconsole.tui.widgets.base_screen import Sheet

_LATEST = 0.5
"""The most seconds of typing that a crash can lose, counted from the first key not saved yet."""


class DraftSaver:
    """The draft of one form. `said` returns its answers, `seen` the version of the case they are written for.

    The answers filled in beforehand (`ready`) are not a draft.
    """

    def __init__(
        self,
        form: Sheet[Any],
        material: FormData,
        ready: dict[str, str],
        said: Callable[[], dict[str, str]],
        seen: Callable[[], int | None],
    ) -> None:
        self._form = form
        self._material = material
        self._ready = ready
        self._said, self._seen = said, seen
        self._kept = said()
        self._timer: Timer | None = None
        self.resting = False
        """Whether saving is suspended, because the command is being sent or was sent."""

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved yet."""
        return self._said() != self._kept

    @property
    def worth_it(self) -> bool:
        """Whether the answers differ from those filled in beforehand."""
        return self._said() != self._ready

    def outdated(self) -> None:
        """Has the stored draft dropped with the next save, because none of it was restored."""
        self._kept = {}

    def soon(self) -> None:
        """Schedules a save after typing."""
        if self._timer is None:
            self._timer = self._form.set_timer(_LATEST, self._due)

    def rest(self) -> None:
        """Suspends saving while the command is being sent, which drops the draft."""
        self.resting = True
        self._stop()

    async def now(self) -> None:
        """Saves the answers, or drops the draft when they are back to `ready`. Raises CareError when it cannot."""
        self._stop()
        said = self._said()
        if self.resting or said == self._kept:
            return
        session, material = self._form.session, self._material
        fields = {**said, CASES: material.named} if len(material.numbers) > 1 else said
        draft = Draft(material.draft_case, material.verb.id, fields, self._seen(), session.now())
        if said == self._ready:
            await session.backend.ask(lambda desk: drafts.drop(desk, draft.case, draft.verb))
        else:
            await session.backend.ask(lambda desk: drafts.save_draft(desk, draft))
        self._kept = said

    def _due(self) -> None:
        self._timer = None
        self._form.host.spawn(self.now())

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
