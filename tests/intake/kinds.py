"""Exports of invented help desks: the same tickets in the file format of every system."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.intake import presetshapes, shapes
from tests.intake.tickets import Document, Ticket


class Export(NamedTuple):
    """How one system writes tickets: each as `documents`, in an array between the two texts of `frame`.

    Without a frame there is one document per line. `words` are further arguments for the command line, `users` is the
    content of the file of people. `created` is the path to the creation time, `case` maps a ticket's number to the
    external id of its case. `says` are the ways (see `Comment`) of the exported words; `changed` is how many events a
    `later` ticket adds: an answer, a change, the new status.
    """

    documents: Callable[[Ticket], Iterable[Document]]
    created: tuple[str, ...]
    case: Callable[[int], str]
    changed: int
    frame: tuple[str, str] | None = ("[\n", "\n]\n")
    ending: str = "json"
    says: tuple[str, ...] = ("in", "out", "note")
    words: tuple[str, ...] = ()
    users: Document | None = None


def write(path: Path, export: Export, some: Iterable[Ticket], *, by_line: bool = False, spoil: int = 0) -> None:
    """Writes an export of tickets; with `by_line` one document per line.

    The creation time of the ticket numbered `spoil` is "soon", which no reader accepts.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_texts(export, some, by_line, spoil))


def text_of(export: Export, some: Iterable[Ticket]) -> str:
    """What `write` writes."""
    return "".join(_texts(export, some, False, 0))


def _texts(export: Export, some: Iterable[Ticket], by_line: bool, spoil: int) -> Iterator[str]:
    documents = (_spoiled(export, ticket, spoil) for ticket in some)
    if export.ending == "csv":
        yield from _rows(document for several in documents for document in several)
        return
    encode = msgspec.json.Encoder().encode
    head, end = export.frame if export.frame and not by_line else ("", "\n")
    between = ",\n" if head else "\n"
    before = head
    for several in documents:
        for document in several:
            yield before + encode(document).decode()
            before = between
    yield end if before == between else head + end


def _spoiled(export: Export, ticket: Ticket, spoil: int) -> Iterator[Document]:
    for document in export.documents(ticket):
        if ticket.number == spoil:
            holder = document
            for name in export.created[:-1]:
                holder = holder[name]
            holder[export.created[-1]] = "soon"
        yield document


def _rows(documents: Iterable[Document]) -> Iterator[str]:
    for number, document in enumerate(documents):
        text = io.StringIO()
        if number == 0:
            csv.writer(text).writerow(document)
        csv.writer(text).writerow(document.values())
        yield text.getvalue()


LOG_MAP = Path(__file__).resolve().parents[1] / "bench" / "map.toml"

EXPORTS: dict[str, Export] = {
    "csv": Export(shapes.row, ("Created at",), "{:06}".format, 1, None, "csv", ("note",), ("--source", "table")),
    "jsonl": Export(shapes.document, ("created_at",), str, 1, None, "jsonl", ("note",), ("--source", "table")),
    "events": Export(shapes.log, ("at",), "T-{:07}".format, 1, None, "jsonl", (), ("--map", str(LOG_MAP))),
    "zendesk": Export(
        shapes.zendesk,
        ("created_at",),
        str,
        2,
        ('{"tickets": [\n', '\n], "next_page": null, "count": 1}\n'),
        users=shapes.ZENDESK_USERS,
    ),
    "jira": Export(
        shapes.jira,
        ("fields", "created"),
        "HELP-{}".format,
        3,
        ('{"expand": "schema,names", "startAt": 0, "issues": [\n', '\n], "names": {"customfield_10010": "Order"}}\n'),
    ),
    "freshdesk": Export(presetshapes.freshdesk, ("created_at",), str, 3, users=presetshapes.FRESHDESK_USERS),
    "zammad": Export(presetshapes.zammad, ("created_at",), lambda number: str(22_000 + number), 3),
    "helpscout": Export(
        presetshapes.helpscout, ("createdAt",), str, 3, ('{"_embedded": {"conversations": [\n', "\n]}}\n")
    ),
    "intercom": Export(
        presetshapes.intercom,
        ("created_at",),
        lambda number: str(140_000 + number),
        3,
        None,
        "jsonl",
        users=presetshapes.INTERCOM_USERS,
    ),
    "github": Export(presetshapes.github, ("createdAt",), "octo/shop#{}".format, 3, says=("in", "out")),
}
"""The exports that tests make, by kind. An export of our own (kind careconsole) is made by the program itself."""
