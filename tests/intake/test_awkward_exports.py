"""Whatever an awkward export holds is read as it was meant, or refused, or listed; and nothing else changes."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ENDED, ImportedEntry, RejectedRecord
from careconsole.intake import autodetect, registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.intake.awkward import (
    CERTAIN,
    HEADS,
    SHAPES,
    STRANGE,
    WORDS,
    Packing,
    Truth,
    Way,
    pack,
    packings,
    tables,
    write_table,
)
from tests.intake.kinds import EXPORTS
from tests.intake.test_every_end import ENDS
from tests.intake.test_one_record_many_ways import APART, nullable, told
from tests.intake.test_table_times import TWO_DIGITS
from tests.intake.tickets import BEGIN, Document, tickets

EXPLAINS: dict[str, tuple[str, ...]] = {
    "id": ("same-id", "id-rounded", "event-log"),
    "subject": ("column-missing", "same-id"),
    "customer": ("name-unclear", "no-customer", "column-missing"),
    "mail": ("column-missing",),
    "owner": ("owner-system", "no-owner", "column-missing"),
    "status": ("status-unknown", "column-missing", "event-log"),
    "opened": ("no-opening", "late-opening", "time-unread", "column-missing"),
    "ended": ("end-before-opening", "end-of-open", "status-unknown", "column-missing", "event-log"),
}
"""The doubts by which a value that was not read as it was meant is shown and asked about."""


class Case(NamedTuple):
    """A case as it was read."""

    subject: str
    customer: str
    mail: str
    owner: str
    status: str
    opened: datetime | None
    ended: datetime | None
    reopened: int


def cases_of(lines: Iterable[ImportedEntry]) -> dict[str, Case]:
    """What the lines of each case come to."""
    by_case: dict[str, list[ImportedEntry]] = {}
    for line in sorted(lines, key=lambda line: line.at):
        by_case.setdefault(line.external, []).append(line)
    return {id: _case(some) for id, some in by_case.items()}


def _case(lines: list[ImportedEntry]) -> Case:
    owner, status, ended, reopened = "", "", None, 0
    for line in lines:
        owner = "" if line.nobody else line.owner or owner
        if line.status in ENDED and status not in ENDED:
            ended = None if line.undated else _time(line.at)
        elif line.status and line.status not in ENDED:
            reopened += status in ENDED
            ended = None
        status = line.status or status
    last = lines[-1]
    return Case(
        subject=last.subject,
        customer=last.customer or "",
        mail=last.customer_id.address if last.customer_id else "",
        owner=owner,
        status="resolved" if status in ENDED else status,
        opened=None if lines[0].unopened else _time(lines[0].at),
        ended=ended,
        reopened=reopened,
    )


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)


class Found(NamedTuple):
    """What came out of an export: its cases, its rejected records, the kinds of its doubts; or why it was refused."""

    cases: dict[str, Case]
    rejects: list[RejectedRecord]
    doubts: Collection[str]
    refused: str = ""


def read_table(cases: list[Truth], way: Way) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        paths = write_table(Path(folder), cases, way)
        seen = ReadReport()
        try:
            items = list(registry.read(way.kind, list(paths), Options(zone="UTC"), seen))
        except WrongUse as error:
            return Found({}, [], (), error.message)
    lines = [item for item in items if isinstance(item, ImportedEntry)]
    rejects = [item for item in items if isinstance(item, RejectedRecord)]
    return Found(cases_of(lines), rejects, {doubt.kind for doubt in seen.listed()})


def check_table(cases: list[Truth], way: Way) -> None:
    found = read_table(cases, way)
    certain = way.encoding in CERTAIN or "encoding-guessed" not in found.doubts
    if found.refused:
        ambiguous = way.form in TWO_DIGITS and "can be read with" in found.refused
        assert ambiguous or way.head == HEADS["no table of cases"], found.refused
        return
    if not certain:
        return  # the guess is a doubt that blocks, shown with a line to judge it by
    counts = Counter(case.id for case in cases)
    for reject in found.rejects:
        assert found.doubts & {"same-id", "id-rounded"}, reject
    assert found.cases.keys() <= counts.keys(), "no case but those that were written"
    if not found.rejects:
        assert found.cases.keys() == counts.keys()
    for truth in cases:
        if truth.id in found.cases and counts[truth.id] == 1:
            _compare(truth, found.cases[truth.id], found.doubts)


def _compare(truth: Truth, case: Case, doubts: Collection[str]) -> None:
    """Every value is the one that was written, or a doubt is listed that explains why it is another."""
    meant = Case(*truth[1:], reopened=0)
    for name in ("subject", "customer", "mail", "owner", "status", "opened", "ended"):
        if getattr(case, name) != getattr(meant, name):
            assert set(EXPLAINS[name]) & set(doubts), f"{name}: {getattr(case, name)!r} for {getattr(meant, name)!r}"
    assert case.reopened == 0 or "event-log" in doubts or "end-of-open" in doubts
    if truth.ended is not None and truth.ended < truth.opened and case.status == "resolved":
        assert case.ended is None
        assert "end-before-opening" in doubts


@given(tables())
@settings(max_examples=100)
def test_a_table_written_in_any_way_is_read_as_it_was_meant_or_shown(table: tuple[list[Truth], Way]) -> None:
    check_table(*table)


@pytest.mark.slow
@given(tables())
@settings(max_examples=8_000)
def test_eight_thousand_tables_are_read_as_they_were_meant_or_shown(table: tuple[list[Truth], Way]) -> None:
    check_table(*table)


PLAIN = Way(
    kind="csv",
    encoding="utf-8",
    delimiter=",",
    form="iso",
    apart=False,
    head=HEADS["plain"],
    words=WORDS[0],
    nothing="",
    files=1,
    history=False,
)
ONE = Truth("1", "Lid", "Carla", "c@carla.example", "Zoe", "resolved", datetime(2024, 3, 1, 8), datetime(2024, 3, 2))


def test_what_is_listed_is_little_where_nothing_is_awkward() -> None:
    """The properties above would hold of a reader that doubts everything."""
    found = read_table([ONE], PLAIN)
    assert (found.cases["1"], found.rejects, found.refused) == (Case(*ONE[1:], reopened=0), [], "")
    assert found.doubts == set()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("head", [head for head in HEADS if head != "no table of cases"])
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "rounded"])
def test_usual_columns_and_ids_of_every_shape_raise_no_doubt(kind: str, head: str, shape: str) -> None:
    cases = [ONE._replace(id=SHAPES[shape](number)) for number in (1, 2, 30)]
    found = read_table(cases, PLAIN._replace(kind=kind, head=HEADS[head]))
    assert (set(found.cases), found.rejects, found.refused) == ({case.id for case in cases}, [], "")
    assert set(found.cases.values()) == {Case(*ONE[1:], reopened=0)}
    assert found.doubts == set()


def test_words_that_nobody_knows_are_a_doubt() -> None:
    assert read_table([ONE], PLAIN._replace(words=STRANGE)).doubts == {"status-unknown"}


# Exports of help desks

KINDS = tuple(kind for kind in EXPORTS if kind in ENDS and kind not in ("csv", "jsonl"))
COUNT = 12


def read_export(kind: str, documents: list[Document], packing: Packing) -> tuple[Any, Counter[str]]:
    """The cases of an export that comes in a certain way, and how many doubts there are of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        paths = pack(Path(folder), kind, documents, packing, nullable(kind, documents), APART.get(kind))
        people = Path(folder) / "people.json"
        people.write_text(json.dumps(EXPORTS[kind].users))
        users = (str(people),) if EXPORTS[kind].users is not None else ()
        seen = ReadReport()
        items = list(registry.read(kind, list(paths), Options(zone="UTC", users=users), seen))
    doubts: Counter[str] = Counter()
    for doubt in seen.listed():
        doubts[doubt.kind] += doubt.count
    return told(items), doubts


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=6)
def test_an_export_means_the_same_however_it_comes(kind: str, data: st.DataObject) -> None:
    documents = []
    for ticket in tickets(COUNT, data.draw(st.integers(1, 1_000))):
        (document,) = EXPORTS[kind].documents(ticket)
        if (
            ticket.state == "resolved"
            and (end := data.draw(st.sampled_from(["usual", "unknown", "too early"]))) != "usual"
        ):
            ENDS[kind](None if end == "unknown" else BEGIN - 3_600)(document)
        documents.append(document)
    plain = Packing("array", "utf-8", False, "absent", 0)
    packing = data.draw(packings(kind in APART))
    assert read_export(kind, documents, packing) == read_export(kind, documents, plain)


@pytest.mark.parametrize("encoding", [encoding for encoding in CERTAIN if encoding != "utf-8"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_an_export_is_the_same_in_every_encoding(kind: str, encoding: str, tmp_path: Path) -> None:
    documents = [document for ticket in tickets(COUNT) for document in EXPORTS[kind].documents(ticket)]
    paths = pack(tmp_path, kind, documents, Packing("array", encoding, False, "absent", 0), ())
    found = {autodetect.kind_of(list(paths))}
    paths = pack(tmp_path, kind, documents, Packing("array", "utf-8", False, "absent", 0), ())
    assert found == {autodetect.kind_of(list(paths))}
