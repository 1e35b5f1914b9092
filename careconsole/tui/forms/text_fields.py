"""Text fields. Their content is made safe before it reaches the terminal."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Input, TextArea

from careconsole.domain.case.causes import like
from careconsole.domain.terminal_text import display_text, fold, search_key
from careconsole.tui.forms.messages import Changed, Edit, Entered, LeaveField
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput, made_safe


class LineField(SafeInput):
    """One line. PgDn and PgUp leaf through suggestions; in tags they complete the last word."""

    BINDINGS = [
        *bound("up", "leave(-1)", "Field above", only=["up"]),
        *bound("down", "leave(1)", "Field below", only=["down"]),
        *bound("page-down", "leaf(1)", "Next suggestion", only=["pagedown"]),
        *bound("page-up", "leaf(-1)", "Suggestion before", only=["pageup"]),
    ]

    def __init__(
        self,
        value: str,
        placeholder: str,
        *,
        by_word: bool = False,
        whole: bool = False,
        alike: bool = False,
        ready: str = "",
    ) -> None:
        """`by_word`: suggestions are for the last word; `whole`: they replace the whole value, whatever it is.

        `alike`: those with like words are suggested as well. `ready` is a value that was filled in beforehand as one of
        several: what is typed replaces it, as long as it is there.
        """
        super().__init__(value, placeholder)
        self._ready = ready
        self._asked = placeholder
        self.suggestions: tuple[str, ...] = ()
        self._by_word = by_word
        self._whole = whole
        self._select()
        self._by_likeness = alike
        self._begun = ""
        self._at = -1
        self._leaves: list[str] = []
        self._leafing: str | None = None

    def _select(self) -> None:
        self.select_on_focus = self._whole or (self._ready != "" and self.value == self._ready)

    def ask(self, placeholder: str) -> None:
        """Shows another placeholder."""
        if placeholder != self._asked:
            self._asked = placeholder
            self.on_resize()

    def on_resize(self) -> None:
        """Cuts the placeholder to the new width."""
        self.placeholder = display_text(self._asked, max(1, self.size.width - 1))

    @property
    def said(self) -> str:
        """The text in the field."""
        return self.value

    def matching(self) -> list[str]:
        """The suggestions that begin with what was typed, then those that contain it, then those with like words."""
        word = "" if self._whole else self._word()
        begun = search_key(word)
        some = [(s, search_key(s)) for s in self.suggestions if fold(s) != fold(word)]
        first = [s for s, key in some if key.startswith(begun)]
        first += [s for s, key in some if begun and begun in key and s not in first]
        return first + [s for s in like(word, (s for s, _ in some)) if s not in first] if self._by_likeness else first

    @property
    def hinted(self) -> list[str]:
        """The suggestions worth a hint: none beside a known cause, for which those with like words are others."""
        known = self._by_likeness and fold(self.value.strip()) in map(fold, self.suggestions)
        return [] if known else self.matching()

    def action_leave(self, step: int) -> None:
        """Moves to another field."""
        self.post_message(LeaveField(step))

    def action_leaf(self, step: int) -> None:
        """Replaces what was typed with the next or previous suggestion."""
        if self.value != self._leafing:
            self._begun, self._at = self.value, -1 if step > 0 else 0
            self._leaves = [leaf for leaf in self.matching() or self.suggestions if leaf != self.value]
        if not self._leaves:
            return
        self._at = (self._at + step) % len(self._leaves)
        leaf = self._leaves[self._at]
        if self._by_word:
            head, blank, _ = self._begun.rpartition(" ")
            leaf = f"{head}{blank}{leaf}"
        self._leafing = leaf
        self.put(leaf)

    def _word(self) -> str:
        return self.value.rpartition(" ")[2] if self._by_word else self.value.strip()

    async def action_submit(self) -> None:
        """Tells the form that Enter was pressed."""
        self.post_message(Entered())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells the form that the text changed."""
        event.stop()
        self._select()
        self.post_message(Changed())


class TextField(TextArea):
    """Several lines. ctrl+e opens the person's own editor."""

    BINDINGS = [*bound("editor", "edit"), *bound("undo-typing", "undo")]

    def __init__(self, value: str, placeholder: str) -> None:
        super().__init__(value, compact=True, placeholder=Content(placeholder), highlight_cursor_line=False)
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    @property
    def said(self) -> str:
        """The text in the field."""
        return self.text

    def put(self, text: str) -> None:
        """Replaces the text."""
        self.text = text
        self.move_cursor(self.document.end)

    def action_edit(self) -> None:
        """Asks for the person's own editor."""
        self.post_message(Edit())

    def on_key(self, event: events.Key) -> None:
        """Moves to another field when an arrow key leads out of the first or last line."""
        row = self.cursor_location[0]
        step = {"up": -1, "down": 1}.get(event.key, 0)
        if (step < 0 and self.wrapped_row == 0) or (step > 0 and row == self.document.line_count - 1 and self.at_end):
            event.prevent_default()
            event.stop()
            self.post_message(LeaveField(step))

    @property
    def wrapped_row(self) -> int:
        """The screen line of the cursor, counted from the first line of the text."""
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    @property
    def at_end(self) -> bool:
        """Whether the cursor is on the last screen line of the text."""
        return self.wrapped_row == self.wrapped_document.location_to_offset(self.document.end).y

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tells the form that the text changed."""
        event.stop()
        self.post_message(Changed())

    def render_line(self, y: int) -> Strip:
        """A line, made safe."""
        return made_safe(super().render_line(y), self.size.width)
