"""The database and its measures as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import Entry, Moment


class FoundedEntry(Entry, frozen=True, kw_only=True):
    """A team's new database: where it is, who leads the team, and warnings about the place."""

    database: str
    team: str
    lead: str
    warnings: list[str]


# Not derived from the store's own type: scripts may rely on these names, whatever the store's fields are called.
class InfoEntry(Entry, frozen=True, kw_only=True):
    """Information about a database. Sizes are bytes; `shape` is the version of its tables; `warnings` are sentences.

    `identity` is the same in copies and backups of one team's database, and in no other. `log_bytes`, `free_bytes` and
    `sqlite` are those of a file, `postgresql` is the version of a server; the others are null.
    """

    path: str
    team: str | None
    identity: str
    shape: int
    bytes: int
    log_bytes: int | None
    free_bytes: int | None
    sqlite: str | None
    postgresql: str | None
    driver: str
    cases: int
    open_cases: int
    events: int
    people: int
    customers: int
    batches: int
    warnings: list[str]


class CheckEntry(Entry, frozen=True, kw_only=True):
    """Damage found in a database, and warnings; without problems the database is undamaged.

    `head` is a digest of everything stored in it: kept elsewhere, it shows later whether history was rewritten. It is
    null if there are problems.
    """

    problems: list[str]
    warnings: list[str]
    head: str | None


class BackupEntry(Entry, frozen=True, kw_only=True):
    """A checked copy of the database: where it is, and its size in bytes.

    `files` is how many contents of attached files were copied beside it, `files_bytes` their size; `warnings` name
    those that are missing or have changed.
    """

    path: str
    bytes: int
    files: int
    files_bytes: int
    warnings: list[str]


class TidiedEntry(Entry, frozen=True, kw_only=True):
    """How many contents of files that no case needed were removed, and their size in bytes."""

    files: int
    bytes: int


class RestoredEntry(Entry, frozen=True, kw_only=True):
    """A restored backup: the database, and where the previous one is kept (null: there was none).

    `by` is the person named in the journal; null if that is unknown. `files` is how many contents of attached files
    it needs and has; `warnings` name those that are missing or have changed.
    """

    database: str
    kept: str | None
    by: str | None
    files: int
    warnings: list[str]


class MovedEntry(Entry, frozen=True, kw_only=True):
    """A team that moved from one database to another: both, and how many rows of each table were copied and compared.

    `files` is how many contents of attached files came along; `warnings` name those that did not. `kept` is an old copy
    at the new place that was set aside; null if there was none. With `dry_run`, nothing was kept. `finished` says that
    an earlier move was only brought to its end: then `rows` is empty.
    """

    old: str
    database: str
    rows: dict[str, int]
    files: int
    kept: str | None
    dry_run: bool
    finished: bool
    warnings: list[str]


class SharedEntry(Entry, frozen=True, kw_only=True):
    """A database that all logins of a group can work on."""

    database: str
    group: str
    warnings: list[str]


class CopyEntry(Entry, frozen=True, kw_only=True):
    """A read-only SQLite copy: where it is, and how many rows each table has."""

    path: str
    rows: dict[str, int]


class SpreadEntry(Entry, frozen=True, kw_only=True):
    """The distribution of `n` spans in seconds: median and 90th percentile by nearest rank, null if n is 0."""

    n: int
    median: float | None
    p90: float | None


class SilenceEntry(SpreadEntry, frozen=True, kw_only=True):
    """The same, with the longest span."""

    max: float | None


class ThroughoutEntry(Entry, frozen=True, kw_only=True):
    """Of `n` resolved cases with an owner, how many had the same owner throughout.

    Cases of which it is not known when they were resolved are left out, as in the care report.
    """

    n: int
    cases: int


class PromisesEntry(Entry, frozen=True, kw_only=True):
    """Promises, each `kept`, `late`, `released` or `open`; overdue ones are among the late. `moved` counts moves."""

    kept: int
    late: int
    moved: int
    released: int
    open: int
    open_overdue: int


class MeasuresEntry(Entry, frozen=True, kw_only=True):
    """Measures of care from the histories; people by name, never ranked. Spans are seconds.

    `hops` is the number of cases by their number of hand-offs, `cases_by_highest_level` by the highest level reached.
    `resolutions_undated` were resolved, but the time between opening and resolution is unknown: they are not in
    `resolution_seconds`. Nor are `resolved_unanswered`, whose customers were waiting and have got no answer, nor
    those that were answered only afterwards.
    `no_answer_needed` is the number of cases resolved as spam, duplicate, wrong address or test; they are in no other
    measure.
    """

    cases: int
    events: int
    open: int
    hand_offs: int
    cases_with_hand_off: int
    hops: dict[str, int]
    bounced_cases: int
    bounces: int
    immediate_bounces: int
    owners: int
    cases_never_owned: int
    escalations: int
    cases_escalated: int
    de_escalations: int
    cases_by_highest_level: dict[str, int]
    escalations_by_cause: dict[str, int]
    reopened_cases: int
    reopenings: int
    resolution_seconds: SpreadEntry
    resolutions_undated: int
    resolved_unanswered: int
    no_answer_needed: dict[str, int]
    first_answer_seconds: SpreadEntry
    owned_seconds: float
    unowned_seconds: float
    open_seconds_by_level: dict[str, float]
    longest_silence_seconds: SilenceEntry
    owned_from_start_to_end: ThroughoutEntry
    proactive_messages: int
    thanks: int
    promises: PromisesEntry


class FigureEntry(Entry, frozen=True, kw_only=True):
    """One figure of the measures and the time it is for; `part` is its name in a measure that has several."""

    at: Moment
    measure: str
    part: str | None
    value: float | None
