"""The contents of attached files as a whole: checking them, copying them to a backup or an export, and tidying up."""

from __future__ import annotations

import os
import shutil

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.store import Store
from careconsole.store.engine.base import Engine
from careconsole.store.engine.files import must_have_folder
from careconsole.store.files import Contents, mentioned, needed

_NAME = 80


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """How many contents were copied, their bytes, and what is wrong with those that could not be, as sentences."""

    count: int = 0
    bytes: int = 0
    problems: tuple[str, ...] = ()


def check_contents(store: Store) -> list[str]:
    """What is wrong with the contents that cases need, as sentences. Reads all of them."""
    wanted = store.engine.read(lambda: needed(store.engine))
    return [
        _sentence(case, name, problem)
        for digest, (case, name) in wanted.items()
        if (problem := store.contents.problem(digest))
    ]


def copy_contents(engine: Engine, source: Contents, target: Contents) -> Copied:
    """Copies what the histories in the database mention. Raises CareError if the target cannot be written.

    If that fails, a folder that was created for it is removed. A content that no case needs may be missing.
    """
    wanted = needed(engine)
    is_new = target.is_new()
    count = size = 0
    problems = []
    try:
        for digest in sorted(mentioned(engine)):
            if digest not in wanted and not source.has(digest):
                continue
            if problem := source.copy_to(target, digest):
                if digest in wanted:
                    problems.append(_sentence(*wanted[digest], problem))
                continue
            count, size = count + 1, size + target.size(digest)
    except BaseException:
        if is_new:
            shutil.rmtree(target.folder, ignore_errors=True)
        raise
    return Copied(count=count, bytes=size, problems=tuple(problems))


def export_folder(path: str) -> Contents:
    """A folder for exported contents, which is new or empty. Raises WrongUse for any other."""
    if os.path.islink(path) or (os.path.lexists(path) and not os.path.isdir(path)):
        raise WrongUse(f"{path} is not a folder.", "Give a new or an empty one.")
    if os.path.isdir(path) and os.listdir(path):
        raise WrongUse(f"{path} is not empty.", "Give a new folder, or an empty one.")
    must_have_folder(path)
    return Contents(path, path)


def exported_contents(path: str) -> Contents:
    """The folder with the contents of an export. Raises WrongUse if there is none."""
    if not os.path.isdir(path):
        raise WrongUse(f"There is no folder {path}.", "Give the one that the export wrote its files to.")
    return Contents(path, path)


def tidy(store: Store) -> tuple[int, int]:
    """Removes contents that no case needs; returns how many, and their bytes. Those of the last hour stay."""
    return store.engine.write(lambda: store.contents.remove_unused(set(needed(store.engine))))


def _sentence(case: int, name: str, problem: str) -> str:
    where = f" (case {case})" if case else ""
    return f"The content of {display_text(name, _NAME)}{where} {problem}."
