"""Builds a command from the answers in a form; a missing or wrong answer is reported at its question."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import msgspec

from careconsole.commands.form import Verb
from careconsole.domain.case.command import Command
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.tui.forms.people_choices import DUTY
from careconsole.tui.forms.question import NO_MATCH, PICK, Mistake, Question, Said
from careconsole.tui.forms.time_preview import read

_EITHER = {"review": ("change", "nothing_because"), "tag": ("add", "remove")}
"""Questions of which at least one must be answered."""
_NEITHER = {
    "review": ("Nothing is said yet.", "Say what we change, or why nothing changes."),
    "tag": ("No tag is named.", "Name one to add or to remove."),
}


_EMPTIED = {("reply", "cc")}
"""Answers that mean something when they are empty: nobody gets a copy, and not everybody who had one."""


class PreparedCommand(msgspec.Struct, frozen=True):
    """A command as far as a form can build it; `customer` is a name still to be looked up."""

    command: Command
    customer: str | None = None


def build_command(
    verb: Verb, questions: Sequence[Question], said: Said, now: int, *, one: bool = True
) -> PreparedCommand:
    """Builds the command. `one`: it is for one case, whose current values an edit form started with.

    Raises Mistake for the first question whose answer is missing or cannot be read.
    """
    values: dict[str, Any] = {}
    customer: str | None = None
    for question in questions:
        if not question.asked(said):
            continue
        text = said.get(question.name, "")
        if text.startswith(NO_MATCH) and question.look == PICK:
            wrong = f"{question.label}: nothing begins with “{display_text(text.removeprefix(NO_MATCH), 40)}”."
            raise Mistake(question.name, wrong, "Backspace deletes a letter; then choose from the list.")
        if verb.id == "edit":
            if text == (question.ready if one else ""):
                continue  # unchanged
        elif not text.strip():
            if question.needed(said):
                words = question.worded(said)
                raise Mistake(question.name, f"{words.label}: required.", words.help)
            if (verb.id, question.name) in _EMPTIED:
                values[question.name] = ""
            continue
        if question.kind == "customer":
            customer = text.strip()
        else:
            values[question.name] = _value(question, text, now)
    either = _EITHER.get(verb.id)
    if either is not None and not any(name in values for name in either):
        raise Mistake(either[0], *_NEITHER[verb.id])
    return PreparedCommand(_made(verb, values), customer)


def _made(verb: Verb, values: dict[str, Any]) -> Command:
    if verb.command is OpenCase and "owner" not in values:
        values["owner"] = None
    return verb.command(**values)


def _value(question: Question, text: str, now: int) -> Any:
    match question.kind:
        case "person":
            return None if text == DUTY else int(text)
        case "time":
            try:
                return read(text, now, question.label, hour=question.hour)
            except WrongUse as error:
                raise Mistake(question.name, error.message, error.hint) from error
        case "number" | "level" | "playbook":
            return _number(question, text)
        case "flag" | "yesno":
            return text == "yes"
        case "paths":
            return _paths(question, text)
        case "tags":
            return tuple(text.split())
        case _:
            return text.strip() if question.look != "block" else text.rstrip()


def _paths(question: Question, text: str) -> tuple[str, ...]:
    """Paths separated by blanks; one with a blank in it stands in quotes, as in a shell."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise Mistake(question.name, f"{question.label}: a quote is not closed.", question.help) from error


def _number(question: Question, text: str) -> int:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise Mistake(question.name, f"{question.label}: enter a number.", question.help)
    return int(digits)
