"""What a table names as "module:Name", imported when it is first used: most of a table's rows are never used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def late_import(place: str, package: str) -> Any:
    """What `place` names as "module:Name"; the module is in `package`, unless its whole name is given."""
    module, _, name = place.partition(":")
    return getattr(import_module(module if "." in module else f"{package}.{module}"), name)
