"""The exception hierarchy: what went wrong, what to do next, and the exit code of the command.

CareError                1  something failed
├── WrongUse             2  bad input: an unknown case, a name, a time, an option
│   └── NoTeam           2  the database has no team yet
├── Refused              3  a rule says no
├── Conflict             4  somebody else changed the case meanwhile
└── RowsRejected         5  an import finished, but some of its rows were rejected
"""

from __future__ import annotations

from careconsole.domain.hints import Hint, Part, hint_of


class CareError(Exception):
    """An error that careconsole reports to a person.

    `message` says what happened; `hint` says what to do next and may be empty; `parts` replace its `{}` (see `hints`).
    `exit_code` is the exit code of the command line, `kind` the word by which programs recognise the error, and `field`
    the field of the command that it is about (empty: of none).
    """

    exit_code = 1
    kind = "failed"
    field = ""

    def __init__(self, message: str, hint: str | Hint = "", *parts: Part) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint_of(hint, *parts)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class WrongUse(CareError):
    """The input cannot be used: an unknown case or person, a bad time, a bad option."""

    exit_code = 2
    kind = "wrong_use"


class NoTeam(WrongUse):
    """The database exists but has no team yet; one can be created."""

    kind = "no_team"


class Refused(CareError):
    """A rule of the desk says no; the hint names the next thing to do.

    For a command on several cases, `cases` are those that were refused, each with its own error.
    """

    exit_code = 3
    kind = "refused"
    cases: tuple[tuple[int, CareError], ...] = ()


class Conflict(CareError):
    """The case changed after the person last saw it; the message says what somebody else did."""

    exit_code = 4
    kind = "conflict"


class RowsRejected(CareError):
    """Some input rows were rejected; the others were imported."""

    exit_code = 5
    kind = "rows_rejected"
