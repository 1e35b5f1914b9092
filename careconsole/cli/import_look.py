"""Prints what a guided import would do: the kind, the columns, the first cases, and what would be lost or guessed."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from careconsole.cli.doubts import answers_text, doubt_entries, say_doubts
from careconsole.cli.output import path_text, put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import iso, local
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.autodetect_text import kept_columns, reject_words, source_words
from careconsole.intake.formats.table.column_names import ROLES
from careconsole.intake.formats.table.dates import zone_here
from careconsole.present.json_types.imports import FirstCaseEntry, GuidedImportEntry, ImportEntry, RejectEntry

_LONG = 200


def show(preview: ImportPreview) -> None:
    """Prints what the files are, how the columns are read, the first cases, and what would be lost or guessed."""
    names = ", ".join(os.path.basename(os.fspath(file)) for file in preview.files)
    article, _, rest = preview.title.partition(" ")
    title = f"{article.lower()} {rest}" if article in ("A", "An") else preview.title
    say(f"{names}: {title} ({preview.id}), from the system {preview.options.source}.")
    if preview.roles:
        put_report(("Ours", "Column"), [(role, preview.roles[role]) for role in ROLES if role in preview.roles])
        if others := kept_columns(preview):
            put(f"Kept as fields: {display_text(', '.join(others), _LONG)}")
        put("")
    rows = []
    for case in preview.cases:
        status = f"{case.status} ({case.label})" if case.label and case.label.lower() != case.status else case.status
        words = f"{case.heard}/{case.said}/{case.notes}"
        owner, tags = case.owner or "nobody", ", ".join(case.tags)
        opened, changed = local(case.opened, 0), local(case.changed, 0)
        rows.append(
            (*(case.external, opened, changed, status, case.priority, owner, case.customer), tags, words, case.subject)
        )
    put_report(
        (*("Case", "Opened", "Last", "Status", "Priority", "Owner", "Customer"), "Tags", "In/out/notes", "Subject"),
        rows,
        right=(1, 2),  # so that they are never cut: they show how the times are read
    )
    if preview.options.zone:
        say(f"Times without a zone are read as {preview.zone}; above they are shown in {zone_here()}.")
    for reject in preview.rejects[:3]:
        say(reject_words(preview, reject))
    if preview.rejected > 3:
        say(f"... and {preview.rejected - 3:,} more {registry.record_unit(preview.id)}s would be rejected.")
    if preview.doubts:
        say("What would be lost or guessed, worst first:")
    say_doubts(preview.doubts, preview.takes, preview.accepted)
    for notice in preview.notices:
        say(notice)


def put_guided(
    preview: ImportPreview,
    command: Sequence[str],
    path: str = "",
    result: ImportEntry | None = None,
) -> None:
    """Prints what the files are and the result of the import as JSON."""
    cases = [
        FirstCaseEntry(
            external=case.external,
            subject=case.subject,
            customer=case.customer,
            owner=case.owner or None,
            status=case.status,
            label=case.label,
            priority=case.priority,
            tags=list(case.tags),
            opened_at=iso(case.opened),
            changed_at=iso(case.changed),
            heard=case.heard,
            said=case.said,
            notes=case.notes,
        )
        for case in preview.cases
    ]
    takes = preview.takes
    put_json(
        GuidedImportEntry(
            files=[path_text(os.fspath(file)) for file in preview.files],
            kind=preview.id,
            source=preview.options.source,
            source_note=source_words(preview) or None,
            zone=preview.options.zone or preview.zone,
            roles=dict(preview.roles),
            columns=list(preview.columns),
            first_cases=cases,
            rejects=[
                RejectEntry(**{**msgspec.structs.asdict(reject), "file": path_text(reject.file)})
                for reject in preview.rejects
            ],
            rejected=preview.rejected,
            doubts=doubt_entries(preview.doubts, takes, preview.accepted),
            notices=list(preview.notices),
            questions=[f"{doubt.text} {answers_text(doubt, takes)}." for doubt in preview.blocking],
            map=path_text(path) if path and preview.map is not None else None,
            answers=path_text(path) if path and preview.map is None else None,
            command=[path_text(word) for word in command],
            result=result,
        )
    )
