"""What the keys do that belong to no screen in particular; each screen is loaded when it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from careconsole.tui.app import Console


def act(app: Console, name: str) -> None:
    """Does what the action of that id does."""
    _ACTS[name](app)


def _quit(app: Console) -> None:
    app.action_leave()


def _who(app: Console) -> None:
    from careconsole.tui.screens.who import WhoScreen

    app.push_screen(WhoScreen(), app.sit_down)


def _lock(app: Console) -> None:
    app.lock()


def _import(app: Console) -> None:
    from careconsole.tui.screens.importing import ImportScreen

    app.push_screen(ImportScreen())


def _since(app: Console) -> None:
    from careconsole.tui.screens.since import SinceScreen

    app.push_screen(SinceScreen(), app.queue.land_on)


def _why(app: Console) -> None:
    from careconsole.tui.screens.why import WhyScreen

    number = app.queue.board.current
    if number is None:
        app.say("There is no case here.", "Go to one first, or press 0 for all open cases.")
    else:
        app.push_screen(WhyScreen(number))


def _agenda(app: Console) -> None:
    from careconsole.tui.screens.agenda import AgendaScreen

    app.push_screen(AgendaScreen(), app.queue.land_on)


def _swept(app: Console) -> None:
    from careconsole.tui.screens.swept import SweptScreen

    app.push_screen(SweptScreen(), app.queue.land_on)


def _paths(app: Console) -> None:
    from careconsole.tui.screens.paths import PathsScreen

    app.push_screen(PathsScreen(app.queue.board.current))


def _rota(app: Console) -> None:
    from careconsole.tui.screens.rota import RotaScreen

    app.push_screen(RotaScreen())


def _notices(app: Console) -> None:
    from careconsole.tui.screens.notices import NoticesScreen

    app.push_screen(NoticesScreen(), app.queue.land_on)


def _journal(app: Console) -> None:
    from careconsole.tui.screens.journal import JournalScreen

    app.push_screen(JournalScreen())


def _promises(app: Console) -> None:
    from careconsole.tui.screens.promises import PromisesScreen

    app.push_screen(PromisesScreen(), app.queue.land_on)


def _team(app: Console) -> None:
    from careconsole.tui.screens.team import TeamScreen

    app.push_screen(TeamScreen())


def _bell(app: Console) -> None:
    app.spawn(app.attention.toggle_bell())


def _sort(app: Console) -> None:
    from careconsole.tui.screens.choices import choose_sort

    choose_sort(app)


def _columns(app: Console) -> None:
    from careconsole.tui.screens.choices import choose_columns

    choose_columns(app)


def _views(app: Console) -> None:
    from careconsole.tui.screens.choices import choose_view

    choose_view(app)


def _save_view(app: Console) -> None:
    from careconsole.tui.screens.keepview import SaveView

    queue = app.queue
    live = queue.live
    app.push_screen(SaveView(live.filter, live.sort, live.reverse, live.views), queue.saved)


def _theme(app: Console) -> None:
    from careconsole.tui.screens.choices import choose_theme

    choose_theme(app)


def _more(app: Console) -> None:
    from careconsole.tui.screens.more import open_more

    app.spawn(open_more(app))


def _palette(app: Console) -> None:
    from careconsole.tui.palette import open_palette

    open_palette(app)


def _help(app: Console) -> None:
    from careconsole.tui.screens.help import open_help

    app.spawn(open_help(app))


def _copy(app: Console) -> None:
    app.spawn(_copy_summary(app))


async def _copy_summary(app: Console) -> None:
    """A summary of the case goes to the clipboard; which way it went is told."""
    from asyncio import to_thread

    from careconsole.outlet.summary import spoken
    from careconsole.tui import clipboard

    view = app.queue.reading.view
    if view is None:
        read = await app.queue.reading.now()
        view = read.view if read is not None else None
    if view is None:
        app.say("There is no case here to copy.", "Go to one first, or press 0 for all open cases.")
        return
    sequences: list[str] = []
    summary = spoken(view, app.now())
    way = await to_thread(clipboard.copy, summary, terminal_write=sequences.append)
    for sequence in sequences:  # only the loop that draws writes to the terminal
        app.write_to_terminal(sequence)
    app.say(f"A summary of case {view.case.number} is {way}.")


_ACTS: dict[str, Callable[[Console], None]] = {
    "agenda": _agenda,
    "bell": _bell,
    "columns": _columns,
    "copy": _copy,
    "help": _help,
    "import": _import,
    "journal": _journal,
    "lock": _lock,
    "more": _more,
    "notices": _notices,
    "palette": _palette,
    "paths": _paths,
    "promises": _promises,
    "quit": _quit,
    "rota": _rota,
    "save-view": _save_view,
    "since": _since,
    "sort": _sort,
    "swept": _swept,
    "team": _team,
    "theme": _theme,
    "views": _views,
    "who": _who,
    "why": _why,
}
