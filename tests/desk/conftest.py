"""The fixtures that the tests of the desk share: a small team with its own database, and imports in small parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.imports import record as recording
from tests.desk.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


@pytest.fixture
def parts_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that makes imports commit after every so many rows."""

    def small(rows: int) -> None:
        monkeypatch.setattr(recording, "LARGE", rows)
        monkeypatch.setattr(recording, "SMALL", rows)

    return small
