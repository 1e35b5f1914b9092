"""The questions of a form: one for each field of a command, with a likely answer filled in. Values are text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import Hint

Said = Mapping[str, str]
"""The answers in a form, by question name. People are their numbers, "duty" or ""; yes is "yes"."""

LINE, BLOCK, TIME, CHOOSE, PICK, CUSTOMER, CASE, TAGS = (
    "line", "block", "time", "choose", "pick", "customer", "case", "tags",
)  # fmt: skip
"""The looks of a question: a line, a block of text, a time, one of a few words in a line, one of a list, a customer's
name, a case's number, and tags."""


class Choice(msgspec.Struct, frozen=True):
    """One answer to choose: its value, its label, and a note, such as why it is suggested."""

    value: str
    label: str
    note: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form. `ready` is the answer filled in beforehand; `suggestions` are others to leaf through.

    `when` says whether it is asked at all, given the other answers.
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

    def asked(self, said: Said) -> bool:
        """Whether it is asked, given the other answers."""
        return self.when is None or self.when(said)


class Mistake(WrongUse):
    """An answer in a form is missing or wrong; `field` is the name of its question."""

    def __init__(self, field: str, message: str, hint: str | Hint = "") -> None:
        super().__init__(message, hint)
        self.field = field
