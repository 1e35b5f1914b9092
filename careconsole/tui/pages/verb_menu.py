"""The menu of the commands for what a line of a page is about, whose forms open on its case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from careconsole.commands import BY_ID
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

_KEYS = (("1-9", "do it"), ("type", "to filter"), ("Enter", "do it"), ("Esc", "back"))


def open_verb_menu(page: Page[Any], case: int, what: str, verbs: Sequence[str]) -> None:
    """Opens the menu; `what` says what they are for: "the promise"."""
    items = [
        Item(id=verb, key=str(place), text=BY_ID[verb].title, help=BY_ID[verb].help)
        for place, verb in enumerate(verbs, start=1)
    ]

    def done(id: str | None) -> None:
        if id is not None:
            page.host.action_verb(id, case)

    page.host.open(ChooseOne(f"Case {case}: {what}", items, keys=_KEYS), done, page)
