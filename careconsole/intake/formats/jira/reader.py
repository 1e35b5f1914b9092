"""Exports of Jira's REST interface: issues with their change log and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.json_records import Record
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import InvalidRecord, ReadReport
from careconsole.intake.formats.jira.issue import Issue
from careconsole.intake.formats.jira.vocabulary import Vocabulary
from careconsole.intake.formats.names_by_id import NamesById, quoted, read_ahead
from careconsole.intake.formats.rejects import read_records, reject_of
from careconsole.intake.registry import OF_DOCUMENTS, Field, File, ImportFormat, Options, Progress
from careconsole.intake.values.fields import ident, text
from careconsole.intake.values.times import moments

KIND = ImportFormat(
    id="jira",
    title="Jira",
    module=__name__,
    shape=(
        "JSON of the REST API, cloud or server, best with expand=changelog,names: pages of a search, one issue, or one"
        " issue per line; also gzipped or zipped."
    ),
    default_source="jira",
    takes=OF_DOCUMENTS,
    fields=(
        Field("key", "the case's external id", "an issue that was moved has its present key"),
        Field("id", "field “jira id”"),
        Field(
            "fields.created",
            "when the case begins",
            "with its first status and owner from the change log, if that is complete",
        ),
        Field("fields.updated", "the time of the present state"),
        Field("fields.summary", "subject"),
        Field("fields.description", "description", "documents become plain text, wiki markup stays as it is"),
        Field(
            "fields.status",
            "status, and label",
            "category done: resolved, or closed if the name or resolution says so; names of waiting states (pending,"
            " on hold, waiting for customer, for a vendor): parked, waiting on us"
            " unless the name says on whom; else open. A name that is unknown, with an unknown category,"
            " is ignored and counted",
        ),
        Field(
            "fields.resolution",
            "field “resolution”",
            "won't do, duplicate, cannot reproduce, declined and the like close an issue without resolving it",
        ),
        Field(
            "fields.resolutiondate",
            "when it was resolved",
            "if there is no change log; without either, the time is unknown",
        ),
        Field(
            "fields.priority", "priority", "by rank: highest is urgent, high high, medium normal, low and lowest low"
        ),
        Field("fields.labels", "tags", "a label that was removed in Jira stays"),
        Field(
            "fields.reporter", "customer", "by id; if two have the same name, the later one gets the address after it"
        ),
        Field("fields.creator", "field “submitted by”", "unless it is the reporter or an app"),
        Field(
            "fields.assignee",
            "owner",
            "null: nobody owns the case; a name given with --system is ignored. On a server, capitals in logins do"
            " not matter, and a login that is only in the change log is the colleague with the same name",
        ),
        Field("fields.issuetype", "field “issue type”"),
        Field("fields.project", "field “project”", "and whether it is a service desk"),
        Field("fields.components, fixVersions, versions, security, environment, duedate, parent", "fields"),
        Field("fields.issuelinks", "field “links”", "a duplicate becomes a link, and stays its own case"),
        Field(
            "fields.customfield_…",
            "fields",
            "under their names, if names (expand=names) or a list of fields gives them",
        ),
        Field("a request type", "field “request type”", "also shows that the issue belongs to a service desk"),
        Field("service level agreements", "field “breached”", "the names of those whose deadline passed"),
        Field(
            "fields.comment.comments: id, body, author, created",
            "message or note",
            "public only if jsdPublic is true, on a service desk, not limited to a group or role, and not internal by"
            " its properties; then from the reporter, a participant or a customer: theirs, else our answer",
        ),
        Field(
            "changelog.histories: id, created, items",
            "history",
            "status, assignee, priority, resolution, labels, summary, reporter, issue type, key",
        ),
        Field("names; lists of fields, statuses and users", "names and categories for ids", "with --users FILE"),
    ),
    not_carried=(
        Field("self, expand, avatarUrls", "links within Jira"),
        Field("changelog: other fields, author", "the issue itself shows the result"),
        Field("fields.attachment", "an export has links, not files"),
        Field(
            "fields.worklog, timetracking, timeestimate, timespent, progress",
            "careconsole does not record working hours",
        ),
        Field("fields.votes, watches, subtasks, lastViewed, workratio", "careconsole has no such things"),
        Field("comment: updated, updateAuthor", "the text is imported as it is in the export"),
        Field("fields of boards and charts (Rank, Sprint, Development)", "they mean nothing for a customer's case"),
        Field("customfield_… without a name", "the meaning of the value is unknown"),
    ),
)

_KEYS = ("issues", "issue", "names", "values", "users")
_AHEAD = quoted(("names",), rb'\s*:\s*\{\s*"')
_MOST_UNNAMED = 1_000
_STRANGE = "is not an issue of Jira: it has no key or no fields"
_EXPECTED = 'Expected: {"issues": [...]}, an issue, or an issue a line, each with "key" and "fields".'


def read(
    files: Sequence[File], options: Options, seen: ReadReport, on_progress: Progress
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Yields the lines and rejects of an export; names of fields, categories of statuses and people are read first.

    Raises WrongUse, with the first item, when a file cannot be read or holds nothing of Jira.
    """
    statuses = {fold(theirs): ours for theirs, ours in options.statuses}
    wording = Vocabulary(NamesById(), seen, moments("iso", options.zone), frozenset(options.systems), statuses)
    read_ahead(files, options.users, _KEYS, lambda record: _note(record, wording), _AHEAD, options.encoding)
    unnamed: dict[str, None] = {}
    with sources(files, seen) as opened:
        yield from read_records(
            opened,
            _KEYS,
            options.encoding,
            lambda record: _lines(record, wording, unnamed),
            seen,
            on_progress,
            strange=_STRANGE,
            wrong=lambda name: WrongUse(f"{name} has no data of Jira: a record {_STRANGE}.", _EXPECTED),
        )
    seen.not_carried = tuple(unnamed)
    seen.told += wording.notices()


def detect(head: bytes, name: str) -> int:
    """How certain it is, from 0 to 100, that a file with these first bytes is from Jira."""
    if re.search(rb'"fields"\s*:\s*\{', head) and re.search(rb'"key"\s*:\s*"[A-Z][A-Z0-9_]*-\d+"', head):
        return 95
    if re.search(rb'"self"\s*:\s*"https?://[^"]*/rest/api/', head):
        return 80
    return 60 if re.search(rb'"changelog"\s*:\s*\{\s*"', head) else 0


def _note(record: Record, wording: Vocabulary) -> None:
    """Collects what must be known before the issues are read: names of fields, categories of statuses, people."""
    value = record.value
    try:
        if record.key == "names":
            for id, name in value.items():
                wording.names.add_name("field", id, str(name))
        elif isinstance(value.get("fields"), dict):
            return
        elif isinstance(value.get("statusCategory"), dict):
            wording.learn(value)
        elif "displayName" in value:
            wording.add_user(value)
        elif id := ident(value, "id"):
            wording.names.add_name("field", id, text(value, "name"))
    except InvalidRecord:
        return  # it has no usable name


def _lines(record: Record, wording: Vocabulary, unnamed: dict[str, None]) -> list[ImportedEntry | RejectedRecord]:
    if record.key == "names":
        return []
    if "key" not in record.value or "fields" not in record.value:
        raise InvalidRecord("", _STRANGE)
    issue = Issue(record.value, wording)
    lines = list(_of_issue(issue, record))
    if len(unnamed) < _MOST_UNNAMED:
        unnamed.update(dict.fromkeys(issue.own.unnamed))
    return lines


def _of_issue(issue: Issue, record: Record) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines of an issue; a bad comment is rejected by itself, after the good lines."""
    wording = issue.wording
    wording.no_logs += not issue.logged
    wording.cut_logs += issue.logged and not issue.whole
    begun, ending = issue.begun(), list(issue.stands())
    bad = []
    lines = [begun]
    for comment in issue.comments():
        try:
            lines.append(issue.comment(comment))
        except InvalidRecord as error:
            bad.append(reject_of(record, InvalidRecord(f"comment.{error.field}", error.reason)))
    lines += [*issue.changes(), *ending]
    for line in lines:
        yield replace(line, number=record.number)
    yield from bad
