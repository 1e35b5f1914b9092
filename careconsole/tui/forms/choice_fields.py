"""Fields to choose in: one of a few words in a line, or one of a list that typing narrows."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from careconsole.domain.terminal_text import cell_width, display_text, fit, search_key, wrapped
from careconsole.tui.forms.messages import Changed, Entered, LeaveField
from careconsole.tui.forms.question import NO_MATCH, Choice
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.person_picker import begins
from careconsole.tui.widgets.type_to_filter import typed_with

_ROWS = 6
"""The most rows that a list shows."""
_LABEL = 24
_WIDE = 1_000
"""The width of a line that was not laid out yet, in which no word is left out."""


class _Choosing(Widget, can_focus=True):
    """One of several choices; none at first if the value is not among them."""

    def __init__(self, choices: Sequence[Choice], value: str, classes: str) -> None:
        super().__init__(classes=classes)
        self._choices = choices
        self._at = place_of(choices, value)

    @property
    def said(self) -> str:
        """The chosen value; "" while there is none."""
        return self._choices[self._at].value if self._at >= 0 else ""

    def put(self, value: str) -> None:
        """Chooses a value."""
        self._choose(place_of(self._choices, value))

    def action_enter(self) -> None:
        """Tells the form that Enter was pressed."""
        self.post_message(Entered())

    def _choose(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(Changed())


class ChoiceField(_Choosing):
    """One of a few words in a line: arrows choose, or letters, which say what they chose.

    Letters that begin none of the words change nothing, so that a text typed into the wrong field does no harm.
    """

    BINDINGS = [
        *bound("up", "leave(-1)", "Field above", only=["up"]),
        *bound("down", "leave(1)", "Field below", only=["down"]),
        *bound("left", "step(-1)", "Before"),
        *bound("right", "step(1)", "Next"),
        *bound("mark", "step(1)", "Next"),
        *bound("open", "enter", "On"),
    ]

    def __init__(self, choices: Sequence[Choice], value: str) -> None:
        super().__init__(choices, value, "words")
        self._typed = ""
        self._before = self._at

    @property
    def note(self) -> str:
        """What the letters typed here did; without any, that nothing is chosen yet; "" if something is."""
        if not self._typed:
            return "" if self._at >= 0 else "Nothing is chosen yet: ← and → choose, or a first letter."
        typed, chosen = f"“{display_text(self._typed, 20)}”", self._choices[self._at].label if self._at >= 0 else ""
        if self._matching():
            return f"{typed} chose: {chosen}."
        return f"No choice begins with {typed}; {f'{chosen} stays' if chosen else 'nothing is chosen'}."

    @property
    def chose_nothing(self) -> str:
        """The text typed here, if it is more than a letter and begins none of the words; else empty."""
        return self._typed if len(self._typed) > 1 and not self._matching() else ""

    def put(self, value: str) -> None:
        """Chooses a value, and forgets what was typed."""
        self._typed = ""
        super().put(value)

    def on_blur(self) -> None:
        """Forgets what was typed."""
        self._typed = ""

    def action_leave(self, step: int) -> None:
        """Moves to another field."""
        self.post_message(LeaveField(step))

    def action_step(self, step: int) -> None:
        """Chooses the next or previous word."""
        self._typed = ""
        if self._at < 0:
            self._choose(0 if step > 0 else len(self._choices) - 1)
        else:
            self._choose((self._at + step) % len(self._choices))

    def on_key(self, event: events.Key) -> None:
        """Chooses the word that begins with the letters typed here; the same letter again chooses the next one."""
        if event.key == "backspace":
            typed = self._typed[:-1]
        elif event.is_printable and event.character and (self._typed or not event.character.isspace()):
            typed = self._typed + event.character
        else:
            return
        event.stop()
        if not self._typed:
            self._before = self._at
        self._typed = typed
        some = self._matching()
        if not typed or not some:
            at = self._before
        elif len(typed) > 1 and len(set(search_key(typed))) == 1 and self._at in some:
            at = some[(some.index(self._at) + 1) % len(some)]
        else:
            at = next((place for place in some if place > self._at), some[0])
        if at == self._at:
            self.post_message(Changed())  # what is said below it has changed
        self._choose(at)

    def _matching(self) -> list[int]:
        """The indices of the words that begin with what was typed, or with its letter if that is the same one."""
        begun = search_key(self._typed)
        labels = [search_key(choice.label) for choice in self._choices]
        some = [place for place, label in enumerate(labels) if begun and label.startswith(begun)]
        if not some and len(set(begun)) == 1:
            some = [place for place, label in enumerate(labels) if label.startswith(begun[0])]
        return some

    def on_click(self, event: events.Click) -> None:
        """Chooses what was clicked."""
        self.choose_at(event.x)

    def choose_at(self, x: int) -> None:
        """Chooses the word in that column."""
        at = 0
        for place, piece in _pieces(self._choices, self._at, self.size.width or _WIDE):
            at += cell_width(piece)
            if x < at:
                self._choose(place)
                return

    def render(self) -> Content:
        """The words, the chosen one in brackets."""
        return choice_line(self._choices, self._at, self.size.width, focused=self.has_focus)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line."""
        return 1


class ListField(_Choosing):
    """One of a list. Shows only what is chosen until it has the focus; typing narrows it."""

    BINDINGS = [
        *bound("up", "step(-1)", "Above", only=["up"]),
        *bound("down", "step(1)", "Below", only=["down"]),
        *bound("page-up", "step(-6)", only=["pageup"]),
        *bound("page-down", "step(6)", only=["pagedown"]),
        *bound("open", "enter", "On"),
    ]

    def __init__(self, choices: Sequence[Choice], value: str) -> None:
        super().__init__(choices, value, "list")
        self._typed = ""
        self._before = self._at

    @property
    def kept(self) -> str:
        """The chosen value; while nothing matches what was typed, the one that was chosen before."""
        at = self._at if self._matches() else self._before
        return self._choices[at].value if at >= 0 else ""

    @property
    def said(self) -> str:
        """The chosen value; while nothing matches what was typed, that, since nobody chose what was chosen before."""
        return super().said if self._matches() else NO_MATCH + self._typed

    def put(self, value: str) -> None:
        """Chooses a value, and forgets what was typed."""
        self._typed = ""
        super().put(value)

    def action_step(self, step: int) -> None:
        """Moves to another row, or from the first or last one to another field."""
        shown = self._shown()
        at = shown.index(self._at) if self._at in shown else -1
        if abs(step) == 1 and not 0 <= at + step < len(shown):
            self.post_message(LeaveField(step))
        elif shown:
            self._choose(shown[max(0, min(at + step, len(shown) - 1))])

    def on_key(self, event: events.Key) -> None:
        """Narrows the list to labels that begin with what was typed, or have a word that does."""
        typed = typed_with(event, self._typed)
        if typed is None:
            return
        event.stop()
        if not self._typed:
            self._before = self._at
        before, self._typed = self.said, typed
        shown = self._shown()
        if shown and self._at not in shown:
            self._choose(shown[0])
        elif self.said != before:
            self.post_message(Changed())
        self.refresh(layout=True)

    def on_focus(self) -> None:
        """Opens the list."""
        self.refresh(layout=True)

    def on_blur(self) -> None:
        """Closes the list; what nothing matches stays, so that it is seen."""
        if self._matches():
            self._typed = ""
        self.refresh(layout=True)

    def on_click(self, event: events.Click) -> None:
        """Chooses what was clicked."""
        rows = self._rows()
        if 0 <= event.y < len(rows):
            self._choose(rows[event.y])

    def _matches(self) -> bool:
        return not self._typed or bool(self._shown())

    def _shown(self) -> list[int]:
        """The indices of the choices that match what was typed."""
        begun = search_key(self._typed)
        return [place for place, choice in enumerate(self._choices) if begins(choice.label, begun)]

    def _rows(self) -> list[int]:
        """The indices of the choices on the screen."""
        if not self.has_focus and self._matches():
            return [self._at] if self._at >= 0 else []
        shown = self._shown()
        at = shown.index(self._at) if self._at in shown else 0
        first = max(0, min(at - _ROWS // 2, len(shown) - _ROWS))
        return shown[first : first + _ROWS]

    def render(self) -> Content:
        """The rows, and what was typed."""
        width = self.size.width
        lines = [_row(self._choices, n, width, n == self._at, focused=self.has_focus) for n in self._rows()]
        if not lines:
            lines.append(Content("No match; Backspace deletes a letter." if self._typed else _none(self._choices)))
        lines += [Content.styled(f"  {part}", "$foreground 65%") for part in self._whole_note(width)]
        if self._typed:
            lines.append(Content(f"Starts with: {display_text(self._typed, 30)}"))
        return Content("\n").join(lines)

    def _whole_note(self, width: int) -> list[str]:
        """The note of the chosen row in lines, for below the list; nothing if its row has room for it."""
        if not self.has_focus or self._at not in self._rows():
            return []
        choice = self._choices[self._at]
        note = display_text(choice.note)
        fits = cell_width(note) <= _note_room(self._choices, width)
        return [] if fits else wrapped(f"{display_text(choice.label)}: {note}", max(8, width - 2))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line for each row shown, those of a note that is cut there, and one for what was typed."""
        return max(1, len(self._rows())) + len(self._whole_note(width)) + (1 if self._typed else 0)


def place_of(choices: Sequence[Choice], value: str) -> int:
    """The index of the choice with that value; -1 if there is none."""
    return next((place for place, choice in enumerate(choices) if choice.value == value), -1)


def choice_line(choices: Sequence[Choice], at: int, width: int, *, focused: bool) -> Content:
    """A few words in a line, the chosen one (`at`; -1 for none) in brackets."""
    chosen = "bold reverse" if focused else "bold"
    parts = [(text, chosen if place == at else "$foreground 65%") for place, text in _pieces(choices, at, width)]
    return Content.assemble(*parts)


def picked_line(choices: Sequence[Choice], at: int, width: int) -> Content:
    """The row of a list that is chosen (`at`; -1 for none), as the closed list shows it."""
    return _row(choices, at, width, True, focused=False) if at >= 0 else Content(_none(choices))


def _pieces(choices: Sequence[Choice], at: int, width: int) -> list[tuple[int, str]]:
    """The words with their indices, from the first one that leaves room for the chosen one, as many as fit whole."""
    pieces = [(n, f"[{c.label}]" if n == at else f" {c.label} ") for n, c in enumerate(choices)]
    first = 0
    while first < at and sum(cell_width(text) for _, text in pieces[first : at + 1]) > width:
        first += 1
    shown, used = pieces[first : first + 1], cell_width(pieces[first][1]) if pieces else 0
    for place, piece in pieces[first + 1 :]:
        if used + cell_width(piece.rstrip()) > width:
            break
        shown.append((place, piece))
        used += cell_width(piece)
    return shown


def _row(choices: Sequence[Choice], place: int, width: int, here: bool, *, focused: bool) -> Content:
    """A row of a list: the label, and the note in what room is left."""
    label = _label_width(choices, width)
    choice = choices[place]
    note = display_text(choice.note, _note_room(choices, width))
    style = "bold reverse" if here and focused else "bold" if here else ""
    name = fit(display_text(choice.label), label)
    return Content.assemble(("▸ " if here else "  ", "bold"), (name, style), (f"  {note}", "$foreground 65%"))


def _label_width(choices: Sequence[Choice], width: int) -> int:
    """As wide as the longest label, unless the notes need the room."""
    notes = max((cell_width(display_text(c.note, width)) for c in choices), default=0)
    room = max(_LABEL, width - 4 - notes)
    return min(room, max((cell_width(display_text(c.label, room)) for c in choices), default=1))


def _note_room(choices: Sequence[Choice], width: int) -> int:
    return max(0, width - _label_width(choices, width) - 4)


def _none(choices: Sequence[Choice]) -> str:
    return "Nobody chosen yet." if choices else "There is nobody to choose."
