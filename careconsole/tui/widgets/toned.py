"""The base of widgets that draw their lines themselves, in named styles of the theme.

What is sent to the terminal is most of what a console costs while others work, so only lines that look different are
drawn again.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.color import Color, ColorType
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Toned(ScrollView):
    """Keeps the styles of its tones until the theme changes, and its lines as they were drawn last."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}
        self._drawn: dict[int, Strip] = {}
        """The lines on the screen, as they were drawn last."""

    def line(self, y: int) -> Strip:
        """What a line on the screen should look like now."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Draws a line. Pieces of one style are joined, as each costs the terminal a sequence."""
        drawn = self._drawn[y] = self.line(y)
        return drawn.simplify()

    def refresh_changed(self, lines: Iterable[int] | None = None) -> None:
        """Has those of some lines on the screen (None: all) drawn again that look different now."""
        if not (self.is_running and self._drawn):  # there are no styles to draw with yet, or none are left
            self.refresh()
            return
        width, height = self.size
        changed = [y for y in (range(height) if lines is None else lines) if self.line(y) != self._drawn.get(y)]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def on_mount(self) -> None:
        """Follows changes of the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.notify_style_update())

    def notify_style_update(self) -> None:
        """Drops the styles, so that they are read again."""
        super().notify_style_update()
        self._styles.clear()
        self.refresh()

    def tone_style(self, tone: str) -> Style:
        """The style of a tone; for "", that of the widget."""
        style = self._styles.get(tone)
        if style is None:
            style = self._styles[tone] = self.component_style(tone) if tone else self.rich_style
        return style

    def component_style(self, tone: str) -> Style:
        """The style of a tone in the current theme."""
        raise NotImplementedError


SEEN = 3
"""The least contrast of a cursor to what is around it, and of a sign to its background (WCAG 2.2, 1.4.11)."""


def contrast(one: Color | None, other: Color | None) -> float:
    """The contrast ratio of two colours (WCAG 2.2), from 1 to 21; 1 where the terminal decides about one of them."""
    if one is None or other is None or {one.type, other.type} != {ColorType.TRUECOLOR}:
        return 1
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
