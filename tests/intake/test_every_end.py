"""The end of a case, for every kind of import: at its time, at a time that nobody knows, and before the beginning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.intake import kinds
from tests.intake.kinds import EXPORTS
from tests.intake.place import Place
from tests.intake.tickets import BEGIN, Document, Ticket, iso, tickets

HOUR = 3_600
TOLD = tuple(kind for kind in EXPORTS if kind != "events")
"""The kinds that tell a beginning and an end apart from what happened: all but the log, in which each row happened."""
each = pytest.mark.parametrize("kind", TOLD)

Change = Callable[[Document], None]


def _zendesk(seconds: int | None) -> Change:
    def change(document: Document) -> None:
        document["metric_set"] = {"solved_at": None if seconds is None else iso(seconds)}

    return change


def _jira(seconds: int | None) -> Change:
    """The change log is what tells the end; without one, the issue itself."""

    def change(document: Document) -> None:
        del document["changelog"]
        document["fields"]["resolutiondate"] = None if seconds is None else iso(seconds)

    return change


def _in(*path: str) -> Callable[[int | None], Change]:
    def with_end(seconds: int | None) -> Change:
        def change(document: Document) -> None:
            for name in path[:-1]:
                document = document[name]
            document[path[-1]] = seconds if path[0] == "statistics" else "" if seconds is None else iso(seconds)

        return change

    return with_end


ENDS: dict[str, Callable[[int | None], Change]] = {
    "csv": _in("Resolved at"),
    "jsonl": _in("resolved_at"),
    "zendesk": _zendesk,
    "jira": _jira,
    "freshdesk": _in("stats", "resolved_at"),
    "zammad": _in("close_at"),
    "helpscout": _in("closedAt"),
    "intercom": _in("statistics", "last_close_at"),
    "github": _in("closedAt"),
}
"""How the export of a kind comes to say that a case ended at a time, or to say nothing of it."""


def test_there_is_an_end_of_every_kind() -> None:
    assert set(ENDS) == set(TOLD)


def _resolved(updated: int) -> Ticket:
    (ticket,) = tickets(1)
    return ticket._replace(states=((BEGIN, "open"), (BEGIN + updated, "resolved")), comments=())


class Ended(Place):
    """A place whose export has one resolved case, opened at `BEGIN` and last changed `updated` seconds after."""

    def __init__(self, kind: str, folder: Path, end: int | None, updated: int = 2 * HOUR) -> None:
        super().__init__(kind, folder)
        change = ENDS[kind](None if end is None else BEGIN + end)
        documents = list(self.export.documents(_resolved(updated)))
        for document in documents:
            change(document)
        kinds.write(self.file, self.export._replace(documents=lambda ticket: documents), [_resolved(updated)])
        report = self.bring().json
        assert (report["new_cases"], report["rejected"]) == (1, 0)
        (found,) = self.cases().values()
        self.case: dict[str, Any] = found["case"]
        self.measures = self.console.call("measures", "--json").json

    def doubts(self) -> list[str]:
        """What stands against importing the file unseen."""
        seen = ReadReport()
        for _ in registry.read(self.kind, [str(self.file)], Options(zone="UTC"), seen):
            pass
        return [doubt.kind for doubt in seen.doubts.listed() if doubt.kind.startswith("end")]


@each
def test_the_end_is_where_the_source_says(kind: str, tmp_path: Path) -> None:
    for end, updated in ((HOUR, 2 * HOUR), (2 * HOUR, 2 * HOUR), (3 * HOUR, 2 * HOUR), (0, 0)):
        place = Ended(kind, tmp_path, end, updated)
        assert (place.case["status"], place.case["resolved_at"]) == ("resolved", iso(BEGIN + end))
        assert place.case["reopenings"] == 0
        assert place.measures["resolution_seconds"] == {"n": 1, "median": end, "p90": end}
        assert (place.measures["resolutions_undated"], place.doubts()) == (0, [])


@each
def test_an_end_that_nobody_tells_is_not_known_and_in_no_median(kind: str, tmp_path: Path) -> None:
    place = Ended(kind, tmp_path, None)
    assert (place.case["status"], place.case["resolved_at"]) == ("resolved", None)
    assert place.measures["resolution_seconds"] == {"n": 0, "median": None, "p90": None}
    assert (place.measures["resolutions_undated"], place.doubts()) == (1, [])
    shown = place.console.call("show", "1").out
    assert "(time unknown)" in shown
    assert "resolved at an unknown time" in shown
    assert place.sound()


@each
@pytest.mark.parametrize("early", [1, HOUR])
def test_an_end_before_the_beginning_is_no_reopening_and_is_told(kind: str, early: int, tmp_path: Path) -> None:
    for updated in (2 * HOUR, -early):
        place = Ended(kind, tmp_path, -early, updated)
        assert (place.case["status"], place.case["resolved_at"]) == ("resolved", None)
        assert (place.case["reopenings"], place.case["opened_at"]) == (0, iso(BEGIN))
        assert (place.measures["resolutions_undated"], place.measures["resolution_seconds"]["n"]) == (1, 0)
        assert place.doubts() == ["end-before-opening"]
        assert place.bring().json["batch"] is None
