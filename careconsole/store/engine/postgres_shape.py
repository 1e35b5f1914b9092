"""Whether this program can use a PostgreSQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError
from careconsole.domain.hints import given
from careconsole.store.engine.schema_version import LATEST, too_new

if TYPE_CHECKING:
    from careconsole.store.engine.schema_version import Asked


def checked_shape(engine: Asked, shape: int, *, others: bool) -> int:
    """`shape`, if this program can use it; `others` says that there are tables, and none of this program's.

    Raises NewerSchema for a newer one, Moved if the team is elsewhere, and CareError for the database of another
    program.
    """
    if others:
        raise CareError(
            f"{engine.path} is the database of another program.",
            "Create one for careconsole alone (createdb NAME), and give that {}; nothing was changed.",
            given(db=...),
        )
    if shape > LATEST:
        raise too_new(engine, shape)
    return shape
