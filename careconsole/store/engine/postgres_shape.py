"""The schema version of a PostgreSQL database, and whether this program can use it."""

from __future__ import annotations

from careconsole.domain.errors import CareError
from careconsole.domain.hints import given
from careconsole.store.engine.base import NewerSchema
from careconsole.store.engine.schema_version import LATEST


def checked_shape(place: str, shape: int, *, others: bool) -> int:
    """`shape`, if this program can use it; `others` says that there are tables, and none of this program's.

    Raises NewerSchema for a newer one, and CareError for the database of another program.
    """
    if others:
        raise CareError(
            f"{place} is the database of another program.",
            "Create one for careconsole alone (createdb NAME), and give that {}; nothing was changed.",
            given(db=...),
        )
    if shape > LATEST:
        raise NewerSchema(
            f"The database {place} was made by a newer careconsole (shape {shape}, this one knows {LATEST}).",
            "Update careconsole; nothing was changed.",
        )
    return shape
