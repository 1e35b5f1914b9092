"""Imports and their results as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class DoubtEntry(Entry, frozen=True, kw_only=True):
    """What an import would lose or guess: so many (`count`) of one `kind` about the column or field `what`.

    `text` says it in a sentence, `examples` are the most frequent ones. One that `blocks` changes a case's time, end,
    identity, owner or customer: `import auto` goes on only with one of its `answers`, which are options of the command,
    words in capitals to be filled in. `accepted` says that it was answered with --accept.
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
    """What an import did, or with --dry-run would do.

    `batch` is its number (null: nothing was new). `records` were read, of which `rejected` could not be taken; `rows`
    is how many lines of history they made. `resumed` says that an earlier import of the same files had not come to its
    end and was taken up. `doubts` is what it lost or guessed, the worst first, and
    `notices` what else is to be said. Each case counts once, as new, changed or unchanged. `late_events` came to
    cases that people here work on and changed nothing of their state; `conflicts` are those cases of which the source
    now says something else than holds.
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
    resumed: bool
    records: int
    source: str
    dry_run: bool
    doubts: list[DoubtEntry]
    notices: list[str]


class FirstCaseEntry(Entry, frozen=True, kw_only=True):
    """A case as it would become: `heard`, `said` and `notes` count words of the customer, ours to them, and notes."""

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
    """What files are, what they would become, what is left to ask, and what came of importing them.

    `source` is the system's name; `source_note` says how it came about. `roles` tells which column is taken for what,
    `columns` are all of them; both are empty where the files are no table. `first_cases` are the first ones as they
    would become. `doubts` is what the whole of the files would lose or guess, the worst first, and `questions` are
    those that are to be answered: with some, and without -y, nothing is imported. `map` is the file in
    which the map of a table was kept, `answers` the one with the answers about an export. `command` is the one command
    that repeats the import, word by word; `result` is null where nothing was imported.
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
    """A database made of an export of everything: where it is, and how many rows of each table came in."""

    database: str
    dry_run: bool
    rows: dict[str, int]


class BatchEntry(Entry, frozen=True, kw_only=True):
    """An import that was made.

    `status` is running, done, failed or rolled back; `actor` who made it; `counts` what it brought, by name.
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
    """What the source said of a case, and what holds here."""

    what: str
    said: str | int | None
    holds: str | int | None


class ConflictEntry(Entry, frozen=True, kw_only=True):
    """A case that people here work on, and on which the source and we differ."""

    case: CaseNumber
    differences: list[DifferenceEntry]


class RejectEntry(Entry, frozen=True, kw_only=True):
    """A record that could not be taken: its file (empty where there was one), its line or number in it, the field, the
    reason, and its text.
    """

    line: int
    field: str
    reason: str
    raw: str
    file: str


class BatchDetailEntry(BatchEntry, frozen=True, kw_only=True):
    """An import with the cases that people have worked on since, conflicts, and records that could not be taken."""

    touched_since: list[CaseNumber]
    conflicts: list[ConflictEntry]
    rejects: list[RejectEntry]


class RolledBackEntry(Entry, frozen=True, kw_only=True):
    """An import that was taken back: how many cases were removed, and put back as they were; which were kept, since
    people or a later import have added to them.
    """

    batch: int
    removed: int
    restored: int
    kept: list[CaseNumber]
