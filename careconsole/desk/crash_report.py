"""Reports a fault of careconsole itself: one sentence, and a private report that contains no stored data.

A traceback shows values, and exception messages quote them: customers' words would stay in the terminal's scrollback
and in every report that is passed on. So a report contains only what is in the source code: the types of the
exceptions, and the files, lines and functions they passed through.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType

import msgspec

from careconsole.domain.errors import CareError

_KEPT = 20
"""How many reports are kept: the latest ones."""
_FRAMES = 40
"""How many frames at each end of a traceback are reported; infinite recursion has thousands of identical ones."""
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
    msgspec.MsgspecError,
)
"""What a fault of careconsole itself raises when it meets an input that nobody thought of. What the machine raises (a
disk that is full, no memory) is not among them: it says nothing about the input."""


class Broken(CareError):
    """A fault of careconsole itself: what broke, and where its report is."""


def report_crash(error: BaseException, what: str) -> Broken:
    """Writes the report of an unexpected error; returns the error to show for it.

    `what` is what broke, as the subject of a sentence: "The command".
    """
    path = write_report(error, what)
    if path is None:
        hint = "No report could be written; please pass this line on to those who maintain careconsole."
    else:
        hint = f"The report has nothing about customers: {path}. Please send it to the maintainers of careconsole."
    return Broken(f"{what} broke: {summary(error)}.", hint)


def report_thread_crashes(tell: Callable[[Broken], object]) -> None:
    """From now on calls `tell`, in the thread concerned, for each thread that ends with an exception."""

    def ended(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = args.thread.name if args.thread is not None else "unknown"
            tell(report_crash(args.exc_value, f"Something in the background ({name})"))

    threading.excepthook = ended


def summary(error: BaseException) -> str:
    """The type of an error and the last line of our code it passed: "KeyError in desk/cases/sweep.py, line 12"."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_HERE + os.sep)]
    if not frames:
        return _kind(error)
    last = ours[-1] if ours else frames[-1]
    return f"{_kind(error)} in {_file(last.filename)}, line {last.lineno}"


def write_report(error: BaseException, what: str) -> str | None:
    """Writes the report, readable by its owner only; returns its path, or None when nothing could be written."""
    text = "\n".join(_lines(error, what)) + "\n"
    for open_file in (_in_state_folder, _in_temporary_folder):
        try:
            file, path = open_file()
            with open(file, "w", encoding="utf-8", errors="backslashreplace") as report:
                report.write(text)
        except (OSError, RuntimeError):  # no home, a full disk, a folder owned by somebody else
            continue
        return path
    return None


def _in_state_folder() -> tuple[int, str]:
    """Creates a file in the platform's state folder and deletes the oldest reports; returns its descriptor and path."""
    from secrets import token_hex

    from platformdirs import user_state_dir

    folder = os.path.join(user_state_dir("careconsole", appauthor=False), "crashes")
    os.makedirs(folder, 0o700, exist_ok=True)
    # Names begin with the time, so the oldest come first; one place is left for the new report.
    for old in sorted(name for name in os.listdir(folder) if name.endswith(".txt"))[: 1 - _KEPT]:
        os.unlink(os.path.join(folder, old))
    path = os.path.join(folder, f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{token_hex(4)}.txt")
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), path


def _in_temporary_folder() -> tuple[int, str]:
    return tempfile.mkstemp(".txt", "careconsole-crash-")  # created readable by its owner only


def _lines(error: BaseException, what: str) -> Iterator[str]:
    import platform
    from importlib.metadata import version

    yield f"{what} broke: {summary(error)}."
    yield f"At {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC"
    names = ("careconsole", "click", "msgspec", "rich", "textual")
    yield f"{', '.join(f'{name} {version(name)}' for name in names)}; Python {platform.python_version()}"
    yield f"{platform.platform()}"
    yield ""
    yield "The messages of exceptions are left out: they can quote what customers wrote."
    seen: set[int] = set()
    link = ""
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield f"\n{link}{_kind(at)}"
        yield from _frames(at.__traceback__)
        if at.__cause__ is not None:
            at, link = at.__cause__, "caused by "
        elif not at.__suppress_context__:
            at, link = at.__context__, "while there was "
        else:
            at = None


def _frames(trace: TracebackType | None) -> Iterator[str]:
    frames = traceback.extract_tb(trace)
    left_out = len(frames) - 2 * _FRAMES
    for place, frame in enumerate(frames):
        if left_out > 0 and place == _FRAMES:
            yield f"  ... {left_out:,} more ..."
        if left_out <= 0 or not _FRAMES <= place < _FRAMES + left_out:
            yield f"  {_file(frame.filename)}:{frame.lineno} in {frame.name}"


def _kind(error: BaseException) -> str:
    """The type of an error, with only those details that cannot be anybody's words."""
    name = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} ({errno.errorcode.get(error.errno, error.errno)})"
    if isinstance(error, ImportError) and error.name is not None:
        return f"{name} ({error.name})"
    if isinstance(error, UnicodeError):
        return f"{name} ({getattr(error, 'encoding', '')})"
    code = getattr(error, "sqlite_errorname", None)
    return f"{name} ({code})" if isinstance(code, str) else name


def _file(path: str) -> str:
    """The path of a file within its package; the folders above it may contain a person's name."""
    for top in sorted((os.path.dirname(_HERE), *sys.path), key=len, reverse=True):
        if top and path.startswith(top + os.sep):
            return path.removeprefix(top + os.sep).removeprefix("careconsole" + os.sep)
    return os.path.basename(path)
