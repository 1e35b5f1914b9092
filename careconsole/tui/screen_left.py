"""Tells whether a screen, or a part of one, was closed before the desk's answer arrived."""

from __future__ import annotations

from textual.screen import Screen
from textual.widget import Widget


class ScreenLeft(Exception):
    """The screen was closed before its answer came; ends the work done for it, without a message."""


def is_left(widget: Widget) -> bool:
    """Whether a widget is closed or closing.

    Textual removes a closed screen in steps: it leaves the stack at once, is then marked as closing, loses its
    children one by one, and is detached at the very end. `is_attached` is true through all of these, so it does not
    tell whether there is anything left to draw on. `display` is false from the second step on, for widgets too.
    """
    if isinstance(widget, Screen) and widget not in widget.app.screen_stack:
        return True
    return not (widget.is_attached and widget.display)
