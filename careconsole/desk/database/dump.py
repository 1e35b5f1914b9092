"""An export of everything in the database but `LEFT_OUT`, as a stream of records; `load_dump` loads them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Union

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.maintenance import dump
from careconsole.store.maintenance.dump_records import FORMAT, KINDS, LEFT_OUT, End, Head, Record, table_of
from careconsole.store.maintenance.restore_dump import REEXPORT_HINT

__all__ = ["LEFT_OUT", "REEXPORT_HINT", "Head", "Record", "check_head", "decoder", "head", "records", "tables"]


def head(desk: Desk) -> Head:
    """The first line of an export: its format, the database's shape, and the team."""
    return Head(FORMAT, LATEST, desk.team_name())


def records(desk: Desk) -> Iterator[Record]:
    """Every record of the export, read a part at a time; the last one counts the others. Part of a read."""
    return dump.records(desk.store.engine)


def tables() -> dict[str, str]:
    """The tables of an export, in its order, each with a description of its rows."""
    return {table_of(kind): (kind.__doc__ or "").strip() for kind in KINDS}


def decoder() -> Callable[[bytes], Record]:
    """Returns a decoder for the lines after the first. It raises what msgspec raises for a line that is no record."""
    return msgspec.json.Decoder(Union[*KINDS, End]).decode


def check_head(line: bytes, name: str) -> None:
    """Raises WrongUse unless `line` begins an export that this version can read; `name` is the file's, for messages."""
    try:
        found = msgspec.json.decode(line, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WrongUse(
            f"{name} is not an export of everything: its first line does not say so.",
            "{} writes such a file. For other files see {}.",
            suggest("export all"),
            suggest("import", help=True),
        ) from error
    if found.careconsole > FORMAT or found.shape > LATEST:
        raise WrongUse(
            f"{name} was written by a newer careconsole (format {found.careconsole}, shape {found.shape};"
            f" this one knows {FORMAT} and {LATEST}).",
            "Update careconsole; nothing was loaded.",
        )
