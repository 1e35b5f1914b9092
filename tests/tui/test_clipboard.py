"""The way into the clipboard: the first that works, and words that say which, no more than can be known."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from careconsole.domain.errors import CareError
from careconsole.tui.terminal import clipboard
from careconsole.tui.terminal.clipboard import copy

TEXT = "Größe, 12 €\nsecond line"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A PATH of its own with fake tools, on a Linux without a display; a tool writes what it got beside itself."""
    for name in ("WAYLAND_DISPLAY", "DISPLAY", "SSH_CONNECTION", "TMUX", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(clipboard, "PLATFORM", "linux")

    def install(*names: str, body: str = "", **environment: str) -> Path:
        for name in names:
            tool = tmp_path / name
            tool.write_text(
                f'#!/bin/sh\necho "$@" >> "{tmp_path}/{name}.args"\n{body}\n/bin/cat > "{tmp_path}/{name}.got"\n'
            )
            tool.chmod(0o755)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return tmp_path

    return install


class Terminal:
    """What was written to it."""

    def __init__(self) -> None:
        self.written = ""

    def __call__(self, text: str) -> None:
        self.written += text


def got(folder: Path, tool: str) -> bytes:
    return (folder / f"{tool}.got").read_bytes()


@pytest.mark.parametrize(
    "display, installed, used, arguments",
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, ["wl-copy", "xclip"], "wl-copy", ""),
        ({"DISPLAY": ":0"}, ["wl-copy", "xclip", "xsel"], "xclip", "-selection clipboard"),
        ({"DISPLAY": ":0"}, ["xsel"], "xsel", "--clipboard --input"),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "a b"}, ["xclip"], "xclip", "-selection clipboard"),
    ],
)
def test_the_tool_of_the_display_takes_the_text(
    tools: Callable[..., Path], display: dict[str, str], installed: list[str], used: str, arguments: str
) -> None:
    folder, terminal = tools(*installed, **display), Terminal()
    assert copy(TEXT, terminal_write=terminal) == f"copied with {used}"
    assert got(folder, used).decode() == TEXT
    assert (folder / f"{used}.args").read_text().strip() == arguments
    assert [tool for tool in installed if (folder / f"{tool}.got").exists()] == [used]
    assert terminal.written == ""


@pytest.mark.parametrize(
    "platform, environment, used",
    [
        ("darwin", {}, "pbcopy"),
        ("win32", {}, "clip.exe"),
        ("linux", {"WSL_DISTRO_NAME": "Debian"}, "clip.exe"),
    ],
)
def test_other_systems_bring_their_own_tool(
    tools: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    environment: dict[str, str],
    used: str,
) -> None:
    folder = tools("pbcopy", "clip.exe", "powershell.exe", **environment)
    monkeypatch.setattr(clipboard, "PLATFORM", platform)
    assert copy(TEXT, terminal_write=None) == f"copied with {used}"
    assert got(folder, used).decode("utf-16" if used == "clip.exe" else "utf-8") == TEXT
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    assert "OSC 52" in copy(TEXT, terminal_write=Terminal()), "nobody sits at that machine"


def test_a_tool_without_its_display_is_passed_over(tools: Callable[..., Path]) -> None:
    folder = tools("wl-copy", "xclip", "xsel")
    assert "OSC 52" in copy(TEXT, terminal_write=Terminal())
    assert list(folder.glob("*.got")) == []


@pytest.mark.parametrize("body", ["exit 1", "exec /bin/sleep 60"])
def test_a_tool_that_fails_or_hangs_leads_to_the_next_way(
    tools: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(clipboard, "_SECONDS", 0.2)
    tools("xclip", body=body, DISPLAY=":0")
    tools("xsel")
    assert copy(TEXT, terminal_write=None) == "copied with xsel"


def test_a_tool_that_stays_behind_does_not_hold_us_up(tools: Callable[..., Path]) -> None:
    tools("xclip", body="/bin/sleep 2 &", DISPLAY=":0")
    assert copy(TEXT, terminal_write=None) == "copied with xclip"


def test_within_tmux_the_text_goes_into_its_buffer(tools: Callable[..., Path]) -> None:
    folder, terminal = tools("tmux", TMUX="/tmp/tmux,1,0"), Terminal()
    assert copy(TEXT, terminal_write=terminal).startswith("put into tmux's buffer")
    assert got(folder, "tmux").decode() == TEXT
    assert (folder / "tmux.args").read_text() == "load-buffer -w -\n"
    assert terminal.written == ""


def test_an_old_tmux_takes_it_without_handing_it_on(tools: Callable[..., Path]) -> None:
    folder = tools("tmux", body='[ "$2" = -w ] && exit 1', TMUX="/tmp/tmux,1,0")
    assert copy(TEXT, terminal_write=None).startswith("put into tmux's buffer")
    assert (folder / "tmux.args").read_text() == "load-buffer -w -\nload-buffer -\n"


def test_tmux_that_is_only_installed_is_no_way(tools: Callable[..., Path]) -> None:
    tools("tmux")
    assert "OSC 52" in copy(TEXT, terminal_write=Terminal())


def test_the_terminal_gets_what_is_left_and_nothing_is_claimed_of_it(tools: Callable[..., Path]) -> None:
    terminal = Terminal()
    words = copy(TEXT, terminal_write=terminal)
    assert words == "sent to the terminal's clipboard (OSC 52); not every terminal takes it"
    assert terminal.written.startswith("\x1b]52;c;")
    assert terminal.written.endswith("\x07")
    assert base64.b64decode(terminal.written[7:-1]).decode() == TEXT


def test_no_text_ends_the_sequence_early_or_breaks_it(tools: Callable[..., Path]) -> None:
    terminal = Terminal()
    copy("\x07\x1b\\\x1b]0;owned\x07 \ud800", terminal_write=terminal)
    assert terminal.written.count("\x1b") == 1
    assert terminal.written.count("\x07") == 1


def test_a_text_too_long_for_the_terminal_is_not_sent_to_be_dropped(tools: Callable[..., Path]) -> None:
    terminal = Terminal()
    with pytest.raises(CareError, match="too long") as caught:
        copy("x" * 80_000, terminal_write=terminal)
    assert terminal.written == ""
    assert caught.value.hint
    tools("xclip", DISPLAY=":0")
    assert copy("x" * 80_000, terminal_write=terminal) == "copied with xclip"


@pytest.mark.parametrize(
    "environment, hint",
    [
        ({}, "wl-clipboard"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wl-clipboard"),
        ({"DISPLAY": ":0"}, "xclip or xsel"),
        ({"SSH_CONNECTION": "a b"}, "tmux"),
    ],
)
def test_where_nothing_works_it_says_what_to_install(
    tools: Callable[..., Path], environment: dict[str, str], hint: str
) -> None:
    tools(**environment)
    with pytest.raises(CareError) as caught:
        copy(TEXT, terminal_write=None)
    assert caught.value.message.startswith("Nothing was copied")
    assert hint in str(caught.value.hint)


def test_a_tool_that_failed_is_named(tools: Callable[..., Path]) -> None:
    tools("xclip", body="exit 1", DISPLAY=":0")
    with pytest.raises(CareError, match="xclip failed"):
        copy(TEXT, terminal_write=None)
