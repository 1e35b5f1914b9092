"""Finds the database's text: the schema, the maps and the sample team that live in `db/`.

A wheel carries them as `careconsole/_db`; an editable install and a checkout read `db/` beside the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.store.package_files import database_file

if TYPE_CHECKING:
    from pathlib import Path


def db_path(*parts: str) -> Path:
    """The path of a file or folder of `db/`: `db_path("maps")`; without parts, the folder itself.

    Raises CareError where the installation does not have it.
    """
    from pathlib import Path  # a hot command only reads texts and does not need it

    return Path(database_file(*parts))


def db_text(name: str) -> str:
    """The text (UTF-8) of one file of `db/`, named with forward slashes: `db_text("maps/simple.toml")`.

    Raises CareError where the installation does not have it.
    """
    with open(database_file(*name.split("/")), encoding="utf-8") as file:
        return file.read()
