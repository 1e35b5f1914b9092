"""An export of everything: all that the database keeps, as a stream of records; `load_dump` takes them in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Union

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.maintenance import dump
from careconsole.store.maintenance.dump import LEFT_OUT, Head, Record
from careconsole.store.maintenance.migrate import LATEST
from careconsole.store.maintenance.restore_dump import ANEW

__all__ = ["ANEW", "LEFT_OUT", "Head", "Record", "check_head", "decoder", "head", "records", "tables"]


def head(desk: Desk) -> Head:
    """The first line of an export: what it is, the database's shape, and the team."""
    return Head(dump.FORMAT, LATEST, desk.team_name())


def records(desk: Desk) -> Iterator[Record]:
    """Everything there is to keep, read a part at a time; the last record counts the others. Part of a snapshot."""
    return dump.records(desk.store.engine)


def tables() -> dict[str, str]:
    """The tables that an export holds, in its order, each with what its rows are."""
    return {dump.table_of(kind): (kind.__doc__ or "").strip() for kind in dump.KINDS}


def decoder() -> Callable[[bytes], Record]:
    """Reads a line after the first as the record it holds. It raises what msgspec raises for one that holds none."""
    return msgspec.json.Decoder(Union[*dump.KINDS, dump.End]).decode


def check_head(line: bytes, name: str) -> None:
    """Raises WrongUse unless `line` begins an export that this program can read; `name` is the file's, for messages."""
    try:
        found = msgspec.json.decode(line, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WrongUse(
            f"{name} is no export of everything: its first line does not say so.",
            "Such a file comes from {}. For others see {}.",
            suggest("export all"),
            suggest("import", help=True),
        ) from error
    if found.careconsole > dump.FORMAT or found.shape > LATEST:
        raise WrongUse(
            f"{name} was written by a newer careconsole (format {found.careconsole}, shape {found.shape};"
            f" this one knows {dump.FORMAT} and {LATEST}).",
            "Update careconsole; nothing went in.",
        )
