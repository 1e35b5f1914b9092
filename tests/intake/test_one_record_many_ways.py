"""The same record means the same, in one file or in two, and whether what it does not have is absent, null or empty."""

from __future__ import annotations

import copy
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from careconsole.domain.imported_record import ImportedEntry, Message, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.mapped_json.maps import preset
from careconsole.intake.formats.zendesk.fields import FIELDS, NOT_CARRIED
from careconsole.intake.registry import Options
from tests.intake.kinds import EXPORTS, Export
from tests.intake.tickets import Document, tickets

Items = list[ImportedEntry | RejectedRecord]


def read(kind: str, *files: Path, seen: ReadReport | None = None, **options: Any) -> Items:
    said = Options(kind=kind, **options)
    return list(registry.read(kind, [str(file) for file in files], said, ReadReport() if seen is None else seen))


def a_file(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


class _Case(NamedTuple):
    """What a case is told to be, however many lines tell it."""

    said: list[tuple[int, Message]]
    description: str
    last: dict[str, Any]


def told(items: Items) -> dict[str, _Case]:
    assert [item for item in items if isinstance(item, RejectedRecord)] == []
    cases: dict[str, _Case] = {}
    lines = [item for item in items if isinstance(item, ImportedEntry)]
    for line in sorted(lines, key=lambda line: (line.at, line.key)):
        case = cases.setdefault(line.external, _Case([], "", {}))
        if line.said is not None:
            case.said.append((line.at, line.said))
        names = ("owner", "owner_id", "customer", "customer_id", "status", "subject", "priority", "channel", "fields")
        case.last.update({name: value for name in names if (value := getattr(line, name))})
        cases[line.external] = case._replace(description=case.description or line.description)
    return cases


# One record in one file or in two


def _zendesk(ticket: Document) -> list[Document]:
    return [{**comment, "ticket_id": ticket["id"]} for comment in ticket.pop("comments")]


def _freshdesk(ticket: Document) -> list[Document]:
    # Freshdesk does not always say that the requester's reply came in.
    return [{**talk, "incoming": False} for talk in ticket.pop("conversations")]


def _zammad(ticket: Document) -> list[Document]:
    articles: list[Document] = ticket.pop("articles")
    return articles


def _github(ticket: Document) -> list[Document]:
    return [{**comment, "html_url": comment.pop("url")} for comment in ticket.pop("comments")]


APART: dict[str, Callable[[Document], list[Document]]] = {
    "zendesk": _zendesk,
    "freshdesk": _freshdesk,
    "zammad": _zammad,
    "github": _github,
}
"""How the words of a ticket are taken out of it, for each kind whose words also come in files of their own."""


def _documents(export: Export, count: int = 25) -> Iterator[Document]:
    for ticket in tickets(count):
        for document in export.documents(ticket):
            if ticket.number % 3 == 0 and "submitter_id" in document:  # an agent wrote down what the customer said
                document["submitter_id"] = 2_000_000
            yield copy.deepcopy(document)


def test_every_kind_with_words_in_files_of_their_own_is_held_to_it() -> None:
    maps = {kind for kind in EXPORTS if registry.KINDS[kind].endswith("mapped_json.reader")}
    parted = {kind for kind in maps if (rule := preset(kind).comments) is not None and rule.case is not None}
    assert parted | {"zendesk"} == set(APART)


@pytest.mark.parametrize("kind", APART)
@pytest.mark.parametrize("form", ["tickets first", "words first", "an archive", "by line"])
def test_words_in_a_file_of_their_own_are_told_as_those_in_their_ticket(kind: str, form: str, tmp_path: Path) -> None:
    whole = list(_documents(EXPORTS[kind]))
    together = a_file(tmp_path, "together.json", whole)
    parted = copy.deepcopy(whole)
    words = [word for ticket in parted for word in APART[kind](ticket)]
    assert len(words) > 20
    files = [a_file(tmp_path, "b-tickets.json", parted), a_file(tmp_path, "a-words.json", words)]
    if form == "words first":
        files.reverse()
    elif form == "by line":
        (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, [*words, *parted])))
        files = [tmp_path / "all.jsonl"]
    elif form == "an archive":
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for file in sorted(files):
                archive.write(file, file.name)
        files = [tmp_path / "all.zip"]
    assert told(read(kind, *files)) == told(read(kind, together))


def test_the_requesters_reply_is_the_customers_and_makes_nobody_a_colleague(tmp_path: Path) -> None:
    ticket = {"id": 5, "subject": "Lid", "status": 2, "created_at": "2024-03-01T08:00:00Z", "requester_id": 9}
    reply = {"id": 1, "ticket_id": 5, "user_id": 9, "incoming": False, "private": False, "body_text": "And?"}
    reply["created_at"] = "2024-03-02T08:00:00Z"
    tickets, words = a_file(tmp_path, "tickets.json", [ticket]), a_file(tmp_path, "words.json", [reply])
    for files in ((tickets, words), (words, tickets)):
        assert [said for _, said in told(read("freshdesk", *files))["5"].said] == [Message("in", "And?")]


def test_words_of_which_nobody_can_say_whose_they_are_are_rejected_with_advice(tmp_path: Path) -> None:
    reply = {"id": 1, "ticket_id": 5, "user_id": 9, "incoming": False, "private": False, "body_text": "And?"}
    reply["created_at"] = "2024-03-02T08:00:00Z"
    others = {**reply, "id": 2, "incoming": True}, {**reply, "id": 3, "private": True}
    words = a_file(tmp_path, "words.json", [reply, *others])
    first, *others = read("freshdesk", words)
    assert isinstance(first, RejectedRecord)
    assert first.field == "ticket_id"
    assert "--users" in first.reason
    assert [item.said.way for item in others if isinstance(item, ImportedEntry) and item.said] == ["in", "note"]
    agents = a_file(tmp_path, "agents.json", {"agents": [{"id": 9, "available": True, "contact": {"name": "Zoe"}}]})
    answer = read("freshdesk", words, users=(str(agents),))[0]
    assert isinstance(answer, ImportedEntry)
    assert answer.said is not None
    assert (answer.said.way, answer.said.by) == ("out", "Zoe")
    contacts = a_file(tmp_path, "contacts.json", {"contacts": [{"id": 9, "name": "Carla", "view_all_tickets": False}]})
    asked = read("freshdesk", words, users=(str(contacts),))[0]
    assert isinstance(asked, ImportedEntry)
    assert asked.said == Message("in", "And?")


def _asked(folder: Path, **comment: Any) -> tuple[Path, Path]:
    """A ticket that an agent wrote down, and a comment in a file of its own."""
    ticket = {"id": 7, "created_at": "2024-03-01T08:00:00Z", "subject": "Kettle", "description": "It  leaks.\nBadly"}
    ticket |= {"status": "open", "requester_id": 1, "submitter_id": 11, "is_public": True}
    said = {"id": 70, "ticket_id": 7, "author_id": 11, "created_at": "2024-03-01T08:00:00Z", "public": True}
    first = {**said, "body": "It leaks.&nbsp; Badly", **comment}
    return a_file(folder, "tickets.json", {"tickets": [ticket]}), a_file(folder, "words.json", {"comments": [first]})


@pytest.mark.parametrize(
    "comment, description",
    [
        ({}, "It  leaks.\nBadly"),
        ({"created_at": "2019-01-01T08:00:00Z"}, "It  leaks.\nBadly"),
        ({"public": False}, ""),
        ({"public": False, "body": "Caller is rude"}, ""),
        ({"public": None}, ""),
    ],
    ids=["public", "of another time", "private", "private words at the time of the ticket", "not said to be public"],
)
def test_the_first_comment_tells_whether_the_description_is_public_and_no_words_come_twice(
    tmp_path: Path, comment: Any, description: str
) -> None:
    case = told(read("zendesk", *_asked(tmp_path, **comment)))["7"]
    assert (case.description, len(case.said)) == (description, 1)


def test_a_first_comment_that_is_not_there_makes_no_description_public(tmp_path: Path) -> None:
    case = told(read("zendesk", *_asked(tmp_path, body="A new one is on its way.")))["7"]
    assert case.description == ""
    assert sorted(said.way for _, said in case.said) == ["note", "out"]


def test_messages_of_an_unknown_author_are_a_doubt_that_blocks(tmp_path: Path) -> None:
    seen = ReadReport()
    read("zendesk", _asked(tmp_path)[1], seen=seen)
    assert ("author-unknown", 1, True) in [(doubt.kind, doubt.count, doubt.blocks) for doubt in seen.doubts.listed()]


# Absent, null, empty


def _fields(kind: str) -> set[str]:
    """The names of the fields of a ticket that a kind's documentation knows."""
    if kind == "jira":
        return {"resolution", "resolutiondate", "duedate", "environment", "security", "parent", "creator", "components"}
    carried = FIELDS if kind == "zendesk" else preset(kind).carried
    others = NOT_CARRIED if kind == "zendesk" else preset(kind).not_carried
    names = {name for field in (*carried, *others) for name in field.theirs.split(", ")}
    return {name for name in names if name.replace("_", "").isalnum()}


def nullable(kind: str, documents: list[Document]) -> set[str]:
    """The keys that a record of a kind may have with null as their value, which says as little as their absence."""
    if kind == "jira":
        return _fields(kind)
    keys = {key for document in documents for key in document} | _fields(kind)
    # Nobody owns a case whose owner is null; without the key nothing is said of it.
    return keys - {"assignee", "assignee_id", "owner", "owner_id", "responder_id", "admin_assignee_id", "assignees"}


@pytest.mark.parametrize("kind", ["zendesk", "jira", "freshdesk", "zammad", "helpscout", "intercom", "github"])
def test_null_for_what_a_record_does_not_have_says_nothing(kind: str, tmp_path: Path) -> None:
    """As tools write it that give every object every key."""
    export = EXPORTS[kind]
    sparse = [document for ticket in tickets(25) for document in export.documents(ticket)]
    full = copy.deepcopy(sparse)
    for document in full:
        holder = document["fields"] if kind == "jira" else document
        holder |= {key: None for key in nullable(kind, sparse) if key not in holder}
    users: tuple[str, ...] = ()
    if export.users is not None:
        users = (str(a_file(tmp_path, "users.json", export.users)),)
    plain = read(kind, a_file(tmp_path, "sparse.json", sparse), users=users)
    assert len(plain) > 50
    assert read(kind, a_file(tmp_path, "full.json", full), users=users) == plain


def test_people_with_every_key_are_who_they_are(tmp_path: Path) -> None:
    people: list[Document] = [
        {"id": 71, "available": True, "ticket_scope": 1, "contact": {"name": "Ben Okafor"}},
        {"id": 9, "name": "Carla Nordwind", "view_all_tickets": False},
        {"id": 31, "name": "First line", "agent_ids": []},
        {"id": 41, "name": "Nordwind", "domains": []},
    ]
    keys = {key for person in people for key in person}
    full = [{**dict.fromkeys(keys), **person} for person in people]
    ticket = {"id": 5, "subject": "Lid", "status": 2, "created_at": "2024-03-01T08:00:00Z"}
    ticket |= {"requester_id": 9, "responder_id": 71, "group_id": 31, "company_id": 41}
    file = a_file(tmp_path, "tickets.json", [ticket])
    for known in (people, full):
        users = str(a_file(tmp_path, "people.json", known))
        last = told(read("freshdesk", file, users=(users,)))["5"].last
        assert (last["customer"], last["owner"]) == ("Carla Nordwind", "Ben Okafor")
        assert last["fields"] == {"group": "First line", "company": "Nordwind"}


@pytest.mark.parametrize("absent", [{}, {"pull_request": None}, {"isPullRequest": False, "headRefName": None}])
def test_an_issue_whose_pull_request_is_null_is_an_issue(absent: Any, tmp_path: Path) -> None:
    issue = {"html_url": "https://github.com/octo/shop/issues/7", "title": "Lid", "state": "open", **absent}
    issue |= {"created_at": "2024-03-01T08:00:00Z", "user": {"login": "carla"}}
    pull = {**issue, "html_url": "https://github.com/octo/shop/issues/8", "pull_request": {"url": "https://x.example"}}
    seen = ReadReport()
    assert set(told(read("github", a_file(tmp_path, "issues.json", [issue, pull]), seen=seen))) == {"octo/shop#7"}
    assert "Passed over: 1 pull requests." in seen.notices()


def test_an_object_is_there(tmp_path: Path) -> None:
    """In a condition, "*" is anything that is there, and "" that nothing is."""
    least = 'title = "Own"\n[case]\nid = "no"\nsubject = "about"\n[time]\ncreated = "made"\n[status]\nfrom = "state"\n'
    (tmp_path / "own.toml").write_text(least + "[deleted]\ngone = ['*']\n[spam]\nsender = ['']\n")
    ticket = {"no": "1", "about": "Lid", "made": "2024-03-01T08:00:00Z", "state": "open", "sender": {"name": "Carla"}}
    some = [ticket, {**ticket, "no": "2", "gone": {"by": "Zoe"}}, {**ticket, "no": "3", "gone": {}, "sender": []}]
    lines = read("freshdesk", a_file(tmp_path, "some.json", some), map=str(tmp_path / "own.toml"))
    last = {line.external: line for line in lines if isinstance(line, ImportedEntry)}
    assert [(line.deleted, line.label) for line in last.values()] == [(False, "open"), (True, "open"), (False, "spam")]


def test_names_beside_ids_are_the_names_behind_them(tmp_path: Path) -> None:
    ticket = {"id": 5, "subject": "Lid", "status": 2, "created_at": "2024-03-01T08:00:00Z"}
    ticket |= {"requester_id": 9, "requester_name": "Carla", "responder_id": 71, "responder_name": "Ben"}
    seen = ReadReport()
    last = told(read("freshdesk", a_file(tmp_path, "one.json", [ticket]), seen=seen))["5"].last
    assert (last["customer"], last["customer_id"].id, last["owner"], last["owner_id"].id) == ("Carla", "9", "Ben", "71")
    assert not any("does not know" in notice for notice in seen.notices())


# People whose names in the record differ


def _jira(folder: Path, assignee: Any, *log: tuple[str, str], **fields: Any) -> Path:
    """An issue of a server that was assigned to these logins and names, one after the other."""
    histories = [
        {
            "id": str(place),
            "created": f"2024-03-0{place}T08:00:00.000+0000",
            "author": {"key": "zoe", "name": "zoe", "displayName": "Zoe"},
            "items": [{"field": "assignee", "to": login, "toString": name}],
        }
        for place, (login, name) in enumerate(log, 2)
    ]
    told = {"summary": "Lid", "created": "2024-03-01T08:00:00.000+0000", "updated": "2024-03-09T08:00:00.000+0000"}
    issue = {"key": "HELP-1", "fields": {**told, "assignee": assignee, **fields}}
    return a_file(folder, "issue.json", {**issue, "changelog": {"total": len(histories), "histories": histories}})


def _owners(items: Items) -> list[tuple[str, str]]:
    lines = [item for item in items if isinstance(item, ImportedEntry) and item.owner]
    return [(line.owner or "", line.owner_id.id if line.owner_id else "") for line in lines]


@pytest.mark.parametrize(
    "assignee, login",
    [
        ({"key": "docbot", "name": "docbot", "displayName": "DocBot"}, "DocBot"),
        ({"name": "docbot", "displayName": "DocBot"}, "DocBot"),
        ({"key": "docbot", "name": "documents", "displayName": "DocBot"}, "Documents"),
        ({"key": "docbot", "name": "documents", "displayName": "DocBot"}, "docbot"),
        ({"key": "JIRAUSER7", "name": "docbot", "displayName": "DocBot"}, "DOCBOT"),
        ({"key": "docbot", "name": "docbot", "displayName": "DocBot"}, "docs-robot"),
    ],
    ids=["key", "login", "new login", "old login", "key of its own", "a login nobody has any longer"],
)
def test_a_login_that_was_changed_or_is_capitalised_otherwise_is_the_same_colleague(
    assignee: Any, login: str, tmp_path: Path
) -> None:
    owners = _owners(read("jira", _jira(tmp_path, assignee, (login, "Docbot"))))
    assert owners == [("DocBot", assignee.get("key", "docbot"))] * 2


def test_a_login_nobody_has_any_longer_is_told(tmp_path: Path) -> None:
    seen = ReadReport()
    docbot = {"key": "docbot", "name": "docbot", "displayName": "DocBot"}
    read("jira", _jira(tmp_path, docbot, ("docs-robot", "DocBot"), ("gone", "Gone")), seen=seen)
    (notice,) = [notice for notice in seen.notices() if "login" in notice]
    assert "2" in notice
    assert "docs-robot (DocBot)" in notice


def test_a_login_that_several_colleagues_may_have_had_stays_somebody_else(tmp_path: Path) -> None:
    one, other = ({"key": key, "name": key, "displayName": "Jo Smith"} for key in ("jo1", "jo2"))
    owners = _owners(read("jira", _jira(tmp_path, one, ("jsmith", "Jo Smith"), reporter=other)))
    assert owners == [("Jo Smith", "jsmith"), ("Jo Smith", "jo1")]


def test_in_the_cloud_accounts_are_told_apart_by_their_ids_alone(tmp_path: Path) -> None:
    account = {"accountId": "5b1a", "displayName": "Jo Smith"}
    path = _jira(tmp_path, account, ("5B1A", "Jo Smith"))
    issue = json.loads(path.read_text())
    issue["changelog"]["histories"][0]["author"] = account
    assert _owners(read("jira", a_file(tmp_path, "cloud.json", issue))) == [("Jo Smith", "5B1A"), ("Jo Smith", "5b1a")]


def test_the_number_of_a_line_is_the_only_difference_of_order(tmp_path: Path) -> None:
    """Records in another order are the same lines."""
    for kind in ("jira", "freshdesk"):
        some = [document for ticket in tickets(20) for document in EXPORTS[kind].documents(ticket)]
        forth, back = a_file(tmp_path, "forth.json", some), a_file(tmp_path, "back.json", some[::-1])
        lines = [{repr(replace(item, number=0)) for item in read(kind, file)} for file in (forth, back)]  # type: ignore[type-var]
        assert lines[0] == lines[1]


def test_a_colleagues_public_answer_is_ours_though_the_record_does_not_say_which_way_it_went(tmp_path: Path) -> None:
    ticket = {"id": 5, "subject": "Lid", "status": 2, "created_at": "2024-03-01T08:00:00Z", "requester_id": 9}
    said = {"private": False, "incoming": None, "body_text": "Soon", "created_at": "2024-03-02T08:00:00Z"}
    ticket["conversations"] = [{**said, "id": 1, "user_id": 71}, {**said, "id": 2, "user_id": 8}]
    agents = a_file(tmp_path, "agents.json", {"agents": [{"id": 71, "available": True, "contact": {"name": "Zoe"}}]})
    case = told(read("freshdesk", a_file(tmp_path, "one.json", [ticket]), users=(str(agents),)))["5"]
    assert {(said.way, said.by) for _, said in case.said} == {("out", "Zoe"), ("in", None)}


def test_a_contact_who_is_not_the_requester_is_no_colleague(tmp_path: Path) -> None:
    ticket = {"id": 5, "subject": "Lid", "status": 2, "created_at": "2024-03-01T08:00:00Z", "requester_id": 9}
    said = {"id": 1, "user_id": 8, "private": False, "incoming": False, "body_text": "Me too"}
    ticket["conversations"] = [{**said, "created_at": "2024-03-02T08:00:00Z"}]
    contacts = a_file(tmp_path, "contacts.json", {"contacts": [{"id": 8, "name": "Otto", "view_all_tickets": False}]})
    case = told(read("freshdesk", a_file(tmp_path, "one.json", [ticket]), users=(str(contacts),)))["5"]
    assert [said for _, said in case.said] == [Message("in", "Me too")]


@pytest.mark.parametrize(
    "sort, customer", [("user", "Carla"), ("lead", "Carla"), (None, "Carla"), ("admin", None), ("bot", None)]
)
def test_a_conversation_without_contacts_belongs_to_the_customer_who_began_it(
    sort: str | None, customer: str | None, tmp_path: Path
) -> None:
    author = {"type": sort, "id": "7", "name": "Carla", "email": "carla@x.example"}
    talk = {"type": "conversation", "id": "5", "title": "Lid", "state": "open", "created_at": 1709280000}
    for contacts in ({"contacts": []}, {}, None):
        talk |= {"contacts": contacts, "source": {"type": "conversation", "body": "Hello", "author": author}}
        assert told(read("intercom", a_file(tmp_path, "one.json", [talk])))["5"].last.get("customer") == customer
    talk["contacts"] = {"contacts": [{"id": "8", "name": "Otto"}]}
    assert told(read("intercom", a_file(tmp_path, "one.json", [talk])))["5"].last["customer"] == "Otto"
