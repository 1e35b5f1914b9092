"""The notices page: what was sent outside the console, what waits, failed or is held, and people's addresses."""

from __future__ import annotations

from collections.abc import Hashable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from careconsole.desk import Desk
from careconsole.desk.notices import addresses, outbox
from careconsole.desk.notices.addresses import AddressBook
from careconsole.desk.notices.outbox import DROPPED, FAILED, SENT, WAITING, Listed, StoredNotice
from careconsole.domain.team.addresses import INSTALL_HINT, Address
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, wrapped
from careconsole.present.queue_text import widest_name
from careconsole.tui.host import Host
from careconsole.tui.pages.list_page import ListRow, TabbedPage
from careconsole.tui.pages.notice_lines import address_line, detail, full_text, line
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound

_WHICH: tuple[tuple[str, str | None, str], ...] = (
    ("all", None, "No notices yet."),
    ("waiting", WAITING, "No notices are waiting."),
    ("sent", SENT, "No notices were sent."),
    ("failed", FAILED, "No notices failed."),
    ("dropped", DROPPED, "No notices were dropped."),
    ("addresses", None, "Nobody has an address for notices. To add one: careconsole notices address NAME ADDRESS."),
)
"""The lists in the order of their keys, 1 to 6: the name, the state, and the text shown when it is empty."""
_ADDRESSES = len(_WHICH) - 1
_MOST = 500
_SHEET, _AROUND, _NAME = 76, 6, 9
"""Cells of the notice sheet, of its edges, and of the column of names in it."""
_AGAIN = 5.0
"""Seconds between two readings: no event records that a notice was sent."""


class NoticesScreen(TabbedPage[StoredNotice | Address, int | None]):
    """Lists notices, the latest first. Its result is the number of the case to go to, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("notices", "back", "Back"),
        *(
            binding
            for n, one in enumerate(_WHICH, start=1)
            for binding in bound("number", f"which({n - 1})", one[0].title(), only=[str(n)])
        ),
        *bound("next", "turn(1)", "The next list", priority=True),
        *bound("previous", "turn(-1)", "The list before", priority=True),
        *bound("send-now", "send", "Send now"),
        *bound("refresh", "refresh"),
    ]

    HEAD = "Notices"
    TABS = tuple(name for name, _, _ in _WHICH)
    LONGEST = 400

    def __init__(self) -> None:
        super().__init__()
        self._found: Listed | None = None
        self._book: AddressBook | None = None
        self._seen: object = None
        self._sending = False

    def on_mount(self) -> None:
        """Shows the keys and the tabs, and reads the notices again every few seconds."""
        self._put_keys()
        self.show_tabs()
        self.set_interval(_AGAIN, self.action_refresh)

    def _put_keys(self) -> None:
        send = [(">", "send now")] if self._waits else []
        self.put_keys(*send, ("1-6", "which"), ("F5", "reload"), ("Esc", "back"), on_row=[("Enter", "details")])

    @property
    def _waits(self) -> bool:
        """Whether a notice waits to be sent."""
        return self._found is not None and bool(dict(self._found.counts).get(WAITING))

    def offers(self, row: StoredNotice | Address, key: str) -> bool:
        """Whether it is a notice: an address is shown in full."""
        return isinstance(row, StoredNotice)

    def has_use(self, meaning: str) -> bool:
        """Whether a key with this meaning does something now."""
        return self._waits if meaning == "send-now" else super().has_use(meaning)

    async def read(self) -> None:
        """Reads the notices of the selected list, and the addresses."""
        state = _WHICH[self.tab][1]

        def work(desk: Desk) -> tuple[Listed, AddressBook]:
            return outbox.entries(desk, state, most=_MOST), addresses.book(desk)

        self._found, self._book = await self.ask(work)

    # What is shown.

    def on_resize(self) -> None:
        """Lays out the columns again, although the data is the same."""
        self._seen = None
        self.show()

    def show(self) -> None:
        """Shows the list, the cursor where it was; draws nothing when nothing changed."""
        found, book, now = self._found, self._book, self.session.now()
        seen = (self.tab, found, book, now // 60_000)
        if found is None or book is None or seen == self._seen:
            return
        self._seen = seen
        width = self.size.width
        if self.tab == _ADDRESSES:
            rows = _addresses(book)
        else:
            names = widest_name(found.roster, {entry.person for entry in found.entries})
            rows = [ListRow(line(entry, found.roster, now, width, names), entry) for entry in reversed(found.entries)]
        self._put_keys()
        self.fill(rows or [ListRow(Content(_WHICH[self.tab][2]))], self.place)
        self.show_tabs()

    def count(self, place: int) -> tuple[str, str]:
        """How many notices are in a list; failures, which stand out, include retried and partly delivered ones."""
        state, found = _WHICH[place][1], self._found
        counts = dict(found.counts) if found is not None else {}
        if found is not None and found.failed:
            counts[FAILED] = found.failed
        if state not in counts:
            return "", ""
        return f" {counts[state]:,}", "bold $text-error" if state == FAILED else ""

    def key(self, row: StoredNotice | Address) -> Hashable:
        """Identifies a row by the number of its notice or address."""
        return type(row), row.number

    def words(self, row: StoredNotice | Address | None) -> str:
        """A notice in full; for an address, how to change it."""
        if isinstance(row, StoredNotice) and self._found is not None:
            return full_text(row, self._found.roster, self.session.now())
        return "To change them: careconsole notices address, forget, test." if row is not None else ""

    # Keys.

    def choose(self, row: StoredNotice | Address) -> None:
        """Opens the notice on a sheet."""
        found, book = self._found, self._book
        if isinstance(row, StoredNotice) and found is not None and book is not None:
            sheet = NoticeSheet(row, book.of(row.person), found.roster)
            self.app.push_screen(sheet, lambda case: self._go(case) if case is not None else None)

    def _go(self, case: int) -> None:
        self.dismiss(case)

    def action_send(self) -> None:
        """Sends what waits now; what is held stays held."""
        if not self._sending:
            self._sending = True
            host = self.host  # looked up now: the answer comes in another thread, when this screen may be gone
            host.say("Sending the notices that wait.")
            host.send_now(lambda words: host.call_from_thread(self._sent, host, words))

    def _sent(self, host: Host, words: str) -> None:
        self._sending = False
        host.say(words)
        if not self.is_left:
            self.action_refresh()


class NoticeSheet(Sheet[int | None]):
    """Shows one notice in full. Its result is the number of its case to go to, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("open", "go", "Go to the case"),
    ]

    def __init__(self, entry: StoredNotice, theirs: list[Address], roster: Roster) -> None:
        super().__init__()
        self._entry = entry
        self._theirs = theirs
        self._roster = roster

    def compose(self) -> ComposeResult:
        """The rows of the notice, and the keys."""
        room = max(20, min(_SHEET, self.app.size.width) - _AROUND - _NAME)
        with VerticalScroll(id="sheet-box", classes="sheet"):
            for name, words in detail(self._entry, self._theirs, self._roster, self.session.now()):
                text = f"\n{' ' * _NAME}".join(wrapped(display_text(words, 2_000), room))
                yield Static(Content.assemble((f"{name:<{_NAME}}", "bold"), text))
            yield Bar("sheet-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys."""
        self.query_one("#sheet-box").border_title = Content(f"Notice {self._entry.number}")
        keys = [("Enter", f"case {self._entry.case}")] if self._entry.case else []
        self.query_one("#sheet-keys", Bar).put(keys_parts(*keys, ("Esc", "back")))

    def action_go(self) -> None:
        """Goes to the notice's case, or back if it has none."""
        self.dismiss(self._entry.case or None)

    def action_back(self) -> None:
        """Goes back to the list."""
        self.dismiss(None)


def _addresses(book: AddressBook) -> list[ListRow]:
    """The addresses by person's name, without secrets; a last line describes the mail gateway."""
    listed = sorted(book.addresses, key=lambda one: (book.roster.name(one.person).casefold(), one.number))
    rows = [ListRow(Content(display_text(address_line(one, book.roster, signed=True), 300)), one) for one in listed]
    if listed:
        mail = f"Mail is sent through {book.gateway.shown}." if book.gateway else "There is no mail gateway."
        missing = "" if addresses.can_send() else f" Nothing is sent from this console: {INSTALL_HINT}"
        rows.append(ListRow(Content(display_text(f"{mail}{missing}", 300))))
    return rows
