"""The mail boxes on the mail page: their lines, what can be done with one, and a box on a page of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.mail import boxes, settings
from careconsole.desk.mail.boxes import Box
from careconsole.desk.mail.trusted_commands import trust
from careconsole.desk.words import saved as saved_words
from careconsole.domain.terminal_text import display_text, fit
from careconsole.present.boxes import Failures, box_lines, state_words, tried_lines
from careconsole.tui.host import Host
from careconsole.tui.pages.sheet_page import SheetPage, labelled
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

if TYPE_CHECKING:
    from typing import Any

    from careconsole.present.json_types.boxes import BoxTestEntry

FoundBox = tuple[Box, Failures]
"""A box, and the mails of it that could not be fetched."""
_NAME, _ADDRESS = 14, 28
_LABEL = 11
_LEAVE = "leave"
_MENU_KEYS = (("1-9", "do it"), ("a b c", "narrow"), ("Enter", "do it"), ("Esc", "back"))


def found_boxes(desk: Desk) -> list[FoundBox]:
    """Every box, in order of number."""
    return [(box, boxes.shown_failures(desk, box)) for box in boxes.all_boxes(desk)]


def settings_words(days: int, server: str) -> tuple[str, ...]:
    """The settings of mail for the whole team, a sentence for each."""
    reopens = f"A mail reopens its case within {days:,} days of the resolution." if days else "No mail reopens a case."
    checks = f"{server} checks senders." if server else "No server checks senders."
    return reopens, checks


def box_line(box: Box, failures: Failures, now: int, width: int) -> Content:
    """A box as a line of a list; what is wrong stands out."""
    columns = f"{fit(display_text(box.name), _NAME)} {fit(display_text(box.settings.address.address), _ADDRESS)} "
    wrong = box.failure or failures or box.late_since(now) is not None
    state = display_text(f"read: {state_words(box, failures, now)}", max(20, width - _NAME - _ADDRESS - 6))
    return Content.assemble(columns, (state, "$text-error") if wrong else state)


class BoxActions:
    """What can be done with a mail box, and with mail as a whole, from a page; `again` has the page read anew."""

    def __init__(self, page: Page[Any], again: Callable[[], None], test: Callable[[Box], None]) -> None:
        self._page, self._again, self._test = page, again, test

    @property
    def _host(self) -> Host:
        return self._page.host

    def menu(self, box: Box | None) -> None:
        """Opens the menu of what can be done with a box, if there is one here, and with mail as a whole."""
        lead, if_lead = self._page.session.is_lead, self._page.session.if_lead
        items = []
        if box is not None:
            reading = box.settings.reading
            does_not_fetch = "Its mail is not fetched until you start it again."
            items = [
                Item(id="test", text="Test it", help="Log in at its servers; nothing is fetched, sent or changed."),
                Item(
                    id="change",
                    text="Change it",
                    help=if_lead("Its servers, password, folders, signature."),
                    dim=not lead,
                ),
            ]
            if box.settings.imap is not None:
                help = does_not_fetch if reading else "Its mail is fetched again."
                words = "Stop fetching" if reading else "Fetch again"
                items.append(Item(id="turn", text=words, help=if_lead(help), dim=not lead))
            if box.secret.kind == "command":
                items.append(Item(id="trust", text="Let its command run", help="Under your login, for its password."))
            help = if_lead("The mails that came by it stay.")
            items.append(Item(id="remove", text="Remove it", help=help, dim=not lead))
        help = if_lead("An address, its servers and its password.")
        items.append(Item(id="add", text="Add a box", help=help, dim=not lead))
        words = if_lead("For how long a mail reopens a case; which server checks senders.")
        items.append(Item(id="settings", text="Settings of mail", help=words, dim=not lead))
        does = {
            "test": self._test,
            "change": self._change,
            "turn": self.turn,
            "trust": self._trust,
            "remove": self.remove,
        }

        def done(id: str | None) -> None:
            if id == "add":
                self._form(None)
            elif id == "settings":
                self._host.spawn(self._settings())
            elif id is not None and box is not None:
                does[id](box)

        items = [replace(item, key=str(place)) for place, item in enumerate(items, start=1)]
        title = f"Box {box.name}" if box is not None else "Mail boxes"
        self._host.open(ChooseOne(title, items, keys=_MENU_KEYS), done, self._page)

    def _may(self, what: str) -> bool:
        """Whether the person at work is a lead; if not, shows who to ask."""
        session = self._page.session
        if session.is_lead:
            return True
        self._host.say(f"Only a lead can {what}.", f"Ask {session.roster.name(session.roster.on_duty())}.", "warning")
        return False

    def _change(self, box: Box) -> None:
        self._form(box)

    def _form(self, box: Box | None) -> None:
        if self._may("change a mail box" if box is not None else "add a mail box"):
            self._host.spawn(self._open_form(box))

    async def _open_form(self, box: Box | None) -> None:
        from careconsole.tui.forms.box_form import box_questions, save_box
        from careconsole.tui.forms.settings_form import SettingsForm

        today = boxes.first_day("today", self._page.session.now())
        saved = await self._page.ask(saved_words.listed)
        words = [one.name for one in saved if not one.own]
        title = f"Box {box.name}" if box is not None else "New mail box"
        self._host.open(SettingsForm(title, box_questions(box, today, words), save_box(box)), self._said, self._page)

    async def _settings(self) -> None:
        if not self._may("change the settings of mail"):
            return
        from careconsole.tui.forms.box_form import mail_questions, save_mail_settings
        from careconsole.tui.forms.settings_form import SettingsForm

        days, server = await self._page.ask(lambda desk: (settings.reopening(desk), settings.server(desk)))
        form = SettingsForm("Settings of mail", mail_questions(days, server), save_mail_settings)
        self._host.open(form, self._said, self._page)

    def _said(self, words: str | None) -> None:
        if words is not None:
            self._host.say(words)
            self._again()

    def turn(self, box: Box) -> None:
        """Stops fetching from a box, or starts it again."""
        on = not box.settings.reading
        words = f"Mail of box {box.name} is {'fetched again' if on else 'no longer fetched'}."

        def work(desk: Desk) -> None:
            boxes.change(desk, box.name, replace(boxes.named(desk, box.name).settings, reading=on))

        self._do(work, words)

    def remove(self, box: Box) -> None:
        """Asks whether a box is to be removed, and removes it."""
        if not self._may("remove a mail box"):
            return
        items = [Item(id=_LEAVE, text="Leave it"), Item(id="remove", text="Remove it")]
        words = "Its mail is no longer fetched, nothing is sent from it, and its password is forgotten."
        sheet = ChooseOne(f"Remove box {box.name}?", items, words=f"{words} The mails that came by it stay.")

        def done(chosen: str | None) -> None:
            if chosen == "remove":
                words = f"Box {box.name} is removed; the mails that came by it stay."
                self._do(lambda desk: boxes.remove(desk, box.name), words)

        self._host.open(sheet, done, self._page)

    def _trust(self, box: Box) -> None:
        items = [Item(id=_LEAVE, text="Do not run it"), Item(id="run", text="Let it run", help="Only if you know it.")]
        words = f"It prints the password of box {box.name}, and would run as you: {box.secret.value}"
        sheet = ChooseOne("Run this command?", items, words=display_text(words, 600))

        def done(chosen: str | None) -> None:
            if chosen == "run":
                self._do(lambda desk: trust(box.secret.value), f"The command of box {box.name} runs under your login.")

        self._host.open(sheet, done, self._page)

    def _do(self, does: Callable[[Desk], object], words: str) -> None:
        session = self._page.session

        def work(desk: Desk) -> Outcome:
            does(desk)
            return Outcome(command=None, cases=())

        async def ask() -> None:
            try:
                await session.backend.ask(session.as_own(work, session.person))
                self._host.say(words)
            finally:
                if not self._page.is_left:
                    self._again()

        self._host.spawn(ask())


class BoxPage(SheetPage):
    """Shows a mail box, with what came of testing it; a lead can change it here. With `test`, it is tested at once."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("open", "turn", "Stop or start fetching"),
        *bound("more", "more", "What can be done with the box"),
        *bound("remove", "remove", "Remove the box"),
        *bound("refresh", "refresh"),
    ]

    def __init__(self, name: str, *, test: bool = False) -> None:
        super().__init__()
        self._box_name, self._test_first = name, test
        self._found: FoundBox | None = None
        self._tried: list[tuple[str, str]] = []
        self._words_are_gone = False
        self._testing = False
        self._actions = BoxActions(self, self.action_refresh, self._test)

    async def read(self) -> None:
        """Reads the box; one that was renamed or removed meanwhile leads back."""

        def work(desk: Desk) -> tuple[FoundBox, bool] | None:
            number = self._found[0].number if self._found is not None else None
            for box in boxes.all_boxes(desk):
                if box.number == number or (number is None and box.name == self._box_name):
                    return (box, boxes.shown_failures(desk, box)), boxes.words_are_gone(desk, box)
            return None

        read = await self.ask(work)
        if read is None:
            self.action_back()
            return
        found, self._words_are_gone = read
        self._found, self._box_name = found, found[0].name
        if self._test_first:
            self._test_first = False
            self._test(found[0])

    def show(self) -> None:
        """Shows its settings, its state, and what came of testing it."""
        if self._found is None:
            return
        box, failures = self._found
        self.title_bar.put([(f"Box {display_text(box.name)}", "bold", "")])
        lines = box_lines(box, failures, self.session.now(), words_are_gone=self._words_are_gone)
        rows = [*lines, *self._tried]
        self.sheet.put(lambda width: labelled(rows, width, _LABEL))
        keys = [(shown_key("more"), "test, change, remove" if self.session.is_lead else "test")]
        if box.settings.imap is not None:
            keys.insert(0, ("Enter", "stop fetching" if box.settings.reading else "fetch again"))
        self.query_one("#hints", Bar).put(keys_parts(*keys, ("↑ ↓", "move"), ("Esc", "back")))

    def has_use(self, meaning: str) -> bool:
        """Whether a key with this meaning does something: a box that fetches nothing is not stopped."""
        turns = self._found is not None and self._found[0].settings.imap is not None
        return {"open": turns, "remove": self.session.is_lead}.get(meaning, True)

    def action_more(self) -> None:
        """Opens the menu of what can be done with the box."""
        if self._found is not None and self.is_current:
            self._actions.menu(self._found[0])

    def action_remove(self) -> None:
        """Asks whether the box is to be removed."""
        if self._found is not None and self.is_current:
            self._actions.remove(self._found[0])

    def action_turn(self) -> None:
        """Stops fetching from the box, or starts it again."""
        if self._found is not None and self.is_current and self._found[0].settings.imap is not None:
            self._actions.turn(self._found[0])

    def _test(self, box: Box) -> None:
        if not self._testing:
            self._testing = True
            self.host.spawn(self._tested(box))

    async def _tested(self, box: Box) -> None:
        from careconsole.notify.box_test import try_servers

        self._tried = [("test", "Logging in at its servers ...")]
        self.show()
        try:
            # Beside the screen and the database: a server may take its time.
            tried: BoxTestEntry = await asyncio.to_thread(try_servers, box)
        finally:
            self._testing = False
        self._tried = [(f"test {way}", words) for way, words in tried_lines(box, tried)]
        if not self.is_left:
            self.show()
