"""Keeping what is typed into a form as a draft, so that nothing that happens to the form loses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.timer import Timer

from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.tui.forms.form_data import CASES, FormData
from careconsole.tui.widgets.base_screen import Sheet

_LATEST = 0.5
"""Seconds of typing that a crash can lose at most: the first key that is not kept yet starts them."""


class DraftSaver:
    """The draft of one form. `said` gives what stands in it, `seen` the version of the case it is written for.

    What stands there without anybody's doing (`ready`) is no draft.
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
        """Whether nothing is kept, for the command is on its way, or given."""

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self._said() != self._kept

    @property
    def worth_it(self) -> bool:
        """Whether there is anything that is somebody's doing."""
        return self._said() != self._ready

    def soon(self) -> None:
        """Something was typed."""
        if self._timer is None:
            self._timer = self._form.set_timer(_LATEST, self._due)

    def rest(self) -> None:
        """The command is on its way; with it the draft goes."""
        self.resting = True
        self._stop()

    async def now(self) -> None:
        """Keeps what stands in the form. Raises CareError when that cannot be."""
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
            await session.backend.ask(lambda desk: drafts.keep(desk, draft))
        self._kept = said

    def _due(self) -> None:
        self._timer = None
        self._form.host.spawn(self.now())

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
