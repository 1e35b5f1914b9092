"""Words that are easily lost, for every help desk: messages without text, and messages that the export lacks."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.doubts import Doubts
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.message_counts import Held, MessageCounts
from careconsole.intake.registry import Options
from tests.intake.kinds import EXPORTS
from tests.intake.place import Place
from tests.intake.tickets import BEGIN, Comment, Document, Ticket, iso

LAST = Comment(902, BEGIN + 7_200, "in", "And now?")
TICKET = Ticket(
    number=9,
    subject="Kettle leaks",
    description="It leaks.",
    customer=3,
    agent=1,
    priority="normal",
    channel="email",
    tags=(),
    states=((BEGIN, "open"),),
    comments=(Comment(901, BEGIN + 3_600, "out", "Since when?"), LAST),
)
DESKS = tuple(kind for kind in EXPORTS if kind not in ("csv", "jsonl", "events"))
"""The kinds whose records hold messages; a table has a column of notes at most."""
each = pytest.mark.parametrize("kind", DESKS)

MESSAGES: dict[str, Callable[[Document], list[Document]]] = {
    "zendesk": lambda ticket: ticket["comments"],
    "jira": lambda issue: issue["fields"]["comment"]["comments"],
    "freshdesk": lambda ticket: ticket["conversations"],
    "zammad": lambda ticket: ticket["articles"],
    "helpscout": lambda talk: talk["_embedded"]["threads"],
    "intercom": lambda talk: talk["conversation_parts"]["conversation_parts"],
    "github": lambda issue: issue["comments"],
}
"""The list of messages in a ticket, by kind."""
IMAGE = '<div><img src="https://files.example/1.png"></div>'
DOC = {"type": "doc", "version": 1, "content": []}
PICTURE = {**DOC, "content": [{"type": "mediaSingle", "content": [{"type": "media", "attrs": {"type": "file"}}]}]}
NAMES = ("broken lid.jpg", "a.pdf")
NO_TEXT: dict[str, Document] = {
    "zendesk": {"body": "", "plain_body": "&nbsp;", "html_body": "<p>&nbsp;</p>"},
    "jira": {"body": DOC},
    "freshdesk": {"body": "<div>\u200b</div>", "body_text": " "},
    "zammad": {"body": ""},
    "helpscout": {"body": None},
    "intercom": {"body": None},
    "github": {"body": ""},
}
PICTURES: dict[str, Document] = {
    "zendesk": {"body": "", "plain_body": "", "html_body": IMAGE},
    "jira": {"body": PICTURE},
    "freshdesk": {"body": IMAGE, "body_text": " \n"},
    "zammad": {"body": IMAGE, "content_type": "text/html"},
    "helpscout": {"body": IMAGE},
    "intercom": {"body": IMAGE},
    "github": {"body": "![](https://files.example/1.png)"},
}
FILES: dict[str, Document] = {
    "zendesk": {"attachments": [{"id": 1, "file_name": name} for name in NAMES]},
    "freshdesk": {"attachments": [{"id": 1, "name": name, "size": 4} for name in NAMES]},
    "zammad": {"attachments": [{"id": 1, "filename": name, "preferences": {}} for name in NAMES]},
    "helpscout": {"_embedded": {"attachments": [{"id": 1, "filename": name} for name in NAMES]}},
    "intercom": {"attachments": [{"type": "upload", "name": name, "url": "https://x.example"} for name in NAMES]},
}


def test_every_help_desk_is_here() -> None:
    assert set(DESKS) == {*MESSAGES, *NO_TEXT, *PICTURES}
    assert {*FILES} == {*DESKS} - {"jira", "github"}, "their files stand in the text"


def document(kind: str, **last: Any) -> Document:
    """The ticket in the form of a system, with `last` as fields of the customer's last message."""
    (ticket,) = EXPORTS[kind].documents(TICKET)
    for message in MESSAGES[kind](ticket):
        if str(message["id"]).endswith(str(LAST.id)):
            message |= last
    return ticket


class Read:
    """What was read from files that hold these records."""

    def __init__(self, kind: str, folder: Path, *files: list[Document], **options: Any) -> None:
        self.kind = kind
        paths = [folder / f"{kind}-{place}.json" for place in range(len(files))]
        for path, records in zip(paths, files, strict=True):
            path.write_text("\n".join(map(json.dumps, records)))
        seen = ReadReport()
        self.items = list(registry.read(kind, list(map(str, paths)), Options(**options), seen))
        assert [item for item in self.items if isinstance(item, RejectedRecord)] == []
        self.doubts = [(doubt.kind, doubt.count, doubt.examples) for doubt in seen.doubts.listed()]

    @property
    def said(self) -> list[tuple[str, str]]:
        lines = [item for item in self.items if isinstance(item, ImportedEntry) and item.said is not None]
        return [(line.said.way, line.said.text) for line in sorted(lines, key=lambda line: line.at) if line.said]


@each
@pytest.mark.parametrize("form", ["no text", "a picture", "files", "text and files", "a picture and files"])
def test_every_message_is_an_entry_also_without_text(kind: str, form: str, tmp_path: Path) -> None:
    if "files" in form and kind not in FILES:
        pytest.skip("has its files in the text")
    last = NO_TEXT[kind] if form in ("no text", "files") else PICTURES[kind] if "picture" in form else {}
    if "files" in form:
        last = {**last, **FILES[kind]}
    picture = {"jira": "[file]", "github": PICTURES["github"]["body"]}.get(kind, "[image]")
    files = "Attachments: broken lid.jpg, a.pdf"
    told = {
        "no text": "[no text]",
        "a picture": picture,
        "files": files,
        "text and files": f"And now?\n\n{files}",
        "a picture and files": f"{picture}\n\n{files}",
    }
    assert Read(kind, tmp_path, [document(kind, **last)]).said[-1] == ("in", told[form])


@each
def test_a_customer_who_sent_a_picture_alone_waits_for_an_answer(kind: str, tmp_path: Path) -> None:
    place = Place(kind, tmp_path)
    place.file.write_text(json.dumps(document(kind, **PICTURES[kind])))
    assert place.bring().json["new_cases"] == 1
    (case,) = (msgspec.json.decode(line)["case"] for line in place.console.call("export", "cases").out.splitlines())
    assert case["unanswered"][-1]["at"] == iso(LAST.at)
    assert place.bring().json["batch"] is None


def test_what_is_done_to_a_conversation_is_no_message(tmp_path: Path) -> None:
    """An assignment, a reminder, a line of what was done: these say nothing, and never did."""
    talk = document("intercom")
    parts = talk["conversation_parts"]["conversation_parts"]
    parts += [
        {**parts[0], "id": f"7{place}", "part_type": kind, "body": None}
        for place, kind in enumerate(("assignment", "close", "snoozed", "conversation_attribute_updated_by_admin"))
    ]
    assert len(Read("intercom", tmp_path, [talk]).said) == 2
    (talk,) = EXPORTS["helpscout"].documents(TICKET)
    threads = talk["_embedded"]["threads"]
    threads.append({**threads[0], "id": 77, "type": "lineitem", "body": None, "action": {"type": "workflow"}})
    assert len(Read("helpscout", tmp_path, [talk]).said) == 2


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("freshdesk", {"description": IMAGE, "description_text": " "}),
        ("freshdesk", {"description": "", "description_text": "", **FILES["freshdesk"]}),
        ("intercom", {"source": {"type": "email", "body": IMAGE, "author": {"type": "user", "id": "u3"}}}),
        ("intercom", {"source": {"type": "email", "body": None, "author": {"id": "u3"}, **FILES["intercom"]}}),
    ],
)
def test_a_first_message_without_text_describes_the_case_all_the_same(
    kind: str, changes: Document, tmp_path: Path
) -> None:
    ticket = {**document(kind), **changes}
    began = next(item for item in Read(kind, tmp_path, [ticket]).items if isinstance(item, ImportedEntry))
    assert began.description in ("[image]", "Attachments: broken lid.jpg, a.pdf")


@pytest.mark.parametrize(
    ("plain", "html", "text"),
    [
        ("Hi,&nbsp;\n&nbsp;\nit&nbsp;leaks", "<p>Hi,&nbsp;</p>", "Hi,\n\nit leaks"),
        ("Write &nbsp; for a blank", "<p>Write &amp;nbsp; for a blank</p>", "Write &nbsp; for a blank"),
        ("", "<p>Hi,<br>it&nbsp;leaks</p>", "Hi,\nit leaks"),
    ],
)
def test_blanks_that_zendesk_writes_as_html_are_blanks(plain: str, html: str, text: str, tmp_path: Path) -> None:
    read = Read("zendesk", tmp_path, [document("zendesk", plain_body=plain, html_body=html, body="")])
    assert read.said[-1] == ("in", text)


def _more(kind: str) -> Document:
    """The ticket, of which the source says that it has more messages than are there."""
    ticket = document(kind)
    if kind == "zendesk":
        ticket["comment_count"] = len(ticket["comments"]) + 1
    elif kind == "jira":
        ticket["fields"]["comment"]["total"] += 1
    elif kind == "freshdesk":
        ticket["stats"]["agent_responded_at"] = iso(LAST.at + 3_600)
    elif kind == "zammad":
        ticket["article_count"] += 1
    elif kind == "helpscout":
        ticket["threads"] += 1
    elif kind == "intercom":
        ticket["conversation_parts"]["total_count"] += 1
    elif kind == "github":
        ticket["comments"] = len(ticket["comments"])
    return ticket


def _exact(kind: str) -> Document:
    """The ticket, of which the source says how many messages it has, and they are there."""
    ticket = document(kind)
    if kind == "zendesk":
        ticket |= {"comment_count": len(ticket["comments"]), "metric_set": {"replies": 1}}
    elif kind == "freshdesk":
        ticket["stats"] |= {"requester_responded_at": iso(LAST.at + 5), "agent_responded_at": iso(BEGIN + 3_601)}
    return ticket


@each
def test_messages_that_the_source_counts_and_the_file_lacks_are_told(kind: str, tmp_path: Path) -> None:
    number = EXPORTS[kind].case(TICKET.number)
    assert Read(kind, tmp_path, [_more(kind)]).doubts == [("messages-missing", 1, (number,))]
    assert Read(kind, tmp_path, [_exact(kind)]).doubts == []


@each
def test_a_list_of_tickets_alone_says_so_where_its_source_counts_messages(kind: str, tmp_path: Path) -> None:
    ticket = _exact(kind)
    messages = MESSAGES[kind](ticket)
    if kind == "intercom":
        del ticket["conversation_parts"]
        ticket["statistics"]["count_conversation_parts"] = len(messages) + 1
    elif kind == "github":
        ticket["comments"] = len(messages)
    elif kind == "freshdesk":
        del ticket["conversations"]
    else:
        messages.clear()
    assert [kind for kind, _, _ in Read(kind, tmp_path, [ticket]).doubts] == ["messages-missing"]


def _apart(kind: str) -> tuple[Document, list[Document]]:
    """The ticket, and its messages as records of their own."""
    ticket = _exact(kind)
    messages = [{**message, "ticket_id": ticket["id"]} for message in MESSAGES[kind](ticket)]
    if kind == "github":
        messages = [{**message, "html_url": message["url"], "created_at": message["createdAt"]} for message in messages]
        ticket["comments"] = len(messages)
    else:
        ticket.pop({"zendesk": "comments", "freshdesk": "conversations", "zammad": "articles"}[kind])
    return ticket, messages


@pytest.mark.parametrize("kind", ["zendesk", "freshdesk", "zammad", "github"])
@pytest.mark.parametrize("first", ["tickets", "messages"])
def test_messages_in_a_file_of_their_own_are_counted_with_their_tickets(kind: str, first: str, tmp_path: Path) -> None:
    ticket, messages = _apart(kind)
    number = EXPORTS[kind].case(TICKET.number)

    def doubts(messages: list[Document]) -> list[Any]:
        files = [[ticket], messages] if first == "tickets" else [messages, [ticket]]
        return Read(kind, tmp_path, *files).doubts

    assert doubts(messages) == []
    assert doubts(messages[:-1]) == [("messages-missing", 1, (number,))]


@pytest.mark.parametrize("kind", ["zendesk", "freshdesk", "github"])
def test_messages_without_any_ticket_are_told_and_stop_an_import_that_does_not_ask(kind: str, tmp_path: Path) -> None:
    """With Zammad they are rejected, for there a message does not know the number of its ticket."""
    _, messages = _apart(kind)
    asked = [message for message in messages if str(message["id"]).endswith(str(LAST.id))]
    told = Read(kind, tmp_path, asked).doubts
    assert ("messages-alone", 1, (EXPORTS[kind].case(TICKET.number),)) in told


def test_a_rating_without_its_ticket_is_told_too(tmp_path: Path) -> None:
    rating = {"id": 5, "ticket_id": TICKET.number, "ratings": {"default_question": 103}, "feedback": "Thanks"}
    alone = {**rating, "created_at": iso(LAST.at), "user_id": 3}
    assert Read("freshdesk", tmp_path, [alone]).doubts == [("messages-alone", 1, ("9",))]
    assert Read("freshdesk", tmp_path, [document("freshdesk")], [alone]).doubts == []


def test_whole_tickets_take_next_to_no_memory_while_messages_may_still_come() -> None:
    counts = MessageCounts(Doubts(), apart=True)
    tracemalloc.start()
    try:
        for number in range(50_000):
            counts.ticket(str(number), Held(total=2, held=2))
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 3_000_000  # 16 bytes each, and the places still free; an entry of a dict takes some 150
