"""The details below a list end in "…" where there is no room for all of them."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult

from careconsole.tui.widgets.details import Details


class _Page(App[None]):
    CSS = "Details { height: 2; } .grows { height: auto; max-height: 4; }"

    def __init__(self, grows: bool) -> None:
        super().__init__()
        self.details = Details("whole")
        self.details.set_class(grows, "grows")

    def compose(self) -> ComposeResult:
        yield self.details


@pytest.mark.parametrize("grows", [False, True])
def test_what_does_not_fit_ends_in_an_ellipsis(grows: bool) -> None:
    async def run() -> None:
        async with _Page(grows).run_test(size=(20, 10)) as pilot:
            details = pilot.app.query_one(Details)
            details.put("one two three")
            await pilot.pause()
            assert str(details.render()) == "one two three"
            details.put(" ".join(f"word{n}" for n in range(30)))
            await pilot.pause()
            lines = str(details.render()).split("\n")
            assert len(lines) == details.size.height == (4 if grows else 2)
            assert lines[-1].endswith("…")
            assert lines[0] == "word0 word1 word2"

    asyncio.run(run())
