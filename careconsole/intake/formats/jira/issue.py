"""An issue of Jira as lines: how it began, each change in its change log, its comments, its current state."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from careconsole.domain.imported_record import ENDED, ImportedEntry
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.formats.ends import end_after, not_before
from careconsole.intake.formats.jira.adf import plain_text
from careconsole.intake.formats.jira.fields import own_fields
from careconsole.intake.formats.jira.vocabulary import WAITS_ON, Vocabulary
from careconsole.intake.registry import line_key
from careconsole.intake.values.fields import (
    Document,
    ident,
    ident_of,
    inner,
    moment,
    needed_ident,
    objects,
    several,
    text,
    text_of,
)
from careconsole.intake.values.html_text import is_blank
from careconsole.intake.values.messages import NO_TEXT

_TRACKED = ("status", "assignee", "priority", "labels", "resolution", "summary", "reporter")


class Issue:
    """One issue, parsed once; its lines are made from what is found here. Raises InvalidRecord for an invalid one.

    `history` is its change log in the order of time; `whole` says whether that is complete.
    """

    def __init__(self, issue: Document, wording: Vocabulary) -> None:
        self.wording = wording
        self.external = needed_ident(issue, "key", "the issue cannot be told from others")
        fields = issue.get("fields")
        if not isinstance(fields, dict):
            raise InvalidRecord("fields", "is missing, so nothing is known of the issue")
        self.fields: Document = fields
        self.created = moment(fields, "created", wording.read_time)
        self.updated = moment(fields, "updated", wording.read_time) if fields.get("updated") else self.created
        for field in ("reporter", "creator", "assignee"):
            wording.add_user(fields.get(field))
        log = issue.get("changelog")
        self.logged = isinstance(log, dict) and isinstance(log.get("histories"), list)
        entries = objects(log, "histories") if isinstance(log, dict) and self.logged else []
        self.whole = self.logged and not _is_cut(log, len(entries))
        timed = [(moment(entry, "created", wording.read_time), entry) for entry in entries]
        self.history = sorted(timed, key=lambda one: one[0])  # Jira Cloud lists the newest first
        for _, entry in timed:
            wording.add_user(entry.get("author"))
        self.own = own_fields(issue, fields, wording)
        status = fields.get("status")
        self.status = text_of(inner(status, "name"), "status")
        self.category = text_of(inner(status, "statusCategory", "key"), "status")
        self.resolution = text_of(inner(fields.get("resolution"), "name"), "resolution")

    def begun(self) -> ImportedEntry:
        """How the issue began: with a complete change log, the current values with every change undone."""
        fields, wording = self.fields, self.wording
        first = self._first if self.whole else {}
        status = first.get("status", ("", self.status))[1]
        resolution = first.get("resolution", ("", self.resolution))[1]
        customer, customer_id = wording.named(*first.get("reporter", (wording.add_user(fields.get("reporter")), "")))
        line = ImportedEntry(
            self.external,
            self.created,
            line_key("created", self.external),
            0,
            status="open",
            customer=customer,
            customer_id=customer_id,
            subject=first.get("summary", ("", text(fields, "summary")))[1],
            description=plain_text(fields.get("description"), "description"),
        )
        if not self.whole:
            return line
        owner, nobody, owner_id = wording.owner(*first.get("assignee", (wording.add_user(fields.get("assignee")), "")))
        labels = first["labels"][1].split() if "labels" in first else several(fields.get("labels"), "labels")
        return replace(
            line,
            owner=owner,
            owner_id=owner_id,
            nobody=nobody,
            status=self._means(status, resolution) or "open",
            label=status,
            waits_on=self._waits_on(self._means(status, resolution), status),
            priority=wording.priority(first["priority"][1] if "priority" in first else self._priority()),
            tags=tuple(labels),
        )

    @cached_property
    def _first(self) -> dict[str, tuple[str, str]]:
        """The id and name that each field had before its first change, for the fields that were changed."""
        first: dict[str, tuple[str, str]] = {}
        for _, entry in self.history:
            for item in objects(entry, "items"):
                field = _field(item)
                if field in _TRACKED and field not in first:
                    first[field] = ident_of(item.get("from"), field), text(item, "fromString")
        return first

    def changes(self) -> Iterator[ImportedEntry]:
        """The entries of the change log that change what is carried over."""
        first = self._first
        resolution = first["resolution"][1] if "resolution" in first else self.resolution
        for at, entry in self.history:
            items = {field: item for item in objects(entry, "items") if (field := _field(item))}
            if "resolution" in items:
                resolution = text(items["resolution"], "toString")
            if (line := self._change(at, entry, items, resolution)) is not None:
                yield line

    def _change(self, at: int, entry: Document, items: dict[str, Document], resolution: str) -> ImportedEntry | None:
        said: dict[str, Any] = {}
        fields: dict[str, str] = {}
        if item := items.get("status"):
            said["label"] = text(item, "toString")
            said["status"] = self._means(said["label"], resolution)
            said["waits_on"] = self._waits_on(said["status"], said["label"])
        if "resolution" in items:
            fields["resolution"] = resolution
        if item := items.get("assignee"):
            owner = self.wording.owner(ident_of(item.get("to"), "to"), text(item, "toString"))
            said["owner"], said["nobody"], said["owner_id"] = owner
        if item := items.get("priority"):
            said["priority"] = self.wording.priority(text(item, "toString"))
        if item := items.get("labels"):
            said["tags"] = tuple(text(item, "toString").split())
        if item := items.get("summary"):
            said["subject"] = text(item, "toString")
        if item := items.get("reporter"):
            customer = self.wording.named(ident_of(item.get("to"), "to"), text(item, "toString"))
            said["customer"], said["customer_id"] = customer
        if (item := items.get("issuetype")) and (kind := text(item, "toString")):
            fields["issue type"] = kind
        if (item := items.get("key")) and (before := text(item, "fromString")):
            fields["earlier key"] = before
        if not fields and not any(said.values()):
            return None
        # Some export tools leave the ids out.
        told = sorted((field, text(item, "to"), text(item, "toString")) for field, item in items.items())
        id = ident(entry, "id") or told
        key = line_key("change", at, id)
        line = ImportedEntry(self.external, at, key, 0, fields=fields or None, **said)
        return not_before(self.created, line, self.wording.seen)

    def stands(self) -> Iterator[ImportedEntry]:
        """The resolution, if only the issue itself has its time; and the current state, at the last change.

        The key includes the time: an issue that is open, waits, and is open again has three states, not two.
        """
        fields = self.fields
        means = self._means(self.status, self.resolution)
        latest, is_known = max(self.created, self.updated), False
        if not self.logged and means in ENDED and fields.get("resolutiondate"):
            said = moment(fields, "resolutiondate", self.wording.read_time)
            when = end_after(self.created, said, self.external, self.wording.seen)
            if when is not None:
                key = line_key("resolved", self.external, said)
                latest, is_known = max(latest, when), True
                yield ImportedEntry(self.external, when, key, 0, status=means, label=self.status)
        assignee = self.wording.add_user(fields.get("assignee"))
        is_told = "assignee" in fields
        owner, nobody, owner_id = self.wording.owner(assignee) if is_told else (None, False, None)
        tags, priority = several(fields.get("labels"), "labels"), self._priority()
        reporter, summary = self.wording.add_user(fields.get("reporter")), text(fields, "summary")
        customer, customer_id = self.wording.named(reporter, "")
        values = [self.status, assignee, priority, tags, self.resolution, sorted(self.own.raw), reporter, summary]
        yield ImportedEntry(
            self.external,
            latest,
            line_key("as it stands", self.external, self.updated, *values),
            0,
            customer=customer,
            customer_id=customer_id,
            subject=summary,
            owner=owner,
            owner_id=owner_id,
            nobody=nobody,
            status=means,
            label=self.status,
            priority=self.wording.priority(priority),
            tags=tags,
            fields=self.own.fields or None,
            waits_on=self._waits_on(means, self.status),
            undated=means == "resolved" and not is_known,
        )

    def comment(self, comment: Document) -> ImportedEntry:
        """One comment as a message or a note. Raises InvalidRecord."""
        id = needed_ident(comment, "id", "the comment cannot be told from others")
        at = moment(comment, "created", self.wording.read_time)
        author = comment.get("author")
        way = "note"
        if self.is_public(comment):
            way = "in" if self._is_customer(author) else "out"
        said = plain_text(comment.get("body"), "body")
        key = line_key("comment", id)
        return ImportedEntry(
            self.external, at, key, 0, said=self.wording.said(way, NO_TEXT if is_blank(said) else said, author)
        )

    def is_public(self, comment: Document) -> bool:
        """Whether customers see a comment: on a service desk, marked public, and not limited to a group or role."""
        if comment.get("jsdPublic") is not True or comment.get("visibility") or not self.own.is_service_desk:
            return False
        properties = comment.get("properties")
        for one in properties if isinstance(properties, list) else []:
            if inner(one, "key") == "sd.public.comment" and inner(one, "value", "internal") is not False:
                return False
        return True

    def comments(self) -> list[Document]:
        """Its comments; there is a doubt if the export does not hold all of them. Raises InvalidRecord."""
        held = self.fields.get("comment")
        if held is None:
            return []
        if not isinstance(held, dict):
            raise InvalidRecord("comment", "is not an object")
        found = objects(held, "comments")
        if _is_cut(held, len(found)):
            self.wording.seen.doubts.add("messages-missing", example=self.external)
        return found

    def _is_customer(self, author: object) -> bool:
        id = self.wording.add_user(author)
        if inner(author, "accountType") == "customer":
            return True
        return bool(id) and (id == self.wording.add_user(self.fields.get("reporter")) or id in self.own.participants)

    def _priority(self) -> str:
        return text_of(inner(self.fields.get("priority"), "name"), "priority")

    def _means(self, status: str, resolution: str) -> str | None:
        """What a status means; the category is known only for the current one."""
        category = self.category if fold(status) == fold(self.status) else ""
        return self.wording.status(status, category, resolution)

    @staticmethod
    def _waits_on(means: str | None, status: str) -> str:
        return WAITS_ON.get(fold(status), "us") if means == "parked" else ""


def _field(item: Document) -> str:
    """The field of a change, in lower case; empty for custom fields, whose names may be those of Jira's own."""
    if text(item, "fieldtype") == "custom":
        return ""
    return (text(item, "fieldId") or text(item, "field")).lower()


def _is_cut(page: Any, held: int) -> bool:
    """Whether a page has a total above the number it holds."""
    total = inner(page, "total")
    return isinstance(total, int) and not isinstance(total, bool) and total > held
