"""Reading TOML with bounds: no text of settings is nested so deeply, or has keys of so many parts, that it is one."""

from __future__ import annotations

import re

DEEPEST = 50
"""Tables and lists within one another; what people write has five."""

_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
"""A key with more parts than any has; a TOML reader takes a time that grows with the square of their number."""


class NotToml(ValueError):
    """A text is not valid TOML: `why`, and the `line` where that is known."""

    def __init__(self, why: str, line: int | None) -> None:
        """Take both as they are to be told."""
        super().__init__(why)
        self.why = why
        self.line = line


def loads(text: str) -> dict[str, object]:
    """What a TOML reader makes of a text. Raises NotToml where it is none, or nested too deeply."""
    import tomllib

    if key := _LONG_KEY.search(text):
        raise NotToml(f"a key has more than {DEEPEST} parts", text.count("\n", 0, key.start()) + 1)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        # What lacks its end is told at the end.
        raise NotToml(why.removesuffix("."), int(line[1]) if line else len(text.splitlines()) or 1) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a number with more digits than Python reads
        raise NotToml(str(error).partition(";")[0], None) from None
    inside: list[object] = [found]
    for _ in range(DEEPEST):
        inside = [inner for value in inside for inner in _within(value)]
    if inside:
        raise _too_deep()
    return found


def _within(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _too_deep() -> NotToml:
    return NotToml(f"it is nested more than {DEEPEST} levels deep", None)
