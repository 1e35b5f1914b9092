"""What a terminal sends becomes text, whatever it is."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows tells of keys, not of bytes", allow_module_level=True)

from careconsole.tui.terminal.input import TerminalDecoder


@pytest.mark.parametrize(
    "sent, text",
    [
        (b"plain \xc3\xa9 \xe4\xb8\xad", "plain \xe9 \u4e2d"),
        (b"\xff", "\ufffd"),
        (b"caf\xe9 open", "caf\ufffd open"),
        (b"a\x80\x9bb", "a\ufffd\ufffdb"),
        (b"\x1b[M !!j", "j"),
        (b"x\x1b[M\x20\xff\xfe\x1b[M\x20\xc3\xa9y", "xy"),
        (b"\x1b[<0;300;7M\x1b[A\x1b", "\x1b[<0;300;7M\x1b[A\x1b"),
    ],
)
def test_what_is_no_utf_8_is_replaced_and_old_reports_of_the_mouse_are_dropped(sent: bytes, text: str) -> None:
    whole = TerminalDecoder()
    assert whole.decode(sent) + whole.decode(b"", final=True) == text
    # However it is cut; only the first two bytes of a report, which the Escape key sends too, have to come at once.
    for cut in range(1, len(sent)):
        if not sent[:cut].endswith((b"\x1b", b"\x1b[")):
            parts = TerminalDecoder()
            assert parts.decode(sent[:cut]) + parts.decode(sent[cut:]) + parts.decode(b"", final=True) == text


def test_a_character_that_has_not_come_whole_is_waited_for() -> None:
    decoder = TerminalDecoder()
    assert [decoder.decode(bytes([byte])) for byte in "\u4e2d".encode()] == ["", "", "\u4e2d"]
    assert decoder.decode(b"\x1b") == "\x1b", "Escape goes on at once"
