"""Compares the stored JSON of a case with its state, for `store.maintenance.damage_check`."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from careconsole.domain.case.state import Case
from careconsole.store.cases.repository import case_of


def says(state: str, case: Case) -> bool:
    """Whether the JSON `state` is that of `case`, each field once and no other, however it is written."""
    # It is also decoded without the type, because the type ignores fields that it does not know.
    fields = json.loads(state, object_pairs_hook=_once_each)
    return case_of(case.number, state) == case and _has_only_fields(fields, case)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object from its pairs. Raises ValueError for a repeated key."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _has_only_fields(read: Any, made: Any) -> bool:
    """Whether every key of the JSON `read` is a field of the decoded value `made`; defaults may be left out or not."""
    if isinstance(made, msgspec.Struct):
        tag = made.__struct_config__.tag_field
        fields = dict(zip(made.__struct_encode_fields__, made.__struct_fields__, strict=True))
        return all(
            key == tag or (key in fields and _has_only_fields(value, getattr(made, fields[key])))
            for key, value in read.items()
        )
    if isinstance(made, tuple | list):
        return all(_has_only_fields(value, one) for value, one in zip(read, made, strict=True))
    return True
