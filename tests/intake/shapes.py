"""A ticket as each system writes it down, in its documented shape.

Ids of people are made of their sort and number, so that no two are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.bench.logs import customer_name
from tests.intake.tickets import AGENTS, CUSTOMERS, Comment, Ticket

Document = dict[str, Any]

_AGENT, _CUSTOMER = 9_000_000, 5_000_000


def _agent_id(ticket: Ticket) -> int | None:
    return None if ticket.agent is None else _AGENT + ticket.agent


def _writer(ticket: Ticket) -> int:
    return ticket.agent or 0


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
        "Created at": _iso(ticket.opened),
        "Updated at": _iso(ticket.updated),
        "Resolved at": _iso(ended) if ended else "",
        "Tags": ", ".join(ticket.tags),
        "Order": f"{ticket.number:05}",
        "Notes": " / ".join(comment.text for comment in ticket.comments if comment.way == "note"),
    }


def document(ticket: Ticket) -> Iterator[Document]:
    """A case as an object, with inner ones."""
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
        "created_at": _iso(ticket.opened),
        "updated_at": _iso(ticket.updated),
        "resolved_at": _iso(ended) if ended else None,
        "tags": list(ticket.tags),
        "order": {"number": f"{ticket.number:05}"},
        "notes": " / ".join(comment.text for comment in ticket.comments if comment.way == "note"),
    }


def log(ticket: Ticket) -> Iterator[Document]:
    """What held from each change on, as rows of an event log."""
    for at, state in ticket.states:
        yield {
            "ticket": f"T-{ticket.number:07}",
            "at": _iso(at),
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
    requester = _CUSTOMER + ticket.customer
    begun = Comment(ticket.number * 100 + 98, ticket.opened, "in", ticket.description)
    yield {
        "url": f"https://teapots.zendesk.com/api/v2/tickets/{ticket.number}.json",
        "id": ticket.number,
        "external_id": None,
        "via": {"channel": {"phone": "voice"}.get(ticket.channel, ticket.channel), "source": {"from": {}, "to": {}}},
        "created_at": _iso(ticket.opened),
        "updated_at": _iso(ticket.updated),
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
        "assignee_id": _agent_id(ticket),
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
                "author_id": requester if comment.way == "in" else _AGENT + _writer(ticket),
                "body": comment.text,
                "html_body": f"<div>{comment.text}</div>",
                "plain_body": comment.text,
                "public": comment.way != "note",
                "attachments": [],
                "via": {"channel": "email"},
                "created_at": _iso(comment.at),
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
        "accountId": f"a{_writer(ticket)}",
        "displayName": AGENTS[_writer(ticket)],
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


def freshdesk(ticket: Ticket) -> Iterator[Document]:
    """A ticket of the REST API, with its conversations."""
    ended = _iso(ticket.states[-1][0]) if ticket.state == "resolved" else None
    requester = _CUSTOMER + ticket.customer
    yield {
        "cc_emails": [],
        "fr_escalated": False,
        "spam": False,
        "group_id": 31,
        "priority": {"low": 1, "normal": 2, "high": 3}[ticket.priority],
        "requester_id": requester,
        "responder_id": _agent_id(ticket),
        "source": {"email": 1, "phone": 3, "chat": 7}[ticket.channel],
        "company_id": None,
        "status": {"open": 2, "parked": 3, "resolved": 4}[ticket.state],
        "subject": ticket.subject,
        "id": ticket.number,
        "type": "Problem",
        "due_by": _iso(ticket.opened + 300_000),
        "fr_due_by": _iso(ticket.opened + 30_000),
        "is_escalated": False,
        "description": f"<div>{ticket.description}</div>",
        "description_text": ticket.description,
        "custom_fields": {"cf_order": f"{ticket.number:05}"},
        "created_at": _iso(ticket.opened),
        "updated_at": _iso(ticket.updated),
        "tags": list(ticket.tags),
        "attachments": [],
        "deleted": False,
        "requester": {"id": requester, "name": ticket.customer_name, "email": ticket.customer_mail},
        "stats": {"first_responded_at": None, "resolved_at": ended, "closed_at": None},
        "conversations": [
            {
                "id": comment.id,
                "ticket_id": ticket.number,
                "user_id": requester if comment.way == "in" else _AGENT + _writer(ticket),
                "incoming": comment.way == "in",
                "private": comment.way == "note",
                "source": 2 if comment.way == "note" else 0,
                "body": f"<p>{comment.text}</p>",
                "body_text": comment.text,
                "created_at": _iso(comment.at),
                "updated_at": _iso(comment.at),
            }
            for comment in ticket.comments
        ],
    }


def zammad(ticket: Ticket) -> Iterator[Document]:
    """A ticket of the REST API with names (expand=true), and its articles."""
    owner = "-" if ticket.agent is None else f"a{ticket.agent}@beans.example"
    yield {
        "id": 1_000 + ticket.number,
        "number": f"{22_000 + ticket.number}",
        "title": ticket.subject,
        "group": "Users",
        "priority": {"low": "1 low", "normal": "2 normal", "high": "3 high"}[ticket.priority],
        "state": {"open": "open", "parked": "pending reminder", "resolved": "closed"}[ticket.state],
        "organization": None,
        "owner_id": _agent_id(ticket) or 1,
        "owner": owner,
        "customer_id": _CUSTOMER + ticket.customer,
        "customer": ticket.customer_mail,
        "create_article_type": ticket.channel,
        "article_count": len(ticket.comments) + 1,
        "close_at": _iso(ticket.states[-1][0]) if ticket.state == "resolved" else None,
        "created_at": _iso(ticket.opened),
        "updated_at": _iso(ticket.updated),
        "tags": list(ticket.tags),
        "articles": [
            {
                "id": comment.id,
                "ticket_id": 1_000 + ticket.number,
                "from": ticket.customer_mail if comment.way == "in" else owner,
                "body": comment.text,
                "content_type": "text/plain",
                "type": "note" if comment.way == "note" else "email",
                "sender": "Customer" if comment.way == "in" else "Agent",
                "internal": comment.way == "note",
                "created_by_id": _CUSTOMER + ticket.customer if comment.way == "in" else _AGENT + _writer(ticket),
                "created_by": ticket.customer_mail if comment.way == "in" else f"a{_writer(ticket)}@beans.example",
                "created_at": _iso(comment.at),
            }
            for comment in (
                Comment(ticket.number * 100 + 98, ticket.opened, "in", ticket.description),
                *ticket.comments,
            )
        ],
    }


def helpscout(ticket: Ticket) -> Iterator[Document]:
    """A conversation of the Mailbox API, with its threads."""
    first, _, last = ticket.customer_name.partition(" ")
    customer = {
        "id": _CUSTOMER + ticket.customer,
        "type": "customer",
        "first": first,
        "last": last,
        "email": ticket.customer_mail,
    }
    ours = AGENTS[_writer(ticket)].split()
    user = {"id": _AGENT + _writer(ticket), "type": "user", "first": ours[0], "last": ours[1]}
    yield {
        "id": 700_000 + ticket.number,
        "number": ticket.number,
        "threads": len(ticket.comments) + 1,
        "type": ticket.channel,
        "folderId": 5,
        "status": {"open": "active", "parked": "pending", "resolved": "closed"}[ticket.state],
        "state": "published",
        "subject": ticket.subject,
        "mailboxId": 85,
        "assignee": None if ticket.agent is None else user,
        "createdBy": customer,
        "createdAt": _iso(ticket.opened),
        "closedAt": _iso(ticket.states[-1][0]) if ticket.state == "resolved" else None,
        "userUpdatedAt": _iso(ticket.updated),
        "source": {"type": "email", "via": "customer"},
        "tags": [{"id": 1, "color": "#fff", "tag": tag} for tag in ticket.tags],
        "cc": [],
        "bcc": [],
        "primaryCustomer": customer,
        "customFields": [{"id": 8, "name": "Order", "value": f"{ticket.number:05}", "text": f"{ticket.number:05}"}],
        "_embedded": {
            "threads": [
                {
                    "id": comment.id,
                    "type": {"in": "customer", "out": "message", "note": "note"}[comment.way],
                    "status": "nochange",
                    "state": "published",
                    "body": f"<p>{comment.text}</p>",
                    "createdBy": customer if comment.way == "in" else user,
                    "createdAt": _iso(comment.at),
                }
                for comment in (
                    *reversed(ticket.comments),
                    Comment(ticket.number * 100 + 98, ticket.opened, "in", ticket.description),
                )
            ]
        },
    }


def intercom(ticket: Ticket) -> Iterator[Document]:
    """A conversation of the REST API, with its parts."""
    customer = {
        "type": "user",
        "id": f"u{ticket.customer}",
        "name": ticket.customer_name,
        "email": ticket.customer_mail,
    }
    admin = {"type": "admin", "id": f"{_AGENT + _writer(ticket)}", "name": AGENTS[_writer(ticket)]}
    yield {
        "type": "conversation",
        "id": f"{140_000 + ticket.number}",
        "title": ticket.subject,
        "created_at": ticket.opened,
        "updated_at": ticket.updated,
        "waiting_since": None,
        "snoozed_until": ticket.updated + 9_000 if ticket.state == "parked" else None,
        "open": ticket.state != "resolved",
        "state": {"open": "open", "parked": "snoozed", "resolved": "closed"}[ticket.state],
        "read": True,
        "priority": "priority" if ticket.priority == "high" else "not_priority",
        "admin_assignee_id": _agent_id(ticket),
        "team_assignee_id": None,
        "tags": {
            "type": "tag.list",
            "tags": [{"type": "tag", "id": str(place), "name": tag} for place, tag in enumerate(ticket.tags)],
        },
        "source": {
            "type": {"phone": "phone_call"}.get(ticket.channel, "conversation"),
            "id": "1",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": f"<p>{ticket.description}</p>",
            "author": customer,
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": customer["id"]}]},
        "custom_attributes": {"Order": f"{ticket.number:05}"},
        "conversation_rating": None,
        "statistics": {"last_close_at": ticket.states[-1][0] if ticket.state == "resolved" else None},
        "conversation_parts": {
            "type": "conversation_part.list",
            "total_count": len(ticket.comments),
            "conversation_parts": [
                {
                    "type": "conversation_part",
                    "id": f"{comment.id}",
                    "part_type": "note" if comment.way == "note" else "comment",
                    "body": f"<p>{comment.text}</p>",
                    "created_at": comment.at,
                    "author": customer if comment.way == "in" else admin,
                    "assigned_to": None,
                }
                for comment in ticket.comments
            ],
        },
    }


def github(ticket: Ticket) -> Iterator[Document]:
    """`gh issue list --json`: everybody sees everything, so there are no notes to tell."""
    yield {
        "assignees": [] if ticket.agent is None else [{"id": "U_1", "login": f"agent-{ticket.agent}"}],
        "author": {"id": "U_9", "is_bot": False, "login": f"customer-{ticket.customer}"},
        "body": ticket.description,
        "closed": ticket.state == "resolved",
        "closedAt": _iso(ticket.states[-1][0]) if ticket.state == "resolved" else None,
        "comments": [
            {
                "id": f"IC_{comment.id}",
                "author": {
                    "login": f"customer-{ticket.customer}" if comment.way == "in" else f"agent-{_writer(ticket)}"
                },
                "authorAssociation": "NONE" if comment.way == "in" else "MEMBER",
                "body": comment.text,
                "createdAt": _iso(comment.at),
                "isMinimized": False,
                "minimizedReason": "",
                "url": f"https://github.com/octo/shop/issues/{ticket.number}#issuecomment-{comment.id}",
            }
            for comment in ticket.comments
            if comment.way != "note"
        ],
        "createdAt": _iso(ticket.opened),
        "id": f"I_{ticket.number}",
        "labels": [{"id": "L1", "name": tag, "color": "f00"} for tag in ticket.tags],
        "milestone": None,
        "number": ticket.number,
        "state": "CLOSED" if ticket.state == "resolved" else "OPEN",
        "stateReason": "COMPLETED" if ticket.state == "resolved" else "",
        "title": ticket.subject,
        "updatedAt": _iso(ticket.updated),
        "url": f"https://github.com/octo/shop/issues/{ticket.number}",
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


ZENDESK_USERS: Document = {
    "users": [
        *(
            {"id": _AGENT + place, "name": name, "email": f"a{place}@teapots.example", "role": "agent"}
            for place, name in enumerate(AGENTS)
        ),
        *(
            {
                "id": _CUSTOMER + place,
                "name": customer_name(place),
                "email": f"c{place}@customers.example",
                "role": "end-user",
            }
            for place in range(CUSTOMERS)
        ),
    ]
}
FRESHDESK_USERS: Document = {
    "agents": [
        {"available": True, "occasional": False, "id": _AGENT + place, "ticket_scope": 1, "contact": {"name": name}}
        for place, name in enumerate(AGENTS)
    ]
}
INTERCOM_USERS: Document = {
    "type": "admin.list",
    "admins": [
        {"type": "admin", "id": f"{_AGENT + place}", "name": name, "email": f"a{place}@spouts.example"}
        for place, name in enumerate(AGENTS)
    ],
}
