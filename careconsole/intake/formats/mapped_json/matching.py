"""What a record holds by the rules of a map: a text, an id, a word, the direction of a message, the custom fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from careconsole.domain.imported_record import ImportedEntry
from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.formats.mapped_json.rules import CommentRule, IdRule, RecordMap, TextRule, WordRule
from careconsole.intake.formats.mapped_json.values import Paths
from careconsole.intake.formats.message_counts import Held, counted
from careconsole.intake.values.fields import Document, ident_of, joined, text_of
from careconsole.intake.values.html_text import is_blank, message_text, plain_text
from careconsole.intake.values.json_paths import all_of, any_of, first, is_present, normalized, values_at, written
from careconsole.intake.values.messages import with_attachments
from careconsole.intake.values.patterns import search


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


def text_by(value: Document, rule: TextRule, reader: Callable[[str], str] = plain_text) -> str:
    """A text without markup, which `reader` removes; empty if there is none."""
    found, field = first(value, rule.plain)
    if is_present(found):
        text = text_of(found, field)
        text = reader(text) if rule.when and all_of(rule.when, value) else text.strip()
        if not is_blank(text):
            return text
    found, field = first(value, rule.html)
    return reader(text_of(found, field))


def message_by(value: Document, rule: TextRule | None, files: Paths) -> str:
    """The text of a message with the names of its attachments, or what stands for it; empty if there is nothing."""
    text = text_by(value, rule, message_text) if rule is not None else ""
    held = [name for path in files for name in values_at(value, path) if isinstance(name, str)]
    return with_attachments(text, [text_of(name, "attachments") for name in held])


def way_of(rule: CommentRule, comment: Document, *, system: bool, theirs: bool, ours: bool) -> str:
    """The direction of a message. One that is not known to be public is a note, for any author."""
    public = rule.public.everybody or (bool(rule.public) and all_of(rule.public, comment))
    if not public or system or any_of(rule.note, comment):
        return "note"
    return "out" if ours and not theirs else "in"


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


def labelled(rule: WordRule, value: Document) -> tuple[str, str]:
    """The label of a word, and how the map lists it; both empty if the record has none."""
    label = text_of(*first(value, rule.source))
    if not rule.beside:
        return (rule.called.get(label, label), normalized(label)) if label else ("", "")
    parts = [label]
    parts += [text_of(item, written(path)) for path in rule.beside for item in values_at(value, path)]
    parts = [part for part in parts if part]
    return " / ".join(rule.called.get(part, part) for part in parts), " / ".join(map(normalized, parts))


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


def is_message(rule: CommentRule, comment: Document, *, says_nothing: bool = True) -> bool:
    """Whether a comment without text is a message all the same."""
    return any_of(rule.message, comment) if rule.message else says_nothing and meant(rule.status, comment) is None


def held_in(
    rule: CommentRule, value: Document, created: int, said: list[ImportedEntry], when: Callable[[object], int]
) -> Held:
    """How many comments the source counts in a ticket and how many are there; `when` reads a time, 0 for none."""
    comments = [one for path in rule.source for one in values_at(value, path) if isinstance(one, dict)]
    number = sum(not any_of(rule.uncounted, one) for one in comments) if rule.uncounted else len(comments)
    total = counted(value, rule.total) or counted(value, rule.total_with_opening) - 1
    there = max((when(one) for path in rule.latest for one in values_at(value, path)), default=0)
    here = max(created, *(line.at for line in said)) if said else created
    return Held(total, number, last_there=there, last_here=here)
