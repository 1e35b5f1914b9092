"""The activity page: what others did on the person's cases, and what they were told of others', since they left."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.console import visits
from careconsole.desk.console.visits import Happened, Since
from careconsole.desk.queries import case_queries
from careconsole.desk.team.absence import away_words
from careconsole.domain.case.narrator import Named, Narrator, ended
from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.present.case_sheet import sign_of
from careconsole.tui.news import SINCE_SHOWS
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.queue.needs import ASKED
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_list import Lines

_LONGEST = 300


class ActivityScreen(ListPage[int | ShowList, int | ShowList | None]):
    """Lists what happened by case, the newest first, and above it how many cases are new.

    Its result is the number of the case to go to, the list of the new cases, or None.

    `since` is shown at once if given; it is read in any case.
    """

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("since", "back", "Back"),
    ]

    def __init__(self, since: Since | None = None) -> None:
        super().__init__()
        self._since = since
        self._asked: list[str] = []
        self._known = since is not None  # `_since` is also None when nothing happened

    def below(self) -> Iterable[Widget]:
        """No widgets: the lines say everything."""
        return ()

    def put_words(self, words: str) -> None:
        """Does nothing: the lines say everything."""

    def on_mount(self) -> None:
        """Shows what was given, or that nobody is at work; otherwise reads it."""
        self.put_keys(("Esc", "back"), on_row=[("Enter", "go to the case")])
        self.query_one(Lines).focus()
        self.host.news.drop_kind(SINCE_SHOWS)
        self.host.show_news()
        if self._known:
            self.show()
        elif self.session.person is None:
            self._title("Nobody is working here yet.")
        else:
            self.action_refresh()

    def on_change(self) -> None:
        """Does nothing: the news reports what others do from now on."""

    async def read(self) -> None:
        """Reads what happened until now, and which offers, calls and requests for help wait for the person."""

        def work(desk: Desk) -> tuple[Since | None, list[int]]:
            return visits.since(desk), case_queries.counts(desk, [figure.filter for figure in ASKED])

        self._since, counts = await self.ask(lambda desk: desk.read(lambda unit: work(desk)))
        self._asked = [f"{count:,} {figure.word}" for figure, count in zip(ASKED, counts, strict=True) if count > 0]
        self._known = True

    def show(self) -> None:
        """Shows what happened, by case."""
        since, now = self._since, self.session.now()
        if not self._known:
            return
        if since is None or not (since.events or since.opened or since.away):
            self._title("Nothing new: what happens on your cases while you are away is listed here.")
            waits = ", ".join(self._asked)
            words = f" Still, cases wait for you: {waits}. {shown_key('needs')} in the queue shows them."
            self.fill([ListRow(Content(words))] if waits else [])
            return
        new = f"{len(since.opened):,} new in the queue" if since.opened else ""
        earlier = f", and {since.more:,} earlier" if since.more else ""
        about = f"; {since.changes:,} about changes" if since.changes else ""
        others = f"; {since.others:,} for you on cases of others" if since.others else ""
        others += f", and {since.others_more:,} earlier" if since.others_more else ""
        opened = f"; {new}" if new else ""
        counts = f"{since.on_cases:,} on your cases{earlier}{others}{about}{opened}"
        self._title(f"Since {local(since.left_at, now)}: {counts}")
        rows = [ListRow(Content(f" {new}; Enter lists {_them(since.opened)}."), _listed(since.opened))] if new else []
        for one in since.away:
            gone = f"{one.name} is {away_words(one, self.session.roster, now)}"
            rows.append(ListRow(Content(f" {display_text(gone, 200)}.")))
        for number, events in by_case(since.events):
            head = Content.assemble((f"{number:>6}  {display_text(events[0].subject, 200)}", "bold"))
            rows.append(ListRow(head, number))
            rows += [ListRow(_line(one, self.session.roster, now, since.named.get(number)), number) for one in events]
        self.fill(rows, self.place)

    def _title(self, words: str) -> None:
        self.put_title([(words, "bold", "")])

    def case_of(self, row: int | ShowList) -> int | None:
        """The case on which it happened."""
        return row if isinstance(row, int) else None

    def choose(self, row: int | ShowList) -> None:
        """Goes to the case, or lists the new ones."""
        self.dismiss(row)


def _them(cases: list[int]) -> str:
    return "it" if len(cases) == 1 else "them"


def _listed(cases: list[int]) -> ShowList:
    return ShowList(number_filter(cases[-MAX_NUMBERS:]))


def by_case(events: list[Happened]) -> list[tuple[int, list[Happened]]]:
    """Groups events, given oldest first, by case: the case with the newest event first, its newest event first."""
    cases: dict[int, list[Happened]] = {}
    for one in reversed(events):
        cases.setdefault(one.number, []).append(one)
    return list(cases.items())


def _line(one: Happened, roster: Roster, now: int, named: Named | None) -> Content:
    told = one.event.sentence(Narrator(roster, lambda moment: local(moment, now), named))
    words = display_text(told, _LONGEST)
    words = f"{ended(words)} {one.became}" if one.became else words
    return Content(f"{local(one.event.at, now):>18} {sign_of(one.event)} {words}")
