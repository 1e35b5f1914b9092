"""The fields of what nearly every command decodes have their types as they are, and not as texts.

Under `from __future__ import annotations` they are texts, each of which msgspec has to compile in every process that
decodes one: for a case alone, that took as long as importing ten modules.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from careconsole.domain.case.escalation_paths import Paths
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.state import Case
from careconsole.domain.team.rota import Rota


def structs_in(kind: Any, found: set[type]) -> set[type]:
    """The structs that a struct is made of, itself among them."""
    left = [msgspec.inspect.type_info(kind)]
    while left:
        one = left.pop()
        if isinstance(one, msgspec.inspect.StructType):
            if one.cls in found:
                continue
            found.add(one.cls)
            left += [field.type for field in one.fields]
        for name in ("item_type", "key_type", "value_type"):
            left += [part] if (part := getattr(one, name, None)) is not None else []
        left += [*getattr(one, "item_types", ()), *getattr(one, "types", ())]
    return found


@pytest.mark.parametrize("kind", [Case, Paths, Rota, *KINDS.values()], ids=lambda kind: kind.__name__)
def test_no_type_has_to_be_compiled(kind: type) -> None:
    texts = {
        f"{base.__module__}.{base.__qualname__}.{field}"
        for one in structs_in(kind, set())
        for base in one.__mro__
        for field, annotation in getattr(base, "__annotations__", {}).items()
        if isinstance(annotation, str)
    }
    assert texts == set(), "without the future import, quote only what is named before it is defined"
