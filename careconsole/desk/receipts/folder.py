"""The folder of published receipts: one page for each, in a folder of its own that is named by its token.

A page is written beside and renamed, so that a reader, or a program that is killed, only ever meets whole pages. The
root has an index file and every folder has its page, so that no web server lists what there is.
"""

from __future__ import annotations

import os
import re

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.store.engine.files import open_part, put_in_place

INDEX = "index.html"
TOKEN = re.compile(r"[a-z2-7]{32}")
"""A token: 160 bits in base 32."""
MARK = b"<!doctype html>\n<html lang="
"""How every page begins that this program writes."""
_OPEN_TO_THE_SERVER, _FOLDER = 0o644, 0o755


class PublishedFolder:
    """The pages in a folder, which has to exist."""

    def __init__(self, path: str) -> None:
        self.path = path

    def must_be_usable(self) -> None:
        """Raises WrongUse for a folder that is missing or has somebody else's site, CareError for one not writable."""
        if not os.path.isdir(self.path):
            raise WrongUse(f"There is no folder {self.path}.", "Make it first, where your web server reads it.")
        index = os.path.join(self.path, INDEX)
        found = self._read(index)
        if found is not None and not found.startswith(MARK):
            raise WrongUse(f"{self.path} has a web page of its own ({INDEX}).", "Give an empty folder.")
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise CareError(f"{self.path} cannot be written.", "Get write access to it, or give another folder.")

    def tokens(self) -> set[str]:
        """The tokens of the pages that are there. Raises CareError if the folder cannot be read."""
        try:
            return {name for name in os.listdir(self.path) if TOKEN.fullmatch(name)}
        except OSError as error:
            raise self._failed(error) from error

    def page(self, token: str) -> bytes | None:
        """The page of a token as it is there; None without one."""
        return self._read(self._place(token))

    def write_page(self, token: str, page: bytes) -> None:
        """Puts a page in place, whole or not at all. Raises CareError if it cannot be written."""
        place = self._place(token)
        try:
            os.mkdir(os.path.dirname(place), _FOLDER)
        except FileExistsError:
            pass
        except OSError as error:
            raise self._failed(error) from error
        self._write(place, page)

    def write_index(self, page: bytes) -> None:
        """Puts the index file of the root in place, unless it is there already."""
        place = os.path.join(self.path, INDEX)
        if self._read(place) != page:
            self._write(place, page)

    def remove_index(self) -> None:
        """Removes the index file of the root, if it is there."""
        try:
            os.remove(os.path.join(self.path, INDEX))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise self._failed(error) from error

    def remove(self, token: str) -> None:
        """Removes the page of a token, if it is there. Raises CareError if it cannot be removed."""
        place = self._place(token)
        folder = os.path.dirname(place)
        try:
            os.remove(place)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            why = error.strerror or type(error).__name__
            message = f"A page in {self.path} could not be removed, so that its link still shows it: {why}."
            raise CareError(message, _REMOVE_HINT) from error
        try:
            for name in os.listdir(folder):
                if name.startswith(INDEX):  # what a killed writer left
                    os.remove(os.path.join(folder, name))
            os.rmdir(folder)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise self._failed(error) from error

    def _place(self, token: str) -> str:
        assert TOKEN.fullmatch(token)
        return os.path.join(self.path, token, INDEX)

    def _read(self, place: str) -> bytes | None:
        try:
            with open(place, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed(error) from error

    def _write(self, place: str, page: bytes) -> None:
        try:
            with open_part(place) as part:
                with open(part.handle, "wb") as file:  # not synced: a page can be made again at any time
                    file.write(page)
                    os.chmod(part.path, _OPEN_TO_THE_SERVER)
                put_in_place(part.path, place, replace=True)
        except OSError as error:
            raise self._failed(error) from error
        except CareError as error:
            raise CareError(f"A page in {self.path} cannot be written: {_reason(error)}.", _HINT) from error

    def _failed(self, error: OSError) -> CareError:
        """The failure without the name of the page, which is a token."""
        return CareError(f"A page in {self.path} cannot be written: {error.strerror or type(error).__name__}.", _HINT)


_REMOVE_HINT = hint_of("When that is mended, remove what no case has any longer: {}.", suggest("receipts write"))
_HINT = hint_of("When that is mended, write all pages again: {}.", suggest("receipts write"))


def _reason(error: CareError) -> str:
    cause = error.__cause__
    return cause.strerror or type(cause).__name__ if isinstance(cause, OSError) else type(error).__name__
