"""The head of a database: one line that depends on all its histories and logs up to a moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.engine import digests

_HEAD = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-([0-9a-f]{32})", re.ASCII)


def parse_head(text: str) -> tuple[int, int, int, str]:
    """The last event, command and journal entry that a head covers, and its digest. Raises WrongUse if it is none."""
    match = _HEAD.fullmatch(text.strip())
    if match is None:
        raise WrongUse(f"{text!r} is not the head of a database.", "Give one that {} printed.", suggest("db check"))
    return int(match[1]), int(match[2]), int(match[3]), match[4]


class Head:
    """Makes a head from the digests up to an event, a command and a journal entry."""

    def __init__(self, event: int, command: int, entry: int) -> None:
        self.event, self.command, self.entry = event, command, entry
        self._digest = digests.row_digest("head")

    def covers(self, table: str, values: Sequence[Any]) -> bool:
        """Whether the head covers a row of a log, given its columns that digests cover.

        An event of a playbook is covered with the command that wrote it.
        """
        if table == "playbook_events":
            return bool(values[digests.PLAYBOOK_FIELDS.index("command_id")] <= self.command)
        return bool(values[0] <= (self.command if table == "commands" else self.entry))

    def add(self, what: str | int, digest: bytes | None) -> None:
        """Adds a digest of a case (`what` is its number) or of a log (its table)."""
        self._digest = digests.row_digest(self._digest, what, digest)

    def __str__(self) -> str:
        return f"{self.event}-{self.command}-{self.entry}-{self._digest.hex()}"
