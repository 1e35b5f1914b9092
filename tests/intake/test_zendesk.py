"""Exports of Zendesk: what a ticket, a comment, an audit becomes, and that nothing private gets out."""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.desk.imports.record import record
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, Message, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.zendesk.reader import KIND, detect
from careconsole.intake.registry import Options
from tests.desk.office import Office

SAMPLES = Path(__file__).parent / "samples" / "zendesk"
TICKETS, PEOPLE, COMMENTS, AUDITS = (
    str(SAMPLES / name) for name in ("tickets.json", "people.json", "comments.json", "audits.json")
)
WITH_PEOPLE = Options(users=(PEOPLE,))


def at(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).timestamp() * 1000)


def read(
    *files: str, options: Options = WITH_PEOPLE, seen: ReadReport | None = None
) -> list[ImportedEntry | RejectedRecord]:
    return list(registry.read("zendesk", list(files), options, ReadReport() if seen is None else seen))


def lines(*files: str, options: Options = WITH_PEOPLE, seen: ReadReport | None = None) -> list[ImportedEntry]:
    found = read(*files, options=options, seen=seen)
    assert [item for item in found if isinstance(item, RejectedRecord)] == []
    return [item for item in found if isinstance(item, ImportedEntry)]


def of(external: str, found: Iterable[ImportedEntry]) -> list[ImportedEntry]:
    return [line for line in found if line.external == external]


def words(found: Iterable[ImportedEntry]) -> list[tuple[str, str, str | None]]:
    return [(line.said.way, line.said.text, line.said.by) for line in found if line.said]


TICKET: dict[str, Any] = {
    "id": 7,
    "created_at": "2024-03-01T08:00:00Z",
    "updated_at": "2024-03-02T08:00:00Z",
    "subject": "Kettle",
    "description": "It leaks",
    "status": "open",
    "requester_id": 1,
    "submitter_id": 1,
    "assignee_id": 11,
    "tags": [],
}


def a_file(folder: Path, value: object, name: str = "file.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def ticket(folder: Path, **changes: Any) -> list[ImportedEntry]:
    return lines(a_file(folder, {"tickets": [{**TICKET, **changes}]}))


# A ticket


def test_a_ticket_begins_and_stands() -> None:
    begun, stands = of("101", lines(TICKETS))
    assert (begun.at, stands.at) == (at("2024-03-01T08:00:00Z"), at("2024-03-04T09:30:00Z"))
    assert (begun.subject, begun.description) == ("Kettle cracked", "The kettle has a crack.\nWhat now?")
    assert (begun.customer, begun.channel, begun.status) == ("Carla", "email", "open")
    assert (stands.owner, stands.status, stands.label) == ("Zoe", "parked", "Waiting for parts")
    assert (stands.priority, stands.tags) == ("high", ("kettle", "warranty"))
    assert stands.fields == {
        "type": "incident",
        "external id": "WEB-0007",
        "recipient": "help@teapots.example",
        "organization": "Tea House",
        "group": "Hardware",
        "brand": "brand 41",
        "form": "form 51",
        "problem": "90",
        "followed up by": "140",
        "Model": "T-1000",
        "Colours": "red, blue",
    }


@pytest.mark.parametrize(
    "word, status",
    [("new", "open"), ("open", "open"), ("pending", "parked"), ("hold", "parked"), ("solved", "resolved")],
)
def test_each_status_has_its_meaning_and_keeps_its_word(tmp_path: Path, word: str, status: str) -> None:
    stands = ticket(tmp_path, status=word)[-1]
    assert (stands.status, stands.label, stands.deleted) == (status, word, False)


def test_a_ticket_on_hold_waits_for_a_third_party(tmp_path: Path) -> None:
    assert ticket(tmp_path, status="hold")[-1].waits_on == "third party"
    assert ticket(tmp_path, status="pending")[-1].waits_on == "customer"
    assert ticket(tmp_path, status="open")[-1].waits_on == ""


def test_a_closed_ticket_was_solved_first(tmp_path: Path) -> None:
    _, solved, stands = ticket(tmp_path, status="closed")
    assert (solved.status, solved.at) == ("resolved", stands.at)
    assert (stands.status, stands.label) == ("closed", "closed")


def test_the_metrics_tell_when_a_ticket_was_solved() -> None:
    solved = next(line for line in of("102", lines(TICKETS)) if line.label == "solved")
    assert (solved.status, solved.at) == ("resolved", at("2024-03-02T12:00:00Z"))


def test_a_deleted_ticket_is_deleted() -> None:
    assert [line.deleted for line in of("104", lines(TICKETS))] == [False, True] * 2


def test_a_status_that_is_not_listed_says_nothing_and_is_counted(tmp_path: Path) -> None:
    seen = ReadReport()
    stands = lines(a_file(tmp_path, {"tickets": [{**TICKET, "status": "dreaming"}]}), seen=seen)[-1]
    assert (stands.status, stands.label) == (None, "dreaming")
    assert seen.unmapped == {"status": {"dreaming": 1}}


def test_nobody_owns_a_ticket_without_assignee_and_a_ticket_that_names_none_says_nothing(tmp_path: Path) -> None:
    stands = ticket(tmp_path, assignee_id=None)[-1]
    assert (stands.owner, stands.nobody) == (None, True)
    without = {name: value for name, value in TICKET.items() if name != "assignee_id"}
    stands = lines(a_file(tmp_path, {"tickets": [without]}))[-1]
    assert (stands.owner, stands.nobody) == (None, False)


def test_a_system_is_no_owner(tmp_path: Path) -> None:
    path, seen = a_file(tmp_path, {"tickets": [TICKET]}), ReadReport()
    stands = lines(path, options=Options(users=(PEOPLE,), systems=("Zoe",)), seen=seen)[-1]
    assert (stands.owner, stands.nobody, seen.by_systems) == (None, False, 1)


def test_a_ticket_that_follows_another_says_so(tmp_path: Path) -> None:
    via = {"channel": "web", "source": {"rel": "follow_up", "from": {"ticket_id": 3, "subject": "Lid"}}}
    assert ticket(tmp_path, via=via)[-1].fields == {"follows": "3"}


@pytest.mark.parametrize(
    "channel, ours",
    [("email", "email"), (4, "email"), ("native_messaging", "chat"), ("voice", "phone"), ("web", "web")],
)
def test_channels(tmp_path: Path, channel: object, ours: str) -> None:
    assert ticket(tmp_path, via={"channel": channel})[0].channel == ours


def test_ids_keep_their_zeros_and_blanks(tmp_path: Path) -> None:
    assert {line.external for line in ticket(tmp_path, id=" 007")} == {" 007"}


# People


def test_people_without_a_name_are_known_by_their_number_and_told_at_the_end(tmp_path: Path) -> None:
    seen = ReadReport()
    begun, stands = lines(a_file(tmp_path, {"tickets": [TICKET]}), options=Options(), seen=seen)
    assert (begun.customer, stands.owner) == ("user 1", "user 11")
    assert any("user 1, user 11" in notice and "--users" in notice for notice in seen.notices())


def test_a_name_that_is_told_later_is_no_change_of_a_ticket(tmp_path: Path) -> None:
    path = a_file(tmp_path, {"tickets": [TICKET]})
    assert [line.key for line in lines(path, options=Options())] == [line.key for line in lines(path)]


def test_two_customers_of_one_name_stay_two(tmp_path: Path) -> None:
    path = a_file(tmp_path, {"tickets": [TICKET, {**TICKET, "id": 8, "requester_id": 13}]})
    assert {line.customer for line in lines(path) if line.customer} == {"Carla"}
    office = Office(tmp_path)
    report = record(office.desk(), lines(path), source="zendesk", file="tickets.json")
    names = office.store.engine.fetch_all("select name from customers order by id")
    assert (report.new_customers, [row[0] for row in names]) == (2, ["Carla", "Carla (carla@other.example)"])
    office.close()


def test_a_ticket_that_has_another_subject_and_requester_later_has_them_here(tmp_path: Path) -> None:
    office = Office(tmp_path)
    record(office.desk(), lines(a_file(tmp_path, {"tickets": [TICKET]})), source="zendesk", file="march")
    later = {**TICKET, "subject": "It is the lid", "raw_subject": "It is the lid", "requester_id": 13}
    later["updated_at"] = "2024-06-01T08:00:00Z"
    report = record(office.desk(), lines(a_file(tmp_path, {"tickets": [later]}, "june")), source="zendesk", file="june")
    case = office.known_as("7", "zendesk")
    customer = office.store.customers.get(case.customer or 0)
    assert (report.changed_cases, case.subject) == (1, "It is the lid")
    assert customer is not None
    assert customer.name == "Carla (carla@other.example)"
    office.close()


def test_somebody_without_a_name_goes_by_their_address() -> None:
    assert of("104", lines(TICKETS))[0].customer == "shop@example.net"


def test_people_are_read_first_wherever_they_stand(tmp_path: Path) -> None:
    page = {"tickets": [TICKET], "users": [{"id": 1, "name": "Ines", "role": "end-user"}], "count": 1}
    assert lines(a_file(tmp_path, page), options=Options())[0].customer == "Ines"
    apart = a_file(tmp_path, {"tickets": [TICKET]}, "apart.json")
    assert lines(apart, PEOPLE, options=Options())[0].customer == "Carla"


def test_an_archive_may_hold_the_people_behind_the_tickets(tmp_path: Path) -> None:
    path = str(tmp_path / "export.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a-tickets.json", json.dumps({"tickets": [TICKET]}))
        archive.write(PEOPLE, "people.json")
    begun, stands = lines(path, options=Options())
    assert (begun.customer, stands.owner) == ("Carla", "Zoe")


def test_an_export_of_a_ticket_a_line_holds_its_people(tmp_path: Path) -> None:
    whole = {
        **{name: value for name, value in TICKET.items() if not name.endswith("er_id")},
        "requester": {"id": 1, "name": "Ines", "role": "end-user"},
        "submitter": {"id": 1, "name": "Ines"},
        "assignee": {"id": 11, "name": "Ugo", "role": "agent"},
        "comments": [
            {"id": 1, "author_id": 1, "body": "It leaks", "public": True, "created_at": "2024-03-01T08:00:00Z"},
            {"id": 2, "author_id": 11, "body": "Sorry", "public": True, "created_at": "2024-03-01T09:00:00Z"},
        ],
    }
    del whole["assignee_id"]
    found = lines(a_file(tmp_path, json.dumps(whole) + "\n" + json.dumps({**whole, "id": 8})), options=Options())
    assert (found[0].customer, found[-1].owner) == ("Ines", "Ugo")
    assert words(of("7", found)) == [("in", "It leaks", None), ("out", "Sorry", "Ugo")]


# What was said


def test_comments_are_the_customers_words_our_answers_or_notes() -> None:
    assert words(of("101", lines(COMMENTS, TICKETS))) == [
        ("in", "The kettle has a crack.\nWhat now?\n\nAttachments: crack.jpg", None),
        ("out", "A new one is on its way.", "Zoe"),
        ("note", "Third crack this week", "Zoe"),
        ("in", "Mine too", None),
        ("note", "Who says this is public?", "Yan"),
    ]


def test_without_roles_the_requester_and_those_with_a_copy_are_customers(tmp_path: Path) -> None:
    comments = [
        {"id": n, "author_id": author, "body": str(author), "public": True, "created_at": "2024-03-01T08:00:00Z"}
        for n, author in enumerate((1, 2, 11))
    ]
    path = a_file(tmp_path, {"tickets": [{**TICKET, "collaborator_ids": [2], "comments": comments}]})
    assert [way for way, _, _ in words(lines(path, options=Options()))] == ["in", "in", "out"]


@pytest.mark.parametrize("form", ["files", "tickets first", "comments first", "one page", "lines"])
def test_comments_apart_from_their_tickets_are_known_by_who_asked(tmp_path: Path, form: str) -> None:
    """No roles are told: only the ticket says that person 1 is the customer."""
    said = {"ticket_id": 7, "public": True, "created_at": "2024-03-01T09:00:00Z"}
    comments = [{**said, "id": 1, "author_id": 1, "body": "And?"}, {**said, "id": 2, "author_id": 11, "body": "Soon"}]
    asked, spoken = {"tickets": [TICKET]}, {"comments": comments}
    pages = {"tickets.json": json.dumps(asked), "comments.json": json.dumps(spoken)}
    if form == "files":
        files = [a_file(tmp_path, spoken, "b.json"), a_file(tmp_path, asked, "a.json")]
    elif form == "one page":
        files = [a_file(tmp_path, {**asked, **spoken})]
    elif form == "lines":
        files = [a_file(tmp_path, "\n".join(map(json.dumps, [*comments, TICKET])))]
    else:
        files = [str(tmp_path / "all.zip")]
        with zipfile.ZipFile(files[0], "w") as archive:
            for name in sorted(pages, reverse=form == "tickets first"):
                archive.writestr(name, pages[name])
    assert words(lines(*files, options=Options())) == [("in", "And?", None), ("out", "Soon", "user 11")]


def test_a_comment_of_which_nobody_knows_whose_it_is_waits_for_an_answer(tmp_path: Path) -> None:
    comment = {
        "id": 1,
        "ticket_id": 7,
        "author_id": 1,
        "public": True,
        "created_at": "2024-03-01T09:00:00Z",
        "body": "?",
    }
    file, seen = a_file(tmp_path, {"comments": [comment]}), ReadReport()
    assert words(lines(file, options=Options(), seen=seen)) == [("in", "?", None)]
    assert any("works here" in notice and "customer's" in notice for notice in seen.notices())
    comment["author_id"] = 11
    assert words(lines(a_file(tmp_path, {"comments": [comment]}))) == [("out", "?", "Zoe")]


def test_the_description_of_an_agent_is_a_note_unless_its_comment_is_public(tmp_path: Path) -> None:
    begun, note, _ = of("103", lines(TICKETS))
    assert begun.description == ""
    assert words([note]) == [("note", "Caller is rude", "Zoe")]
    first = {"id": 1, "author_id": 11, "body": "It leaks", "public": True, "created_at": TICKET["created_at"]}
    begun, said, _ = ticket(tmp_path, submitter_id=11, comments=[first])
    assert begun.description == "It leaks"
    assert words([said]) == [("out", "It leaks", "Zoe")]
    begun, said, _ = ticket(tmp_path, submitter_id=1, comments=[{**first, "public": False}])
    assert begun.description == ""
    assert said.said is not None
    assert said.said.way == "note"


def test_what_a_ticket_says_is_private_is_no_description(tmp_path: Path) -> None:
    begun, note, _ = ticket(tmp_path, is_public=False)
    assert (begun.description, note.said) == ("", Message("note", "It leaks"))
    assert ticket(tmp_path, is_public=True)[0].description == "It leaks"


@pytest.mark.parametrize(
    "first, later, description",
    [
        ({"public": True}, [], "It leaks"),
        ({"public": False}, [], ""),
        ({}, [], ""),
        ({"public": True}, [("2024-03-03", False)], ""),
        ({"public": True}, [("2024-03-04", True), ("2024-03-03", False)], "It leaks"),
        ({"public": True}, [("2024-03-04", False), ("2024-03-03", True)], ""),
        ({"public": False}, [("2024-03-03", True)], "It leaks"),
    ],
)
def test_audits_tell_whether_the_description_is_private(
    tmp_path: Path, first: dict[str, bool], later: list[tuple[str, bool]], description: str
) -> None:
    """The requester wrote it; the newest audit may come first."""
    turned = [
        {
            "id": 500 + place,
            "ticket_id": 7,
            "created_at": f"{day}T08:00:00Z",
            "events": [{"id": 600 + place, "type": "CommentPrivacyChange", "comment_id": 71, "public": public}],
        }
        for place, (day, public) in enumerate(later)
    ]
    begins = [
        {"id": 70, "type": "Create", "field_name": "status", "value": "new"},
        {"id": 71, "type": "Comment", "author_id": 1, "body": "It leaks", **first},
    ]
    began = {"id": 400, "ticket_id": 7, "created_at": "2024-03-01T08:00:00Z", "author_id": 1, "events": begins}
    audits = a_file(tmp_path, {"audits": [*turned, began]}, "audits.json")
    found = lines(a_file(tmp_path, {"tickets": [TICKET]}), audits)
    assert next(line.description for line in found if line.subject) == description
    assert not any(line.description for line in found[1:])


def test_a_call_answers_itself_and_a_voice_mail_does_not(tmp_path: Path) -> None:
    call = {"id": 1, "type": "VoiceComment", "author_id": 1, "body": "Call from +39", "public": True}
    call |= {"created_at": TICKET["created_at"], "via": {"channel": "voice"}}
    mail = {**call, "id": 2, "via": {"channel": "voicemail"}}
    assert [line.channel for line in ticket(tmp_path, comments=[call, mail]) if line.said] == ["phone", "other"]


@pytest.mark.parametrize(
    "score, status, sort", [("good", "solved", "thanks"), ("bad", "solved", "auto"), ("bad", "open", "message")]
)
def test_ratings(tmp_path: Path, score: str, status: str, sort: str) -> None:
    found = ticket(tmp_path, status=status, satisfaction_rating={"score": score, "comment": "So it went"})
    rated = next(line for line in found if line.fields)
    assert (rated.fields, rated.said) == ({"satisfaction": score}, Message("in", "So it went", sort=sort))


def test_a_rating_that_was_only_offered_says_nothing(tmp_path: Path) -> None:
    assert all(not line.fields for line in ticket(tmp_path, satisfaction_rating={"score": "offered"}))


# Merges


def test_a_merged_ticket_goes_on_as_the_one_that_its_last_comment_names() -> None:
    stands = of("105", lines(TICKETS))[-1]
    assert (stands.merged_into, stands.status, stands.label) == ("101", "closed", "merged")
    assert not [line for line in of("105", lines(TICKETS)) if line.status == "resolved"]


def test_a_merge_in_another_language_is_known_by_its_origin(tmp_path: Path) -> None:
    said = {
        "id": 1,
        "author_id": 11,
        "body": "Questa richiesta è stata unita alla #9",
        "created_at": "2024-03-02T08:00:00Z",
    }
    merged = {"status": "closed", "tags": ["closed_by_merge"]}
    by_merge = {**said, "via": {"channel": "web", "source": {"rel": "merge"}}}
    assert ticket(tmp_path, **merged, comments=[by_merge])[-1].merged_into == "9"
    assert ticket(tmp_path, **merged, comments=[said])[-1].merged_into is None


def test_the_last_merge_counts_whatever_the_order_of_the_comments(tmp_path: Path) -> None:
    said = {"author_id": 11, "public": False, "via": {"channel": "web", "source": {"rel": "merge"}}}
    taken = {**said, "id": 1, "created_at": "2024-03-01T09:00:00Z", "body": "Request #5 was merged into this one"}
    gone = {**said, "id": 2, "created_at": "2024-03-02T07:00:00Z", "body": "Diese Anfrage ging in #9 auf"}
    for comments in ([taken, gone], [gone, taken]):
        stands = ticket(tmp_path, status="closed", tags=["closed_by_merge"], comments=comments)[-1]
        assert stands.merged_into == "9"


def test_words_alone_merge_nothing(tmp_path: Path) -> None:
    said = "This request was closed and merged into request #9"
    comment = {"id": 1, "author_id": 1, "body": said, "public": True, "created_at": "2024-03-02T08:00:00Z"}
    assert all(line.merged_into is None for line in ticket(tmp_path, comments=[comment]))
    apart = {"comments": [{**comment, "ticket_id": 7}]}
    assert lines(a_file(tmp_path, apart))[0].merged_into is None
    apart["comments"][0]["via"] = {"channel": "merge"}
    assert lines(a_file(tmp_path, apart))[0].merged_into == "9"


# Audits


def test_audits_are_the_history() -> None:
    changes = [line for line in lines(AUDITS) if not line.said]
    assert [(line.status, line.label, line.owner, line.nobody, line.priority) for line in changes] == [
        ("open", "new", None, True, None),
        ("resolved", "solved", "Zoe", False, None),
        ("open", "open", None, False, None),
        (None, "", "Yan", False, "high"),
        ("parked", "Waiting for parts", "Zoe", False, None),
    ]
    assert (changes[0].customer, changes[0].subject, changes[0].tags) == ("Carla", "Kettle cracked", ("kettle",))
    assert (changes[3].tags, changes[3].fields) == (("kettle", "warranty"), {"Model": "T-1000"})


def test_what_an_audit_takes_away_is_gone(office: Office, tmp_path: Path) -> None:
    def audit(number: int, *events: dict[str, Any]) -> dict[str, Any]:
        at = f"2024-03-0{number}T08:00:00Z"
        return {"id": number, "ticket_id": 7, "created_at": at, "author_id": 1, "events": list(events)}

    type_, group = {"field_name": "type"}, {"field_name": "group_id"}
    began = audit(1, {"type": "Create", **type_, "value": "incident"}, {"type": "Create", **group, "value": None})
    assert lines(a_file(tmp_path, {"audits": [began]}))[0].fields == {"type": "incident"}
    ended = audit(2, {"type": "Change", **type_, "value": None, "previous_value": "incident"})
    bring(office, a_file(tmp_path, {"audits": [began, ended]}))
    assert office.known_as("7", "zendesk").fields == {}
    assert office.sound()


def test_a_comment_that_was_made_private_later_is_a_note_everywhere(tmp_path: Path) -> None:
    public = json.loads(Path(COMMENTS).read_text())
    public["comments"][2]["public"] = True
    for files in ((AUDITS,), (a_file(tmp_path, public), AUDITS), (AUDITS, a_file(tmp_path, public))):
        found = [way for way, text, _ in words(lines(*files)) if text == "Third crack this week"]
        assert set(found) == {"note"}


def test_audits_that_cannot_be_read_ahead_tell_notes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ReadReport()
    with open(AUDITS, "rb") as file:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
        assert {way for way, _, _ in words(lines("-", seen=seen))} == {"note"}
    assert any("give the file" in notice for notice in seen.notices())


@pytest.mark.parametrize("inside", [False, True])
def test_a_bad_event_of_an_audit_is_rejected_with_the_text_of_the_file(inside: bool, tmp_path: Path) -> None:
    events = [{"id": None, "type": "Comment", "public": True, "body": "It “leaks”"}]
    audit = {"id": 5, "ticket_id": 7, "created_at": "2024-03-01T09:00:00Z", "author_id": 1, "events": events}
    held = {"tickets": [{**TICKET, "audits": [audit]}]} if inside else {"audits": [audit]}
    text = json.dumps(held, ensure_ascii=False)
    (reject,) = [item for item in read(a_file(tmp_path, text)) if isinstance(item, RejectedRecord)]
    assert reject.field == ("audits.events.id" if inside else "events.id")
    assert reject.raw in text
    assert json.loads(reject.raw)["id"] == (7 if inside else 5)


def test_the_history_of_a_case_equals_the_audits(office: Office) -> None:
    bring(office, TICKETS, COMMENTS, AUDITS)
    case = office.known_as("101", "zendesk")
    names = office.store.people.roster()
    assert (case.status, case.parked is not None, case.label) == ("open", True, "Waiting for parts")
    assert (names.name(case.owner), case.moves, case.reopenings) == ("Zoe", 2, 1)
    assert (case.priority, case.tags) == ("high", ("kettle", "warranty"))
    ways = [way for event in office.history(case.number) if (way := getattr(event.fact, "way", ""))]
    assert ways == ["in", "out", "note", "in", "note"]
    assert office.sound()


# With a desk


def bring(office: Office, *files: str, options: Options = WITH_PEOPLE) -> tuple[int, int, int]:
    seen = ReadReport()
    found = registry.read("zendesk", list(files), options, seen)
    report = record(office.desk(), found, source="zendesk", file=",".join(files), ranked=KIND.ranked)
    return report.new_cases, report.changed_cases, report.new_events


def test_the_same_export_again_changes_nothing(office: Office) -> None:
    assert bring(office, TICKETS, COMMENTS, AUDITS)[0] == 5
    assert bring(office, TICKETS, COMMENTS, AUDITS) == (0, 0, 0)
    assert bring(office, AUDITS, TICKETS) == (0, 0, 0)
    assert office.sound()


def test_a_later_export_adds_what_is_new(office: Office, tmp_path: Path) -> None:
    first = {"id": 1, "author_id": 1, "body": "It leaks", "public": True, "created_at": "2024-03-01T08:00:00Z"}
    bring(office, a_file(tmp_path, {"tickets": [{**TICKET, "comments": [first]}]}))
    later = {"id": 2, "author_id": 11, "body": "Sorry", "public": True, "created_at": "2024-03-03T08:00:00Z"}
    changed = {**TICKET, "updated_at": "2024-03-03T08:00:00Z", "comments": [first, later]}
    assert bring(office, a_file(tmp_path, {"tickets": [changed]})) == (0, 1, 2)  # the comment, and how it stands then
    assert office.known_as("7", "zendesk").unanswered == ()


def test_a_ticket_that_goes_back_to_an_earlier_state_does_so_here(office: Office, tmp_path: Path) -> None:
    for day, word in enumerate(("open", "pending", "open"), 2):
        changed = {**TICKET, "status": word, "updated_at": f"2024-03-0{day}T08:00:00Z"}
        bring(office, a_file(tmp_path, {"tickets": [changed]}))
    assert office.known_as("7", "zendesk").parked is None


def test_a_merged_ticket_leads_to_the_other(office: Office) -> None:
    bring(office, TICKETS)
    assert office.known_as("105", "zendesk").merged_into == office.known_as("101", "zendesk").number


# What cannot be taken


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"id": None}, "id"),
        ({"id": True}, "id"),
        ({"created_at": None}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2024-03-01T08:00:00"}, "created_at"),
        ({"subject": {"text": "Kettle"}}, "subject"),
        ({"subject": "a\0b"}, "subject"),
        ({"tags": [["a"]]}, "tags"),
        ({"requester_id": [1]}, "requester_id"),
        ({"custom_fields": "none"}, "custom_fields"),
        ({"comments": [1]}, "comments"),
    ],
)
def test_a_ticket_that_cannot_be_taken_is_rejected_with_its_field(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    found = read(a_file(tmp_path, {"tickets": [{**TICKET, **changes}, {**TICKET, "id": 8}]}))
    rejects = [item for item in found if isinstance(item, RejectedRecord)]
    assert [(reject.line, field in reject.field) for reject in rejects] == [(1, True)]
    assert rejects[0].raw.startswith('{"id"')
    assert {item.external for item in found if isinstance(item, ImportedEntry)} == {"8"}


def test_a_bad_comment_leaves_its_ticket_whole(tmp_path: Path) -> None:
    bad = {"id": 1, "author_id": 1, "body": "When?", "public": True, "created_at": "soon"}
    found = read(a_file(tmp_path, {"tickets": [{**TICKET, "comments": [bad]}]}))
    assert [item.field for item in found if isinstance(item, RejectedRecord)] == ["comments.created_at"]
    assert sum(isinstance(item, ImportedEntry) for item in found) == 2


def test_a_comment_alone_must_name_its_ticket(tmp_path: Path) -> None:
    comment = {"id": 1, "author_id": 1, "body": "Hm", "public": True, "created_at": "2024-03-01T08:00:00Z"}
    (reject,) = read(a_file(tmp_path, {"comments": [comment]}))
    assert isinstance(reject, RejectedRecord)
    assert reject.field == "ticket_id"


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no data of Zendesk"):
        read(a_file(tmp_path, [{"tea": "green"}, {"tea": "black"}]))


def test_one_strange_record_among_others_is_rejected(tmp_path: Path) -> None:
    found = read(a_file(tmp_path, "\n".join(map(json.dumps, [TICKET, {"tea": "green"}]))))
    assert [type(item) for item in found] == [ImportedEntry, ImportedEntry, RejectedRecord]


# Nothing private gets out, and nothing but lines and rejects comes out


def _mutated(value: Any, chance: random.Random) -> Any:
    """A copy in which some values are others: of other types, missing, from elsewhere."""
    strange: list[Any] = [
        None,
        True,
        0,
        -1,
        2**70,
        1.5,
        "",
        "x",
        "\ud800",
        "a\0b",
        [],
        {},
        [None],
        {"id": {}},
        [[1]],
        "2024-13-45",
    ]
    if chance.random() < 0.06:
        return copy.deepcopy(chance.choice(strange))
    if isinstance(value, dict):
        return {
            name: _mutated(inner, chance)
            for name, inner in value.items()
            if name == "tickets" or chance.random() > 0.03
        }
    if isinstance(value, list):
        return [_mutated(inner, chance) for inner in value if chance.random() > 0.03]
    return value


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_garbage_gives_only_lines_and_rejects(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    chance, folder = random.Random(seed), tmp_path_factory.getbasetemp()
    documents = [json.loads(Path(COMMENTS).read_text()), json.loads(Path(AUDITS).read_text())]
    documents += [json.loads(page) for page in Path(TICKETS).read_text().split("\n{") if page.startswith("{")]
    documents.append(json.loads(Path(PEOPLE).read_text()))
    document = _mutated(chance.choice(documents), chance)
    path = a_file(folder, document if isinstance(document, dict) else {"tickets": [document]}, "garbage.json")
    try:
        for item in read(path, options=Options(users=(path,))):
            assert isinstance(item, ImportedEntry | RejectedRecord)
            if isinstance(item, ImportedEntry):
                assert item.external.strip()
                assert "\0" not in item.subject + (item.said.text if item.said else "")
    except WrongUse:
        pass


_PUBLIC = st.sampled_from([True, False, None, "true", 1, "absent"])


@settings(max_examples=100)
@given(
    st.lists(st.tuples(_PUBLIC, st.sampled_from([1, 2, 11, 99, None])), max_size=6),
    st.booleans(),
    st.booleans(),
    st.sampled_from([True, False, None]),
)
def test_what_is_not_said_to_be_public_never_gets_out(
    tmp_path_factory: pytest.TempPathFactory,
    said: list[tuple[Any, int | None]],
    embedded: bool,
    roles: bool,
    some_public: bool | None,
) -> None:
    comments: list[dict[str, Any]] = []
    for number, (public, author) in enumerate(said):
        comment = {"id": number, "author_id": author, "body": f"secret {number}" if public is not True else "open"}
        comment |= {"created_at": TICKET["created_at"], "ticket_id": 7, "public": public}
        if public == "absent":
            del comment["public"]
        comments.append(comment)
    first = comments[0]["body"] if comments and embedded else "secret"
    # That a ticket is public says that some comment is, not that the first one was.
    ticket = {**TICKET, "submitter_id": 11, "description": first, "is_public": some_public}
    folder = tmp_path_factory.getbasetemp()
    files = [a_file(folder, {"tickets": [{**ticket, "comments": comments} if embedded else ticket]}, "private.json")]
    if comments and not embedded:
        files.append(a_file(folder, {"comments": comments}, "words.json"))
    for line in lines(*files, options=WITH_PEOPLE if roles else Options()):
        assert "secret" not in line.description + line.subject
        if line.said and "secret" in line.said.text:
            assert line.said.way == "note"


# What the documentation says


def test_every_field_is_told_of() -> None:
    ticket_fields = (
        "id, url, external_id, encoded_id, type, subject, raw_subject, description, priority, status, custom_status_id,"
        " recipient, requester_id, submitter_id, assignee_id, organization_id, group_id, brand_id, ticket_form_id,"
        " collaborator_ids, follower_ids, email_cc_ids, followup_ids, sharing_agreement_ids, forum_topic_id,"
        " problem_id, has_incidents, is_public, due_at, tags, custom_fields, fields, satisfaction_rating, via,"
        " allow_channelback, allow_attachments, from_messaging_channel, support_type, generated_timestamp, created_at,"
        " updated_at,"
        " ticket_id, author_id, body, html_body, plain_body, public, attachments, audit_id, metadata, reply_time,"
        " first_resolution_time, full_resolution_time, agent_wait_time, requester_wait_time, on_hold_time,"
        " assignee_stations, group_stations, reopens, replies, initially_assigned_at, assigned_at, solved_at"
    )
    told = " ".join(field.theirs for field in (*KIND.fields, *KIND.not_carried)).replace(",", " ").replace(".", " ")
    missing = set(ticket_fields.replace(",", " ").split()) - set(told.replace(":", " ").split())
    assert missing == set()


def test_it_recognises_its_own_files() -> None:
    for path in (TICKETS, AUDITS):
        assert detect(Path(path).read_bytes()[:4096], path) >= 70
    assert detect(b'{"issues": []}', "x") == 0
