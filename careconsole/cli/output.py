"""Writes data to standard output and everything else to standard error, made safe for a terminal.

Text is made safe before it is coloured, so the only escape sequences a terminal gets are our own. A character that a
stream's encoding lacks is written as an escape (`\\u2026`; in JSON as a JSON escape): no text makes a command fail.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, TextIO

import msgspec

from careconsole.cli.colours import coloured
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.terminal_text import cell_width, display_block, display_text, fit, wrapped

if TYPE_CHECKING:
    from careconsole.desk.database.maintenance import Copied

# Characters that a terminal might act on or not show; in JSON they can be written as escapes, so nothing is lost.
_ACTIVE = (
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_NOT_ASCII = "[^\x00-\x7e]"
_LEAST, _LEAST_LAST = 4, 8
"""Cells that a column of a table keeps on a narrow terminal, and those of its last column."""
_MOST_PROBLEMS = 20
MANY_ROWS = 2_000
"""A table with more rows than this is cut rather than wrapped on a terminal, which Rich does slowly."""
_LONGEST = 1000
"""The most cells of a message: however long a value in it is, the rest stays readable."""


def prepare_streams() -> None:
    """Makes the standard streams usable: missing ones are opened on the null device, and no character fails."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # the parent process had closed it
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - as long as the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="surrogateescape" if mode == "r" else "backslashreplace")


def say(text: str = "") -> None:
    """Prints a line for a person to standard error. A closed pipe there is no error."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    try:
        print(_broken(display_block(text)), file=sys.stderr, flush=True)
    except BrokenPipeError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process


def _broken(text: str) -> str:
    """Wraps lines between words if standard error is a terminal."""
    if not sys.stderr.isatty():
        return text
    from shutil import get_terminal_size

    width = get_terminal_size().columns
    lines = []
    for line in text.split("\n"):
        start = line[: len(line) - len(line.lstrip(" "))]
        lines += [start + part for part in wrapped(line[len(start) :], max(20, width - len(start)))]
    return "\n".join(lines)


def print_error(error: CareError) -> None:
    """Prints an error: what happened, where, and what to do next."""
    pointed = getattr(error, "pointed", None)  # only a FilterError has it
    place = f"\n{pointed()}" if pointed is not None else ""
    # Only the refusal of a bulk command has several lines; elsewhere a line break is part of quoted input.
    message = error.message if isinstance(error, Refused) else display_text(error.message, _LONGEST)
    say(f"careconsole: {message}{place}")
    if error.hint:
        from careconsole.present.command_lines import hint_text

        say(f"  {display_text(hint_text(error.hint), _LONGEST)}")


def complain_json(error: CareError) -> None:
    """Prints an error as one line of JSON to standard error: the last line that a command with --json writes there."""
    from careconsole.present.json_types.errors import error_document

    with suppress(BrokenPipeError):
        sys.stdout.flush()
    try:
        line = msgspec.json.encode(error_document(error)).decode()
        print(safe_json(line, sys.stderr), file=sys.stderr, flush=True)
    except BrokenPipeError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process


def put_text(text: str) -> None:
    """Prints a text that a user wrote and may set again: made safe on a terminal, elsewhere as it is, in UTF-8."""
    with data_file() as (file, shown):
        file.write(
            f"{display_block(text.rstrip(chr(10)))}\n" if shown else text if text.endswith("\n") else f"{text}\n"
        )


def put(text: str) -> None:
    """Prints a line of data to standard output; the caller has made it safe."""
    sys.stdout.write(f"{text}\n")


def put_path(path: str) -> None:
    """Prints a path as data: unchanged for a program, made safe on a terminal."""
    if sys.stdout.isatty() or not isinstance(sys.stdout, io.TextIOWrapper):
        put(display_text(path))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")


def path_text(path: str) -> str:
    """Returns a path as text for JSON, with bytes that are not UTF-8 as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def put_json(value: Any) -> None:
    """Prints a value as indented JSON, with characters that a terminal might act on as escapes."""
    put(safe_json(msgspec.json.format(msgspec.json.encode(value), indent=2).decode()))


def put_json_with_list(value: Any, field: str, parts: Iterable[Sequence[Any]]) -> None:
    """Prints an object as `put_json` does, with the items of all `parts` in its list `field`, which is empty in it."""
    empty = f'\n  "{field}": []'
    begin, end = msgspec.json.format(msgspec.json.encode(value), indent=2).decode().split(empty)
    sys.stdout.write(safe_json(begin) + empty.removesuffix("]"))
    before = "\n"
    for items in parts:
        text = msgspec.json.format(msgspec.json.encode(items), indent=2).decode()
        sys.stdout.write(before + "  " + safe_json(text[2:-2].replace("\n", "\n  ")))
        before = ",\n"
    put(("\n  ]" if before != "\n" else "]") + safe_json(end))


class JsonList:
    """Prints a list, some items at a time, exactly as `put_json` prints it at once."""

    def __init__(self) -> None:
        self._begun = False

    def add(self, items: Sequence[Any]) -> None:
        """Prints some more items."""
        if items:
            text = msgspec.json.format(msgspec.json.encode(items), indent=2).decode()
            sys.stdout.write(",\n" if self._begun else "[\n")
            sys.stdout.write(safe_json(text.removeprefix("[\n").removesuffix("\n]")))
            self._begun = True

    def end(self) -> None:
        """Ends the list."""
        put("\n]" if self._begun else "[]")


def safe_json(text: str, stream: TextIO | None = None) -> str:
    """Escapes characters in JSON text that a terminal might act on, or that the stream's encoding may lack.

    The stream is standard output unless another is given.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    unicode = ((stream or sys.stdout).encoding or "").lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")
    return re.sub(_ACTIVE if unicode else _NOT_ASCII, lambda m: _escape(ord(m.group())), text)


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


@contextmanager
def data_file() -> Iterator[tuple[IO[str], bool]]:
    """Yields standard output and whether it is a terminal; if not, it is UTF-8 with line ends as written."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        yield sys.stdout, sys.stdout.isatty()
        return
    sys.stdout.flush()
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
    try:
        yield file, False
    finally:
        try:
            file.detach()  # flushes, and leaves the stream below open
        except OSError:
            # What cannot be written stays in the file, which would close standard output when it is thrown away.
            let_go_of_output()
            file.detach()
            raise


def let_go_of_output() -> None:
    """Points standard output at the null device, so that the flush at exit does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:  # standard output has no file descriptor
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    finally:
        os.close(nowhere)


def screen_width() -> int | None:
    """The width of the terminal in cells; None if standard output is not a terminal and lines may be long."""
    if not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def put_labelled(label: str, text: str, width: int | None, tone: str = "", *, label_tone: str = "") -> None:
    """Prints a label and text beside it; within `width` (None: no limit) the text is wrapped beside the label."""
    shown = coloured(label, label_tone)
    if width is None:
        put(shown + coloured(text, tone))
        return
    indent = cell_width(label)
    for index, line in enumerate(wrapped(text, max(20, width - indent))):
        put((shown if index == 0 else " " * indent) + coloured(line, tone))


def put_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    width: int | None = None,
    tones: Mapping[int, Sequence[str]] = {},
) -> None:
    """Prints rows in columns under a head. The last column takes the rest of `width`; those in `right` align right.

    Makes every cell safe. `tones` gives, by column, the tone (see `colours`) of each row's cell.
    """
    safe = safe_rows(rows)
    widths = widths_of_table(head, widths_of_cells([head, *safe]), right, width)
    lines = lines_of_table([head], widths, right, head=True) if any(head) else []
    lines += lines_of_table(safe, widths, right, tones)
    if lines:
        put("\n".join(lines))  # at once: a terminal gets each line that is written by itself


def safe_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of a table, each made safe and cut to 400 cells."""
    return [[display_text(cell, 400) for cell in row] for row in rows]


def widths_of_cells(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of the widest cell of each column."""
    return [max(map(cell_width, column)) for column in zip(*rows, strict=True)]


def widths_of_table(
    head: Sequence[str], widest: Sequence[int], right: Sequence[int], width: int | None = None
) -> list[int]:
    """The widths of the columns of a table whose widest cells are known: `head`, `right` and `width` of `put_table`."""
    widths, last = list(widest), len(head) - 1
    if width is not None:
        # One endless name must not push the rest off the screen.
        widths[:last] = [min(w, max(cell_width(head[i]), width // 4)) for i, w in enumerate(widths[:last])]
        _narrow(widths, width - 2 * last, right)
        widths[last] = max(_LEAST_LAST, width - sum(widths[:last]) - 2 * last)
    return widths


def lines_of_table(
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    right: Sequence[int],
    tones: Mapping[int, Sequence[str]] = {},
    *,
    head: bool = False,
) -> list[str]:
    """The lines of some rows of a table, whose cells are safe; or of its head."""
    lines, last = [], len(widths) - 1
    for place, row in enumerate(rows):
        cells = []
        for i, cell in enumerate(row):
            if i == last:
                cells.append(display_text(cell, widths[i]))
            elif i in right:
                cells.append(" " * max(0, widths[i] - cell_width(cell)) + cell)
            else:
                cells.append(fit(cell, widths[i]))
            if i in tones:
                cells[i] = coloured(cells[i], tones[i][place])
        line = "  ".join(cells).rstrip()
        lines.append(coloured(line, "head") if head else line)
    return lines


def _narrow(widths: list[int], room: int, right: Sequence[int]) -> None:
    """Takes cells from the widest texts before the last column until it has its least width, or none has any to give.

    Columns in `right` have numbers, which must not be cut.
    """
    given = [i for i in range(len(widths) - 1) if i not in right]
    while sum(widths[:-1]) + _LEAST_LAST > room:
        widest = max(given, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= _LEAST:
            return
        widths[widest] -= 1


def count_words(count: int) -> str:
    """A number of files: "1 file", "12 files"."""
    return "1 file" if count == 1 else f"{count:,} files"


def put_copied(copied: Copied, folder: str = "") -> None:
    """Says how many contents of attached files were copied, to which folder, and which ones were not."""
    if copied.count:
        from careconsole.domain.sizes import size_words

        where = f" in {display_text(folder)}" if folder else ""
        say(f"Attached files and mails: {count_words(copied.count)}, {size_words(copied.bytes)}{where}.")
    put_problems(copied)


def put_problems(copied: Copied) -> None:
    """Says which contents of attached files could not be copied, and why."""
    for problem in copied.problems[:_MOST_PROBLEMS]:
        say(f"! {problem}")
    if len(copied.problems) > _MOST_PROBLEMS:
        say(f"! ... and {len(copied.problems) - _MOST_PROBLEMS:,} more.")
