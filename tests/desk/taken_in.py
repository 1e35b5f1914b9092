"""An export of everything, and a database made from one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.database.load_dump import load_dump
from careconsole.export.dump import write_all
from careconsole.intake.formats.dump import read_records
from careconsole.store import Store, open_store


def exported(store: Store) -> bytes:
    lines: list[str] = []
    write_all(Desk(store, lambda: 0), lines.append)
    return "".join(f"{line}\n" for line in lines).encode()


def taken_in(data: bytes, place: Path, **how: Any) -> Store:
    load_dump(str(place), lambda: read_records(io.BytesIO(data)), own_folder=False, **how)
    return open_store(str(place))
