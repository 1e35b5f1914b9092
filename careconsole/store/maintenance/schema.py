"""Finds the files in `db/`: the schema, import maps, presets and samples.

A wheel carries them as `careconsole/_db`; an editable install and a checkout read `db/` beside the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.store.package_files import database_file

if TYPE_CHECKING:
    from pathlib import Path


def db_path(*parts: str) -> Path:
    """The path of a file or folder in `db/`: `db_path("maps")`; without parts, of `db/` itself.

    Raises CareError if the installation does not have it.
    """
    from pathlib import Path  # slow to import, and `db_text` does not need it

    return Path(database_file(*parts))


def db_text(name: str) -> str:
    """The text (UTF-8) of one file in `db/`, named with forward slashes: `db_text("maps/simple.toml")`.

    Raises CareError if the installation does not have it.
    """
    with open(database_file(*name.split("/")), encoding="utf-8") as file:
        return file.read()
