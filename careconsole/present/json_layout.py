"""JSON laid out for people who read files: a value that fits in a line is written in one."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120


def laid_out(value: Any, depth: int = 0, taken: int = 0) -> str:
    """Returns the value as JSON, in lines of at most `WIDTH` characters unless a text in it is longer.

    It begins `depth` levels in, in a line with `taken` other characters.
    """
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or depth + taken + len(line) <= WIDTH:
        return line
    if isinstance(value, dict):
        keys = {key: f"{json.dumps(key, ensure_ascii=False)}: " for key in value}
        inner = [keys[key] + laid_out(one, depth + 1, len(keys[key]) + 1) for key, one in value.items()]
    elif any(isinstance(one, (dict, list)) for one in value):
        inner = [laid_out(one, depth + 1, 1) for one in value]
    else:
        inner = _filled([json.dumps(one, ensure_ascii=False) for one in value], WIDTH - depth - 2)
    first, last = line[0], line[-1]
    margin = "\n" + " " * depth
    return first + ",".join(f"{margin} {part}" for part in inner) + margin + last


def _filled(items: list[str], width: int) -> list[str]:
    """Joins items into lines of at most `width` characters."""
    lines = items[:1]
    for item in items[1:]:
        if len(lines[-1]) + 2 + len(item) <= width:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines
