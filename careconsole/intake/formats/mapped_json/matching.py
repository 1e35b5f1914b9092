"""What a record holds by the rules of a map: a text, an id, a word, the direction of a message, the custom fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from careconsole.domain.imported_record import ImportedEntry
from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.formats.mapped_json.rules import CommentRule, IdRule, RecordMap, TextRule, WordRule
from careconsole.intake.values.fields import Document, ident_of, joined, text_of
from careconsole.intake.values.html_text import plain_text
from careconsole.intake.values.json_paths import all_of, any_of, first, is_present, normalized, values_at, written
from careconsole.intake.values.patterns import search

_LONGEST_SUBJECT = 100


def matched(value: Document, rule: IdRule) -> str:
    """The groups that the pattern of an id finds in the first value that matches, joined with "#"; else empty."""
    for path in rule.source if rule.pattern else ():
        for item in values_at(value, path):
            if found := search(rule.pattern, text_of(item, written(path))):
                return "#".join(filter(None, found.groups()))
    return ""


def comment_id(rule: CommentRule, comment: Document) -> str:
    """The id of a comment. Raises InvalidRecord without one."""
    id = matched(comment, rule.id) or ident_of(*first(comment, rule.id.otherwise or rule.id.source))
    if not id:
        raise InvalidRecord(written(rule.id.source[0]), "is missing, so the comment cannot be told from others")
    return id


def text_by(value: Document, rule: TextRule) -> str:
    """A text without markup; empty if there is none."""
    found, field = first(value, rule.plain)
    if is_present(found):
        text = text_of(found, field)
        return plain_text(text) if rule.when and all_of(rule.when, value) else text.strip()
    found, field = first(value, rule.html)
    return plain_text(text_of(found, field))


def way_of(rule: CommentRule, comment: Document, *, system: bool, theirs: bool, ours: bool) -> str:
    """The direction of a message. One that is not known to be public is a note, whoever wrote it."""
    public = rule.public.everybody or (bool(rule.public) and all_of(rule.public, comment))
    if not public or system or any_of(rule.note, comment):
        return "note"
    return "out" if ours and not theirs else "in"


def taken_as_opening(said: list[ImportedEntry]) -> str:
    """The text of the first comment, if it is the customer's: it opens the case, and is removed from `said`."""
    earliest = min((line for line in said if line.said is not None), key=lambda line: line.at, default=None)
    if earliest is None or earliest.said is None or earliest.said.way != "in":
        return ""
    place = said.index(earliest)
    if earliest.owner is None and not earliest.nobody and earliest.status in (None, "open"):
        del said[place]
    else:
        said[place] = replace(earliest, said=None)
    return earliest.said.text


def beginning(text: str) -> str:
    """The first line of a text, for a case that has no subject."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1].rstrip()}…"


def as_opening(line: ImportedEntry) -> ImportedEntry:
    """The first comment of a ticket that stands elsewhere, as its description if it is the customer's."""
    if line.said is None or line.said.way != "in":
        return line
    return replace(line, said=None, channel=None, description=line.said.text)


def merged_into(pattern: str, said: list[ImportedEntry], external: str) -> str | None:
    """The id of the case that this one was merged into, according to a note."""
    if not pattern:
        return None
    for line in sorted(said, key=lambda line: -line.at):
        if line.said is not None and line.said.way == "note" and (found := search(pattern, line.said.text)):
            return found[1] if found[1] != external else None
    return None


def meant(rule: WordRule | None, value: Document) -> str | None:
    """What a value means here; None, not counted, for values that are not listed."""
    return rule.words.get(normalized(first(value, rule.source)[0])) if rule is not None else None


def waits_on_by(rule: WordRule | None, value: Document) -> str:
    """Who a parked case waits for, by its status; the customer unless the map says otherwise."""
    return rule.waits.get(normalized(first(value, rule.source)[0]), "customer") if rule is not None else ""


def own_fields(rules: RecordMap, value: Document) -> Iterator[tuple[str, str]]:
    """The custom fields: their names and what they hold, as texts."""
    rule = rules.own
    for path in rule.source if rule is not None else ():
        for item in values_at(value, path):
            if not isinstance(item, dict) or rule is None:
                continue
            if not rule.names:
                pairs: list[tuple[Any, Any]] = list(item.items())
            else:
                pairs = [(first(item, rule.names)[0], first(item, rule.values)[0])]
            for name, held in pairs:
                if is_present(name) and (text := joined(held, written(path))):
                    yield text_of(name, written(path)), text
