"""What an import would lose or guess, on the command line: printed worst first, and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from shlex import quote

from careconsole.cli.output import say
from careconsole.domain.terminal_text import display_text
from careconsole.intake.files.doubts import Answer, Doubt, blocking
from careconsole.present.json_types.imports import DoubtEntry

_FLAGS = {
    "accept": "--accept",
    "columns": "--column",
    "encoding": "--encoding",
    "statuses": "--status",
    "systems": "--system",
    "users": "--users",
    "zone": "--zone",
}
_ORDERS = {"yes": "--day-first", "no": "--month-first"}
_LONG = 400


def answer_words(answer: Answer) -> str:
    """The option that gives an answer, for a shell."""
    return _ORDERS[answer.value] if answer.option == "day_first" else f"{_FLAGS[answer.option]} {quote(answer.value)}"


def answers_text(doubt: Doubt, takes: Collection[str]) -> str:
    """The options that settle a doubt, each with what it says."""
    return "; ".join(f"{answer_words(answer)} {answer.meaning}" for answer in doubt.answers(takes))


def say_doubts(doubts: Iterable[Doubt], takes: Collection[str], accepted: Collection[str]) -> None:
    """Prints doubts as they come: those to be answered with "?" and their answers, the others with "-"."""
    for doubt in doubts:
        if blocking([doubt], accepted):
            say(f"? {display_text(doubt.text, _LONG)}")
            say(f"    {display_text(answers_text(doubt, takes), _LONG)}.")
        else:
            say(f"- {display_text(doubt.text, _LONG)}{' This is accepted.' if doubt.blocks else ''}")


def doubt_entries(doubts: Iterable[Doubt], takes: Collection[str], accepted: Collection[str]) -> list[DoubtEntry]:
    """Doubts as JSON, in their order."""
    return [
        DoubtEntry(
            kind=doubt.kind,
            what=doubt.what,
            count=doubt.count,
            examples=list(doubt.examples),
            text=doubt.text,
            blocks=doubt.blocks,
            accepted=doubt.blocks and not blocking([doubt], accepted),
            answers=[answer_words(answer) for answer in doubt.answers(takes)] if doubt.blocks else [],
        )
        for doubt in doubts
    ]
