"""Imports and their results as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class DoubtEntry(Entry, frozen=True, kw_only=True):
    """What an import would lose or guess: `count` doubts of one `kind` about the column or field `what`.

    `text` is the doubt as a sentence, `examples` are the most frequent values. One that `blocks` affects a case's time,
    end, identity, owner or customer: `import auto` continues only with one of its `answers`, which are options of the
    command; words in capitals are to be filled in. `accepted` means that it was answered with --accept.
    """

    kind: str
    what: str
    count: int
    examples: list[str]
    text: str
    blocks: bool
    accepted: bool
    answers: list[str]


class ImportEntry(Entry, frozen=True, kw_only=True):
    """The result of an import, or with --dry-run what the result would be.

    `batch` is its number (null: nothing was new). `records` were read, of which `rejected` were rejected; `rows` is the
    number of history entries they made. `resumed` means that an interrupted import of the same files was continued.
    `doubts` are what was lost or guessed, the worst first; `notices` are further remarks. Each case counts once, as
    new, changed or unchanged. `late_events` belong to cases that people here have worked on, and did not change their
    state; `conflicts` are those of these cases that differ from the source. `addresses_elsewhere` counts the mail
    addresses that stay with other customers, who have them already.
    """

    batch: int | None
    rows: int
    rejected: int
    new_cases: int
    changed_cases: int
    unchanged_cases: int
    new_events: int
    late_events: int
    conflicts: int
    new_people: int
    new_customers: int
    addresses_elsewhere: int
    resumed: bool
    records: int
    source: str
    dry_run: bool
    doubts: list[DoubtEntry]
    notices: list[str]


class FirstCaseEntry(Entry, frozen=True, kw_only=True):
    """A case as it would become: `heard`, `said` and `notes` count the customer's messages, ours, and notes."""

    external: str
    subject: str
    customer: str
    owner: str | None
    status: str
    label: str
    priority: str
    tags: list[str]
    opened_at: Moment
    changed_at: Moment
    heard: int
    said: int
    notes: int


class GuidedImportEntry(Entry, frozen=True, kw_only=True):
    """What files are, what they would become, the open questions, and the result of importing them.

    `source` is the system's name; `source_note` says where it comes from. `roles` gives the column for each role,
    `columns` are all columns; both are empty if the files are not tables. `first_cases` are the first cases as they
    would become. `doubts` are what would be lost or guessed, the worst first, and `questions` are those that need an
    answer: while there are any, or without -y, nothing is imported. `map` is the file with the map of a
    table, `answers` the file with the answers about an export. `command` are the words of the command that repeats the
    import; `result` is null if nothing was imported.
    """

    files: list[str]
    kind: str
    source: str
    source_note: str | None
    zone: str
    roles: dict[str, str]
    columns: list[str]
    first_cases: list[FirstCaseEntry]
    rejects: list[RejectEntry]
    rejected: int
    doubts: list[DoubtEntry]
    notices: list[str]
    questions: list[str]
    map: str | None
    answers: str | None
    command: list[str]
    result: ImportEntry | None


class ReadmittedEntry(Entry, frozen=True, kw_only=True):
    """A database made from an export of everything: where it is, and how many rows of each table were loaded.

    `files` is how many contents of attached files came along; `warnings` name those that did not.
    """

    database: str
    dry_run: bool
    rows: dict[str, int]
    files: int
    warnings: list[str]


class BatchEntry(Entry, frozen=True, kw_only=True):
    """A past import.

    `status` is running, done, failed or rolled back; `actor` is who ran it; `counts` are its results, by name.
    """

    number: int
    source: str
    file: str
    status: str
    actor: str | None
    started_at: Moment
    finished_at: Moment | None
    counts: dict[str, int]


class ListedBatchEntry(BatchEntry, frozen=True, kw_only=True):
    """An import, and how many older cases it changed."""

    changed_cases: int


class DifferenceEntry(Entry, frozen=True, kw_only=True):
    """What the source says about a case, and what is true here."""

    what: str
    said: str | int | None
    holds: str | int | None


class ConflictEntry(Entry, frozen=True, kw_only=True):
    """A case that people here have worked on and that differs from the source."""

    case: CaseNumber
    differences: list[DifferenceEntry]


class RejectEntry(Entry, frozen=True, kw_only=True):
    """A rejected record: its file (empty if there was only one), its line or number in it, the field, the
    reason, and its text.
    """

    line: int
    field: str
    reason: str
    raw: str
    file: str


class BatchDetailEntry(BatchEntry, frozen=True, kw_only=True):
    """An import with the cases that people have worked on since, conflicts, and rejected records."""

    worked_on_since: list[CaseNumber]
    conflicts: list[ConflictEntry]
    rejects: list[RejectEntry]


class RolledBackEntry(Entry, frozen=True, kw_only=True):
    """An import that was rolled back: how many cases were removed or restored, and which were kept, because people or
    a later import have added to them.
    """

    batch: int
    removed: int
    restored: int
    kept: list[CaseNumber]
