"""Notices: what people were told beyond their consoles, what waits, failed or is held, and where they are told."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from careconsole.desk import Desk, addresses, outbox
from careconsole.desk.addresses import Book
from careconsole.desk.outbox import Listed
from careconsole.domain.addresses import INSTALL_HINT, Address
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text, wrapped
from careconsole.store.notices import DROPPED, FAILED, SENT, WAITING, Entry
from careconsole.tui.noticelines import address_line, detail, line, whole
from careconsole.tui.screens.base import Sheet
from careconsole.tui.screens.rereading import Rereading
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.lines import Lines

_WHICH: tuple[tuple[str, str | None, str], ...] = (
    ("all", None, "Nobody has been told anything beyond their console."),
    ("waiting", WAITING, "Nothing waits to be sent."),
    ("sent", SENT, "Nothing has been sent."),
    ("failed", FAILED, "Nothing has failed."),
    ("dropped", DROPPED, "Nothing was dropped."),
    ("addresses", None, "Nobody is told beyond their console. Begin with: careconsole notices address NAME ADDRESS."),
)
"""The lists by their keys, 1 to 6: the name, the state, and what is said where it is empty."""
_ADDRESSES = len(_WHICH) - 1
_MOST = 500
_SHEET, _AROUND, _NAME = 76, 6, 9
"""Cells of the sheet with all of a notice, of its edges, and of the names in it."""
_AGAIN = 5.0
"""Seconds after which it is read again: no event tells of what is sent."""


class NoticesScreen(Rereading[int | None]):
    """Lists notices, the latest first. Gives the number of the case that is to be looked at, or None."""

    BINDINGS = [
        Binding("escape,q,O,backspace", "back", "Back", show=False),
        *(Binding(str(n), f"which({n - 1})", one[0].title(), show=False) for n, one in enumerate(_WHICH, start=1)),
        Binding("tab", "turn(1)", "The next list", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", "The list before", show=False, priority=True),
        Binding("s", "send", "Send what waits", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._which = 0
        self._found: Listed | None = None
        self._book: Book | None = None
        self._seen: object = None
        self._rows: list[Entry | Address | None] = []
        self._sending = False
        self._whole = Static(id="whole")

    def compose(self) -> ComposeResult:
        """The lists, the notices, the one under the cursor in words, the keys."""
        yield Bar("title")
        yield Lines("lines")
        yield self._whole
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads them, now and again and again."""
        self.query_one(Lines).focus()
        keys = [("Enter", "all of it"), ("s", "send what waits"), ("1-6", "which"), ("r", "reload"), ("Esc", "back")]
        self.query_one("#hints", Bar).put(keys_parts(*keys))
        self._title()
        self.set_interval(_AGAIN, self.action_refresh)
        self.action_refresh()

    async def read(self) -> None:
        """The notices of the list that is wanted."""
        state = _WHICH[self._which][1]

        def work(desk: Desk) -> tuple[Listed, Book]:
            return outbox.entries(desk, state, most=_MOST), addresses.book(desk)

        self._found, self._book = await self.ask(work)

    # What is shown.

    def on_resize(self) -> None:
        """The columns are laid out anew."""
        self._seen = None
        self.show()

    def show(self) -> None:
        """The list, where the cursor was; nothing is drawn where nothing changed."""
        found, book, now = self._found, self._book, self.session.now()
        seen = (self._which, found, book, now // 60_000)
        if found is None or book is None or seen == self._seen:
            return
        self._seen = seen
        lines, before = self.query_one(Lines), self._chosen
        at = lines.highlighted or 0
        if self._which == _ADDRESSES:
            options = self._addresses(book)
        else:
            self._rows = [*reversed(found.entries)]
            width = self.size.width
            options = [Option(line(entry, found.roster, now, width)) for entry in reversed(found.entries)]
        if not options:
            self._rows.append(None)
            options.append(Option(Content(_WHICH[self._which][2]), disabled=True))
        lines.set_options(options)
        same = [place for place, row in enumerate(self._rows) if before is not None and _is_same(row, before)]
        chosen = [place for place, option in enumerate(options) if not option.disabled]
        lines.highlighted = same[0] if same else min(at, chosen[-1]) if chosen else None
        self._title()
        self._state()

    def _addresses(self, book: Book) -> list[Option]:
        """Where everybody is told, by name; what could be secret is not shown."""
        listed = sorted(book.addresses, key=lambda one: (book.roster.name(one.person).casefold(), one.number))
        self._rows = [*listed]
        options = [Option(Content(display_text(address_line(one, book.roster, signed=True), 300))) for one in listed]
        if listed:
            mail = f"Mail goes by {book.gateway.shown}." if book.gateway else "There is no mail gateway."
            missing = "" if addresses.can_send() else f" Nothing is sent from here: {INSTALL_HINT}"
            self._rows.append(None)
            options.append(Option(Content(display_text(f"{mail}{missing}", 300)), disabled=True))
        return options

    def _title(self) -> None:
        counts = dict(self._found.counts) if self._found is not None else {}
        if self._found is not None and self._found.failed:
            counts[FAILED] = self._found.failed
        parts = [("Notices ", "bold", "")]
        for place, (name, state, _) in enumerate(_WHICH):
            here = place == self._which
            count = f" {counts[state]:,}" if state in counts else ""
            text = f"{place + 1} {name}{count}"
            style = "bold reverse" if here else "bold $text-error" if state == FAILED and count else ""
            parts.append((f"[{text}]" if here else f" {text} ", style, str(place)))
        self.query_one("#title", Bar).put(parts)

    @on(OptionList.OptionHighlighted)
    def _state(self) -> None:
        row, found, words = self._chosen, self._found, ""
        if isinstance(row, Entry) and found is not None:
            words = whole(row, found.roster, self.session.now())
        elif isinstance(row, Address):
            words = "Changed on the command line: careconsole notices address, forget, test."
        self._whole.update(Content(display_text(words, 400)))

    @property
    def _chosen(self) -> Entry | Address | None:
        """What is under the cursor."""
        at = self.query_one(Lines).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    # Keys.

    @on(OptionList.OptionSelected)
    def _open(self) -> None:
        row, found, book = self._chosen, self._found, self._book
        if isinstance(row, Entry) and found is not None and book is not None and self.is_current:
            sheet = NoticeSheet(row, book.of(row.person), found.roster)
            self.app.push_screen(sheet, lambda case: self._go(case) if case is not None else None)

    def _go(self, case: int) -> None:
        self.dismiss(case)

    @on(Bar.Clicked)
    def _clicked(self, message: Bar.Clicked) -> None:
        self.action_which(int(message.mark))

    def action_which(self, place: int) -> None:
        """Another list."""
        self._which = place
        self.action_refresh()

    def action_turn(self, step: int) -> None:
        """The next list, or the one before."""
        self.action_which((self._which + step) % len(_WHICH))

    def action_send(self) -> None:
        """Sends what waits now; what is held stays held."""
        if not self._sending:
            self._sending = True
            self.host.say("Sending what waits.")
            self.host.send_now(lambda words: self.app.call_from_thread(self._sent, words))

    def _sent(self, words: str) -> None:
        self._sending = False
        self.host.say(words)
        if not self.is_left:
            self.action_refresh()

    def action_back(self) -> None:
        """Back to where it was opened."""
        if self.is_current:
            self.dismiss(None)


class NoticeSheet(Sheet[int | None]):
    """All of one notice. Gives the number of its case, when that is to be looked at."""

    BINDINGS = [
        Binding("escape,q,backspace", "back", "Back", show=False),
        Binding("enter", "go", "Go to the case", show=False),
    ]

    def __init__(self, entry: Entry, theirs: list[Address], roster: Roster) -> None:
        super().__init__()
        self._entry = entry
        self._theirs = theirs
        self._roster = roster

    def compose(self) -> ComposeResult:
        """Names and words."""
        room = max(20, min(_SHEET, self.app.size.width) - _AROUND - _NAME)
        with VerticalScroll(id="sheet-box", classes="sheet"):
            for name, words in detail(self._entry, self._theirs, self._roster, self.session.now()):
                text = f"\n{' ' * _NAME}".join(wrapped(display_text(words, 2_000), room))
                yield Static(Content.assemble((f"{name:<{_NAME}}", "bold"), text))
            yield Bar("sheet-keys")

    def on_mount(self) -> None:
        """The title is its number."""
        self.query_one("#sheet-box").border_title = Content(f"Notice {self._entry.number}")
        keys = [("Enter", f"case {self._entry.case}")] if self._entry.case else []
        self.query_one("#sheet-keys", Bar).put(keys_parts(*keys, ("Esc", "back")))

    def action_go(self) -> None:
        """To the case."""
        self.dismiss(self._entry.case or None)

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)


def _is_same(row: Entry | Address | None, other: Entry | Address) -> bool:
    return type(row) is type(other) and row is not None and row.number == other.number
