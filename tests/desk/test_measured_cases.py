"""The measures case by case are those of all of them at once, as the command has them, and nothing is by person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.measured_cases import FEW, MEASURES, Spread, measure_cases, opened_cases, summary
from careconsole.store import open_store
from careconsole.tui.pages.measures import Row, chart, total_words
from tests import pictures


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place: Path = pictures.sample(tmp_path_factory.mktemp("week"))
    store = open_store(str(place))
    yield Desk(store, lambda: pictures.NOW, None, "desk", "os")
    store.close()


def measured(desk: Desk, filter: str, at_once: int) -> dict[str, Spread]:
    cases = opened_cases(desk, filter, pictures.NOW)
    spreads = [Spread() for _ in MEASURES]
    for at in range(0, len(cases), at_once):
        measure_cases(desk, cases[at : at + at_once], pictures.NOW, spreads)
    return {one.name: spread for one, spread in zip(MEASURES, spreads, strict=True)}


@pytest.mark.parametrize("filter", ["", "age:<4d", "age:<1m"])
def test_each_figure_is_that_of_the_command(week: Desk, filter: str) -> None:
    found, whole = measured(week, filter, 5), case_queries.measures(week, filter)
    counts = {
        "Opened": whole["cases"],
        "Still open": whole["open"],
        "Handed on": whole["hand_offs"],
        "Handed back": whole["bounces"],
        "Never owned": whole["cases_never_owned"],
        "Escalated": whole["escalations"],
        "Reopened": whole["reopenings"],
        "Resolved unanswered": whole["resolved_unanswered"],
        "No answer needed": sum(whole["no_answer_needed"].values()),
        "Unprompted messages": whole["proactive_messages"],
        "Thanks": whole["thanks"],
        "One owner throughout": whole["owned_from_start_to_end"]["cases"],
        **{f"Promises {name}": whole["promises"][name] for name in ("kept", "late", "moved", "released", "open")},
    }
    assert {name: sum(found[name].amounts) for name in counts} == counts
    spans = {"First answer": "first_answer_seconds", "Time to resolve": "resolution_seconds"}
    spans["Longest silence"] = "longest_silence_seconds"
    for name, key in spans.items():
        assert summary(found[name].amounts) == tuple(whole[key][part] for part in ("n", "median", "p90")), name
    assert counts.keys() | spans.keys() == {one.name for one in MEASURES}
    assert (len(found["Handed on"].numbers), len(found["Escalated"].numbers)) == (
        whole["cases_with_hand_off"],
        whole["cases_escalated"],
    )


def test_the_parts_of_the_time_have_every_case_once(week: Desk) -> None:
    spread = measured(week, "", 100)["Opened"]
    for count in (1, 7, 13):
        parts = spread.parts(min(spread.opened), 10**9, count)
        assert sum(map(sum, parts)) == len(spread.numbers)
        assert len(parts) == count


def spread_of(*amounts: float) -> Spread:
    spread = Spread()
    for number, amount in enumerate(amounts, 1):
        spread.add(number, number, amount)
    return spread


def test_of_few_cases_there_is_no_median_and_a_bar_begins_at_zero() -> None:
    span = next(one for one in MEASURES if one.is_span)
    assert total_words(Row(span, spread_of(*[60] * (FEW - 1)), [])) == f"too few to say (n = {FEW - 1})"
    assert total_words(Row(span, spread_of(*[60] * FEW), [])) == "median 1m, 90 % 1m"
    assert chart([90, 100, None, 0]) == "▇█··", "nine tenths are nearly as high as ten"
    assert chart([1, 2], 2) == "▄▄██"
    assert chart([]) == ""


def test_no_measure_is_by_person() -> None:
    assert not any("person" in one.name.lower() or "responder" in one.name.lower() for one in MEASURES)
