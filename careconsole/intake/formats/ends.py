"""The end of a case beside its beginning, for every format that tells both."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.domain.imported_record import ENDED, ImportedEntry
from careconsole.intake.files.read_report import ReadReport


def end_after(opened: int | None, ended: int, external: str, seen: ReadReport) -> int | None:
    """When a case that began at `opened` ended (epoch milliseconds); None if its end lies before its beginning.

    Such a case counts as a doubt: it ended, but nobody can tell when, and as it stands its end would be a reopening. A
    time that is written to the second only may lie before the millisecond of the beginning in that very second.
    """
    if opened is None or ended >= opened:
        return ended
    if ended % 1000 == 0 and opened - ended < 1000:
        return opened
    seen.doubts.add("end-before-opening", example=external)
    return None


def not_before(begun: int, line: ImportedEntry, seen: ReadReport) -> ImportedEntry:
    """A line of a case that began at `begun`: if it ends the case, it does so then at the earliest."""
    if line.at >= begun or line.status not in ENDED:
        return line
    return replace(line, at=begun, undated=end_after(begun, line.at, line.external, seen) is None)
