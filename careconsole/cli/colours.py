"""The colours of the command line: which meaning has which, and whether a stream gets any. Imports nothing but click.

A colour only repeats what a word or a sign says: "late" and "!" are red, "~" (at risk) and "unassigned" yellow, what
went out to the customer (">") is green, and what was undone ("x") is dim.
"""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

import click

WHEN: dict[str, bool | None] = {"auto": None, "always": True, "never": False}
"""The values of --color, as click stores them: None leaves it to the stream and the environment."""
_STYLES: dict[str, dict[str, Any]] = {
    "late": {"fg": "red"},
    "soon": {"fg": "yellow"},
    "out": {"fg": "green"},
    "undone": {"dim": True},
    "head": {"bold": True},
}
"""The style of each tone, in the terminal's own sixteen colours, which fit its background."""


def may_colour(stream: TextIO | None = None) -> bool:
    """Whether a stream, usually standard output, gets colours: as --color says, else on a terminal without NO_COLOR."""
    ctx = click.get_current_context(silent=True)
    if ctx is not None and ctx.color is not None:
        return ctx.color
    shown = (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"
    return shown and not os.environ.get("NO_COLOR")


def coloured(text: str, tone: str) -> str:
    """Colours a text, already made safe, by its tone ("" for none), if standard output gets colours."""
    return click.style(text, **_STYLES[tone]) if tone and text and may_colour() else text


def rich_style(tone: str) -> str:
    """The style of a tone in Rich's words, the same as `coloured` gives."""
    style = _STYLES.get(tone, {})
    return " ".join([*(name for name in ("bold", "dim") if name in style), *filter(None, [style.get("fg")])])
