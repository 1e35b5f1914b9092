"""What both faces show for a preview: rejected records, columns kept as fields, and how the source got its name."""

from __future__ import annotations

from careconsole.domain.counting import counted
from careconsole.domain.imported_record import RejectedRecord
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.files.read_report import printable
from careconsole.intake.formats.table.comments import comment_columns

_MOST_NAMED = 10


def reject_words(preview: ImportPreview, reject: RejectedRecord) -> str:
    """Which record is rejected and why."""
    what = ": ".join(filter(None, (reject.field, reject.reason)))
    file = f"{printable(reject.file)}, " if reject.file else ""
    return f"{file}{registry.record_unit(preview.id)} {reject.line} would be rejected: {what}"


def kept_columns(preview: ImportPreview) -> list[str]:
    """The columns of a table that become fields of the case under their own names."""
    if (case_map := preview.map) is None:
        return []
    read = {*case_map.columns(), *comment_columns(preview.columns, case_map)}
    return [name for name in preview.columns if name not in read]


def source_words(preview: ImportPreview) -> str:
    """How the source got its name, and what depends on it; empty if the user gave it."""
    source = preview.options.source
    if preview.known:
        return (
            f"{preview.known} of the first {counted(len(preview.ids), 'case')} {'is' if preview.known == 1 else 'are'}"
            f" already known from the system {source}, and will be updated. Is this file from another system? Then give"
            " it a different name."
        )
    if preview.guessed_source:
        used = f" Names used before: {', '.join(preview.used[:_MOST_NAMED])}." if preview.used else ""
        return (
            f"The system is called {source} after the file. Use the same name in every later import:"
            f" a different name would import every case a second time.{used}"
        )
    return ""
