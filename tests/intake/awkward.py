"""A generator of awkward exports: cases, and every odd way in which a table or a help desk's export writes them down.

What a case means (`Truth`) and how it is written (`Way`, `Packing`) are drawn apart from each other, so that whatever
was read can be compared with what was meant.
"""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.domain.test_written_dates import FORMS
from tests.intake.encoding_samples import PAIRS, TEXTS
from tests.intake.kinds import EXPORTS
from tests.intake.tickets import Document

ROLES = ("case", "subject", "customer", "address", "owner", "status", "opened", "resolved")


class Truth(NamedTuple):
    """A case as it is meant. Times are UTC, to the second.

    `owner` is empty for nobody, `mail` if no address is known. `ended` is None where no time of the end is known.
    """

    id: str
    subject: str
    customer: str
    mail: str
    owner: str
    status: str
    opened: datetime
    ended: datetime | None


class Way(NamedTuple):
    """How a table is written.

    `form` is one of `FORMS`; `apart` puts the day and the hour of each opening into two columns. `head` has the names
    of the columns in the order of `ROLES`. `nothing` stands where a value is missing; None leaves the key out, or
    writes null (CSV: nothing). With `history`, each case has a row for its beginning and one for its latest state.
    """

    kind: str
    encoding: str
    delimiter: str
    form: str
    apart: bool
    head: tuple[str, ...]
    words: dict[str, str]
    nothing: str | None
    files: int
    history: bool


HEADS = {
    "plain": ("Ticket", "Subject", "Requester", "Requester email", "Assignee", "Status", "Created", "Resolved"),
    "sales": (
        *("Case Number", "Subject", "Contact Name", "Contact email", "Case Owner", "Status", "Date/Time Opened"),
        "Date Time Resolved",
    ),
    "snake": (
        "ticket_id",
        "title",
        "customer_name",
        "customer_email",
        "assigned_to",
        "state",
        "created_at",
        "solved_at",
    ),
    "German": (
        *("Vorgangsnummer", "Betreff", "Kunde", "E-Mail-Adresse", "Bearbeiter", "Status", "Erstellt am"),
        "Erledigt am",
    ),
    "French": ("No du ticket", "Objet", "Demandeur", "Courriel", "Assigne a", "Statut", "Ouvert le", "Resolu le"),
    "Spanish": (
        *("Caso", "Asunto", "Cliente", "Correo", "Asignado a", "Estado", "Fecha de apertura"),
        "Resuelto el",
    ),
    "no table of cases": ("Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg", "Hh"),
}
WORDS = (
    {"open": "Open", "parked": "Pending", "resolved": "Solved"},
    {"open": "new", "parked": "on hold", "resolved": "resolved"},
    {"open": "In Bearbeitung", "parked": "wartend", "resolved": "erledigt"},
    {"open": "abierto", "parked": "en espera", "resolved": "resuelto"},
    {"open": "Frobbed", "parked": "Quuxed", "resolved": "Zapped"},
)
"""What the statuses are called; nobody knows the words of the last."""
STRANGE = WORDS[-1]

CERTAIN = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
ENCODINGS = sorted({encoding for _, encoding in PAIRS} | set(CERTAIN))

SHAPES = {
    "plain": "{}".format,
    "leading zeros": "{:06}".format,
    "prefix": "SHOP-{}".format,
    "sign": "#{}".format,
    "long": lambda n: str(20_240_101_000_000_000 + n),
    "uuid": lambda n: f"{n:08x}-7c1e-4f0a-9d2b-0123456789ab",
    "blank": "A {}".format,
    "slash": "2024/{}".format,
    "rounded": lambda n: f"{2 + n // 100}.{n % 100:02}E+11",
}
"""The ids of cases; a spreadsheet has lost those that are rounded."""


def languages(encoding: str) -> list[str]:
    """Those whose texts can be written in an encoding."""
    if encoding in CERTAIN:
        return list(TEXTS)
    return sorted({language for language, name in PAIRS if name == encoding})


moments = st.datetimes(datetime(2015, 1, 2), datetime(2026, 6, 1)).map(lambda t: t.replace(microsecond=0))
spans = st.integers(-90 * 86_400, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Truth], Way]:
    """Cases, and how their table is written."""
    encoding = draw(st.sampled_from(ENCODINGS))
    texts = [text.split("|") for text in TEXTS[draw(st.sampled_from(languages(encoding)))]]
    # Some letters of a text may be missing in the encoding, as they are in real exports.
    texts = [[part.encode(encoding, "ignore").decode(encoding) for part in text] for text in texts]
    shape = SHAPES[draw(st.sampled_from(list(SHAPES)))]
    mails = draw(st.booleans())
    cases = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        subject, customer = draw(st.sampled_from(texts))
        opened, status = draw(moments), draw(st.sampled_from(["open", "parked", "resolved", "resolved"]))
        ended = opened + draw(spans) if status == "resolved" and draw(st.integers(0, 5)) else None
        owner = draw(st.sampled_from(["", "Ana Weber", "Ben Okafor", "Zoe"]))
        mail = draw(st.sampled_from(["", "one@first.example", "two@second.example"])) if mails else ""
        # Now and then an id stands for two cases.
        id = shape(number if draw(st.integers(0, 19)) else max(1, number - 1))
        cases.append(Truth(id, subject, customer, mail, owner, status, opened, ended))
    form = draw(st.sampled_from([form for form in FORMS if _fits(form, encoding)]))
    way = Way(
        kind=draw(st.sampled_from(["csv", "jsonl"])),
        encoding=encoding,
        delimiter=draw(st.sampled_from(",;\t|")),
        form=form,
        apart=draw(st.integers(0, 4)) == 0,
        head=HEADS[draw(st.sampled_from(list(HEADS)))],
        words=draw(st.sampled_from(WORDS)),
        nothing=draw(st.sampled_from([None, "", "-", "null", "N/A", "None"])),
        files=draw(st.sampled_from([1, 1, 2])),
        history=draw(st.integers(0, 4)) == 0,
    )
    return cases, way


def _fits(form: str, encoding: str) -> bool:
    """Whether an encoding has every letter of a form: the months of one year show all of them."""
    try:
        "".join(FORMS[form](datetime(2024, month, 5, hour)) for month in range(1, 13) for hour in (9, 21)).encode(
            encoding
        )
    except UnicodeEncodeError:
        return False
    return True


def write_table(folder: Path, cases: Sequence[Truth], way: Way) -> list[Path]:
    """Writes the table of `cases` into one or two files."""
    head = list(way.head)
    if way.apart:
        head[-2:] = ["Date", "Time", way.head[-1]]
    if way.history:
        head.append("Updated")
    half = len(cases) // 2 if way.files == 2 else 0
    paths = []
    for number, some in enumerate(filter(None, (cases[:half], cases[half:]))):
        path = folder / f"table-{number}.{way.kind}"
        rows = [row for case in some for row in _rows(case, way)]
        if way.kind == "csv":
            text = io.StringIO()
            csv.writer(text, delimiter=way.delimiter).writerows([head, *([one or "" for one in row] for row in rows)])
            written = text.getvalue()
        else:
            objects = (dict(zip(head, row, strict=True)) for row in rows)
            written = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
        path.write_bytes(written.encode(way.encoding))
        paths.append(path)
    return paths


def _rows(case: Truth, way: Way) -> Iterator[list[str | None]]:
    write = FORMS[way.form]
    times = [f"{case.opened:%Y-%m-%d}", f"{case.opened:%H:%M:%S}"] if way.apart else [write(case.opened)]
    known = [case.id, case.subject, case.customer, case.mail or way.nothing]
    ended = write(case.ended) if case.ended else way.nothing
    latest = [*known, case.owner or way.nothing, way.words[case.status], *times, ended]
    if not way.history:
        yield latest
        return
    yield [*known, way.nothing, way.words["open"], *times, way.nothing, write(case.opened)]
    yield [*latest, write(max(case.opened, case.ended or case.opened + timedelta(hours=1)))]


# Exports of help desks


class Packing(NamedTuple):
    """How an export of a help desk comes: the same records in any of these ways mean the same.

    `apart` puts messages into a file of their own, `nulls` gives every record every key (or some of them), `order` is
    the seed by which records are shuffled, 0 for none.
    """

    form: str
    encoding: str
    apart: bool
    nulls: str
    order: int


@st.composite
def packings(draw: st.DrawFn, apart: bool) -> Packing:
    """A way in which an export comes; `apart`: its messages may be in a file of their own."""
    return Packing(
        form=draw(st.sampled_from(["array", "lines", "two files", "zip", "gzip"])),
        encoding=draw(st.sampled_from(CERTAIN)),
        apart=apart and draw(st.booleans()),
        nulls=draw(st.sampled_from(["absent", "null", "some null"])),
        order=draw(st.integers(0, 50)),
    )


def pack(
    folder: Path,
    kind: str,
    documents: Iterable[Document],
    packing: Packing,
    keys: Iterable[str],
    messages: Any = None,
) -> list[Path]:
    """Writes an export; `keys` are those that may be null, and `messages` takes the messages out of a record."""
    records = copy.deepcopy(list(documents))
    chance = random.Random(packing.order)
    for record in records:
        holder = record["fields"] if kind == "jira" else record
        if packing.nulls != "absent":
            some = [key for key in sorted(keys) if packing.nulls == "null" or chance.random() < 0.5]
            holder |= {key: None for key in some if key not in holder}
    parts = [records]
    if packing.apart:
        parts.append([message for record in records for message in messages(record)])
    if packing.order:
        for part in parts:
            chance.shuffle(part)
    if packing.form == "two files":
        parts = [half for part in parts for half in (part[::2], part[1::2])]
    return list(_files(folder, kind, packing, [part for part in parts if part]))


def _files(folder: Path, kind: str, packing: Packing, parts: list[list[Document]]) -> Iterator[Path]:
    named = []
    for number, part in enumerate(parts):
        by_line = packing.form == "lines" or EXPORTS[kind].frame is None
        text = "".join(json.dumps(one) + "\n" for one in part) if by_line else json.dumps(part)
        named.append((f"part-{number}.{'jsonl' if by_line else 'json'}", text.encode(packing.encoding)))
    if packing.form == "zip":
        with zipfile.ZipFile(folder / "export.zip", "w") as archive:
            for name, data in named:
                archive.writestr(name, data)
        yield folder / "export.zip"
        return
    for name, data in named:
        path = folder / (f"{name}.gz" if packing.form == "gzip" else name)
        path.write_bytes(gzip.compress(data) if packing.form == "gzip" else data)
        yield path
