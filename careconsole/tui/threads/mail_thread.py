"""The threads that fetch mail while a console is open, and tell the screen what of the mail waits for somebody.

One thread watches the boxes; each box that is meant to be read has a thread of its own, with its own session and
connection, which waits for the server's word (IDLE) and looks every two minutes all the same. It acts for no person.
Consoles and cron share the boxes through a lease for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from careconsole.desk.crash_report import report_crash
from careconsole.desk.queries import changes
from careconsole.domain.errors import CareError
from careconsole.tui.threads.database_thread import DatabaseThread

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.mail.box_clock import MailNeeds
    from careconsole.desk.mail.boxes import Box
    from careconsole.intake.mail.fetching import BoxReader

LOOK = 20.0
"""Seconds between looks at the boxes while nothing is written: by then a phrase may say another time."""
_REST = 0.3
"""Seconds between two looks while much is written."""
POLL = 120.0
"""Seconds between two looks into a folder, whether the server has said anything or not."""
_WHOLE = 30
"""How many such looks there are before all UIDs are compared again."""
_AGAIN = 60.0
"""Seconds before a box is tried again after it failed."""


class MailThread(DatabaseThread):
    """Fetches mail from every box that is meant to be read, if `fetches`; tells what waits, whenever that changes.

    `told` is called in the thread with what waits; `broken` with a fault of the program, once for each box.
    """

    def __init__(
        self,
        opening: Callable[[], Desk],
        fetches: bool,
        told: Callable[[MailNeeds], None],
        broken: Callable[[CareError], None],
    ) -> None:
        super().__init__(opening, "mail")
        self._fetches = fetches
        self._told = told
        self._broken = broken
        self._needs: MailNeeds | None = None
        self._boxes: dict[int, BoxThread] = {}

    @property
    def grace(self) -> float:
        """It only looks, which is soon over."""
        return 1

    def end(self) -> None:
        """Tells all threads to end, and ends their sessions; `close` waits for that."""
        super().end()
        for box in list(self._boxes.values()):
            box.end()

    def close(self) -> None:
        """Ends the threads, which close their connections."""
        super().close()
        for box in list(self._boxes.values()):
            box.close()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, CareError):  # the feed says what is wrong with the database
            self._ended.wait(LOOK)
            return
        self._broken(report_crash(error, "Watching the mail boxes"))
        self._ended.set()

    def _work(self, desk: Desk) -> None:
        from careconsole.desk.mail import box_clock

        while not self._ended.is_set():
            needs = box_clock.mail_needs(desk)
            if needs != self._needs:
                self._needs = needs
                self._told(needs)
            if self._fetches:
                self._look_after(desk)
            changes.wait(desk, LOOK, self._ended)
            self._ended.wait(_REST)

    def _look_after(self, desk: Desk) -> None:
        """Begins to read boxes that are new or were changed, and ends reading those that are no longer to be read."""
        from careconsole.desk.mail.boxes import all_boxes

        wanted = {box.number: box for box in all_boxes(desk) if box.is_read}
        for number, thread in list(self._boxes.items()):
            box = wanted.get(number)
            if box is None or (box.settings, box.secret) != (thread.box.settings, thread.box.secret):
                thread.close()
                del self._boxes[number]
        for number, box in wanted.items():
            if number not in self._boxes and not self._ended.is_set():
                self._boxes[number] = BoxThread(self._opening, box, self._broken)
                self._boxes[number].start()


class BoxThread(DatabaseThread):
    """Reads one box until it is told to end."""

    def __init__(self, opening: Callable[[], Desk], box: Box, broken: Callable[[CareError], None]) -> None:
        super().__init__(opening, f"mail box {box.number}")
        self.box = box
        self._broken = broken
        self._reader: BoxReader | None = None

    @property
    def grace(self) -> float:
        """Its session with the server is ended."""
        return 1

    def end(self) -> None:
        """Tells the thread to end, whatever it waits for."""
        super().end()
        reader = self._reader
        if reader is not None and reader.folder is not None:
            reader.folder.interrupt()

    def _failed(self, error: Exception) -> None:
        from careconsole.intake.mail.imap import NotInstalled

        if isinstance(error, CareError) and not isinstance(error, NotInstalled):
            self._ended.wait(_AGAIN)  # busy, or the database is gone, which the feed says
            return
        if not self._ended.is_set():
            self._broken(error if isinstance(error, CareError) else report_crash(error, "Fetching mail"))
        self._ended.set()

    def _work(self, desk: Desk) -> None:
        """Reads the box as long as nobody else does, the session holds and the box stays as it is."""
        from careconsole.desk.mail import fetch_state
        from careconsole.intake.mail.fetching import BoxReader, new_holder, note_failure
        from careconsole.intake.mail.imap import NotInstalled

        me = new_holder(desk)
        try:
            box = fetch_state.begin(desk, self.box, me)
        except fetch_state.BoxTaken:
            self._ended.wait(POLL)
            return
        self._reader = reader = BoxReader(desk, box, me, pause=self._ended.wait)
        try:
            looks = 0
            while not self._ended.is_set():
                reader.read(whole=looks % _WHOLE == 0)
                looks += 1
                reader.open().wait(POLL, self._ended)
        except (NotInstalled, fetch_state.BoxTaken, fetch_state.BoxChanged):
            raise
        except CareError as error:
            if not self._ended.is_set():
                note_failure(desk, box, error)
        finally:
            self._reader = None
            reader.close()
            fetch_state.end(desk, box, me)
        self._ended.wait(_AGAIN)  # others may try it meanwhile
