"""What one command asks of the database: the team is read once, and no statement runs that its rule does not need.

The figures as a table: python -m tests.desk.test_statements
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from careconsole.desk.cases import execution as work
from careconsole.desk.cases import handover, sweep, undo_redo
from careconsole.desk.mail.receiving import Arrival, receive
from careconsole.desk.notices import addresses, outbox
from careconsole.desk.queries import recent_events, shown_case
from careconsole.desk.team import escalation_paths, members, rota, service_levels
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.ownership import TakeOver
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused
from careconsole.intake.mail.reading import read_safely
from tests.desk.office import HOUR, Office, line
from tests.desk.test_handover import loaded, opened
from tests.intake.mails import mail

READS = {
    "roster": "from people order by id",
    "levels": "in ('service', 'holidays')",
    "paths": "name = 'paths_read'",
    "addressees": "from addresses",
}
"""What a statement reads of the team, by a part of its text."""

PATHS = """
[[path]]
name = "vip"
tiers = ["vip"]
[[path.step]]
name = "lead"

[[path]]
name = "usual"
[[path.step]]
name = "lead"
"""


class Counted:
    """The statements that read or write rows, in their order."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, sql: str) -> None:
        text = " ".join(sql.split())
        # What a trigger runs comes as a comment, or as the text of the statement that fired it once more.
        fired = not text.startswith("select") and bool(self.statements) and text == self.statements[-1]
        if text.startswith(("select", "insert", "update", "delete")) and not fired:
            self.statements.append(text)

    def reads(self, what: str) -> int:
        """How often one of `READS` was read."""
        return sum(READS[what] in sql for sql in self.statements)


@contextmanager
def counted(office: Office) -> Iterator[Counted]:
    found = Counted()
    connection = office.store.engine.connection
    connection.set_trace_callback(found)
    try:
        yield found
    finally:
        connection.set_trace_callback(None)


def _one(command: Callable[[Office], Command], by: str = "Ben") -> Callable[[Office], Callable[[], object]]:
    """The shape of a command on one case of Ben's."""

    def ready(office: Office) -> Callable[[], object]:
        number = opened(office, "Ben")
        desk, given, seen = office.desk(by), command(office), office.case(number).version
        return lambda: work.execute(desk, "test", given, [number], seen=seen)

    return ready


def _hand_over(office: Office) -> Callable[[], object]:
    loaded(office)
    desk = office.desk("Ana")
    return lambda: handover.hand_over(desk, office.ids["Ben"], office.ids["Dora"])


def _undo(office: Office) -> Callable[[], object]:
    _one(lambda _: Park(on="us", until=office.now + HOUR))(office)()
    desk = office.desk("Ben")
    return lambda: undo_redo.undo(desk)


def _import(office: Office) -> Callable[[], object]:
    office.bring(line("1", 0, status="open", owner="Ben"))
    lines = [line("1", 1, status="waiting", owner="Ben"), line("2", 1, status="open", owner="Zoe")]
    return lambda: office.bring(*lines, file="more.csv")


def _sweep(office: Office) -> Callable[[], object]:
    for _ in range(3):
        number = opened(office, "Ben")
        work.execute(office.desk("Ben"), "test", Escalate(reason="exception", need="a credit"), [number])
    office.later(24)
    desk = office.desk("Ana")
    return lambda: sweep.sweep(desk)


SHAPES: dict[str, tuple[Callable[[Office], Callable[[], object]], int, int]] = {
    "new": (lambda office: lambda: opened(office, "Ben"), 23, 24),
    "take over": (_one(lambda _: TakeOver(reason="knows it"), by="Dora"), 16, 17),
    "offer": (_one(lambda office: Offer(to=office.ids["Cleo"], reason="knows it")), 16, 18),
    "promise": (_one(lambda office: Promise(text="call back", due=office.now + HOUR)), 16, 17),
    "escalate": (_one(lambda _: Escalate(reason="exception", need="a credit")), 16, 18),
    "resolve": (_one(lambda _: Resolve(said="sent", answer="told")), 17, 18),
    "hand over six": (_hand_over, 64, 71),
    "undo": (_undo, 16, 16),
    "import of two": (_import, 34, 34),
    "sweep of three": (_sweep, 39, 49),
}
"""Commands of every shape, each with how many statements it runs, and how many where leads and Cleo have addresses."""


def statements(office: Office, shape: str, addressed: bool) -> Counted:
    """The statements of one command, given in a team where some may have addresses."""
    if addressed:
        for name in ("Ana", "Dora", "Cleo"):
            addresses.save_address(office.desk(name), name, f"{name.lower()}@shop.example")
    give = SHAPES[shape][0](office)
    with counted(office) as found:
        give()
    return found


@pytest.mark.parametrize("addressed", [False, True], ids=["nobody addressed", "addressed"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_command_reads_the_team_once_and_runs_no_more_than_it_needs(
    office: Office, shape: str, addressed: bool
) -> None:
    found = statements(office, shape, addressed)
    often = {what: found.reads(what) for what in READS if found.reads(what) > 1}
    assert not often, f"read more than once: {often}"
    assert found.reads("roster") == 1
    assert len(found.statements) <= SHAPES[shape][2 if addressed else 1], "\n".join(found.statements)


def test_showing_a_case_reads_the_escalation_paths_only_once_somebody_was_called(office: Office) -> None:
    number, desk = opened(office, "Ben"), office.desk("Ben")
    with counted(office) as plain:
        assert shown_case.show(desk, number).path is None
    work.execute(desk, "test", Escalate(reason="exception", need="a credit"), [number])
    with counted(office) as called:
        assert shown_case.show(desk, number).path is not None
    assert [found.reads("paths") for found in (plain, called)] == [0, 1]
    assert [found.reads("roster") for found in (plain, called)] == [1, 1]
    assert len(plain.statements) <= 12, "\n".join(plain.statements)


def test_promises_that_are_due_soon_are_looked_for_in_one_pass_over_what_is_due(office: Office) -> None:
    opened(office, "Ben")
    with counted(office) as looked:
        recent_events.promises_soon(office.desk("Ben"), HOUR)
    assert sum("due_at >=" in one for one in looked.statements) == 1, "\n".join(looked.statements)


def test_what_a_transaction_writes_of_the_team_it_reads_again(office: Office) -> None:
    """Each of these is asked before and after it changes, in one transaction."""
    ana = office.desk("Ana")

    def work(unit: UnitOfWork) -> None:
        assert not unit.roster.people[office.ids["Ben"]].away
        members.away(ana, "Ben", "Cleo")
        assert unit.roster.people[office.ids["Ben"]].cover == office.ids["Cleo"]
        members.add(ana, "Zoe", "lead")
        assert "Zoe" in {person.name for person in unit.roster.people.values()}
        assert unit.roster.lead_on_duty() == office.ids["Ana"]
        rota.give_duty(ana, "Dora")
        assert unit.roster.lead_on_duty() == office.ids["Dora"]
        assert unit.team.service.levels[0].name == "standard"
        service_levels.set_service(ana, '[[level]]\nname = "one"\nresolution = "10h"\n')
        assert unit.team.service.levels[0].name == "one"
        assert len(unit.team.paths.paths) == 1
        escalation_paths.set_paths(ana, PATHS)
        assert [path.name for path in unit.team.paths.paths] == ["vip", "usual"]
        assert outbox.names_subjects(unit)
        outbox.name_subjects(ana, False)
        assert not outbox.names_subjects(unit)

    ana.write(work)


def test_a_transaction_within_another_shares_what_that_has_read(office: Office) -> None:
    ben = office.desk("Ben")
    with counted(office) as found:
        ben.read(lambda unit: (unit.roster, ben.roster(), ben.who, ben.read(lambda inner: inner.roster)))
    assert found.reads("roster") == 1


def test_a_transaction_that_failed_leaves_nothing_of_what_it_read(office: Office) -> None:
    ana = office.desk("Ana")

    def work(unit: UnitOfWork) -> None:
        members.away(ana, "Ben", "Cleo")
        assert unit.roster.people[office.ids["Ben"]].away
        raise Refused("no")

    with pytest.raises(Refused):
        ana.write(work)
    assert not ana.roster().people[office.ids["Ben"]].away


def test_what_mails_that_come_together_have_in_common_is_asked_and_written_once(office: Office) -> None:
    def received(count: int) -> list[str]:
        desk, before = office.desk(), office.store.engine.last_id("cases")
        some = [read_safely(mail(f"{before} {n}", Message_ID=f"<{before}.{n}@home.example>")) for n in range(count)]
        arrivals = [Arrival(sha256=f"{before} {n}", mail=one, at=office.now) for n, one in enumerate(some)]
        with counted(office) as found:
            receive(desk, arrivals)
        return found.statements

    few, many = received(2), received(12)
    for part in ("update sqlite_sequence", "update seals", "select distinct words", "select sender, at"):
        assert sum(sql.startswith(part) for sql in few) == sum(sql.startswith(part) for sql in many) > 0, part
    heads = [sql.split(" (")[0] for sql in many if sql.startswith("insert")]
    # FTS5 writes out what it has gathered before most other inserts, so the words of a transaction come last, together.
    assert heads[-12:] == ["insert into search"] * 12
    assert heads.count("insert into search") == 12
    assert heads.count("insert into mails") == 12


if __name__ == "__main__":
    print(f"{'':32}{'statements':>11}" + "".join(f"{what:>11}" for what in READS))
    for name in SHAPES:
        for told in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                shop = Office(Path(folder))
                seen = statements(shop, name, told)
                shop.close()
            reads = "".join(f"{seen.reads(what):>11}" for what in READS)
            print(f"{name + (', addressed' if told else ''):32}{len(seen.statements):>11}{reads}")
