"""Handles a database that was replaced, or upgraded by a newer program, while the console is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.desk import NewerSchema
from careconsole.domain.errors import CareError
from careconsole.tui.threads.database_place import Replaced
from careconsole.tui.widgets.bars import Bar

if TYPE_CHECKING:
    from careconsole.domain.team.roster import Roster
    from careconsole.tui.host import Host
    from careconsole.tui.queue.screen import QueueScreen
    from careconsole.tui.threads.change_feed import Changes


def lose(queue: QueueScreen, error: CareError) -> None:
    """Reports that the change feed has failed: on a sheet if this console can no longer be used, else in the news."""
    queue.session.lost = error
    if isinstance(error, Replaced | NewerSchema):
        show(queue)
    else:
        queue.host.complain(error)


def show(queue: QueueScreen) -> None:
    """Shows on top of everything what happened to the database, and what can be done; once at a time."""
    from careconsole.tui.person.database_screen import DatabaseSheet

    host, session = queue.host, queue.session
    error = session.lost
    if error is None or any(isinstance(screen, DatabaseSheet) for screen in host.screen_stack):
        return
    typed = any(hasattr(screen, "put_away") for screen in host.screen_stack)  # only forms have one

    def begin_there() -> None:
        session.again = True
        host.exit()

    if isinstance(error, Replaced):
        sheet = DatabaseSheet(error, "start there", begin_there, typed=typed)
    else:
        sheet = DatabaseSheet(error, "quit", host.action_leave, typed=typed)
    host.push_screen(sheet)


def found(queue: QueueScreen, news: Changes) -> None:
    """Takes over the feed's roster; reports that the feed works again, or that the database is another file."""
    host, session = queue.host, queue.session
    before, session.roster, host.company.here = session.roster, news.roster, news.here
    if session.lost is not None:
        session.lost = None
        _uncover(queue)
        host.say("Changes by others are shown again.")
    if not news.anew:
        if before != news.roster:
            session.team_changed(before)
        return
    draw_who(host)
    session.forget_commands()
    host.company.forget()
    queue.board.forget_flags()
    person = session.person
    if person is not None and before.name(person) != session.roster.name(person):
        words = f"It was restored to a state in which {before.name(person)} is somebody else."
        lose(queue, Replaced(words, "Nothing done here is saved in it. Quit, or start there."))
    else:
        host.say("The database was replaced or restored; everything was read again.", "", "warning")


def draw_who(host: Host) -> None:
    """Draws again what says who is at work, on every screen."""
    for screen in host.screen_stack:
        for bar in screen.query(Bar):
            bar.refresh()


def take_in_team(host: Host, before: Roster) -> None:
    """Shows that the team is another than `before`: who is at work, and what the news says of absences and duty."""
    from careconsole.tui.person.absences import team_changed  # few changes are of the team

    draw_who(host)
    if host.news.team_changed(host.session.roster):
        host.show_with_record()
    team_changed(host, before, host.session.roster)


def _uncover(queue: QueueScreen) -> None:
    from careconsole.tui.person.database_screen import DatabaseSheet

    top = queue.app.screen
    if isinstance(top, DatabaseSheet):
        top.dismiss(None)
