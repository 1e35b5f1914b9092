"""Text in the format "flowed" (RFC 3676): lines short enough for old programs, which others join again."""

from __future__ import annotations

_WIDTH = 72
SIGNATURE = "-- "


def flowed(text: str) -> str:
    """A text as format=flowed: a line that ends with a space goes on in the next one; quoted lines stay as they are."""
    lines: list[str] = []
    for line in text.splitlines():
        if line == SIGNATURE:
            lines.append(line)
        elif line.startswith(">"):
            lines.append(line.rstrip())
        else:
            lines += [_stuffed(part) for part in _soft(line.rstrip())]
    return "\n".join(lines) + "\n"


def _soft(line: str) -> list[str]:
    """A paragraph in lines, of which all but the last end with a space. A long word stays whole."""
    parts: list[str] = []
    while len(line) > _WIDTH:
        cut = line.rfind(" ", 1, _WIDTH)
        if cut < 0:
            cut = line.find(" ", _WIDTH)
        if cut <= 0 or not line[:cut].strip() or not line[cut + 1 :].strip():
            break
        parts.append(line[: cut + 1])
        line = line[cut + 1 :]
    return [*parts, line]


def _stuffed(line: str) -> str:
    """A line with a space before what would be read as a quotation, or as the beginning of another mail."""
    return f" {line}" if line.startswith((" ", ">", "From ")) else line
