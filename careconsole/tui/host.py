"""The console as its screens see it: the session, the news, background work, and what they may ask of the app.

`app`, which no screen imports, implements what needs the list or other screens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker

from careconsole.domain.errors import CareError, Conflict, Refused
from careconsole.domain.hints import Hint, hint_of
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import hint_text
from careconsole.tui.min_size import cover, has_room
from careconsole.tui.news import UNKNOWN, News, Said, UndoHint
from careconsole.tui.news_lines import Severity
from careconsole.tui.open_pages import OpenPages
from careconsole.tui.other_consoles import OtherConsoles
from careconsole.tui.screen_left import ScreenLeft
from careconsole.tui.session import Session
from careconsole.tui.themed_app import ThemedApp

if TYPE_CHECKING:
    from careconsole.desk.cases.execution import Outcome
    from careconsole.desk.queries.still_open import ToldOpen
    from careconsole.desk.queries.what_became import ToldClock
    from careconsole.tui.team_facts import TeamFact

T = TypeVar("T")
_LONGEST = 4_000
"""The most cells of a line of news; what is longer has been shortened before, and says where the whole is."""
_TAGS = re.compile(r"\[/?[a-z ]*\]")
"""The markup in what Textual says."""


class _Begun:
    """Holds a coroutine for a worker, and closes it if the app ends before the worker starts."""

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self.work = work

    def __del__(self) -> None:
        self.work.close()


class Host(ThemedApp):
    """The app around the screens."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.seat.settings)
        self.session = session
        self.company = OtherConsoles(session, self.spawn)
        self.news = News()
        self.pages = OpenPages(self)
        self._checking = self._check_again = False

    # The news and background work.

    def say(
        self,
        message: str,
        hint: str | Hint = "",
        severity: Severity = "information",
        *,
        concerns: bool = False,
        kind: str = "",
        count: int = 0,
        offer: UndoHint | None = None,
        command: int | None = None,
        as_stands: tuple[tuple[int, int], ...] = (),
        call: int | None = None,
        rests_on: ToldOpen | None = None,
        tells: tuple[int, int] | None = None,
        of_team: TeamFact | None = None,
        refuses: bool = False,
        due: tuple[ToldClock, ...] = (),
    ) -> bool:
        """Says something in the news, made safe; nothing while the screen is locked, since it could name a case.

        What is more than information, and what `concerns` the person at work, stays until they have seen it. What only
        counts things says how many, and of which `kind`. A call for help is shown even on a form. `Said` says when what
        has an `offer`, a `command`, cases `as_stands`, a `call`, something it `rests_on`, a command it `tells` of, a
        fact `of_team` or clocks `due`, or what `refuses` something, goes. Returns whether it is new.
        """
        if self.session.locked is not None:
            return False
        current = self.current_case
        then = hint_text(hint_of(hint), () if current is None else (current,))
        lines = f"{message} {then}".strip().split("\n")
        text = "\n".join(display_text(line, _LONGEST) for line in lines)
        said = Said(
            text=text,
            at=self.session.now(),
            severity=severity,
            concerns=concerns,
            kind=kind,
            count=count,
            offer=offer,
            command=command,
            as_stands=as_stands,
            call=call,
            rests_on=rests_on,
            tells=tells,
            of_team=of_team,
            refuses=refuses,
            due=due,
        )
        if offer is not None and not self.news.is_there(text):
            self.news.after_command()
        new = self.news.say(said)
        if new:
            self.show_news()
        if offer is not None:
            self.check_offers()
        return new

    def check_offers(self) -> None:
        """Takes hints at undo off what is in sight once undo would do something else, here or elsewhere."""
        if self.session.person is None or not self.news.offers(all=self.news.show_record is not None):
            return
        self._check_again = True
        if not self._checking:
            self._checking = True
            self.spawn(self._check_on())

    async def _check_on(self) -> None:
        try:
            while self._check_again:
                self._check_again = False
                await self.end_offers()
        finally:
            self._checking = False

    async def end_offers(self) -> None:
        """Takes hints at undo out of the news and its record if undo would do something else."""
        from careconsole.desk.cases.undo_redo import next_undo

        person = self.session.person
        try:
            takes = await self.session.backend.ask(next_undo)
        except CareError:
            takes = None  # nor would undo find out
        if person == self.session.person and self.news.end_offers(takes):
            self.show_news()
            if self.news.show_record is not None:
                self.news.show_record()

    def check_news(self, cases: Collection[int] | None) -> None:
        """Takes news of these cases (None: of any) off the screen that is over: calls that wait for nobody here, offers
        and the like that are settled, what was undone, and what was due and no longer is; of these two the record says
        what became of them."""
        if self.session.person is not None and (due := self.news.due(cases)):
            self.spawn(self._end_due(due))
        calls = {(case, at) for case, at in self.news.calls if cases is None or case in cases}
        if calls and self.session.person is not None:
            self.spawn(self._end_calls(calls))
        if self.session.person is not None and (told := self.news.rests_on(cases)):
            self.spawn(self._end_told(told))
        if self.session.person is not None and (tells := self.news.tells(cases)):
            self.spawn(self._end_undone(tells))

    async def _end_calls(self, calls: set[tuple[int, int]]) -> None:
        from careconsole.desk.queries.recent_events import still_calling

        if self.news.end_calls(calls - await self.session.backend.ask(lambda desk: still_calling(desk, calls))):
            self.show_news()

    async def _end_told(self, told: set[ToldOpen]) -> None:
        from careconsole.desk.queries.still_open import still_open

        person = self.session.person
        left = await self.session.backend.ask(lambda desk: still_open(desk, told))
        if person == self.session.person and self.news.end_told(told - left):
            self.show_news()

    async def _end_due(self, due: set[ToldClock]) -> None:
        from careconsole.desk.queries.what_became import what_became

        person = self.session.person
        became = await self.session.backend.ask(lambda desk: what_became(desk, due))
        if person == self.session.person and self.news.end_due(due, became):
            self.show_with_record()

    async def _end_undone(self, tells: set[tuple[int, int]]) -> None:
        from careconsole.desk.queries.what_became import who_undid

        person = self.session.person
        undone = await self.session.backend.ask(lambda desk: who_undid(desk, tells))
        if person == self.session.person and self.news.end_undone(tells, undone):
            self.show_with_record()

    def show_with_record(self) -> None:
        """Shows the news, and its record anew while that is in sight."""
        self.show_news()
        if self.news.show_record is not None:
            self.news.show_record()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Says in the news what Textual itself would show as a toast, on top of what is typed or read."""
        self.say(_TAGS.sub("", message) if markup else message, severity=severity)

    def complain(self, error: CareError) -> None:
        """Shows a refusal or failure, and what to do next. A refusal goes once its cases or the set-up have changed."""
        cases: set[int] = set()
        if refuses := isinstance(error, Refused | Conflict):
            cases = {case for suggestion in error.hint.suggestions for case in suggestion.cases}
            cases |= {case for case, _ in error.cases} if isinstance(error, Refused) else set()
            cases |= set() if self.current_case is None else {self.current_case}
        severity: Severity = "warning" if error.exit_code in (2, 3, 4) else "error"
        as_stands = tuple((case, UNKNOWN) for case in sorted(cases))
        self.say(error.message, error.hint, severity, as_stands=as_stands, refuses=refuses)
        self.date_news()

    def cases_changed(self, cases: Mapping[int, int]) -> None:
        """Others changed these cases: what spoke of one of them as it was before that event goes off the screen."""
        if self.news.cases_changed(cases):
            self.show_news()

    def set_up_changed(self) -> None:
        """Somebody changed the team or how it works: what was refused may be possible now."""
        if self.news.set_up_changed():
            self.show_news()

    def check_as_stands(self) -> None:
        """Looks which of the cases changed that the news speaks of as they stood: it is not listed which did."""
        if self.session.person is not None and (cases := self.news.as_stands()):
            self.spawn(self._check_as_stands(cases))

    async def _check_as_stands(self, cases: set[int]) -> None:
        from careconsole.desk.queries.still_open import versions

        self.cases_changed(await self.session.backend.ask(lambda desk: versions(desk, cases)))

    def date_news(self) -> None:
        """Finds out as of which versions of their cases the refusals speak that were said just now."""
        if self.session.person is not None and (undated := self.news.undated()):
            self.spawn(self._date(undated))

    async def _date(self, cases: set[int]) -> None:
        from careconsole.desk.queries.still_open import versions

        self.news.date(await self.session.backend.ask(lambda desk: versions(desk, cases)))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Worker[None]:
        """Runs `work` in the background; a CareError is shown in the news."""
        return self.run_worker(partial(self._told, _Begun(work)), exit_on_error=True)

    async def _told(self, begun: _Begun) -> None:
        await self.run_reporting_errors(begun.work)

    async def run_reporting_errors(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work`; a CareError is shown in the news."""
        try:
            await work
        except ScreenLeft:
            pass  # the screen it was read for is closed by now
        except CareError as error:
            self.complain(error)

    def open(self, screen: Screen[T], done: Callable[[T | None], None], on: Screen[Any]) -> None:
        """Opens a prepared screen, unless the console was locked or another screen covered `on` meanwhile."""
        if self.session.locked is None and self.screen is on:
            self.push_screen(screen, done)

    def check_size(self) -> None:
        """Covers a newly opened screen as well while the terminal is too small."""
        if not has_room(self.size):
            cover(self, self.size)

    def write_to_terminal(self, sequence: str) -> None:
        """Writes a control sequence unchanged; it must not contain unencoded text of a case."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    # What only the app can do.

    def show_news(self) -> None:
        """Shows what was said and not seen yet on the screen on top."""
        raise NotImplementedError

    def dismiss_news(self) -> None:
        """Takes the news off the screen."""
        raise NotImplementedError

    def keys_go_on(self) -> None:
        """Delivers the keys typed ahead, now that what was opened is ready."""
        raise NotImplementedError

    def act(self, name: str) -> None:
        """Runs the action of that id, which belongs to no screen in particular."""
        raise NotImplementedError

    def action_verb(self, verb: str, case: int | None = None) -> None:
        """Starts a command on `case`; None means the marked cases, or else the one under the cursor."""
        raise NotImplementedError

    def action_other(self, name: str, playbook: int | None = None) -> None:
        """Starts new, follow-up, write-playbook, undo or redo, or a change of `playbook` ("revise-playbook")."""
        raise NotImplementedError

    def customer_said(self) -> None:
        """Starts logging what the customer said."""
        raise NotImplementedError

    def step_priority(self, step: int) -> None:
        """Raises the priority of the chosen cases by one step, or lowers it (`step` -1)."""
        raise NotImplementedError

    def action_suspend(self) -> None:
        """Puts the console aside and goes to the shell it was started from."""
        raise NotImplementedError

    def sit_down(self, person: int | None) -> None:
        """Puts another person at work; does nothing for None or the person already at work."""
        raise NotImplementedError

    def welcome(self, preferred: dict[str, str]) -> None:
        """Applies the preferences of the person who sat down."""
        raise NotImplementedError

    def lock(self, *, by_itself: bool = False) -> None:
        """Hides everything until somebody says who they are."""
        raise NotImplementedError

    def action_leave(self) -> None:
        """Quits; drafts are kept, and the other consoles see that this one is closed."""
        raise NotImplementedError

    def uncovered(self) -> None:
        """Shows what was held back, now that a page is on top again."""
        raise NotImplementedError

    def toggle_bell(self) -> None:
        """Turns the bell on or off for the person at work."""
        raise NotImplementedError

    def send_now(self, told: Callable[[str], None]) -> None:
        """Sends the waiting notices; `told` is called in another thread with the outcome in words."""
        raise NotImplementedError

    def read_again(self, outcome: Outcome) -> None:
        """Reads the list, and the rows of the cases that a command given here changed."""
        raise NotImplementedError

    def read_case_soon(self) -> None:
        """Schedules another read of the case under the cursor of the list."""
        raise NotImplementedError

    @property
    def current_case(self) -> int | None:
        """The case under the cursor of the list, which a key would act on."""
        raise NotImplementedError

    @property
    def has_pane(self) -> bool:
        """Whether the case is shown beside the list."""
        raise NotImplementedError
