"""The program's environment: its database, the machine, the machine's user, and the clock."""

from __future__ import annotations

import os
import re
import time

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given

_RULE = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,3}(?::\d{1,2}){0,2}(?:[A-Za-z<].*)?"
"""A time zone in POSIX form: its offset from UTC, optionally with rules for summer time."""
_ZONES = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
"""Where Unix systems keep the time zone database."""
_A_DAY = 24 * 60 * 60


def argument_text(value: str) -> str:
    """An argument of the command line, decoded as UTF-8 whatever the locale; else as the locale has decoded it."""
    if value.isascii():
        return value
    try:
        return os.fsencode(value).decode("utf-8")
    except UnicodeError:
        return value


def database_path(named: str | None) -> str:
    """The path or URL of the database `named`, or the path of the one in the user's data folder.

    Raises WrongUse for an empty path, and for a URL with a password, which others could see in the list of processes.
    """
    if named is None:
        return os.path.join(data_folder(), "careconsole.db")
    if on_server(named):
        from careconsole.store.engine.postgres_url import has_password

        if has_password(named):
            raise WrongUse(
                "The URL of the database has a password in it, which other users of this machine could see.",
                "Leave it out, and put it in ~/.pgpass: HOST:5432:DATABASE:USER:PASSWORD. That file needs mode 0600.",
            )
        return named
    path = named.removeprefix("sqlite://")
    path = path[1:] if path != named else path  # sqlite:///shop.db, sqlite:////srv/shop.db
    if not path:
        raise WrongUse("The path of the database is empty.", "Give one {}, or none to use your own.", given(db=...))
    return path


def on_server(place: str) -> bool:
    """Whether `place` is the URL of a database on a PostgreSQL server, and no path."""
    return place.startswith(("postgresql://", "postgres://"))


def data_folder() -> str:
    """The platform's folder for a user's data. Raises WrongUse when there is none."""
    from platformdirs import user_data_dir

    try:
        folder = user_data_dir("careconsole", appauthor=False)
    except RuntimeError:  # a login without a home
        folder = ""
    if not os.path.isabs(folder):
        raise WrongUse("This login has no folder for its data.", "Give the database {}.", given(db=...))
    return folder


def now_ms() -> int:
    """The current time in epoch milliseconds; CARECONSOLE_NOW (ISO 8601 with a zone) overrides it.

    Raises WrongUse when that holds anything else: other times are counted from now, and it is now.
    """
    fixed = os.environ.get("CARECONSOLE_NOW")
    if fixed:
        from careconsole.domain.time.moments import parse_iso

        return parse_iso(fixed, "CARECONSOLE_NOW")
    return time.time_ns() // 1_000_000


def ensure_valid_timezone() -> str:
    """Makes sure that times can be shown: when TZ names no known time zone, switches to UTC.

    Returns a sentence that says so; usually it is empty.
    """
    said = os.environ.get("TZ", "")
    if not said or not hasattr(time, "tzset") or _is_zone(said.removeprefix(":")):
        return ""
    os.environ["TZ"] = "UTC"
    time.tzset()
    return f"TZ is {said!r}, which is not a known time zone, so times are in UTC. Set it like Europe/Rome."


def _is_zone(name: str) -> bool:
    if name in ("UTC", "GMT"):
        return True
    if re.fullmatch(_RULE, name, re.ASCII):
        return abs(time.timezone) < _A_DAY and abs(time.altzone) < _A_DAY
    for folder in filter(None, (os.environ.get("TZDIR"), *_ZONES)):
        try:
            with open(os.path.join(folder, name), "rb") as file:
                if file.read(4) == b"TZif":
                    return True
        except (OSError, ValueError):
            continue
    return False


def os_user() -> str:
    """The name of the operating system's user."""
    try:
        import pwd
    except ImportError:
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a uid without an entry in the user database, as in a container
        return str(os.getuid())


def workstation() -> str:
    """The name of this machine."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import socket

    return socket.gethostname()
