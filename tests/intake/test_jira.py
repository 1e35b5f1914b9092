"""Exports of Jira: what an issue, its change log and its comments become, and that nothing private gets out."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.desk.imports.record import record
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.read_report import InvalidRecord, ReadReport
from careconsole.intake.formats.jira.adf import plain_text
from careconsole.intake.formats.jira.reader import KIND, detect
from careconsole.intake.registry import Options
from tests.desk.office import Office

SEARCH = str(Path(__file__).parent / "samples" / "jira" / "search.json")


def at(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).timestamp() * 1000)


def read(
    *files: str, options: Options | None = None, seen: ReadReport | None = None
) -> list[ImportedEntry | RejectedRecord]:
    return list(registry.read("jira", list(files), options or Options(), ReadReport() if seen is None else seen))


def lines(*files: str, options: Options | None = None, seen: ReadReport | None = None) -> list[ImportedEntry]:
    found = read(*files, options=options, seen=seen)
    assert [item for item in found if isinstance(item, RejectedRecord)] == []
    return sorted((item for item in found if isinstance(item, ImportedEntry)), key=lambda line: line.at)


def of(external: str) -> list[ImportedEntry]:
    return [line for line in lines(SEARCH) if line.external == external]


def a_file(folder: Path, value: object, name: str = "file.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


DESK = {"key": "HELP", "projectTypeKey": "service_desk"}
FIELDS: dict[str, Any] = {
    "summary": "Kettle",
    "created": "2024-01-31T10:00:00.000+0100",
    "updated": "2024-02-01T10:00:00.000+0100",
    "status": {"name": "Open", "statusCategory": {"key": "new"}},
    "project": DESK,
    "reporter": {"accountId": "c1", "displayName": "Carla"},
    "assignee": {"accountId": "a1", "displayName": "Zoe"},
    "labels": [],
}


def issue(histories: list[Any] | None = None, **fields: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"id": "1", "key": "HELP-7", "fields": {**FIELDS, **fields}}
    if histories is not None:
        whole["changelog"] = {"total": len(histories), "histories": histories}
    return whole


def change(number: int, day: str, *items: tuple[str, str | None, str | None]) -> dict[str, Any]:
    return {
        "id": str(number),
        "created": f"2024-02-{day}T10:00:00.000+0100",
        "items": [{"field": field, "fromString": before, "toString": after} for field, before, after in items],
    }


# An issue with its change log


def test_the_change_log_becomes_the_history() -> None:
    told = [line for line in of("HELP-1") if not line.said]
    assert [(line.status, line.label, line.owner, line.nobody) for line in told] == [
        ("open", "Open", None, True),
        (None, "", "Zoe", False),
        ("resolved", "Done", None, False),
        ("open", "In Progress", "Yan", False),
        ("resolved", "Done", None, False),
        ("resolved", "Done", "Yan", False),
    ]
    assert [line.priority for line in told[:2]] == ["normal", "high"]
    assert [line.tags for line in told[:2]] == [("kettle",), ("kettle", "warranty")]


def test_hand_offs_and_reopenings_are_counted(office: Office) -> None:
    bring(office, SEARCH)
    case = office.known_as("HELP-1", "jira")
    names = office.store.people.roster()
    assert (names.name(case.owner), case.moves, case.reopenings, case.status) == ("Yan", 1, 1, "resolved")
    assert case.resolved_at == at("2024-03-05T10:00:00+01:00")
    assert (case.priority, case.tags) == ("high", ("kettle", "warranty"))
    assert office.sound()


def test_a_reopened_issue_has_no_resolution(office: Office, tmp_path: Path) -> None:
    log = [
        change(2, "03", ("status", "Done", "Open"), ("resolution", "Fixed", None)),
        change(1, "02", ("status", "Open", "Done"), ("resolution", None, "Fixed")),
    ]
    bring(office, a_file(tmp_path, {"issues": [issue(log[1:], updated="2024-02-02T10:00:00.000+0100")]}))
    assert office.known_as("HELP-7", "jira").fields["resolution"] == "Fixed"
    bring(office, a_file(tmp_path, {"issues": [issue(log, updated="2024-02-03T10:00:00.000+0100")]}))
    case = office.known_as("HELP-7", "jira")
    assert (case.status, case.reopenings, "resolution" in case.fields) == ("open", 1, False)
    assert office.sound()


def test_an_issue_begins_as_it_was_before_its_first_change(tmp_path: Path) -> None:
    log = [
        change(2, "02", ("summary", "Lid", "Kettle"), ("reporter", "Nils", "Carla")),
        change(1, "01", ("summary", "Pot", "Lid")),
    ]
    begun = lines(a_file(tmp_path, issue(log)))[0]
    assert (begun.subject, begun.customer, begun.at) == ("Pot", "Nils", at("2024-01-31T10:00:00+01:00"))
    assert (begun.owner, begun.status, begun.label) == ("Zoe", "open", "Open")


def test_without_a_change_log_the_issue_itself_tells_when_it_was_resolved() -> None:
    begun, resolved, stands = [line for line in of("HELP-2") if not line.said]
    assert (begun.status, begun.owner, begun.nobody) == ("open", None, False)
    assert (resolved.status, resolved.at) == ("closed", at("2024-03-02T10:00:00+00:00"))
    assert (stands.status, stands.nobody, stands.label) == ("closed", True, "Closed")


def test_a_change_log_that_is_cut_off_is_told_and_nothing_is_made_up() -> None:
    seen = ReadReport()
    lines(SEARCH, seen=seen)
    assert any("change log is not whole" in notice and ": 1." in notice for notice in seen.notices())
    assert any("Issues without a change log: 1" in notice for notice in seen.notices())
    assert any("more messages at the source" in notice for notice in seen.notices())
    begun = of("HELP-3")[0]
    assert (begun.status, begun.label, begun.owner, begun.priority) == ("open", "", None, None)


def test_changes_without_ids_are_told_apart_by_what_they_changed(tmp_path: Path) -> None:
    log = [change(1, "01", ("priority", "Low", "High")), change(2, "01", ("priority", "High", "Low"))]
    for entry in log:
        del entry["id"]
    found = lines(a_file(tmp_path, issue(log)))
    assert len({line.key for line in found}) == len(found) == 4


@pytest.mark.parametrize(
    "name, category, resolution, status",
    [
        ("Brewing", "indeterminate", None, "open"),
        ("Brewing", "new", None, "open"),
        ("Drunk", "done", None, "resolved"),
        ("Drunk", "done", "Duplicate", "closed"),
        ("Closed", "done", "Won't Do", "closed"),
        ("Closed", "done", "Fixed", "resolved"),
        ("Cancelled", "done", None, "closed"),
        ("Waiting for customer", "indeterminate", None, "parked"),
        ("Done", "indeterminate", None, "open"),
        ("Pending", None, None, "parked"),
        ("Resolved", None, None, "resolved"),
        ("Brewing", None, None, None),
    ],
)
def test_a_status_means_what_its_category_says_and_else_its_name(
    tmp_path: Path, name: str, category: str | None, resolution: str | None, status: str | None
) -> None:
    state = {"name": name, **({"statusCategory": {"key": category}} if category else {})}
    seen = ReadReport()
    path = a_file(tmp_path, issue(status=state, resolution={"name": resolution} if resolution else None))
    stands = lines(path, seen=seen)[-1]
    assert (stands.status, stands.label) == (status, name)
    assert seen.unmapped == ({} if status else {"status": {"Brewing": 1}})


@pytest.mark.parametrize(
    "name, on",
    [
        ("Waiting for customer", "customer"),
        ("Waiting for vendor", "third party"),
        ("On hold", "us"),
        ("Waiting for approval", "us"),
        ("Open", ""),
    ],
)
def test_the_party_a_waiting_issue_is_parked_on(office: Office, tmp_path: Path, name: str, on: str) -> None:
    bring(office, a_file(tmp_path, issue(status={"name": name, "statusCategory": {"key": "indeterminate"}})))
    parked = office.known_as("HELP-7", "jira").parked
    assert (parked.on if parked else "") == on


def test_a_list_of_statuses_tells_the_categories_of_earlier_ones(tmp_path: Path) -> None:
    log = [change(1, "01", ("status", "Open", "Drunk")), change(2, "02", ("status", "Drunk", "Open"))]
    path = a_file(tmp_path, issue(log))
    assert [line.status for line in lines(path)] == ["open", None, "open", "open"][:4]
    statuses = a_file(tmp_path, [{"id": "5", "name": "Drunk", "statusCategory": {"key": "done"}}], "statuses.json")
    told = lines(path, options=Options(users=(statuses,)))
    assert [line.status for line in told] == ["open", "resolved", "open", "open"]


def test_a_system_is_no_owner(tmp_path: Path) -> None:
    seen = ReadReport()
    stands = lines(a_file(tmp_path, issue()), options=Options(systems=("Zoe",)), seen=seen)[-1]
    assert (stands.owner, stands.nobody, seen.by_systems) == (None, False, 1)


# Fields


def test_fields_are_kept_by_their_names() -> None:
    assert of("HELP-1")[-1].fields == {
        "jira id": "10101",
        "project": "Help desk",
        "issue type": "Incident",
        "resolution": "Fixed",
        "components": "Kettles, Lids",
        "due": "2024-03-09",
        "links": "duplicates HELP-9",
        "submitted by": "Zoe",
        "request type": "Report a fault",
        "Contract": "Gold",
        "breached": "Time to first response",
    }


def test_a_field_without_a_name_is_not_carried_and_that_is_told(tmp_path: Path) -> None:
    seen = ReadReport()
    lines(SEARCH, seen=seen)
    assert seen.not_carried == ("customfield_10050",)
    names = a_file(tmp_path, [{"id": "customfield_10050", "name": "Cups", "custom": True}])
    found = lines(SEARCH, options=Options(users=(names,)))
    assert [line.fields["Cups"] for line in found if line.fields and "Cups" in line.fields] == ["3"]


# What was said


def test_comments_of_a_service_desk_are_words_or_notes() -> None:
    said = [(line.said.way, line.said.text, line.said.by) for line in of("HELP-1") if line.said]
    assert said == [
        ("in", "Any news?", None),
        ("out", "It is on its way.", "Zoe"),
        ("note", "Third one this week", "Zoe"),
        ("in", "Mine too", None),
    ]


COMMENT: dict[str, Any] = {
    "id": "1",
    "author": {"accountId": "a1", "displayName": "Zoe"},
    "body": "secret",
    "created": "2024-02-01T10:00:00.000+0100",
    "jsdPublic": True,
}


@pytest.mark.parametrize(
    "comment, project, way",
    [
        ({}, DESK, "out"),
        ({"author": {"accountId": "c1"}}, DESK, "in"),
        ({"author": {"accountId": "c9", "accountType": "customer"}}, DESK, "in"),
        ({}, {"key": "DEV", "projectTypeKey": "software"}, "note"),
        ({"jsdPublic": False}, DESK, "note"),
        ({"jsdPublic": "true"}, DESK, "note"),
        ({"jsdPublic": None}, DESK, "note"),
        ({"visibility": {"type": "role", "value": "Agents"}}, DESK, "note"),
        ({"properties": [{"key": "sd.public.comment", "value": {"internal": True}}]}, DESK, "note"),
        ({"properties": [{"key": "sd.public.comment", "value": {"internal": False}}]}, DESK, "out"),
    ],
)
def test_a_comment_is_public_only_where_everything_says_so(
    tmp_path: Path, comment: dict[str, Any], project: dict[str, Any], way: str
) -> None:
    path = a_file(tmp_path, issue(project=project, comment={"comments": [{**COMMENT, **comment}]}))
    assert [line.said.way for line in lines(path) if line.said] == [way]


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([True, False, None, "true", 1]), max_size=4),
    st.sampled_from(["service_desk", "software", None]),
    st.booleans(),
)
def test_what_is_not_said_to_be_public_never_gets_out(
    tmp_path_factory: pytest.TempPathFactory, public: list[Any], kind: str | None, kept: bool
) -> None:
    comments = []
    for number, flag in enumerate(public):
        is_open = flag is True and kind == "service_desk" and not kept
        comment = {**COMMENT, "id": number, "jsdPublic": flag, "body": "open" if is_open else "secret"}
        comments.append({**comment, "visibility": {"type": "group"}} if kept else comment)
    document = issue(project={"projectTypeKey": kind}, comment={"comments": comments})
    found = lines(a_file(tmp_path_factory.getbasetemp(), document, "private.json"))
    assert {line.said.way for line in found if line.said and line.said.text == "secret"} <= {"note"}
    assert {line.said.way for line in found if line.said and line.said.text == "open"} <= {"out"}


# Documents as text


def doc(*nodes: Any) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(nodes)}


def node(kind: str, *content: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "content": [words(c) if isinstance(c, str) else c for c in content], "attrs": attrs}


def words(text: str, link: str = "") -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": [{"type": "link", "attrs": {"href": link}}] if link else []}


@pytest.mark.parametrize(
    "content, text",
    [
        ([node("paragraph", "One"), node("paragraph", "Two")], "One\n\nTwo"),
        ([node("paragraph", "One", {"type": "hardBreak"}, "Two")], "One\nTwo"),
        ([node("heading", "Kettle", level=2), node("rule"), node("codeBlock", "a\nb")], "Kettle\n\n---\n\na\nb"),
        ([node("paragraph", words("here", "https://t.example"))], "here (https://t.example)"),
        ([node("paragraph", words("https://t.example", "https://t.example"))], "https://t.example"),
        ([node("paragraph", {"type": "mention", "attrs": {"text": "@Zoe"}}, " look")], "@Zoe look"),
        ([node("paragraph", {"type": "emoji", "attrs": {"shortName": ":tea:", "text": "🍵"}})], "🍵"),
        ([node("paragraph", {"type": "date", "attrs": {"timestamp": "1709280000000"}})], "2024-03-01"),
        ([node("paragraph", {"type": "inlineCard", "attrs": {"url": "https://t.example"}})], "https://t.example"),
        ([node("mediaSingle", {"type": "media", "attrs": {"alt": "crack.jpg"}})], "[crack.jpg]"),
        ([node("orderedList", node("listItem", node("paragraph", "a"), node("paragraph", "b")))], "1. a\n   b"),
        ([node("bulletList", node("listItem", node("paragraph", "a"), node("bulletList", node("listItem", "b"))))],
         "- a\n  - b"),
        ([node("taskList", node("taskItem", "a", state="DONE"), node("taskItem", "b", state="TODO"))], "[x] a\n[ ] b"),
        ([node("table", node("tableRow", node("tableCell", node("paragraph", "a")), node("tableCell", "b")))], "a | b"),
        ([node("blockquote", node("paragraph", "a"), node("paragraph", "b"))], "> a\n> \n> b"),
        ([node("expand", node("paragraph", "a"), title="More")], "More\na"),
        ([node("panel", node("paragraph", "a")), node("unheardOf", "b")], "a\n\nb"),
    ],
)  # fmt: skip
def test_a_document_as_text(content: list[Any], text: str) -> None:
    assert plain_text(doc(*content), "body") == text


def test_wiki_text_stays_as_it_is() -> None:
    assert of("HELP-2")[0].description == "h1. Lid\nIt is *gone*"
    assert of("HELP-1")[0].description == "The kettle has a crack.\n\n- small\n- wet"


def test_a_document_without_end_is_refused() -> None:
    deep = node("panel")
    for _ in range(500):
        deep = node("panel", deep)
    with pytest.raises(InvalidRecord, match="nested"):
        plain_text(deep, "body")


# With a desk


def bring(office: Office, *files: str) -> tuple[int, int, int]:
    found = registry.read("jira", list(files), Options(), ReadReport())
    report = record(office.desk(), found, source="jira", file=",".join(files), ranked=KIND.ranked)
    return report.new_cases, report.changed_cases, report.new_events


def test_the_same_export_again_changes_nothing(office: Office) -> None:
    assert bring(office, SEARCH)[0] == 3
    assert bring(office, SEARCH) == (0, 0, 0)
    assert office.sound()


def test_a_later_export_adds_what_is_new(office: Office, tmp_path: Path) -> None:
    bring(office, a_file(tmp_path, issue([], comment={"comments": [COMMENT]})))
    later = {**COMMENT, "id": "2", "created": "2024-02-02T10:00:00.000+0100"}
    document = issue([], comment={"comments": [COMMENT, later]}, updated="2024-02-02T10:00:00.000+0100")
    assert bring(office, a_file(tmp_path, document)) == (0, 1, 2)  # the comment, and how it stands then


# What cannot be taken


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"created": None}, "created"),
        ({"created": "31/01/2024"}, "created"),
        ({"summary": {"a": 1}}, "summary"),
        ({"summary": "a\0b"}, "summary"),
        ({"description": {"type": "doc", "content": "x"}}, "description"),
        ({"labels": [{}]}, "labels"),
        ({"comment": []}, "comment"),
        ({"assignee": {"accountId": {}}}, "accountId"),
    ],
)
def test_an_issue_that_cannot_be_taken_is_rejected_with_its_field(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    page = {"issues": [issue(**changes), {**issue(), "key": "HELP-8"}], "total": 2}
    found = read(a_file(tmp_path, page))
    assert [(item.line, field in item.field) for item in found if isinstance(item, RejectedRecord)] == [(1, True)]
    assert {item.external for item in found if isinstance(item, ImportedEntry)} == {"HELP-8"}


def test_a_bad_comment_leaves_its_issue_whole(tmp_path: Path) -> None:
    found = read(a_file(tmp_path, issue(comment={"comments": [{**COMMENT, "created": None}]})))
    assert [item.field for item in found if isinstance(item, RejectedRecord)] == ["comment.created"]
    assert sum(isinstance(item, ImportedEntry) for item in found) == 2


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no data of Jira"):
        read(a_file(tmp_path, [{"tea": "green"}]))


def _mutated(value: Any, chance: random.Random) -> Any:
    """A copy in which some values are others: of other types, missing, from elsewhere."""
    strange: list[Any] = [None, True, 0, -1, 2**70, 1.5, "", "x", "\ud800", "a\0b", [], {}, [None], {"id": {}}, [[1]]]
    if chance.random() < 0.04:
        return copy.deepcopy(chance.choice(strange))
    if isinstance(value, dict):
        return {name: _mutated(inner, chance) for name, inner in value.items() if chance.random() > 0.02}
    if isinstance(value, list):
        return [_mutated(inner, chance) for inner in value if chance.random() > 0.02]
    return value


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_garbage_gives_only_lines_and_rejects(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    chance = random.Random(seed)
    page = json.loads(Path(SEARCH).read_text())
    garbage = {"issues": [_mutated(one, chance) for one in page["issues"]], "names": _mutated(page["names"], chance)}
    path = a_file(tmp_path_factory.getbasetemp(), garbage, "garbage.json")
    try:
        for item in read(path, options=Options(users=(path,))):
            assert isinstance(item, ImportedEntry | RejectedRecord)
            if isinstance(item, ImportedEntry):
                assert item.external.strip()
    except WrongUse:
        pass


def test_it_recognises_its_own_files() -> None:
    assert detect(Path(SEARCH).read_bytes()[:4096], SEARCH) >= 90
    assert detect(b'{"tickets": [{"id": 1}]}', "x") == 0
