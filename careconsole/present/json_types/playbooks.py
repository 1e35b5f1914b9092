"""Playbooks as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class AuthorityEntry(Entry, frozen=True, kw_only=True):
    """What the frontline may decide alone: up to a sum (`limit`, a decimal number, in `currency`; null without one),
    and until when by its own text (null: no end). `confirmed_until`: until when a lead has confirmed it (null: never).
    `in_force` says whether one may decide by it now.
    """

    text: str
    limit: str | None
    currency: str | None
    until: Moment | None
    confirmed_until: Moment | None
    in_force: bool


class ResultsEntry(Entry, frozen=True, kw_only=True):
    """How a playbook has done: on how many cases it was used and fitted, what was decided by it without a lead, and the
    sums of that by currency. `passed`: how often somebody was called though it would have let them decide. `doubted`:
    of the last four answers, two or more said that it did not fit.
    """

    used: int
    fitted: int
    partly: int
    not_fitted: int
    decided: int
    passed: int
    sums: dict[str, str]
    doubted: bool


class PlaybookEntry(Entry, frozen=True, kw_only=True):
    """A playbook. `edition` counts its texts; `state` is new, tried, proven, retired or undone; `keeper` wrote the
    text last, and is the one to ask about it. `case` is the one that it was written from.
    """

    number: int
    edition: int
    title: str
    state: str
    causes: list[str]
    tags: list[str]
    signs: str
    steps: list[str]
    authority: AuthorityEntry | None
    say: str
    escalate_when: str
    keeper: str
    case: CaseNumber | None
    written_at: Moment
    changed_at: Moment
    retired_because: str | None
    results: ResultsEntry


class FittingEntry(Entry, frozen=True, kw_only=True):
    """A playbook that fits a case, and why. `in_use`: it is used on the case already."""

    why: str
    in_use: bool
    playbook: PlaybookEntry


class PlaybookChangeEntry(Entry, frozen=True, kw_only=True):
    """A change that was made to a playbook, with notices for the person."""

    command: int
    playbook: PlaybookEntry
    notices: list[str]


class PlaybookUseEntry(Entry, frozen=True, kw_only=True):
    """A case on which a playbook was used: how it fitted (null: nobody has said), why, and what was decided by it."""

    case: CaseNumber
    at: Moment
    edition: int
    fit: str | None
    said: str
    decided: str | None
    amount: str | None
    currency: str | None


class PassedOverEntry(Entry, frozen=True, kw_only=True):
    """A case on which somebody was called though the playbook would have let them decide, and why."""

    case: CaseNumber
    at: Moment
    why: str


class PlaybookDetailsEntry(Entry, frozen=True, kw_only=True):
    """A playbook with the cases on which it was used, and those on which it was passed over."""

    playbook: PlaybookEntry
    uses: list[PlaybookUseEntry]
    passed: list[PassedOverEntry]


class EditionEntry(Entry, frozen=True, kw_only=True):
    """A change in the history of a playbook: when, by whom, what; `edition` and `difference` (a unified diff against
    the text before) for one that gave it a new text, else null.
    """

    at: Moment
    by: str
    told: str
    edition: int | None
    difference: list[str] | None


class PlaybooksLoadedEntry(Entry, frozen=True, kw_only=True):
    """What an import of playbooks did: the numbers of the new, the revised and the unchanged ones."""

    new: list[int]
    revised: list[int]
    unchanged: list[int]
    notices: list[str]


class PlaybooksSavedEntry(Entry, frozen=True, kw_only=True):
    """The files that an export of playbooks wrote."""

    folder: str
    files: list[str]


class PlaybookWordsEntry(Entry, frozen=True, kw_only=True):
    """A playbook's words for the customer, filled in for a case, and the variables that have no value there."""

    text: str
    without_value: list[str]
