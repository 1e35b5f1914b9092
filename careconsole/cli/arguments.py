"""Arguments shared by many commands: case numbers, times, filters, and text from files or standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from careconsole.cli.groups import Completed, Count
from careconsole.cli.output import say
from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import DAY_BEGINS, future, parse_moment

if TYPE_CHECKING:
    from careconsole.desk import Desk

FORCE = click.option("--force", is_flag=True, help="Replace FILE if it exists, but never a database.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
MOST = 10**15 - 1
"""The largest number accepted anywhere; databases and JSON readers represent it exactly."""
COUNT = Count(0, MOST)
SEEN = click.option("--seen", type=COUNT, metavar="VERSION", help="The version you saw; a newer one is a conflict.")
SKIP = click.option("--skip-refused", is_flag=True, help="Skip refused cases and do the others; then exit with 3.")


def only_with(needed: str, is_there: object, **given: object) -> None:
    """Raises WrongUse for an option that was `given` (by its name) and does nothing without the one that is `needed`.

    An option is given unless it is None, False or empty.
    """
    for name, value in given.items():
        if not is_there and value not in (None, False, "", ()):
            option = f"--{name.replace('_', '-')}"
            raise WrongUse(f"{option} does nothing without {needed}.", f"Give {needed} as well, or leave {option} out.")


def case_numbers(words: tuple[str, ...], desk: Desk) -> list[int]:
    """The numbers of cases, given by number or as SOURCE:ID; "-" reads more of them from standard input.

    Raises WrongUse for anything else.
    """
    numbers: list[int] = []
    for word in words:
        if word == "-":
            numbers += case_numbers(tuple(read_input("case numbers").split()), desk)
            continue
        digits = word.removeprefix("#")
        if digits.isascii() and digits.isdigit() and len(digits) < 16:
            numbers.append(int(digits))
        else:
            numbers.append(_case_elsewhere(word, desk))
    return numbers


def _case_elsewhere(word: str, desk: Desk) -> int:
    """The number of the case that another system calls so, as in servicenow:INC0010023."""
    if ":" not in word:
        raise WrongUse(
            f"{word!r} is not a case number.",
            "Give its number, as careconsole queue shows it, or its id in another system, as SOURCE:ID.",
        )
    from shlex import quote

    from careconsole.desk.queries.case_queries import number_elsewhere

    number = number_elsewhere(desk, word)
    if number is None:
        raise WrongUse(f"There is no case {word}.", f"Look for it: careconsole search {quote(word.partition(':')[2])}")
    return number


def no_case_came(words: tuple[str, ...], numbers: list[int]) -> bool:
    """Whether cases were to come from standard input, and none did, which is no error; says so."""
    if numbers or "-" not in words:
        return False
    say("No case numbers on standard input; nothing was done.")
    return True


def one_case(word: str, desk: Desk) -> int:
    """The number of exactly one case. Raises WrongUse for anything else."""
    numbers = case_numbers((word,), desk)
    if len(numbers) != 1:
        raise WrongUse(f"This takes one case, not {len(numbers)}.", "Give its number.")
    return numbers[0]


def text_or_input(value: str, what: str) -> str:
    """Returns the text itself, or for "-" standard input without its final line ending."""
    if value != "-":
        return value
    text = read_input(what)
    return text[: -2 if text.endswith("\r\n") else -1] if text.endswith("\n") else text


def read_input(what: str, most: int | None = None) -> str:
    """Returns all of standard input as text. Raises WrongUse if it is not UTF-8, too long, or was read as another text.

    `most` is the limit in bytes, by default that of a text. On a terminal, says what to type.
    """
    meta = click.get_current_context().meta
    if (before := meta.setdefault("careconsole.input", what)) != what:
        raise WrongUse(f"{before} and {what} cannot both come from standard input.", "Give one of them as text.")
    if sys.stdin.isatty():
        say(f"Reading {what} from the terminal; end with Ctrl-D.")
    from careconsole.desk.text_files import LONGEST_TEXT, decoded, read_bounded

    name = f"Standard input ({what})"
    return decoded(read_bounded(sys.stdin.buffer, most or LONGEST_TEXT, name), name)


def read_file(file: str, what: str) -> str:
    """Returns the text of a settings file, or of standard input for "-".

    Raises WrongUse or CareError if it cannot be read or is larger than settings may be.
    """
    from careconsole.desk.text_files import LONGEST_SETTINGS, read_settings

    if file == "-":
        return read_input(what, LONGEST_SETTINGS)
    return read_settings(file, f"Give a file with {what}, or - for standard input.")


def moment(text: str, now: int, hour: int = DAY_BEGINS) -> int:
    """Parses a future time, in epoch milliseconds; a day alone means `hour`. Raises WrongUse for any other."""
    return future(parse_moment(text, now, hour=hour), now, "That time")


def instant(text: str | None, now: int) -> int | None:
    """Parses a time in what has happened ("fri 17:00" is the last such time, "4w" so long ago); None for no text."""
    if text is None:
        return None
    from careconsole.domain.time.past import parse_past  # most commands are given none

    return parse_past(text, now)


def any_moment(text: str | None, now: int) -> int | None:
    """Parses a time that may be past or future ("fri 17:00" is the next such time); None for no text."""
    if text is None:
        return None
    return parse_moment(text, now)


FILTER = click.argument("words", nargs=-1, type=Completed(), metavar="[FILTER]...")
"""The words of a filter (see `groups.Filtering`)."""
