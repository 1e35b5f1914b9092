"""What a command asks for: the fields of its form, from which options and forms are made."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.command import Command
from careconsole.domain.case.entries import Entries

Kind = str
"""What a field takes: "person", "text" (from standard input with "-"), "word", "choice", "time", "number", "customer",
"flag", "yesno", "tags" or "level"."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a command asks for. `name` is the attribute of the command; `option` the word on the command line.

    Where a number names an entry of the case, `entries` gives those that it can name.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()
    option: str = ""
    entries: Entries | None = None

    @property
    def flag(self) -> str:
        """The option on the command line, without its dashes."""
        return self.option or self.name.replace("_", "-")

    @property
    def label(self) -> str:
        """What the question is called in the form."""
        return label_of(self.flag)


def label_of(flag: str) -> str:
    """What the question for an option is called in the forms of the console."""
    return flag.replace("-", " ").capitalize()


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """One command on cases: its verb on the command line (`id`) and its key in the console (empty: palette only)."""

    id: str
    command: type[Command]
    key: str
    title: str
    help: str
    example: str
    group: str
    fields: tuple[Field, ...] = ()


def person(name: str, help: str, required: bool = False, option: str = "") -> Field:
    """A field that takes somebody's name."""
    return Field(name=name, kind="person", help=help, required=required, option=option)


def text(name: str, help: str, required: bool = False, option: str = "") -> Field:
    """A field that takes words, or standard input."""
    return Field(name=name, kind="text", help=help, required=required, option=option)


def time(name: str, help: str, required: bool = False, option: str = "") -> Field:
    """A field that takes a time to come."""
    return Field(name=name, kind="time", help=help, required=required, option=option)


def choice(name: str, help: str, choices: tuple[str, ...], required: bool = False, option: str = "") -> Field:
    """A field that takes one of a few words."""
    return Field(name=name, kind="choice", help=help, choices=choices, required=required, option=option)


def flag(name: str, help: str) -> Field:
    """A field that is said or not."""
    return Field(name=name, kind="flag", help=help)


def entry(name: str, help: str, entries: Entries, required: bool = False, option: str = "") -> Field:
    """A field that takes an entry of the case, by its number in the history."""
    return Field(name=name, kind="number", help=help, required=required, option=option, entries=entries)
