"""The app of the console and of the wall display: its themes, and the colours that a configuration file sets.

The theme stands before Textual reads the style sheets: one that is set later has all of them read a second time.
"""

from __future__ import annotations

from textual.constants import DEFAULT_THEME
from textual.reactive import Reactive
from textual.theme import BUILTIN_THEMES, Theme

from careconsole.domain.settings.console import ConsoleSettings
from careconsole.tui.own_colours import theme_colours
from careconsole.tui.terminal.robust_app import RobustApp
from careconsole.tui.themes import OWN_THEMES

_TEXTUALS = "textual-dark"
"""The theme that Textual has by itself, unless TEXTUAL_THEME names another."""
_OWN = {theme.name: theme for theme in OWN_THEMES}
_USUAL = OWN_THEMES[0].name if DEFAULT_THEME == _TEXTUALS else DEFAULT_THEME


class ThemedApp(RobustApp):
    """An app with the console's own themes besides those of Textual."""

    theme = Reactive(_USUAL)
    usual_theme = _USUAL
    """The theme for people who have chosen none."""

    def __init__(self, settings: ConsoleSettings) -> None:
        """`settings` are those of the configuration file, which may name a theme and replace some of its colours."""
        self._colours, theme = theme_colours(settings.colors), settings.theme
        if theme in BUILTIN_THEMES or theme in _OWN:
            self.set_reactive(ThemedApp.theme, theme)
        super().__init__(watch_css=False)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Every theme by name, the console's own first."""
        return {**_OWN, **super().available_themes}

    def get_theme(self, theme_name: str) -> Theme | None:
        """A theme by its name. Textual asks for the one in use with every line that it draws."""
        return _OWN.get(theme_name) or super().get_theme(theme_name)

    def get_css_variables(self) -> dict[str, str]:
        """The colours of the theme, with those of the configuration file in place of some."""
        self.theme_variables = super().get_css_variables() | self._colours
        return self.theme_variables
