"""Messages between our widgets: none has a name that Textual's own widgets take for theirs."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

import careconsole.tui


def test_no_message_is_taken_for_one_of_textuals() -> None:
    names = [module.name for module in pkgutil.walk_packages(careconsole.tui.__path__, "careconsole.tui.")]
    ours = set()
    for module in map(importlib.import_module, names):
        places = [module, *(one for _, one in inspect.getmembers(module, inspect.isclass))]
        found = (one for place in places for _, one in inspect.getmembers(place, inspect.isclass))
        ours |= {one for one in found if issubclass(one, Message) and one.__module__.startswith("careconsole.")}
    assert len(ours) > 10
    taken = {
        f"{message.__module__}: {message.__qualname__}"
        for message in ours
        for theirs in (App, Screen, Widget)
        if hasattr(theirs, message.handler_name) or hasattr(theirs, f"_{message.handler_name}")
    }
    assert taken == set()
