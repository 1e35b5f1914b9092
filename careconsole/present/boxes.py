"""Mail boxes as text and as JSON, without their secrets."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.domain.mail.boxes import EVERYTHING, Box, MailServer
from careconsole.domain.time.moments import format_span, local
from careconsole.present.json_types.boxes import BoxEntry, BoxTestEntry, MailServerEntry, UnfetchedMailEntry
from careconsole.present.json_types.mail import MailboxEntry
from careconsole.present.json_views import iso_or_none

Failures = Sequence[tuple[int, str]]
"""The UIDs of mails that could not be fetched, each with the reason."""


def server_words(box: Box) -> str:
    """Where the mail of a box is fetched and sent."""
    settings = box.settings
    parts = []
    if settings.imap is not None:
        folder = f" {settings.folder}" if settings.folder != "INBOX" else ""
        parts.append(f"in: {settings.imap.words}{folder}")
    if settings.smtp is not None:
        parts.append(f"out: {settings.smtp.words}")
    return ", ".join(parts)


def state_words(box: Box, failures: Failures, now: int) -> str:
    """When a box was last read, and what went wrong since."""
    if box.settings.imap is None:
        return "not fetched from here"
    last = local(box.read_at, now) if box.read_at is not None else "never"
    parts = [last if box.settings.reading else f"off (last {last})"]
    if (late := box.late_since(now)) is not None:
        parts.append(f"not read for {format_span(now - late)}")
    if box.failure:
        parts.append(box.failure)
    if failures:
        count = len(failures)
        parts.append(f"{count:,} {'mail' if count == 1 else 'mails'} cannot be fetched: {failures[0][1]}")
    return "; ".join(parts)


def box_entry(box: Box, failures: Failures, now: int) -> BoxEntry:
    """A box as JSON."""
    settings = box.settings
    late = box.late_since(now)
    return BoxEntry(
        number=box.number,
        name=box.name,
        address=MailboxEntry(address=settings.address.address, name=settings.address.name or None),
        imap=_server_entry(settings.imap),
        folder=settings.folder,
        after=settings.after,
        moved_to=settings.moved_to or None,
        since=settings.since,
        reading=settings.reading,
        smtp=_server_entry(settings.smtp),
        sent_folder=settings.sent_folder or None,
        signature=settings.signature or None,
        auto_answer=settings.auto_answer or None,
        password=box.secret.kind,
        oauth=settings.oauth,
        read_at=iso_or_none(box.read_at),
        failure=box.failure or None,
        failed_at=iso_or_none(box.failed_at),
        late_since=iso_or_none(late),
        unfetched=[UnfetchedMailEntry(uid=uid, failure=failure) for uid, failure in failures],
    )


def _server_entry(server: MailServer | None) -> MailServerEntry | None:
    if server is None:
        return None
    return MailServerEntry(host=server.host, port=server.port, security=server.security, user=server.user or None)


def tried_lines(box: Box, tried: BoxTestEntry) -> list[tuple[str, str]]:
    """What came of logging in at each server, "in" and "out", and what to do next about one that does not work."""
    lines = []
    results = (("in", box.settings.imap, tried.imap), ("out", box.settings.smtp, tried.smtp))
    for way, server, result in results:
        if server is None or result is None:
            continue
        count = "" if result.mails is None else f", {result.mails:,} mails in {box.settings.folder}"
        failure = " ".join(filter(None, (f"{result.failure}".removesuffix(".") + ".", result.advice)))
        lines.append((way, f"{server.words}: {f'works{count}' if result.works else failure}"))
    return lines


def box_lines(box: Box, failures: Failures, now: int, *, words_are_gone: bool = False) -> list[tuple[str, str]]:
    """The settings and the state of a box as labels and texts; `words_are_gone`: of its automatic answers."""
    settings = box.settings
    after = {"leave": "left as they are", "seen": "marked as seen", "move": f"moved to {settings.moved_to}"}
    rows = [("address", settings.address.words)]
    if settings.imap is not None:
        since = "" if settings.since == EVERYTHING else f", those since {settings.since}"
        rows += [
            ("fetched", f"{settings.imap.words}, as {settings.imap.user}, from {settings.folder}{since}"),
            ("afterwards", f"mails there are {after[settings.after]}"),
            ("read", state_words(box, (), now)),
        ]
    if settings.smtp is not None:
        user = f", as {settings.smtp.user}" if settings.smtp.user else ", without a login"
        rows.append(("sent", f"{settings.smtp.words}{user}"))
        rows.append(("copies", f"in {settings.sent_folder}" if settings.sent_folder else "none are kept there"))
        answers = "nothing is answered automatically"
        if settings.auto_answer:
            answers = f"automatically, with the saved words “{settings.auto_answer}”, once a day to each address"
            answers += "; but these are no longer saved, so none is sent" if words_are_gone else ""
        rows.append(("answers", answers))
    rows.append(("password", f"{'a token from' if settings.oauth else 'from'} {box.secret.words}"))
    if settings.signature:
        rows.append(("signature", settings.signature))
    rows += [("not given", f"mail {uid}: {why}") for uid, why in failures]
    return rows
