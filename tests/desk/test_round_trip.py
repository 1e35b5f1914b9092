"""An export of everything, taken into an empty database, gives the same database; what is not whole gives none."""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from careconsole.desk import Desk
from careconsole.desk.cases import execution, mail_senders, undo_redo
from careconsole.desk.console import views
from careconsole.desk.console.views import SavedView
from careconsole.desk.database.load_dump import load_dump
from careconsole.desk.imports import rollback
from careconsole.desk.imports.record import record
from careconsole.desk.playbooks import writing
from careconsole.desk.queries import case_queries, shown_case
from careconsole.desk.receipts.settings import KEY
from careconsole.desk.receipts.settings import change as change_receipts
from careconsole.desk.team import customers, members, service_levels
from careconsole.domain.case.changes import CheckChange
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.playbook_use import UsePlaybook
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.ratings import Rate
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.case.state import Case, Rating
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.imported_record import ExternalIdentity, Message, RejectedRecord
from careconsole.domain.playbook.content import Content
from careconsole.intake.formats.dump import detect, read_records
from careconsole.store import Store, create_store
from careconsole.store.engine.digests import DIGESTS
from careconsole.store.maintenance import database_info
from careconsole.store.maintenance.contents import copy_contents
from careconsole.store.maintenance.dump_records import COUNTED, KINDS, LEFT_OUT, table_of
from tests.desk.office import KETTLE, LID, LOG, Office, contents, differences, line
from tests.desk.taken_in import exported, taken_in
from tests.desk.test_any_sequence import PEOPLE, Team
from tests.suggested import told

DERIVED = {"cases": {"id", "batch_id"}}
"""Of these tables only some columns are exported: the others follow from the history."""


def kept(store: Store) -> dict[str, list[Any]]:
    """Everything that an export keeps, and the highest numbers ever given.

    The state of a case counts by what it says: what is usual may be written down in it or not.
    """
    found = contents(store, without=LEFT_OUT)
    state = [row[1] for row in store.engine.fetch_all("pragma table_info(cases)")].index("state")
    found["cases"] = [
        (*row[:state], msgspec.json.decode(row[state], type=Case), *row[state + 1 :]) for row in found["cases"]
    ]
    return {**found, "last": [(table, store.engine.last_id(table)) for table in COUNTED]}


def seen(store: Store, now: int) -> list[Any]:
    """What people see: the queue, every case, the measures."""
    desk = Desk(store, lambda: now, 1)
    numbers = case_queries.numbers(desk, "", every=True)
    return [case_queries.queue(desk, sort=sort) for sort in ("due", "waiting", "changed")] + [
        [shown_case.show(desk, number, follow=False) for number in numbers],
        case_queries.measures(desk),
    ]


@pytest.fixture
def busy(office: Office) -> Office:
    """A database with something of everything."""
    office.bring(*LOG)
    known = {
        "customer": "Carla",
        "customer_id": ExternalIdentity("7"),
        "owner": "Zoe",
        "owner_id": ExternalIdentity("7"),
    }
    office.bring(line("D", 7, subject="Cable frayed", **known), file="other.csv", source="other")
    ana, ben = office.desk("Ana"), office.desk("Ben")
    number = execution.open_case(
        ana, OpenCase(subject="Kettle \u2028 \x7f é 茶 [/]", owner=office.ids["Ben"]), "Carla"
    ).opened
    execution.execute(ben, "promise", Promise(text="a new one", due=office.now + 3_600_000), [number])
    book = writing.write(ana, Content(title="Kettle \u2028 é [/]", steps=("=1+1", "look"))).playbook.number
    execution.execute(ben, "use", UsePlaybook(playbook=book), [number])
    execution.execute(ben, "review", Review(cause="Refund \u2028 limit", nothing_because="=1+1"), [number])
    change = Review(cause="Lid \u2028", change="=1+1 [/]", owner=office.ids["Ben"], due=office.now + 3_600_000)
    execution.execute(ben, "review", change, [number])
    execution.execute(ben, "done", CompleteAction(said="\u2028"), [number])
    execution.execute(ben, "check-change", CheckChange(verdict="not yet", said="=1+1"), [number])
    call = Escalate(reason="exception", need="so", cause="lid")
    execution.execute(ben, "escalate", call, [number])
    execution.execute(ana, "note", Note(text="=1+1\nx"), [number, office.known_as("A").number])
    undo_redo.undo(ana)
    views.save(ben, SavedView(slot=3, name="mine", filter="is:mine"))
    office.store.engine.write(lambda: office.store.console.prefer(office.ids["Ben"], "theme", "dark"))
    office.mail(b"From: carla@home.example\nSubject: Lid \xff\nMessage-ID: <\xff1@home.example>\n\nLost \x00.")
    office.mail(b"From: carla@home.example\nX-Spam-Flag: YES\n\nBuy")
    mail_senders.block(ben, "carla@home.example")
    return office


def test_every_table_is_exported_or_left_out_for_a_reason(office: Office) -> None:
    """A new table must be put into `store.maintenance.dump_records`: among KINDS, or with its reason into LEFT_OUT."""
    tables = {
        row[0]
        for row in office.store.engine.fetch_all("select name from sqlite_master where type = 'table'")
        if not row[0].startswith(("sqlite_", "search", "_"))
    }
    assert tables == {table_of(kind) for kind in KINDS} | set(LEFT_OUT)
    assert all(len(reason.split()) > 3 for reason in LEFT_OUT.values())


@pytest.mark.parametrize("kind", KINDS, ids=table_of)
def test_every_column_is_exported(office: Office, kind: Any) -> None:
    """A new column must be put into its kind of record, with a default that holds for exports made before."""
    table = table_of(kind)
    columns = {row[1] for row in office.store.engine.fetch_all(f"pragma table_info({table})")} - set(DIGESTS)
    assert set(kind.__struct_fields__) == DERIVED.get(table, columns)
    assert set(kind.__struct_fields__) <= columns


def test_the_database_comes_back_the_same(busy: Office, tmp_path: Path) -> None:
    data = exported(busy.store)
    again = taken_in(data, tmp_path / "again.db")
    assert differences(kept(busy.store), kept(again)) == {}
    copy_contents(again.engine, busy.store.contents, again.contents)
    assert database_info.check(again) == []
    assert exported(again) == data
    assert seen(again, busy.now) == seen(busy.store, busy.now)
    again.close()


def test_each_kind_of_record_has_been_there(busy: Office) -> None:
    """So that the test above is about all of them; rejects, orders and merged customers have tests of their own."""
    there = {json.loads(line).get("table") for line in exported(busy.store).splitlines()}
    assert {table_of(kind) for kind in KINDS} - there <= {
        "rejects",
        "customer_orders",
        "customer_addresses",
        "merged_customers",
    }


def test_ratings_questions_and_the_key_of_the_answers_come_along(busy: Office, tmp_path: Path) -> None:
    ben = busy.desk("Ben")
    change_receipts(busy.desk(), answers="answers@shop.example")
    asked = execution.open_case(ben, OpenCase(subject="Lid", owner=busy.ids["Ben"]), "Omar").opened
    assert asked is not None
    execution.execute(ben, "resolve", Resolve(said="sent", answer="told"), [asked])
    execution.execute(ben, "rate", Rate(rating="partly", said="=1+1"), [asked])
    again = taken_in(exported(busy.store), tmp_path / "again.db")
    assert differences(kept(busy.store), kept(again)) == {}
    assert again.people.setting(KEY) == busy.store.people.setting(KEY)
    case = again.cases.get(asked)
    assert case is not None
    assert (case.question_at, case.rating) == (busy.now, Rating(answer="partly", at=busy.now, channel="", by=2))
    again.close()


def test_orders_rejects_covers_and_levels_come_along(busy: Office, tmp_path: Path) -> None:
    busy.bring(RejectedRecord(2, "at", "is no time", "x,y"), line("E", 8), file="bad.csv")
    customers.change(busy.desk(), "Carla", tier="gold")
    customers.order(busy.desk(), "Carla", "100-7")
    service_levels.set_service(
        busy.desk(), '[[level]]\nname = "gold"\ntiers = ["gold"]\nanswer = "1h"\n[[level]]\nname = "x"\n'
    )
    members.away(busy.desk(), "Ben", "Cleo")
    again = taken_in(exported(busy.store), tmp_path / "again.db")
    assert differences(kept(busy.store), kept(again)) == {}
    copy_contents(again.engine, busy.store.contents, again.contents)
    assert database_info.check(again) == []
    again.close()


def test_what_people_do_next_goes_on_as_if_nothing_had_been(busy: Office, tmp_path: Path) -> None:
    """Undo knows the commands, an import its rows, and no number of a case or an event is given twice."""
    busy.bring(line("Z", 9), file="taken back.csv")
    rollback.roll_back(busy.desk(), busy.store.batches.all()[0].number)
    again = taken_in(exported(busy.store), tmp_path / "again.db")
    outcomes = []
    for store in (busy.store, again):
        desk = Desk(store, lambda: busy.now, busy.ids["Ana"], "desk 1", "os")
        redone = undo_redo.redo(desk)
        report = record(desk, [*KETTLE, *LID, line("B", 20, status="resolved")], source="old", file="log.csv")
        opened = execution.open_case(desk, OpenCase(subject="Next"), "Nils").opened
        outcomes.append((redone, report, opened))
    assert outcomes[0] == outcomes[1]
    assert differences(kept(busy.store), kept(again)) == {}
    again.close()


MORE = (
    line("A", 9, owner="Ben"),
    line("A", 4, said=Message("in", "Where is it?")),
    line("A", 10, said=Message("note", "a \u2028 note", by="Yan")),
    line("B", 1, status="resolved"),
    line("B", 7, said=Message("out", "on its way", by="Ben"), channel="email"),
    line("C", 5, merged_into="A"),
    line("D", 5, deleted=True, subject="Gone"),
    RejectedRecord(3, "at", "is no time", "x,y"),
)


class RoundTrip(Team):
    """As the team of any sequence, with imports, roll-backs and views; now and then everything is exported."""

    def attempt(self, action: Any, cases: list[int]) -> Any:
        """A load that is handed over may hold imported cases, too."""
        return super().attempt(action, [row[0] for row in self.store.engine.fetch_all("select id from cases")])

    @rule(
        some=st.lists(st.sampled_from((*LOG, *MORE)), max_size=8),
        source=st.sampled_from(("old", "other")),
    )
    def a_history_is_brought(self, some: list[Any], source: str) -> None:
        self.attempt(lambda: record(self.desk("Ana"), some, source=source, file=f"{source}.csv") and None, [])

    @rule(number=st.integers(1, 4))
    def an_import_is_taken_back(self, number: int) -> None:
        self.attempt(lambda: rollback.roll_back(self.desk("Ana"), number) and None, [])

    @rule(who=st.sampled_from(PEOPLE), slot=st.integers(1, 9), name=st.sampled_from(("mine", "late")))
    def a_view_is_kept(self, who: str, slot: int, name: str) -> None:
        view = SavedView(slot=slot, name=name, filter="is:mine", reverse=True)
        self.attempt(lambda: views.save(self.desk(who), view) and None, [])

    def teardown(self) -> None:
        try:
            data = exported(self.store)
            again = taken_in(data, Path(self.folder.name) / "again.db")
            try:
                assert differences(kept(self.store), kept(again)) == {}
                copy_contents(again.engine, self.store.contents, again.contents)
                assert database_info.check(again) == []
                assert exported(again) == data
                assert seen(again, self.now) == seen(self.store, self.now)
            finally:
                again.close()
        finally:
            super().teardown()


RoundTrip.TestCase.settings = settings(max_examples=16, stateful_step_count=25, deadline=None)
TestRoundTrip = RoundTrip.TestCase


def leaves_nothing(data: bytes, folder: Path, refusal: type[CareError] = WrongUse) -> CareError:
    """The refusal of an export that is not right, which must have a line for what to do next."""
    place = folder / "none.db"
    with pytest.raises(refusal) as caught:
        taken_in(data, place).close()
    assert list(folder.glob("none.db*")) == []
    assert caught.value.hint
    return caught.value


def test_an_export_that_is_cut_anywhere_is_refused_and_leaves_nothing(busy: Office, tmp_path: Path) -> None:
    lines = exported(busy.store).splitlines(keepends=True)
    for count in (*range(0, len(lines), 3), len(lines) - 1):
        leaves_nothing(b"".join(lines[:count]), tmp_path)
    whole = b"".join(lines)
    for cut in (1, 2, len(lines[-1]) // 2, len(lines[-1]) + 3, len(whole) - 3):
        leaves_nothing(whole[:-cut], tmp_path)
    packed = gzip.compress(whole)
    leaves_nothing(packed[: len(packed) // 2], tmp_path)
    taken_in(packed, tmp_path / "packed.db").close()


def changed(data: bytes, change: Callable[[list[dict[str, Any]]], Any]) -> bytes:
    records = [json.loads(line) for line in data.splitlines()]
    change(records)
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_an_export_reformatted_by_another_program_can_be_loaded(busy: Office, tmp_path: Path) -> None:
    """Blanks and escapes are the writer's own."""
    data = exported(busy.store)
    turned = changed(data, lambda records: None)
    assert turned != data
    again = taken_in(turned, tmp_path / "again.db")
    assert exported(again) == data
    again.close()


def first(records: list[dict[str, Any]], table: str) -> int:
    return next(place for place, record in enumerate(records) if record.get("table") == table)


def about(records: list[dict[str, Any]], subject: str) -> dict[str, Any]:
    return next(r for r in records if r.get("table") == "events" and r["data"].get("subject") == subject)


def swap(records: list[dict[str, Any]], table: str) -> None:
    """Exchanges the first two records of a log."""
    one = first(records, table)
    assert records[one + 1]["table"] == table
    records[one], records[one + 1] = records[one + 1], records[one]


WRONG: dict[str, tuple[Callable[[list[dict[str, Any]]], Any], str]] = {
    "newer format": (lambda r: r[0].update(careconsole=2), "newer careconsole"),
    "newer shape": (lambda r: r[0].update(shape=99), "newer careconsole"),
    "no head": (lambda r: r.pop(0), "first line"),
    "another head": (lambda r: r[0].pop("careconsole"), "first line"),
    "unknown table": (lambda r: r[4].update(table="secrets"), "not a record"),
    "unknown column": (lambda r: r[4].update(shoe_size=42), "not a record"),
    "missing column": (lambda r: r[4].pop("folded"), "not a record"),
    "wrong type": (lambda r: r[4].update(id="3"), "not a record"),
    "number too large": (lambda r: r[4].update(id=2**70), "not a record"),
    "row lost": (lambda r: r.pop(first(r, "journal")), "is incomplete"),
    "customer lost": (lambda r: r.pop(first(r, "customers")), "records up to here are inconsistent"),
    "event lost": (lambda r: r.pop(first(r, "events")), "is missing"),
    "event twice": (lambda r: r.insert(first(r, "events"), r[first(r, "events")]), "is missing"),
    "case lost": (lambda r: r.pop(first(r, "cases")), "is not next to its case"),
    "case without history": (lambda r: r.insert(first(r, "cases"), {"table": "cases", "id": 77}), "no history"),
    "in another order": (lambda r: r.insert(4, r.pop(first(r, "journal"))), "wrong place"),
    "after the end": (lambda r: r.append(r[4]), "follows the last"),
    "a person nobody knows": (
        lambda r: r[first(r, "commands")].update(actor_id=99),
        "records up to here are inconsistent",
    ),
    "a cover nobody knows": (lambda r: r[4].update(cover_id=99), "records up to here are inconsistent"),
    "a role there is none of": (lambda r: r[4].update(role="king"), "records up to here are inconsistent"),
    "the same number twice": (lambda r: r[5].update(id=1), "records up to here are inconsistent"),
    "an owner nobody knows": (
        lambda r: about(r, "Spout drips")["data"].update(owner=99),
        "records up to here are inconsistent",
    ),
    "a kind of event of tomorrow": (lambda r: r[first(r, "events")].update(kind="sung to"), "no kind of event"),
    "a fact that is none": (lambda r: r[first(r, "events")].update(data={"subject": 7}), "cannot be read"),
    "a fact that is no object": (lambda r: r[first(r, "events")].update(data=[]), "cannot be read"),
    "NUL in a name": (lambda r: r[4].update(name="A\0na"), "NUL"),
    "commands in another order": (lambda r: swap(r, "commands"), "their ids must ascend"),
    "a journal in another order": (lambda r: swap(r, "journal"), "their ids must ascend"),
    "numbers too low": (lambda r: r[-1]["last"].update(cases=1), "too low"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_right_is_refused_with_its_line(what: str, busy: Office, tmp_path: Path) -> None:
    change, words = WRONG[what]
    error = leaves_nothing(changed(exported(busy.store), change), tmp_path)
    assert words in error.message


def test_where_a_team_lives_nothing_is_taken_in(busy: Office, tmp_path: Path) -> None:
    other = Office(tmp_path)
    before = kept(other.store)
    with pytest.raises(Refused, match="already has a team") as caught:
        taken_in(exported(busy.store), Path(other.path))
    assert "--db NEW.db" in told(caught.value)
    assert differences(before, kept(other.store)) == {}
    other.close()


def test_an_empty_database_that_is_there_stays_when_the_export_is_refused(busy: Office, tmp_path: Path) -> None:
    place = tmp_path / "empty.db"
    create_store(str(place)).close()
    with pytest.raises(WrongUse):
        taken_in(exported(busy.store)[:-3], place)
    assert place.exists()
    taken_in(exported(busy.store), place).close()


def test_a_dry_run_finds_what_is_wrong_and_keeps_nothing(busy: Office, tmp_path: Path) -> None:
    data = exported(busy.store)
    place = str(tmp_path / "dry.db")
    counts = load_dump(place, lambda: read_records(io.BytesIO(data)), own_folder=False, dry_run=True).rows
    assert counts["cases"] == len(kept(busy.store)["cases"])
    assert not os.path.exists(place)
    with pytest.raises(WrongUse):
        load_dump(place, lambda: read_records(io.BytesIO(data[:-9])), own_folder=False, dry_run=True)


def test_only_its_owner_may_read_what_came_of_it(busy: Office, tmp_path: Path) -> None:
    taken_in(exported(busy.store), tmp_path / "again.db").close()
    assert (tmp_path / "again.db").stat().st_mode & 0o777 == 0o600


def test_an_export_is_recognised_by_its_first_line(busy: Office) -> None:
    assert detect(exported(busy.store)[:4096], "x") == 100
    assert detect(b'{"id": 1, "careconsole": 2}', "careconsole.jsonl") == 0


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    office = Office(tmp_path_factory.mktemp("sample"))
    office.bring(*LOG)
    number = execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Carla").opened
    execution.execute(office.desk(), "note", Note(text="so be it"), [number])
    lines = exported(office.store).splitlines(keepends=True)
    office.close()
    return lines


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_an_export_it_is_refused_or_gives_a_sound_database(
    data: st.DataObject, sample: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = list(sample)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        what = data.draw(st.sampled_from(("drop", "twice", "swap", "bytes", "value")))
        if what == "drop":
            lines.pop(place)
        elif what == "twice":
            lines.insert(place, lines[place])
        elif what == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], lines[place]
        elif what == "bytes":
            at = data.draw(st.integers(0, len(lines[place])))
            lines[place] = lines[place][:at] + data.draw(st.binary(max_size=4)) + lines[place][at + 1 :]
        else:
            try:
                record = msgspec.json.decode(lines[place])
                key = data.draw(st.sampled_from(sorted(record)))
                record[key] = data.draw(
                    st.one_of(st.none(), st.integers(), st.text(max_size=5), st.just({}), st.just([1]), st.booleans())
                )
                lines[place] = json.dumps(record).encode() + b"\n"
            except (msgspec.DecodeError, UnicodeDecodeError, AttributeError, TypeError):
                continue
    folder = tmp_path_factory.mktemp("fuzz")
    try:
        store = taken_in(b"".join(lines), folder / "new.db")
    except CareError:
        left = list(folder.iterdir())
        assert left == []
    else:
        assert database_info.check(store) == []
        store.close()
