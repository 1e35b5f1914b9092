"""Maps of records: TOML files that say, without code, how the objects of another system become cases.

The maps of known systems are in `db/presets`; `docs/imports` shows what each of them makes of its fields.
"""

from __future__ import annotations

from functools import cache

from careconsole.desk import program_files
from careconsole.intake.formats.mapped_json.rules import RecordMap
from careconsole.intake.values.map_tables import map_text, read_map


@cache
def preset(id: str) -> RecordMap:
    """The map of a known system, by the id of its kind."""
    return parse_record_map(program_files.preset(id), f"db/presets/{id}.toml")


def load_record_map(path: str) -> RecordMap:
    """The map in the file `path`. Raises WrongUse that names the place and what would be valid there."""
    return parse_record_map(map_text(path, "There are some in db/presets to start from."), path)


def parse_record_map(text: str, name: str = "map") -> RecordMap:
    """The map written in `text`; `name` is for messages. Raises WrongUse that names the line of a mistake."""
    return read_map(text, name, RecordMap)
