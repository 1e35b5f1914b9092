"""Whatever is in a file, a reader gives lines and rejects or refuses it, and a desk can take what it gives.

The longer run is made by hand: `python -m tests.fuzz`. What it finds is kept in samples/crashes, a small file each,
named after its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from tests.intake.fuzzing import CRASHES, READERS, SOME, Bench, content_of, lost, samples
from tests.intake.kinds import EXPORTS
from tests.intake.mail_fuzzing import MailBench

CHANCE = st.randoms(use_true_random=False)
often = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def bench(kind: str, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(kind, tmp_path)
    yield bench
    bench.close()


@pytest.mark.parametrize("kind", READERS)
@given(CHANCE)
@often
def test_a_record_that_is_not_as_it_should_be_changes_no_other(bench: Bench, chance: Random) -> None:
    bench.mutate(chance)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_record_that_has_the_id_of_a_later_one_takes_no_other_with_it(bench: Bench, kind: str) -> None:
    documents = [one for ticket in SOME for one in EXPORTS[kind].documents(ticket)]
    id = next(iter(documents[0]))
    clean = content_of(bench.take(bench._written(documents[1:], Random(0), False)) or [])
    documents[0][id] = documents[1][id]
    found = bench.take(bench._written(documents, Random(0), False)) or []
    assert [item.line for item in found if isinstance(item, RejectedRecord)] == [3 if kind == "csv" else 2]
    assert lost(clean, found) == []
    assert lost(clean, [item for item in found if isinstance(item, ImportedEntry)]) != []


@pytest.mark.parametrize("kind", [kind for kind in READERS if samples(kind)])
@given(CHANCE)
@often
def test_a_sample_in_which_something_is_changed_harms_nobody(bench: Bench, chance: Random) -> None:
    bench.mutate_sample(chance)


@pytest.mark.parametrize("kind", READERS)
@given(CHANCE)
@often
def test_a_torn_file_says_what_stands_before_the_tear(bench: Bench, chance: Random) -> None:
    bench.tear(chance)


@pytest.mark.parametrize("kind", READERS)
@given(CHANCE)
@settings(often, max_examples=20)
def test_a_file_in_another_encoding_or_packed_harms_nobody(bench: Bench, chance: Random) -> None:
    bench.pack(chance)


@pytest.mark.parametrize("kind", ["careconsole"])
@given(CHANCE)
@often
def test_an_export_of_everything_that_is_damaged_is_refused_or_becomes_a_sound_database(
    bench: Bench, chance: Random
) -> None:
    bench.own(chance)


@pytest.mark.parametrize("path", sorted(CRASHES.glob("*.*")), ids=lambda path: path.name)
def test_what_once_went_wrong_goes_well(path: Path, tmp_path: Path) -> None:
    kind = path.name.partition("-")[0]
    bench = Bench(kind, tmp_path)
    if kind == "careconsole":
        bench.readmit(path.read_bytes())
        return
    bench.take(path.read_bytes())
    if bench.map and kind != "events":
        bench.take(path.read_bytes(), guessing=True)
    bench.close()


def test_mails_and_attached_files_that_are_not_as_they_should_be_harm_nobody(tmp_path: Path) -> None:
    bench = MailBench(tmp_path)
    for seed in range(60):
        bench.turn(Random(seed))
    assert bench.lines > 20
    assert bench.rejects > 0
    bench.close()
