"""The console app: connects the session, the background threads and the keys to the screens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from textual.events import Event, InputEvent, Key, Resize
from textual.message import Message
from textual.timer import Timer

from careconsole.desk import NewerSchema
from careconsole.domain.errors import CareError
from careconsole.tui.forms.command_runner import CommandRunner, preload
from careconsole.tui.host import Host
from careconsole.tui.memory import keep_memory_small
from careconsole.tui.menus.actions import act
from careconsole.tui.min_size import cover, has_room
from careconsole.tui.person.database_changed import found, lose, show, take_in_team
from careconsole.tui.person.idle import Idle
from careconsole.tui.queue.screen import QueueScreen
from careconsole.tui.session import Session
from careconsole.tui.terminal.signals import has_shell, heed
from careconsole.tui.terminal.typed_ahead import TypedAhead
from careconsole.tui.threads.beside import Beside
from careconsole.tui.threads.change_feed import ChangeFeed, Changes
from careconsole.tui.threads.database_place import Replaced
from careconsole.tui.widgets.base_screen import in_sight
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.news_line import show_news

if TYPE_CHECKING:
    from careconsole.desk.cases.execution import Outcome
    from careconsole.tui.person.notifications import Notifications
    from careconsole.tui.seat import First, Seat
    from careconsole.tui.threads.backend import Backend

_TICK = 15.0
"""Seconds between clock ticks."""
_PRELOAD = 0.4
"""Seconds after the first screen until what forms need is loaded, in a thread of its own."""


class Console(Host):
    """The live console of one person, or of several who take turns at one workstation."""

    CSS_PATH = "careconsole.tcss"
    TITLE = "careconsole"
    ENABLE_COMMAND_PALETTE = False  # ours has another key and other content
    ALLOW_SELECT = False  # Textual fails when the widget under the mouse is removed; terminals select with Shift
    BINDINGS = [
        *bound("quit", "leave", only=["ctrl+q"], priority=True),
        *bound("suspend", "suspend", priority=True),
        *bound("help", "help", only=["f1"], priority=True),
        *bound("help", "help", only=["?"]),
    ]

    class Told(Message):
        """The change feed reports news."""

        def __init__(self, news: Changes) -> None:
            super().__init__()
            self.news = news

    class Wanted(Message):
        """Another thread wants something done on the screen."""

        def __init__(self, work: Callable[[], object]) -> None:
            super().__init__()
            self.work = work

    def __init__(self, seat: Seat, backend: Backend, first: Future[First] | None) -> None:
        super().__init__(Session(seat, backend))
        self.idle = Idle(seat.lock_minutes, seat.now)
        self._first = first
        self._feed: ChangeFeed | None = None
        self.beside = Beside(
            backend.place.desk,
            seat.sweep_seconds,
            lambda mail: self._want(lambda: self.queue.needs.show_mail(mail)),
            lambda error: self._want(lambda: self.complain(error)),
        )
        self._cursor: int | None = None
        self._leaving = False
        self.farewell = ""  # what the terminal says once it was left
        self._news_timer: Timer | None = None
        self._aside = False
        self.queue = QueueScreen(self)
        self.working = CommandRunner(self.queue, self, self.keys_go_on, self._drop_keys)
        self.typed_ahead = TypedAhead(self, self._opens_something, super().on_event, self._give_keys_after_refresh)

    def get_default_screen(self) -> QueueScreen:
        """Returns the queue, which is at the bottom of the screen stack."""
        return self.queue

    def on_mount(self) -> None:
        """Shows what was read while Textual was loading, or opens the first run when there is no team yet."""
        self.app_resume_signal.subscribe(self, lambda _: self._resumed())
        if not self.is_headless:
            heed(self.action_leave)
            self.heed_faults()
        if self.session.seat.notice:
            self.say(self.session.seat.notice, severity="warning")
        if self._first is None:
            from careconsole.tui.person.first_run import FirstRun

            self.push_screen(FirstRun(), self._founded)
            return
        self.begin(self._first.result())

    def _founded(self, first: First | None) -> None:
        if first is None:
            self.exit()
        else:
            self.begin(first)

    def begin(self, first: First) -> None:
        """Shows the team's queue, and asks who is at work when that is not clear."""
        session = self.session
        session.team_changed = partial(take_in_team, self)
        session.roster, session.person, self._cursor = first.roster, first.person, first.cursor
        self.queue.begin(first)
        if session.person is None:
            from careconsole.tui.person.who_screen import WhoScreen

            self.push_screen(WhoScreen(first.could_be), self.sit_down)
        self.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        """Starts the feed, what works beside it and the timer, and reads the rest, now that the first screen is up."""
        keep_memory_small()
        opening, console = self.session.backend.place.desk, self.session.seat.console
        stirred = partial(self._want, self.check_offers)
        self._feed = ChangeFeed(opening, console, self._cursor, self._tell, self._lose, stirred)
        self._feed.start()
        self.beside.start()
        self._timer: Timer = self.set_interval(_TICK, self._tick)
        self.spawn(self.queue.read_views())
        self.set_timer(_PRELOAD, lambda: self.run_worker(preload, thread=True))
        if self.session.person is not None:
            from careconsole.tui.person.switch_person import welcome

            self.spawn(welcome(self.queue))

    # Loaded after the first screen, which does not need it.

    @cached_property
    def attention(self) -> Notifications:
        """The notifications for the person at work."""
        from careconsole.tui.person.notifications import Notifications

        return Notifications(self)

    def uncovered(self) -> None:
        """Shows what was held back, now that a page is on top again."""
        if "attention" in self.__dict__:
            self.attention.uncovered()
        if isinstance(self.session.lost, Replaced | NewerSchema):
            self.call_later(show, self.queue)

    # Who is at work.

    def sit_down(self, person: int | None) -> None:
        """Puts another person at work; does nothing for None or the person already at work."""
        if person is not None and person != self.session.person:
            from careconsole.tui.person.switch_person import sit_down

            self.spawn(sit_down(self.queue, person))

    def welcome(self, preferred: dict[str, str]) -> None:
        """Applies the preferences of the person who sat down."""
        from careconsole.tui.person.preferences import apply

        bell = self.session.seat.settings.bell
        self.attention.begin(bell=preferred.get("bell") == "on" if bell is None else bell)
        apply(self.queue, preferred)

    def lock(self, *, by_itself: bool = False) -> None:
        """Hides everything until somebody says who they are."""
        from careconsole.tui.person.switch_person import lock

        self.spawn(lock(self.queue, by_itself=by_itself))

    @property
    def current_case(self) -> int | None:
        """The case under the cursor of the list."""
        return self.queue.board.current

    def toggle_bell(self) -> None:
        """Turns the bell on or off for the person at work."""
        self.spawn(self.attention.toggle_bell())

    # News from the threads.

    def _tell(self, news: Changes) -> None:
        self.session.wait_for_own()
        self.post_message(self.Told(news))

    def _lose(self, error: CareError) -> None:
        self._want(lambda: lose(self.queue, error))  # the screen may be out of date

    def _want(self, work: Callable[[], object]) -> None:
        self.post_message(self.Wanted(work))

    def on_console_wanted(self, message: Wanted) -> None:
        """Does what another thread wants done."""
        message.work()

    def on_console_told(self, message: Told) -> None:
        """Passes news on to the screens, in the background so that keys need not wait for the reads."""
        found(self.queue, message.news)
        self.queue.show_who()
        self.spawn(self._hear(message.news))

    async def _hear(self, news: Changes) -> None:
        try:
            if news.anew:
                await self.session.backend.anew()
            await self.queue.apply_changes(news)
            await self.attention.announce(news)
            for screen in in_sight(self.screen_stack):
                screen.on_change()
        finally:
            if self._feed is not None:
                self._feed.taken()

    async def on_event(self, event: Event) -> None:
        """Resets the idle time on input, drops keys while the terminal is too small, and queues keys typed ahead."""
        if isinstance(event, InputEvent):
            if not self.screen_stack:
                return  # the app is closing, and no screen is left to receive it
            self.idle.stir()
            if self.news.stir():
                self._time_news()
        if isinstance(event, Key) and event.key != "ctrl+q":
            if not has_room(self.size):
                return  # the notice hides what it would do
            if self.typed_ahead.takes(event):
                return
        await super().on_event(event)

    def _opens_something(self) -> bool:
        """Whether something that the last key opened is not ready yet: a form, a screen or the filter line."""
        opens = [*self.screen_stack[-1:], *self.queue.query("#filterbar")]  # the stack is empty while closing
        return self.working.opening or not all(one.is_mounted for one in opens)

    def keys_go_on(self) -> None:
        """Delivers the keys typed ahead, now that what was opened is ready."""
        self.typed_ahead.go_on()

    def _drop_keys(self) -> None:
        """Drops the keys typed for a form that does not open."""
        self.typed_ahead.drop()

    def _give_keys_after_refresh(self, give: Callable[[], Any]) -> None:
        # A callback after a refresh runs in the screen's own task. A key that closes that screen would wait there for
        # that same task to end, so keys go through the app's task, as all others do.
        self.call_after_refresh(self.call_next, give)

    def _tick(self) -> None:
        now = self.session.now()
        self.queue.cases.show_time(now)
        self.queue.reading.show_time(now)
        self.queue.live.show_time(now)
        for screen in in_sight(self.screen_stack):
            screen.show_time()
        if self.session.locked is None:
            if self.idle.over:
                self.lock(by_itself=True)
            self.spawn(self.attention.tick())
        self.company.sign()
        self.spawn(self._look_at_clock())

    async def _look_at_clock(self) -> None:
        with suppress(CareError):  # the feed says what is wrong with the database
            self.queue.needs.show_clock(await self.session.backend.ask(lambda desk: desk.clock_ahead()))

    def on_resize(self, event: Resize) -> None:
        """Covers the screens with a notice when the terminal is too small, and wraps the news anew."""
        cover(self, event.size)
        self.call_after_refresh(self.show_news)

    # What the console says.

    def show_news(self) -> None:
        """Shows what was said and not seen yet on the screen on top, and sees to it that it goes in time."""
        self.news.tick()
        show_news(self.screen_stack, self.news, hidden=self.session.locked is not None)
        self._time_news()

    def dismiss_news(self) -> None:
        """Takes the news off the screen."""
        self.news.clear()
        self.show_news()

    def _time_news(self) -> None:
        """Has the news shown again when the next sentence of it goes."""
        seconds = self.news.tick()
        if self._news_timer is not None:
            self._news_timer.stop()
            self._news_timer = None
        if seconds is not None:
            self._news_timer = self.set_timer(seconds, self.show_news)

    # Leaving.

    def action_suspend(self) -> None:
        """Puts the console aside and goes to the shell it was started from."""
        if self._driver is None or not self._driver.can_suspend or not has_shell():
            self.say("There is no shell here to return to.", "ctrl+q quits.")
            return
        self._aside = True
        self.action_suspend_process()

    def _resumed(self) -> None:
        """Counts a person back from an editor as busy all the time, but not one back from the shell."""
        aside, self._aside = self._aside, False
        self.refresh(layout=True)  # the shell wrote over it
        if not aside:
            self.idle.stir()
        elif self.idle.over and self.session.locked is None:
            self.lock(by_itself=True)

    def action_leave(self) -> None:
        """Quits; drafts are kept, and the other consoles see that this one is closed."""
        self.run_worker(self._leave())

    async def _leave(self) -> None:
        from careconsole.tui.person.farewell import leave_console
        from careconsole.tui.person.switch_person import keep_drafts

        async def leave() -> None:
            if self.session.locked is None:
                console = self.session.seat.console
                self.farewell = await self.session.backend.ask(lambda desk: leave_console(desk, console))

        try:
            await keep_drafts(self)
        except CareError as error:
            if not self._leaving:
                self._leaving = True
                self.say(
                    f"A draft could not be saved: {error.message}", "Press ctrl+q again to quit without it.", "error"
                )
                return
        await self.run_reporting_errors(leave())
        self.exit()

    def on_unmount(self) -> None:
        """Ends the threads; all are told first, so that they wind down at once."""
        self.beside.end()
        if self._feed is not None:
            self._feed.close()
        self.beside.close()

    # What the screens ask for.

    def action_verb(self, verb: str, case: int | None = None) -> None:
        """Starts a command on `case`; None means the marked cases, or else the one under the cursor."""
        self.working.verb(verb, case)

    def action_other(self, name: str, playbook: int | None = None) -> None:
        """Starts new, follow-up, write-playbook, undo or redo, or a change of `playbook`."""
        self.working.other(name, playbook)

    def customer_said(self) -> None:
        """Starts logging what the customer said."""
        self.working.customer_said()

    def step_priority(self, step: int) -> None:
        """Raises the priority of the chosen cases by one step, or lowers it (`step` -1)."""
        self.working.step_priority(step)

    def action_help(self) -> None:
        """Shows the keys that work on the current screen."""
        self.act("help")

    def act(self, name: str) -> None:
        """Runs the action of that id, which belongs to no screen in particular."""
        act(self.queue, name)

    def read_again(self, outcome: Outcome) -> None:
        """Reads the list, and the rows of the cases that a command given here changed."""
        self.spawn(self.working.show(outcome))

    def read_case_soon(self) -> None:
        """Schedules another read of the case under the cursor of the list."""
        self.queue.reading.soon()

    @property
    def has_pane(self) -> bool:
        """Whether the case is shown beside the list."""
        return self.queue.sheet.display

    def send_now(self, told: Callable[[str], None]) -> None:
        """Sends the waiting notices; `told` is called in another thread with the outcome in words."""
        self.beside.send_now(told)
