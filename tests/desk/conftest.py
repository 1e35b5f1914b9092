"""The fixtures that the tests of the desk share: a small team with its own database, and imports in small parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import undo_redo
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.imports import record as recording
from careconsole.domain.errors import Refused
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


@pytest.fixture
def undo_is_foretold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every undo does what `next_undo` said right before, or is refused if that said so."""
    undo = undo_redo.undo

    def foretold(desk: Desk) -> Outcome:
        takes = undo_redo.next_undo(desk)
        try:
            outcome = undo(desk)
        except Refused:
            assert takes is None, "the undo was offered"
            raise
        assert takes is not None, "the undo was not offered"
        assert takes.command == outcome.takes
        return outcome

    monkeypatch.setattr(undo_redo, "undo", foretold)
