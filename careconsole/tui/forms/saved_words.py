"""Inserts saved words, filled in for the case, into a message that is being written."""

from __future__ import annotations

from typing import Any

from textual.widget import Widget

from careconsole.desk.words.filling import FilledWords, words_on
from careconsole.tui.forms.text_fields import TextField
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne


async def insert(form: Sheet[Any], field: Widget, case: int) -> None:
    """Asks which words, and inserts them at the cursor; what has no value is named, and stays in the text."""
    found = await form.session.backend.ask(lambda desk: words_on(desk, case))
    if not form.is_current or not isinstance(field, TextField):
        return
    if not found:
        form.host.say("No words are saved yet.", "To save some: careconsole words add.")
        return

    def done(chosen: str | None) -> None:
        if chosen is not None:
            _put(form, field, found[int(chosen)])

    form.app.push_screen(ChooseOne("Saved words", [_item(place, one) for place, one in enumerate(found)]), done)


def _item(place: int, one: FilledWords) -> Item:
    key = str(place + 1) if place < 9 else ""
    return Item(id=str(place), text=f"{one.name} ({one.origin})", help=" ".join(one.text.split()), key=key)


def _put(form: Sheet[Any], field: TextField, words: FilledWords) -> None:
    field.insert(words.text)
    field.focus()
    if words.empty:
        empty = ", ".join("{" + name + "}" for name in words.empty)
        form.host.say(f"Fill in what has no value here: {empty}.", severity="warning")
