"""What is typed on the import page: the paths of files, and answers about how they are read."""

from __future__ import annotations

import os
import re
import shlex

from msgspec.structs import replace

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.zones import check_zone
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.files.doubts import KINDS, Answer
from careconsole.intake.files.encodings import check_encoding
from careconsole.intake.formats.column_maps import STATUSES
from careconsole.intake.formats.table.column_names import role_named
from careconsole.intake.registry import Options
from careconsole.intake.values.map_tables import nearest

ANSWERS = (
    "day; month; zone=Europe/Rome; owner=COLUMN; owner= (none); VALUE=parked; system=NAME; source=NAME; encoding=NAME;"
    " accept=DOUBT"
)
_ORDERS = {"day", "month"}
_MOST_TOLD = 3
"""The most mistakes in answers that are told at once."""


def typed_answer(answer: Answer) -> str:
    """An answer as it is typed here: day, zone=NAME, customer=NAME, VALUE=parked."""
    if answer.option == "day_first":
        return "day" if answer.value == "yes" else "month"
    if answer.option == "users":
        return "a path under People files"
    name = {"systems": "system=", "columns": "", "statuses": ""}.get(answer.option, f"{answer.option}=")
    return f"{name}{answer.value}"


def proposed_answer(preview: ImportPreview) -> str:
    """The answer that was assumed for the preview, as it is typed: the zone of times without one; "" for none."""
    asked = any(doubt.kind == "no-zone" for doubt in preview.blocking)
    return f"zone={preview.zone}" if asked and not preview.options.zone else ""


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
                "A quotation mark in the file names is not closed.",
                "Put a name with spaces or quotes in quotes, or enter one file as it is.",
            ) from error
    return [os.path.abspath(os.path.expanduser(word)) for word in words]  # the script's command may run in any folder


def answered(options: Options, text: str) -> Options:
    """The options with the answers typed: one, or several with semicolons, commas or blanks between them.

    All of them count, or none. Raises WrongUse, which names each one that is not an answer.
    """
    wrong: list[WrongUse] = []
    orders = set()
    for piece in pieces(text):
        try:
            options = _answered(options, piece)
        except WrongUse as error:
            wrong.append(error)
        orders |= {piece.lower()} & _ORDERS
    if orders == _ORDERS:
        wrong.append(WrongUse("The day and the month cannot both come first.", "Type one of them."))
    if wrong:
        more = f" And {len(wrong) - _MOST_TOLD:,} more." if len(wrong) > _MOST_TOLD else ""
        hints = dict.fromkeys(error.hint for error in wrong[:_MOST_TOLD])
        message = " ".join(error.message for error in wrong[:_MOST_TOLD]) + more
        raise WrongUse(message, " ".join(["{}"] * len(hints)), *hints)
    return options


def pieces(text: str) -> list[str]:
    """The answers in a text, without the marks between them.

    A semicolon always ends an answer, unless it is in double quotes. Names of columns and values may have commas and
    blanks in them: these end an answer only where another one begins behind them.
    """
    found: list[str] = []
    for part in _parts(text, ";"):
        words = [word.strip(",") for word in part.split()]
        if len(words) > 1 and all(map(_is_answer, words)):
            found += words
            continue
        open_ended, begun = False, list[str]()
        for piece in _parts(part, ","):
            if _is_answer(piece):
                if begun and piece.lower() not in _ORDERS and not _names(piece):
                    found.append(", ".join([*begun, piece]))  # a status whose value has commas
                else:
                    found += [*begun, piece]
                open_ended, begun = not _is_closed(piece), []
            elif open_ended:
                found[-1] = f"{found[-1]}, {piece}"
            else:
                begun.append(piece)
        found += begun
    return [_unquoted(piece) for piece in found if piece]


def _parts(text: str, mark: str) -> list[str]:
    """What stands between marks that are not in double quotes."""
    return [part.strip() for part in re.findall(rf'(?:"[^"]*"|[^{mark}])+', text)]


def _unquoted(piece: str) -> str:
    """An answer without quotes around its sides: owner="Assigned; to" is owner=Assigned; to."""
    return "=".join(side[1:-1] if len(side) > 1 and side[0] == side[-1] == '"' else side for side in piece.split("="))


def _is_answer(word: str) -> bool:
    """Whether a word has the form of an answer."""
    _, equals, value = word.rpartition("=")
    return word.lower() in _ORDERS or bool(equals and (_names(word) or value.strip().lower() in STATUSES))


def _names(word: str) -> bool:
    """Whether an answer begins with a name of ours; else it begins with a value of the files."""
    name = word.partition("=")[0].strip()
    return name.lower() in ("zone", "source", "encoding", "system", "accept") or bool(role_named(name))


def _is_closed(piece: str) -> bool:
    """Whether nothing can be added to an answer: its value is one of few words."""
    name, _, value = piece.partition("=")
    return piece.lower() in _ORDERS or name.lower() in ("zone", "encoding", "accept") or value.lower() in STATUSES


def _answered(options: Options, text: str) -> Options:
    """The options with one more answer. Raises WrongUse for text that is none."""
    if text.lower() in _ORDERS:
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
            raise WrongUse(
                f"“{value}” cannot be accepted: no question has that name.",
                "The line below each question says what to type.",
            )
        return replace(options, accept=tuple(dict.fromkeys((*options.accept, value))))
    theirs, _, ours = (part.strip() for part in text.rpartition("="))
    if theirs and ours.lower() in STATUSES:
        others = tuple(one for one in options.statuses if fold(one[0]) != fold(theirs))
        return replace(options, statuses=(*others, (theirs, ours.lower())))
    raise WrongUse(f"“{text}” is not an answer.", f"Answers are: {ANSWERS}.")


def check_answer(preview: ImportPreview, before: Options, after: Options) -> None:
    """Raises WrongUse for a new answer about a system, a status or a doubt that the files looked at do not have."""
    owners, labels = set(map(fold, preview.owners)), set(map(fold, preview.labels))
    for name in after.systems:
        if name not in before.systems and fold(name) not in owners:
            raise WrongUse(f"No case has the owner “{name}”{nearest(name, preview.owners)}.", "Type the name as it is.")
    for value, _ in set(after.statuses) - set(before.statuses):
        if fold(value) not in labels:
            hint = "Type the value as it is; a column is answered like owner=COLUMN."
            raise WrongUse(f"No case has the status “{value}”{nearest(value, preview.labels)}.", hint)

    there = [doubt.kind for doubt in preview.doubts]
    for name in after.accept:
        if name not in before.accept and name not in there:
            raise WrongUse(f"There is nothing to accept as “{name}” here{nearest(name, there)}.", "Leave it out.")


def _check(name: str, value: str) -> None:
    """Raises WrongUse for a zone or an encoding that does not exist; an empty one takes the answer back."""
    if name == "encoding" and value:
        check_encoding(value)
    if name == "zone" and value:
        check_zone(value)
