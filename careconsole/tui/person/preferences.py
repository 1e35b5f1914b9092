"""How the person at work wants the console: its columns and its colours. Everybody has their own at a shared one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.desk.console import preferences
from careconsole.tui.queue.columns import COLUMNS, USUAL

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen


def apply(queue: QueueScreen, preferred: dict[str, str]) -> None:
    """Arranges the console as somebody wants it; what they never chose is as usual, whoever was here before."""
    ids = {column.id for column in COLUMNS}
    chosen = [id for id in preferred.get("columns", "").split() if id in ids]
    show_columns(queue, chosen or list(USUAL))
    app, theme = queue.host, preferred.get("theme", "")
    theme = theme if theme in app.available_themes else app.usual_theme
    if app.theme != theme:
        app.theme = theme


def show_columns(queue: QueueScreen, chosen: list[str]) -> None:
    """The list has these columns."""
    cases = queue.cases
    if list(cases.chosen_columns) != chosen:
        cases.chosen_columns = chosen
        cases.lay_out()
        queue.heads.refresh()


def keep(queue: QueueScreen, name: str, value: str) -> None:
    """Remembers a choice of the person at work; while there is none, it holds until somebody sits down."""
    session = queue.session
    if session.person is not None:
        queue.host.spawn(session.backend.ask(lambda desk: preferences.set(desk, name, value)))
