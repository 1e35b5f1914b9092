"""Arguments that many commands take: case numbers, people, times, and text from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from careconsole.domain.errors import WrongUse

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
SEEN = click.option("--seen", type=int, metavar="VERSION", help="The version you saw; a newer one is a conflict.")
SKIP = click.option("--skip-refused", is_flag=True, help="Do the cases that no rule refuses.")


def case_numbers(words: tuple[str, ...]) -> list[int]:
    """Case numbers from words, "-" reading more of them from standard input; WrongUse for anything else."""
    numbers: list[int] = []
    for word in words:
        if word == "-":
            numbers += case_numbers(tuple(read_input("case numbers").split()))
            continue
        digits = word.removeprefix("#")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
            raise WrongUse(f"{word!r} is no case number.", "Name cases by their numbers, as careconsole queue shows them.")
        numbers.append(int(digits))
    return numbers


def text_or_input(value: str, what: str) -> str:
    """The text itself, or what standard input holds when it is "-"."""
    return read_input(what).rstrip("\n") if value == "-" else value


def read_input(what: str) -> str:
    """All of standard input as text; WrongUse when it is not UTF-8. A terminal is told what is waited for."""
    if sys.stdin.isatty():
        print(f"Reading {what} from the terminal; end with Ctrl-D.", file=sys.stderr)
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongUse(f"The {what} on standard input is not UTF-8 (byte {error.start}).", "Convert it first.") from None


def moment(text: str, now: int) -> int:
    """A time to come."""
    from careconsole.domain.times import future, parse_moment

    return future(parse_moment(text, now), now, "That time")


def instant(text: str | None, now: int) -> int | None:
    """A time that may have passed; None for no text."""
    if text is None:
        return None
    from careconsole.domain.times import parse_instant

    return parse_instant(text, now)


def filter_argument() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The words of a filter, joined by `" ".join`; a leading minus belongs to the filter."""
    return click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[FILTER]...")


def filter_text(words: tuple[str, ...]) -> str:
    """The words of a command line as one filter text: a word with blanks was quoted there, and is quoted again."""
    return " ".join(word if " " not in word or ":" in word or '"' in word else f'"{word}"' for word in words)


FILTERING = {"ignore_unknown_options": True}
"""Context settings of commands with a filter, so that -is:parked is no option."""
