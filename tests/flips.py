"""Checks what happens when a bit of a database file flips; run by hand: `python -m tests.flips [--copies N]`.

A database with every kind of event is copied; in each copy one bit is flipped, anywhere in the file. Then everything
that can be read is compared with the original, and the commands read it. It exits with 1 if a command ended with a
traceback or did not end, or if a stored value changed and `db check` calls the database sound.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from careconsole.desk.cases import execution, mail_senders
from careconsole.desk.mail.boxes import add as add_box
from careconsole.desk.playbooks import writing
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.notes import Note
from careconsole.domain.case.notice_message import Notice
from careconsole.domain.case.opening import OpenCase, Opened
from careconsole.domain.case.replies import Reply
from careconsole.domain.imported_record import RejectedRecord
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.outgoing import OutgoingMail
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.playbook.content import Authority, Content
from careconsole.domain.team.addresses import Address
from careconsole.domain.team.roster import Person
from careconsole.store import Store
from careconsole.store.automatic_answers import AutomaticAnswer
from careconsole.store.boxes import BoxMail
from careconsole.store.engine.driver import sqlite3
from careconsole.store.files import Contents
from careconsole.store.receipts import StoredReceipt
from tests.cli.console import Console, Result
from tests.desk.office import LOG, MONDAY, Office
from tests.domain.test_golden import SAMPLES, read

COMMANDS = (
    ("db", "check"),
    ("show", "{case}"),
    ("history", "{case}"),
    ("queue",),
    ("queue", "--sort", "owner"),
    ("agenda",),
    ("why", "{case}"),
    ("team", "list"),
    ("export", "cases"),
    ("export", "history"),
    ("export", "all"),
    ("measures",),
    ("report",),
    ("playbook", "list"),
    ("playbook", "show", "1"),
)
LONGEST = 60
"""Seconds that a command on so small a database may take."""
_MAIL = b"From: carla@home.example\nSubject: Kettle\nMessage-ID: <1@home.example>\n\nIt leaks.\n"
_PEOPLE = 12
_CUSTOMERS = 8


def build(folder: Path) -> str:
    """Creates a database with every kind of event and something in every table, without a write-ahead log."""
    office = Office(folder)
    office.bring(*LOG, RejectedRecord(9, "owner", "nobody", "9;x;y"))
    store = office.store
    keep_content(office.path)
    store.engine.write(lambda: _fill(store))
    desk = office.desk("Ben")
    may = Authority(text="refund the postage", limit="9.90", currency="EUR")
    written = writing.write(office.desk(), Content(title="Kettle arrives broken", signs="a crack", may=may))
    writing.revise(desk, written.playbook.number, {"say": "Dear {customer}, a new one is on its way."})
    for number in range(3):
        opened = execution.open_case(
            desk, OpenCase(subject=f"Kettle {number}", channel="email"), f"Carla {number}"
        ).opened
        assert opened is not None
        office.later(1)
        execution.execute(desk, "note", Note(text="She called twice, and wants her money back"), [opened])
    server = MailServer(host="imap.shop.example", port=993, user="care")
    settings = BoxSettings(address=Mailbox("box@shop.example"), imap=server, smtp=server)
    add_box(office.desk(), "support", settings, Secret("environment", "CARE"))
    execution.execute(desk, "reply", Reply(text="It is in the post.", to="carla@home.example"), [opened])
    office.mail(_MAIL)
    boxes = store.boxes
    box = boxes.all()[0]
    store.engine.write(lambda: boxes.note(box.number, 7, [BoxMail(uid=1, mail=1), BoxMail(uid=2, failure="gone")]))
    content = OutgoingMail(sender=Mailbox("box@shop.example"), to=("carla@home.example",), automatic=True)
    answer = AutomaticAnswer(
        case=opened, address="carla@home.example", box="support", at=MONDAY, not_before=MONDAY, content=content
    )
    store.engine.write(lambda: store.automatic_answers.add(answer))
    store.engine.write(lambda: store.outgoing.mark_address("old@home.example", MONDAY, "550 no such user"))
    mail_senders.block(office.desk(), "win@prizes.example")
    office.sound()
    office.close()
    with closing(sqlite3.connect(office.path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = delete")
    return office.path


def keep_content(place: str) -> None:
    """Keeps the content of the files in the samples of events beside the database at `place`."""
    Contents(place).put(io.BytesIO(b"test"), 4)


def _fill(store: Store) -> None:
    people = len(store.people.roster().people)
    for number in range(people, _PEOPLE):
        store.people.add(Person(number=0, name=f"Person {number}", role="agent"))
    for number in range(_CUSTOMERS):
        store.customers.add(f"Customer {number}")
    customer = store.customers.get(1)
    assert customer is not None
    store.customers.save(
        msgspec.structs.replace(
            customer, orders=("A-1", "A-2"), note="pays late", phone="0123", addresses=("carla@home.example",)
        )
    )
    store.customers.links.save_rows([[2, 1]])
    due_of = store.levels.due_of_many()
    for kind, sample in SAMPLES:
        number = store.engine.reserve("cases", 1)
        fact = read(kind, sample)
        events = [Event(1, MONDAY, MONDAY, Opened(subject="Kettle"), 2)]
        if isinstance(fact, Opened):
            events = [Event(1, MONDAY, MONDAY, fact, 2)]
        else:
            events.append(Event(2, MONDAY + 1, MONDAY + 1, fact, 2))
        case = begin(number, events[0])
        for event in events[1:]:
            case = evolve(case, event)
        store.case_writer.add(case, due_of(case))
        store.case_writer.append(number, events)
    console = store.console
    for person in (1, 2, 3):
        console.present(f"console {person}", person, "desk 1", 7, person == 2, MONDAY)
        console.keep_draft(person, 7, "note", {"text": "called Carla"}, 3, MONDAY)
        console.save_view(person, 9, "bills", "tag:billing", "due", False)
        console.prefer(person, "theme", "dark")
        console.leave(person, MONDAY)
        store.notices.put([Notice(person=person, case=7, kind="escalated", urgent=True, words="Help")], MONDAY)
        store.notices.keep(
            Address(number=0, person=person, address=f"mailto://u:p@shop.example?to=p{person}@x.example")
        )
    store.people.known_as.learn("old", {"u1": 2, "u2": 3}, 1)
    store.customers.known_as.learn("old", {"c1": 1, "c2": 2}, 1)
    store.notices.want_digest(1, MONDAY)
    store.sweeping.take_lease("sweep", "desk 1", MONDAY, 1000)
    store.receipts.save(StoredReceipt(case=7, customer=1, token="a2" * 16, language="de", made_at=MONDAY))


def values(path: str) -> dict[str, Any] | str:
    """Returns everything that can be read from a database: its schema, every row, every search word.

    Text is returned as bytes, since it may no longer be valid. If the database cannot be read, returns the reason.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.text_factory = bytes
            rows = connection.execute("select name, type, tbl_name, sql from sqlite_master order by 1").fetchall()
            found: dict[str, Any] = {"": rows}
            for name, kind, *_ in rows:
                table = name.decode()
                if kind == b"table" and not table.startswith("search"):
                    # "not indexed" reads the rows themselves, never an index.
                    found[table] = sorted(connection.execute(f'select * from "{table}" not indexed'), key=repr)
            connection.execute("create virtual table temp.words using fts5vocab(main, search, instance)")
            found["search"] = connection.execute("select term, doc, offset from temp.words order by 1, 2, 3").fetchall()
            return found
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        return repr(error)


class TooLong(BaseException):
    """A command did not end."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    def stop(signal_number: int, frame: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Run:
    """Flips bits in copies of one database and collects the faults."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self._folder = folder
        self._original = build(folder)
        self._bytes = Path(self._original).read_bytes()
        self._values = values(self._original)
        assert isinstance(self._values, dict)
        empty = {table for table, rows in self._values.items() if not rows} - {"maintenance"}
        assert not empty, f"nothing is stored in {empty}"
        self.cases = len(self._values["cases"])
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def flip(self, number: int, bit: int | None = None) -> None:
        """Flips one bit of a copy, a random one unless `bit` is given, and lets the commands read it."""
        bit = self.chance.randrange(len(self._bytes) * 8) if bit is None else bit
        place = self._folder / f"copy{number}"
        place.mkdir()
        path = str(place / "flipped.db")
        data = bytearray(self._bytes)
        data[bit // 8] ^= 1 << bit % 8
        Path(path).write_bytes(data)
        keep_content(path)
        found = values(path)
        changed = found != self._values
        where = f"bit {bit} (page {bit // 8 // 4096 + 1}, byte {bit // 8 % 4096}{self._what(found)})"
        told = False
        case = str(self.chance.randint(1, self.cases))
        console = Console(path)
        for command in COMMANDS:
            result = self._call(console, [word.format(case=case) for word in command], where)
            if command == ("db", "check"):
                told = result is not None and result.code != 0
        self.counts["changed" if changed else "unchanged"] += 1
        self.counts["told"] += told
        if changed and not told:
            self.faults.append(f"{where}: something stored is another one, and db check finds nothing")
        shutil.rmtree(place)

    def _what(self, found: dict[str, Any] | str) -> str:
        assert isinstance(self._values, dict)
        if isinstance(found, str):
            return f", {found}"
        return "".join(f", {table or 'schema'}" for table in self._values if found.get(table) != self._values[table])

    def _call(self, console: Console, args: list[str], where: str) -> Result | None:
        try:
            with limited(LONGEST):
                return console.call(*args)
        except TooLong:
            self.faults.append(f"{where}: careconsole {' '.join(args)} does not end")
        except Exception:
            self.faults.append(f"{where}: careconsole {' '.join(args)}:\n{traceback.format_exc()}")
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bit", type=int, help="flip this bit alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flips") as folder:
        run = Run(Path(folder), options.seed)
        for number in range(1 if options.bit is not None else options.copies):
            before = len(run.faults)
            run.flip(number, options.bit)
            for fault in run.faults[before:]:
                print(fault, flush=True)
        print(f"{dict(run.counts)}; {len(run.faults)} faults")
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
