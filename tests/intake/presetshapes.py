"""A ticket in the documented formats of the systems whose readers are maps."""

from __future__ import annotations

from collections.abc import Iterator

from tests.intake.tickets import AGENT, AGENTS, CUSTOMER, Comment, Document, Ticket, agent_id, iso, writer


def freshdesk(ticket: Ticket) -> Iterator[Document]:
    """A ticket of the REST API, with its conversations."""
    ended = iso(ticket.states[-1][0]) if ticket.state == "resolved" else None
    requester = CUSTOMER + ticket.customer
    yield {
        "cc_emails": [],
        "fr_escalated": False,
        "spam": False,
        "group_id": 31,
        "priority": {"low": 1, "normal": 2, "high": 3}[ticket.priority],
        "requester_id": requester,
        "responder_id": agent_id(ticket),
        "source": {"email": 1, "phone": 3, "chat": 7}[ticket.channel],
        "company_id": None,
        "status": {"open": 2, "parked": 3, "resolved": 4}[ticket.state],
        "subject": ticket.subject,
        "id": ticket.number,
        "type": "Problem",
        "due_by": iso(ticket.opened + 300_000),
        "fr_due_by": iso(ticket.opened + 30_000),
        "is_escalated": False,
        "description": f"<div>{ticket.description}</div>",
        "description_text": ticket.description,
        "custom_fields": {"cf_order": f"{ticket.number:05}"},
        "created_at": iso(ticket.opened),
        "updated_at": iso(ticket.updated),
        "tags": list(ticket.tags),
        "attachments": [],
        "deleted": False,
        "requester": {"id": requester, "name": ticket.customer_name, "email": ticket.customer_mail},
        "stats": {"first_responded_at": None, "resolved_at": ended, "closed_at": None},
        "conversations": [
            {
                "id": comment.id,
                "ticket_id": ticket.number,
                "user_id": requester if comment.way == "in" else AGENT + writer(ticket),
                "incoming": comment.way == "in",
                "private": comment.way == "note",
                "source": 2 if comment.way == "note" else 0,
                "body": f"<p>{comment.text}</p>",
                "body_text": comment.text,
                "created_at": iso(comment.at),
                "updated_at": iso(comment.at),
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
        "owner_id": agent_id(ticket) or 1,
        "owner": owner,
        "customer_id": CUSTOMER + ticket.customer,
        "customer": ticket.customer_mail,
        "create_article_type": ticket.channel,
        "article_count": len(ticket.comments) + 1,
        "close_at": iso(ticket.states[-1][0]) if ticket.state == "resolved" else None,
        "created_at": iso(ticket.opened),
        "updated_at": iso(ticket.updated),
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
                "created_by_id": CUSTOMER + ticket.customer if comment.way == "in" else AGENT + writer(ticket),
                "created_by": ticket.customer_mail if comment.way == "in" else f"a{writer(ticket)}@beans.example",
                "created_at": iso(comment.at),
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
        "id": CUSTOMER + ticket.customer,
        "type": "customer",
        "first": first,
        "last": last,
        "email": ticket.customer_mail,
    }
    ours = AGENTS[writer(ticket)].split()
    user = {"id": AGENT + writer(ticket), "type": "user", "first": ours[0], "last": ours[1]}
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
        "createdAt": iso(ticket.opened),
        "closedAt": iso(ticket.states[-1][0]) if ticket.state == "resolved" else None,
        "userUpdatedAt": iso(ticket.updated),
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
                    "createdAt": iso(comment.at),
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
    admin = {"type": "admin", "id": f"{AGENT + writer(ticket)}", "name": AGENTS[writer(ticket)]}
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
        "admin_assignee_id": agent_id(ticket),
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
    """`gh issue list --json`: everybody sees everything, so there are no notes."""
    yield {
        "assignees": [] if ticket.agent is None else [{"id": "U_1", "login": f"agent-{ticket.agent}"}],
        "author": {"id": "U_9", "is_bot": False, "login": f"customer-{ticket.customer}"},
        "body": ticket.description,
        "closed": ticket.state == "resolved",
        "closedAt": iso(ticket.states[-1][0]) if ticket.state == "resolved" else None,
        "comments": [
            {
                "id": f"IC_{comment.id}",
                "author": {
                    "login": f"customer-{ticket.customer}" if comment.way == "in" else f"agent-{writer(ticket)}"
                },
                "authorAssociation": "NONE" if comment.way == "in" else "MEMBER",
                "body": comment.text,
                "createdAt": iso(comment.at),
                "isMinimized": False,
                "minimizedReason": "",
                "url": f"https://github.com/octo/shop/issues/{ticket.number}#issuecomment-{comment.id}",
            }
            for comment in ticket.comments
            if comment.way != "note"
        ],
        "createdAt": iso(ticket.opened),
        "id": f"I_{ticket.number}",
        "labels": [{"id": "L1", "name": tag, "color": "f00"} for tag in ticket.tags],
        "milestone": None,
        "number": ticket.number,
        "state": "CLOSED" if ticket.state == "resolved" else "OPEN",
        "stateReason": "COMPLETED" if ticket.state == "resolved" else "",
        "title": ticket.subject,
        "updatedAt": iso(ticket.updated),
        "url": f"https://github.com/octo/shop/issues/{ticket.number}",
    }


FRESHDESK_USERS: Document = {
    "agents": [
        {"available": True, "occasional": False, "id": AGENT + place, "ticket_scope": 1, "contact": {"name": name}}
        for place, name in enumerate(AGENTS)
    ]
}
INTERCOM_USERS: Document = {
    "type": "admin.list",
    "admins": [
        {"type": "admin", "id": f"{AGENT + place}", "name": name, "email": f"a{place}@spouts.example"}
        for place, name in enumerate(AGENTS)
    ],
}
