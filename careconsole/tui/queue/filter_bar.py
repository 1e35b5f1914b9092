"""The filter line above the list: shows the matching cases while typing, and marks a mistake at its place."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from careconsole.desk import Desk
from careconsole.desk.imports import batches
from careconsole.desk.queries import case_queries, suggestions
from careconsole.domain.errors import CareError
from careconsole.domain.filters.language import FilterError, parse
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.tui.hints import error_text
from careconsole.tui.host import Host
from careconsole.tui.queue.filter_completion import Completion, FilterValues, complete
from careconsole.tui.queue.refresher import QueueRefresher
from careconsole.tui.screen_left import is_left
from careconsole.tui.widgets.bars import Bar
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput

_REST = 0.15
"""Seconds after the last key before the list shows what was typed."""
_SIGN = "/ "
_WORDS = 200
_KEYS = "Tab complete · Enter apply · Esc cancel"


def read_known(desk: Desk) -> FilterValues:
    """Reads the names and words that filters of this team can use."""
    people = sorted(person.name for person in desk.roster().people.values() if person.active)
    sources = sorted(batches.sources(desk))
    return FilterValues(
        people=tuple(people),
        tags=tuple(suggestions.tags(desk, _WORDS)),
        causes=tuple(suggestions.causes(desk, _WORDS)),
        sources=tuple(sources),
    )


class FilterLine(SafeInput):
    """The line to type the filter in. Tab and the arrows choose among the proposals."""

    BINDINGS = [
        *bound("next", "take", "Complete"),
        *bound("down", "choose(1)", "Next suggestion", only=["down"]),
        *bound("up", "choose(-1)", "Previous suggestion", only=["up"]),
        *bound("back", "leave", "Cancel", only=["escape"]),
    ]

    class Asked(Message):
        """Something other than typing is wanted: "take", "next", "before", "leave" or "done"."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def action_take(self) -> None:
        """Asks to take the proposal."""
        self.post_message(self.Asked("take"))

    def action_choose(self, step: int) -> None:
        """Asks for the next or previous proposal."""
        self.post_message(self.Asked("next" if step > 0 else "before"))

    def action_leave(self) -> None:
        """Asks to go back to what was shown before."""
        self.post_message(self.Asked("leave"))

    async def action_submit(self) -> None:
        """Asks to finish, on Enter."""
        self.post_message(self.Asked("done"))


class FilterBar(Vertical):
    """The filter line of a queue; shows its list as soon as the text can be parsed, and is removed when done."""

    def __init__(
        self,
        host: Host,
        live: QueueRefresher,
        slot: int | None,
        show_list: Callable[[str, str, bool, int | None], None],
        to_list: Callable[[], object],
    ) -> None:
        """`slot` is the saved view that `live` shows, if any; `show_list` shows another filter, order and view, and
        `to_list` focuses the list."""
        super().__init__(id="filterbar")
        self._host = host
        self._backend = host.session.backend
        self._live = live
        self._show_list, self._to_list = show_list, to_list
        self._before = (live.filter, live.sort, live.reverse, slot)
        self._line = FilterLine(live.filter, "is:mine due:<4h   customer:kettle   -is:parked", "filter")
        self._first, self._second = Bar("filter-first"), Bar("filter-second")
        self._known = FilterValues()
        self._offer = Completion(0, 0)
        self._at = 0
        self._chosen = False
        self._taken = False
        self._blamed = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line, and two below it for proposals or for a mistake."""
        with Horizontal(id="filter-row"):
            yield Static(Content(_SIGN), id="filter-sign")
            yield self._line
        yield self._first
        yield self._second

    def on_mount(self) -> None:
        """Focuses the line, with the current filter ready to be changed."""
        self._line.put(self._line.value + " " if self._line.value else "")
        self._line.focus()
        self._propose()
        self._host.spawn(self._learn())
        self.call_later(self._host.keys_go_on)  # by then it is ready for keys

    async def _learn(self) -> None:
        self._known = await self._backend.ask(read_known)
        if not is_left(self):
            self._propose()

    def take_keys(self) -> None:
        """Focuses the line again."""
        self._line.focus()

    # What is typed.

    def on_input_changed(self, event: SafeInput.Changed) -> None:
        """Shows the proposals at once; the list follows when typing pauses."""
        event.stop()
        self._taken = False
        self._propose()
        self._soon()

    def _soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST, self._rested)

    def _rested(self) -> None:
        self._timer = None
        self._host.spawn(self._look())

    async def _look(self, *, done: bool = False) -> bool:
        """Shows the cases of what is typed. Returns False, with the list unchanged, when it cannot be read or was typed
        over meanwhile; what is wrong is shown, but an unfinished filter counts as wrong only when `done`."""
        text = self._line.value.strip()
        try:
            parse(text)
            await self._backend.ask(lambda desk: case_queries.check(desk, text))
        except FilterError as error:
            if not is_left(self) and text == self._line.value.strip() and (done or not self._goes_on(error)):
                self._blame(error)
            return False
        except CareError as error:
            if is_left(self):
                raise
            self._first.put([(display_text(error_text(error)), "$text-error", "")])
            return False
        if text != self._line.value.strip() or is_left(self):
            return False  # more was typed meanwhile, and is read next
        live, (before, sort, reverse, slot) = self._live, self._before
        if text != live.filter:
            same = text == before and (live.sort, live.reverse) == (sort, reverse)
            self._show_list(text, live.sort, live.reverse, slot if same else None)
        self._blamed = False
        self._propose()
        return True

    def _goes_on(self, error: FilterError) -> bool:
        """Whether the mistake is only that what is being typed is unfinished, and proposals can complete it."""
        offer, shift = self._offer, len(self._line.value) - len(self._line.value.lstrip())
        return bool(offer.candidates) and error.end + shift >= offer.start

    # Below the line.

    def _propose(self) -> None:
        if self._taken:
            return  # Tab steps through the same proposals
        self._offer = complete(self._line.value, self._line.cursor_position, self._known)
        self._at, self._chosen = 0, False
        if self._offer.candidates or not self._blamed:
            self._show()

    def _show(self) -> None:
        self._blamed = False
        some, room = self._offer.candidates, max(20, self.size.width or self._host.size.width) - len(_SIGN)
        first, used = 0, 0
        for place in range(self._at + 1):  # leaves out as many as needed for the chosen one to fit
            used += cell_width(display_text(some[place].text)) + 2 if some else 0
            if used > room:
                first, used = place, cell_width(display_text(some[place].text)) + 2
        parts: list[tuple[str, str, str]] = [(" " * (len(_SIGN) - 1), "", "")]
        for place in range(first, len(some)):
            here = place == self._at
            word = display_text(some[place].text, 40)
            parts.append((f"[{word}]", "bold $text-accent", "") if here else (f" {word} ", "", ""))
        self._first.put(parts if some else [])
        words = some[self._at].help if some else ""
        self._second.put([(f"{' ' * len(_SIGN)}{display_text(words)}", "$text-muted", "")], (_KEYS, "$text-muted"))

    def _blame(self, error: FilterError) -> None:
        """Shows carets below the mistake, and what is wrong."""
        self._blamed = True
        raw = self._line.value
        shift = len(raw) - len(raw.lstrip())
        before, place = raw[: error.start + shift], raw[error.start + shift : error.end + shift]
        at = cell_width(display_text(before)) - round(self._line.scroll_offset.x)
        carets = max(1, cell_width(display_text(place)))
        if at < 0:
            at, carets = 0, max(1, carets + at)
        room = max(1, self._line.size.width)
        at = min(at, room - 1)
        self._first.put([(" " * (len(_SIGN) + at) + "^" * min(carets, room - at), "bold $text-error", "")])
        words = display_text(error_text(error))
        self._second.put([(f"{' ' * len(_SIGN)}{words}", "$text-error", "")])

    # Other keys.

    def on_filter_line_asked(self, message: FilterLine.Asked) -> None:
        """Handles Tab, the arrows, Enter and Esc."""
        message.stop()
        match message.what:
            case "take":
                self._take()
            case "next" | "before" if self._offer.candidates:
                self._at = (self._at + (1 if message.what == "next" else -1)) % len(self._offer.candidates)
                self._chosen = True
                self._show()
            case "leave":
                self._leave()
            case "done" if self._chosen:
                self._take()
            case "done":
                self._host.spawn(self._done())

    def _take(self) -> None:
        """Puts the proposal into the line; then offers what can follow it, or lets Tab take the next proposal."""
        some = self._offer.candidates
        if not some:
            return
        if self._taken and not self._chosen:
            self._at = (self._at + 1) % len(some)
        text, cursor = self._offer.accepted(self._line.value, self._at)
        offer = Completion(self._offer.start, cursor, some)
        with self.prevent(SafeInput.Changed):
            self._line.put(text, cursor)
        self._taken, self._chosen = False, False
        further = complete(text, cursor, self._known)
        if further.candidates and further.start > offer.start:
            self._offer, self._at = further, 0
        else:
            self._offer, self._taken = offer, True
        self._show()
        self._soon()

    async def _done(self) -> None:
        if await self._look(done=True):
            await self.close()

    def _leave(self) -> None:
        live = self._live
        if (live.filter, live.sort, live.reverse) != self._before[:3]:
            self._show_list(*self._before)
        self._host.spawn(self.close())

    async def close(self) -> None:
        """Removes the line and focuses the list."""
        if not is_left(self):
            self._to_list()
        await self.go()

    async def go(self) -> None:
        """Removes the line."""
        if self._timer is not None:
            self._timer.stop()
        if not is_left(self):
            await self.remove()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Removes the line when the mouse moves the focus to the list, but not when the whole terminal loses it."""
        self.call_after_refresh(self._left)

    def _left(self) -> None:
        focused = None if is_left(self) else self.screen.focused
        if focused is not None and focused is not self._line:
            self._host.spawn(self.go())
