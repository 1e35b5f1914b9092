"""Atlassian documents (ADF: nested nodes, Jira's rich text) as plain text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.values.fields import inner, text_of

_DEEPEST = 100
_TITLED = ("expand", "nestedExpand")


def plain_text(value: object, field: str) -> str:
    """The text of a document; a text is returned unchanged (older Jira writes wiki markup), None as an empty text.

    An empty line separates paragraphs; lists, tables and tasks are written in plain characters. Of a picture or file
    only the description is left. Raises InvalidRecord.
    """
    if isinstance(value, dict):
        return _block(value, field, 0).strip()
    return text_of(value, field)


def _block(node: dict[str, Any], field: str, depth: int) -> str:
    """The text of a node, of a block or within a line."""
    if depth > _DEEPEST:
        raise InvalidRecord(field, f"is nested more than {_DEEPEST} deep")
    kind = node.get("type")
    if (own := _inline(node, kind, field)) is not None:
        return own
    parts = [(_kind(child), _block(child, field, depth + 1)) for child in _children(node, field)]
    if kind in ("bulletList", "decisionList"):
        return "\n".join(_hung("- ", said) for _, said in parts)
    if kind == "orderedList":
        first = inner(node, "attrs", "order")
        begin = first if isinstance(first, int) and not isinstance(first, bool) else 1
        return "\n".join(_hung(f"{number}. ", said) for number, (_, said) in enumerate(parts, begin))
    if kind == "taskItem":
        return _hung("[x] " if inner(node, "attrs", "state") == "DONE" else "[ ] ", "".join(said for _, said in parts))
    if kind == "tableRow":
        return " | ".join(" ".join(said.split()) for _, said in parts)
    if kind in ("table", "taskList"):
        return "\n".join(said for _, said in parts)
    if kind == "listItem":
        return "\n".join(said for _, said in parts if said)
    if kind == "blockquote":
        return "\n".join(f"> {line}" for line in _apart(parts).split("\n"))
    if kind in _TITLED and (title := text_of(inner(node, "attrs", "title"), field)):
        return f"{title}\n{_apart(parts)}"
    return _apart(parts)


def _apart(parts: list[tuple[str, str]]) -> str:
    """Joins pieces; an empty line separates blocks."""
    written = ""
    after_block = False
    for kind, said in parts:
        block = kind not in _IN_LINE
        if written and said and (block or after_block):
            written += "\n\n"
        written += said
        after_block = block if said else after_block
    return written


_IN_LINE = frozenset(
    {"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status", "placeholder", "mediaInline"}
)


def _inline(node: dict[str, Any], kind: object, field: str) -> str | None:
    """The text of a node that has no nodes inside; None for one that may have some."""
    attrs = node.get("attrs")
    if kind == "text":
        said = text_of(node.get("text"), field)
        address = _link(node, field)
        return f"{said} ({address})" if address and address != said else said
    if kind == "hardBreak":
        return "\n"
    if kind == "rule":
        return "---"
    if kind in ("mention", "status", "placeholder"):
        return text_of(inner(attrs, "text"), field)
    if kind == "emoji":
        return text_of(inner(attrs, "text"), field) or text_of(inner(attrs, "shortName"), field)
    if kind in ("inlineCard", "blockCard", "embedCard"):
        return text_of(inner(attrs, "url"), field)
    if kind in ("media", "mediaInline"):
        return f"[{text_of(inner(attrs, 'alt'), field) or 'file'}]"
    if kind == "date":
        return _day(text_of(inner(attrs, "timestamp"), field))
    return None


def _link(node: dict[str, Any], field: str) -> str:
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        if inner(mark, "type") == "link":
            return text_of(inner(mark, "attrs", "href"), field)
    return ""


def _day(timestamp: str) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(timestamp))).date().isoformat()
    except (ValueError, OverflowError):
        return timestamp


def _children(node: dict[str, Any], field: str) -> list[dict[str, Any]]:
    content = node.get("content")
    if content is None:
        return []
    if not isinstance(content, list) or not all(isinstance(child, dict) for child in content):
        raise InvalidRecord(field, "is not an Atlassian document: its content is not a list of nodes")
    return content


def _kind(node: dict[str, Any]) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _hung(sign: str, said: str) -> str:
    """`said` after a sign, with its further lines indented below it."""
    return sign + said.replace("\n", "\n" + " " * len(sign))
