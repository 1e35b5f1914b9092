"""Makes the documentation page of each kind of import, from the registry.

`python -m careconsole.tools.import_pages FOLDER` writes all of them into a folder, usually `docs/imports`; with a
kind's id instead, it prints that page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from careconsole.desk.program_files import preset_ids
from careconsole.intake import registry
from careconsole.intake.formats.mapped_json.maps import preset
from careconsole.intake.registry import OF_DOCUMENTS, Field, ImportFormat


def pages() -> dict[str, str]:
    """Every page by file name: one for each kind, and README.md, which links to them."""
    known = [registry.find(id) for id in registry.format_ids()]
    return {"README.md": _overview(known)} | {f"{kind.id}.md": page(kind) for kind in known}


def page(kind: ImportFormat) -> str:
    """The page of one kind."""
    needed = " --map MAP" if kind.id == "events" else "" if kind.default_source else " --source NAME"
    lines = [
        f"# Importing from {kind.title}" if _holds_tickets(kind) else f"# {kind.title}",
        "",
        "<!-- Made by `python -m careconsole.tools.import_pages docs/imports`; a test keeps it true. -->",
        "",
        f"    careconsole import {kind.id} FILE...{needed} --dry-run",
        "",
        kind.shape,
    ]
    if kind.default_source:
        lines += ["", f"The source is called `{kind.default_source}` unless you give `--source NAME`."]
    if advice := _advice(kind.id):
        lines += ["", "## Getting the files", "", *(f"- {text}" for text in advice)]
    if kind.fields:
        lines += ["", "## What becomes of the fields", "", "| field | becomes | remark |", "|---|---|---|"]
        lines += [f"| {_names(field)} | {_cell(field.ours)} | {_cell(field.remark)} |" for field in kind.fields]
    if kind.not_carried:
        lines += ["", "## What is not imported", "", "| field | why not | |", "|---|---|---|"]
        lines += [f"| {_names(field)} | {_cell(field.ours)} | {_cell(field.remark)} |" for field in kind.not_carried]
    if _holds_tickets(kind):
        lines += ["", "## Rules", "", *_RULES]
    return "\n".join(lines) + "\n"


_RULES = (
    "- A ticket becomes a case with its history: opening, messages, changes and present state. Times and numbers are",
    "  the source's. A later export of the ticket adds what is new; importing the same file again changes nothing.",
    "- A message becomes a note unless the customer is known to have seen it. Customers never see notes.",
    "- An unknown status or priority is ignored and listed: the case stays open, with the source's word as its label.",
    "- People are added as inactive, by name; without a name they are called `user 123`. Give files with names with",
    "  `--users FILE`. Names of systems, not people (`--system NAME`), own no cases.",
    "- HTML becomes plain text, and links keep their addresses. Nothing else is changed: what cannot be imported as it",
    "  is gets rejected with a reason, and the rest is imported.",
)


def _overview(known: list[ImportFormat]) -> str:
    lines = [
        "# Import formats",
        "",
        "<!-- Made by `python -m careconsole.tools.import_pages docs/imports`; a test keeps it true. -->",
        "",
        "`careconsole import KIND FILE...` imports the exports of other systems; `careconsole import auto FILE`",
        "detects the kind from the file. Files may be gzipped, or several of them zipped.",
        "",
        "| kind | what it reads |",
        "|---|---|",
    ]
    lines += [f"| [{kind.id}]({kind.id}.md) | {_cell(f'{kind.title}: {kind.shape}')} |" for kind in known]
    return "\n".join(lines) + "\n"


def _holds_tickets(kind: ImportFormat) -> bool:
    """Whether the records are tickets with their messages, which all kinds read by the same rules."""
    return kind.takes[-len(OF_DOCUMENTS) :] == OF_DOCUMENTS


def _advice(id: str) -> tuple[str, ...]:
    if id not in preset_ids():
        return ()
    return preset(id).advice


def _names(field: Field) -> str:
    return ", ".join(f"`{_cell(name)}`" for name in field.theirs.split(", "))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in registry.KINDS:
        print(page(registry.find(sys.argv[1])), end="")
    else:
        folder = Path(sys.argv[1] if sys.argv[1:] else "docs/imports")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (folder / name).write_text(text, encoding="utf-8")
