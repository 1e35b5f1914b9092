"""The files that come with the program: settings to begin with, maps of imports, the sample week, and its pages."""

from __future__ import annotations

from careconsole.domain.errors import CareError, WrongUse
from careconsole.store.maintenance.schema import db_path, db_text
from careconsole.store.package_files import page_file

__all__ = ["map_path", "page_file", "preset", "sample_week", "template"]


def template(settings: str) -> str:
    """The text to begin settings of one kind with: "rota", "service" or "path"."""
    return db_text(f"{settings}/template.toml")


def preset(id: str) -> str:
    """The text of the map of a system that is known, by the id of its kind."""
    return db_text(f"presets/{id}.toml")


def sample_week() -> str:
    """The text of the sample team's week."""
    return db_text("demo/week.toml")


def map_path(folder: str, name: str) -> str:
    """The path of a map that comes along, by its name without an ending. Raises WrongUse that names those there are."""
    try:
        return str(db_path(folder, f"{name}.toml"))
    except CareError:
        known = ", ".join(sorted(path.name.removesuffix(".toml") for path in db_path(folder).iterdir()))
        raise WrongUse(f"There is no map {name!r}.", f"Name a file, or one of: {known}.") from None
