"""The fixtures that the tests of the console share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

from tests.desk.office import Office


@pytest.fixture(scope="session", autouse=True)
def _style_sheets_are_parsed_once() -> Iterator[None]:
    """All consoles share what Textual keeps of its style sheets, for each set of colours.

    Each would parse them again, a fifth of the time that it takes to start, and get the same.
    """
    kept: defaultdict[frozenset[tuple[str, str]], LRUCache] = defaultdict(partial(LRUCache, 1024))
    begin, set_variables = Stylesheet.__init__, Stylesheet.set_variables

    def shared(sheet: Stylesheet) -> None:
        sheet._parse_cache = kept[frozenset(sheet._variables.items())]

    def begun(sheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        begin(sheet, variables=variables)
        shared(sheet)

    def with_variables(sheet: Stylesheet, variables: dict[str, str]) -> None:
        sheet._parse_cache = LRUCache(1)  # which is cleared, instead of what others use
        set_variables(sheet, variables)
        shared(sheet)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "__init__", begun)
        patch.setattr(Stylesheet, "set_variables", with_variables)
        yield


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()
