"""Reads the case under the cursor once it rests there, and finds which keys make sense on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from textual.timer import Timer

from careconsole.commands import BY_ID, SEVEN
from careconsole.commands.key_table import TITLES, as_set, key_of, shown_key
from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.command import blocked
from careconsole.domain.case.context import Context
from careconsole.domain.errors import CareError
from careconsole.domain.reply_states import ON_THE_WAY
from careconsole.domain.terminal_text import cell_width
from careconsole.tui.queue.case_sheet import CaseSheet
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.widgets.bars import Bar, hint_parts

if TYPE_CHECKING:
    from careconsole.desk.console.drafts import Draft
    from careconsole.desk.playbooks.reading import SuggestedPlaybook
    from careconsole.desk.queries.similar import Similar
    from careconsole.desk.unit import UnitOfWork
    from careconsole.domain.case.context import Context
    from careconsole.tui.queue.case_lines import Beside
    from careconsole.tui.widgets.base_screen import Page

_REST = 0.06
"""Seconds the cursor rests on a case before it is read."""
_ASKED = ("accept", "decline", "acknowledge", "helped")
_FIRST_KEYS = ("reopen", *_ASKED, "review", "tick", *SEVEN, "keep", "nudge", "de-escalate")
"""The commands that are hinted at when they can be given, in this order: what somebody waits for, the seven, and those
whose object is there."""

_ONCE_HEARD = ("de-escalate", *(id for id in _FIRST_KEYS if id not in ("acknowledge", "de-escalate")), "acknowledge")
"""The same once the call was acknowledged, until its next update is due."""

_DRAFTED = {*BY_ID, "write-playbook"}
"""The forms on a case whose drafts are named there."""


class LoadedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it was read, with similar cases, the person's drafts on it, and the playbooks that fit it."""

    view: View
    similar: list[Similar]
    drafts: list[Draft]
    playbooks: list[SuggestedPlaybook]
    by_mail: bool = False
    """Whether the customer has a mail address, and a box can send."""


class CaseReader:
    """Keeps the sheet beside the list, or on top of it, showing the case under the cursor.

    `pane` is the sheet beside the list of `screen`, `bar` the line of keys below; `opened` returns the sheet on top, if
    there is one. `way_out` says where Esc leads from the list, or from the sheet on top.
    """

    def __init__(
        self,
        screen: Page[Any],
        board: QueueModel,
        pane: CaseSheet,
        bar: Bar,
        opened: Callable[[], CaseSheet | None],
        way_out: Callable[[bool], str],
    ) -> None:
        self._screen = screen
        self._board, self._pane, self._bar = board, pane, bar
        self._opened, self._way_out = opened, way_out
        self._timer: Timer | None = None
        self.read: LoadedCase | None = None
        """The last case that was read."""

    @property
    def view(self) -> View | None:
        """The case under the cursor; None if it has not been read."""
        read = self.read
        return read.view if read is not None and read.view.case.number == self._board.current else None

    def soon(self) -> None:
        """Schedules a read of the case under the cursor for when the cursor rests."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(_REST, self._now)

    def _now(self) -> None:
        self._timer = None
        self._screen.host.spawn(self.now())

    async def now(self) -> LoadedCase | None:
        """Reads the case under the cursor and shows it; None when there is none or it cannot be read."""
        screen = self._screen
        number = self._board.current
        if number is None:
            self.read = None
            self._pane.show(None)
            self._bar.put(self.hints(screen.size.width))
            return None
        before = self.read
        try:
            self.read = await screen.session.backend.ask(lambda desk: read_case(desk, number, before))
        except CareError as error:
            screen.host.complain(error)
            return None
        if self._board.current == number:
            self.show()
        return self.read

    def show_time(self, now: int) -> None:
        """Shows the case as it is now: its times, and what became of a mail that waits, which no event may tell."""
        opened = self._opened()
        sheets = [sheet for sheet in (self._pane if self._pane.display else None, opened) if sheet is not None]
        if not sheets:
            return
        if (view := self.view) is not None and any(mail.state in ON_THE_WAY for mail in view.unsent):
            self.soon()
        for sheet in sheets:
            sheet.show_time(now)

    def show(self) -> None:
        """Shows what was read, in the pane and on the case screen."""
        screen = self._screen
        if self.read is None:
            return
        beside = self.beside()
        if self._pane.display:
            self._pane.show(self.read.view, beside)
        opened = self._opened()
        if opened is not None:
            opened.show(self.read.view, beside)
            opened.screen.query_one("#hints", Bar).put(self.hints(opened.screen.size.width, on_sheet=True))
        screen.host.company.looks_at(self.read.view.case.number if self._pane.has_focus or opened else None)
        self._bar.put(self.hints(screen.size.width))

    def beside(self) -> Beside:
        """What the sheet shows besides the case."""
        from careconsole.tui.queue.case_lines import Beside

        read = self.read
        if read is None:
            return Beside()
        return Beside(
            here=self._screen.host.company.words(read.view.case.number),
            drafts=tuple(
                f"You have a draft: {shown_key(d.verb)} ({TITLES[d.verb]})" for d in read.drafts if d.verb in _DRAFTED
            ),
            similar=tuple(read.similar),
            known=_known(read.playbooks),
        )

    def hints(self, width: int, *, on_sheet: bool = False) -> list[tuple[str, str, str]]:
        """The keys that do something here and now, the likeliest first, as far as there is room.

        `on_sheet`: the case has the focus, on its own screen or beside the list.
        """
        leads = self._way_out(on_sheet)
        if not on_sheet and self._pane.has_focus:
            on_sheet, leads = True, ""
        last = _keys((".", "more"), ("?", "help"), ("q", "quit"))
        view = self.view
        if self._board.marks:
            first = _keys(("Esc", "unmark"), (".", f"act on {len(self._board.marks):,}"))
            last = _keys(("?", "help"))
        elif self._board.rule is not None:
            folded = self._board.rule in self._board.folded
            first = _keys(("Enter", "unfold" if folded else "fold"), ("Space", "mark the group"))
            first += _keys(("n", "new"), ("/", "filter"))
        elif view is None:
            first = _keys(("n", "new"), ("/", "filter"), ("w", "switch person"))
        else:
            first = [
                (key_of(id), id if id in (*SEVEN, "reply") else BY_ID[id].title.lower()) for id in self.possible(view)
            ]
            first += _keys(("u", "undo"), ("n", "new"), ("/", "filter"))
            first += _keys(("=", "why here"), ("h", "next hours"), ("P", "promises"))
        if on_sheet:
            first = [(key, word) for key, word in first if key not in ("Esc", key_of("filter"), key_of("quit"))]
            last = [("Esc", leads or "back to list"), *last[:2]]
        elif leads and not self._board.marks:
            last = [("Esc", leads), *last]
        # How to quit gives way first: everybody finds it.
        quits = None if on_sheet or len(last) < 3 else last.pop()
        room = width - sum(cell_width(f" {key} {word} ") for key, word in last)
        shown = []
        for key, word in first:
            room -= cell_width(f" {key} {word} ")
            if room < 0:
                break
            shown.append((key, word))
        if quits is not None and room >= cell_width(f" {quits[0]} {quits[1]} "):
            last.append(quits)
        return hint_parts([*shown, *last])

    def possible(self, view: View) -> list[str]:
        """The commands with a key that can be given on the case now, the likeliest first."""
        ctx = self.context(view)
        if ctx is None:
            return []
        # These can always be given, but nobody waits for a review that is not owed, or for the help of others.
        idle = {"review"} if not view.case.review_owed else set()
        idle |= {"helped"} if all(help.of != ctx.actor for help in view.case.helpers) else set()
        call = view.case.escalation
        heard = call is not None and call.acknowledged_at is not None and (call.until or 0) > ctx.now
        first = _ONCE_HEARD if heard else _FIRST_KEYS
        if self.read is not None and self.read.by_mail:  # what is only logged reaches nobody
            place = first.index("log")
            first = (*first[:place], "reply", *first[place:])
        keyed = (id for id in first if key_of(id) and id not in idle)
        return [id for id in keyed if blocked(view.case, BY_ID[id].command, ctx) is None]

    def context(self, view: View) -> Context | None:
        """What the rules are checked with; None while nobody is at work."""
        session = self._screen.session
        if session.person is None:
            return None
        return Context(actor=session.person, now=session.now(), roster=session.roster)


def _keys(*usual: tuple[str, str]) -> list[tuple[str, str]]:
    """Usual keys with their words, as the keys are set now."""
    return [(as_set(key), word) for key, word in usual]


def _known(playbooks: list[SuggestedPlaybook]) -> tuple[str, ...]:
    """The lines about playbooks that fit and are not in use on the case, the first with the key that uses one."""
    if not playbooks:
        return ()
    from careconsole.present.playbooks import known_words

    key = key_of("use")
    first, *others = [known_words(one) for one in playbooks]
    return (f"{first}{f' {key} uses it' if key else ''}", *others)


def read_case(desk: Desk, number: int, before: LoadedCase | None = None) -> LoadedCase:
    """Reads a case with all that its sheet shows; keeps the similar cases read `before` unless it or they changed."""
    # Imported in the reading thread, once the first screen is up: the rules take as long to import as all the rest.
    from careconsole.desk.cases.sending_place import sending_boxes
    from careconsole.desk.console import drafts
    from careconsole.desk.queries.similar import similar, still_so

    def read(unit: UnitOfWork) -> LoadedCase:
        view = shown_case.show(desk, number, follow=False)
        mine = [draft for draft in drafts.listed(desk) if draft.case == number] if unit.person is not None else []
        alike = before.similar if before is not None and before.view.case == view.case else None
        if alike is None or not still_so(desk, alike):
            alike = similar(desk, number)
        return LoadedCase(
            view=view,
            similar=alike,
            drafts=mine,
            playbooks=_playbooks(desk, view) if view.case.is_open else [],
            by_mail=view.customer is not None and bool(view.customer.email) and bool(sending_boxes(unit)),
        )

    return desk.read(read)


def _playbooks(desk: Desk, view: View) -> list[SuggestedPlaybook]:
    """The playbooks that fit a case and are not in use there; a team without any does not load what finds them."""
    from careconsole.desk.queries.suggestions import has_playbooks

    if not has_playbooks(desk):
        return []
    from careconsole.desk.playbooks.reading import fitting

    return [one for one in fitting(desk, view.case.number) if not one.in_use]
