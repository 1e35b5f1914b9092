"""A line of text whose pieces have tones, which the widget that shows it turns into colours."""

from __future__ import annotations

Line = tuple[tuple[str, str], ...]
"""Pieces of a line, made safe, each with its tone; "" is the plain one."""
