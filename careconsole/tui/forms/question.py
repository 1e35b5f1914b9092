"""What a form asks: one question for each field of a command, with the right answer ready. Values are text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import Hint

Said = Mapping[str, str]
"""What stands in a form, by the names of its questions. People are their numbers, "duty" or ""; yes is "yes"."""

LINE, BLOCK, TIME, CHOOSE, PICK, CUSTOMER, CASE, TAGS = (
    "line", "block", "time", "choose", "pick", "customer", "case", "tags",
)  # fmt: skip
"""The looks of a question: a line, a block of text, a time, one of a few words in a line, one of a list, a customer's
name, a case's number, and tags."""


class Choice(msgspec.Struct, frozen=True):
    """One answer to choose: its value, how it is called, and why it stands where it stands."""

    value: str
    label: str
    note: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form. `ready` is the answer that stands there already; `suggestions` are others to leaf through.

    `when` says whether it is asked at all, given what else was said.
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
        """Whether it is asked, given what else was said."""
        return self.when is None or self.when(said)


class Mistake(WrongUse):
    """Something typed into a form is off; `field` is the name of its question."""

    def __init__(self, field: str, message: str, hint: str | Hint = "") -> None:
        super().__init__(message, hint)
        self.field = field
