"""The preferences of the person at work: columns and theme. Everybody has their own at a shared console.

What the login's configuration file sets comes before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.desk.console import preferences
from careconsole.tui.queue.columns import COLUMNS, USUAL

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen


def apply(queue: QueueScreen, preferred: dict[str, str]) -> None:
    """Applies a person's preferences; what they never chose is set to the default, not left from the last person."""
    ids = {column.id for column in COLUMNS}
    chosen = [id for id in preferred.get("columns", "").split() if id in ids]
    table = queue.session.seat.settings
    show_columns(queue, list(table.columns) or chosen or list(USUAL))
    app, theme = queue.host, table.theme or preferred.get("theme", "")
    theme = theme if theme in app.available_themes else app.usual_theme
    if app.theme != theme:
        app.theme = theme


def show_columns(queue: QueueScreen, chosen: list[str]) -> None:
    """Shows these columns in the list."""
    cases = queue.cases
    if list(cases.chosen_columns) != chosen:
        cases.chosen_columns = chosen
        cases.lay_out()
        queue.heads.refresh()


def save_preference(queue: QueueScreen, name: str, value: str) -> None:
    """Stores a preference of the person at work; while there is none, it just lasts until somebody sits down.

    What the configuration file sets counts again the next time, and the news says so.
    """
    session = queue.session
    if name in session.seat.settings.lines:
        queue.host.say(f"Until you leave: your configuration file sets the {name}.", "careconsole config edit")
        return
    if session.person is not None:
        queue.host.spawn(session.backend.ask(lambda desk: preferences.set(desk, name, value)))
