"""Finds the database's text: the schema, the maps and the sample team that live in `db/`.

A wheel carries them as `careconsole/_db`; an editable install and a checkout read `db/` beside the package.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The packaged copy comes first: beside an installed package `db` would be somebody else's folder.
_PLACES = (os.path.join(_PACKAGE, "_db"), os.path.join(os.path.dirname(_PACKAGE), "db"))


def _find(*parts: str) -> str:
    for place in _PLACES:
        if os.path.isdir(place):
            path = os.path.join(place, *parts)
            if os.path.exists(path):
                return path
            break  # one place holds everything; a mixture of two would be worse than a clear failure
    raise CareError(
        f"A part of careconsole is missing: {'/'.join(('db', *parts))}.",
        "The installation is incomplete; install careconsole again.",
    )


def db_path(*parts: str) -> Path:
    """The path of a file or folder of `db/`: `db_path("maps")`; without parts, the folder itself.

    Raises CareError where the installation does not have it.
    """
    from pathlib import Path  # a hot command only reads texts and does not need it

    return Path(_find(*parts))


def db_text(name: str) -> str:
    """The text (UTF-8) of one file of `db/`, named with forward slashes: `db_text("maps/simple.toml")`.

    Raises CareError where the installation does not have it.
    """
    with open(_find(*name.split("/")), encoding="utf-8") as file:
        return file.read()
