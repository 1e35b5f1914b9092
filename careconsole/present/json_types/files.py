"""Files of cases as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class FileEntry(Entry, frozen=True, kw_only=True):
    """A file of a case; `number` is that of its entry in the history.

    `size` is in bytes, `type` follows from the name, `digest` is the SHA-256 of the content. `by` is who attached it.
    `kept` is false if the content is missing.
    """

    number: int
    name: str
    size: int
    type: str
    digest: str
    by: str | None
    at: Moment
    kept: bool


class FilesEntry(Entry, frozen=True, kw_only=True):
    """The files of a case, in the order of their entries."""

    case: CaseNumber
    files: list[FileEntry]


class SavedFileEntry(Entry, frozen=True, kw_only=True):
    """A file that was saved in a folder, under a safe name."""

    case: CaseNumber
    path: str


class FileLimitsEntry(Entry, frozen=True, kw_only=True):
    """The most bytes of one file and of all together, and how many bytes are kept now."""

    file: int
    total: int
    kept: int
