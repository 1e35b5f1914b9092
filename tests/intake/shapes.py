"""A ticket as a row of a table, as an object, as an event log, and in the formats of Zendesk and Jira."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.bench.logs import customer_name
from tests.intake.tickets import (
    AGENT,
    AGENTS,
    CUSTOMER,
    CUSTOMERS,
    Comment,
    Document,
    Ticket,
    agent_id,
    iso,
    writer,
)


def row(ticket: Ticket) -> Iterator[Document]:
    """A case as a row of a table."""
    ended = ticket.states[-1][0] if ticket.state == "resolved" else None
    yield {
        "Ticket ID": f"{ticket.number:06}",
        "Subject": ticket.subject,
        "Description": ticket.description,
        "Customer": ticket.customer_name,
        "Assigned to": ticket.agent_name or "",
        "Status": {"open": "Open", "parked": "Pending", "resolved": "Resolved"}[ticket.state],
        "Priority": ticket.priority,
        "Channel": ticket.channel,
        "Created at": iso(ticket.opened),
        "Updated at": iso(ticket.updated),
        "Resolved at": iso(ended) if ended else "",
        "Tags": ", ".join(ticket.tags),
        "Order": f"{ticket.number:05}",
        "Notes": " / ".join(comment.text for comment in ticket.comments if comment.way == "note"),
    }


def document(ticket: Ticket) -> Iterator[Document]:
    """A case as a nested object."""
    ended = ticket.states[-1][0] if ticket.state == "resolved" else None
    yield {
        "id": ticket.number,
        "title": ticket.subject,
        "description": ticket.description,
        "requester": {"name": ticket.customer_name, "email": ticket.customer_mail},
        "assignee": {"name": ticket.agent_name},
        "status": {"open": "open", "parked": "on hold", "resolved": "resolved"}[ticket.state],
        "priority": ticket.priority,
        "source": ticket.channel,
        "created_at": iso(ticket.opened),
        "updated_at": iso(ticket.updated),
        "resolved_at": iso(ended) if ended else None,
        "tags": list(ticket.tags),
        "order": {"number": f"{ticket.number:05}"},
        "notes": " / ".join(comment.text for comment in ticket.comments if comment.way == "note"),
    }


def log(ticket: Ticket) -> Iterator[Document]:
    """The state of a case after each change, as rows of an event log."""
    for at, state in ticket.states:
        yield {
            "ticket": f"T-{ticket.number:07}",
            "at": iso(at),
            "state": {"open": "new", "parked": "waiting for customer", "resolved": "solved"}[state],
            "agent": ticket.agent_name or "nobody",
            "line": "1",
            "customer": ticket.customer_name,
            "title": ticket.subject,
            "text": ticket.description,
            "urgency": ticket.priority,
            "channel": ticket.channel,
            "topic": ticket.tags[0] if ticket.tags else "",
        }


def zendesk(ticket: Ticket) -> Iterator[Document]:
    """A ticket of the account export, with its comments."""
    requester = CUSTOMER + ticket.customer
    begun = Comment(ticket.number * 100 + 98, ticket.opened, "in", ticket.description)
    yield {
        "url": f"https://teapots.zendesk.com/api/v2/tickets/{ticket.number}.json",
        "id": ticket.number,
        "external_id": None,
        "via": {"channel": {"phone": "voice"}.get(ticket.channel, ticket.channel), "source": {"from": {}, "to": {}}},
        "created_at": iso(ticket.opened),
        "updated_at": iso(ticket.updated),
        "generated_timestamp": ticket.updated,
        "type": "incident",
        "subject": ticket.subject,
        "raw_subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority,
        "status": {"open": "open", "parked": "pending", "resolved": "solved"}[ticket.state],
        "recipient": "help@teapots.example",
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": agent_id(ticket),
        "organization_id": None,
        "group_id": 31,
        "collaborator_ids": [],
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": list(ticket.tags),
        "custom_fields": [{"id": 900, "value": f"{ticket.number:05}"}, {"id": 901, "value": None}],
        "satisfaction_rating": {"score": "unoffered"},
        "brand_id": 41,
        "allow_channelback": False,
        "comments": [
            {
                "id": comment.id,
                "type": "Comment",
                "author_id": requester if comment.way == "in" else AGENT + writer(ticket),
                "body": comment.text,
                "html_body": f"<div>{comment.text}</div>",
                "plain_body": comment.text,
                "public": comment.way != "note",
                "attachments": [],
                "via": {"channel": "email"},
                "created_at": iso(comment.at),
            }
            for comment in (begun, *ticket.comments)
        ],
    }


def _jira_time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _jira_text(text: str) -> Document:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


_JIRA = {
    "open": {"name": "Open", "id": "1", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}},
    "parked": {
        "name": "Waiting for customer",
        "id": "2",
        "statusCategory": {"id": 4, "key": "indeterminate", "name": "In Progress"},
    },
    "resolved": {"name": "Done", "id": "3", "statusCategory": {"id": 3, "key": "done", "name": "Done"}},
}


def jira(ticket: Ticket) -> Iterator[Document]:
    """An issue of a service desk, with its change log and comments."""
    reporter = {
        "accountId": f"c{ticket.customer}",
        "displayName": ticket.customer_name,
        "emailAddress": ticket.customer_mail,
        "accountType": "customer",
    }
    ours = {
        "accountId": f"a{writer(ticket)}",
        "displayName": AGENTS[writer(ticket)],
        "accountType": "atlassian",
    }
    histories = [
        {
            "id": f"{ticket.number}{place:02}",
            "author": ours,
            "created": _jira_time(at),
            "items": [
                {
                    "field": "status",
                    "fieldtype": "jira",
                    "fieldId": "status",
                    "from": _JIRA[before]["id"],
                    "fromString": _JIRA[before]["name"],
                    "to": _JIRA[after]["id"],
                    "toString": _JIRA[after]["name"],
                }
            ],
        }
        for place, ((_, before), (at, after)) in enumerate(zip(ticket.states, ticket.states[1:], strict=False))
    ]
    if ticket.agent is not None:
        change = {
            "field": "assignee",
            "fieldtype": "jira",
            "fieldId": "assignee",
            "from": None,
            "fromString": None,
            "to": ours["accountId"],
            "toString": ours["displayName"],
        }
        taken = {
            "id": f"{ticket.number}50",
            "author": ours,
            "created": _jira_time(ticket.opened + 20),
            "items": [change],
        }
        histories.insert(0, taken)
    yield {
        "expand": "changelog",
        "id": f"{10_000 + ticket.number}",
        "self": f"https://teapots.atlassian.net/rest/api/3/issue/{10_000 + ticket.number}",
        "key": f"HELP-{ticket.number}",
        "fields": {
            "summary": ticket.subject,
            "created": _jira_time(ticket.opened),
            "updated": _jira_time(ticket.updated),
            "description": _jira_text(ticket.description),
            "status": _JIRA[ticket.state],
            "priority": {"name": {"normal": "Medium", "low": "Low", "high": "High"}[ticket.priority], "id": "3"},
            "labels": list(ticket.tags),
            "resolution": {"name": "Done", "id": "1"} if ticket.state == "resolved" else None,
            "issuetype": {"name": "Incident", "id": "1"},
            "project": {"key": "HELP", "name": "Help desk", "projectTypeKey": "service_desk"},
            "reporter": reporter,
            "creator": reporter,
            "assignee": None if ticket.agent is None else ours,
            "components": [{"name": "Kettles"}],
            "comment": {
                "total": len(ticket.comments),
                "maxResults": len(ticket.comments),
                "comments": [
                    {
                        "id": f"{comment.id}",
                        "author": reporter if comment.way == "in" else ours,
                        "body": _jira_text(comment.text),
                        "created": _jira_time(comment.at),
                        "updated": _jira_time(comment.at),
                        "jsdPublic": comment.way != "note",
                    }
                    for comment in ticket.comments
                ],
            },
        },
        "changelog": {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories},
    }


ZENDESK_USERS: Document = {
    "users": [
        *(
            {"id": AGENT + place, "name": name, "email": f"a{place}@teapots.example", "role": "agent"}
            for place, name in enumerate(AGENTS)
        ),
        *(
            {
                "id": CUSTOMER + place,
                "name": customer_name(place),
                "email": f"c{place}@customers.example",
                "role": "end-user",
            }
            for place in range(CUSTOMERS)
        ),
    ]
}
