"""What both faces say of files that are looked at: what cannot be taken, and which system they are of."""

from __future__ import annotations

from careconsole.domain.import_entries import RejectedRecord
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.files.read_report import printable

_MOST_NAMED = 10


def reject_words(prospect: ImportPreview, reject: RejectedRecord) -> str:
    """That a record cannot be taken, where it stands and why."""
    what = ": ".join(filter(None, (reject.field, reject.reason)))
    file = f"{printable(reject.file)}, " if reject.file else ""
    return f"{file}{registry.record_unit(prospect.id)} {reject.line} cannot be taken: {what}"


def source_words(prospect: ImportPreview) -> str:
    """How the name of the system came about, and what depends on it; empty where somebody gave it."""
    source = prospect.options.source
    if prospect.known:
        return (
            f"{prospect.known} of the first {len(prospect.ids)} cases are known already, of the system {source}:"
            " they are taken for its. If they are another system's, give it a name of its own."
        )
    if prospect.guessed_source:
        used = f" Names used before: {', '.join(prospect.used[:_MOST_NAMED])}." if prospect.used else ""
        return (
            f"The system is called {source} after the file. It must be called the same in every later import:"
            f" another name later would bring every case a second time.{used}"
        )
    return ""
