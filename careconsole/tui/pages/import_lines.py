"""What an import would be, in lines of a given width: what is open, the columns, the first cases; and what it did."""

from __future__ import annotations

import os
from shlex import join
from typing import TYPE_CHECKING

from careconsole.domain.terminal_text import display_text, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.intake.autodetect import Case, ImportPreview, command
from careconsole.intake.autodetect_text import reject_words, source_words
from careconsole.intake.formats.table.column_synonyms import ROLES

if TYPE_CHECKING:
    from careconsole.desk.imports.record import Report
    from careconsole.tui.widgets.toned_lines import Line

_LONGEST = 400
_BAR = 30


def prospect_lines(prospect: ImportPreview, now: int, width: int) -> list[Line]:
    """Everything somebody should see before they import."""
    title = f"{prospect.title} ({prospect.id}), of the system {prospect.options.source}"
    lines: list[Line] = _broken(title, "title", width)
    for question in questions(prospect):
        lines += _broken(f"? {question}", "soon", width)
    if words := source_words(prospect):
        lines += _broken(f"! {words} source=NAME says another.", "soon" if prospect.guessed_source else "", width)
    if prospect.options.zone:
        lines += _broken(f"Times that name no zone are read in {prospect.zone}.", "", width)
    if prospect.encoding:
        lines += _broken(f"The text is not UTF-8, and was read as {prospect.encoding}.", "", width)
    if prospect.roles:
        lines += [(), (("Columns", "heading"),)]
        for role in ROLES:
            if role in prospect.roles:
                lines.append(((f"{role:12}", "quiet"), (display_text(prospect.roles[role], width - 12), "")))
        others = [name for name in prospect.columns if name not in prospect.roles.values()]
        if others:
            lines += _broken(f"kept as fields: {', '.join(others)}", "quiet", width)
    lines += [(), (("The first cases, as they would become", "heading"),)]
    for case in prospect.cases:
        lines += _case(case, now, width)
    if not prospect.cases:
        lines.append((("none", "quiet"),))
    for reject in prospect.rejects[:3]:
        lines += _broken(f"! {reject_words(prospect, reject)}", "late", width)
    for notice in prospect.notices:
        lines += _broken(notice, "soon", width)
    return lines


def questions(prospect: ImportPreview) -> list[str]:
    """What is open, each with what to type."""
    found = []
    if prospect.open_date:
        found.append(f"“{prospect.open_date}”: type day if the day comes first, or month.")
    if prospect.local_time:
        found.append(f"“{prospect.local_time}” names no zone and is read in {prospect.zone}; zone=NAME says another.")
    for name, count in prospect.systems.items():
        found.append(
            f"Is the owner {name} ({count} of the first rows) a system, not a person? Then type system={name}."
        )
    if prospect.is_log:
        found.append("Most cases have several rows. If a row is something that happened, this is an event log.")
    return found


def _case(case: Case, now: int, width: int) -> list[Line]:
    status = f"{case.status} ({case.label})" if case.label and case.label.lower() != case.status else case.status
    words = f"; {case.heard} in, {case.said} out, {case.notes} notes" if case.heard + case.said + case.notes else ""
    status += f", {case.priority}" if case.priority else ""
    tags = f"; {', '.join(case.tags)}" if case.tags else ""
    times = local(case.opened, now) + (f" to {local(case.changed, now)}" if case.changed != case.opened else "")
    about = f"{status}, {case.owner or 'nobody'}; {case.customer or 'no customer'}; {times}{words}{tags}"
    return [
        ((fit(display_text(case.external, 14), 14), "strong"), (f" {display_text(case.subject, width - 15)}", "")),
        ((" " * 15, ""), (display_text(about, width - 15), "quiet")),
    ]


def report_lines(prospect: ImportPreview, report: Report, notices: list[str], map_path: str, width: int) -> list[Line]:
    """What an import did, and how to repeat it or take it back."""
    lines: list[Line] = [(("Imported", "title"),)]
    new = f"{report.new_cases:,} cases new, {report.changed_cases:,} changed, {report.unchanged_cases:,} known already"
    lines += _broken(f"{new}; {report.new_events:,} events.", "strong", width)
    if report.new_people or report.new_customers:
        people = "1 person" if report.new_people == 1 else f"{report.new_people:,} people"
        customers = "1 customer" if report.new_customers == 1 else f"{report.new_customers:,} customers"
        lines += _broken(f"{people} (inactive) and {customers} new.", "", width)
    if report.rejected:
        see = f": careconsole batch show {report.batch} --rejects" if report.batch is not None else ""
        held = "went in" if report.new_cases or report.changed_cases else "held nothing new"
        rejected = "1 record was" if report.rejected == 1 else f"{report.rejected:,} records were"
        lines += _broken(f"! {rejected} rejected, the others {held}{see}.", "late", width)
    if report.resumed:
        lines += _broken("An import of the same files that had not come to its end was taken up.", "quiet", width)
    if report.conflicts:
        see = f": careconsole batch show {report.batch}" if report.batch is not None else ""
        lines += _broken(f"! {report.conflicts:,} cases stand otherwise here than there{see}.", "soon", width)
    for notice in notices:
        lines += _broken(notice, "quiet", width)
    lines.append(())
    if map_path:
        lines += _broken(f"The map is in {map_path}.", "", width)
    lines += _broken("The same in a script:", "quiet", width)
    lines += _broken(f"  {join(command(prospect, map_path))}", "", width)
    if report.batch is not None:
        lines += _broken(f"To take it back: careconsole batch rollback {report.batch}", "quiet", width)
    return lines


def progress(taken: int, size: int, records: int) -> str:
    """How far an import is: a bar of signs, the share of the file, the records."""
    share = min(1.0, taken / size) if size else 1.0
    return f"[{'#' * int(share * _BAR):.<{_BAR}}] {int(share * 100):3} %  {records:,} records"


def name_of(prospect: ImportPreview) -> str:
    """The file's name for a title."""
    name = os.path.basename(os.fsencode(prospect.files[0])).decode("utf-8", "replace")
    return name if len(prospect.files) == 1 else f"{name} and {len(prospect.files) - 1} more"


def _broken(text: str, tone: str, width: int) -> list[Line]:
    return [((part, tone),) for part in wrapped(display_text(text, _LONGEST), width)]
