"""Files of cases as both interfaces show them."""

from __future__ import annotations

from careconsole.desk.cases.files import CaseFiles
from careconsole.domain.case.files import size_words
from careconsole.domain.case.state import AttachedFile
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.files import FileEntry, FilesEntry


def file_cells(file: AttachedFile, found: CaseFiles) -> tuple[str, ...]:
    """Returns the cells of a row: number, size, when and by whom it was attached, and its name, not yet made safe."""
    by = found.roster.name(file.by) if file.by is not None else ""
    missing = " (its content is missing)" if file.number in found.missing else ""
    return str(file.number), size_words(file.size), local(file.at, found.now), by, f"{file.name}{missing}"


def files_entry(found: CaseFiles) -> FilesEntry:
    """Returns the files of a case as JSON."""
    return FilesEntry(
        case=found.case,
        files=[
            FileEntry(
                number=file.number,
                name=file.name,
                size=file.size,
                type=file.type,
                digest=file.digest,
                by=found.roster.name(file.by) if file.by is not None else None,
                at=iso(file.at),
                kept=file.number not in found.missing,
            )
            for file in found.files
        ],
    )
