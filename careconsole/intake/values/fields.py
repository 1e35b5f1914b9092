"""Values from the documents that help desks export: taken unchanged, or rejected with the name of their field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from unicodedata import normalize

from careconsole.domain.imported_record import ExternalIdentity
from careconsole.domain.terminal_text import fold, why_unstorable
from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.values.times import Moments

Document = dict[str, Any]
"""A decoded JSON object."""

_LONGEST_ID = 200
_BEYOND = 10**_LONGEST_ID
_SCIENTIFIC = re.compile(r"\s*[+-]?\d(?:[.,]\d+)?[Ee]\+\d{2,3}\s*", re.ASCII)
ROUNDED = "is a number that a spreadsheet has rounded, so the id is lost: export the column as text"
"""Why such an id is no id (see `is_rounded`)."""


def ident(record: Document, field: str) -> str:
    """The id in `field`, a number or a text, as text; empty if there is none. Raises InvalidRecord."""
    value = record.get(field)
    return "" if value is None else ident_of(value, field)


def needed_ident(record: Document, field: str, what: str) -> str:
    """The id in `field`. Raises InvalidRecord, with `what` as the consequence, if it is missing."""
    if found := ident(record, field):
        return found
    raise InvalidRecord(field, f"is missing, so {what}")


def ident_of(value: object, field: str) -> str:
    """An id as text, with its blanks and leading zeros; empty if it is blank. Raises InvalidRecord for a bad id."""
    if value is None or value == "":
        return ""
    if type(value) is str and value.isalnum() and value.isascii() and len(value) <= _LONGEST_ID:
        return value  # nearly all texts that are ids
    if type(value) is int:
        if -_BEYOND < value < _BEYOND:
            return str(value)
        raise InvalidRecord(field, "is not an id: the number is too long")
    if not isinstance(value, str):
        raise InvalidRecord(field, "is not an id: it is neither a number nor a text")
    if len(value) > _LONGEST_ID:
        raise InvalidRecord(field, f"is not an id: it is longer than {_LONGEST_ID} characters")
    if is_rounded(value):
        raise InvalidRecord(field, ROUNDED)
    return _storable(value, field) if value.strip() else ""


def is_rounded(id: str) -> bool:
    """Whether an id is a long number as spreadsheets shorten it (2.02E+11), which may stand for many ids."""
    return "+" in id and _SCIENTIFIC.fullmatch(id) is not None


def namesake(name: str, address: str) -> ExternalIdentity | None:
    """The identity of somebody who has no id: the name with the address; None without one that says more than it."""
    if not address or fold(address) == fold(name):
        return None
    # It is stored, so it must not change when folding does.
    plain = "".join(filter(str.isalnum, normalize("NFKD", name).casefold())) or name
    id = f"{plain} <{address.lower()}>"
    return ExternalIdentity(id if len(id) <= _LONGEST_ID else blake2b(id.encode(), digest_size=16).hexdigest(), address)


def text(record: Document, field: str) -> str:
    """The text in `field`; empty if absent. Raises InvalidRecord as `text_of` does."""
    value = record.get(field)
    return "" if value is None else text_of(value, field)


def text_of(value: object, field: str) -> str:
    """A value as text; empty for None. Raises InvalidRecord for an object, a list, or text that cannot be stored."""
    if type(value) is str:
        return value if value.isascii() and "\0" not in value else _storable(value, field)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise InvalidRecord(field, "has an object or a list where text is expected")
    if isinstance(value, bool):
        return "true" if value else "false"
    return _storable(str(value), field)


def several(value: object, field: str) -> tuple[str, ...]:
    """A list of texts without the empty ones; a single value is a list of one. Raises InvalidRecord."""
    items = value if isinstance(value, list) else [value]
    return tuple(found for item in items if (found := text_of(item, field)))


def joined(value: object, field: str) -> str:
    """Any value of a custom field as one text: lists joined with commas, objects by name. Raises InvalidRecord."""
    if type(value) is str or value is None:
        return text_of(value, field)
    if isinstance(value, list):
        return ", ".join(found for item in value if (found := joined(item, field)))
    if isinstance(value, dict):
        for name in ("name", "displayName", "value", "title", "key", "id"):
            if value.get(name) not in (None, "") and not isinstance(value[name], dict | list):
                inner = joined(value.get("child"), field)
                return text_of(value[name], field) + (f" / {inner}" if inner else "")
        return ""
    return text_of(value, field)


def joined_all(values: Sequence[Any], field: str) -> str:
    """Several values of a custom field as one text, joined with commas. Raises InvalidRecord."""
    return joined(values[0], field) if len(values) == 1 else joined([*values], field)


def moment(record: Document, field: str, read: Moments) -> int:
    """The time in `field`, in epoch milliseconds. Raises InvalidRecord if it is missing or cannot be read."""
    value = record.get(field)
    if value is None or value == "":
        raise InvalidRecord(field, "is missing: without it there is no time")
    try:
        return read(text_of(value, field))
    except ValueError as error:
        raise InvalidRecord(field, str(error)) from None


def objects(record: Document, field: str) -> list[Document]:
    """The objects in the list `field`; empty if absent. Raises InvalidRecord if it is not a list of objects."""
    value = record.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidRecord(field, "is not a list")
    for item in value:
        if not isinstance(item, dict):
            raise InvalidRecord(field, "contains something that is not an object")
    return value


def inner(record: object, *path: str) -> Any:
    """The value at the end of `path` through nested objects; None where the path breaks off."""
    for name in path:
        if not isinstance(record, dict):
            return None
        record = record.get(name)
    return record


def _storable(found: str, field: str) -> str:
    if (reason := why_unstorable(found)) is not None:
        raise InvalidRecord(field, reason)
    return found
