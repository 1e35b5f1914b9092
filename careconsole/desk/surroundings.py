"""Where a program finds itself: its database, the machine, the machine's user, and the clock."""

from __future__ import annotations

import os
import time

from careconsole.domain.errors import WrongUse


def place(named: str | None) -> str:
    """The path of the database that is named, or of the one in the platform's folder for a user's data."""
    if named is None:
        return os.path.join(data_folder(), "careconsole.db")
    path = named.removeprefix("sqlite://")
    path = path[1:] if path != named else path  # sqlite:///shop.db, sqlite:////srv/shop.db
    if not path:
        raise WrongUse("--db names no file.", "Give the path of a database, or leave --db out for your own.")
    return path


def data_folder() -> str:
    """The platform's folder for a user's data."""
    from platformdirs import user_data_dir

    try:
        folder = user_data_dir("careconsole", appauthor=False)
    except RuntimeError:  # a login without a home
        folder = ""
    if not os.path.isabs(folder):
        raise WrongUse("This login has no folder for its data.", "Name the database with --db PATH.")
    return folder


def now_ms() -> int:
    """The present time in epoch milliseconds; CARECONSOLE_NOW (ISO 8601 with a zone) puts another in its place."""
    fixed = os.environ.get("CARECONSOLE_NOW")
    if fixed:
        from careconsole.domain.times import parse_instant

        return parse_instant(fixed, 0)
    return time.time_ns() // 1_000_000


def os_user() -> str:
    """The name of the operating system's user."""
    try:
        import pwd
    except ImportError:
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a login that this machine's list does not have, as in a container
        return str(os.getuid())


def workstation() -> str:
    """The name of this machine."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import socket

    return socket.gethostname()
