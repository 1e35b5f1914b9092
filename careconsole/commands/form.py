"""The fields of a command, from which command-line options and console forms are made."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.command import Command
from careconsole.domain.case.entries import Entries

Kind = str
"""The type of a field: "person", "text" (from standard input with "-"), "word", "choice", "time", "number", "customer",
"playbook", "flag", "yesno", "tags" or "level"."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a command. `name` is the attribute of the command; `option` the command-line option, if different.

    If the field is the number of an entry of the case, `entries` lists the valid ones.
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


_LABELS = {
    ("acknowledge", "until"): "Update by",
    ("ask", "of"): "Who",
    ("decline", "instead"): "Ask next",
    ("done", "said"): "Done",
    ("hand-over", "of"): "From",
    ("helped", "said"): "Result",
    ("keep", "said"): "Done",
    ("log", "text"): "Message",
    ("move", "due"): "New time",
    ("move", "told"): "Told them",
    ("note", "text"): "Note",
    ("nudge", "said"): "Message",
    ("park", "on"): "Waiting on",
    ("promise", "text"): "Promise",
    ("reclassify", "sort"): "Kind",
    ("resolve", "said"): "Resolution",
    ("split", "from"): "From entry",
}
"""Labels that say more in a form than the word of the option, by command and option."""


def label_of(flag: str, verb: str = "") -> str:
    """The label, in the console's forms, of a command's field for an option."""
    return _LABELS.get((verb, flag), flag.replace("-", " ").capitalize())


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
    """A field for a person's name."""
    return Field(name=name, kind="person", help=help, required=required, option=option)


def text(name: str, help: str, required: bool = False, option: str = "") -> Field:
    """A field for free text, or standard input."""
    return Field(name=name, kind="text", help=help, required=required, option=option)


def time(name: str, help: str, required: bool = False, option: str = "") -> Field:
    """A field for a future time."""
    return Field(name=name, kind="time", help=help, required=required, option=option)


def choice(name: str, help: str, choices: tuple[str, ...], required: bool = False, option: str = "") -> Field:
    """A field for one of a few words."""
    return Field(name=name, kind="choice", help=help, choices=choices, required=required, option=option)


def flag(name: str, help: str) -> Field:
    """A field that is either set or not."""
    return Field(name=name, kind="flag", help=help)


def entry(name: str, help: str, entries: Entries, required: bool = False, option: str = "") -> Field:
    """A field for an entry of the case, by its number in the history."""
    return Field(name=name, kind="number", help=help, required=required, option=option, entries=entries)


LESSON: tuple[Field, ...] = (
    Field(name="cause", kind="word", help="What it came of, as a short label; needed if a review is owed."),
    text("change", "What we change, if anything."),
    person("owner", "Who makes the change."),
    time("due", "By when."),
)
"""What an exception taught, said together with the decision or the resolution that ends it."""
