"""What the console does when the database under it is another one by now, or was upgraded by a newer program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.desk import Newer
from careconsole.domain.errors import CareError
from careconsole.tui.place import Replaced

if TYPE_CHECKING:
    from careconsole.tui.app import Console
    from careconsole.tui.feed import News


def lose(app: Console, error: CareError) -> None:
    """The feed watches no longer: that is said, and where nothing can be done here any more, over everything else."""
    app.lost = error
    if isinstance(error, Replaced | Newer):
        show(app)
    else:
        app.complain(error)


def show(app: Console) -> None:
    """Says over everything else what became of the database, and what can be done."""
    from careconsole.tui.screens.database import DatabaseSheet

    error = app.lost
    if error is None or any(isinstance(screen, DatabaseSheet) for screen in app.screen_stack):
        return
    typed = any(hasattr(screen, "put_away") for screen in app.screen_stack)  # forms alone have one

    def begin_there() -> None:
        app.again = True
        app.exit()

    if isinstance(error, Replaced):
        sheet = DatabaseSheet(error, "begin there", begin_there, typed=typed)
    else:
        sheet = DatabaseSheet(error, "quit", app.action_leave, typed=typed)
    app.push_screen(sheet)


def found(app: Console, news: News) -> None:
    """The feed watches: takes over who there is, and says when it could not before, or when it is another file."""
    before, app.roster, app.company.here = app.roster, news.roster, news.here
    if app.lost is not None:
        app.lost = None
        _uncover(app)
        app.say("What others do is seen again.")
    if not news.anew:
        return
    # The numbers of commands and events may be given a second time there.
    app.own.clear()
    app.working.forget()
    app.company.forget()
    app.queue.board.flags.clear()
    person = app.person
    if person is not None and before.name(person) != app.roster.name(person):
        words = f"It was put back to a state in which {before.name(person)} is not who they are here."
        lose(app, Replaced(words, "Nothing of what was done here goes into it. Quit, or begin there."))
    else:
        app.say("The database is another copy of it, or was put back; all of it was read anew.", "", "warning")


def _uncover(app: Console) -> None:
    from careconsole.tui.screens.database import DatabaseSheet

    if isinstance(app.screen, DatabaseSheet):
        app.screen.dismiss(None)
