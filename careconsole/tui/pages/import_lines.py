"""An import as lines of a given width: the preview (doubts, columns, first cases) and the report."""

from __future__ import annotations

import os
from shlex import join
from typing import TYPE_CHECKING

from careconsole.domain.counting import counted
from careconsole.domain.terminal_text import display_text, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.autodetect_text import kept_columns, reject_words, source_words
from careconsole.intake.formats.table.column_names import ROLES
from careconsole.intake.look import FirstCase
from careconsole.intake.preview_answers import command
from careconsole.tui.pages.import_answers import typed_answer

if TYPE_CHECKING:
    from careconsole.desk.imports.report import Report
    from careconsole.tui.widgets.toned_lines import Line

_LONGEST = 500
_BAR = 30


def preview_lines(preview: ImportPreview, now: int, width: int) -> list[Line]:
    """The preview: everything to check before importing."""
    title = f"{preview.title} ({preview.id}), from the system {preview.options.source}"
    lines: list[Line] = _broken(title, "title", width)
    if words := source_words(preview):
        lines += _broken(f"! {words} source=NAME says another.", "soon" if preview.guessed_source else "", width)
    if preview.options.zone:
        lines += _broken(f"Times without a zone are read in {preview.zone}.", "", width)
    lines += doubt_lines(preview, width)
    if preview.roles:
        lines += [(), (("Columns", "heading"),)]
        for role in ROLES:
            if role in preview.roles:
                lines.append(((f"{role:12}", "quiet"), (display_text(preview.roles[role], width - 12), "")))
        if others := kept_columns(preview):
            lines += _broken(f"kept as fields: {', '.join(others)}", "quiet", width)
    lines += [(), (("The first cases, as they would be imported", "heading"),)]
    for case in preview.cases:
        lines += _case(case, now, width)
    if not preview.cases:
        lines.append((("none", "quiet"),))
    for reject in preview.rejects[:3]:
        lines += _broken(f"! {reject_words(preview, reject)}", "late", width)
    if preview.rejected > 3:
        unit = registry.record_unit(preview.id)
        lines += _broken(f"! {preview.rejected - 3:,} more {unit}s cannot be imported.", "late", width)
    for notice in preview.notices:
        lines += _broken(notice, "soon", width)
    return lines


def doubt_lines(preview: ImportPreview, width: int) -> list[Line]:
    """What would be lost or guessed, the worst first; below what is to be answered, the answers to type."""
    if not preview.doubts:
        return []
    takes = preview.takes
    lines: list[Line] = [(), (("What would be lost or guessed, worst first", "heading"),)]
    for doubt in preview.doubts:
        if doubt in preview.blocking:
            lines += _broken(f"? {doubt.text}", "soon", width)
            typed = "; ".join(f"{typed_answer(answer)} {answer.meaning}" for answer in doubt.answers(takes))
            lines += _broken(f"  {typed}.", "quiet", width)
        else:
            lines += _broken(f"- {doubt.text}{' Accepted.' if doubt.blocks else ''}", "", width)
    return lines


def _case(case: FirstCase, now: int, width: int) -> list[Line]:
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


def report_lines(preview: ImportPreview, report: Report, notices: list[str], kept: str, width: int) -> list[Line]:
    """What an import did, and how to repeat it or take it back; `kept` is where the map or the answers were kept."""
    lines: list[Line] = [(("Imported", "title"),)]
    new, known = counted(report.new_cases, "case"), f"{report.unchanged_cases:,} already known"
    lines += _broken(
        f"{new} new, {report.changed_cases:,} changed, {known}; {counted(report.new_events, 'event')}.", "strong", width
    )
    if report.new_people or report.new_customers:
        people, customers = counted(report.new_people, "person", "people"), counted(report.new_customers, "customer")
        lines += _broken(f"{people} (inactive) and {customers} new.", "", width)
    for remark in report.remarks():
        lines += _broken(remark, "soon", width)
    if report.rejected:
        see = f": careconsole batch show {report.batch} --rejects" if report.batch is not None else ""
        held = "were imported" if report.new_cases or report.changed_cases else "had nothing new"
        rejected = counted(report.rejected, "record was", "records were")
        lines += _broken(f"! {rejected} rejected, the others {held}{see}.", "late", width)
    if report.resumed:
        lines += _broken("Continued an earlier import of these files that had not finished.", "quiet", width)
    if report.conflicts:
        see = f": careconsole batch show {report.batch}" if report.batch is not None else ""
        lines += _broken(
            f"! {counted(report.conflicts, 'case differs', 'cases differ')} from the other system{see}.", "soon", width
        )
    for notice in notices:
        lines += _broken(notice, "quiet", width)
    lines.append(())
    if kept:
        lines += _broken(f"The {'answers are' if preview.map is None else 'map is'} in {kept}.", "", width)
    lines += _broken("As a command:", "quiet", width)
    words = command(preview, kept if preview.map is not None else "")
    lines += _broken(f"  {join(words)}", "", width)
    if report.batch is not None:
        lines += _broken(f"To undo it: careconsole batch rollback {report.batch}", "quiet", width)
    return lines


def progress(taken: int, size: int, records: int) -> str:
    """The progress of an import: a bar, the percentage of the files, and the number of records."""
    share = min(1.0, taken / size) if size else 1.0
    return f"[{'#' * int(share * _BAR):.<{_BAR}}] {int(share * 100):3} %  {counted(records, 'record')}"


def name_of(preview: ImportPreview) -> str:
    """The first file's name for a title, and how many more files there are."""
    name = os.path.basename(os.fsencode(preview.files[0])).decode("utf-8", "replace")
    return name if len(preview.files) == 1 else f"{name} and {len(preview.files) - 1} more"


def _broken(text: str, tone: str, width: int) -> list[Line]:
    return [((part, tone),) for part in wrapped(display_text(text, _LONGEST), width)]
