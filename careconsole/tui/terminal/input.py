"""The driver of the terminal.

It accepts whatever a terminal sends: invalid UTF-8, legacy mouse reports, keys numbered beyond any character. A
terminal that goes away ends the process as its signal does.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder

from textual.drivers import linux_driver
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver

from careconsole.tui.terminal.short_styles import with_short_styles
from careconsole.tui.terminal.signals import TerminalGone, hang_up, is_terminal_gone

_OLD_MOUSE = re.compile(rb"\x1b\[M[\x20-\xff]{3}")
"""An X10 mouse report, sent by terminals that know no newer kind; its three bytes are not text."""
_OLD_MOUSE_BEGUN = re.compile(rb"\x1b\[M[\x20-\xff]{0,2}\Z")


class TerminalDecoder:
    """Decodes terminal input. Invalid UTF-8 becomes U+FFFD; legacy mouse reports are dropped."""

    def __init__(self) -> None:
        self._utf8 = getincrementaldecoder("utf-8")("replace")
        self._held = b""

    def decode(self, data: bytes, final: bool = False) -> str:
        """Decodes the next chunk of input; `final` says that no more follows.

        Raises TerminalGone for an empty chunk: so reads a terminal that has been closed.
        """
        if not data and not final:
            raise TerminalGone
        data = _OLD_MOUSE.sub(b"", self._held + data)
        begun = _OLD_MOUSE_BEGUN.search(data)
        self._held = begun[0] if begun else b""
        return self._utf8.decode(data.removesuffix(self._held), final)


class TerminalWriter(WriterThread):
    """Textual's thread that writes to the terminal. If that is gone, what is written goes nowhere."""

    def run(self) -> None:
        """Writes what comes, until the app ends."""
        try:
            super().run()
        except OSError as error:
            if not is_terminal_gone(error):
                raise
            hang_up()
            while self._queue.get() is not None:  # what is written goes on to want room
                pass


class TerminalDriver(LinuxDriver):
    """Textual's driver, which survives anything that the terminal sends, and sends no style twice."""

    def write(self, data: str) -> None:
        """Sends text and sequences to the terminal."""
        super().write(with_short_styles(data))

    def _run_input_thread(self) -> None:
        """Reads from the terminal; an error there ends the app and is reported like any other crash."""
        try:
            self.run_input_thread()
        except BaseException as error:
            if is_terminal_gone(error):
                hang_up()
            else:
                self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Reads from the terminal; after an unreadable sequence, starts again with the next input."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except (ValueError, OverflowError):
                continue  # a key sequence had a number that is not a code point


def _decoder(encoding: str) -> type[TerminalDecoder]:
    """Replaces the function by which Textual gets its UTF-8 decoder, which reads all input."""
    return TerminalDecoder


linux_driver.getincrementaldecoder = _decoder  # type: ignore[assignment, attr-defined]
linux_driver.WriterThread = TerminalWriter  # type: ignore[attr-defined]
