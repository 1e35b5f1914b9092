"""What the console does when the database under it is another one by now, or was upgraded by a newer program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.desk import Newer
from careconsole.domain.errors import CareError
from careconsole.tui.threads.database_place import Replaced

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen
    from careconsole.tui.threads.change_feed import Changes


def lose(queue: QueueScreen, error: CareError) -> None:
    """The feed watches no longer: that is said, and where nothing can be done here any more, over everything else."""
    queue.session.lost = error
    if isinstance(error, Replaced | Newer):
        show(queue)
    else:
        queue.host.complain(error)


def show(queue: QueueScreen) -> None:
    """Says over everything else what became of the database, and what can be done."""
    from careconsole.tui.person.database_screen import DatabaseSheet

    host, session = queue.host, queue.session
    error = session.lost
    if error is None or any(isinstance(screen, DatabaseSheet) for screen in host.screen_stack):
        return
    typed = any(hasattr(screen, "put_away") for screen in host.screen_stack)  # forms alone have one

    def begin_there() -> None:
        session.again = True
        host.exit()

    if isinstance(error, Replaced):
        sheet = DatabaseSheet(error, "begin there", begin_there, typed=typed)
    else:
        sheet = DatabaseSheet(error, "quit", host.action_leave, typed=typed)
    host.push_screen(sheet)


def found(queue: QueueScreen, news: Changes) -> None:
    """The feed watches: takes over who there is, and says when it could not before, or when it is another file."""
    host, session = queue.host, queue.session
    before, session.roster, host.company.here = session.roster, news.roster, news.here
    if session.lost is not None:
        session.lost = None
        _uncover(queue)
        host.say("What others do is seen again.")
    if not news.anew:
        return
    session.forget_commands()
    host.company.forget()
    queue.board.flags.clear()
    person = session.person
    if person is not None and before.name(person) != session.roster.name(person):
        words = f"It was put back to a state in which {before.name(person)} is not who they are here."
        lose(queue, Replaced(words, "Nothing of what was done here goes into it. Quit, or begin there."))
    else:
        host.say("The database is another copy of it, or was put back; all of it was read anew.", "", "warning")


def _uncover(queue: QueueScreen) -> None:
    from careconsole.tui.person.database_screen import DatabaseSheet

    top = queue.app.screen
    if isinstance(top, DatabaseSheet):
        top.dismiss(None)
