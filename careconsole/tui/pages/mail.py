"""The mail page: what came in, what is held for a person to decide, the boxes, what is sent, and each mail in full."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Self

from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.mail import deciding, settings
from careconsole.desk.mail.boxes import Box
from careconsole.desk.mail.deciding import StoredMail
from careconsole.desk.mail.sending import StoredReply
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.reply_states import NEEDS_PERSON, ON_THE_WAY, UNCERTAIN
from careconsole.domain.terminal_text import display_text, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.present.boxes import Failures, server_words
from careconsole.present.mail import listed_sender, mail_lines, place_words, proof_words, reason_words
from careconsole.tui.pages.list_page import ListRow, TabbedPage
from careconsole.tui.pages.mail_boxes import BoxActions, BoxPage, FoundBox, box_line, found_boxes, settings_words
from careconsole.tui.pages.mail_deciding import NEW, drop, into_which, not_held, take, why_dropped
from careconsole.tui.pages.mail_keys import ON_MAIL, ON_ROW, empty_words, keys_in, keys_on
from careconsole.tui.pages.mail_outgoing import (
    FoundOutgoing,
    decided,
    found_outgoing,
    outgoing_count,
    outgoing_line,
    outgoing_words,
    why_not,
)
from careconsole.tui.pages.sheet_page import SheetPage, labelled
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

_TABS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("held", ("held",)),
    ("taken", ("taken",)),
    ("known", ("known",)),
    ("dropped", ("dropped",)),
    ("boxes", ()),
    ("sending", ()),
)
"""The lists in the order of their keys: the name, and the states."""
_BOXES, _SENDING = 4, 5
_MOST = 500
_CAME, _REASON, _WHERE, _FROM, _NARROWEST = 12, 8, 15, 28, 15
_LABEL = 9

_NOTHING_ELSE = Outcome(command=None, cases=())
"""What a decision about a mail did besides: no command that an undo takes back."""


class MailScreen(TabbedPage[StoredMail | Box | StoredReply, int | None]):
    """Lists mails, the latest first, the boxes, and the mails that we send.

    Its result is the number of the case to go to, or None.
    """

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("mail", "back", "Back"),
        *(
            binding
            for n, one in enumerate(_TABS, start=1)
            for binding in bound("number", f"which({n - 1})", one[0].title(), only=[str(n)])
        ),
        *bound("next", "turn(1)", "The next list", priority=True),
        *bound("previous", "turn(-1)", "The list before", priority=True),
        *bound("remove", "drop", "Drop; do not send; remove a box"),
        *bound("more", "more", "What can be done with the box"),
        *bound("send-now", "decide('again')", "Send again"),
        *bound("was-sent", "decide('sent')", "It was sent"),
        *bound("refresh", "refresh"),
    ]
    HEAD = "Mail"
    TABS = tuple(name for name, _ in _TABS)
    LONGEST = 400

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The page; where a mail of the case under the cursor is not sent, the list of those and the cursor on it."""
        return cls(number)

    def __init__(self, case: int | None = None) -> None:
        super().__init__()
        self._case = case
        self._begin_on: int | None = None
        self._found: list[StoredMail] = []
        self._boxes: list[FoundBox] = []
        self._outgoing = FoundOutgoing()
        self._counts: dict[str, int] = {}
        self._settings: tuple[str, ...] = ()
        self._actions = BoxActions(self, self.action_refresh, lambda box: self._open_box(box, test=True))

    async def read(self) -> None:
        """Reads the mails of the selected list, and the boxes."""
        states = _TABS[self.tab][1]

        def work(desk: Desk) -> tuple[list[StoredMail], dict[str, int], list[FoundBox], FoundOutgoing, tuple[str, ...]]:
            found = deciding.listed(desk, states, _MOST) if states else []
            words = settings_words(settings.reopening(desk), settings.server(desk))
            return found, deciding.counts(desk), found_boxes(desk), found_outgoing(desk), words

        self._found, self._counts, self._boxes, self._outgoing, self._settings = await self.ask(
            lambda desk: desk.read(lambda unit: work(desk))
        )
        self._begin()

    def _begin(self) -> None:
        """Begins with the mail of the case that the page was opened on, if one is not sent."""
        case, self._case = self._case, None
        mails = self._outgoing.mails
        unsent = (n for n, one in enumerate(mails) if one.case == case and one.state in (*NEEDS_PERSON, *ON_THE_WAY))
        if (place := next(unsent, None)) is not None:
            self.tab, self._begin_on = _SENDING, place

    def show(self) -> None:
        """Shows the list; the cursor stays where it was."""
        now = self.session.now()
        rows = [ListRow(self._line(one, now), one) for one in self._found]
        if self.tab == _BOXES:
            rows = [ListRow(self._box_line(box, bad, now), box) for box, bad in self._boxes]
        if self.tab == _SENDING:
            rows = [ListRow(self._outgoing_line(one, now), one) for one in self._outgoing.mails]
        empty = empty_words(self.TABS[self.tab], self.session, [box for box, _ in self._boxes])
        rows = rows or [ListRow(Content(display_text(words, 300))) for words in empty]
        if self.tab == _BOXES:
            room = max(20, self.size.width - 2)
            rows += [ListRow(Content(display_text(words, room))) for words in ("", *self._settings)]
        place, self._begin_on = self._begin_on, None
        self.fill(rows, self.place if place is None else place)
        self.show_tabs(self.session.who)

    def _keys_on_row(self) -> list[tuple[str, str, str]]:
        return keys_on(self.row, boxes=self.tab == _BOXES, is_lead=self.session.is_lead)

    def _show_keys(self) -> None:
        keys = [(key, words) for _, key, words in self._keys_on_row()]
        self.put_keys(*keys, (f"1-{len(_TABS)}", "which"), ("F5", "reload"), ("Esc", "back"))

    def has_use(self, meaning: str) -> bool:
        """Whether a key with this meaning does something on the row under the cursor."""
        return meaning not in ON_ROW or meaning in {id for id, _, _ in self._keys_on_row()}

    def count(self, place: int) -> tuple[str, str]:
        """How many mails a list has; those that are held stand out, and those sent that need a person."""
        if place == _SENDING:
            return outgoing_count(self._outgoing.mails)
        if place == _BOXES:
            late = any(box.late_since(self.session.now()) is not None for box, _ in self._boxes)
            return f" {len(self._boxes)}" if self._boxes else "", "$text-error" if late else ""
        count = self._counts.get(_TABS[place][1][0], 0)
        # "1 held" alone would read as a count, so that there is always one beside the key.
        return f" {count:,}" if count or not place else "", "$text-warning" if count and not place else ""

    def _line(self, mail: StoredMail, now: int) -> Content:
        wide = self.size.width >= 110
        where = f"{fit(place_words(mail), _WHERE)} " if wide or self.tab else ""
        columns = f"{fit(local(mail.at, now), _CAME)} {fit(reason_words(mail), _REASON)} {where}"
        sender = fit(display_text(listed_sender(mail)), _FROM if wide else _FROM - 8)
        room = max(_NARROWEST, self.size.width - len(columns) - (_FROM if wide else _FROM - 8) - 4)
        return Content.assemble(f"{columns}{sender} ", (display_text(mail.content.subject or "(none)", room), "bold"))

    def _box_line(self, box: Box, failures: Failures, now: int) -> Content:
        return box_line(box, failures, now, self.size.width)

    def _outgoing_line(self, mail: StoredReply, now: int) -> Content:
        return outgoing_line(mail, now, self.size.width)

    def key(self, row: StoredMail | Box | StoredReply) -> Hashable:
        """Identifies a row by the number of its mail or box: incoming and outgoing mails are counted apart."""
        return type(row), row.number

    def words(self, row: StoredMail | Box | StoredReply | None) -> str:
        """What became of the mail, and why; of a box, its servers."""
        self._show_keys()  # which of them do something depends on the row
        if row is None:
            return ""
        if isinstance(row, StoredReply):
            return outgoing_words(row, self._outgoing, self.session.now())
        if isinstance(row, Box):
            return display_text(server_words(row))
        where = f" ({place_words(row)})" if place_words(row) else ""
        return f"Mail {row.number}{where}: {row.why} {proof_words(row)}".rstrip()

    # Keys.

    def choose(self, row: StoredMail | Box | StoredReply) -> None:
        """Opens the mail, the box, or the case of a mail that we send."""
        if isinstance(row, StoredReply):
            self.dismiss(row.case)
            return
        if isinstance(row, Box):
            self._open_box(row)
            return
        page = MailPage(row.number)
        self.host.pages.open(page, lambda _: self._left(page), f"mail {row.number}")

    def _open_box(self, box: Box, *, test: bool = False) -> None:
        self.host.pages.open(BoxPage(box.name, test=test), lambda _: self.action_refresh(), f"box {box.name}")

    def action_more(self) -> None:
        """On the list of boxes, opens the menu of what can be done with them."""
        if self.tab == _BOXES and self.is_current:
            self._actions.menu(self.row if isinstance(self.row, Box) else None)

    def _left(self, page: MailPage) -> None:
        if page.go_to is not None:
            self.dismiss(page.go_to)
        else:
            self.action_refresh()

    def action_drop(self) -> None:
        """Asks why the mail under the cursor is dropped; one that we send is not sent, and a box is removed."""
        row = self.row
        if isinstance(row, StoredReply):
            self.action_decide("stop")
            return
        if row is None or not self.is_current:
            return
        if isinstance(row, Box):
            return self._actions.remove(row)
        if row.state != "held":
            self.host.say(not_held(row))
            return
        number = row.number

        def chosen(reason: str | None) -> None:
            if reason is not None:
                self._do(lambda desk: f"Mail {number} {drop(desk, number, reason)}.")

        self.app.push_screen(why_dropped(number), chosen)

    def action_decide(self, what: str) -> None:
        """Decides about the outgoing mail under the cursor: "sent" (it was), "again", or "stop"."""
        row = self.row
        if not isinstance(row, StoredReply) or not self.is_current:
            return
        if why := why_not(what, row):
            self.host.say(why)
            return
        if what != "again" or row.state != UNCERTAIN:
            self._do(decided(what, row.number))
            return
        items = [Item(id="leave", text="Leave it"), Item(id=what, text="Send it again")]
        words = (
            "It may have been sent already: then the customer gets it twice. Look into the folder of sent mails first."
        )
        sheet = ChooseOne(f"Send outgoing mail {row.number} again?", items, words=words)
        self.app.push_screen(sheet, lambda chosen: self._do(decided(what, row.number)) if chosen == what else None)

    def _do(self, change: Callable[[Desk], str]) -> None:
        """Does what was decided, and says what came of it."""
        said: list[str] = []

        def work(desk: Desk) -> Outcome:
            said.append(change(desk))
            return _NOTHING_ELSE

        async def ask() -> None:
            try:
                await self.session.backend.ask(self.session.as_own(work, self.session.person))
                self.host.say(said[-1])
            finally:
                if not self.is_left:
                    self.action_refresh()

        self.host.spawn(ask())


class MailPage(SheetPage):
    """Shows one mail with its whole text. `go_to` is the number of the case to go to when it is closed, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("open", "go_on", "Take, or go to the case"),
        *bound("remove", "drop", "Drop"),
        *bound("confirm-customer", "confirm", "Confirm the customer"),
        *bound("refresh", "refresh"),
    ]

    def __init__(self, number: int) -> None:
        super().__init__()
        self.go_to: int | None = None
        self._number = number
        self._mail: StoredMail | None = None
        self._customer: Mailbox | None = None
        self._boxes: list[str] = []
        self._open: list[tuple[int, str]] = []

    async def read(self) -> None:
        """Reads the mail, the boxes it came to, who its customer may be, and into which cases it may be taken."""

        def work(desk: Desk) -> tuple[StoredMail, Mailbox | None, list[str], list[tuple[int, str]]]:
            mail = deciding.find(desk, self._number)
            customer, boxes = deciding.suggested_customer(desk, mail), deciding.boxes_of(desk, mail)
            return mail, customer, boxes, deciding.open_cases(desk, mail)

        self._mail, self._customer, self._boxes, self._open = await self.ask(work)

    def show(self) -> None:
        """Shows the head and the text of the mail, and what can be done with it."""
        mail, customer = self._mail, self._customer
        if mail is None:
            return
        self.title_bar.put([(f"Mail {mail.number}, {mail.state}", "bold", "")])
        rows = mail_lines(mail, self.session.now(), self._boxes)
        if customer is not None:
            rows.append(("customer", f"{customer.words}?"))
        text = mail.content.text or "(no text)"
        self.sheet.put(lambda width: [*labelled(rows, width, _LABEL), (("", ""),), *_body(text, width)])
        keys = [(key, words) for _, key, words in keys_in(mail, customer)]
        self.query_one("#hints", Bar).put(keys_parts(*keys, ("↑ ↓", "move"), ("Esc", "back")))

    def has_use(self, meaning: str) -> bool:
        """Whether a key with this meaning does something with the mail."""
        works = keys_in(self._mail, self._customer) if self._mail is not None else []
        return meaning not in ON_MAIL or meaning in {id for id, _, _ in works}

    def action_go_on(self) -> None:
        """Takes a held or dropped mail, into a case of its sender or a new one; else goes to the case of the mail."""
        mail = self._mail
        if mail is None or not self.is_current:
            return
        if mail.state in ("held", "dropped") and self._open:
            self.app.push_screen(into_which(mail.number, self._open), self._take)
        elif mail.state in ("held", "dropped"):
            self._take(NEW)
        elif mail.case is not None:
            self.go_to = mail.case
            self.dismiss(None)

    def _take(self, into: str | None) -> None:
        if into is not None:
            case = None if into == NEW else int(into)
            self._change(lambda desk: (take(desk, self._number, case), _NOTHING_ELSE))

    def action_drop(self) -> None:
        """Asks why a held mail is dropped."""
        mail, number = self._mail, self._number
        if mail is None or not self.is_current:
            return
        if mail.state != "held":
            self.host.say(not_held(mail))
            return

        def chosen(reason: str | None) -> None:
            if reason is not None:
                self._change(lambda desk: (drop(desk, number, reason), _NOTHING_ELSE))

        self.app.push_screen(why_dropped(number), chosen)

    def action_confirm(self) -> None:
        """Makes the author of a forwarded mail the customer of its case."""
        if self._customer is not None and self.is_current:
            words = f"has {self._customer.words} as the customer of its case"

            self._change(lambda desk: (words, deciding.confirm(desk, self._number)))

    def _change(self, work: Callable[[Desk], tuple[str, Outcome]]) -> None:
        said: list[str] = []

        def do(desk: Desk) -> Outcome:
            words, outcome = work(desk)
            said.append(words)
            return outcome

        async def ask() -> None:
            try:
                await self.session.backend.ask(self.session.as_own(do, self.session.person))
                self.host.say(f"Mail {self._number} {said[-1]}.")
            finally:
                if not self.is_left:
                    self.action_refresh()

        self.host.spawn(ask())


def _body(text: str, width: int) -> list[tuple[tuple[str, str], ...]]:
    return [((part, ""),) for line in text.split("\n") for part in wrapped(display_text(line), max(20, width)) or [""]]
