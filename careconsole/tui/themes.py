"""The console's own themes, dark and light, and the same for people who cannot tell red from green.

One accent, for what has the focus and for keys. Red is for what is late, amber for what is at risk or unassigned, green
for what goes out to the customer; nothing else has a colour. In the themes for colour blindness, orange and blue take
the place of red and green: their hues, as in the palette of Okabe and Ito, are told apart in each kind of it.
"""

from __future__ import annotations

from textual.theme import Theme


def _theme(
    name: str,
    *,
    dark: bool,
    grounds: tuple[str, str, str],
    ink: str,
    cursor: str,
    accent: str,
    late: str,
    soon: str,
    out: str,
) -> Theme:
    """A theme of these colours; `grounds` are those of the screen, of sheets, and of fields."""
    background, surface, panel = grounds
    return Theme(
        name=name,
        dark=dark,
        background=background,
        surface=surface,
        panel=panel,
        foreground=ink,
        primary=cursor,
        secondary=cursor,
        accent=accent,
        error=late,
        warning=soon,
        success=out,
        # Textual would tint these towards the text's colour, and late and at risk towards one another.
        variables={
            "text-primary": ink,
            "text-accent": accent,
            "text-error": late,
            "text-warning": soon,
            "text-success": out,
            "block-cursor-foreground": "#ffffff",
        },
    )


OWN_THEMES: tuple[Theme, ...] = (
    _theme(
        "careconsole-dark",
        dark=True,
        grounds=("#14171a", "#1c2024", "#23282d"),
        ink="#dfe3e6",
        cursor="#2877bb",
        accent="#62b4f0",
        late="#ff7b72",
        soon="#e3b341",
        out="#7ec699",
    ),
    _theme(
        "careconsole-light",
        dark=False,
        grounds=("#fbfbf9", "#f1f2f0", "#e6e8e5"),
        ink="#1f2427",
        cursor="#2468a5",
        accent="#0b5c9e",
        late="#b3261e",
        soon="#7a5200",
        out="#1d6b3a",
    ),
    _theme(
        "careconsole-colorblind-dark",
        dark=True,
        grounds=("#14171a", "#1c2024", "#23282d"),
        ink="#e4e4e4",
        cursor="#2877bb",
        accent="#cfd8dc",
        late="#ff9a3d",
        soon="#f7ec9c",
        out="#56b4e9",
    ),
    _theme(
        "careconsole-colorblind-light",
        dark=False,
        grounds=("#fbfbf9", "#f1f2f0", "#e6e8e5"),
        ink="#1f2427",
        cursor="#2468a5",
        accent="#3a4145",
        late="#b04400",
        soon="#3f3800",
        out="#00609c",
    ),
)
"""The themes, by which people choose: as they are named in the list of colours and in a configuration file."""
