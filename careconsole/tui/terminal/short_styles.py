"""Shortens what goes to the terminal: of the style of a text, only what differs from the text before is sent.

Textual writes every piece of text with its whole style, in colours of 24 bits, and resets it after each. When a list
scrolls by a row, that is three quarters of the bytes, which count on a slow line (SSH).
"""

from __future__ import annotations

import re
from functools import lru_cache

# A style, perhaps after the reset of the one before; the cursor may have moved in between.
_STYLE = re.compile(r"(?P<reset>\x1b\[0m(?P<move>(?:\x1b\[\d+;\d+H|\r?\n)*))?\x1b\[(?P<style>[0-9;]+)m")
_PARTS = re.compile(r"(?P<marks>(?:\d+;)*?)(?P<text>38;2;\d+;\d+;\d+);(?P<ground>48;2;\d+;\d+;\d+)")
_RESET = "0"
_BOLD, _NOT_BOLD = "1;", "22"


def with_short_styles(sequence: str) -> str:
    """`sequence`, with styles that lead from one to the next instead of beginning anew; it looks the same."""
    before = ""  # the style that holds; empty while that is not certain

    def shorter(found: re.Match[str]) -> str:
        nonlocal before
        style = found["style"]
        known, before = before, style if found["reset"] else ""
        return found[0] if not known or not before else f"{found['move'] or ''}{_change(known, style)}"

    return _STYLE.sub(shorter, sequence)


@lru_cache(maxsize=4096)
def _change(before: str, style: str) -> str:
    """The shortest sequence from one style to another; both are SGR parameters (ECMA-48, 8.3.117)."""
    if before == style:
        return ""
    old, new = _PARTS.fullmatch(before), _PARTS.fullmatch(style)
    anew = f"\x1b[{_RESET};{style}m"
    if old is None or new is None:
        return anew
    changes = [new[part] for part in ("text", "ground") if old[part] != new[part]]
    if old["marks"] != new["marks"]:
        if {old["marks"], new["marks"]} != {_BOLD, ""}:
            return anew
        changes.insert(0, _NOT_BOLD if old["marks"] else _BOLD[:-1])
    return f"\x1b[{';'.join(changes)}m"
