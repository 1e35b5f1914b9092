"""Which commands for passwords may run under this login.

A database can be shared, and anybody who can write to it could put a command there that every console would then run as
its own user. So a command runs only where it was set, or where somebody said that it may; the note of that is a file
of the login, and not in the database.
"""

from __future__ import annotations

import os

from careconsole.domain.errors import CareError

_FILE = "trusted-commands"


def is_trusted(command: str) -> bool:
    """Whether this command may run under this login."""
    try:
        with open(_path(), encoding="ascii", errors="replace") as file:
            return _mark(command) in (line.strip() for line in file)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _failed(error) from error


def trust(command: str) -> None:
    """Notes that this command may run under this login. Raises CareError if that cannot be written."""
    if is_trusted(command):
        return
    path = _path()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="ascii") as file:
            file.write(f"{_mark(command)}\n")
    except OSError as error:
        raise _failed(error) from error


def _mark(command: str) -> str:
    from hashlib import sha256  # loads OpenSSL, which a console does without until mail is fetched

    return sha256(command.encode("utf-8", "surrogatepass")).hexdigest()


def _path() -> str:
    from platformdirs import user_config_dir

    try:
        folder = user_config_dir("careconsole", appauthor=False)
    except RuntimeError:  # a login without a home
        folder = ""
    if not os.path.isabs(folder):
        raise CareError(
            "This login has no folder for its configuration, so no command for a password can be trusted.",
            "Set HOME or XDG_CONFIG_HOME, or give the password by an environment variable.",
        )
    return os.path.join(folder, _FILE)


def _failed(error: OSError) -> CareError:
    return CareError(
        f"{error.filename or _FILE} cannot be used: {error.strerror or error}.",
        "Check the permissions of this file and its folder.",
    )
