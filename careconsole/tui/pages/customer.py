"""A customer's page: who they are, their cases open and past, what was promised, and the last messages."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Literal, TypeVar

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.cases import customer_merges
from careconsole.desk.cases.customer_merges import MergedCustomers
from careconsole.desk.cases.undo_redo import numbered
from careconsole.desk.queries.case_queries import QueueRow
from careconsole.desk.queries.customer_overview import CustomerOverview, overview
from careconsole.desk.team import customers
from careconsole.desk.team.customers import Customer
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.domain.terminal_text import cell_width, display_block, display_text, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.present import customer_sheet as sheet
from careconsole.tui.hints import error_text
from careconsole.tui.news import undo_hint
from careconsole.tui.pages.case_rows import CaseRows
from careconsole.tui.pages.list_page import TURNS, ListPage, ListRow
from careconsole.tui.queue.list_lines import INBOUND, OUTBOUND
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet, ShowList
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne
from careconsole.tui.widgets.safe_input import SafeInput

_AROUND = 4
"""Cells for the edges of a line and for the scroll bar."""
_LABEL = 10
_LONGEST = 4_000
"""The most characters of a note that are shown."""
_MOST = 200
"""The most cases that a section lists; a last line leads to all of them."""
_COLUMNS = ("number", "priority", "subject", "level", "owner", "age", "waits", "due")


First = Literal["", "change", "merge"]
_MENU_KEYS = (("1-9", "do it"), ("type", "to filter"), ("Enter", "do it"), ("Esc", "back"))
_Find = Callable[[Desk, str], Customer]
T = TypeVar("T")
_Work = Callable[[Desk, int, int, str | None], T]


class CustomerRow(msgspec.Struct, frozen=True):
    """A line of the page: what identifies it, where Enter leads (None: nowhere), and what it says in full."""

    key: tuple[str, int]
    goes: int | ShowList | None = None
    full: str = ""


class CustomerScreen(ListPage[CustomerRow, int | ShowList | None]):
    """Shows the customer of that number. Its result is the number of the case to go to, a list of cases, or None.

    `first` is what it does by itself once it has been read: it asks which other entry is this customer too ("merge"),
    or opens the form that changes them ("change").
    """

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("customer", "back", "Back"),
        *bound("more", "more", "What can be done with the customer"),
        *bound("merge", "merge", "Merge"),
        *TURNS,
        *bound("refresh", "refresh"),
    ]

    LONGEST = 1_000

    def __init__(self, number: int, *, first: First = "") -> None:
        super().__init__()
        self._number, self._first = number, first
        self._found: CustomerOverview | None = None

    def on_mount(self) -> None:
        """Shows the keys."""
        self.put_title([("Customer", "bold", "")], self.session.who)
        keys = (".", "change, merge"), ("↑ ↓", "move"), ("F5", "reload"), ("Esc", "back")
        self.put_keys(*keys, on_row=[("Enter", "go to the case")])

    async def read(self) -> None:
        """Reads all about the customer; closes the page when they no longer exist."""
        try:
            self._found = await self.ask(lambda desk: overview(desk, self._number))
        except WrongUse as error:
            self.host.complain(error)
            self.dismiss(None)

    # What is shown.

    def show(self) -> None:
        """Shows everything; the cursor stays on its line, and begins on the first open case."""
        found = self._found
        if found is None:
            return
        self.put_title([(sheet.title(found), "bold", "")], self.session.who)
        rows = [*self._head(found), *self._open(found), *self._promised(found), *self._said(found), *self._past(found)]
        first = next((place for place, one in enumerate(rows) if _is_case(one)), 0)
        self.fill(rows, first if first < self.size.height - _AROUND else 0)
        if self._first and self.is_current:
            does, self._first = self._first, ""
            self._do(does)

    @property
    def _room(self) -> int:
        return max(20, self.size.width - _AROUND)

    def _head(self, found: CustomerOverview) -> list[ListRow]:
        """What is known of them, wrapped beside its label."""
        rows: list[ListRow] = []
        for label, words in sheet.head(found)[0 if found.customer.tier == sheet.STANDARD else 1 :]:
            if len(words) > _LONGEST:
                words = f"{words[:_LONGEST]}… (careconsole customer show prints it in full)"
            for text in display_block(words).split("\n"):
                for part in wrapped(text, max(10, self._room - _LABEL)):
                    begins = not rows or rows[-1].row is None or rows[-1].row.key[0] != label  # type: ignore[attr-defined]
                    shown = fit(label if begins else "", _LABEL)
                    line = Content.assemble((shown, "$text-muted"), part)
                    rows.append(ListRow(line, CustomerRow((label, len(rows)), full=display_text(words, 1_000))))
        return rows

    def _open(self, found: CustomerOverview) -> list[ListRow]:
        return self._cases("Open", "open", found.open, found.open_numbers, found)

    def _past(self, found: CustomerOverview) -> list[ListRow]:
        return self._cases("Past", "past", found.past, found.past_numbers, found)

    def _cases(
        self, name: str, section: str, rows: Sequence[QueueRow], numbers: list[int], found: CustomerOverview
    ) -> list[ListRow]:
        """A section of cases; its heading, with how many there are, leads to the list of them."""
        shown = rows[:_MOST]
        every = ShowList(number_filter(numbers)) if 0 < len(numbers) <= MAX_NUMBERS else None
        lines = [self._heading(name, len(numbers), section, every)]
        columns = CaseRows(shown, found.roster, self.session.now(), self.session.person, self._room - 2, _COLUMNS)
        for row in shown:
            line = Content.assemble("  ", columns.line(row))
            lines.append(ListRow(line, CustomerRow((section, row.number), row.number, f"{row.number} {row.subject}")))
        if len(numbers) > len(shown):
            more = f"  and {len(numbers) - len(shown):,} more: Enter lists all"
            lines.append(ListRow(Content(more), CustomerRow((section, 0), every)))
        return lines

    def _promised(self, found: CustomerOverview) -> list[ListRow]:
        now = self.session.now()
        due = [sheet.promise_due(one, now) for one in found.promises[:_MOST]]
        wide = max(map(cell_width, due), default=0)
        lines = [self._heading("Promised", len(found.promises), "promised")]
        for one, words in zip(found.promises, due, strict=False):
            full = sheet.promise_words(one, found.roster)
            style = "bold $text-error" if one.broken else ""
            lines.append(
                ListRow(
                    Content.assemble(
                        (f"{'! ' if one.broken else '  '}{one.case:>3} {words:<{wide}} ", style),
                        (display_text(full, max(10, self._room - wide - 7)), ""),
                    ),
                    CustomerRow(("promise", one.case * 10_000 + one.promise.number), one.case, f"{words}: {full}"),
                )
            )
        return lines

    def _said(self, found: CustomerOverview) -> list[ListRow]:
        now = self.session.now()
        when = [local(one.at, now) for one in found.messages]
        wide = max(map(cell_width, when), default=0)
        lines = [self._heading("Last messages", None, "said")]
        if not found.messages:
            lines.append(ListRow(Content("  none yet")))
        for place, (one, at) in enumerate(zip(found.messages, when, strict=True)):
            inbound = one.message.inbound
            full = sheet.message_words(one, found.roster)
            lines.append(
                ListRow(
                    Content.assemble(
                        f"  {one.case:>3} {at:<{wide}} ",
                        (INBOUND if inbound else OUTBOUND, "bold $text-primary" if inbound else "$text-success"),
                        " " + display_text(full, max(10, self._room - wide - 9)),
                    ),
                    CustomerRow(("message", place), one.case, full),
                )
            )
        return lines

    def _heading(self, name: str, count: int | None, section: str, every: ShowList | None = None) -> ListRow:
        words = name if count is None else f"{name} {count:,}"
        rule = "─" * max(0, self._room - cell_width(words) - 4)
        line = Content.assemble(("── ", "$text-muted"), (words, "bold"), (f" {rule}", "$text-muted"))
        return ListRow(line, CustomerRow((section, -1), every, "Enter lists them." if every is not None else ""))

    def offers(self, row: CustomerRow, key: str) -> bool:
        """Whether the line leads anywhere."""
        return row.goes is not None

    def case_of(self, row: CustomerRow) -> int | None:
        """The case to which a line leads."""
        return row.goes if isinstance(row.goes, int) else None

    def acts_here(self) -> dict[str, Callable[[], object]]:
        """Changing the customer of the page, and merging another entry into theirs."""
        return {"edit-customer": lambda: self._do("change"), "merge-customers": lambda: self._do("merge")}

    def key(self, row: CustomerRow) -> Hashable:
        """Identifies a line by its section and what it shows."""
        return row.key

    def words(self, row: CustomerRow | None) -> str:
        """What the line says, in full."""
        return "" if row is None else row.full

    # Keys.

    def choose(self, row: CustomerRow) -> None:
        """Goes to the case, or lists the cases of a section."""
        if row.goes is None:
            self.host.say("There is no case on this line.", "j and k move to one.")
        else:
            self.dismiss(row.goes)

    def action_more(self) -> None:
        """Opens the menu of what can be done with the customer."""
        if self._found is None or not self.is_current:
            return
        items = [
            Item(id="change", key="1", text="Change", help="Their name, addresses, orders, tier and note."),
            Item(id="merge", key="2", text="Merge another entry", help="One for the same person or firm, into this."),
        ]
        title = f"Customer {display_text(self._found.customer.name, 60)}"
        self.host.open(ChooseOne(title, items, keys=_MENU_KEYS), self._do, self)

    def _do(self, what: str | None) -> None:
        if what == "change":
            self.host.spawn(self._change())
        elif what == "merge":
            self.action_merge()

    async def _change(self) -> None:
        """Opens the form of the customer, as they are now."""
        from careconsole.tui.forms.customer_form import customer_questions, save_customer
        from careconsole.tui.forms.settings_form import SettingsForm

        number = self._number
        customer, tiers = await self.ask(lambda desk: (customers.present(desk, number), customers.tiers(desk)))
        form = SettingsForm(f"Customer {customer.name}", customer_questions(customer, tiers), save_customer(customer))
        self.host.open(form, self._changed, self)

    def _changed(self, words: str | None) -> None:
        if words is not None:
            self.host.say(words)
            self.action_refresh()

    def action_merge(self) -> None:
        """Asks which other entry is this customer too."""
        if self._found is not None:
            self.app.push_screen(MergeCustomer(self._found), self._merged)

    def _merged(self, merged: tuple[MergedCustomers, int] | None) -> None:
        if merged is not None:
            done, command = merged
            self.host.say(
                f"{done.was.name} was merged into {done.customer.name} (tier {done.customer.tier}); cases that moved:"
                f" {done.cases:,}.",
                offer := f"{shown_key('undo')} undoes it.",
                offer=undo_hint(f" {offer}", command),
            )
            self.action_refresh()


class MergeCustomer(Sheet["tuple[MergedCustomers, int] | None"]):
    """Asks for another entry for the customer of the page, and merges it into theirs."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "save", "Merge", priority=True),
        *bound("open", "save", "Merge", priority=True),
    ]

    def __init__(self, found: CustomerOverview) -> None:
        super().__init__()
        self._customer, alike = found.customer, found.alike
        self._other = SafeInput(alike[0].name if alike else "", "The name of the other entry, or a part of it", "other")
        self._tier = SafeInput("", "The tier that they have from now on", "tier")
        self._preview = Static(id="merge-preview")
        self._said = Static(id="view-said")
        self._seen = ""
        self._busy = False

    def compose(self) -> ComposeResult:
        """What happens, the field for the other customer, and the keys."""
        with Vertical(classes="sheet pick"):
            name = display_text(self._customer.name, 60)
            yield Static(
                Content.assemble("All its cases, addresses, orders, ids and notes go to ", (name, "bold"), ".")
            )
            with Horizontal(classes="form-row"):
                yield Static(Content("Entry"), classes="form-label")
                yield self._other
            with Horizontal(classes="form-row", id="merge-tier"):
                yield Static(Content("Tier"), classes="form-label")
                yield self._tier
            yield self._preview
            yield self._said
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the field."""
        self.query_one(".pick").border_title = Content("Merge another entry")
        self._put(None)
        self._other.focus()
        if self._other.value:
            self.action_save()

    def on_input_changed(self, event: SafeInput.Changed) -> None:
        """Another entry is looked at before it is merged."""
        if event.input is self._other and self._seen not in ("", self._other.value):
            self._put(None)

    def action_save(self) -> None:
        """Shows what would be left of the two; once that is seen, merges them."""
        if not self._busy:
            self._busy = True
            self.host.spawn(self._merge() if self._seen and self._seen == self._other.value else self._look())

    async def _look(self) -> None:
        name = self._other.value
        done = await self._asked(customer_merges.preview, name, None, customers.find)
        if done is not None and name == self._other.value:
            self._seen = done.was.name
            self._other.value = done.was.name  # which one a part of a name was taken for, before they are merged
            self._put(done)

    async def _merge(self) -> None:
        done = await self._asked(_merge_numbered, self._other.value, self._tier.value.strip() or None, customers.exact)
        if done is not None and self.is_current:
            self.dismiss(done)

    async def _asked(self, work: _Work[T], name: str, tier: str | None, find: _Find) -> T | None:
        try:
            return await self.session.backend.ask(
                lambda desk: work(desk, find(desk, name).number, self._customer.number, tier)
            )
        except CareError as error:
            if self.is_left:
                raise
            self._said.update(Content.assemble((f"! {display_text(error_text(error))}", "$text-error")))
            return None
        finally:
            self._busy = False

    def _put(self, done: MergedCustomers | None) -> None:
        """Shows what would be left of the two, asks for a tier if one would be lost, and says what Enter does."""
        if done is None:
            self._seen = ""
        rows = sheet.merge_words(done) if done is not None else []
        self._preview.update(Content("\n".join(display_text(f"{label:<12}{text}", 400) for label, text in rows)))
        self._said.update("")
        asks = done is not None and bool(done.tiers)
        self.query_one("#merge-tier").display = asks
        self.query_one("#pick-keys", Bar).put(
            keys_parts(("Enter", "merge" if done is not None else "look"), ("Esc", "back"))
        )
        if done is not None and asks:
            self._tier.placeholder = " or ".join(display_text(tier, 30) for tier in done.tiers)
            self._tier.focus()

    def action_back(self) -> None:
        """Closes without merging."""
        if self.is_current:
            self.dismiss(None)


def _is_case(row: ListRow) -> bool:
    return isinstance(row.row, CustomerRow) and isinstance(row.row.goes, int)


def _merge_numbered(desk: Desk, loser: int, winner: int, tier: str | None) -> tuple[MergedCustomers, int]:
    return numbered(desk, lambda desk: customer_merges.merge(desk, loser, winner, tier))
