"""What is typed on the import page: the paths of files, and answers about how they are read."""

from __future__ import annotations

import os
import shlex

from msgspec.structs import replace

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.zones import check_zone
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.files.doubts import KINDS, Answer
from careconsole.intake.files.encodings import check_encoding
from careconsole.intake.formats.column_maps import STATUSES
from careconsole.intake.formats.table.column_synonyms import role_named
from careconsole.intake.registry import Options
from careconsole.intake.values.map_tables import nearest

ANSWERS = (
    "day, month, zone=Europe/Rome, owner=COLUMN, owner= (none), VALUE=parked, system=NAME, source=NAME, encoding=NAME,"
    " accept=DOUBT"
)


def typed_answer(answer: Answer) -> str:
    """An answer as it is typed here: day, zone=NAME, customer=NAME, VALUE=parked."""
    if answer.option == "day_first":
        return "day" if answer.value == "yes" else "month"
    if answer.option == "users":
        return "a path under People files"
    name = {"systems": "system=", "columns": "", "statuses": ""}.get(answer.option, f"{answer.option}=")
    return f"{name}{answer.value}"


def paths_of(text: str) -> list[str]:
    """The absolute paths typed, pasted or dragged here: with ~, in quotes, or with escaped blanks.

    Blanks separate paths as in a shell, unless the whole text is the name of a file. Raises WrongUse for an open quote.
    """
    text = text.strip()
    if not text:
        return []
    words = [text]
    if not os.path.exists(os.path.expanduser(text)):
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise WrongUse(
                "A quote in the names of the files is opened and not closed.",
                "Put a name with blanks or quotes in it in quotes, or name one file as it is.",
            ) from error
    return [os.path.abspath(os.path.expanduser(word)) for word in words]  # the script's command may run in any folder


def answered(options: Options, text: str) -> Options:
    """The options with one more answer. Raises WrongUse for text that is no answer."""
    text = text.strip()
    if not text:
        return options
    if text.lower() in ("day", "month"):
        return replace(options, day_first=text.lower() == "day")
    name, equals, value = (part.strip() for part in text.partition("="))
    role = role_named(name)
    if equals and role:
        others = tuple(one for one in options.columns if role_named(one[0]) != role)
        return replace(options, columns=(*others, (role, value)))
    if equals and name.lower() in ("zone", "source", "encoding"):
        _check(name.lower(), value)
        return replace(options, **{name.lower(): value})
    if equals and value and name.lower() == "system":
        return replace(options, systems=tuple(dict.fromkeys((*options.systems, value))))
    if equals and name.lower() == "accept":
        if value not in KINDS or not KINDS[value].blocks or KINDS[value].must:
            raise WrongUse(f"“{value}” is no doubt that can be accepted.", "Each names below it what to type.")
        return replace(options, accept=tuple(dict.fromkeys((*options.accept, value))))
    theirs, _, ours = (part.strip() for part in text.rpartition("="))
    if theirs and ours.lower() in STATUSES:
        others = tuple(one for one in options.statuses if fold(one[0]) != fold(theirs))
        return replace(options, statuses=(*others, (theirs, ours.lower())))
    raise WrongUse(f"“{text}” is no answer.", f"Answers are: {ANSWERS}.")


def check_answer(preview: ImportPreview, before: Options, after: Options) -> None:
    """Raises WrongUse for a new answer about a system or a status that the files looked at do not have."""
    owners, labels = set(map(fold, preview.owners)), set(map(fold, preview.labels))
    for name in after.systems:
        if name not in before.systems and fold(name) not in owners:
            raise WrongUse(f"No case has the owner “{name}”{nearest(name, preview.owners)}.", "Type the name as it is.")
    for value, _ in set(after.statuses) - set(before.statuses):
        if fold(value) not in labels:
            hint = "Type the value as it is; a column is answered like owner=COLUMN."
            raise WrongUse(f"No case has the status “{value}”{nearest(value, preview.labels)}.", hint)


def _check(name: str, value: str) -> None:
    """Raises WrongUse for a zone or an encoding that does not exist; an empty one takes the answer back."""
    if name == "encoding" and value:
        check_encoding(value)
    if name == "zone" and value:
        check_zone(value)
