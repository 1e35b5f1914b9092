"""JSON for readers of files: what fits in a line stands in one."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120


def laid_out(value: Any, depth: int = 0, taken: int = 0) -> str:
    """The value as JSON, in lines of at most `WIDTH` characters where its texts allow that.

    It begins `depth` levels in, in a line in which `taken` characters are needed besides.
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
    """The items, as many in a line as fit."""
    lines = items[:1]
    for item in items[1:]:
        if len(lines[-1]) + 2 + len(item) <= width:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines
