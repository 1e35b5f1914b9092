"""Logs in at the servers of a mail box, for `box test`."""

from __future__ import annotations

from careconsole.cli.output import put_json, say
from careconsole.desk.mail.boxes import Box
from careconsole.desk.mail.server_login import MailServerFailed, imap_login, smtp_login
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text
from careconsole.present.command_lines import hint_text
from careconsole.present.json_types.boxes import BoxTestEntry, TriedServerEntry


def test_box(box: Box) -> BoxTestEntry:
    """What comes of logging in at each server of a box."""
    settings = box.settings
    return BoxTestEntry(
        number=box.number,
        name=box.name,
        imap=_tried_imap(box) if settings.imap is not None else None,
        smtp=_tried_smtp(box) if settings.smtp is not None else None,
    )


def report_test(box: Box, tried: BoxTestEntry, as_json: bool) -> bool:
    """Prints what came of it; returns whether everything works."""
    results = (("in", box.settings.imap, tried.imap), ("out", box.settings.smtp, tried.smtp))
    if as_json:
        put_json(tried)
    else:
        for way, server, result in results:
            if server is None or result is None:
                continue
            count = "" if result.mails is None else f", {result.mails:,} mails in {box.settings.folder}"
            words = f"works{count}" if result.works else str(result.failure)
            say(display_text(f"{way}: {server.words}: {words}", 400))
    return all(result is None or result.works for _, _, result in results)


def _tried_imap(box: Box) -> TriedServerEntry:
    from careconsole.intake.mail.imap import ImapFolder

    try:
        folder = ImapFolder(imap_login(box), box.settings.folder)
        try:
            return TriedServerEntry(works=True, failure=None, mails=len(folder.uids(0, "all")))
        finally:
            folder.close()
    except CareError as error:
        return _failed(error)


def _tried_smtp(box: Box) -> TriedServerEntry:
    from careconsole.notify.smtp_session import open_smtp

    try:
        open_smtp(smtp_login(box)).close()
        return TriedServerEntry(works=True, failure=None, mails=None)
    except CareError as error:
        return _failed(error)


def _failed(error: CareError) -> TriedServerEntry:
    if isinstance(error, MailServerFailed):
        return TriedServerEntry(works=False, failure=error.why, mails=None)
    return TriedServerEntry(works=False, failure=f"{error.message} {hint_text(error.hint)}".strip(), mails=None)
