"""The base of widgets that draw their lines themselves, in named styles of the theme."""

from __future__ import annotations

from rich.style import Style
from textual.scroll_view import ScrollView


class Toned(ScrollView):
    """Keeps the styles of its tones until the theme changes."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}

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
