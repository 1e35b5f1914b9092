"""The entry point of `careconsole` and `python -m careconsole`."""

from __future__ import annotations

import os
import sys
import threading

_INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells give it."""
_WALL = "wall"
"""The command that opens the wall display, which is drawn as the console is."""
_NO_COLOR: dict[str, dict[str, str]] = {"auto": {}, "always": {"NO_COLOR": ""}, "never": {"NO_COLOR": "1"}}
"""What each value of --color does to the environment of the console."""


def main() -> None:
    """Opens the console, or runs the command line, and ends the process with its exit code."""
    import gc

    # A short command leaves hardly any garbage, and collecting it took a seventh of its time: during start-up, and
    # again when the interpreter exits (hence the freeze below). Long ones still collect now and then.
    gc.set_threshold(50_000)
    threading.excepthook = _thread_broke
    bare = _bare(sys.argv[1:])
    try:
        if bare is None:
            # It prefers three names of typing_extensions to those that the standard library has since Python 3.11, and
            # nothing else here needs that before a screen is drawn: without it, this takes a third of the time.
            _import_without("typing_extensions", "msgspec")
            from careconsole.cli import run

            run()
        else:
            _open(*bare)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)  # before the console runs: there Ctrl-C is a key
    except Exception as error:
        _say_broken(error, "The command" if bare is None else "The console")
        sys.exit(1)
    finally:
        gc.freeze()


def _import_without(missing: str, module: str) -> None:
    """Imports `module` as where `missing`, which it can do without, is not installed; others can still import that."""
    if missing in sys.modules:
        return
    sys.modules[missing] = None  # type: ignore[assignment]  # importing it fails for now
    try:
        __import__(module)
    finally:
        del sys.modules[missing]


def _bare(args: list[str]) -> tuple[str | None, str | None, bool, bool] | None:
    """The database, the name and the mouse option of a call that opens the console or, as the last of these says, the
    wall display; None for any other call, or without a terminal.

    The command line parses the same options, but importing it takes as long as all other code of ours that the console
    needs. Sets NO_COLOR as --color says.
    """
    given: dict[str, str | None] = {
        "--db": os.environ.get("CARECONSOLE_DB") or None,
        "--as": os.environ.get("CARECONSOLE_AS") or None,
    }
    mouse, wall, rest = True, False, list(args)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if option == "--no-mouse" and not equals:
            mouse = False
        elif option == "--color" and (value if equals else next(iter(rest), "")) in _NO_COLOR:
            os.environ |= _NO_COLOR[value if equals else rest.pop(0)]
        elif option in given and (equals or rest):
            given[option] = value if equals else rest.pop(0)
        elif option == _WALL and not equals and not rest:
            wall = True
        else:
            return None
    terminal = sys.stdin is not None and sys.stdout is not None and sys.stdin.isatty() and sys.stdout.isatty()
    return (given["--db"], given["--as"], mouse, wall) if terminal else None


def _thread_broke(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _say_broken(args.exc_value, f"The thread {args.thread.name if args.thread is not None else 'unknown'}")


def _say_broken(error: BaseException, what: str) -> None:
    """Reports an unexpected error without quoting any stored data."""
    try:
        from careconsole.cli.output import print_error
        from careconsole.desk.crash_report import report_crash

        print_error(report_crash(error, what))
    except Exception as another:  # a missing package, for example; Python's own traceback would quote data
        print(f"careconsole: It broke ({type(error).__name__}, then {type(another).__name__}).", file=sys.stderr)


def _open(db: str | None, name: str | None, mouse: bool, wall: bool) -> None:
    # The event loop of a screen has no connections to encrypt. OpenSSL takes 5 MB and a tenth of the start.
    _import_without("ssl", "asyncio")

    from careconsole.domain.errors import CareError, WrongUse
    from careconsole.domain.hints import suggest
    from careconsole.tui.seat import seat_here
    from careconsole.tui.start import run_console, run_wall

    try:
        if os.environ.get("TERM") == "dumb":
            raise WrongUse(
                f"{'The wall display' if wall else 'The console'} needs a terminal that it can draw on, and this one"
                " cannot be drawn on (TERM=dumb).",
                "Use commands ({}), or open another terminal.",
                suggest("queue"),
            )
        seat = seat_here(db, name, mouse=mouse)
        run_wall(seat) if wall else run_console(seat)
    except CareError as error:
        from careconsole.cli.output import print_error

        print_error(error)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
