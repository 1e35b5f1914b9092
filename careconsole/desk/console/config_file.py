"""The configuration file of one login: where it is, reading it, and creating it for its owner alone."""

from __future__ import annotations

import os

from careconsole.desk import program_files
from careconsole.desk.text_files import is_plain_file, read_settings, written_file
from careconsole.domain.errors import CareError, WrongUse

VARIABLE = "CARECONSOLE_CONFIG"
"""The environment variable that names another file."""
_NAME = "config.toml"
_HINT = "Give another file in CARECONSOLE_CONFIG, or make this one readable."


def config_path() -> str:
    """The path of the file, which need not exist. Raises WrongUse for a login without a home."""
    named = os.environ.get(VARIABLE)
    if named:
        return os.path.abspath(named)
    from platformdirs import user_config_dir

    try:
        folder = user_config_dir("careconsole", appauthor=False)
    except RuntimeError:
        folder = ""
    if not os.path.isabs(folder):
        raise WrongUse("This login has no folder for its configuration.", f"Name a file in {VARIABLE}.")
    return os.path.join(folder, _NAME)


def read_config(path: str) -> str | None:
    """The text of the file; None if there is none. Raises WrongUse or CareError, with a sentence, for any other."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CareError(f"{path} cannot be read: {why}.", _HINT) from error
    if os.path.isdir(path):
        raise WrongUse(f"{path} is a folder, not a file.", _HINT)
    if not is_plain_file(path):
        raise WrongUse(f"{path} is not a file that can hold a configuration.", _HINT)
    return read_settings(path, _HINT)


def create_config(path: str) -> None:
    """Creates the file from the template, readable by this login alone. Raises WrongUse or CareError."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise CareError(f"{folder} cannot be created: {error.strerror}.", f"Name a file in {VARIABLE}.") from error
    with written_file(path, private=True) as file:
        file.write(program_files.template("config"))
