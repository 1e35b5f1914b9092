"""Two public event logs of real help desks, imported and measured, against their ground truth.

The logs are not part of the project (their licences do not allow it); where they are absent, these tests are skipped.
The same definitions are proven on samples of our own in tests/domain/test_measures.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

VOLVO, ITALIAN = "bpi2013-incidents", "helpdesk-italian"

# (our measure, key of the truth), dots leading into nested values; what differs in form is named beside the pair.
OWNERS = [
    ("hand_offs", "handoffs_total"),
    ("cases_with_hand_off", "cases_with_handoff"),
    ("hops", "handoffs_per_case_distribution"),
    ("bounced_cases", "pingpong_cases"),
    ("bounces", "pingpong_handoffs"),
    ("immediate_bounces", "immediate_bounces_ABA"),
    ("owners", "distinct_owners"),
    ("cases_never_owned", "cases_never_owned"),
]
LOG = [
    ("cases", "cases"),
    ("events", "events"),
    ("reopened_cases", "reopened_cases"),
    ("reopenings", "reopens_total"),
]
VOLVO_ALWAYS = [
    *LOG,
    ("open", "open_at_end"),
    ("escalations", "escalation.escalations_total"),
    ("cases_escalated", "escalation.cases_with_escalation"),
    ("de_escalations", "escalation.deescalations_total"),
    ("resolution_seconds.n", "resolution_seconds.n"),
    ("resolution_seconds.median", "resolution_seconds.median"),
    ("resolution_seconds.p90", "resolution_seconds.p90_nearest"),
]
ITALIAN_ALWAYS = [
    *LOG,
    ("resolution_seconds.n", "resolution_first_seconds.n"),
    ("resolution_seconds.median", "resolution_first_seconds.median"),
    ("resolution_seconds.p90", "resolution_first_seconds.p90_nearest"),
]
# (log, map, the truth's view of ownership, pairs)
TABLE = [
    (VOLVO, "bpi2013-incidents", "owner", VOLVO_ALWAYS),
    (VOLVO, "bpi2013-incidents-people", "owner_without_siebel", VOLVO_ALWAYS),
    (ITALIAN, "helpdesk-italian", "owner_by_take_in_charge", ITALIAN_ALWAYS),
    (ITALIAN, "helpdesk-italian-any", "owner_by_any_event", ITALIAN_ALWAYS),
]


def care(db: Path, *args: str) -> str:
    """What one command of the real command line prints."""
    env = {**os.environ, "CARECONSOLE_DB": str(db), "CARECONSOLE_AS": "Ana"}
    done = subprocess.run(
        [sys.executable, "-m", "careconsole", *args], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def imported(shared_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """A database with a log imported by a map, made once for each pair."""
    made: dict[str, Path] = {}

    def get(log: str, map_name: str) -> Path:
        if map_name not in made:
            db = tmp_path_factory.mktemp("log") / f"{map_name}.db"
            care(db, "init", "--team", "Desk", "--lead", "Ana")
            care(db, "import", "events", str(shared_data / log / "events.csv.gz"), "--map", map_name)
            made[map_name] = db
        return made[map_name]

    return get


def value(nested: dict, path: str):
    for name in path.split("."):
        nested = nested[name]
    return nested


@pytest.mark.parametrize("log, map_name, view, pairs", TABLE, ids=[row[1] for row in TABLE])
def test_the_measures_equal_the_ground_truth(log, map_name, view, pairs, imported, shared_data) -> None:
    truth = json.loads((shared_data / log / "truth.json").read_text())
    found = json.loads(care(imported(log, map_name), "measures", "--json"))
    expected = {ours: value(truth, theirs) for ours, theirs in pairs}
    expected |= {ours: truth[view][theirs] for ours, theirs in OWNERS}
    assert {ours: value(found, ours) for ours in expected} == expected


def test_the_levels_equal_the_ground_truth_which_counts_them_from_one(imported, shared_data) -> None:
    truth = json.loads((shared_data / VOLVO / "truth.json").read_text())["escalation"]["cases_by_max_level"]
    found = json.loads(care(imported(VOLVO, "bpi2013-incidents"), "measures", "--json"))
    assert found["cases_by_highest_level"] == {str(int(level) - 1): n for level, n in truth.items()}


@pytest.mark.parametrize(
    "moment", ["2012-05-01T00:00:00+02:00", "2012-05-10T12:00:00+02:00", "2012-05-23T12:00:00+02:00"]
)
def test_the_queue_stood_on_that_day_as_the_log_says(moment, imported, shared_data) -> None:
    stood = json.loads((shared_data / VOLVO / "asof.json").read_text())["as_of"][moment]
    queue = json.loads(care(imported(VOLVO, "bpi2013-incidents"), "queue", "--as-of", moment, "--json"))
    by_age = sorted(queue, key=lambda case: -case["age_seconds"])
    oldest = [[c["external_id"], float(c["age_seconds"]), c["owner"], c["level"] + 1] for c in by_age[:10]]
    assert len(queue) == stood["open"]
    assert counted(queue, "owner") == (len({c["owner"] for c in queue}), dict(stood["by_owner_top10"]))
    assert sorted([level + 1, n] for level, n in tally(queue, "level").items()) == stood["by_level"]
    assert oldest == [row[:4] for row in stood["oldest10"]]
    assert {case["answerable"] for case in queue} == {"Ana"}, "nobody of the log works here: the lead on duty answers"


def test_the_italian_queue_stood_as_its_log_says_but_for_one_case(imported, shared_data) -> None:
    """Its two truths contradict each other on Case 1345.

    Its last activities are INVALID and VERIFIED, which tell of the defect and not of the customer's case: counted as
    open by asof.json, and not as a reopening by truth.json. Our map leaves them unlisted, so they say nothing.
    """
    for moment, stood in json.loads((shared_data / ITALIAN / "asof.json").read_text())["as_of"].items():
        queue = json.loads(care(imported(ITALIAN, "helpdesk-italian"), "queue", "--as-of", moment, "--json"))
        assert len(queue) == stood["open"] - 1
        assert sum(case["owner"] is None for case in queue) == stood["unowned"]
        oldest = [[c["external_id"], c["owner"]] for c in sorted(queue, key=lambda case: -case["age_seconds"])]
        assert oldest[:9] == [[row[0], row[2]] for row in stood["oldest10"] if row[0] != "Case 1345"][:9]


def test_importing_a_log_again_changes_nothing(imported, shared_data) -> None:
    db = imported(VOLVO, "bpi2013-incidents")
    again = json.loads(
        care(db, "import", "events", str(shared_data / VOLVO / "events.csv.gz"), "--map", VOLVO, "--json")
    )
    assert (again["new_cases"], again["changed_cases"], again["new_events"], again["batch"]) == (0, 0, 0, None)
    assert again["unchanged_cases"] == 7554


def tally(queue: list[dict], field: str) -> dict:
    counts: dict = {}
    for case in queue:
        counts[case[field]] = counts.get(case[field], 0) + 1
    return counts


def counted(queue: list[dict], field: str) -> tuple[int, dict]:
    """How many different values, and the ten most frequent, those of equal count in any order beyond the tenth."""
    counts = sorted(tally(queue, field).items(), key=lambda pair: (-pair[1], pair[0]))
    return len(counts), dict(counts[:10])
