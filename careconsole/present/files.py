"""Files of cases as both interfaces show them."""

from __future__ import annotations

from careconsole.desk.cases.files import CaseFiles
from careconsole.desk.queries.case_files import CaseFile
from careconsole.domain.sizes import size_words
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.files import FileEntry, FilesEntry


def file_cells(file: CaseFile, found: CaseFiles) -> tuple[str, ...]:
    """Returns the cells of a row: label, size, when and from whom it came, and its name, not yet made safe."""
    by = found.roster.name(file.by) if file.by is not None else file.sender
    missing = " (its content is missing)" if file.label in found.missing else ""
    return file.label, size_words(file.size), local(file.at, found.now), by, f"{file.name}{missing}"


def files_entry(found: CaseFiles) -> FilesEntry:
    """Returns the files of a case as JSON."""
    return FilesEntry(
        case=found.case,
        files=[
            FileEntry(
                label=file.label,
                number=file.number,
                mail=file.mail,
                sender=file.sender or None,
                name=file.name,
                size=file.size,
                type=file.type,
                digest=file.digest,
                by=found.roster.name(file.by) if file.by is not None else None,
                at=iso(file.at),
                kept=file.label not in found.missing,
            )
            for file in found.files
        ],
    )
