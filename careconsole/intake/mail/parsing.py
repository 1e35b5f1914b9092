"""Reads one mail: who wrote it, what it says and what it is. Whatever the bytes are, this returns."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Sequence

from careconsole.domain.case.inbound import classify
from careconsole.domain.case.mail_ref import MailFile
from careconsole.domain.mail.header_signs import is_spam, kind_by_headers, wants_no_answer
from careconsole.domain.mail.kinds import AUTOMATIC, BOUNCE, MESSAGE, THANKS
from careconsole.domain.mail.message_ids import ids_in
from careconsole.domain.mail.received import Mailbox, ReceivedMail
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.terminal_text import display_text
from careconsole.intake.mail.delivery_reports import delivery_reports
from careconsole.intake.mail.forwarded import forwarded_author
from careconsole.intake.mail.header_text import header_text, mailboxes, moment, raw_bytes
from careconsole.intake.mail.invitations import invitation
from careconsole.intake.mail.parts import Part, Parts
from careconsole.intake.values.html_text import is_blank, message_text

LOOP_HEADER = "x-careconsole-loop"
"""The header of mails that a careconsole sent."""

_LONGEST_TEXT = 1_000_000
"""The most characters of a mail's text that are stored."""
_LONGEST_HTML = 2_000_000
"""The most characters of HTML that are read: ten million that were made to take long would take a minute."""
_LONGEST_SUBJECT = 500
_LONGEST_NAME = 120
_MOST_REFERENCES = 50
_MOST_HEADERS = 2_000
_MOST_AUTHENTICATIONS, _LONGEST_AUTHENTICATION = 10, 4_000
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_MAIL_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers")
_REPORT_TYPES = (
    *("message/delivery-status", "message/global-delivery-status", "message/disposition-notification"),
    *("message/global-disposition-notification", "message/global-headers", *_MAIL_TYPES),
)
"""What a report has for programs, and the mail that it returns, or its headers: no files that anybody sent."""


def read_mail(data: bytes) -> ReceivedMail:
    """Reads a mail. What cannot be read is named in `damage`; the rest is there."""
    parts = Parts(data)
    headers = _by_name(parts)
    texts, files = _texts_and_files(parts)
    text = "\n\n".join(filter(None, texts))
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT]
        parts.damage.append("its text is longer than a million characters")
    boxes = {name: mailboxes(headers.get(name, "")) for name in ("from", "reply-to", "to", "cc", "x-original-from")}
    list_id = header_text(headers.get("list-id", "")).rpartition("<")[2].rstrip("> ")[:_LONGEST_NAME].lower()
    list_post = mailboxes(headers.get("list-post", "").replace("mailto:", ""))
    sender = _sender(boxes, list_post)
    report = _report(parts)
    kind, generated = kind_by_headers(headers, sender, report)
    said, subject = trimmed(text), header_text(headers.get("subject", ""))[:_LONGEST_SUBJECT]
    sort = classify(said)
    if kind == MESSAGE and (sort == "auto" or classify(subject) == "auto"):
        kind = AUTOMATIC
    elif kind == MESSAGE and sort == "thanks" and not files:
        kind = THANKS
    return ReceivedMail(
        sender=sender,
        message_id=next(iter(ids_in(_storable(headers.get("message-id", "")))), ""),
        references=_references(headers),
        returned=_returned(parts) if report or kind == BOUNCE else (),
        reports=delivery_reports(parts.all),
        reply_to=boxes["reply-to"],
        to=boxes["to"],
        cc=boxes["cc"],
        delivered_to=_delivered_to(parts, headers),
        subject=subject,
        date=moment(headers.get("date", "")),
        arrived=moment(headers.get("received", "").rpartition(";")[2]),
        text=text,
        files=tuple(files),
        kind=kind,
        generated=generated,
        list_id=list_id,
        list_post=list_post[0].address if list_post else "",
        author=forwarded_author(subject, text, [part.body for part in parts.all if part.type == "message/rfc822"]),
        spam=is_spam(headers),
        hops=len(parts.headers.get_all("received", [])),
        ours=LOOP_HEADER in headers,
        no_answer=wants_no_answer(headers),
        damage=tuple(parts.damage),
        authentication=_authentication(parts),
    )


def _by_name(parts: Parts) -> dict[str, str]:
    """The headers by name in lower case, the first of each."""
    found: dict[str, str] = {}
    for name, value in parts.headers.items()[:_MOST_HEADERS]:
        found.setdefault(name.lower(), str(value))
    return found


def _storable(value: str) -> str:
    """A header's value with bytes that are no UTF-8 as escapes, and without what no database takes as text."""
    if value.isascii():
        return value.replace("\0", "")
    return raw_bytes(value).decode("utf-8", "backslashreplace").replace("\0", "")


def _sender(boxes: dict[str, tuple[Mailbox, ...]], list_post: Sequence[Mailbox]) -> Mailbox | None:
    """Who wrote it. A list that puts its own address into From keeps the author's elsewhere."""
    sender = next(iter(boxes["from"]), None)
    if sender is not None and any(sender.address == box.address for box in list_post):
        others = (*boxes["x-original-from"], *boxes["reply-to"])
        return next((box for box in others if box.address != sender.address), sender)
    return sender


def _references(headers: dict[str, str]) -> tuple[str, ...]:
    """The ids of earlier mails, the nearest first."""
    nearest = ids_in(_storable(headers.get("in-reply-to", "")))
    further = ids_in(_storable(headers.get("references", "")))
    return tuple(dict.fromkeys((*nearest, *reversed(further))))[:_MOST_REFERENCES]


def _delivered_to(parts: Parts, headers: dict[str, str]) -> tuple[str, ...]:
    found = [
        box.address
        for name in ("delivered-to", "x-original-to", "envelope-to")
        if name in headers
        for value in parts.headers.get_all(name, [])[:10]
        for box in mailboxes(str(value))
    ]
    return tuple(dict.fromkeys(found))


def _authentication(parts: Parts) -> tuple[str, ...]:
    """What servers say of the sender, the nearest first."""
    values = parts.headers.get_all("authentication-results", [])[:_MOST_AUTHENTICATIONS]
    return tuple(_storable(str(value)[:_LONGEST_AUTHENTICATION]) for value in values)


def _report(parts: Parts) -> str:
    """The type of report that the mail is, such as "delivery-status"; empty for no report."""
    if any(part.type == "message/delivery-status" for part in parts.all):
        return "delivery-status"
    if any(part.type == "message/disposition-notification" for part in parts.all):
        return "disposition-notification"
    return ""


def _returned(parts: Parts) -> tuple[str, ...]:
    """The ids of the mails that a report is about."""
    found: list[str] = []
    for part in parts.all:
        if part.type in _MAIL_TYPES:
            inner = Parts(part.content() if part.type.startswith("text/") else part.body)
            found += ids_in(_storable(str(inner.headers.get("message-id", ""))))
        elif part.type == "message/disposition-notification":
            found += ids_in(_storable(str(Parts(part.body).headers.get("original-message-id", ""))))
    return tuple(dict.fromkeys(found))


def file_contents(data: bytes) -> list[bytes]:
    """The contents of the files of a mail, in the order in which `read_mail` lists them."""
    parts = Parts(data)
    _, files = _texts_and_parts(parts)
    return [part.content() for _, part in files]


def _texts_and_files(parts: Parts) -> tuple[list[str], list[MailFile]]:
    texts, files = _texts_and_parts(parts)
    return texts, [_file(part, number) for number, part in files]


def _texts_and_parts(parts: Parts) -> tuple[list[str], list[tuple[int, Part]]]:
    """The texts of a mail in order, and every other part as a file with its number. Of alternatives, one is the text.

    A part that cannot be read is a file, and the others stay. Of a report, the parts for programs and the mail that it
    returns are no files.
    """
    texts: list[str] = []
    files: list[tuple[int, Part]] = []
    shown = {part.alternative: part for part in reversed(_best_texts(parts.all))}
    for number, part in enumerate(parts.all, start=1):
        is_text = part.type in ("text/plain", "text/html") and not part.is_attached and not part.file_name
        if is_text and part.alternative is not None and part.alternative in shown:
            if shown[part.alternative] is part:
                texts.append(_text(part, parts.damage))
        elif is_text:
            texts.append(_text(part, parts.damage))
        elif part.type not in _REPORT_TYPES or part.within[-1:] != ("multipart/report",):
            if part.type == "text/calendar":
                texts.append(invitation(part.text))
            files.append((number, part))
    return texts, files


def _best_texts(parts: Sequence[Part]) -> list[Part]:
    """Of each set of alternatives, the plain text; the HTML where that is empty or only says to look at the HTML."""
    best: dict[int, Part] = {}
    for part in parts:
        if part.alternative is None or part.type not in ("text/plain", "text/html") or part.is_attached:
            continue
        before = best.get(part.alternative)
        if before is None or (before.type == "text/plain" and part.type == "text/html" and _says_nothing(before.text)):
            best[part.alternative] = part
    return list(best.values())


def _says_nothing(text: str) -> bool:
    return is_blank(text) or (len(text) < 200 and "html" in text.lower())


def _text(part: Part, damage: list[str]) -> str:
    text = part.text
    if part.type == "text/html" and len(text) > _LONGEST_HTML:
        text = text[:_LONGEST_HTML]
        damage.append("its HTML is longer than two million characters")
    return (message_text(text) if part.type == "text/html" else text).strip()


def _file(part: Part, number: int) -> MailFile:
    return MailFile(_safe_name(part, number), len(part.content()), part.type)


def _safe_name(part: Part, number: int) -> str:
    """A name under which the file can be stored and shown: without folders, control characters and turned text."""
    name = display_text(_UNSAFE.sub("_", part.file_name.rpartition("/")[2].rpartition("\\")[2])).strip(" .")
    if not name:
        ending = ".eml" if part.type == "message/rfc822" else mimetypes.guess_extension(part.type) or ""
        name = f"part-{number}{ending}"
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _LONGEST_NAME - 10]}{dot}{ending[:9]}" if dot else name[:_LONGEST_NAME]
    return name
