"""The invariants of a reader, which hold whatever is in a file, and nearly valid files of every kind."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.database.load_dump import load_dump
from careconsole.desk.imports.record import record
from careconsole.desk.queries import case_queries, shown_case
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.domain.terminal_text import why_unstorable
from careconsole.export import cases as export
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.dump import read_records
from careconsole.intake.registry import KINDS, Options
from careconsole.present import case_sheet
from careconsole.present.summary import case_summary
from careconsole.store import open_store
from careconsole.store.maintenance import database_info
from tests.desk.office import Office
from tests.intake.hostile import mutated, packed, torn, written
from tests.intake.kinds import EXPORTS, LOG_MAP
from tests.intake.tickets import Document, tickets

SAMPLES = Path(__file__).parent / "samples"
CRASHES = SAMPLES / "crashes"
READERS = tuple(EXPORTS)
SOME = tuple(ticket._replace(customer=place, agent=place) for place, ticket in enumerate(tickets(5), 1))
"""The tickets that are mutated; no two share a customer or an owner, so damage to one cannot affect another."""

CASE_MAP = """
source = "table"
case = "{case}"
subject = "{{{subject}}}"
description = "{{{description}}}"
customer = "{customer}"
opened = "{opened}"
updated = "{updated}"
resolved = "{resolved}"
note = "{note}"

[time]
zone = "UTC"

[owner]
column = "{owner}"

[status]
column = "{status}"
open = ["open"]
parked = ["pending", "on hold"]
resolved = ["resolved"]

[priority]
column = "{priority}"
normal = ["normal"]

[channel]
column = "{channel}"

[tags]
columns = ["{tags}"]
split = ","
"""
_COLUMNS = {
    "csv": {
        **{"case": "Ticket ID", "subject": "Subject", "description": "Description", "customer": "Customer"},
        **{"opened": "Created at", "updated": "Updated at", "resolved": "Resolved at", "note": "Notes"},
        **{"owner": "Assigned to", "status": "Status", "priority": "Priority", "channel": "Channel", "tags": "Tags"},
    },
    "jsonl": {
        **{"case": "id", "subject": "title", "description": "description", "customer": "requester.name"},
        **{"opened": "created_at", "updated": "updated_at", "resolved": "resolved_at", "note": "notes"},
        **{"owner": "assignee.name", "status": "status", "priority": "priority", "channel": "source", "tags": "tags"},
    },
}


class Bench:
    """Reads files of one kind, from a folder, into a desk; any exception is a finding."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.file = folder / f"fuzz.{EXPORTS[kind].ending}" if kind in EXPORTS else folder / "all.jsonl"
        self.users: tuple[str, ...] = ()
        if kind in EXPORTS and (people := EXPORTS[kind].users) is not None:
            path = folder / "people.json"
            few = {key: value[:20] if isinstance(value, list) else value for key, value in people.items()}
            path.write_bytes(msgspec.json.encode(few))
            self.users = (str(path),)
        self.map = str(LOG_MAP) if kind == "events" else None
        if kind in _COLUMNS:
            self.map = str(folder / "map.toml")
            Path(self.map).write_text(CASE_MAP.format_map(_COLUMNS[kind]), encoding="utf-8")
        self.lines = self.rejects = self.refused = self.files = 0
        self._office: Office | None = None
        self._clean: Counter[bytes] | None = None

    def close(self) -> None:
        if self._office is not None:
            assert database_info.check(self._office.store) == []
            self._office.close()
            self._office = None

    # What is tried

    def mutate(self, chance: Random) -> None:
        """Damages one ticket of an export: it may be rejected or taken, but the others must be read unchanged."""
        place = chance.randrange(len(SOME))
        documents = [list(EXPORTS[self.kind].documents(ticket)) for ticket in SOME]
        documents[place] = [mutated(document, chance) for document in documents[place]]
        framed = chance.random() < 0.5
        data = self._written([one for several in documents for one in several], chance, framed)
        # If the columns are guessed, one row also affects how the others are read.
        guessing = self.kind in _COLUMNS and chance.random() < 0.3
        found = self.take(data, guessing=guessing)
        if found is not None and not guessing:
            missing = lost(self._others(place), found)
            assert not missing, f"records beside the one that was changed are lost or altered: {missing[:3]}"

    def mutate_sample(self, chance: Random) -> None:
        """Damages a sample, which has more kinds of content than an export."""
        path = chance.choice(samples(self.kind))
        documents = list(_documents(path.read_text(encoding="utf-8")))
        ascii = chance.random() < 0.5
        written_anew = "\n".join(written(mutated(document, chance), ascii) for document in documents)
        self.take(written_anew.encode("utf-8", "surrogatepass"))

    def tear(self, chance: Random) -> None:
        """Loses, flips or inserts bytes of an export: the records before them must be read unchanged."""
        documents = [one for ticket in SOME for one in EXPORTS[self.kind].documents(ticket)]
        whole = self._written(documents, chance, False)
        data, first = torn(whole, chance)
        found = self.take(data)
        if found is None or not (first and data.startswith(whole[:first])):
            return
        before = self._clean_until(whole, first, documents)
        missing = before - content_of(found)
        assert not missing, f"records before byte {first} are lost or altered: {list(missing)[:3]}"

    def pack(self, chance: Random) -> None:
        """Reads an export that is in another encoding, or packed, and perhaps damaged."""
        documents = [one for ticket in SOME for one in EXPORTS[self.kind].documents(ticket)]
        data = self._written(documents, chance, chance.random() < 0.5)
        data = packed(torn(data, chance)[0] if chance.random() < 0.5 else data, chance)
        self.take(data, guessing=chance.random() < 0.5 and self.kind in _COLUMNS)

    def own(self, chance: Random) -> None:
        """Damages an export of everything: it is refused and leaves nothing, or becomes a sound database."""
        data = everything()
        if chance.random() < 0.5:
            lines = data.splitlines()
            for at in chance.sample(range(len(lines)), chance.choice((1, 1, 3))):
                anew = written(mutated(json.loads(lines[at]), chance), chance.random() < 0.5)
                lines[at] = anew.encode("utf-8", "surrogatepass")
            data = b"\n".join(lines) + b"\n"
        else:
            data = torn(data, chance)[0]
        self.readmit(data)

    # What must hold

    def turn(self, chance: Random) -> None:
        """Tries one kind of damage."""
        if self.kind == "careconsole":
            self.own(chance)
            return
        ways = [self.mutate, self.mutate, self.tear, self.pack]
        ways += [self.mutate_sample] * 2 if samples(self.kind) else []
        chance.choice(ways)(chance)

    def take(self, data: bytes, *, guessing: bool = False) -> list[ImportedEntry | RejectedRecord] | None:
        """Reads a file of `data` and imports the result into a desk; returns it, or None if the file was refused."""
        self.file.write_bytes(data)
        self.files += 1
        seen = ReadReport()
        options = Options(map=None if guessing else self.map, users=self.users, zone="UTC", kind=self.kind)
        try:
            found = list(registry.read(self.kind, [str(self.file)], options, seen))
        except WrongUse as refused:
            self.refused += 1
            str(refused).encode()
            return None
        for item in found:
            check(item)
        for notice in seen.notices():
            notice.encode()
        self.rejects += sum(type(item) is RejectedRecord for item in found)
        self.lines += sum(type(item) is ImportedEntry for item in found)
        assert (seen.lines, seen.lines + seen.rejects) == (sum(type(i) is ImportedEntry for i in found), len(found))
        self._into_a_desk(found)
        return found

    def readmit(self, data: bytes) -> None:
        """Makes a database from an export of everything."""
        self.file.write_bytes(data)
        self.files += 1
        place = self.folder / "other.db"
        try:
            counts = load_dump(str(place), lambda: read_records(str(self.file)), own_folder=False).rows
        except CareError as refused:
            self.refused += 1
            str(refused).encode()
            assert not list(self.folder.glob("other.db*"))
            return
        self.lines += counts["events"]
        store = open_store(str(place))
        try:
            problems = database_info.check(store)
            _look(Desk(store, lambda: 1_795_000_000_000, 1))
        finally:
            store.close()
            for left in self.folder.glob("other.db*"):
                left.unlink()
        assert problems == []

    def _into_a_desk(self, found: list[ImportedEntry | RejectedRecord]) -> None:
        office = self._office
        if office is None or self.files % 200 == 0:
            self.close()
            office = self._office = Office(self.folder)
        ranked = registry.find(self.kind).ranked
        source = f"{self.kind} {self.files}"
        how: dict[str, Any] = {"source": source, "file": "f", "ranked": ranked}
        tried = record(office.desk(), found, dry_run=True, **how)
        report = record(office.desk(), found, **how)
        assert report.rejected == sum(type(item) is RejectedRecord for item in found), "the desk failed on a case"
        assert replace(tried, batch=report.batch) == report
        again = record(office.desk(), found, **how)
        assert (again.new_cases, again.changed_cases, again.new_events) == (0, 0, 0)
        numbers = {
            number
            for line in found
            if isinstance(line, ImportedEntry) and (number := office.store.cases.by_external(source, line.external))
        }
        _look(office.desk(), sorted(numbers))

    def _written(self, documents: Sequence[Document], chance: Random, framed: bool) -> bytes:
        export = EXPORTS[self.kind]
        if export.ending == "csv":
            return _table(documents, chance)
        ascii = chance.random() < 0.5
        texts = [written(document, ascii) for document in documents]
        head, end = export.frame if export.frame and framed else ("", "\n")
        text = head + (",\n" if head else "\n").join(texts) + end
        return text.encode("utf-8", "surrogatepass")

    def _read(self, documents: Iterable[Document]) -> Counter[bytes]:
        self.file.write_bytes(self._written(list(documents), Random(0), False))
        options = Options(map=self.map, users=self.users, zone="UTC", kind=self.kind)
        return content_of(registry.read(self.kind, [str(self.file)], options, ReadReport()))

    def _others(self, place: int) -> Counter[bytes]:
        """The content of an undamaged export, without the ticket at `place`."""
        return _clean(self, tuple(n for n in range(len(SOME)) if n != place))

    def _clean_until(self, whole: bytes, first: int, documents: list[Document]) -> Counter[bytes]:
        """The content of the records that end before the byte `first`."""
        count = whole.count(b"\n", 0, first)
        if EXPORTS[self.kind].ending == "csv":
            count -= 1
        return self._read(documents[:count]) if count > 0 else Counter()


def _clean(bench: Bench, places: tuple[int, ...]) -> Counter[bytes]:
    known = _known.get((bench.kind, places))
    if known is None:
        some = (one for place in places for one in EXPORTS[bench.kind].documents(SOME[place]))
        before = bench.file.read_bytes()
        known = _known[bench.kind, places] = bench._read(some)
        bench.file.write_bytes(before)
    return known


_known: dict[tuple[str, tuple[int, ...]], Counter[bytes]] = {}


def content_of(items: Iterable[ImportedEntry | RejectedRecord]) -> Counter[bytes]:
    """The lines, regardless of their place in a file."""
    return Counter(msgspec.json.encode(replace(item, number=0)) for item in items if type(item) is ImportedEntry)


def lost(others: Counter[bytes], found: Sequence[ImportedEntry | RejectedRecord]) -> list[bytes]:
    """The lines of `others`, the records beside the one that was changed, that are not among what was found.

    The changed record may have the id of another one now. If it comes first, a table rejects the other and says so:
    that is told, not lost.
    """
    contents = content_of(found)
    missing = others - contents
    taken: set[str] = set()
    if any(type(item) is RejectedRecord and "is the id of an earlier row" in item.reason for item in found):
        taken = {_case_of(line) for line in contents - others}
    return [line for line in missing if _case_of(line) not in taken]


def _case_of(line: bytes) -> str:
    return str(msgspec.json.decode(line)["external"])


def _table(documents: Sequence[Document], chance: Random) -> bytes:
    """Writes documents as a CSV table, with the columns that most of them have; cells may be more or fewer."""
    names = max((tuple(document) for document in documents), key=[tuple(d) for d in documents].count)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=chance.choice(",,,;\t"), quoting=chance.choice((0, 1)), lineterminator="\n")
    writer.writerow(names)
    for document in documents:
        writer.writerow([_cell(value) for value in document.values()])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else written(value)


def _documents(text: str) -> Iterator[Any]:
    """Yields the JSON values of a sample, which follow one another."""
    decode = json.JSONDecoder().raw_decode
    while text := text.lstrip():
        value, end = decode(text)
        yield value
        text = text[end:]


def check(item: ImportedEntry | RejectedRecord) -> None:
    """Asserts that a line can be recorded, and a reject stored and shown."""
    if type(item) is RejectedRecord:
        assert item.reason
        for text in (item.field, item.reason, item.raw):
            text.encode()
        return
    assert type(item) is ImportedEntry
    assert item.external.strip()
    assert len(item.key) == 8
    assert type(item.at) is int
    assert -62_135_596_800_000 <= item.at <= 7_258_118_400_000
    assert item.status in (None, "open", "parked", "resolved", "closed")
    assert item.priority in (None, "low", "normal", "high", "urgent")
    assert not (item.owner and item.nobody)
    if item.said is not None:
        assert item.said.way in ("in", "out", "note")
        assert item.said.sort in ("", "message", "auto", "thanks")
        assert item.said.text
    for text in _texts(msgspec.to_builtins(item, builtin_types=(bytes,))):
        assert why_unstorable(text) is None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _look(desk: Desk, numbers: Sequence[int] | None = None) -> None:
    """Looks at the cases; without `numbers`, at all of them, and exports them."""
    case_queries.queue(desk)
    if numbers is None:
        numbers = case_queries.numbers(desk, "", every=True)
        export.CASES.write_lines(desk, "", lambda line: None)
    for number in numbers:
        view = shown_case.show(desk, number)
        case_sheet.head(view)
        case_sheet.history_lines(view)
        case_summary(view, desk.now())


@cache
def samples(kind: str) -> tuple[Path, ...]:
    """The JSON samples of a kind."""
    found = [*SAMPLES.glob(f"{kind}/*.json*"), *SAMPLES.glob(f"presets/{kind}*.json*")]
    return tuple(sorted(found))


@cache
def everything() -> bytes:
    """An export of everything from a desk with varied content."""
    from tempfile import TemporaryDirectory

    from tests.desk.office import LOG
    from tests.desk.taken_in import exported

    with TemporaryDirectory() as folder:
        office = Office(Path(folder))
        office.bring(*LOG)
        bench = Bench("zendesk", Path(folder))
        documents = [one for ticket in SOME for one in EXPORTS["zendesk"].documents(ticket)]
        bench.file.write_bytes(bench._written(documents, Random(0), False))
        options = Options(users=bench.users, kind="zendesk")
        office.bring(
            *registry.read("zendesk", [str(bench.file)], options, ReadReport()), source="zendesk", ranked=False
        )
        data = exported(office.store)
        office.close()
    return data


assert set(KINDS) == {*READERS, "careconsole"}
