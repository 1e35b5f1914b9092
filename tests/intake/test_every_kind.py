"""What holds for every kind of import, through the command line: each rule once, for all of them."""

from __future__ import annotations

import os
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry
from careconsole.intake import registry
from careconsole.intake.autodetect import preview_import
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import KINDS, Options
from careconsole.present.summary import case_summary
from careconsole.store import open_store
from tests.desk.office import differences
from tests.intake.kinds import EXPORTS, write
from tests.intake.place import BAD, COUNT, NOTED, Place, with_a_later_one
from tests.intake.tickets import PRIVATE, Ticket, tickets

each = pytest.mark.parametrize("kind", EXPORTS)


@pytest.fixture
def place(kind: str, tmp_path: Path) -> Place:
    return Place(kind, tmp_path)


def test_there_is_an_export_of_every_kind() -> None:
    assert {*EXPORTS, "careconsole"} == set(KINDS)


def _is_open(path: Path) -> bool:
    return any(os.path.samefile(place, path) for place in Path("/proc/self/fd").iterdir() if os.path.exists(place))


@each
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is not told here")
@pytest.mark.parametrize("way", ["left early", "not its kind", "an archive left early"])
def test_a_file_is_closed_however_the_reading_ended(kind: str, way: str, tmp_path: Path) -> None:
    """At once, not when its generators are collected: those may be kept by the traceback of the very failure."""
    place = Place(kind, tmp_path)
    path = place.file
    how = Options(zone="UTC", map=place.words[place.words.index("--map") + 1] if "--map" in place.words else None)
    if way == "not its kind":
        path.write_bytes(b"{}\n" * 3 if kind not in ("csv", "events") else b"%PDF-1.4\n")
    elif way == "an archive left early":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            archive.write(path, path.name)
        path = path.with_suffix(".zip")
    with closing(registry.read(kind, [str(path)], how, ReadReport())) as reading:
        if way == "not its kind":
            with pytest.raises(WrongUse) as caught:
                list(reading)
            assert not _is_open(path), caught  # which holds every frame
        else:
            next(reading)
            assert _is_open(path)
    assert not _is_open(path)


@each
def test_what_the_export_says_is_what_the_cases_say(place: Place) -> None:
    report = place.bring().json
    assert (report["new_cases"], report["rejected"]) == (COUNT, 0)
    cases = place.cases()
    assert len(cases) == COUNT
    for ticket in tickets(COUNT):
        found = cases[place.export.case(ticket.number)]
        case = found["case"]
        assert (case["subject"], case["description"]) == (ticket.subject, ticket.description)
        assert ticket.number % 7 or _names_the_customer(place.kind, case["customer"], ticket), case["customer"]
        assert case["owner"] == _owner(place.kind, ticket)
        status = "resolved" if case["status"] == "resolved" else "parked" if case["parked"] else case["status"]
        parks = place.kind != "github"
        assert status == ("open" if ticket.state == "parked" and not parks else ticket.state)
        assert set(case["tags"]) == {tag for tag in ticket.tags if place.kind != "events" or tag == ticket.tags[0]}
        assert _moment(case["opened_at"]) == ticket.opened
        said = [(fact["way"], fact["said"]) for event in found["history"] if (fact := event["data"]).get("way")]
        told = [(c.way, c.text) for c in ticket.comments if c.way in place.export.says]
        if place.kind in ("csv", "jsonl"):
            told = [("note", " / ".join(text for _, text in told))] if told else []
        if place.kind == "zendesk":  # the first comment is the description again
            assert said.pop(0) == ("in", ticket.description)
        assert said == told
    assert place.sound()


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _owner(kind: str, ticket: Ticket) -> str | None:
    """Systems without names tell logins."""
    if ticket.agent is None:
        return None
    return {"zammad": f"a{ticket.agent}@beans.example", "github": f"agent-{ticket.agent}"}.get(kind, ticket.agent_name)


def _names_the_customer(kind: str, name: str, ticket: Ticket) -> bool:
    told = {"zammad": ticket.customer_mail, "github": f"customer-{ticket.customer}"}
    return name == told.get(kind, ticket.customer_name)


@each
def test_the_same_export_again_is_nothing_new_and_no_batch(place: Place) -> None:
    assert place.bring().json["batch"] == 1
    before = place.contents()
    again = place.bring()
    report = again.json
    assert (again.code, report["batch"], report["unchanged_cases"]) == (0, None, COUNT)
    assert not any(report[name] for name in ("new_cases", "changed_cases", "new_events", "new_people"))
    assert differences(before, place.contents()) == {}


@each
def test_a_dry_run_tells_the_same_and_writes_nothing(place: Place) -> None:
    before = place.contents()
    tried = place.bring("--dry-run").json
    assert differences(before, place.contents()) == {}
    done = place.bring().json
    assert {**tried, "batch": 1, "dry_run": False} == done
    before = place.contents()
    place.has(with_a_later_one())
    tried = place.bring("--dry-run").json
    assert differences(before, place.contents()) == {}
    assert {**tried, "batch": 2, "dry_run": False} == place.bring().json


@each
def test_a_later_export_adds_exactly_what_is_new(place: Place) -> None:
    place.bring()
    before = place.cases()
    place.has(with_a_later_one())
    report = place.bring().json
    assert [report[name] for name in ("new_cases", "changed_cases", "unchanged_cases")] == [0, 1, COUNT - 1]
    assert report["new_events"] == place.export.changed
    after = place.cases()
    changed = place.export.case(BAD)
    assert {id for id in after if after[id]["history"] != before[id]["history"]} == {changed}
    histories = before[changed]["history"], after[changed]["history"]
    assert histories[1][: len(histories[0])] == histories[0]
    new = [event["data"] for event in histories[1][len(histories[0]) :]]
    assert after[changed]["case"]["status"] == "resolved"
    answer = [("out", "It is on its way, with our apologies.")] if "out" in place.export.says else []
    assert [(fact["way"], fact["said"]) for fact in new if fact["way"]] == answer
    assert place.bring().json["batch"] is None
    assert place.sound()


def _the_one() -> Ticket:
    """The ticket that changes: it has an owner, and to be resolved is a change of it."""
    (found,) = [ticket for ticket in tickets(COUNT) if ticket.number == BAD]
    assert found.agent is not None
    assert found.state != "resolved"
    return found


@each
def test_a_bad_record_in_the_middle_is_rejected_and_the_others_go_in(place: Place, tmp_path: Path) -> None:
    place.has(tickets(COUNT), spoil=BAD)
    kept = tmp_path / "rejects.jsonl"
    tried = place.bring("--dry-run")
    done = place.bring("--rejects", str(kept))
    assert (tried.code, done.code) == (5, 5)
    records = len(list(place.export.documents(_the_one())))
    assert (done.json["new_cases"], done.json["rejected"], done.json["batch"]) == (COUNT - 1, records, 1)
    assert tried.json["rejected"] == records
    assert place.export.case(BAD) not in place.cases()
    rejects = [msgspec.json.decode(line) for line in kept.read_bytes().splitlines()]
    listed = place.console.call("batch", "show", "1", "--json").json["rejects"]
    told = place.console.call("batch", "show", "1", "--rejects").out
    assert len(rejects) == len(listed) == records
    for reject, one in zip(rejects, listed, strict=True):
        assert {**one, "raw": reject["raw"]} == reject
        assert reject["raw"].startswith(one["raw"])
        assert place.export.created[-1] in reject["field"]
        assert "soon" in reject["reason"]
        assert "soon" in reject["raw"]
        assert re.search(rf"^ *{reject['line']}  {re.escape(reject['field'])}", told, re.MULTILINE)
    # Put right, it comes in, and nothing else does.
    place.has(tickets(COUNT))
    after = place.bring()
    assert (after.code, after.json["new_cases"], after.json["changed_cases"]) == (0, 1, 0)


@each
def test_strict_stops_at_the_first_bad_record(place: Place) -> None:
    place.has(tickets(COUNT), spoil=BAD)
    stopped = place.bring("--strict")
    assert stopped.code == 5
    assert "soon" in stopped.err
    assert set(place.cases()) <= {place.export.case(number) for number in range(1, BAD)}
    place.has(tickets(COUNT))
    assert place.bring().code == 0
    assert len(place.cases()) == COUNT
    assert place.sound()


@each
def test_what_was_taken_back_leaves_everything_as_before(place: Place) -> None:
    before = place.contents(without=NOTED)
    place.bring()
    assert place.console.call("batch", "rollback", "1").code == 0
    assert differences(before, place.contents(without=NOTED)) == {}
    assert place.sound()
    # A later import alone can be taken back, too.
    place.bring()
    before = place.contents(without=NOTED, event_ids=False)
    place.has(with_a_later_one())
    place.bring()
    done = place.console.call("batch", "rollback", "3", "--json").json
    assert (done["removed"], done["restored"], done["kept"]) == (0, 1, [])
    assert differences(before, place.contents(without=NOTED, event_ids=False)) == {}
    assert place.sound()


@each
def test_taking_back_keeps_cases_that_people_have_worked_on_and_says_so(place: Place) -> None:
    place.bring()
    number = place.number(next(tickets(1)))
    assert place.console.call("note", str(number), "I look at it").code == 0
    assert place.console.call("batch", "show", "1", "--json").json["worked_on_since"] == [number]
    history = place.console.call("show", str(number), "--json").json[0]["history"]
    done = place.console.call("batch", "rollback", "1")
    assert f"Kept, because people or a later import have added to them: case {number}." in done.err
    assert list(place.cases()) == [place.export.case(1)]
    assert place.console.call("show", str(number), "--json").json[0]["history"] == history
    assert place.sound()


@each
def test_what_people_here_did_holds_and_the_difference_is_listed(place: Place) -> None:
    place.bring()
    number = place.number(_the_one())
    assert place.console.call("take-over", str(number), "--reason", "she is ill").code == 0
    place.has(with_a_later_one())
    report = place.bring().json
    assert (report["changed_cases"], report["conflicts"]) == (1, 1)
    case = place.console.call("show", str(number), "--json").json[0]["case"]
    assert (case["status"], case["owner"]) == ("open", "Ana")
    (conflict,) = place.console.call("batch", "show", "2", "--json").json["conflicts"]
    assert conflict["case"] == number
    found = {one["what"]: (one["said"], one["holds"]) for one in conflict["differences"]}
    assert found["owner"] == (_owner(place.kind, _the_one()), "Ana")
    assert found["status"][0] not in ("open", "parked")


STATUS = {
    "csv": ("Status",),
    "jsonl": ("status",),
    "zendesk": ("status",),
    "jira": ("fields", "status", "name"),
    "freshdesk": ("status",),
    "zammad": ("state",),
    "helpscout": ("status",),
    "intercom": ("state",),
    "github": ("state",),
}
"""The path to the status of a record, for each kind that takes answers about statuses."""


def test_every_kind_but_a_log_takes_answers_about_statuses() -> None:
    assert set(STATUS) == {kind for kind in EXPORTS if "statuses" in registry.find(kind).takes and kind != "events"}


@pytest.mark.parametrize("means", ["open", "parked", "resolved", "closed"])
@pytest.mark.parametrize("kind", STATUS)
def test_a_status_that_only_this_team_has_is_asked_about_and_means_what_is_answered(
    kind: str, means: str, tmp_path: Path
) -> None:
    (ticket,) = tickets(1)
    place = Place(kind, tmp_path)
    (document,) = place.export.documents(ticket._replace(states=ticket.states[:1], comments=()))
    holder, *path = document, *STATUS[kind]
    for name in path[:-1]:
        holder[name] = {key: value for key, value in holder[name].items() if key != "statusCategory"}
        holder = holder[name]
    holder[path[-1]] = "Frozen"
    write(place.file, place.export._replace(documents=lambda _: [document]), [ticket])
    for statuses in ((), (("frozen", means),)):
        seen = ReadReport()
        lines = list(registry.read(kind, [place.file], Options(zone="UTC", statuses=statuses), seen))
        assert any(doubt.kind == "status-unknown" for doubt in seen.listed()) is not bool(statuses)
        last = lines[-1]
        assert isinstance(last, ImportedEntry)
        assert (last.status, last.label) == (means if statuses else None, "Frozen")


@each
def test_what_colleagues_wrote_for_themselves_is_public_nowhere(place: Place, tmp_path: Path) -> None:
    place.bring()
    some = [ticket for ticket in tickets(COUNT) if any(comment.way == "note" for comment in ticket.comments)]
    notes = 0
    for found in place.cases().values():
        assert PRIVATE not in str(found["case"])
        for event in found["history"]:
            if PRIVATE in str(event):
                notes += 1
                assert event["data"]["way"] == "note"
    assert (notes > COUNT / 4) is ("note" in place.export.says)
    (shown,) = place.console.call("show", str(place.number(some[0])), "--json").json
    assert {e["data"].get("way") for e in shown["history"] if PRIVATE in str(e)} <= {"note"}
    assert PRIVATE not in str(shown["case"])
    for line in place.console.call("export", "history").out.splitlines():
        if PRIVATE in line:
            assert msgspec.json.decode(line)["data"]["way"] == "note"
    assert PRIVATE not in place.console.call("export", "queue").out
    assert PRIVATE not in place.console.call("export", "cases", "--csv").out
    copy = tmp_path / "copy.db"
    assert place.console.call("export", "copy", str(copy)).code == 0
    with sqlite3.connect(copy) as plain:
        rows = plain.execute(f"select public from events where sentence like '%{PRIVATE}%'").fetchall()
        assert {public for (public,) in rows} <= {0}
        assert not [row for row in plain.execute("select * from cases") if PRIVATE in str(row)]
    plain.close()
    store = open_store(place.console.db)
    try:
        desk = Desk(store, lambda: 1_795_000_000_000, 1)
        for ticket in some:
            assert PRIVATE not in case_summary(shown_case.show(desk, place.number(ticket)), desk.now())
    finally:
        store.close()


@each
def test_a_look_at_the_whole_export_tells_what_is_missing_and_stores_nothing(place: Place) -> None:
    if place.kind == "events":
        return  # a row of a log is no case, and a log has no look, for it needs a map
    before = place.contents()
    how = Options(zone="UTC", source="x")
    if "--map" in place.words:
        how = Options(source="x", map=place.words[place.words.index("--map") + 1])
    if "--users" in place.words:
        how = Options(source="x", users=(place.words[place.words.index("--users") + 1],))
    preview = preview_import([str(place.file)], how, place.kind)
    assert preview.blocking == [], preview.doubts
    found = {doubt.kind: doubt.count for doubt in preview.doubts}
    unowned = [one for one in tickets(COUNT) if one.agent is None and one.state != "resolved"]
    assert unowned
    assert found["no-owner"] == len(unowned)
    assert ("no-subject" in found, "no-customer" in found) == (False, False)
    place.has(tickets(COUNT), spoil=BAD)
    records = len(list(place.export.documents(_the_one())))
    assert preview_import([str(place.file)], how, place.kind).rejected == records, "it is read to its end"
    assert differences(before, place.contents()) == {}


@each
def test_what_the_look_tells_is_what_the_import_tells(place: Place) -> None:
    if place.kind == "events":
        return
    looked = place.console.call(
        "import", "auto", "--kind", place.kind, *place.importing[2:], "--json", "-y", "--dry-run"
    )
    assert looked.code == 0, looked.err
    assert looked.json["doubts"] == place.bring().json["doubts"] != []
