"""An export of everything: all that the database keeps, as a stream of records; `readmit` takes them in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Union

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.store import whole
from careconsole.store.filling import ANEW
from careconsole.store.migrate import LATEST
from careconsole.store.whole import LEFT_OUT, Head, Record

__all__ = ["ANEW", "LEFT_OUT", "Head", "Record", "check_head", "decoder", "head", "records", "tables"]


def head(desk: Desk) -> Head:
    """The first line of an export: what it is, the database's shape, and the team."""
    return Head(whole.FORMAT, LATEST, desk.team_name())


def records(desk: Desk) -> Iterator[Record]:
    """Everything there is to keep, read a part at a time; the last record counts the others. Part of a snapshot."""
    return whole.records(desk.store.engine)


def tables() -> dict[str, str]:
    """The tables that an export holds, in its order, each with what its rows are."""
    return {whole.table_of(kind): (kind.__doc__ or "").strip() for kind in whole.KINDS}


def decoder() -> Callable[[bytes], Record]:
    """Reads a line after the first as the record it holds. It raises what msgspec raises for one that holds none."""
    return msgspec.json.Decoder(Union[*whole.KINDS, whole.End]).decode


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
    if found.careconsole > whole.FORMAT or found.shape > LATEST:
        raise WrongUse(
            f"{name} was written by a newer careconsole (format {found.careconsole}, shape {found.shape};"
            f" this one knows {whole.FORMAT} and {LATEST}).",
            "Update careconsole; nothing went in.",
        )
