"""Whether a screen, or a part of one, is still there for what comes back from the desk."""

from __future__ import annotations

from textual.screen import Screen
from textual.widget import Widget


class ScreenLeft(Exception):
    """The screen was closed before its answer came. It ends the work that was done for it; nobody is told."""


def is_left(widget: Widget) -> bool:
    """Whether a widget is closed, or on its way out.

    Textual removes a closed screen in steps: it leaves the stack at once, is then marked as closing, loses its
    children one by one, and is detached at the very end. `is_attached` holds through all of these, so it does not tell
    whether there is anything left to draw on. `display` is false from the second step on, for widgets too.
    """
    if isinstance(widget, Screen) and widget not in widget.app.screen_stack:
        return True
    return not (widget.is_attached and widget.display)
