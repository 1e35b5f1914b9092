"""Colours of one's own: the variables of the theme that a configuration file replaces."""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color

_VARIABLES = {"late": "text-error", "at_risk": "text-warning", "outgoing": "text-success", "accent": "text-accent"}
"""The variable of the theme that has each meaning."""


def theme_colours(colours: Mapping[str, str]) -> dict[str, str]:
    """The variables that colours by meaning replace, each with its colour as Textual writes it."""
    return {_VARIABLES[meaning]: Color.parse(colour).hex for meaning, colour in colours.items()}
