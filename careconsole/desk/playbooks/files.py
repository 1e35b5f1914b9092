"""Playbooks as Markdown files in a folder, which a team can keep in version control."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from careconsole.desk.text_files import read_settings, written_file
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.playbook.history import Playbook
from careconsole.domain.playbook.markdown import ReadPlaybook, from_markdown, to_markdown
from careconsole.domain.terminal_text import search_key
from careconsole.domain.time.moments import iso, parse_iso

_ENDING = ".md"
_MOST = 2_000
_HINT = "Give a Markdown file of a playbook, or a folder with such files."
_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


def read(paths: Sequence[str]) -> list[tuple[str, ReadPlaybook]]:
    """Reads the playbooks in some files and folders, each with its file's name.

    Raises WrongUse, naming the file and the line, for one that cannot be understood; CareError for one that cannot be
    read.
    """
    names = [name for path in paths for name in _files(path)]
    if not names:
        raise WrongUse(f"There is no {_ENDING} file in {', '.join(paths)}.", _HINT)
    if len(names) > _MOST:
        raise WrongUse(f"These are {len(names):,} files; at most {_MOST:,} can be read at once.", _HINT)
    return [(name, _read(name)) for name in names]


def write(folder: str, playbooks: Sequence[Playbook], *, force: bool = False) -> list[str]:
    """Writes each playbook to a file of its own in `folder`, which is made if it is missing; returns the files' names.

    A file of that number is kept if it says the same already. Raises WrongUse, and writes nothing, if one differs,
    unless `force` replaces it; CareError if the folder cannot be written.
    """
    try:
        os.makedirs(folder, exist_ok=True)
        present = sorted(os.listdir(folder))
    except OSError as error:
        raise CareError(f"{folder} cannot be written: {error.strerror}.", "Give another folder.") from error
    texts = {}
    for playbook in playbooks:
        name = next((n for n in present if n.startswith(f"{playbook.number}-") and n.endswith(_ENDING)), None)
        texts[name or _name(playbook)] = to_markdown(playbook.content, playbook.number, iso)
    differing = [name for name, text in texts.items() if name in present and not _says(folder, name, text)]
    if differing and not force:
        raise WrongUse(
            f"{os.path.join(folder, differing[0])} differs from what would be written"
            f"{f', and so do {len(differing) - 1} more' if len(differing) > 1 else ''}.",
            "Import your changes first ({}), or replace the files {}.",
            suggest("playbook import", paths=folder),
            given(force=True),
        )
    for name, text in texts.items():
        if name not in present or name in differing:
            with written_file(os.path.join(folder, name), replace=True) as file:
                file.write(text)
    return sorted(texts)


def _files(path: str) -> list[str]:
    if not os.path.isdir(path):
        return [path]
    try:
        return [os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith(_ENDING)]
    except OSError as error:
        raise CareError(f"{path} cannot be read: {error.strerror}.", _HINT) from error


def _read(name: str) -> ReadPlaybook:
    text = read_settings(name, _HINT)
    try:
        return from_markdown(text, lambda words: parse_iso(words, "time"))
    except WrongUse as error:
        raise WrongUse(f"{name}: {error.message}", error.hint) from error


def _says(folder: str, name: str, text: str) -> bool:
    try:
        return read_settings(os.path.join(folder, name), _HINT) == text
    except CareError:
        return False


def _name(playbook: Playbook) -> str:
    words = _NOT_IN_NAME.sub("-", search_key(playbook.content.title)).strip("-")[:_LONGEST_NAME].strip("-")
    return f"{playbook.number}-{words or 'playbook'}{_ENDING}"
