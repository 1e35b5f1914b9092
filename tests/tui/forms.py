"""Fills in a form with the answers that a test gives."""

from __future__ import annotations

from careconsole.tui.forms.choice_fields import ChoiceField, ListField
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.question_row import FormRow
from tests.tui.screen import Screen


def form(screen: Screen) -> FormScreen:
    """The form that is open."""
    top = screen.app.screen
    assert isinstance(top, FormScreen), screen.text()
    return top


def row(screen: Screen, name: str) -> FormRow:
    """A question of the form that is open."""
    return next(row for row in form(screen)._rows.every if row.question.name == name)


async def fill(screen: Screen, **said: str) -> None:
    """Goes to each question and answers it; a choice is given by its label."""
    for name, text in said.items():
        question = row(screen, name)
        assert question.display, f"{name} is not asked: {screen.text()}"
        form(screen)._rows.enter(question)
        await screen.settle(rests=False)
        value = text
        if isinstance(question.field, ListField | ChoiceField):
            (value,) = [choice.value for choice in question.question.choices if choice.label == text]
        question.field.put(value)
        await screen.settle()
