"""Logs in at the servers of a mail box, to see whether it works. Nothing is fetched, sent or changed."""

from __future__ import annotations

from careconsole.desk.mail.server_login import MailServerFailed, imap_login, smtp_login
from careconsole.domain.errors import CareError
from careconsole.domain.mail.boxes import Box
from careconsole.present.command_lines import hint_text
from careconsole.present.json_types.boxes import BoxTestEntry, TriedServerEntry


def try_servers(box: Box) -> BoxTestEntry:
    """What comes of logging in at each server of a box. It takes as long as the servers take."""
    settings = box.settings
    return BoxTestEntry(
        number=box.number,
        name=box.name,
        imap=_tried_imap(box) if settings.imap is not None else None,
        smtp=_tried_smtp(box) if settings.smtp is not None else None,
    )


def works(tried: BoxTestEntry) -> bool:
    """Whether every server of the box works."""
    return all(one is None or one.works for one in (tried.imap, tried.smtp))


def _tried_imap(box: Box) -> TriedServerEntry:
    from careconsole.intake.mail.imap import ImapFolder

    try:
        folder = ImapFolder(imap_login(box), box.settings.folder)
        try:
            return TriedServerEntry(works=True, failure=None, advice=None, mails=len(folder.uids(0, "all")))
        finally:
            folder.close()
    except CareError as error:
        return _failed(error)


def _tried_smtp(box: Box) -> TriedServerEntry:
    from careconsole.notify.smtp_session import open_smtp

    try:
        open_smtp(smtp_login(box)).close()
        return TriedServerEntry(works=True, failure=None, advice=None, mails=None)
    except CareError as error:
        return _failed(error)


def _failed(error: CareError) -> TriedServerEntry:
    if isinstance(error, MailServerFailed):
        return TriedServerEntry(works=False, failure=error.why, advice=error.advice, mails=None)
    return TriedServerEntry(works=False, failure=error.message, advice=hint_text(error.hint) or None, mails=None)
