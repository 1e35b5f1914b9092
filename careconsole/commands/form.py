"""The fields of a command, from which command-line options and console forms are made.

A row of the registry names the command's class, the words of a choice and what lists the entries as "module:Name", with
the module in `domain/case/`. They are imported when they are used: nobody needs every rule to see the queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from careconsole.domain.late_import import late_import
from careconsole.domain.time.moments import DAY_BEGINS, DAY_ENDS

if TYPE_CHECKING:
    from careconsole.domain.case.command import Command
    from careconsole.domain.case.entries import Entries

_RULES = "careconsole.domain.case"

Kind = str
"""The type of a field: "person", "text" (from standard input with "-"), "word", "choice", "time", "number", "customer",
"playbook", "flag", "yesno", "tags", "level", "path" (of a file) or "paths"."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a command. `name` is the attribute of the command; `option` the command-line option, if different.

    `words` names the choices, and `listed` what lists the valid entries of the case, if it is the number of one. The
    console's form does not ask for one that is not `asked`, such as a reason that nobody is told. On the command line
    one `at_end` may be given at the end, without its option, and the option of a `bare` one without a text. A time that
    is a day alone means `hour`. A required one that is `filled` has a usual answer: the form has it ready, and the
    command line takes it if none is given.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    words: str = ""
    option: str = ""
    listed: str = ""
    asked: bool = True
    at_end: bool = False
    bare: bool = False
    filled: bool = False
    hour: int = DAY_ENDS

    @property
    def choices(self) -> tuple[str, ...]:
        """The words to choose from; none if it is no choice."""
        return tuple(late_import(self.words, _RULES)) if self.words else ()

    @property
    def entries(self) -> Entries | None:
        """Lists the entries that are valid; None if it is not the number of one."""
        found: Entries | None = late_import(self.listed, _RULES) if self.listed else None
        return found

    @property
    def must_be_given(self) -> bool:
        """Whether the command line refuses a command without it."""
        return self.required and not self.filled

    @property
    def flag(self) -> str:
        """The option on the command line, without its dashes."""
        return self.option or self.name.replace("_", "-")


_LABELS = {
    ("acknowledge", "until"): "Update by",
    ("ask", "of"): "Who",
    ("decline", "instead"): "Ask next",
    ("check-change", "again"): "Check again",
    ("check-change", "said"): "Seen",
    ("done", "check"): "Check it",
    ("done", "said"): "Done",
    ("move-change", "due"): "New time",
    ("escalate", "proposal"): "I would",
    ("hand-over", "of"): "From",
    ("helped", "said"): "Result",
    ("keep", "said"): "Done",
    ("log", "in"): "From",
    ("log", "proactive"): "Unprompted",
    ("log", "sort"): "Kind",
    ("log", "text"): "Message",
    ("move", "due"): "New time",
    ("move", "told"): "Told them",
    ("new", "inbound"): "From",
    ("note", "text"): "Note",
    ("nudge", "said"): "Message",
    ("park", "on"): "Waiting on",
    ("promise", "text"): "Promise",
    ("rate", "rating"): "They say",
    ("rate", "said"): "Their words",
    ("rate", "sort"): "Kind",
    ("reclassify", "sort"): "Kind",
    ("", "nothing-because"): "No change",
    ("", "auto-answer"): "Auto answer",
    ("", "display-name"): "Shown as",
    ("", "imap"): "Fetch from",
    ("", "imap-security"): "Encryption",
    ("", "password-command"): "Password",
    ("", "password-env"): "Password",
    ("", "sent-folder"): "Copies to",
    ("", "smtp"): "Send by",
    ("", "smtp-security"): "Encryption",
    ("", "smtp-user"): "User there",
    ("", "token-command"): "Password",
    ("reply", "at"): "Send at",
    ("reply", "box"): "From box",
    ("reply", "file"): "Files",
    ("reply", "no-quote"): "No quote",
    ("reply", "text"): "Mail",
    ("resolve", "fit"): "Playbook",
    ("resolve", "said"): "Resolution",
    ("", "without-help"): "No help",
    ("revise-playbook", "escalate-when"): "Escalate if",
    ("revise-playbook", "may"): "May decide",
    ("revise-playbook", "steps"): "Do",
    ("write-playbook", "escalate-when"): "Escalate if",
    ("write-playbook", "may"): "May decide",
    ("write-playbook", "steps"): "Do",
    ("split", "from"): "From entry",
}
"""Labels that say more in a form than the word of the option, or have room there, by command ("": any) and option."""


def label_of(flag: str, verb: str = "") -> str:
    """The label, in the console's forms, of a command's field for an option."""
    return _LABELS.get((verb, flag)) or _LABELS.get(("", flag)) or flag.replace("-", " ").capitalize()


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """One command on cases: its verb on the command line (`id`) and its key in the console (empty: palette only).

    `rule` names its class.
    """

    id: str
    rule: str
    key: str
    title: str
    help: str
    example: str
    group: str
    fields: tuple[Field, ...] = ()

    @property
    def command(self) -> type[Command]:
        """The class of the command."""
        found: type[Command] = late_import(self.rule, _RULES)
        return found

    def load(self) -> None:
        """Imports all that it names, ahead of its use."""
        for place in (self.rule, *(place for field in self.fields for place in (field.words, field.listed) if place)):
            late_import(place, _RULES)


def person(name: str, help: str, required: bool = False, option: str = "", *, filled: bool = False) -> Field:
    """A field for a person's name."""
    return Field(name=name, kind="person", help=help, required=required, option=option, filled=filled)


def text(
    name: str, help: str, required: bool = False, option: str = "", *, asked: bool = True, bare: bool = False
) -> Field:
    """A field for free text, or standard input; one called "text" may be given at the end."""
    at_end = name == "text"
    return Field(
        name=name, kind="text", help=help, required=required, option=option, asked=asked, at_end=at_end, bare=bare
    )


def time(name: str, help: str, required: bool = False, option: str = "", *, hour: int = DAY_ENDS) -> Field:
    """A field for a future time: a deadline, or with `DAY_BEGINS` when something begins or goes on again."""
    return Field(name=name, kind="time", help=help, required=required, option=option, hour=hour)


def choice(
    name: str, help: str, words: str, required: bool = False, option: str = "", *, at_end: bool = False
) -> Field:
    """A field for one of a few words, which `words` names."""
    return Field(name=name, kind="choice", help=help, words=words, required=required, option=option, at_end=at_end)


def flag(name: str, help: str) -> Field:
    """A field that is either set or not."""
    return Field(name=name, kind="flag", help=help)


def entry(name: str, help: str, listed: str, required: bool = False, option: str = "") -> Field:
    """A field for an entry of the case, by its number in the history; `listed` names what lists the valid ones."""
    return Field(name=name, kind="number", help=help, required=required, option=option, listed=listed)


CAME_BACK = choice("came_back", "If it came back after a change was made: what became of that change.", "verdicts:WHYS")
"""Why a cause came up after a change for it was made."""
LESSON: tuple[Field, ...] = (
    Field(name="cause", kind="word", help="What it came of, as a short label; needed if a review is owed."),
    text("change", "What we change, if anything."),
    person("owner", "Who makes the change."),
    time("due", "By when."),
    CAME_BACK,
)
"""What an exception taught, said together with the decision or the resolution that ends it."""

THEN_FIELDS: tuple[Field, ...] = (
    choice("then", "What follows in the same command; left out, the case stays open.", "then:THENS"),
    time("due", "For a promise: by when."),
    choice("on", "To park it: on whom it waits.", "parking:WAITS_ON"),
    time("until", "To park it: until when.", hour=DAY_BEGINS),
    text("said", "How it was resolved, what was promised, or why it is parked; if left out, the text says it."),
    choice("promises", "To resolve it: what became of the promises that are still open.", "resolution:SETTLED"),
    choice("answer", "To resolve it while the customer waits: what they heard.", "resolution_answers:ANSWERS"),
)
"""The fields with which a message, or a new case, goes on to a promise, a parking or the resolution."""

MESSAGE_THEN_FIELDS: tuple[Field, ...] = (
    *(replace(field, help="For a promise, or for --change: by when.") if field.name == "due" else field
      for field in THEN_FIELDS),
    flag("without_help", "To resolve it: it was solved before anybody acknowledged the call, which is withdrawn."),
    *(replace(field, help=f"To resolve it after a call for help: {field.help[:1].lower()}{field.help[1:]}")
      for field in LESSON if field.name != "due"),
)  # fmt: skip
"""The same on a case that is there already: if it was escalated, its resolution says what that taught."""
