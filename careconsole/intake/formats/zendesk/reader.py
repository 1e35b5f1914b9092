"""Exports of Zendesk: tickets, their comments and audits, and the people in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.json_records import Record
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import InvalidRecord, ReadReport
from careconsole.intake.formats.ends import not_before
from careconsole.intake.formats.message_counts import Held, MessageCounts, counted
from careconsole.intake.formats.names_by_id import NamesById, quoted, read_ahead
from careconsole.intake.formats.rejects import read_records, reject_of
from careconsole.intake.formats.zendesk.audit import COMMENTS, audit_lines, comments_in
from careconsole.intake.formats.zendesk.fields import FIELDS, NOT_CARRIED
from careconsole.intake.formats.zendesk.ticket import comment_line, first_note, merged_into, ticket_lines
from careconsole.intake.formats.zendesk.vocabulary import (
    Conversation,
    Vocabulary,
    conversation,
    id_of,
    meet_people,
    meet_user,
)
from careconsole.intake.registry import OF_DOCUMENTS, File, ImportFormat, Options, Progress
from careconsole.intake.values.fields import Document, ident, moment, needed_ident, objects, text
from careconsole.intake.values.id_table import digest
from careconsole.intake.values.times import moments

KIND = ImportFormat(
    id="zendesk",
    title="Zendesk",
    module=__name__,
    shape=(
        "JSON of the API or the account export: tickets, comments, audits, users, organizations; pages, arrays or one"
        " object per line; also gzipped or zipped."
    ),
    default_source="zendesk",
    fields=FIELDS,
    not_carried=NOT_CARRIED,
    takes=OF_DOCUMENTS,
)

_TICKETS = ("tickets", "ticket", "results", "rows")
_WORDS = ("comments", "comment", "audits", "audit", "ticket_audits")
_NAMES = {
    "organizations": "organization",
    "organization": "organization",
    "groups": "group",
    "group": "group",
    "brands": "brand",
    "brand": "brand",
    "ticket_forms": "form",
    "ticket_fields": "field",
    "custom_statuses": "status",
}
_TELLING = (
    *("body", "html_body", "plain_body", "requester_id", "assignee_id", "subject", "status"),
    *("domain_names", "role", "email", "name"),
)
"""The fields that tell what an object is."""
_PEOPLE = ("users", "user", *_NAMES)
_KEYS = (*_TICKETS, *_WORDS, *_PEOPLE)
_LISTS = ("users", "organizations", "groups", "brands", "ticket_forms", "ticket_fields", "custom_statuses")
_AHEAD = {
    **quoted(_LISTS, rb"\s*:\s*\[\s*\{"),
    **quoted(("ticket_id", "domain_names", "events"), rb"\s*:"),
    **quoted(("role",), rb'\s*:\s*"(?:end-user|agent|admin)"'),
    **quoted(("audits",), rb"\s*:\s*\["),
    **quoted(("CommentPrivacyChange",), b""),
}
_ASKED = quoted(("requester", "requester_id"), rb"\s*:")
_BLIND = "Comments in audits from standard input become notes, as a later audit may hide one: give the file instead."
_TOTALS = (("comment_count",), ("metric_set", "replies"))
_COUNTS = frozenset(path[0] for path in _TOTALS)
_STRANGE = "is neither a ticket nor a comment, an audit, a user or an organization of Zendesk"
_EXPECTED = 'Expected: {"tickets": [...]}, {"comments": [...]}, {"audits": [...]}, or a ticket a line.'


def read(
    files: Sequence[File], options: Options, seen: ReadReport, on_progress: Progress
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Yields the lines and rejects of an export; people, and what other files depend on, are read before the tickets.

    Raises WrongUse, with the first item, when a file cannot be read or holds nothing of Zendesk.
    """
    statuses = {fold(theirs): ours for theirs, ours in options.statuses}
    wording = Vocabulary(NamesById(), seen, moments("iso", options.zone), frozenset(options.systems), statuses)
    several = len(files) > 1
    read_ahead(files, options.users, _KEYS, lambda record: _note(record, wording), _AHEAD, options.encoding)
    if wording.apart:
        read_ahead(files, (), _KEYS, lambda record: _note_requester(record, wording), _ASKED, options.encoding)
    wording.keeps = several or wording.apart
    wording.blind = "-" in files
    wording.counts = MessageCounts(seen.doubts, apart=wording.keeps or wording.blind)
    with sources(_in_order(files), seen) as opened:
        yield from read_records(
            opened,
            _KEYS,
            options.encoding,
            lambda record: _lines(record, wording),
            seen,
            on_progress,
            strange=_STRANGE,
            wrong=lambda name: WrongUse(f"{name} has no data of Zendesk: a record {_STRANGE}.", _EXPECTED),
        )
    wording.counts.tell()
    seen.told += wording.names.notices()
    if wording.blind and wording.audited:
        seen.told.append(_BLIND)
    if wording.unplaced:
        seen.doubts.add("author-unknown", count=wording.unplaced)


def detect(head: bytes, name: str) -> int:
    """How certain it is, from 0 to 100, that a file with these first bytes is from Zendesk."""
    if b".zendesk.com/" in head:
        return 95
    if re.search(rb'"(?:requester_id|submitter_id)"\s*:', head) and b'"assignee_id"' in head:
        return 80
    if re.search(rb'"field_name"\s*:', head) and re.search(rb'"ticket_id"\s*:', head):
        return 70
    return 15 if re.match(rb'\s*\{\s*"tickets?"\s*:', head) else 0


def _in_order(files: Sequence[File]) -> list[File]:
    """The files, those that may have tickets first, for a case begins with its ticket."""

    def later(file: File) -> bool:
        if file == "-":
            return False
        source = InputFile(file)
        try:
            return re.match(rb'\s*\{\s*"(?:comments|audits)"\s*:', source.head) is not None
        finally:
            source.close()

    return sorted(files, key=later) if len(files) > 1 else list(files)


def _note(record: Record, wording: Vocabulary) -> None:
    """Collects what must be known before the tickets: names, who works here, and comments made private later."""
    try:
        sort = _sort(record)
        value = record.value
        if sort == "user":
            meet_user(wording.names, value)
        elif sort == "comment":
            wording.apart = True
            _note_comment(value, wording)
        elif sort == "audit":
            wording.apart = True
            _look_ahead(value, wording)
        elif sort == "ticket":
            for audit in objects(value, "audits"):
                _look_ahead({"ticket_id": value.get("id"), **audit}, wording)
        elif sort in _NAMES.values() and (id := ident(value, "id")):
            wording.names.add_name(sort, id, text(value, "agent_label") or text(value, "title") or text(value, "name"))
    except InvalidRecord:
        return  # it is rejected when its turn comes, or names nobody


def _note_requester(record: Record, wording: Vocabulary) -> None:
    try:
        if _sort(record) == "ticket" and (requester := id_of(record.value, "requester")):
            wording.requesters.put(ident(record.value, "id"), digest(requester))
    except InvalidRecord:
        return  # it is rejected when its turn comes


def _note_comment(comment: Document, wording: Vocabulary) -> None:
    at, id = moment(comment, "created_at", wording.read_time), ident(comment, "id")
    said = text(comment, "body") or text(comment, "plain_body")
    wording.firsts.add(ident(comment, "ticket_id"), at, id, said, is_public=comment.get("public") is True)


def _look_ahead(audit: Document, wording: Vocabulary) -> None:
    wording.audited = True
    events, at = objects(audit, "events"), str(audit.get("created_at"))
    begins = any(event.get("type") == "Create" for event in events)
    for event in events:
        kind, is_public = event.get("type"), event.get("public") is True
        if kind == "CommentPrivacyChange" and (comment := ident(event, "comment_id")):
            wording.turn(comment, at, is_public)
        elif kind in COMMENTS and begins and (comment := ident(event, "id")):
            wording.openings[ident(audit, "ticket_id")] = comment
            wording.turn(comment, at, is_public)


def _sort(record: Record) -> str:
    """What a record is, by the key it was found under or else by its fields; empty if it is not of Zendesk."""
    value, key = record.value, record.key
    if key in ("users", "user"):
        return "user"
    if key in _NAMES:
        return _NAMES[key]
    if isinstance(value.get("events"), list):
        return "audit"
    if key in ("comments", "comment"):
        return "comment"
    # Some tools write every key into every object: those that it does not have are null.
    has = {name for name in _TELLING if value.get(name) is not None}
    if "author_id" in value and has & {"body", "html_body", "plain_body"}:
        return "comment"
    if key in ("tickets", "ticket") or has & {"requester_id", "assignee_id"} or {"subject", "status"} <= has:
        return "ticket"
    if isinstance(value.get("requester"), dict):
        return "ticket"
    if "domain_names" in has or "/organizations/" in str(value.get("url")):
        return "organization"
    return "user" if "role" in has or {"email", "name"} <= has else ""


def _lines(record: Record, wording: Vocabulary) -> Iterable[ImportedEntry | RejectedRecord]:
    sort = _sort(record)
    if sort == "ticket":
        return _of_ticket(record, wording)
    if sort == "comment":
        return _of_comment(record, wording)
    if sort == "audit":
        wording.audited = True
        begun = wording.begun.get(ident(record.value, "ticket_id")) or 0
        return _after(begun, audit_lines(record.value, record, wording), wording)
    if not sort:
        raise InvalidRecord("", _STRANGE)
    _note(record, wording)
    return ()


def _of_ticket(record: Record, wording: Vocabulary) -> Iterator[ImportedEntry | RejectedRecord]:
    """A ticket with the comments and audits in it; a bad one of those is rejected by itself."""
    ticket, number = record.value, record.number
    meet_people(wording.names, ticket)
    lines = list(ticket_lines(ticket, number, wording))
    begun, ending = lines[0], lines[1:]
    about = conversation(ticket, begun.external)
    if wording.apart:
        wording.begun.put(begun.external, max(0, begun.at))
    if wording.keeps and about.requester:
        wording.requesters.put(begun.external, about.requester)
    yield begun
    if note := first_note(ticket, begun.external, begun.at, number, wording):
        yield note
    _count(ticket, begun.external, wording)
    for comment in objects(ticket, "comments"):
        try:
            at = moment(comment, "created_at", wording.read_time)
            yield comment_line(comment, about, at, number, wording)
        except InvalidRecord as error:
            yield reject_of(record, InvalidRecord(f"comments.{error.field}", error.reason))
    for audit in objects(ticket, "audits"):
        try:
            yield from _after(begun.at, audit_lines(audit, record, wording, about), wording)
        except InvalidRecord as error:
            yield reject_of(record, InvalidRecord(f"audits.{error.field}", error.reason))
    yield from ending


def _count(ticket: Document, external: str, wording: Vocabulary) -> None:
    """Notes how many comments Zendesk counts in a ticket, and how many are there; the description is the first one.

    `comment_count` is exact; `replies` are only those of agents that the customer has seen.
    """
    if _COUNTS.isdisjoint(ticket):
        wording.counts.ticket(external, Held())  # Zendesk counts nothing, so nothing is known to be missing
        return
    total = max(counted(ticket, (path,)) for path in _TOTALS)
    in_audits = sum(comments_in(audit) for audit in objects(ticket, "audits"))
    held = max(len(objects(ticket, "comments")), in_audits)
    wording.counts.ticket(external, Held(total, held, described=bool(ticket.get("description"))))


def _after(
    begun: int, lines: Iterable[ImportedEntry | RejectedRecord], wording: Vocabulary
) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines of an audit; one that is a moment earlier than its ticket does not end it before it began."""
    for line in lines:
        yield not_before(begun, line, wording.seen) if isinstance(line, ImportedEntry) else line


def _of_comment(record: Record, wording: Vocabulary) -> Iterator[ImportedEntry]:
    """A comment in a file of its own; one of a merge also says where its ticket went."""
    comment = record.value
    external = needed_ident(comment, "ticket_id", "it belongs to no ticket (add it, or embed comments in tickets)")
    about = Conversation(external, wording.requesters.get(external) or 0)
    wording.counts.message(external, where="comments")
    at = moment(comment, "created_at", wording.read_time)
    line = comment_line(comment, about, at, record.number, wording)
    yield replace(line, merged_into=merged_into([comment], external, is_merged=False))
