"""Edits a text in the person's own editor, while the console waits."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import SuspendNotSupported

from careconsole.desk.text_files import LONGEST_TEXT, read_bounded
from careconsole.domain.errors import CareError
from careconsole.tui.forms.question_row import Field
from careconsole.tui.widgets.base_screen import Sheet

_USUAL = ("sensible-editor", "nano", "vi", "notepad")


def editor(environment: Mapping[str, str] | None = None) -> list[str]:
    """The command of the editor: VISUAL, EDITOR, or a usual one. Raises CareError for none or a malformed one."""
    given = os.environ if environment is None else environment
    said = given.get("VISUAL", "").strip() or given.get("EDITOR", "").strip()
    if said:
        try:
            return shlex.split(said)
        except ValueError as error:
            raise CareError(f"EDITOR cannot be read: {said}.", "Set it to a command, such as nano.") from error
    found = next((name for name in _USUAL if shutil.which(name)), None)
    if found is None:
        raise CareError("No editor was found.", "Set EDITOR to the one you want, such as nano.")
    return [found]


def edit(form: Sheet[Any], field: Field) -> None:
    """Has the person edit the text of a field in their editor; says so if there is none that can be used."""
    try:
        command = editor()
        with form.app.suspend():
            text = edited(field.said, command)
    except SuspendNotSupported:
        form.host.say("This terminal cannot open an editor.", "Type the text here.", "warning")
    except CareError as error:
        form.host.complain(error)
    else:
        field.put(text)


def edited(text: str, command: list[str]) -> str:
    """Runs the editor on `text` and returns the edited text, without its final line break.

    The file that the editor works on is readable by this user alone, and is deleted afterwards. Raises CareError when
    the editor cannot be started or fails, or when its file cannot be read, is too large or is not UTF-8.
    """
    with tempfile.TemporaryDirectory(prefix="careconsole-") as folder:
        path = Path(folder) / "text.txt"
        path.write_text(text + "\n", encoding="utf-8", errors="replace", newline="")
        try:
            ended = subprocess.run([*command, str(path)], check=False)
        except OSError as error:
            raise CareError(f"The editor {command[0]} cannot be started: {error.strerror}.", "Set EDITOR.") from error
        if ended.returncode:
            raise CareError(f"The editor {command[0]} failed; your text is unchanged.", "Set EDITOR to another one.")
        try:
            with path.open("rb") as file:
                data = read_bounded(file, LONGEST_TEXT, "The text from the editor")
            left = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
            return left.removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CareError(
                "The text from the editor cannot be read; your text is unchanged.", "Save as UTF-8."
            ) from error
