"""What goes to the terminal looks the same with short styles, and is much shorter."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from careconsole.tui.terminal.short_styles import with_short_styles

_TOKEN = re.compile(r"\x1b\[([0-9;]+)m|(\x1b\[\d+;\d+H|\n)|(.)", re.DOTALL)
_OFF = {"22": ("1", "2"), "23": ("3",), "24": ("4",), "27": ("7",)}


def shown(sequence: str) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    """What a terminal makes of it: each character with the style it gets, and the moves of the cursor."""
    found, style = [], dict[str, str]()
    for codes, move, char in _TOKEN.findall(sequence):
        if not codes:
            found.append((move, frozenset()) if move else (char, frozenset(style.items())))
            continue
        numbers = codes.split(";")
        while numbers:
            code = numbers.pop(0)
            if code == "0":
                style.clear()
            elif code in ("38", "48"):
                length = 4 if numbers[0] == "2" else 2
                style[code[0]] = ";".join(numbers[:length])
                del numbers[:length]
            elif code in _OFF:
                for off in _OFF[code]:
                    style.pop(f"mark {off}", None)
            elif len(code) == 2 and code[0] in "34":
                style[code[0]] = code
            else:
                style[f"mark {code}"] = code
    return found


_COLOURS = st.sampled_from([None, "#102030", "#fefefe", "color(99)", "red", "default"])
_MARKS = st.sampled_from([{}, {"bold": True}, {"dim": True}, {"bold": True, "dim": True}, {"italic": True}])
STYLED = st.builds(
    lambda text, colour, ground, marks: Style(color=colour, bgcolor=ground, **marks).render(text),
    *(st.sampled_from(["a", " b ", "é"]), _COLOURS, _COLOURS, _MARKS),
)
PLAIN = st.sampled_from(["\x1b[3;4H", "\n", "c", "\x1b[1m", "\x1b[0m"])


@settings(max_examples=200)
@given(sequence=st.lists(st.one_of(STYLED, STYLED, PLAIN), max_size=12).map("".join))
def test_every_character_keeps_its_place_and_its_style(sequence: str) -> None:
    assert shown(with_short_styles(sequence)) == shown(sequence)


def test_what_a_text_shares_with_the_one_before_is_not_sent_again() -> None:
    dark = Style(color="#e0e0e0", bgcolor="#101010")
    row = [Segment(" 12", dark), Segment(" late ", dark + Style(color="#ff0000", bold=True)), Segment("Ben", dark)]
    sequence = "".join(piece.style.render(piece.text) for piece in row if piece.style is not None)
    light, red, ground = "38;2;224;224;224", "38;2;255;0;0", "48;2;16;16;16"
    changes, down = f" 12\x1b[1;{red}m late \x1b[22;{light}mBen", "\x1b[2;73H\n\x1b[3;1H"
    expected = f"\x1b[0m\x1b[{light};{ground}m{changes}{down}{changes}\x1b[0m"
    assert with_short_styles(f"\x1b[0m{sequence}{down}{sequence}") == expected
