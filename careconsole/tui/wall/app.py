"""The wall display as an app: it shows what it is given, and has no key but the one that ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Digits, Static

from careconsole.commands.key_table import key_of
from careconsole.desk import Desk
from careconsole.desk.queries.wall import FIGURES, WallBoard
from careconsole.domain.errors import CareError
from careconsole.domain.settings.console import ConsoleSettings
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import MINUTE, local
from careconsole.tui.terminal.signals import heed
from careconsole.tui.themed_app import ThemedApp
from careconsole.tui.wall.lines import figure_lines, list_lines
from careconsole.tui.wall.watcher import Watcher
from careconsole.tui.widgets.bars import Bar
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned_lines import Line

_LARGE_WIDTH, _LARGE_HEIGHT = 120, 34
"""Cells from which the figures are large enough to be read across a room."""
_SAID = 10 * MINUTE
"""For how long it is said that the database is another one."""
_STYLES = {
    "late": "bold $text-error",
    "soon": "bold $text-warning",
    "level": "bold $text-accent",
    "quiet": "$text-muted",
    "strong": "bold",
}


class Wall(ThemedApp):
    """Shows `first`, and then what the database at the place of `opening` holds, until somebody ends it."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "careconsole wall"
    BINDINGS = bound("quit", "leave", priority=True)
    CSS = """
    Screen { background: $background; }
    #head { background: $boost; }
    #trouble { height: auto; max-height: 3; color: $text-error; text-style: bold; display: none; }
    #large { height: 5; padding: 1 0 0 0; display: none; }
    .figure { width: 1fr; height: 4; }
    .figure Digits { width: 100%; text-align: center; }
    .figure Static { width: 100%; text-align: center; }
    .figure.-zero { color: $text-muted; }
    .figure.-late { color: $text-error; }
    .figure.-soon { color: $text-warning; }
    #small { height: auto; padding: 0 1; }
    #lists { height: 1fr; padding: 1 1 0 1; }
    """

    class Board(Message):
        """The board was read again; `anew` if the database had been gone before."""

        def __init__(self, board: WallBoard, anew: bool) -> None:
            super().__init__()
            self.board, self.anew = board, anew

    class Lost(Message):
        """The database cannot be read."""

        def __init__(self, error: CareError) -> None:
            super().__init__()
            self.error = error

    def __init__(
        self,
        opening: Callable[[], Desk],
        first: WallBoard,
        now: Callable[[], int],
        settings: ConsoleSettings,
    ) -> None:
        super().__init__(settings)
        self._board, self._now = first, now
        self._lost: tuple[str, int] | None = None
        self._changed: tuple[str, int] | None = None
        self._drawn: dict[str, object] = {}
        self._watcher = Watcher(
            opening, lambda board, anew: self._tell(self.Board(board, anew)), lambda error: self._tell(self.Lost(error))
        )

    def compose(self) -> ComposeResult:
        """From the top: the team and the time, what is wrong, the figures, the lists."""
        yield Bar("head")
        yield Static(id="trouble")
        with Horizontal(id="large"):
            for place, (words, _, _) in enumerate(FIGURES):
                with Vertical(classes="figure", id=f"figure-{place}"):
                    yield Digits("0")
                    yield Static(Content(words))
        yield Static(id="small")
        yield Static(id="lists")

    def on_mount(self) -> None:
        """Shows the board that was read already, and begins to watch."""
        if not self.is_headless:
            heed(self.exit)
            self.heed_faults()
        self._draw()
        self._watcher.start()

    def on_unmount(self) -> None:
        """Ends the watching."""
        self._watcher.close()

    def on_resize(self) -> None:
        """Draws the board for the new size."""
        self.call_after_refresh(self._draw)

    def _tell(self, message: Message) -> None:
        self.post_message(message)

    def on_wall_board(self, message: Board) -> None:
        """Shows a board; says so when it is that of another database, or of an earlier state of the same."""
        before, self._board, self._lost = self._board, message.board, None
        if before.identity != message.board.identity:
            name = display_text(message.board.team, 60) or "another team"
            self._changed = f"Another database has taken the place of the first, that of {name}", message.board.now
        elif message.anew:
            self._changed = "The database was gone, and is another copy of it or was put back", message.board.now
        self._draw()

    def on_wall_lost(self, message: Lost) -> None:
        """Says that the database cannot be read, and since when the board is out of date."""
        since = self._lost[1] if self._lost is not None else self._now()
        self._lost = message.error.message, since
        self._draw()

    def complain(self, error: CareError) -> None:
        """Says what went wrong in the background."""
        self._lost = error.message, self._now()
        self._draw()

    def action_leave(self) -> None:
        """Ends the wall."""
        self.exit()

    def action_help_quit(self) -> None:
        """Ends the wall on Ctrl-C too, for which Textual would name another key."""
        self.exit()

    # What is shown; a widget is touched only when it changes, so that nothing is sent to the terminal otherwise.

    def _draw(self) -> None:
        if not self.screen_stack or not self.query("#lists"):
            return  # not there yet, or closing
        board, width, height = self._board, self.size.width, self.size.height
        parts = [(f" {display_text(board.team, width // 4)}" if board.team else " careconsole", "bold", "")]
        if board.roster.on_duty() is not None:
            parts.append((f"  {display_text(board.roster.name_on_duty(), width // 3)} is on duty", "", ""))
        self.query_one("#head", Bar).put(parts, (f"{local(board.now, board.now)}  {key_of('quit')} quits ", "bold"))
        trouble = self._trouble()
        self._put("#trouble", [((trouble, ""),)] if trouble else [])
        self._show("#trouble", bool(trouble))
        large = width >= _LARGE_WIDTH and height >= _LARGE_HEIGHT
        self._show("#large", large)
        self._show("#small", not large)
        if large:
            self._put_large(board)
            above = 1 + 5
        else:
            lines = figure_lines(board, max(20, width - 2))
            self._put("#small", lines)
            above = 1 + len(lines)
        above += 1 + (2 if trouble else 0)
        self._put("#lists", list_lines(board, max(20, width - 2), max(2, height - above)))

    def _trouble(self) -> str:
        if self._lost is not None:
            why, since = self._lost
            return f"! NOT UP TO DATE since {local(since, self._now())}: {display_text(why, 300)}"
        if self._changed is not None and self._now() - self._changed[1] < _SAID:
            words, since = self._changed
            return f"! {words}, since {local(since, self._now())}."
        return ""

    def _put_large(self, board: WallBoard) -> None:
        for place, ((_, _, tone), count) in enumerate(zip(FIGURES, board.counts, strict=True)):
            key = f"#figure-{place}"
            if self._drawn.get(key) != count:
                self._drawn[key] = count
                figure = self.query_one(key)
                figure.set_classes(f"figure {'-zero' if not count else f'-{tone}' if tone else ''}")
                figure.query_one(Digits).update(in_digits(count))

    def _put(self, key: str, lines: Sequence[Line]) -> None:
        if self._drawn.get(key) != lines:
            self._drawn[key] = lines
            self.query_one(key, Static).update(Content("\n").join(self._content(line) for line in lines))

    def _content(self, line: Line) -> Content:
        return Content.assemble(*((text, self._style(tone)) if tone else text for text, tone in line))

    def _style(self, tone: str) -> str:
        style = _STYLES[tone]
        if not self.no_color:
            return style
        return "bold" if "bold" in style else "dim"  # in grey, the most urgent colours would stand out least

    def _show(self, key: str, wanted: bool) -> None:
        widget = self.query_one(key)
        if widget.display != wanted:
            widget.display = wanted


def in_digits(count: int) -> str:
    """A count as digits, with commas between thousands: nothing in it can be markup."""
    return f"{count:,}"
