"""The folder of sent mails on the server of a box: copies go there, and uncertain mails are looked for there.

All of it is best effort, after what became of a mail was stored: a failure here never makes a mail unsent, nor sent
twice.
"""

from __future__ import annotations

import time

from careconsole.desk import Desk
from careconsole.desk.mail.sending import StoredReply
from careconsole.desk.mail.server_login import imap_login
from careconsole.desk.mail.settling import Sought, box_of, file_opener, found_sent, note_said, to_seek
from careconsole.domain.errors import CareError
from careconsole.domain.mail.boxes import Box
from careconsole.domain.reply_states import SENT
from careconsole.intake.mail.imap import ImapFolder
from careconsole.notify.mail_message import message_bytes

_PAUSE = 300.0
"""Seconds after a failure in which a box is left alone, so that mails need not wait for a server that is gone."""


class SentFolders:
    """Puts copies into the folders of sent mails, and settles uncertain mails. For one thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._failed: dict[str, tuple[float, str]] = {}
        self._looked: dict[int, int] = {}

    def keep(self, reply: StoredReply) -> str:
        """Puts a copy of a mail that was sent into the folder of its box, if it has one, unless it is there already.

        Returns why that failed, in a sentence; empty if it did not. Raises nothing that a mail server can cause.
        """
        box = box_of(self._desk, reply)
        if box is None or not box.settings.sent_folder:
            return ""
        why = self._paused(box)
        if not why:
            try:
                self._put(box, reply)
            except (CareError, OSError) as error:
                why = self._fails(box, error)
        if not why:
            return ""
        note_said(self._desk, reply.number, f"No copy is in the folder {box.settings.sent_folder}.")
        return f"Mails of box {box.name} are sent, but no copy goes into the folder {box.settings.sent_folder}: {why}"

    def settle(self) -> tuple[list[StoredReply], list[str]]:
        """Looks for the uncertain mails whose time has come. Returns those that were sent, and what went wrong."""
        settled: list[StoredReply] = []
        problems: list[str] = []
        for sought in to_seek(self._desk, self._looked):
            now = self._desk.now()
            self._looked.update({one.number: now for one in sought.mails})
            found, why = self._found(sought)
            for number, folder in found.items():
                done = found_sent(self._desk, number, folder)
                if done.state == SENT:
                    settled.append(done)
            if why:
                problems.append(f"Mails of box {sought.box.name} that may have been sent cannot be looked for: {why}")
        return settled, problems

    def _put(self, box: Box, reply: StoredReply) -> None:
        folder = ImapFolder(imap_login(box), box.settings.sent_folder, make=True)
        try:
            if not folder.has(reply.content.message_id):  # some servers put a copy there themselves
                folder.append(message_bytes(reply.content, file_opener(self._desk)))
        finally:
            folder.close()

    def _found(self, sought: Sought) -> tuple[dict[int, str], str]:
        """In which folder each mail is that is in one, by number, and why a folder could not be looked through."""
        found: dict[int, str] = {}
        why = self._paused(sought.box)
        for name in sought.folders if not why else ():
            missing = [one for one in sought.mails if one.number not in found]
            if not missing:
                break
            try:
                # A folder that careconsole would make for a mail is empty until then, which is no failure.
                folder = ImapFolder(imap_login(sought.box), name, make=name != sought.box.settings.folder)
                try:
                    found.update({one.number: name for one in missing if folder.has(one.content.message_id)})
                finally:
                    folder.close()
            except CareError as error:
                why = error.message
        return found, why

    def _paused(self, box: Box) -> str:
        until, why = self._failed.get(box.name, (0.0, ""))
        return why if time.monotonic() < until else ""

    def _fails(self, box: Box, error: Exception) -> str:
        why = error.message if isinstance(error, CareError) else str(error)
        self._failed[box.name] = (time.monotonic() + _PAUSE, why)
        return why
