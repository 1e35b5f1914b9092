"""Covers every screen with a notice while the terminal is too small for the console."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.content import Content
from textual.geometry import Size

WIDTH, HEIGHT = 60, 15
"""Columns and rows that the console needs."""


def has_room(size: Size) -> bool:
    """Whether a terminal of that size is large enough."""
    return size.width >= WIDTH and size.height >= HEIGHT


def cover(app: App[Any], size: Size) -> None:
    """Covers all open screens with the notice, or removes it, depending on `size`."""
    for screen in app.screen_stack:
        notices = screen.query("#small")
        screen.set_class(not has_room(size), "-small")
        if has_room(size):
            if notices:
                notices.remove()
            continue
        from textual.widgets import Static

        words = Content(
            f"careconsole needs {WIDTH} x {HEIGHT} cells; this terminal has {size.width} x {size.height}."
            " Enlarge it, or use a smaller font. ctrl+q quits."
        )
        if notices:
            notices.first(Static).update(words)
        else:
            screen.mount(Static(words, id="small"))
