"""Reads the entries of an import to the end and keeps what a preview shows: the first cases, ids, rejects, owners.

Files may be longer than memory, so everything that is kept has a limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import msgspec

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord

FIRST = 5
"""How many cases a preview shows."""

_MOST_LINES = 3_000
_MOST_IDS = 500
_MOST_OWNERS = 1_000
_MOST_REJECTS = 100


class FirstCase(msgspec.Struct, kw_only=True):
    """A case as the import would create it. Times are epoch milliseconds; `heard`, `said` and `notes` count messages
    from the customer, messages to the customer, and internal notes."""

    external: str
    subject: str = ""
    customer: str = ""
    owner: str = ""
    status: str = "open"
    label: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    opened: int = 0
    changed: int = 0
    heard: int = 0
    said: int = 0
    notes: int = 0


class Look(msgspec.Struct):
    """What has been seen: `lines` of the first cases, the `ids` of the first ones, `owners` with how many cases state
    them, `labels` of statuses, the first `rejects`, and how many were `rejected`."""

    lines: dict[str, list[ImportedEntry]] = {}
    ids: dict[str, None] = {}
    owners: dict[str, int] = {}
    labels: dict[str, None] = {}
    rejects: list[RejectedRecord] = []
    rejected: int = 0

    def read(self, items: Iterable[ImportedEntry | RejectedRecord]) -> Look:
        """Reads to the end."""
        kept = 0
        for item in items:
            if isinstance(item, RejectedRecord):
                self.rejected += 1
                if len(self.rejects) < _MOST_REJECTS:
                    self.rejects.append(item)
                continue
            external, owner = item.external, item.owner
            if owner and (owner in self.owners or len(self.owners) < _MOST_OWNERS):
                self.owners[owner] = self.owners.get(owner, 0) + 1
            if item.label and len(self.labels) < _MOST_OWNERS:
                self.labels[item.label] = None
            if len(self.ids) < _MOST_IDS:
                self.ids[external] = None
            if kept < _MOST_LINES and (external in self.lines or len(self.lines) < FIRST):
                self.lines.setdefault(external, []).append(item)
                kept += 1
        return self

    def first_cases(self) -> list[FirstCase]:
        """The first cases, each built from all its lines."""
        return [_case(external, sorted(own, key=lambda line: line.at)) for external, own in self.lines.items()]


def first_cases(items: Iterable[ImportedEntry | RejectedRecord], most: int = FIRST) -> list[FirstCase]:
    """The first cases of `items`."""
    return list(islice(Look().read(items).first_cases(), most))


def _case(external: str, lines: list[ImportedEntry]) -> FirstCase:
    case = FirstCase(external=external, opened=lines[0].at, changed=lines[-1].at)
    for line in lines:
        for name in ("subject", "customer", "owner", "status", "label", "priority", "tags"):
            if value := getattr(line, name):
                setattr(case, name, value)
        if line.nobody:
            case.owner = ""
        if line.deleted or line.merged_into is not None:
            case.status, case.label = "closed", "deleted" if line.deleted else f"merged into {line.merged_into}"
        if line.said is not None:
            case.heard += line.said.way == "in"
            case.said += line.said.way == "out"
            case.notes += line.said.way == "note"
    return case
