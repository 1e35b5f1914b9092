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
        lines += ["", f"The source is called `{kind.default_source}` unless `--source NAME` says otherwise."]
    if advice := _advice(kind.id):
        lines += ["", "## Getting the files", "", *(f"- {text}" for text in advice)]
    if kind.fields:
        lines += ["", "## What becomes of its fields", "", "| theirs | ours | remark |", "|---|---|---|"]
        lines += [f"| {_names(field)} | {_cell(field.ours)} | {_cell(field.remark)} |" for field in kind.fields]
    if kind.not_carried:
        lines += ["", "## What is not carried over", "", "| theirs | why not | |", "|---|---|---|"]
        lines += [f"| {_names(field)} | {_cell(field.ours)} | {_cell(field.remark)} |" for field in kind.not_carried]
    if _holds_tickets(kind):
        lines += ["", "## By which rules", "", *_RULES]
    return "\n".join(lines) + "\n"


_RULES = (
    "- A ticket becomes a history: how it began, what was said, what changed, how it stands. Times and numbers are the",
    "  source's. A later export of it adds what is new; the same file changes nothing.",
    "- What the customer is not known to have seen is a note. A note is never shown to a customer.",
    "- A status or priority that the kind does not know says nothing and is listed: the case stays open with their",
    "  word as its label.",
    "- People come along inactive, by their names; without a name they are `user 123`. Files that tell names are given",
    "  with `--users FILE`. Names that are systems, not people (`--system NAME`), own nothing.",
    "- Text that is HTML becomes plain text, links keep their addresses. Nothing else is altered: what cannot be taken",
    "  as it stands is rejected with its reason, and the rest goes in.",
)


def _overview(known: list[ImportFormat]) -> str:
    lines = [
        "# Imports by their kinds",
        "",
        "<!-- Made by `python -m careconsole.tools.import_pages docs/imports`; a test keeps it true. -->",
        "",
        "`careconsole import KIND FILE...` brings in what other systems export; `careconsole import auto FILE` finds",
        "the kind by what is in the file. Files may be packed with gzip, or several of them with zip.",
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
