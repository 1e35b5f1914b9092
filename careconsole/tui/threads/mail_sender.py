"""The thread that sends the mails that are due while a console is open, on its own connection.

Several consoles and cron share the work through the claims of `desk.mail.sending`. The screen learns of what was sent
through the feed, as of others' work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from careconsole.desk import Busy, DatabaseMissing, NewerSchema
from careconsole.desk.crash_report import report_crash
from careconsole.desk.queries import changes
from careconsole.domain.errors import CareError
from careconsole.tui.threads.database_thread import DatabaseThread

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.mail.sending import StoredReply
    from careconsole.notify.sent_folder import SentFolders

_LOOK = 2.0
"""Seconds between looks for a mail that is due, after something was written or its time has come."""
_REST = 20.0
"""Seconds after which it looks although nothing was written: by then the clock may have made a mail due."""
_AGAIN = 30.0
"""Seconds after a failure."""
_GRACE = 5.0
"""Seconds that a mail which is being sent has when the console closes. If it takes longer, it is uncertain."""


class _Found(NamedTuple):
    """When the next mail and the next automatic answer are due, whether a mail is, and how many need a person."""

    mail: int | None
    answer: int | None
    is_due: bool
    stuck: int


def _found(desk: Desk) -> _Found:
    """Asks for each once: an idle console asks a server no more than it must."""
    from careconsole.desk.mail.sending import is_due, next_answer, next_due, stuck

    mail = next_due(desk)
    return _Found(mail, next_answer(desk), mail is not None and is_due(desk), stuck(desk))


class MailSender(DatabaseThread):
    """Sends what is due until it is ended. `cannot` is called with the reason when it cannot, once for each reason."""

    def __init__(self, opening: Callable[[], Desk], cannot: Callable[[CareError], None]) -> None:
        super().__init__(opening, "mail sender")
        self._cannot = cannot
        self._said: set[str] = set()
        self._sending = False

    @property
    def grace(self) -> float:
        """A mail that is being sent has some time, though not much."""
        return _GRACE if self._sending else 1

    def _failed(self, error: Exception) -> None:
        if isinstance(error, CareError):
            if not isinstance(error, (Busy, DatabaseMissing, NewerSchema)):  # the feed reports a lost database
                self._say(error)
        else:  # whatever it is, it must be known that mails are not sent
            self._say(report_crash(error, "Sending mail"))
        self._ended.wait(_AGAIN)

    def _work(self, desk: Desk) -> None:
        folders: SentFolders | None = None
        rest_until = 0.0
        while not self._ended.wait(_LOOK):
            if not desk.may_sweep():
                continue  # it is left to consoles of logins that may
            if not changes.wait(desk, 0) and time.monotonic() < rest_until:
                continue
            from careconsole.desk.mail.sending import send_next

            found = _found(desk)
            if found.answer is not None:
                self._answer(desk)
                found = _found(desk)
            coming = [one for one in (found.mail, found.answer) if one is not None]
            due = found.is_due
            rest_until = time.monotonic() + min(_REST, *((one - desk.now()) / 1000 for one in coming), _REST)
            if not due and not found.stuck:
                continue
            from careconsole.notify.sent_folder import SentFolders
            from careconsole.notify.smtp_sender import send

            folders = folders or SentFolders(desk)
            self._sending = due
            try:
                while not self._ended.is_set() and send_next(desk, send, self._keeping(folders)):
                    pass
            finally:
                self._sending = False
            for problem in folders.settle()[1]:
                self._say(CareError(problem))

    def _answer(self, desk: Desk) -> None:
        """Sends the automatic answers that are due."""
        from careconsole.desk.mail.automatic_answers import problem, send_next
        from careconsole.notify.smtp_sender import send

        self._sending = True
        try:
            while not self._ended.is_set() and (ended := send_next(desk, send)):
                for said in filter(None, map(problem, ended)):
                    self._say(CareError(said))
        finally:
            self._sending = False

    def _keeping(self, folders: SentFolders) -> Callable[[StoredReply], str]:
        def keep(reply: StoredReply) -> str:
            if said := folders.keep(reply):
                self._say(CareError(said))
            return said

        return keep

    def _say(self, error: CareError) -> None:
        if error.message not in self._said:
            self._said.add(error.message)
            self._cannot(error)
