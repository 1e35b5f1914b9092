"""A live stream of events for scripts."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import msgspec

from careconsole.cli.output import put, safe_json
from careconsole.cli.output_file import must_not_be_database, output_closed
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.queries import changes
from careconsole.desk.queries.event_stream import EventStream, follow
from careconsole.desk.text_files import written_file
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.errors import CareError, WrongUse
from careconsole.present.json_types.cases import WatchedEventEntry
from careconsole.present.json_views import event_values

_TURN = 0.5
"""Seconds between two checks whether the output is still read."""
_AT_ONCE = 500
"""The most events written before the cursor is stored."""


@click.command()
@click.option("--since", metavar="CURSOR", help="Start after this cursor; 0 is the beginning. Default: now.")
@click.option(
    "--cursor-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Start after the cursor in FILE, if there is one, and store progress there.",
)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only events of this kind; may be repeated.")
@click.option("--once", is_flag=True, help="Print what has happened, then exit.")
@click.pass_obj
def watch(session: Session, since: str | None, cursor_file: str | None, kinds: tuple[str, ...], once: bool) -> None:
    """Print events as they happen, one line of JSON each, for scripts.

    Each line has a cursor; --since with a cursor starts right after that line, also after a restart. The cursor file is
    written after the lines it covers: a script that is killed in between gets those again, and none is lost. The
    command ends with Ctrl-C, or when its output is closed.

    \b
    Examples:
      careconsole watch --since 0 --once --kind escalated
      careconsole watch --cursor-file seen.cursor --since 0 --once | jq -r .sentence
    """
    _check_kinds(kinds)
    if once and since is None and cursor_file is None:
        raise WrongUse("--once from now on would print nothing.", "Give a start: --since 0, or --cursor-file.")
    if cursor_file is not None:
        must_not_be_database(cursor_file, session.place())
    desk = session.asking()
    following = follow(desk)
    cursor = _kept(cursor_file) or since
    if cursor is None:
        cursor = following.present()
    cursor = cursor.strip()
    following.check(cursor)
    _keep(cursor_file, cursor)
    with _ended_quietly():
        _tell(desk, following, cursor, cursor_file, frozenset(kinds), once)


def _tell(
    desk: Desk, following: EventStream, cursor: str, cursor_file: str | None, kinds: frozenset[str], once: bool
) -> None:
    from careconsole.desk.queries.named_entries import named_entries

    encode = msgspec.json.Encoder().encode
    while True:
        came = following.after(cursor, _AT_ONCE)
        if came:
            roster = desk.roster()
            tell = Narrator(roster)
            named = named_entries(desk, [(one.case, one.event) for one in came])
            for one in came:
                if not kinds or one.event.kind in kinds:
                    told = event_values(one.case, one.event, tell.knowing(named.get(one.case)), roster)
                    entry = WatchedEventEntry(cursor=one.cursor, **told)
                    put(safe_json(encode(entry).decode()))
            sys.stdout.flush()
            cursor = came[-1].cursor
            _keep(cursor_file, cursor)
        if len(came) < _AT_ONCE:
            if once:
                return
            while not changes.wait(desk, _TURN):
                if output_closed():
                    return


def _check_kinds(kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        if kind not in KINDS:
            raise WrongUse(f"There is no kind of event {kind!r}.", f"Choose from: {', '.join(KINDS)}.")


def _kept(path: str | None) -> str | None:
    """Returns the cursor stored in a file; None without one. Raises WrongUse if empty, CareError if unreadable."""
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(100).strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CareError(f"The cursor in {path} cannot be read: {error.strerror}.", "Give another file.") from error
    if not text:
        raise WrongUse(f"{path} has no cursor in it.", "Remove it to start over, or give another file.")
    return text


def _keep(path: str | None, cursor: str) -> None:
    if path is not None:
        with written_file(path, replace=True) as file:
            file.write(f"{cursor}\n")


@contextmanager
def _ended_quietly() -> Iterator[None]:
    """Treats Ctrl-C and SIGTERM as the normal end: no failure and no message."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
