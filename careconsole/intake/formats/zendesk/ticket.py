"""A ticket of Zendesk as lines: how it began, its comments, its current state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from careconsole.domain.imported_record import ImportedEntry, Message
from careconsole.intake.formats.ends import end_after
from careconsole.intake.formats.names_by_id import NamesById
from careconsole.intake.formats.zendesk.vocabulary import CHANNELS, SYSTEM, WAITS_ON, Conversation, Vocabulary, id_of
from careconsole.intake.registry import line_key
from careconsole.intake.values.fields import (
    Document,
    ident,
    inner,
    joined,
    moment,
    needed_ident,
    objects,
    several,
    text,
    text_of,
)
from careconsole.intake.values.html_text import is_blank, message_text
from careconsole.intake.values.id_table import digest
from careconsole.intake.values.messages import NO_TEXT, with_attachments

_MERGED_TAG = "closed_by_merge"
_MERGED = re.compile(r"\A\W*This request was closed and merged into request #(\d+)", re.IGNORECASE)
_NUMBER = re.compile(r"#(\d+)")


def ticket_lines(ticket: Document, number: int, wording: Vocabulary) -> Iterator[ImportedEntry]:
    """How a ticket began, and its current state; raises InvalidRecord before the first line when it is invalid.

    Comments and audits in the ticket make no lines here, but are consulted: the last comment of a merge says where the
    ticket went, and the first one whether the customer may see the description.
    """
    external = needed_ident(ticket, "id", "the ticket cannot be told from others")
    created = moment(ticket, "created_at", wording.read_time)
    updated = moment(ticket, "updated_at", wording.read_time) if ticket.get("updated_at") else created
    comments = objects(ticket, "comments")
    requester = id_of(ticket, "requester")
    begun = ImportedEntry(
        external,
        created,
        line_key("created", external),
        number,
        status="open",
        customer=wording.names.person(requester) if requester else None,
        customer_id=wording.names.identity(requester),
        subject=text(ticket, "subject") or text(ticket, "raw_subject"),
        description=_description(ticket, comments, created, wording),
        channel=wording.channel(ticket.get("via")),
    )
    ending = _as_it_stands(ticket, external, (created, updated), number, comments, wording)
    yield begun
    if rated := _rating(ticket, external, max(created, updated), number):
        yield rated
    yield from ending


def _description(ticket: Document, comments: list[Document], created: int, wording: Vocabulary) -> str:
    """The description, unless it may be a private comment: it is the text of the first one.

    A customer's own words are public, unless the ticket or an audit says that they are private; an agent's are public
    only if the comment says so. A description that may be private is left to `first_note`.
    """
    said = text(ticket, "description")
    return said if said and not _is_private(ticket, comments, created, wording) else ""


def first_note(ticket: Document, external: str, created: int, number: int, wording: Vocabulary) -> ImportedEntry | None:
    """The description as a note, if it may be private and no comment holds it, here or elsewhere; else None."""
    said = text(ticket, "description")
    if not said or objects(ticket, "comments") or wording.opens_in_public(external, created, said) is not None:
        return None
    if not _is_private(ticket, [], created, wording):
        return None
    words = wording.said("note", said, id_of(ticket, "submitter"))
    return ImportedEntry(external, created, line_key("description", external), number, said=words)


def _is_private(ticket: Document, comments: list[Document], created: int, wording: Vocabulary) -> bool:
    if comments:
        first = min(comments, key=lambda comment: str(comment.get("created_at")))
        return not is_public(first, wording)
    public = wording.opens_in_public(ident(ticket, "id"), created, text(ticket, "description"))
    if public is not None or ticket.get("is_public") is False:
        return not public
    submitter = id_of(ticket, "submitter")
    if submitter and submitter == id_of(ticket, "requester"):
        return False
    return bool(submitter) or ticket.get("is_public") is not True


def is_public(comment: Document, wording: Vocabulary) -> bool:
    """Whether the customer has seen a comment: only if it says so, and no audit made it private."""
    return comment.get("public") is True and not wording.is_hidden(ident(comment, "id"))


def comment_line(comment: Document, about: Conversation, at: int, number: int, wording: Vocabulary) -> ImportedEntry:
    """One comment as a message or a note. Raises InvalidRecord."""
    id = needed_ident(comment, "id", "the comment cannot be told from others")
    author = ident(comment, "author_id")
    said, files = _words(comment), objects(comment, "attachments")
    if files:
        said = with_attachments(said, (text(file, "file_name") for file in files))
    way = "note"
    if is_public(comment, wording):
        way = "in" if _is_customer(author, about, wording) else "out"
    channel = None if way == "note" else _spoken_on(comment)
    key = line_key("comment", id)
    words = wording.said(way, said or NO_TEXT, author if way != "in" else "")
    return ImportedEntry(about.external, at, key, number, channel=channel, said=words)


def _words(comment: Document) -> str:
    """The text of a comment; empty if it has none.

    Zendesk leaves `&nbsp;` in the plain body. Where somebody wrote these very characters, the HTML has `&amp;nbsp;`.
    """
    plain = text(comment, "plain_body")
    if "&nbsp;" in plain and "&amp;nbsp;" not in text(comment, "html_body"):
        plain = "\n".join(line.rstrip() for line in plain.replace("&nbsp;", " ").split("\n"))
    if not is_blank(plain):
        return plain
    body = text(comment, "body")
    return body if not is_blank(body) else message_text(text(comment, "html_body"))


def _spoken_on(comment: Document) -> str | None:
    """The channel of a public comment; a voicemail is not a call, since nobody answered it."""
    named = text_of(inner(comment.get("via"), "channel"), "via")
    if named != "voicemail" and text(comment, "type") == "VoiceComment":
        return "phone"
    return "other" if named == "voicemail" else CHANNELS.get(named)


def _is_customer(author: str, about: Conversation, wording: Vocabulary) -> bool:
    """Whether a public comment came from outside: from the requester, an end user, or a copied stranger.

    If the requester is unknown, authors whose role is unknown count as customers too, for a customer who is mistaken
    for an agent waits in vain.
    """
    if author and digest(author) == about.requester:
        return True
    agent = wording.names.agents.get(author)
    if agent is None and not about.requester:
        wording.unplaced += 1
        return True
    return author in about.copies if agent is None else not agent


def _is_merge(comment: Document) -> bool:
    """Whether Zendesk wrote the comment for a merge."""
    via = comment.get("via")
    return inner(via, "source", "rel") == "merge" or inner(via, "channel") in ("merge", 19)


def merged_into(comments: list[Document], external: str, *, is_merged: bool) -> str | None:
    """The number of the ticket that this one was merged into, from its comments; None if none of them tells.

    Zendesk writes it into the merged ticket's last comment, in the language of the account. So any number counts in a
    comment that was written for a merge, if the ticket is known to be merged. In other tickets the English sentence
    counts only in such a comment, since anybody can write it.
    """
    for comment in sorted(comments, key=lambda comment: str(comment.get("created_at")), reverse=True):
        if not (is_merged or _is_merge(comment)):
            continue
        said = text(comment, "plain_body") or text(comment, "body")
        found = _MERGED.match(said) or (_NUMBER.search(said) if is_merged and _is_merge(comment) else None)
        if found and found[1] != external:
            return found[1]
    return None


def _rating(ticket: Document, external: str, at: int, number: int) -> ImportedEntry | None:
    rating = ticket.get("satisfaction_rating")
    said = text_of(inner(rating, "comment"), "satisfaction_rating")
    score = text_of(inner(rating, "score"), "satisfaction_rating")
    return rating_line(external, at, number, score, said, ended=ticket.get("status") in ("solved", "closed"))


def rating_line(external: str, at: int, number: int, score: str, said: str, *, ended: bool) -> ImportedEntry | None:
    """A customer's rating with its words; None without one. Good ones are thanks; an `ended` case needs no answer."""
    known = score.split("_")[0]  # good_with_comment is good
    if known not in ("good", "bad"):
        return None  # offered, or not even offered
    sort = "thanks" if known == "good" else "auto" if ended else "message"
    return ImportedEntry(
        external,
        at,
        line_key("satisfaction", external, known, said),
        number,
        fields={"satisfaction": known},
        said=Message("in", said, sort=sort) if said else None,
    )


def _as_it_stands(
    ticket: Document,
    external: str,
    times: tuple[int, int],
    number: int,
    comments: list[Document],
    wording: Vocabulary,
) -> list[ImportedEntry]:
    """The ticket at its last change; a closed one was solved first. `times` are when it began and when it changed.

    The key includes the time: a ticket that is open, waits, and is open again has three states, not two. It has ids
    instead of names, so a name that becomes known later is not a change of the ticket.
    """
    created, at = times
    latest, is_known = max(times), False
    word, custom = text(ticket, "status"), ident(ticket, "custom_status_id")
    tags, priority = several(ticket.get("tags"), "tags"), text(ticket, "priority")
    assignee = id_of(ticket, "assignee")
    is_told = "assignee_id" in ticket or "assignee" in ticket
    owner, nobody = wording.owner(assignee) if is_told else (None, False)
    fields = _fields(ticket)
    requester, subject = id_of(ticket, "requester"), text(ticket, "subject") or text(ticket, "raw_subject")
    is_merged = _MERGED_TAG in tags and word == "closed"
    into = merged_into(comments, external, is_merged=True) if is_merged else None
    lines = []
    solved = inner(ticket.get("metric_set"), "solved_at")
    if word in ("solved", "closed") and not is_merged and (solved or (word == "closed" and not wording.audited)):
        said = moment({"solved_at": solved}, "solved_at", wording.read_time) if solved else at
        when = end_after(created, said, external, wording.seen) if solved else None
        is_known = when is not None
        latest = max(latest, when or 0)
        line = ImportedEntry(
            external,
            latest if when is None else when,
            line_key("solved", external, said),
            number,
            status="resolved",
            label="solved",
            undated=not is_known,
        )
        lines.append(line)
    deleted = word == "deleted"
    lines.append(
        ImportedEntry(
            external,
            latest,
            line_key(
                *("as it stands", external, at, word, custom, assignee, priority, tags, fields, into),
                *(requester, subject),
            ),
            number,
            customer=wording.names.person(requester) if requester else None,
            customer_id=wording.names.identity(requester),
            subject=subject,
            owner=owner,
            nobody=nobody,
            status=None if deleted else wording.status(word),
            label="merged" if is_merged else wording.names.things.get("status", {}).get(custom) or word,
            priority=wording.priority(priority),
            tags=tags,
            fields={_called(*name, wording.names): _called(*value, wording.names) for name, value in fields} or None,
            merged_into=into,
            deleted=deleted,
            waits_on=WAITS_ON.get(word, ""),
            owner_id=wording.names.identity(assignee),
            undated=word == "solved" and not is_known,
        )
    )
    return lines


_Id = tuple[str, str]
"""A sort of thing and the id of one; for the sort "", a text as it is."""

_THINGS = (("organization", "organization"), ("group", "group"), ("brand", "brand"), ("ticket_form", "form"))
_WORDS = (("type", "type"), ("external_id", "external id"), ("due_at", "due"), ("recipient", "recipient"))


def _called(sort: str, id: str, names: NamesById) -> str:
    return id if not sort else names.person(id) if sort == "person" else names.name(sort, id)


def _fields(ticket: Document) -> list[tuple[_Id, _Id]]:
    """The further fields of a ticket: what becomes the name of a field of the case, and what becomes its value."""
    found: list[tuple[_Id, _Id]] = []
    for field, ours in _WORDS:
        if value := text(ticket, field):
            found.append((("", ours), ("", value)))
    for field, ours in _THINGS:
        if id := id_of(ticket, field):
            found.append((("", ours), (ours, id)))
    if problem := ident(ticket, "problem_id"):
        found.append((("", "problem"), ("", problem)))
    if followups := several(ticket.get("followup_ids"), "followup_ids"):
        found.append((("", "followed up by"), ("", ", ".join(followups))))
    source = inner(ticket.get("via"), "source")
    if inner(source, "rel") == "follow_up" and (before := text_of(inner(source, "from", "ticket_id"), "via")):
        found.append((("", "follows"), ("", before)))
    submitter = id_of(ticket, "submitter")
    if submitter not in ("", SYSTEM, id_of(ticket, "requester")):
        found.append((("", "submitted by"), ("person", submitter)))
    for own in objects(ticket, "custom_fields") or objects(ticket, "fields"):
        if (id := ident(own, "id")) and (value := joined(own.get("value"), "custom_fields")):
            found.append((("field", id), ("", value)))
    return found
