"""What was once written into a history stays readable for ever.

`golden_events.json` holds samples of every kind of event as they are stored. Samples are added, never changed and
never taken away: databases hold such lines.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import msgspec
import pytest

from careconsole.domain import case
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.evolve import begin, evolve, fold
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.state import CasePart, Escalation
from tests.domain.cases import MONDAY

GOLDEN: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("golden_events.json").read_text(encoding="utf-8")
)
SAMPLES = [(kind, sample) for kind, samples in GOLDEN.items() for sample in samples]


def read(kind: str, sample: dict[str, Any]) -> Fact:
    fact: Fact = msgspec.json.decode(json.dumps(sample), type=KINDS[kind])
    return fact


def test_every_kind_has_a_sample() -> None:
    assert KINDS.keys() - GOLDEN.keys() == set(), "add a sample of the new kind to golden_events.json"


def test_no_kind_that_was_ever_stored_is_forgotten() -> None:
    assert GOLDEN.keys() - KINDS.keys() == set()


def test_every_fact_has_one_name() -> None:
    for module in iter_modules(case.__path__):
        import_module(f"{case.__name__}.{module.name}")
    assert sorted(KINDS.values(), key=repr) == sorted(Fact.__subclasses__(), key=repr), "a file of `events` is missing"
    assert all(fact.kind == kind for kind, fact in KINDS.items())


@pytest.mark.parametrize("kind, sample", SAMPLES)
def test_a_sample_is_read_and_written_again_the_same(kind: str, sample: dict[str, Any]) -> None:
    fact = read(kind, sample)
    assert fact.kind == kind
    assert json.loads(msgspec.json.encode(fact)) == sample
    assert read(kind, json.loads(msgspec.json.encode(fact))) == fact


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_in_a_sample(kind: str) -> None:
    shown = set().union(*(sample.keys() for sample in GOLDEN[kind]))
    assert set(KINDS[kind].__struct_fields__) - shown == set()


@pytest.mark.parametrize("name, part", [("escalation", Escalation)])
def test_every_field_of_what_a_merge_hands_over_is_in_a_sample(name: str, part: type[CasePart]) -> None:
    shown = set().union(*(sample[name].keys() for sample in GOLDEN["absorbed"] if name in sample))
    assert set(part.__struct_fields__) == shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_came_later_has_a_default(kind: str) -> None:
    """The barest sample of each kind has nothing but the fields that were there from the beginning."""
    barest = min(GOLDEN[kind], key=len)
    needed = {x.name for x in msgspec.structs.fields(KINDS[kind]) if x.required}
    assert needed <= barest.keys()


@pytest.mark.parametrize("kind, sample", SAMPLES)
def test_a_field_of_a_newer_program_does_not_stop_an_older_one(kind: str, sample: dict[str, Any]) -> None:
    assert read(kind, {**sample, "of a later day": 1}) == read(kind, sample)


@pytest.mark.parametrize("kind, sample", SAMPLES)
def test_the_fold_refuses_no_history(kind: str, sample: dict[str, Any]) -> None:
    fact = read(kind, sample)
    opening = Event(1, MONDAY, MONDAY, Opened(subject="Kettle"), 2, 1)
    if not isinstance(fact, Opened):
        assert evolve(begin(1, opening), Event(2, MONDAY, MONDAY, fact, 2, 2)).version == 2
    assert begin(1, Event(1, MONDAY, MONDAY, fact, 2, 1)).version == 1


def test_all_samples_make_one_history_that_folds() -> None:
    history = [Event(1, MONDAY, MONDAY, Opened(subject="Kettle"), 2, 1)]
    for kind, sample in SAMPLES:
        if kind != "opened":
            number = len(history) + 1
            history.append(Event(number, MONDAY + number, MONDAY + number, read(kind, sample), 2, number))
    case = fold(1, history)
    assert case is not None
    assert case.version == len(history)
    assert msgspec.json.decode(msgspec.json.encode(case), type=type(case)) == case
