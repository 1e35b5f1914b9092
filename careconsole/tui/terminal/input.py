"""What a terminal sends, whatever it is: bytes that are no UTF-8, mouse reports of old, keys that name no character."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

_OLD_MOUSE = re.compile(rb"\x1b\[M[\x20-\xff]{3}")
"""A report of the mouse as X10 began them, which terminals send that know no other: its three bytes are no text."""
_OLD_MOUSE_BEGUN = re.compile(rb"\x1b\[M[\x20-\xff]{0,2}\Z")


class TerminalDecoder:
    """Decodes what is read from a terminal. What is no UTF-8 becomes U+FFFD; old mouse reports are dropped."""

    def __init__(self) -> None:
        self._utf8 = getincrementaldecoder("utf-8")("replace")
        self._held = b""

    def decode(self, data: bytes, final: bool = False) -> str:
        """The text of `data`, which goes on where the last ended; `final` says that no more comes."""
        data = _OLD_MOUSE.sub(b"", self._held + data)
        begun = _OLD_MOUSE_BEGUN.search(data)
        self._held = begun[0] if begun else b""
        return self._utf8.decode(data.removesuffix(self._held), final)


class TerminalDriver(LinuxDriver):
    """Textual's driver, which nothing that the terminal sends can end."""

    def _run_input_thread(self) -> None:
        """Reads from the terminal; what breaks there breaks the app, and is told as anything else that does."""
        try:
            self.run_input_thread()
        except BaseException as error:
            self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Reads from the terminal; after a sequence that cannot be read it begins anew with what comes next."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except (ValueError, OverflowError):
                continue  # a key was told by a number that is no character's


def _decoder(encoding: str) -> type[TerminalDecoder]:
    """Textual asks for the decoder of UTF-8, makes one, and reads all input with it."""
    return TerminalDecoder


linux_driver.getincrementaldecoder = _decoder  # type: ignore[assignment, attr-defined]
