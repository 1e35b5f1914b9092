"""A screen as a text that can be read and compared: its lines, then the colours and styles of its segments."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import textual
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tests.tui.screen import Screen

FOLDER = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("CARECONSOLE_SNAPSHOTS") == "write"
"""Whether snapshots are rewritten instead of compared: CARECONSOLE_SNAPSHOTS=write."""
_HEAD = "styles of Textual "

Line = list[tuple[str, Style]]


def drawn(screen: Screen) -> list[Line]:
    """What is on the screen, line by line, as pieces of text with their style."""
    height = screen.app.size.height
    return [
        [(segment.text, segment.style or Style.null()) for segment in strip if segment.text]
        for strip in screen.app.screen._compositor.render_strips()[:height]
    ]


def check(screen: Screen, name: str) -> None:
    """Compares the screen with its snapshot: the text always, the styles where the same Textual wrote them."""
    lines = drawn(screen)
    compare(name, "\n".join([*_text(lines), "", f"{_HEAD}{textual.__version__}", *_styles(lines), ""]))


def text_of(screen: Screen) -> str:
    """The text of the screen alone."""
    return "\n".join(_text(drawn(screen)))


def styles_of(screen: Screen) -> str:
    """The styles of the screen alone."""
    return "\n".join(_styles(drawn(screen)))


def compare(name: str, now: str) -> None:
    """Compares a text with its snapshot, or writes it."""
    path = FOLDER / f"{name}.txt"
    if WRITE:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
        return
    assert path.exists(), f"there is no snapshot {path.name}: CARECONSOLE_SNAPSHOTS=write makes it"
    before = path.read_text(encoding="utf-8")
    same_textual = f"\n{_HEAD}{textual.__version__}\n" in before
    if not same_textual:
        before, now = before.partition(_HEAD)[0], now.partition(_HEAD)[0]
    difference = list(difflib.unified_diff(before.split("\n"), now.split("\n"), f"{name}, before", "now", lineterm=""))
    assert not difference, "\n".join(difference)


def _text(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield f"|{''.join(text for text, _ in line).rstrip()}"


def _styles(lines: Sequence[Line]) -> Iterator[str]:
    """Yields the most common style, then for each line the cells with other styles, in words."""
    cells: Counter[str] = Counter()
    for line in lines:
        for text, style in line:
            cells[words(style)] += Segment(text).cell_length
    plain = cells.most_common(1)[0][0]
    yield f"plain: {plain}"
    for number, line in enumerate(lines, start=1):
        runs = [run for run in _runs(line) if not run.endswith(f" {plain}")]
        if runs:
            yield f"{number}: {'; '.join(runs)}"


def _runs(line: Line) -> Iterator[str]:
    at = 0
    for style, pieces in groupby(line, key=lambda piece: words(piece[1])):
        begin = at
        at += sum(Segment(text).cell_length for text, _ in pieces)
        yield f"{begin}-{at} {style}"


def words(style: Style) -> str:
    """A style in words: "bold #ffffff on #000000"."""
    how = [name for name in ("bold", "dim", "italic", "underline", "strike", "reverse") if getattr(style, name)]
    ink = style.color.name if style.color is not None else "default"
    ground = style.bgcolor.name if style.bgcolor is not None else "default"
    return " ".join([*how, ink, "on", ground])


def faint(screen: Screen, least: float = 3.0) -> list[str]:
    """Returns words with too little contrast to their background, and the contrast (WCAG 2.2, 1.4.3: 3 for large text).

    Text that a screen on top dims is not meant to be read meanwhile, and does not count.
    """
    found = []
    top = screen.app.screen
    for y, line in enumerate(drawn(screen)):
        x = 0
        for text, style in line:
            at, x = x, x + Segment(text).cell_length
            if not any(char.isalnum() for char in text) or style.color is None or style.bgcolor is None:
                continue
            ratio = contrast(style)
            if ratio < least and top.get_widget_at(at + len(text) - len(text.lstrip()), y)[0] is not top:
                found.append(f"{y + 1}: {text.strip()!r} {words(style)}: {ratio:.1f}")
    return found


def contrast(style: Style) -> float:
    """The contrast ratio of text and background (WCAG 2.2, relative luminance)."""
    light, dark = sorted(map(_luminance, (style.color, style.bgcolor)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color | None) -> float:
    assert color is not None
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
