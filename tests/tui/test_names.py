"""No screen or widget of ours has an attribute of a name that Textual keeps something else under."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from functools import cache
from importlib import import_module

from textual.message_pump import MessagePump

import careconsole.tui

MEANT = {("SafeInput", "_initial_value", "Input")}
"""Where the same is meant."""


@cache
def _classes(file: str) -> dict[str, set[str]]:
    """The classes of a module, each with the private attributes of itself that it assigns."""
    with open(file, encoding="utf-8") as source:
        tree = ast.parse(source.read())
    return {
        kind.name: {
            node.attr
            for node in ast.walk(kind)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
            and node.attr.startswith("_")
        }
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef)
    }


def assigned(kind: type) -> set[str]:
    return _classes(inspect.getfile(kind)).get(kind.__name__, set())


def test_no_private_name_of_textual_is_given_another_meaning() -> None:
    """`_closing`, for one, tells Textual to drop all further keys."""
    ours: set[type] = set()
    for module in pkgutil.walk_packages(careconsole.tui.__path__, "careconsole.tui."):
        ours |= {
            kind
            for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass)
            if issubclass(kind, MessagePump) and kind.__module__.startswith("careconsole.")
        }
    assert len(ours) > 30
    wrong = {
        (own.__name__, name, base.__name__)
        for own in ours
        for base in own.__mro__
        if base.__module__.startswith("textual.")
        for name in assigned(own) & assigned(base)
    }
    assert wrong <= MEANT
