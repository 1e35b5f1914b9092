"""The one exception family: what went wrong, what to do next, and the exit code it ends a command with.

CareError                1  something failed
├── WrongUse             2  the call itself is off: an unknown case, a name, a time, an option
│   └── NoTeam           2  nobody lives in the database yet
├── Refused              3  a rule says no
├── Conflict             4  somebody else changed the case meanwhile
└── RowsRejected         5  an import went through, some of its rows did not
"""

from __future__ import annotations

from careconsole.domain.hints import Hint, Part, hint_of


class CareError(Exception):
    """Anything careconsole tells a person went wrong.

    `message` says what happened; `hint` says what to do next and may be empty; `parts` go in the places of its `{}`
    (see `hints`). `exit_code` is what the command line ends with, `kind` the word that programs know the error by.
    """

    exit_code = 1
    kind = "failed"

    def __init__(self, message: str, hint: str | Hint = "", *parts: Part) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint_of(hint, *parts)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class WrongUse(CareError):
    """The call cannot be understood as it stands: an unknown case or person, a bad time, a bad option."""

    exit_code = 2
    kind = "wrong_use"


class NoTeam(WrongUse):
    """The database is there, but no team lives in it yet: one can begin."""

    kind = "no_team"


class Refused(CareError):
    """A rule of the desk says no; the hint names the next thing to do.

    Where it is about several cases, `cases` are those it refuses, each with its own reason.
    """

    exit_code = 3
    kind = "refused"
    cases: tuple[tuple[int, CareError], ...] = ()


class Conflict(CareError):
    """The case is newer than what the person had seen; the message tells what the other one did."""

    exit_code = 4
    kind = "conflict"


class RowsRejected(CareError):
    """Some input rows were rejected; the good ones went in."""

    exit_code = 5
    kind = "rows_rejected"
