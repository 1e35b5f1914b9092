"""Cells of a CSV file, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from typing import IO, Any

import msgspec

from careconsole.domain.terminal_text import display_text

# What a spreadsheet runs as a formula (OWASP, "CSV Injection"): also the full-width forms of East Asian keyboards, and
# also after blanks and invisible characters.
_FORMULA = re.compile(
    r"[\s\x00-\x20\u200c\u200d\ufe0e\ufe0f\ufffd]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]|[\t\r\n\0]"
)

# The languages whose decimal sign is the comma: their spreadsheets expect semicolons between the cells of CSV.
_SEMICOLON = re.compile(
    "af|az|be|bg|bs|ca|cs|da|de|el|es|et|eu|fi|fr|gl|hr|hu|hy|id|is|it|ka|kk|lt|lv|mk|nb|nl|nn|no|pl|pt|ro|ru|sk|sl|sq"
    "|sr|sv|tr|uk|uz|vi"
)
_COMMA_ALL_THE_SAME = re.compile("es_(?:DO|GT|HN|MX|NI|PA|PE|PR|SV|US)")


def separator_of(locale: str) -> str:
    """What a spreadsheet expects between the cells of CSV, where the language is `locale`, such as "de_DE.UTF-8"."""
    place = locale.partition(".")[0].partition("@")[0]
    semicolon = _SEMICOLON.fullmatch(place.partition("_")[0]) and not _COMMA_ALL_THE_SAME.fullmatch(place)
    return ";" if semicolon else ","


def table(
    file: IO[str], names: Sequence[str], *, raw: bool = False, terminal: bool = False, separator: str = ","
) -> Callable[[dict[str, Any]], None]:
    """Writes a header with these names, and returns the function that writes an entry as a row.

    A cell that a spreadsheet would run as a formula is prefixed with an apostrophe, unless `raw`. For a `terminal`,
    every cell is made safe to display; a file gets the text unchanged. `separator` stands between cells.
    """
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(names)

    def write(entry: dict[str, Any]) -> None:
        cells = [cell(entry[name], raw) for name in names]
        writer.writerow(map(display_text, cells) if terminal else cells)

    return write


def cell(value: Any, raw: bool) -> str:
    """A value as a cell: empty for None, yes or no, a list joined with blanks, an object as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, dict):
        value = msgspec.json.encode(value).decode()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return text if raw or not _is_formula(text) else f"'{text}"


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell as a formula, as it is or as it is displayed."""
    return bool(_FORMULA.match(text) or (not text.isascii() and _FORMULA.match(display_text(text))))
