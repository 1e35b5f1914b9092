"""Sitting down at the console, and locking it: what a change of person means for desk, screens and drafts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from careconsole.desk import Desk, preferences, presence, visits
from careconsole.desk.visits import Since
from careconsole.domain.errors import CareError
from careconsole.domain.times import MINUTE
from careconsole.tui.preferred import apply

if TYPE_CHECKING:
    from careconsole.tui.app import Console

_PATIENCE = 1.0
"""Seconds that a draft may take to be kept before the lock covers its form all the same."""
_LONG = 5 * MINUTE
"""Who was away for so long is shown what happened, rather than told that something did."""


async def sit_down(app: Console, person: int) -> None:
    """`person` is at work from now on; whoever was leaves.

    After a lock the same person finds the list as they left it; anybody else begins with the whole queue.
    """
    # Until it is settled nobody is at work, and no key gives a command in anybody's name.
    locked, before, app.person = app.locked, app.person, None
    if locked is not None:
        await put_away(app)  # what could not be stored when it was locked
        if app.screen is not app.queue and person != locked.person:
            from careconsole.tui.screens.lock import LockScreen

            app.push_screen(LockScreen(locked), app.unlock)  # nobody else gets what stands there
            return

    def work(desk: Desk) -> None:
        if locked is None and desk.person is not None:
            _leave(desk, app.seat.console)
        desk.person = person

    try:
        await app.backend.ask(work)
    except CareError:
        app.person = before
        raise
    app.locked = None
    app.person = person
    app.company.forget()
    queue = app.queue
    queue.show_who()
    if locked is None or locked.person != person:
        await queue.begin_anew(person)
    await queue.read_views()
    queue.reading.soon()
    await welcome(app)


async def welcome(app: Console) -> None:
    """Tells the person at work what happened while they were away, and that they are marked as away."""

    def work(desk: Desk) -> tuple[Since | None, dict[str, str]]:
        visits.arrive(desk)
        return visits.since(desk), preferences.read(desk)

    since, preferred = await app.backend.ask(work)
    app.attention.begin(bell=preferred.get("bell") == "on")
    apply(app, preferred)
    if app.lost is not None:
        app.complain(app.lost)
    person = app.roster.people.get(app.person or 0)
    if person is not None and person.away:
        acting = app.roster.name(app.roster.answerable(person.number))
        app.say(f"You are marked away; {acting} acts for you.", "M, then b: you are back.")
    if since is None:
        return
    if since.events and app.now() - since.left_at >= _LONG and app.screen is app.queue:
        from careconsole.tui.screens.since import SinceScreen

        app.push_screen(SinceScreen(since), app.queue.land_on)
        return
    count = len(since.events) + since.more
    words = f"{count:,} {'thing' if count == 1 else 'things'} happened on your cases" if count else ""
    opened = f"{since.opened:,} {'case was' if since.opened == 1 else 'cases were'} opened" if since.opened else ""
    app.say(f"Since you left, {' and '.join(filter(None, (words, opened)))}.", "W shows them." if count else "")


async def lock(app: Console, *, by_itself: bool = False) -> None:
    """Hides everything until somebody says who they are. What was being written is kept as drafts."""
    from careconsole.tui.screens.lock import Locked, LockScreen

    if app.locked is not None:
        return
    locked = app.locked = Locked(app.person, app.now(), by_itself)
    await put_away(app, _PATIENCE)
    app.person = None
    app.company.forget()
    app.queue.show_who()
    app.clear_notifications()
    app.push_screen(LockScreen(locked), app.unlock)

    def work(desk: Desk) -> None:
        if desk.person is not None:
            _leave(desk, app.seat.console)

    await app.backend.ask(work)


async def put_away(app: Console, seconds: float | None = None) -> None:
    """Closes what is open above the queue; forms keep what was typed as drafts.

    A form whose draft cannot be stored just now, or not within so many `seconds`, stays where it is, under the lock.
    """
    while app.screen is not app.queue:
        top = app.screen
        try:
            await asyncio.wait_for(_keep(top), seconds)
        except (CareError, TimeoutError):
            return
        if app.screen is top:
            await top.dismiss(None)


async def keep_drafts(app: Console) -> None:
    """Keeps what is being written in every form that is open. Raises CareError when a draft cannot be stored."""
    for screen in reversed(app.screen_stack):
        await _keep(screen)


async def _keep(screen: Screen[Any]) -> None:
    put_away = getattr(screen, "put_away", None)  # forms alone have one, and they are loaded when they are used
    if put_away is not None:
        await put_away()


def _leave(desk: Desk, console: str) -> None:
    visits.leave(desk)
    presence.gone(desk, console)
