"""Copies text to the clipboard: through a desktop tool, else tmux, else the terminal itself.

Which of them works depends on where the console runs and on the terminal, so the answer always says which one was used
and claims no more than is known.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable

import msgspec

from careconsole.domain.errors import CareError

PLATFORM: str = sys.platform
_SECONDS = 3.0
"""The timeout of a tool in seconds; it hangs when its display does."""
_TERMINAL_BYTES = 74_994
"""What xterm and its followers accept in an OSC 52 sequence; many silently drop a longer one."""
_PASTE = "[Console]::InputEncoding = [Text.Encoding]::UTF8; Set-Clipboard -Value ([Console]::In.ReadToEnd())"


class _Tool(msgspec.Struct, frozen=True):
    """A program that takes the text on its standard input; `encoding` is what it expects there."""

    command: tuple[str, ...]
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        return self.command[0]


def copy(text: str, *, terminal_write: Callable[[str], None] | None) -> str:
    """Copies `text` and returns how, in words: "copied with wl-copy".

    `terminal_write` writes to the terminal unchanged; None when there is none. `text` is copied unchanged too: the
    caller must have made it safe to paste into a shell. Tools may take seconds, so an event loop should run this in a
    thread. Raises CareError, saying what to install, when no way works.
    """
    failed = []
    for tool in _tools():
        if _run(tool, text):
            return f"copied with {tool.name}"
        failed.append(tool.name)
    if os.environ.get("TMUX") and shutil.which("tmux"):
        # With -w, tmux passes the text on to the terminal, if that accepts it; tmux before 3.2 has no such option.
        for command in (("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-")):
            if _run(_Tool(command), text):
                return "put into tmux's buffer; paste it with tmux's prefix and ]"
        failed.append("tmux")
    encoded = b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if terminal_write is not None and len(encoded) <= _TERMINAL_BYTES:
        terminal_write(f"\x1b]52;c;{encoded}\x07")
        return "sent to the terminal's clipboard (OSC 52); not every terminal takes it"
    raise _no_way(failed, too_long=terminal_write is not None)


def _tools() -> list[_Tool]:
    """The installed tools that reach the clipboard of the machine the person sits at."""
    environment = os.environ
    tools = []
    if environment.get("WAYLAND_DISPLAY"):
        tools.append(_Tool(("wl-copy",)))
    if environment.get("DISPLAY"):
        tools += [_Tool(("xclip", "-selection", "clipboard")), _Tool(("xsel", "--clipboard", "--input"))]
    if not environment.get("SSH_CONNECTION"):
        # Over SSH these would fill the clipboard of the remote machine.
        if PLATFORM == "darwin":
            tools.append(_Tool(("pbcopy",)))
        if PLATFORM == "win32" or environment.get("WSL_DISTRO_NAME"):
            shell = _Tool(("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", _PASTE))
            # Without a UTF-16 byte order mark, clip.exe reads the text in the code page of the machine.
            tools += [_Tool(("clip.exe",), "utf-16"), shell]
    return [tool for tool in tools if shutil.which(tool.name)]


def _run(tool: _Tool, text: str) -> bool:
    """Runs the tool; returns whether it accepted the text."""
    path = shutil.which(tool.name)
    if path is None:
        return False
    try:
        done = subprocess.run(
            [path, *tool.command[1:]],
            input=text.encode(tool.encoding, "replace"),
            # Some keep running to serve the text: they must not keep our output open, nor be ended by a Ctrl-C here.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _no_way(failed: list[str], *, too_long: bool) -> CareError:
    message = "Nothing was copied: "
    if failed:
        message += f"{' and '.join(failed)} failed"
        message += ", and the text is too long for the terminal's own clipboard." if too_long else "."
    elif too_long:
        message += "the text is too long for the terminal's own clipboard, and no tool for a longer one is here."
    else:
        message += "there is no tool for it here, and no terminal to send it to."
    return CareError(message, _what_to_install())


def _what_to_install() -> str:
    environment = os.environ
    if environment.get("WAYLAND_DISPLAY"):
        return "Install wl-clipboard, which brings wl-copy."
    if environment.get("DISPLAY"):
        return "Install xclip or xsel."
    if environment.get("SSH_CONNECTION"):
        return "Run it within tmux, or log in with ssh -X and install xclip."
    if PLATFORM == "darwin" or PLATFORM == "win32":
        return "Its own tool (pbcopy on macOS, clip.exe on Windows) is not on the PATH; add its folder."
    return "Install wl-clipboard (Wayland) or xclip (X11), or run it within tmux."
