"""What a record holds by the rules of a map: a text, an id, a word, the custom fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from careconsole.intake.formats.mapped_json.rules import CommentRule, IdRule, RecordMap, TextRule, WordRule
from careconsole.intake.values.fields import Document, joined, text_of
from careconsole.intake.values.html_text import plain_text
from careconsole.intake.values.json_paths import all_of, any_of, first, is_present, normalized, values_at, written
from careconsole.intake.values.patterns import search


def matched(value: Document, rule: IdRule) -> str:
    """The groups that the pattern of an id finds in the first value that matches, joined with "#"; else empty."""
    for path in rule.source if rule.pattern else ():
        for item in values_at(value, path):
            if found := search(rule.pattern, text_of(item, written(path))):
                return "#".join(filter(None, found.groups()))
    return ""


def text_by(value: Document, rule: TextRule) -> str:
    """A text without markup; empty if there is none."""
    found, field = first(value, rule.plain)
    if is_present(found):
        text = text_of(found, field)
        return plain_text(text) if rule.when and all_of(rule.when, value) else text.strip()
    found, field = first(value, rule.html)
    return plain_text(text_of(found, field))


def meant(rule: WordRule | None, value: Document) -> str | None:
    """What a value means here; None, not counted, for values that are not listed."""
    return rule.words.get(normalized(first(value, rule.source)[0])) if rule is not None else None


def waits_on_by(rule: WordRule | None, value: Document) -> str:
    """Who a parked case waits for, by its status; the customer unless the map says otherwise."""
    return rule.waits.get(normalized(first(value, rule.source)[0]), "customer") if rule is not None else ""


def way_by(rule: CommentRule, comment: Document, *, system: bool, theirs: bool, ours: bool) -> str:
    """The direction of a message. One that is not known to be public is a note, whoever wrote it."""
    public = rule.public.everybody or (bool(rule.public) and all_of(rule.public, comment))
    if not public or system or any_of(rule.note, comment):
        return "note"
    return "out" if ours and not theirs else "in"


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
