"""Files of cases as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class FileEntry(Entry, frozen=True, kw_only=True):
    """A file of a case; `label` is what to save it by, and `number` that of its entry in the history.

    `size` is in bytes, `type` follows from the name, or is what a mail says. `digest` is the SHA-256 of an attached
    content, null for a file that is kept within `mail`, which says that it is from `sender`. `by` is who attached it.
    `kept` is false if the content is missing. A mail of a case that was merged into this one keeps its `number` there.
    """

    label: str
    number: int
    name: str
    size: int
    type: str
    digest: str | None
    by: str | None
    mail: int | None
    sender: str | None
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
