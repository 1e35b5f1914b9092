"""The notes around the questions of a form: the last messages, the introduction, what it will do, what is wrong."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.form_rows import FormRows
from careconsole.tui.forms.last_words import VERBS, last_words, room_for
from careconsole.tui.widgets.bars import Bar


class FormNotes:
    """The notes around `rows`, above the line of `keys`; each is hidden while it has no words."""

    def __init__(self, rows: FormRows, keys: Bar) -> None:
        self._rows, self._keys = rows, keys
        self.last = Static(id="form-last")
        self.intro = Static(id="form-intro")
        self.calls = Static(id="form-calls")
        self.trouble = Static(id="form-trouble")
        for note in self.all:
            note.display = False

    @property
    def all(self) -> tuple[Static, ...]:
        """All of them, from the top."""
        return self.last, self.intro, self.calls, self.trouble

    @property
    def above(self) -> tuple[Static, ...]:
        """Those above the questions."""
        return self.last, self.intro

    def put(self, note: Static, words: Content) -> None:
        """Shows a note around the questions, mounted when it first has words; no words hide it."""
        if words.plain and note.content != words:
            note.update(Content.assemble(words))
        note.display = bool(words.plain)
        if note.display and note.parent is None and self._rows.is_attached:
            places: dict[Static, int | FormRows] = {self.last: 0, self.intro: self._rows}
            self._rows.screen.query_one("#form", Vertical).mount(note, before=places.get(note, self._keys))
        if self.calls.display and self.trouble.display and str(self.trouble.content) in str(self.calls.content):
            self.calls.display = False  # what is wrong says it already

    def say_last(self, material: FormData, size: Size, *, has_pane: bool) -> None:
        """Shows the last messages of the case, unless it is in sight beside the form."""
        words = Content("")
        if material.view is not None and material.verb.id in VERBS and not has_pane:
            words = last_words(material.view, max(20, min(size.width, 110) - 4), room_for(size.height))
        self.put(self.last, words)
