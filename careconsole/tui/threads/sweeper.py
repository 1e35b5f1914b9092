"""The thread that sweeps while a console is open, writes the pages of receipts, and sends what waits in the outbox.

It acts for no person, so it works while the screen is locked too. Several consoles and cron share the work through the
lease of the sweep and the claims of the outbox. The screen learns of what it does through the feed, as of others' work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from careconsole.desk import Busy, DatabaseMissing, NewerSchema
from careconsole.desk.crash_report import report_crash, summary
from careconsole.domain.errors import CareError
from careconsole.domain.time.moments import MINUTE
from careconsole.tui.hints import error_text
from careconsole.tui.threads.mail_sender import MailSender

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.notices.claiming import Claimed
    from careconsole.desk.notices.delivery import Delivered
    from careconsole.desk.notices.parallel_sending import Courier, Result

_AGAIN = 3.0
"""Seconds before it tries again to send, after it was asked to and could not."""
_LOOK = 0.1
"""Seconds between checks for whether it is to end, while messages are being sent."""
_GRACE = 0.5
"""Seconds left for messages being sent when it is to end; those unfinished by then are sent again by others."""
_FIRST_READS = 90.0
"""Seconds after its start in which mail boxes that nobody read while no console was open can be read."""
_PATIENCE = 10 * MINUTE
"""Milliseconds after its time in which a notice that cannot be sent here may be sent from elsewhere."""


class Sweeper:
    """Looks for due work every `seconds`, in its own thread and on its own connection; 0: only sends when asked to.

    Mails to customers are sent by a thread beside it.

    `failed` is called with the reason when it cannot do its work, once per reason until it can again.
    """

    def __init__(self, opening: Callable[[], Desk], seconds: float, failed: Callable[[CareError], None]) -> None:
        self._opening = opening
        self._seconds = seconds
        self._failed = failed
        self._stumbled = 0
        self._began = time.monotonic()
        self._said = self._stuck = self._unwritten = ""
        self._asked: list[Callable[[str], None]] = []
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)
        self._mail = MailSender(opening, failed)

    def start(self) -> None:
        """Starts the thread, unless `seconds` is 0."""
        if self._seconds:
            self._thread.start()
            self._mail.start()

    def send_now(self, error_text: Callable[[str], None]) -> None:
        """Sends the waiting notices now; `told` is called in the sweeper's thread with the outcome in words."""
        self._asked.append(error_text)
        self._wake.set()
        if not self._thread.is_alive() and not self._ended.is_set():
            self._thread.start()

    def end(self) -> None:
        """Tells the thread to end; `close` waits for that."""
        self._mail.end()
        self._ended.set()
        self._wake.set()

    def close(self) -> None:
        """Ends the thread, which closes its connection; waits a second at most, in case the database is busy."""
        self.end()
        if self._thread.is_alive():
            self._thread.join(1)
        self._mail.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(_AGAIN if self._asked else self._seconds or None)
            self._wake.clear()
            if self._ended.is_set():
                return
            try:
                desk = self._opening()
                try:
                    self._turns(desk)
                finally:
                    desk.close()
            except CareError as error:
                self._stumble(error)
            except Exception as error:  # whatever it is, it must be known that due work is not done
                self._stumble(error)

    def _turns(self, desk: Desk) -> None:
        """Takes turns until one fails or the thread is to end."""
        while not self._ended.is_set():
            self._turn(desk)
            self._stumbled, self._said = 0, ""
            if not self._asked:
                self._wake.wait(self._seconds or None)
            self._wake.clear()

    def _turn(self, desk: Desk) -> None:
        """Checks for work, which costs next to nothing, and does it."""
        if self._seconds and desk.may_sweep():
            from careconsole.desk.cases import sweep
            from careconsole.desk.notices import weekly_digest

            due = sweep.next_due(desk)
            if due is not None and due < desk.now():
                done = sweep.sweep(desk, gentle=True, pause=self._ended.wait)
                if (trouble := done.trouble) is not None and trouble.message != self._stuck:
                    self._stuck = trouble.message
                    self._failed(trouble)
            if not self._ended.is_set() and weekly_digest.is_due(desk):
                from careconsole.present.digest import weekly_words

                weekly_digest.queue(desk, weekly_words)
            self._tell_of_boxes(desk)
            self._publish(desk)
        asked, self._asked = self._asked, []
        if self._ended.is_set():
            return
        try:
            words = self._send(desk, wanted=bool(asked))
        except CareError as error:
            words = error_text(error)
            if not asked:
                raise
        for answer in asked:
            answer(words)

    def _tell_of_boxes(self, desk: Desk) -> None:
        """Queues notices to the leads about mail boxes that are not read; not before this console could read them."""
        if time.monotonic() > self._began + _FIRST_READS:
            from careconsole.desk.mail.box_clock import tell_leads

            tell_leads(desk)

    def _publish(self, desk: Desk) -> None:
        """Writes the pages of receipts. Says once why they cannot be written, which holds nothing else up."""
        if self._ended.is_set() or not desk.publishes_receipts():
            return
        from careconsole.present.receipts.publishing import publish_due

        try:
            publish_due(desk, pause=self._ended.wait)
            self._unwritten = ""
        except (Busy, DatabaseMissing, NewerSchema):
            raise
        except CareError as error:
            if error.message != self._unwritten:
                self._unwritten = error.message
                self._failed(error)

    def _send(self, desk: Desk, *, wanted: bool) -> str:
        """Sends the waiting notices; returns the outcome in words. Raises NotInstalled when nothing can send here."""
        from careconsole.desk.notices.outbox import any_due

        now = desk.now()
        if not (wanted or any_due(desk, now)):
            return ""
        from careconsole.desk.notices import addresses, claiming, delivery, weekly_digest
        from careconsole.domain.team.addresses import INSTALL_HINT
        from careconsole.notify.apprise_sender import AppriseSender, NotInstalled, delivery_words
        from careconsole.present.digest import as_message

        if not (wanted or addresses.can_send()):
            if any_due(desk, now - _PATIENCE):
                raise NotInstalled("Notices are waiting, and this console cannot send them.", INSTALL_HINT)
            return ""
        courier = AppriseSender()
        claimed = weekly_digest.with_digests(desk, claiming.claim(desk, now), as_message)
        done = delivery.Delivered(held=claimed.held, dropped=claimed.dropped)
        if claimed.parcels:
            done = delivery.added(done, self._deliver(desk, claimed, courier, now))
        return delivery_words(done) or "No notice can be sent now."

    def _deliver(self, desk: Desk, claimed: Claimed, courier: Courier, now: int) -> Delivered:
        """Sends the claimed notices and records each result; waits only `_GRACE` for the rest once it is to end."""
        from careconsole.desk.notices import delivery
        from careconsole.desk.notices.parallel_sending import send_all

        results: SimpleQueue[Result | Exception | None] = SimpleQueue()

        def carry() -> None:
            try:
                for result in send_all(claimed.parcels, courier):
                    results.put(result)
            except Exception as error:  # reported by the sweeper's thread
                results.put(error)
            else:
                results.put(None)

        threading.Thread(target=carry, name="delivery", daemon=True).start()
        done, last = delivery.Delivered(), None
        while True:
            try:
                result = results.get(timeout=_LOOK)
            except Empty:
                if self._ended.is_set():
                    last = last or time.monotonic() + _GRACE
                    if time.monotonic() > last:
                        return done
                continue
            if result is None:
                return done
            if isinstance(result, Exception):
                raise result
            done = delivery.added(done, delivery.record(desk, claimed.holder, result, now))

    def _stumble(self, error: Exception) -> None:
        """Reports why it failed, once; a first Busy is no trouble yet, and the feed reports a lost database."""
        self._stumbled += 1
        said = error.message if isinstance(error, CareError) else summary(error)
        if (
            isinstance(error, DatabaseMissing | NewerSchema)
            or (isinstance(error, Busy) and self._stumbled < 2)
            or said == self._said
        ):
            return
        self._said = said
        self._failed(error if isinstance(error, CareError) else report_crash(error, "Doing what falls due"))
