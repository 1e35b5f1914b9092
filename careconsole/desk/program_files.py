"""The files that ship with the program: settings templates, import maps, the sample week, and help pages."""

from __future__ import annotations

import os

from careconsole.domain.errors import CareError, WrongUse
from careconsole.store.maintenance.schema import db_text
from careconsole.store.package_files import database_file, page_file

__all__ = [
    "map_path",
    "page_file",
    "preset",
    "preset_ids",
    "receipt_languages",
    "receipt_words",
    "sample_file",
    "sample_week",
    "template",
]


def template(settings: str) -> str:
    """The template for settings of one kind: "rota", "service" or "path"."""
    return db_text(f"{settings}/template.toml")


def preset_ids() -> tuple[str, ...]:
    """The ids of the import kinds that are maps: the names of the files in `db/presets`, in alphabetical order."""
    return _names("presets")


def preset(id: str) -> str:
    """The text of the import map for a known system, by the id of its import kind."""
    return db_text(f"presets/{id}.toml")


def sample_week() -> str:
    """The text of the sample team's week."""
    return db_text("demo/week.toml")


def sample_file(name: str) -> str:
    """The path of a file that the sample team attaches to a case."""
    return database_file("demo", name)


def receipt_languages() -> tuple[str, ...]:
    """The codes of the languages of receipts: the middle of the file names in `db/words`, in alphabetical order."""
    return _names("words", "receipt.")


def receipt_words(code: str) -> str:
    """The text of the language file of receipts, by the code of the language."""
    return db_text(f"words/receipt.{code}.toml")


def map_path(folder: str, name: str) -> str:
    """The path of a shipped map, by its name without suffix. Raises WrongUse that lists the maps there are."""
    try:
        return database_file(folder, f"{name}.toml")
    except CareError:
        known = ", ".join(_names(folder))
        raise WrongUse(f"There is no map {name!r}.", f"Give a file, or one of: {known}.") from None


def _names(folder: str, begin: str = "") -> tuple[str, ...]:
    """The sorted names of the TOML files in a folder of `db/` that begin so, without that and without ".toml"."""
    files = os.listdir(database_file(folder))
    return tuple(sorted(file[len(begin) : -5] for file in files if file.startswith(begin) and file.endswith(".toml")))
