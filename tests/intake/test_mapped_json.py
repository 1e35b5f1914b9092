"""The help desks that are maps: for each one, what becomes of its tickets, in samples of its documented shape."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from careconsole.desk.program_files import preset_ids
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, Message, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.mapped_json.reader import detect
from careconsole.intake.registry import Options
from tests.desk.office import Office

SAMPLES = Path(__file__).parent / "samples" / "presets"
FILES = {
    "freshdesk": ["freshdesk.json", "freshdesk-ratings.json"],
    "zammad": ["zammad.json", "zammad-articles.json"],
    "helpscout": ["helpscout.json"],
    "intercom": ["intercom.jsonl"],
    "github": ["github.json", "github-comments.json"],
}
USERS = {"freshdesk": ["freshdesk-users.json"], "zammad": ["zammad-users.json"]}


class Read:
    """What came out of files: the lines of each case in the order of time, the rejects, the notices."""

    def __init__(self, kind: str, files: list[Any], **options: Any) -> None:
        seen = ReadReport()
        users = tuple(str(SAMPLES / name) for name in USERS.get(kind, []))
        said = Options(**{"users": users, **options})
        self.items = list(registry.read(kind, [str(SAMPLES / file) for file in files], said, seen))
        self.notices = "\n".join(seen.notices())
        self.rejects = [item for item in self.items if isinstance(item, RejectedRecord)]

    def case(self, external: str) -> list[ImportedEntry]:
        found = [item for item in self.items if isinstance(item, ImportedEntry) and item.external == external]
        return sorted(found, key=lambda line: line.at)

    def began(self, external: str) -> ImportedEntry:
        return self.case(external)[0]

    def stands(self, external: str) -> ImportedEntry:
        """The line with the ticket as it is now."""
        return [line for line in self.case(external) if line.said is None and line.label][-1]

    def said(self, external: str) -> list[tuple[str, str, str | None]]:
        return [(said.way, said.text, said.by) for line in self.case(external) if (said := line.said) is not None]

    def last(self, external: str, name: str) -> Any:
        """What the last line that says something says of `name`."""
        found = [
            getattr(line, name) for line in self.case(external) if getattr(line, name) not in (None, "", (), False)
        ]
        return found[-1] if found else None

    def fields(self, external: str) -> dict[str, str]:
        return {name: value for line in self.case(external) for name, value in (line.fields or {}).items()}


def sample(kind: str) -> Read:
    return Read(kind, FILES[kind])


def time_of(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


class TestFreshdesk:
    def test_a_ticket_begins_as_its_customer_told(self) -> None:
        began = sample("freshdesk").began("101")
        assert began.at == time_of("2024-03-01T09:00:00Z")
        assert (began.customer, began.channel, began.status) == ("Carla Nordwind", "email", "open")
        assert began.subject == "Kettle cracked on first use"
        assert began.description == "It cracked & leaked.\nPlease help!"

    def test_what_was_said(self) -> None:
        assert sample("freshdesk").said("101") == [
            ("note", "Third cracked one this week: supplier?", "Ben Okafor"),
            ("out", "A new one is on its way.", "Ben Okafor"),
            ("in", "When will it arrive?", None),
            ("note", "Supplier, please see below.", "Ben Okafor"),  # forwarded
            ("note", "Nobody said whether this is private.", "Zoe Lindt"),
            ("in", "Still waiting", None),
        ]

    def test_how_it_stands(self) -> None:
        read = sample("freshdesk")
        assert (read.last("101", "status"), read.last("101", "label")) == ("parked", "pending")
        assert (read.last("101", "owner"), read.last("101", "priority")) == ("Ben Okafor", "urgent")
        assert read.last("101", "tags") == ("kettle", "Broken Glass")
        assert read.fields("101") == {
            "type": "Problem",
            "deadline": "2024-03-04T16:00:00Z",
            "company": "Nordwind",
            "group": "First line",
            "cf_order": "0042",
            "cf_gift": "true",
            "breached": "first response, resolution",
            "satisfaction": "bad",
        }

    def test_a_deadline_that_passed_is_no_escalation(self) -> None:
        assert all(line.level is None for line in sample("freshdesk").case("101"))

    def test_a_resolution_keeps_its_time(self) -> None:
        read = sample("freshdesk")
        ended = next(line for line in read.case("102") if line.status == "resolved")
        assert ended.at == time_of("2024-02-03T08:00:00Z")
        assert read.stands("102").nobody
        assert read.stands("102").at == time_of("2024-02-10T08:00:00Z")

    def test_ratings_in_a_file_of_their_own(self) -> None:
        read = sample("freshdesk")
        assert read.fields("102")["satisfaction"] == "good"
        rated = read.case("102")
        assert Message("in", "Quick and kind, thank you", sort="thanks") in [line.said for line in rated]

    def test_merged_spam_and_deleted(self) -> None:
        read = sample("freshdesk")
        assert read.last("103", "merged_into") == "101"
        assert (read.last("104", "status"), read.last("104", "label")) == ("closed", "spam")
        assert read.last("105", "deleted") is True
        assert not any(line.merged_into for line in read.case("101"))

    def test_a_ticket_that_we_began_is_our_word(self) -> None:
        read = sample("freshdesk")
        assert read.began("106").description == ""
        assert read.said("106") == [("out", "We extend your warranty.", None)]

    def test_numbers_that_nobody_explains_stay_visible(self) -> None:
        read = sample("freshdesk")
        assert (read.last("106", "status"), read.last("106", "label")) == ("open", "9")
        assert (read.last("106", "owner"), read.began("104").customer) == ("user 99", "user 504")
        assert read.fields("102")["group"] == "group 32"
        assert "1 value of status is unknown and ignored, so its case may stay open: 9." in read.notices
        assert "--users" in read.notices

    def test_conversations_in_a_file_of_their_own_are_the_same_lines(self, tmp_path: Path) -> None:
        whole = json.loads((SAMPLES / "freshdesk.json").read_text())
        alone = [talk | {"ticket_id": ticket["id"]} for ticket in whole for talk in ticket.pop("conversations", [])]
        (tmp_path / "tickets.json").write_text(json.dumps(whole))
        (tmp_path / "talks.json").write_text(json.dumps(alone))
        parted = Read(
            "freshdesk", [tmp_path / "tickets.json", tmp_path / "talks.json", SAMPLES / "freshdesk-ratings.json"]
        )
        assert {line.key for line in parted.case("101")} == {line.key for line in sample("freshdesk").case("101")}
        assert parted.said("101") == sample("freshdesk").said("101")


class TestZammad:
    def test_the_first_article_of_the_customer_is_the_description(self) -> None:
        read = sample("zammad")
        assert read.began("22001").description == "It is too loud."
        assert (read.began("22001").customer, read.began("22001").channel) == ("Emily Adams", "email")
        assert read.said("22001") == [
            ("note", "We have your mail.", None),  # by the system
            ("note", "Known defect <see wiki>", "Christopher Miller"),
            ("out", "We send you a new one.", "Christopher Miller"),
        ]
        assert [line.channel for line in read.case("22001") if line.said and line.said.way == "out"] == ["phone"]

    def test_names_and_numbers_mean_the_same(self) -> None:
        read = sample("zammad")
        assert (read.last("22001", "status"), read.last("22001", "priority")) == ("parked", "high")
        assert (read.last("22002", "status"), read.last("22002", "label")) == ("resolved", "closed")
        assert read.last("22002", "priority") == "normal"
        assert next(line.at for line in read.case("22002") if line.status == "resolved") == time_of(
            "2024-05-02T08:00:00Z"
        )

    def test_nobody_owns_what_the_dash_owns(self) -> None:
        read = sample("zammad")
        assert read.last("22001", "owner") == "Christopher Miller"
        for number in ("22002", "22003"):
            assert read.last(number, "owner") is None
            assert read.last(number, "nobody") is True

    def test_numbers_keep_their_zeros_and_the_id_is_kept_too(self) -> None:
        assert sample("zammad").fields("00042") == {"zammad id": "5"}

    def test_fields(self) -> None:
        assert sample("zammad").fields("22001") == {
            "zammad id": "1",
            "group": "Users",
            "organization": "Roastery",
            "pending until": "2024-05-10T08:00:00.000Z",
            "breached": "first response",
        }

    @pytest.mark.parametrize("first", ["Ticket", "TicketArticle"])
    def test_what_a_search_answers_is_read_with_the_people_beside_it(self, first: str, tmp_path: Path) -> None:
        """Without expand=true it is the numbers of the tickets, and assets that have each thing by its id."""
        ticket = {"id": 1, "number": "22009", "title": "Mill jams", "state_id": 3, "priority_id": 3, "group_id": 8}
        ticket |= {"owner_id": 3, "customer_id": 5, "article_count": 2, "create_article_type_id": 5}
        ticket |= {"created_at": "2024-05-01T08:00:00Z", "updated_at": "2024-05-02T08:00:00Z"}
        article = {"ticket_id": 1, "type_id": 1, "content_type": "text/plain", "internal": False}
        heard = {**article, "id": 71, "sender_id": 2, "created_by_id": 5, "created_at": "2024-05-01T08:01:00Z"}
        wrote = {**article, "id": 72, "sender_id": 1, "created_by_id": 3, "created_at": "2024-05-01T09:00:00Z"}
        articles = {"71": {**heard, "body": "Help"}, "72": {**wrote, "body": "Ok"}}
        ada = {"id": 3, "firstname": "Ada", "lastname": "Aalto", "login": "ada", "email": "ada@mills.example"}
        una = {"id": 5, "firstname": "Una", "lastname": "Urban", "login": "una", "email": "una@mills.example"}
        things = {"Ticket": {"1": ticket}, "TicketArticle": articles}
        assets = {first: things[first], **things, "User": {"3": ada, "5": una}}
        assets["Group"] = {"8": {"id": 8, "name": "Mills", "follow_up_possible": "yes"}}
        file = tmp_path / "search.json"
        file.write_text(json.dumps({"tickets": [1], "tickets_count": 1, "assets": assets}))
        read = Read("zammad", [file], users=())
        assert (read.rejects, read.notices) == ([], "")
        assert (read.began("22009").customer, read.began("22009").channel) == ("Una Urban", "phone")
        assert read.said("22009")[-1] == ("out", "Ok", "Ada Aalto")
        assert (read.last("22009", "owner"), read.last("22009", "status")) == ("Ada Aalto", "parked")
        assert read.fields("22009")["group"] == "Mills"

    def test_merged_removed_and_unknown_states(self) -> None:
        read = sample("zammad")
        assert (read.last("22003", "status"), read.last("22003", "label")) == ("closed", "merged")
        assert read.last("22004", "deleted") is True
        assert (read.last("00042", "status"), read.last("00042", "label")) == ("open", "waiting for parts")
        assert "so its case may stay open: waiting for parts." in read.notices

    def test_articles_of_their_own_find_their_ticket_by_its_id(self) -> None:
        assert sample("zammad").last("22002", "description") == "Where is my order?"
        assert sample("zammad").said("22002") == [
            ("note", "No word of whether it is internal", "Christopher Miller"),
        ]

    def test_articles_without_their_tickets_are_rejected_with_advice(self) -> None:
        read = Read("zammad", ["zammad-articles.json"])
        assert [reject.field for reject in read.rejects] == ["ticket_id", "ticket_id"]
        assert "give the file of tickets too" in read.rejects[0].reason

    @pytest.mark.parametrize("packed", [False, True], ids=["files", "a zip archive"])
    def test_articles_may_stand_before_their_tickets(self, packed: bool, tmp_path: Path) -> None:
        files = [str(SAMPLES / name) for name in reversed(FILES["zammad"])]
        if packed:
            with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
                for file in files:
                    archive.write(file, Path(file).name)
            files = [str(tmp_path / "all.zip")]
        read = Read("zammad", files)
        assert read.rejects == sample("zammad").rejects
        assert {repr(replace(item, number=0)) for item in read.items if isinstance(item, ImportedEntry)} == {
            repr(replace(item, number=0)) for item in sample("zammad").items if isinstance(item, ImportedEntry)
        }


class TestHelpScout:
    def test_the_number_that_people_see_names_the_case(self) -> None:
        read = sample("helpscout")
        assert read.fields("349") == {
            "helpscout id": "700100",
            "mailbox": "mailbox 85",
            "Order": "0042",
            "Plan": "Gold",
            "satisfaction": "good",
        }
        assert read.began("349").customer == "Mara Fuchs"
        assert read.began("350").customer == "otto@post.example"

    def test_what_was_said(self) -> None:
        read = sample("helpscout")
        assert read.began("349").description == "The parcel came without a lid.\nWhat now?"
        assert sorted(read.said("349")) == [
            ("in", "Any news?", None),
            ("in", "Friendly!", None),
            ("note", "Ask the post office.", "Yan Novak"),
            ("out", "We look for it.", "Yan Novak"),
        ]

    def test_what_the_assistant_of_help_scout_wrote_answers_nobody(self, tmp_path: Path) -> None:
        conversation = json.loads((SAMPLES / "helpscout.json").read_text())["_embedded"]["conversations"][0]
        threads = conversation["_embedded"]["threads"]
        written = next(thread for thread in threads if thread["type"] == "message")
        written["createdBy"] = {"id": 9, "type": "system_user", "first": "AI", "last": "Answers"}
        (tmp_path / "new.json").write_text(json.dumps([conversation]))
        ways = [
            way for way, text, _ in Read("helpscout", [tmp_path / "new.json"]).said("349") if text == "We look for it."
        ]
        assert ways == ["note"]

    def test_threads_are_history(self) -> None:
        read = sample("helpscout")
        assert [(line.status, line.owner) for line in read.case("349") if line.status] == [
            ("open", None),
            ("open", "Lea Roth"),
            ("parked", "Yan Novak"),
            ("open", "Yan Novak"),
            ("parked", "Yan Novak"),
        ]

    def test_a_user_and_a_customer_of_one_number_are_two(self) -> None:
        read = sample("helpscout")
        assert (read.began("349").customer, read.last("349", "owner")) == ("Mara Fuchs", "Yan Novak")

    def test_closed_spam_deleted_and_drafts(self) -> None:
        read = sample("helpscout")
        assert next(line.at for line in read.case("350") if line.status == "resolved") == time_of(
            "2024-06-03T12:00:00Z"
        )
        assert (read.last("350", "nobody"), read.began("350").channel) == (True, "phone")
        assert read.case("351") == []
        assert "Passed over: 1 drafts." in read.notices
        assert (read.last("352", "status"), read.last("352", "label")) == ("closed", "spam")
        assert read.last("353", "deleted") is True


class TestIntercom:
    def test_a_conversation_begins_with_its_source(self) -> None:
        began = sample("intercom").began("1400")
        assert (began.at, began.customer, began.channel) == (1_714_550_400_000, "Ines Faro", "chat")
        assert began.subject == "The spout drips."
        assert began.description == "The spout drips.\n\nEvery morning."

    def test_what_was_said(self) -> None:
        assert sample("intercom").said("1400") == [
            ("note", "I am a robot, one moment.", None),
            ("note", "Seal of batch 7?", "Abel Kern"),
            ("out", "A new seal is on its way.", "Abel Kern"),
            ("in", "It still drips.", None),
            ("note", "What is this?", "Abel Kern"),  # of a sort that nobody knows
        ]

    def test_parts_are_history(self) -> None:
        told = [
            (line.at, line.status, line.owner) for line in sample("intercom").case("1400") if line.status or line.owner
        ]
        assert told == [
            (1_714_550_400_000, "open", None),
            (1_714_550_500_000, None, "Abel Kern"),
            (1_714_600_000_000, "resolved", None),
            (1_714_640_400_000, "open", None),
            (1_714_640_400_000, "open", "Abel Kern"),
        ]

    def test_how_it_stands(self) -> None:
        read = sample("intercom")
        assert (read.last("1400", "priority"), read.last("1400", "tags")) == ("high", ("Spout",))
        assert read.fields("1400") == {
            "team": "team 88",
            "topics": "Leaks",
            "Order": "0042",
            "breached": "service level",
        }
        assert (read.last("1402", "status"), read.last("1402", "nobody")) == ("parked", True)

    def test_a_conversation_that_we_began_and_its_rating(self) -> None:
        read = sample("intercom")
        assert read.began("1401").description == ""
        assert read.said("1401") == [("out", "Hello!", None), ("in", "Nice", None)]
        assert read.fields("1401")["satisfaction"] == "4 of 5"
        assert read.case("1401")[-1].said == Message("in", "Nice", sort="thanks")
        assert read.case("1401")[-1].at == 1_714_570_000_000


class TestGitHub:
    def test_an_issue(self) -> None:
        read = sample("github")
        began = read.began("octo/shop#12")
        assert (began.customer, began.subject) == ("carla-n", "Checkout fails <script>")
        assert began.description == "It says `500`.\r\n\r\n<b>Why?</b>"  # Markdown stays as it is
        assert (read.last("octo/shop#12", "owner"), read.last("octo/shop#12", "tags")) == ("ben-o", ("bug", "checkout"))
        assert read.fields("octo/shop#12") == {"milestone": "1.2", "assignees": "ben-o, zoe-l"}
        assert next(line.at for line in read.case("octo/shop#12") if line.status == "resolved") == time_of(
            "2024-01-15T10:00:00Z"
        )

    def test_what_was_said(self) -> None:
        assert sample("github").said("octo/shop#12") == [
            ("out", "Which browser?", "ben-o"),
            ("in", "Lynx.", None),
            ("note", "This is stale.", None),  # by a bot
        ]

    def test_pull_requests_and_what_is_said_on_them_are_passed_over(self) -> None:
        read = sample("github")
        assert read.case("octo/shop#13") == []
        assert "Passed over: 1 pull requests." in read.notices

    def test_not_planned_is_no_resolution(self) -> None:
        read = sample("github")
        assert (read.last("octo/shop#14", "status"), read.last("octo/shop#14", "nobody")) == ("closed", True)

    def test_what_gh_writes_is_the_same_case_and_the_same_comments(self) -> None:
        rest, gh = sample("github"), Read("github", ["github-gh.json"])
        assert gh.last("octo/shop#12", "label") == rest.last("octo/shop#12", "label") == "closed / completed"
        assert gh.said("octo/shop#12") == [("out", "Which browser?", "ben-o"), ("note", "Rude words", None)]
        both = {line.key for line in gh.case("octo/shop#12")} & {line.key for line in rest.case("octo/shop#12")}
        assert len(both) == 3  # the beginning, the end, the comment that both have

    def test_an_issue_of_no_known_repository_is_taken_only_for_a_named_source(self, tmp_path: Path) -> None:
        issue = {"number": 7, "title": "Seven", "state": "OPEN", "createdAt": "2024-01-10T10:00:00Z"}
        (tmp_path / "issues.json").write_text(json.dumps([issue]))
        (refused,) = Read("github", [tmp_path / "issues.json"]).items
        assert isinstance(refused, RejectedRecord)
        assert "--source" in refused.reason
        assert Read("github", [tmp_path / "issues.json"], source="octo/shop").began("7").subject == "Seven"


@pytest.mark.parametrize("kind", preset_ids())
def test_the_samples_are_taken_whole(kind: str) -> None:
    read = sample(kind)
    assert read.rejects == []
    assert "does not know" not in read.notices


@pytest.mark.parametrize(
    "kind, said, on",
    [
        ("freshdesk", {"id": 1, "status": 7, "created_at": "2024-01-31T10:00:00Z"}, "third party"),
        ("freshdesk", {"id": 1, "status": 3, "created_at": "2024-01-31T10:00:00Z"}, "customer"),
        ("zammad", {"number": "1", "state": "pending reminder", "created_at": "2024-01-31T10:00:00Z"}, "us"),
        ("helpscout", {"number": 1, "status": "pending", "createdAt": "2024-01-31T10:00:00Z"}, "customer"),
        ("intercom", {"id": "1", "state": "snoozed", "created_at": 1706700000}, "us"),
    ],
)
def test_the_party_a_waiting_ticket_is_parked_on(kind: str, said: dict[str, Any], on: str, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps([said]))
    assert Read(kind, [tmp_path / "one.json"]).stands("1").waits_on == on


@pytest.mark.parametrize("kind", preset_ids())
def test_a_kind_is_recognised_by_its_own_sample(kind: str) -> None:
    for file in FILES[kind][:1]:
        head = (SAMPLES / file).read_bytes()[:4096]
        found = detect(head, file)
        assert max(found, key=lambda id: found[id]) == kind
        assert found[kind] >= 80


@pytest.mark.parametrize("kind", preset_ids())
def test_a_file_of_something_else_is_refused_whole(kind: str, tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(
        '[{"id": 1, "name": "Ana", "email": "a@b.example", "created_at": "2024-01-01"}]'
    )
    with pytest.raises(WrongUse, match="has no data of"):
        Read(kind, [tmp_path / "people.json"])


@pytest.mark.parametrize("kind", preset_ids())
def test_systems_own_nothing_and_answer_nobody(kind: str) -> None:
    names = {"Ben Okafor", "Christopher Miller", "Yan Novak", "Lea Roth", "Abel Kern", "ben-o"}
    read = Read(kind, FILES[kind], systems=tuple(names))
    lines = [item for item in read.items if isinstance(item, ImportedEntry)]
    assert not [line for line in lines if line.owner in names]
    assert not [line for line in lines if line.said and line.said.by in names]
    assert not [
        line for line in lines if line.said and line.said.way == "out" and line.at != read.began(line.external).at
    ]
    assert "whose owner is a system" in read.notices


@pytest.mark.parametrize("kind", preset_ids())
def test_importing_the_same_again_changes_nothing(kind: str, office: Office) -> None:
    first = office.bring(*sample(kind).items, source=kind, ranked=False)
    states = office.states()
    again = office.bring(*sample(kind).items, source=kind, ranked=False)
    assert first.new_cases == len(states) > 1
    assert (again.new_cases, again.changed_cases, again.new_events, again.batch) == (0, 0, 0, None)
    assert office.states() == states
    assert office.sound()


def test_a_later_export_adds_what_is_new_and_nothing_else(office: Office, tmp_path: Path) -> None:
    office.bring(*sample("freshdesk").items, source="freshdesk", ranked=False)
    before = len(office.history(office.known_as("101", "freshdesk").number))
    tickets = json.loads((SAMPLES / "freshdesk.json").read_text())
    tickets[0] |= {"status": 4, "updated_at": "2024-03-05T10:00:00Z", "stats": {"resolved_at": "2024-03-05T09:00:00Z"}}
    tickets[0]["conversations"].append(
        {
            "id": 9006,
            "user_id": 501,
            "incoming": True,
            "private": False,
            "body_text": "It came!",
            "created_at": "2024-03-05T08:00:00Z",
        }
    )
    (tmp_path / "later.json").write_text(json.dumps(tickets))
    report = office.bring(*Read("freshdesk", [tmp_path / "later.json"]).items, source="freshdesk", ranked=False)
    assert (report.new_cases, report.changed_cases, report.new_events) == (0, 1, 3)
    case = office.known_as("101", "freshdesk")
    assert case.status == "resolved"
    assert case.resolved_at == time_of("2024-03-05T09:00:00Z")
    assert len(office.history(case.number)) == before + 3


def test_a_ticket_that_is_reopened_opens_again(office: Office, tmp_path: Path) -> None:
    ticket = {"id": 1, "subject": "Lid", "status": 2, "requester_id": 5, "created_at": "2024-01-01T08:00:00Z"}
    for status, day in ((2, 1), (4, 2), (2, 3)):
        (tmp_path / "day.json").write_text(
            json.dumps([ticket | {"status": status, "updated_at": f"2024-01-0{day}T09:00:00Z"}])
        )
        office.bring(*Read("freshdesk", [tmp_path / "day.json"]).items, source="freshdesk", ranked=False)
    case = office.known_as("1", "freshdesk")
    assert (case.status, case.reopenings) == ("open", 1)


def test_a_description_that_comes_later_is_taken(office: Office, tmp_path: Path) -> None:
    ticket = {"id": 1, "subject": "Lid", "status": 2, "requester_id": 5, "created_at": "2024-01-01T08:00:00Z"}
    for more in ({}, {"description_text": "It is lost."}):
        (tmp_path / "t.json").write_text(json.dumps([ticket | more]))
        office.bring(*Read("freshdesk", [tmp_path / "t.json"]).items, source="freshdesk", ranked=False)
    assert office.known_as("1", "freshdesk").description == "It is lost."


FLAGS = st.sampled_from([None, True, False, "false", "true", 0, 1, "", "public", [], {}, 2, "2", 8])
AUTHORS = st.sampled_from([None, 5, 71, "5", "", {"id": 5}])
PARTS: dict[str, Any] = {
    "freshdesk": {"private": FLAGS, "incoming": FLAGS, "source": FLAGS, "user_id": AUTHORS, "public": FLAGS},
    "zammad": {"internal": FLAGS, "sender": FLAGS, "sender_id": FLAGS, "created_by_id": AUTHORS},
    "helpscout": {
        "type": st.sampled_from([None, "note", "customer", "message", "lineitem", "phone", "forwardparent", "new one"]),
        "state": st.sampled_from([None, "published", "hidden", "underreview"]),
        "createdBy": st.sampled_from([None, {"type": "user", "id": 1}, {"type": "customer", "id": 1}]),
    },
    "intercom": {
        "part_type": st.sampled_from([None, "note", "comment", "close", "note_and_reopen", "assignment", "new one"]),
        "author": st.sampled_from([None, {"type": "user"}, {"type": "admin", "id": 1}, {"type": "bot"}, {}]),
    },
}
PUBLIC = {
    "freshdesk": lambda part: part.get("private") is False or part.get("private") == "false",
    "zammad": lambda part: part.get("internal") is False or part.get("internal") == "false",
    "helpscout": lambda part: part.get("type") in ("customer", "message"),
    "intercom": lambda part: part.get("part_type") in ("comment", "close"),
}
TICKETS: dict[str, Any] = {
    "freshdesk": lambda parts: {"id": 1, "subject": "S", "status": 2, "requester_id": 5, "conversations": parts},
    "zammad": lambda parts: {
        "id": 1,
        "number": "1",
        "title": "S",
        "state": "open",
        "customer_id": 5,
        "articles": parts,
    },
    "helpscout": lambda parts: {
        "id": 1,
        "number": 1,
        "subject": "S",
        "status": "active",
        "_embedded": {"threads": parts},
    },
    "intercom": lambda parts: {"id": 1, "state": "open", "conversation_parts": {"conversation_parts": parts}},
}
TIMES = {"created_at": "2024-01-01T08:00:00Z", "createdAt": "2024-01-01T08:00:00Z"}


@pytest.mark.parametrize("kind", PUBLIC)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_private_comment_never_becomes_public(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    times = dict.fromkeys(TIMES, 1_714_550_400) if kind == "intercom" else TIMES
    parts = []
    for number in range(data.draw(st.integers(1, 4))):
        part = {name: value for name, choice in PARTS[kind].items() if (value := data.draw(choice)) is not None}
        parts.append({"id": number + 1, "body": f"words {number}", **times, **part})
    (tmp_path / "t.json").write_text(json.dumps([TICKETS[kind](parts) | times]))
    public = {part["body"] for part in parts if PUBLIC[kind](part)}
    for line in Read(kind, [tmp_path / "t.json"], users=()).items:
        if isinstance(line, ImportedEntry):
            shown = {line.description, line.subject} | (
                {line.said.text} if line.said and line.said.way != "note" else set()
            )
            assert {text for text in shown if text.startswith("words")} <= public


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.sampled_from(["", "0", "2024-01-01T00:00:00Z", "x" * 50, "\ud800", "\0", "9999999999999"])
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "tag", "0"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from places(inner, (*path, name))


@pytest.mark.parametrize("kind", preset_ids())
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_garbage_raises_anything_but_wrong_use(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    text = (SAMPLES / FILES[kind][0]).read_text(encoding="utf-8")
    whole = [json.loads(line) for line in text.splitlines()] if kind == "intercom" else json.loads(text)
    spots = [path for path in places(whole) if path]
    for path in data.draw(st.lists(st.sampled_from(spots), min_size=1, max_size=5)):
        at = whole
        try:
            for name in path[:-1]:
                at = at[name]
            at[path[-1]] = data.draw(VALUES)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    (tmp_path / "t.json").write_text(json.dumps(whole))
    try:
        items = Read(kind, [tmp_path / "t.json"]).items
    except WrongUse:
        return
    assert all(isinstance(item, ImportedEntry | RejectedRecord) for item in items)
