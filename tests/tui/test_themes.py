"""The console's own themes: all of their colours can be read, and told apart by those who see fewer colours."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from rich.color import Color
from textual.css.stylesheet import Stylesheet
from textual.theme import Theme

from careconsole.present.configuration import OWN_THEMES as NAMES
from careconsole.present.configuration import themes
from careconsole.tui.themes import OWN_THEMES
from careconsole.tui.widgets.toned import SEEN, contrast
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen

TEXT = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
SEES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What linear red, green and blue are to them (Machado, Oliveira and Fernandes, 2009, severity 1)."""


def linear(colour: str) -> list[float]:
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(rgb: list[float]) -> list[float]:
    """Linear sRGB as CIE L*a*b* (D65), in which equal distances look about equally far."""
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True))) / w for row, w in zip(to_xyz, white, strict=True)
    )
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]


def apart(one: str, other: str, kind: str) -> float:
    """How far apart two colours look to those who have that kind of colour blindness (CIE 1976)."""
    seen = [[sum(a * b for a, b in zip(row, linear(c), strict=True)) for row in SEES[kind]] for c in (one, other)]
    return sum((a - b) ** 2 for a, b in zip(lab(seen[0]), lab(seen[1]), strict=True)) ** 0.5


@pytest.mark.parametrize("theme", OWN_THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground_and_the_cursor_is_seen(theme: Theme) -> None:
    grounds = [Color.parse(ground) for ground in (theme.background, theme.surface, theme.panel) if ground]
    inks = {name: ink for name, ink in theme.variables.items() if name.startswith("text-")}
    for (name, ink), ground in product(inks.items(), grounds):
        assert contrast(Color.parse(ink), ground) >= TEXT, f"{name} on {ground.name}"
    for ground in grounds:
        assert contrast(Color.parse(theme.primary), ground) >= SEEN, f"the cursor on {ground.name}"
    on_cursor = Color.parse(theme.variables["block-cursor-foreground"])
    assert contrast(on_cursor, Color.parse(theme.primary)) >= TEXT


@pytest.mark.parametrize("kind", SEES)
@pytest.mark.parametrize("theme", [one for one in OWN_THEMES if "colorblind" in one.name], ids=lambda theme: theme.name)
def test_late_at_risk_and_outgoing_are_told_apart_without_red_and_green(theme: Theme, kind: str) -> None:
    told = {name: theme.variables[f"text-{name}"] for name in ("error", "warning", "success")}
    for one, other in combinations(told, 2):
        assert apart(told[one], told[other], kind) >= 20, f"{one}, {other}"


def test_the_themes_can_be_chosen_and_the_dark_one_is_usual(office: Office) -> None:
    assert tuple(theme.name for theme in OWN_THEMES) == NAMES
    assert set(NAMES) < set(themes())

    async def script(screen: Screen) -> None:
        assert screen.app.theme == screen.app.usual_theme == "careconsole-dark"
        assert set(NAMES) < set(screen.app.available_themes)

    on_screen(office, script)


def test_the_style_sheets_are_read_once_at_the_start(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A theme that is set after them has all of them read again before the first rows are shown."""
    again: list[Stylesheet] = []
    reparse = Stylesheet.reparse
    monkeypatch.setattr(Stylesheet, "reparse", lambda sheet: (again.append(sheet), reparse(sheet)))

    async def script(screen: Screen) -> None:
        assert screen.app.theme == OWN_THEMES[0].name
        assert again == []
        screen.app.theme = OWN_THEMES[1].name
        await screen.settle()
        assert again

    on_screen(office, script)
