"""Changes the person at work and locks the console, with what that means for desk, screens and drafts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.console import preferences, presence, visits
from careconsole.desk.console.visits import Since
from careconsole.domain.case.reader import join_names
from careconsole.domain.counting import counted
from careconsole.domain.errors import CareError
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.time.moments import MINUTE
from careconsole.tui.hints import hint_text
from careconsole.tui.news import SINCE_SHOWS, Said
from careconsole.tui.session import Locked
from careconsole.tui.team_facts import how_it_stands

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen

_DRAFT_TIMEOUT = 1.0
"""Seconds that saving a draft may take before the lock covers its form anyway."""
_LONG_ABSENCE = 5 * MINUTE
"""The absence, in milliseconds, after which the activity page opens instead of one line of news."""


async def sit_down(queue: QueueScreen, person: int) -> None:
    """Makes `person` the person at work; the previous one leaves.

    After a lock the same person finds the list as they left it; anybody else begins with the whole queue.
    """
    host, session = queue.host, queue.session
    # Nobody is at work until this is done, so that no key gives a command in the wrong name.
    locked, before, session.person = session.locked, session.person, None
    if locked is not None:
        await close_all(queue)  # drafts that could not be saved when it was locked
        if host.screen is not queue and person != locked.person:
            from careconsole.tui.person.lock_screen import LockScreen

            host.push_screen(LockScreen(locked), host.sit_down)  # nobody else may see an unsaved form
            return

    def work(desk: Desk) -> None:
        if locked is None and desk.person is not None:
            _leave(desk, session.seat.console)
        desk.person = person

    try:
        await session.backend.ask(work)
    except CareError:
        session.person = before
        raise
    session.locked = None
    session.person = person
    host.company.forget()
    queue.show_who()
    if locked is None or locked.person != person:
        before = before if locked is None else locked.person
        host.news.begin_anew(before, person)
        host.show_news()
        await queue.begin_anew(before, person)
    await queue.read_views()
    queue.reading.soon()
    host.check_news(None)  # while somebody else worked here, nobody looked at it
    await welcome(queue)


async def welcome(queue: QueueScreen) -> None:
    """Applies the person's preferences, and shows what happened meanwhile and whether they are marked as away."""
    host, session = queue.host, queue.session

    def work(desk: Desk) -> tuple[Since | None, dict[str, str], list[str]]:
        from careconsole.desk.queries.came_back import came_back_words

        visits.arrive(desk)
        return visits.since(desk), preferences.read(desk), came_back_words(desk)

    since, preferred, came_back = await session.backend.ask(work)
    host.welcome(preferred)
    if session.lost is not None:
        host.complain(session.lost)
    person = session.roster.people.get(session.person or 0)
    if person is not None and person.away:
        acting = session.roster.name(session.roster.answerable(person.number))
        host.say(
            f"You are marked away; {acting} covers for you.",
            f"{shown_key('team')}, then {shown_key('more')} (Back at work).",
            of_team=how_it_stands(session.roster, person.number),
        )
    for words in came_back:
        host.say(words, hint_text(hint_of("See {}.", suggest("changes list"))), concerns=True)
    if since is None:
        return
    count = since.on_cases + since.more
    words = f"{counted(count, 'update')} on your cases" if count else ""
    about = f"{since.changes:,} about changes" if since.changes else ""
    opened = f"{counted(len(since.opened), 'new case')} in the queue" if since.opened else ""
    others = since.others + since.others_more
    on_others = f"{counted(others, 'update')} for you on cases of others" if others else ""
    began = "Before you first came here" if since.first else "Since you left"
    counts = [*filter(None, (words, on_others, about, opened))]
    told = f"{began}, {join_names(counts)}." if counts else f"{began}:"
    if since.away:
        from careconsole.desk.team.absence import away_words  # seldom

        gone = (f"{one.name} is {away_words(one, session.roster, session.now())}." for one in since.away)
        told = " ".join([told, *gone])
    if since.events and not since.first and session.now() - since.left_at >= _LONG_ABSENCE and host.screen is queue:
        from careconsole.tui.pages.activity import ActivityScreen

        host.news.record(Said(text=told, at=session.now()))
        host.pages.open(ActivityScreen(since), queue.way_back.follow, "what happened")
        return
    host.say(told, SINCE_SHOWS, kind=SINCE_SHOWS)


async def lock(queue: QueueScreen, *, by_itself: bool = False) -> None:
    """Locks the console until somebody says who they are. Open forms are saved as drafts."""
    from careconsole.tui.person.lock_screen import LockScreen

    host, session = queue.host, queue.session
    if session.locked is not None:
        return
    locked = session.locked = Locked(session.person, session.now(), by_itself)
    await close_all(queue, _DRAFT_TIMEOUT)
    session.person = None
    host.company.forget()
    queue.show_who()
    unseen = host.news.unseen
    host.dismiss_news()
    screen = LockScreen(locked)
    if unseen:
        screen.arrived(unseen)
    host.push_screen(screen, host.sit_down)

    def work(desk: Desk) -> None:
        if desk.person is not None:
            _leave(desk, session.seat.console)

    await session.backend.ask(work)


async def close_all(queue: QueueScreen, seconds: float | None = None) -> None:
    """Closes the screens above the queue; forms save what was typed as drafts.

    Stops at a form whose draft cannot be saved, or not within so many `seconds` (None: no limit): that form stays open.
    """
    app = queue.app
    while app.screen is not queue:
        top = app.screen
        try:
            await asyncio.wait_for(_save_draft(top), seconds)
        except (CareError, TimeoutError):
            return
        if app.screen is top:
            await top.dismiss(None)


async def keep_drafts(app: App[Any]) -> None:
    """Saves the drafts of all open forms. Raises CareError when one cannot be saved."""
    for screen in reversed(app.screen_stack):
        await _save_draft(screen)


async def _save_draft(screen: Screen[Any]) -> None:
    close_all = getattr(screen, "put_away", None)  # only forms have one; not `isinstance`, which would import them
    if close_all is not None:
        await close_all()


def _leave(desk: Desk, console: str) -> None:
    visits.leave(desk)
    presence.leave(desk, console)
