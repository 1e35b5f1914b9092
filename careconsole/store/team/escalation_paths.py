"""The team's escalation paths: the text as written, and the parsed form, with people by number."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.escalation_paths import STANDARD, Paths
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import reader
from careconsole.store.team.people import People

TEXT, READ = "paths", "paths_read"
"""The team settings that hold the TOML and its parsed form, so that renaming a person breaks no path."""

_read = reader(Paths)


class PathSettings:
    """Reads and writes the paths. Writes need a transaction."""

    def __init__(self, engine: Engine, people: People) -> None:
        self._engine = engine
        self._people = people
        self._read: str | None = None
        self._paths = STANDARD

    def paths(self) -> Paths:
        """The team's current paths."""
        read = self._people.setting(READ)
        if read != self._read:
            self._paths = _read(read, "The escalation paths") if read else STANDARD
            self._read = read
        return self._paths

    def text(self) -> str | None:
        """The paths as written; None if the team has set none."""
        return self._people.setting(TEXT)

    def store(self, text: str, paths: Paths) -> None:
        """Stores paths, as written and parsed."""
        self._people.set(TEXT, text)
        self._people.set(READ, msgspec.json.encode(paths).decode())
