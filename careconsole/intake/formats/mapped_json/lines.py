"""An object of another system as the lines of a case, by a map: its beginning, its comments, its current state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from careconsole.domain.imported_record import ENDED, ImportedEntry, Message, RejectedRecord
from careconsole.intake.files.json_records import Record
from careconsole.intake.files.read_report import InvalidRecord, ReadReport, printable
from careconsole.intake.formats.ends import end_after, not_before
from careconsole.intake.formats.mapped_json.loose_comments import NO_TICKET, NOBODY_KNOWS, LooseComments, is_loose, mark
from careconsole.intake.formats.mapped_json.matching import (
    comment_id,
    held_in,
    is_message,
    labelled,
    matched,
    meant,
    merged_into,
    message_by,
    own_fields,
    text_by,
    waits_on_by,
    way_of,
)
from careconsole.intake.formats.mapped_json.openings import as_opening, beginning, taken_as_opening
from careconsole.intake.formats.mapped_json.people import NOBODY, Named, People
from careconsole.intake.formats.mapped_json.rules import CommentRule, IdRule, RecordMap, WordRule
from careconsole.intake.formats.mapped_json.values import Paths
from careconsole.intake.formats.message_counts import MessageCounts
from careconsole.intake.formats.rejects import reject_of
from careconsole.intake.registry import Options, line_key
from careconsole.intake.values.fields import Document, ident_of, joined, joined_all, text_of
from careconsole.intake.values.html_text import plain_text
from careconsole.intake.values.json_paths import any_of, first, has_key, is_present, normalized, values_at, written
from careconsole.intake.values.messages import NO_TEXT
from careconsole.intake.values.times import moments

_MOST_STRANGERS = 100
_NOTHING: dict[str, str] = {}
STRANGE = "is not a record that the map knows"


class RecordReader:
    """Reads records by a map; `skipped` counts those that it skips."""

    def __init__(self, record_map: RecordMap, people: People, options: Options, seen: ReadReport) -> None:
        self.skipped = 0
        self._map = record_map
        self._people = people
        self._seen = seen
        self._moment = moments(record_map.time.format, options.zone or record_map.time.zone)
        self._named = bool(options.source)
        self._statuses = {normalized(theirs): ours for theirs, ours in options.statuses}
        self._counts = MessageCounts(
            seen.doubts, apart=record_map.comments is not None and bool(record_map.comments.case)
        )
        self._loose = LooseComments()
        documented = (*record_map.carried, *record_map.not_carried)
        self._known = {name.split(".")[0] for field in documented for name in field.theirs.split(", ")}
        self._strangers: dict[str, None] = {}

    def lines(self, record: Record) -> Iterator[ImportedEntry | RejectedRecord]:
        """The lines of one record; a bad comment in it is rejected by itself. Raises InvalidRecord for a bad record."""
        value, rules = record.value, self._map
        self._people.add_record(value)
        if rules.skip is not None and any_of(rules.skip.when, value):
            self.skipped += 1
            return
        if is_loose(rules, value):
            yield from self._alone(record)
        elif has_key(value, rules.status.source):
            self._look_for_strangers(value)
            yield from self._ticket(record)
        else:
            raise InvalidRecord("", STRANGE)

    def look_ahead(self, record: Record) -> None:
        """Remembers what a ticket says for its comments elsewhere, and which of these is its first."""
        value, rules = record.value, self._map
        self._people.add_record(value)
        try:
            if rules.skip is not None and any_of(rules.skip.when, value):
                return
            if not is_loose(rules, value):
                if has_key(value, rules.status.source):
                    external = self._external(value, rules.case.id)
                    self._add_ticket(value, external, self._people.key(rules.customer, value))
                return
            rule = rules.comments
            if rule is None or rule.case is None or any_of(rule.skip, value):
                return
            if rule.opens and (message_by(value, rule.text, rule.files) or is_message(rule, value)):
                at, id = self._time(value, rule.at), comment_id(rule, value)
                self._loose.add_comment(self._external(value, rule.case), at, id)
        except InvalidRecord:
            return  # it is rejected when its turn comes

    def _add_ticket(self, value: Document, external: str, customer: str) -> None:
        comments, id = self._map.comments, external
        if comments is None or comments.case is None:
            return
        if comments.by_other:
            id = text_of(*first(value, self._map.case.other)) or external
        self._loose.add_ticket(id, external, customer)

    def notices(self) -> list[str]:
        """What the user should know about the records that were read, a sentence each; its doubts are told, too."""
        self._counts.tell()
        skip = self._map.skip
        told = [f"Passed over: {self.skipped} {skip.what}."] if skip is not None and self.skipped else []
        if self._strangers:
            listed = ", ".join(map(printable, self._strangers))
            told.append(f"Fields that the map does not know, and that are not carried over: {listed}.")
        return told

    def _look_for_strangers(self, value: Document) -> None:
        if self._known and not value.keys() <= self._known and len(self._strangers) < _MOST_STRANGERS:
            self._strangers.update(
                dict.fromkeys(key for key in value if key not in self._known and is_present(value[key]))
            )

    def _alone(self, record: Record) -> Iterator[ImportedEntry | RejectedRecord]:
        """A comment or a rating that is a record of its own, and names its ticket."""
        value, comments, rating = record.value, self._map.comments, self._map.rating
        if rating is not None and rating.case is not None and is_present(first(value, rating.source)[0]):
            external = self._external(value, rating.case)
            self._counts.mention(external)
            at = self._time(value, rating.at or self._map.time.created)
            if (line := self._rating(value, external, at, record.number, ended=False)) is not None:
                yield line
        elif comments is not None and comments.case is not None:
            ticket = external = self._external(value, comments.case)
            if comments.by_other:
                external = self._loose.case(ticket, comments.case.source[0])
            if not any_of(comments.skip, value):
                self._counts.message(external, self._when(first(value, comments.at)[0]))
            line = self._comment(comments, value, external, self._loose.customer(ticket), record.number)
            if line is None:
                return
            if comments.opens and self._loose.is_first(ticket, line.at, comment_id(comments, value)):
                line = as_opening(line)
            yield line
        else:
            raise InvalidRecord("", STRANGE)

    def _ticket(self, record: Record) -> Iterator[ImportedEntry | RejectedRecord]:
        rules, value, number = self._map, record.value, record.number
        external = self._external(value, rules.case.id)
        customer = self._people.named(rules.customer, value)
        self._add_ticket(value, external, customer.key)
        created = self._time(value, rules.time.created)
        updated = max(created, self._time(value, rules.time.updated, created))
        channel = self._word("channel", rules.channel, value)[0]
        said, rejects = self._comments(record, external, mark(customer.key))
        if rules.comments is not None:
            self._counts.ticket(external, held_in(rules.comments, value, created, said, self._when))
        opening = message_by(value, rules.case.description, rules.case.files)
        subject, ours = text_by(value, rules.case.subject), any_of(rules.case.outgoing, value)
        if rules.comments is not None and rules.comments.opens and not opening:
            opening = taken_as_opening(said)
        began = ImportedEntry(
            external,
            created,
            # With an opening the key differs, so that a later export that has it is not taken for a repeat.
            line_key("created", external, *(["described"] if opening and not ours else [])),
            number,
            status="open",
            customer=customer.name,
            customer_id=customer.identity,
            subject=subject or beginning(opening),
            description="" if ours else opening,
            channel=channel,
        )
        stands = self._stands(record, external, updated, said, customer, subject)
        ended = self._ended(value, stands, created)
        undated = stands.status == "resolved" and ended is None
        stands = replace(stands, at=max(stands.at, ended.at if ended is not None else 0), undated=undated)
        rated = self._rating(value, external, updated, number, ended=stands.status in ENDED)
        yield began
        if ours and opening:
            yield ImportedEntry(external, created, line_key("opening", external), number, said=Message("out", opening))
        yield from (not_before(created, line, self._seen) for line in said)
        if ended is not None:
            yield ended
        yield stands
        if rated is not None:
            yield rated
        yield from rejects

    def _external(self, value: Document, rule: IdRule) -> str:
        found, field = first(value, rule.source)
        if rule.pattern:
            if id := matched(value, rule):
                return id
            found, field = first(value, rule.otherwise) if self._named else (None, "")
            if found is None and rule.otherwise:
                raise InvalidRecord(
                    written(rule.source[0]),
                    "is missing, and numbers alone are the same in every part of the system: export it too, or name"
                    " what the file is of with --source",
                )
        external = ident_of(found, field)
        if not external:
            raise InvalidRecord(written(rule.source[0]), "is missing, so the record belongs to no case")
        return external

    def _time(self, value: Document, paths: Paths, otherwise: int | None = None) -> int:
        found, field = first(value, paths)
        if found is None or found is False:
            if otherwise is None:
                raise InvalidRecord(written(paths[0]), "is missing: without it there is no time")
            return otherwise
        try:
            return self._moment(text_of(found, field))
        except ValueError as error:
            raise InvalidRecord(field, str(error)) from None

    def _word(
        self, what: str, rule: WordRule | None, value: Document, said: Mapping[str, str] = _NOTHING
    ) -> tuple[str | None, str]:
        """What a value means here, and its label; a value that neither `said` nor the map lists is counted."""
        label, known = labelled(rule, value) if rule is not None else ("", "")
        if rule is None or not label:
            return None, label
        means = said.get(known) or said.get(normalized(label)) or rule.words.get(known)
        if means is None:
            self._seen.count(what, label)
        return means, label

    def _status(self, value: Document) -> tuple[str | None, str, str]:
        """What the status means here, its label, and who a parked case waits for."""
        rule = self._map.status
        status, label = self._word("status", rule, value, self._statuses)
        return status, label, waits_on_by(rule, value) if status == "parked" else ""

    def _comments(self, record: Record, external: str, asker: int) -> tuple[list[ImportedEntry], list[RejectedRecord]]:
        """The comments in a ticket, and those that are rejected."""
        rule = self._map.comments
        said: list[ImportedEntry] = []
        rejects: list[RejectedRecord] = []
        for path in rule.source if rule is not None else ():
            for place, comment in enumerate(values_at(record.value, path)):
                try:
                    if not isinstance(comment, dict):
                        if isinstance(comment, int):
                            break  # the number of comments, or their ids: they were not exported
                        raise InvalidRecord("", "is not an object")
                    assert rule is not None
                    if (line := self._comment(rule, comment, external, asker, record.number)) is not None:
                        said.append(line)
                except InvalidRecord as error:
                    where = f"{written(path)}.{place}.{error.field}".strip(".")
                    rejects.append(reject_of(record, InvalidRecord(where, error.reason)))
        return said, rejects

    def _when(self, found: object) -> int:
        """The time that a value tells; 0 if it tells none."""
        try:
            return self._moment(text_of(found, ""))
        except (InvalidRecord, ValueError):
            return 0

    def _comment(
        self, rule: CommentRule, comment: Document, external: str, asker: int | None, number: int
    ) -> ImportedEntry | None:
        """One comment; None for one that is skipped or says nothing. `asker` marks the customer of its ticket."""
        if any_of(rule.skip, comment):
            return None
        text = message_by(comment, rule.text, rule.files)
        status = meant(rule.status, comment)
        owner, nobody = self._people.owner(rule.owner, comment) if rule.owner is not None else (NOBODY, False)
        says_nothing = status is None and owner.name is None and not nobody
        if not text and is_message(rule, comment, says_nothing=says_nothing):
            text = NO_TEXT
        if not text and says_nothing:
            return None
        id = comment_id(rule, comment)
        author = self._people.named(rule.author, comment)
        system = any_of(rule.system, comment) or self._people.is_system(author.name)
        theirs = any_of(rule.incoming, comment) or self._people.is_customer(author.key)
        theirs = theirs or (bool(author.key) and mark(author.key) == asker)
        ours = not theirs and (any_of(rule.outgoing, comment) or self._people.works_here(author.key))
        way = way_of(rule, comment, system=system, theirs=theirs, ours=ours)
        if way == "out" and asker is NO_TICKET and not self._people.works_here(author.key):
            raise InvalidRecord(written((rule.case or rule.id).source[0]), NOBODY_KNOWS)
        by = author if ours and not system else NOBODY
        said = Message(way, text, by.name, by_id=by.identity) if text else None
        return ImportedEntry(
            external,
            self._time(comment, rule.at),
            line_key("comment", id),
            number,
            owner=owner.name,
            owner_id=owner.identity,
            nobody=nobody,
            status=status,
            waits_on=waits_on_by(rule.status, comment) if status == "parked" else "",
            channel=meant(rule.channel, comment) if way != "note" else None,
            said=said,
        )

    def _stands(
        self, record: Record, external: str, at: int, said: list[ImportedEntry], customer: Named, subject: str
    ) -> ImportedEntry:
        """The current state of the case. Its key has no looked-up names: learning one later changes nothing."""
        rules, value = self._map, record.value
        status, label, waits_on = self._status(value)
        priority, urgency = self._word("priority", rules.priority, value)
        owner, nobody = self._people.owner(rules.owner, value)
        tags = tuple(
            dict.fromkeys(text for path in rules.tags for tag in values_at(value, path) if (text := joined(tag, "")))
        )
        fields, raw = self._fields(value)
        deleted = any_of(rules.deleted, value)
        if any_of(rules.spam, value):
            status, label, waits_on = "closed", "spam", ""
        into = merged_into(rules.merged.note, said, external) if status in ENDED else None
        who = first(value, rules.owner.named_by)[0]
        key = line_key(
            *("as it stands", external, at, label, joined(who, "owner"), nobody, urgency, tags, raw, into, deleted),
            *(customer.key, subject),
        )
        return ImportedEntry(
            external,
            at,
            key,
            record.number,
            customer=customer.name,
            customer_id=customer.identity,
            subject=subject,
            owner=owner.name,
            owner_id=owner.identity,
            nobody=nobody,
            status=None if deleted else status,
            label=label,
            priority=priority,
            tags=tags,
            fields=fields or None,
            merged_into=into,
            deleted=deleted,
            waits_on=waits_on,
        )

    def _ended(self, value: Document, stands: ImportedEntry, created: int) -> ImportedEntry | None:
        """The end of a resolved or closed case; None if the record has no time for it, or one before its beginning."""
        if stands.status not in ENDED or stands.merged_into is not None:
            return None
        said = self._time(value, self._map.time.ended, 0) if self._map.time.ended else 0
        at = end_after(created, said, stands.external, self._seen) if said else None
        if at is None:
            return None
        key = line_key("ended", stands.external, said)
        return ImportedEntry(stands.external, at, key, stands.number, status=stands.status, label=stands.label)

    def _fields(self, value: Document) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The fields that are kept, by name; and their raw values for the key, with ids in place of names."""
        rules = self._map
        fields: dict[str, str] = {}
        raw: list[tuple[str, str]] = []
        for name, rule in rules.fields.items():
            text = ""
            for path in rule.source:
                if (found := values_at(value, path)) and (text := joined_all(found, written(path))):
                    break
            id = ident_of(*first(value, rule.ids)) if rule.ids else ""
            raw.append((name, id or text))
            if not text and id:
                text = self._people.thing(rule.sort, id)
            if text:
                fields[name] = text
        for name, text in own_fields(rules, value):
            raw.append((name, text))
            fields.setdefault(name, text)
        late = [name for name, conditions in rules.breached.items() if any_of(conditions, value)]
        if late:
            fields["breached"] = ", ".join(late)
            raw.append(("breached", fields["breached"]))
        return fields, raw

    def _rating(self, value: Document, external: str, at: int, number: int, *, ended: bool) -> ImportedEntry | None:
        """A satisfaction rating as a field, with the words of the customer as a message; None without a rating."""
        rule = self._map.rating
        score = [item for path in rule.source for item in values_at(value, path) if is_present(item)] if rule else []
        if rule is None or not score:
            return None
        told = normalized(score[-1])
        known = {"good": rule.good, "neutral": rule.neutral, "bad": rule.bad}
        content = next((word for word, values in known.items() if told in values), "")
        worded = [item for path in rule.words for item in values_at(value, path) if is_present(item)]
        said = plain_text(text_of(worded[-1], "rating")) if worded else ""
        plain = rule.shown == "{}" and content
        held = {"satisfaction": content if plain else rule.shown.replace("{}", text_of(score[-1], "rating"))}
        sort = "thanks" if content == "good" else "auto" if ended else "message"
        at = self._time(value, rule.at, at)
        words = Message("in", said, sort=sort) if said else None
        key = line_key("satisfaction", external, told, said)
        return ImportedEntry(external, at, key, number, fields=held, said=words)
