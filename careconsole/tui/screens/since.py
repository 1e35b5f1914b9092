"""What happened: what others did on somebody's cases since they were last here."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from careconsole.desk import visits
from careconsole.desk.visits import Happened, Since
from careconsole.domain.case.narration import Narrator
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text
from careconsole.domain.times import local
from careconsole.tui.screens.base import Page
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.lines import Lines

_LONGEST = 300


class SinceScreen(Page[int | None]):
    """Lists what happened by case, the newest first. Gives the number of the case that is to be looked at, or None.

    Without `since` it is read first.
    """

    BINDINGS = [Binding("escape,q,W,backspace", "back", "Back", show=False)]

    def __init__(self, since: Since | None = None) -> None:
        super().__init__()
        self._since = since
        self._cases: list[int] = []

    def compose(self) -> ComposeResult:
        """Since when, what happened, the keys."""
        yield Bar("title")
        yield Lines("lines")
        yield Bar("hints")

    async def on_mount(self) -> None:
        """Shows it, reading it first where nobody has."""
        self.query_one("#hints", Bar).put(keys_parts(("Enter", "go to the case"), ("Esc", "back")))
        self.query_one(Lines).focus()
        if self._since is not None:
            self._show(self._since)
        elif self.console_app.person is None:
            self._title("Nobody is at work here yet.")
        else:
            self.console_app.spawn(self._read())

    async def _read(self) -> None:
        since = await self.ask(visits.since)
        self._show(since)

    def _title(self, words: str) -> None:
        self.query_one("#title", Bar).put([(words, "bold", "")])

    def _show(self, since: Since | None) -> None:
        app = self.console_app
        if since is None or not (since.events or since.opened):
            self._title("Nothing happened on your cases since you were last here.")
            return
        now = app.now()
        opened = f"; {since.opened:,} new in the queue" if since.opened else ""
        earlier = f", and {since.more:,} earlier" if since.more else ""
        self._title(f"Since {local(since.left_at, now)}: {len(since.events):,} on your cases{earlier}{opened}")
        options: list[Option] = []
        for number, events in by_case(since.events):
            self._cases += [number] * (1 + len(events))
            options.append(Option(Content.assemble((f"{number:>6}  {display_text(events[0].subject, 200)}", "bold"))))
            options += [Option(_line(one, app.roster, now)) for one in events]
        lines = self.query_one(Lines)
        lines.add_options(options)
        lines.highlighted = 0 if options else None

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._cases[event.option_index])

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)


def by_case(events: list[Happened]) -> list[tuple[int, list[Happened]]]:
    """Events, the newest last, as cases with theirs: the case something happened to last comes first, and so in it."""
    cases: dict[int, list[Happened]] = {}
    for one in reversed(events):
        cases.setdefault(one.number, []).append(one)
    return list(cases.items())


def _line(one: Happened, roster: Roster, now: int) -> Content:
    told = one.event.sentence(Narrator(roster, lambda moment: local(moment, now)))
    sign = ">" if one.event.fact.is_public else " "
    return Content(f"{local(one.event.at, now):>18} {sign} {display_text(told, _LONGEST)}")
