"""What works beside the screen while a console is open: the sweeper, and the threads that fetch mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError
from careconsole.tui.threads.mail_thread import MailThread
from careconsole.tui.threads.sweeper import Sweeper

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.mail.box_clock import MailNeeds


class Beside:
    """Starts and ends the threads; without `seconds` they only look and do what they are asked to."""

    def __init__(
        self,
        opening: Callable[[], Desk],
        seconds: float,
        mail_waits: Callable[[MailNeeds], None],
        failed: Callable[[CareError], None],
    ) -> None:
        self._sweeper = Sweeper(opening, seconds, failed)
        self._mail = MailThread(opening, bool(seconds), mail_waits, failed)

    def start(self) -> None:
        """Starts the threads."""
        self._sweeper.start()
        self._mail.start()

    def send_now(self, told: Callable[[str], None]) -> None:
        """Sends the waiting notices; `told` is called in another thread with the outcome in words."""
        self._sweeper.send_now(told)

    def end(self) -> None:
        """Tells the threads to end; `close` waits for that."""
        self._sweeper.end()
        self._mail.end()

    def close(self) -> None:
        """Ends the threads, waiting a second at most for each."""
        self.end()
        self._sweeper.close()
        self._mail.close()
