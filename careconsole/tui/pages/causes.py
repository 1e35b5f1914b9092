"""The causes page: what escalations and reviews came of, how often, and which names count as one cause."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.cases import causes as changes
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.cases.undo_redo import numbered
from careconsole.desk.queries import causes
from careconsole.desk.queries.causes import CauseUse
from careconsole.domain.errors import CareError
from careconsole.domain.filters.language import term_of
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.present.causes import COUNTED, name_with_aliases
from careconsole.tui.hints import error_text
from careconsole.tui.news import undo_hint
from careconsole.tui.pages.list_page import TURNS, ListPage, ListRow
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound


class CausesScreen(ListPage[CauseUse, "ShowList | None"]):
    """Lists causes, the most frequent first. Its result is the list of the cases of one, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("merge", "merge", "Merge"),
        *bound("more", "rename", "Rename"),
        *TURNS,
        *bound("refresh", "refresh"),
    ]
    HEADS = True

    def __init__(self) -> None:
        super().__init__()
        self._found: list[CauseUse] = []
        self._merged: CauseUse | None = None

    def on_mount(self) -> None:
        """Shows the keys."""
        self._tell_keys()

    async def read(self) -> None:
        """Reads the causes."""
        self._found = await self.ask(causes.listed)

    def show(self) -> None:
        """Shows the list; the cursor stays where it was."""
        now = self.session.now()
        last = [local(use.last, now) if use.last is not None else "" for use in self._found]
        wide = max(map(len, last), default=len("Last"))
        self.put_heads(Content(f"  Times  To change  {'Last':<{wide}}  Cause"))
        rows = [ListRow(self._line(use, at, wide), use) for use, at in zip(self._found, last, strict=True)]
        if not rows:
            rows.append(ListRow(Content("No escalation or review has named a cause yet.")))
            forms = f"{shown_key('escalate')} (Escalate) and {shown_key('review')} (Review)"
            rows.append(ListRow(Content(f"The forms that ask for it, on a case: {forms}")))
        self.fill(rows, self.place)
        self.put_title([(f"Causes {len(self._found):,}", "bold", "")], self.session.who)

    def _line(self, use: CauseUse, last: str, wide: int) -> Content:
        room = max(20, self.size.width - 24 - wide)
        return Content.assemble(
            f"  {use.times:>5}  {use.open_changes or '':>9}  {last:<{wide}}  ",
            (display_text(name_with_aliases(use), room), "bold"),
        )

    def key(self, row: CauseUse) -> Hashable:
        """Identifies a row by the cause's number."""
        return row.cause.number

    def words(self, row: CauseUse | None) -> str:
        """Its other names, and how many of its cases are open; while merging, what Enter does."""
        if row is None:
            return ""
        if self._merged is not None:
            return f"Enter counts “{self._merged.cause.label}” as “{row.cause.label}”; Esc leaves them apart."
        cases = "1 of its cases is open" if row.open_cases == 1 else f"{row.open_cases:,} of its cases are open"
        return f"{name_with_aliases(row)}: {cases}. {COUNTED}"

    def _tell_keys(self) -> None:
        if self._merged is None:
            on_row = [("Enter", "its cases"), ("m", "merge"), (".", "rename")]
            self.put_keys(("F5", "reload"), ("Esc", "back"), on_row=on_row)
        else:
            self.put_keys(("Enter", "merge into this one"), ("Esc", "do not merge"))

    # Keys.

    def choose(self, row: CauseUse) -> None:
        """Goes to the cases of the cause; while merging, merges into it."""
        if self._merged is None:
            self.dismiss(ShowList(f"{term_of('cause', row.cause.label)} status:open,resolved,closed"))
        else:
            self.host.spawn(self._merge(self._merged, row))

    def action_merge(self) -> None:
        """Begins to merge the cause under the cursor: the next Enter says into which."""
        self._merged = self.row
        self._tell_keys()
        self.put_words(self.words(self.row))

    def action_back(self) -> None:
        """Stops merging, else closes the page."""
        if self._merged is None:
            super().action_back()
            return
        self._merged = None
        self._tell_keys()
        self.put_words(self.words(self.row))

    def action_rename(self) -> None:
        """Asks for another name of the cause under the cursor."""
        from careconsole.tui.pages.rename_cause import RenameCause

        use = self.row
        if use is None or self._merged is not None:
            return
        label = use.cause.label

        def done(name: str | None) -> None:
            if name is not None:
                self.host.spawn(
                    self._change(lambda desk: changes.rename(desk, label, name), f"“{label}” has a new name")
                )

        self.host.open(RenameCause(label), done, self)

    async def _merge(self, old: CauseUse, into: CauseUse) -> None:
        self._merged = None
        self._tell_keys()
        said = f"“{old.cause.label}” counts as “{into.cause.label}” now"
        await self._change(lambda desk: changes.merge(desk, old.cause.label, into.cause.label), said)

    async def _change(self, work: Callable[[Desk], object], said: str) -> None:
        """Renames or merges, says so, and reads the page again."""

        def act(desk: Desk) -> Outcome:
            return Outcome(command=numbered(desk, work)[1], cases=())

        try:
            outcome = await self.session.backend.ask(self.session.as_own(act, self.session.person))
        except CareError as error:
            self.host.say(error_text(error))
        else:
            offer = f"; {shown_key('undo')} undoes it"
            self.host.say(f"{said}{offer}.", offer=undo_hint(offer, outcome.command))
        if not self.is_left:
            self.action_refresh()
