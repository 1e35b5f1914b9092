"""The questions of a form: one for each field of a command, with a likely answer filled in. Values are text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import Hint
from careconsole.domain.time.moments import DAY_ENDS

Said = Mapping[str, str]
"""The answers in a form, by question name. People are their numbers, "duty" or ""; yes is "yes"."""

LINE, BLOCK, TIME, CHOOSE, PICK, CUSTOMER, CASE, TAGS, SUBJECT, SECRET = (
    "line", "block", "time", "choose", "pick", "customer", "case", "tags", "subject", "secret",
)  # fmt: skip
"""The looks of a question: a line, a block of text, a time, one of a few words in a line, one of a list, a customer's
name, a case's number, tags, what a new case is about, and a line that shows nothing of what is typed."""


NO_MATCH = "no match: "
"""What the answer to a list begins with if something was typed that no choice begins with: it is refused."""


class Choice(msgspec.Struct, frozen=True):
    """One answer to choose: its value, its label, and a note, such as why it is suggested."""

    value: str
    label: str
    note: str = ""


class Wording(msgspec.Struct, frozen=True):
    """What a question is called, its help, and whether it must be answered."""

    label: str
    help: str
    required: bool


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form. `ready` is the answer filled in beforehand; `suggestions` are others to leaf through.

    Given the other answers, `when` says whether it is asked at all, `wording` what it is called then, and `usual` what
    is filled in as long as nothing else is typed. A time that is a day alone means `hour`.
    """

    name: str
    kind: str
    look: str
    label: str
    help: str
    required: bool = False
    ready: str = ""
    choices: tuple[Choice, ...] = ()
    suggestions: tuple[str, ...] = ()
    when: Callable[[Said], bool] | None = None
    wording: Callable[[Said], Wording] | None = None
    usual: Callable[[Said], str] | None = None
    hour: int = DAY_ENDS

    def asked(self, said: Said) -> bool:
        """Whether it is asked, given the other answers."""
        return self.when is None or self.when(said)

    def needed(self, said: Said) -> bool:
        """Whether it must be answered, given the other answers."""
        return self.required if self.wording is None else self.wording(said).required

    def worded(self, said: Said) -> Wording:
        """What it is called, given the other answers."""
        return Wording(self.label, self.help, self.required) if self.wording is None else self.wording(said)


class Mistake(WrongUse):
    """An answer in a form is missing or wrong; `field` is the name of its question."""

    def __init__(self, field: str, message: str, hint: str | Hint = "") -> None:
        super().__init__(message, hint)
        self.field = field
