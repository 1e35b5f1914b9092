"""The journal tells who changed what, from what to what and from where; histories tell of logins of others."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import careconsole.desk
from careconsole.desk import Desk
from careconsole.desk.cases import customer_merges, execution, undo_redo
from careconsole.desk.notices import addresses, outbox
from careconsole.desk.origins import Logins
from careconsole.desk.queries import shown_case
from careconsole.desk.team import customers, escalation_paths, journal, members, rota, service_levels
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.present import journal as journal_words
from careconsole.present.case_sheet import history_lines
from careconsole.present.journal import change_words, journal_entry, who_words
from careconsole.present.json_types.journal import ChangeEntry
from careconsole.present.json_views import history_entries, traced_entries
from careconsole.store.engine.base import DatabaseCorrupt
from tests.desk.office import HOUR, Office

SECRET = "Sw0rdf1sh"
LEVELS = '[[level]]\nname = "standard"\nanswer = "4h"\n'
PATH = '[[path]]\nname = "standard"\n\n[[path.step]]\nname = "lead"\ncall = ["duty"]\n'
WEEK = 'zone = "UTC"\n\n[[turn]]\ndays = "mon-fri"\nhours = "06:00-18:00"\nlead = "Ana"\n'


def told(office: Office, **how: object) -> list[str]:
    """The sentences of the journal, the oldest first, without the beginning of the team and of its people."""
    found = journal.read(office.desk(), **how)  # type: ignore[arg-type]
    return [
        f"{who_words(one, found.roster)} {change_words(one.entry, office.now)}"
        for one in reversed(found.entries)
        if one.entry.kind not in ("team founded", "person added")
    ]


def at(office: Office, name: str, login: str) -> Desk:
    return Desk(office.store, lambda: office.now, office.ids[name], "desk 2", login)


def test_every_kind_that_is_written_down_is_told_in_a_sentence_of_its_own() -> None:
    written = set()
    for path in Path(careconsole.desk.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            place = {"record_change": 0, "_save": 2}.get(getattr(called, "attr", getattr(called, "id", "")))
            if isinstance(node, ast.Call) and place is not None:
                written |= {arg.value for arg in node.args[place : place + 1] if isinstance(arg, ast.Constant)}
    written.add("backup restored")  # by the store: nobody has the database open then
    assert written == set(journal.KINDS) == set(journal_words._WORDS)


def test_a_change_that_was_undone_or_redone_is_told(office: Office) -> None:
    for name in ("Carla Neri", "C. Neri"):
        execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", channel="email"), name)
        office.later()
    desk = office.desk("Ben")
    loser, winner = (customers.exact(desk, name).number for name in ("C. Neri", "Carla Neri"))
    customer_merges.merge(desk, loser, winner)
    undo_redo.undo(desk)
    undo_redo.redo(desk)
    assert told(office)[-2:] == [
        "Ben undid the merge of the customer C. Neri into Carla Neri",
        "Ben redid the merge of the customer C. Neri into Carla Neri",
    ]


def test_what_was_changed_is_told_from_what_to_what(office: Office) -> None:
    ana, now = office.desk("Ana"), office.now
    members.change(ana, "Ben", role="lead")
    members.change(ana, "Ben", name="Benno")
    members.change(ana, "Benno", os_user="ben")
    members.change(ana, "Benno", os_user="benno")
    members.change(ana, "Benno", active=False)
    members.add(ana, "Benno", "agent")
    members.add(ana, "Fay", "contact", reach="ext. 12")
    members.add(ana, "Fay", "contact", reach="ext. 13")
    members.away(ana, "Cleo", "Ana", now + HOUR)
    members.away(ana, "Cleo", "Benno")
    members.back(ana, "Cleo")
    members.away(ana, "Ana", "Dora")
    members.back(ana, "Ana")
    rota.give_duty(ana, "Dora")
    rota.set_rota(ana, WEEK)
    rota.set_rota(ana, WEEK.replace("18:00", "17:00"))
    rota.clear(ana)
    escalation_paths.set_paths(ana, PATH)
    escalation_paths.set_paths(ana, PATH)
    service_levels.set_service(ana, LEVELS)
    service_levels.set_service(ana, LEVELS.replace("4h", "2h"))
    execution.open_case(ana, OpenCase(subject="Kettle"), "Carla")
    customers.change(ana, "Carla", tier="gold", phone="0123")
    customers.change(ana, "Carla", orders=("A1", "A2"))
    outbox.name_subjects(ana, False)
    addresses.save_address(ana, "Benno", f"json://x:{SECRET}@localhost/{SECRET}", quiet="20:00-7:00")
    addresses.save_address(ana, "Benno", f"json://x:{SECRET}@localhost/{SECRET}")
    addresses.forget(ana, "Benno")
    addresses.set_gateway(ana, f"mailtos://care:{SECRET}@mail.shop.example")
    addresses.set_gateway(ana, None)
    assert told(office) == [
        f"Ana {words}"
        for words in (
            "changed the role of Ben from agent to lead",
            "renamed Ben to Benno",
            "changed the login of Benno from none to ben",
            "changed the login of Benno from ben to benno",
            "removed Benno from the team",
            "changed how Fay is reached from ext. 12 to ext. 13",
            "marked Cleo away, expected back 09:00; Ana covers",
            "marked Cleo away; Benno covers (before: expected back 09:00, Ana covered)",
            "marked Cleo back",
            "went away; Dora covers",
            "came back",
            "put Dora on duty (before: Ana)",
            "set the rota for the first time: Ana",
            "set the rota: Ana (lines: +1 -1)",
            "removed the rota",
            "set the escalation paths for the first time: standard",
            "set the escalation paths: standard (lines: +0 -0)",
            "set the service levels for the first time: standard",
            "set the service levels: standard (lines: +1 -1)",
            "changed the tier of Carla from standard to gold; changed the phone of Carla from none to 0123",
            "changed the orders of Carla from none to A1, A2",
            "removed subjects from notices",
            "added an address of Benno for notices (json, quiet 20:00-07:00)",
            "changed the hours of Benno's address for notices (json) from quiet 20:00-07:00 to at any hour",
            "removed an address of Benno for notices (json)",
            "set the mail gateway to mailtos (before: none)",
            "removed the mail gateway (before: mailtos)",
        )
    ]
    found = journal.read(ana, kinds=["person added"])
    assert [change_words(one.entry, now) for one in found.entries][:2] == [
        "added Fay as a contact (reached at ext. 12)",
        "added Benno again as an agent",
    ]
    everything = [journal_entry(one, found.roster, now) for one in journal.read(ana, most=1000).entries]
    assert SECRET not in repr(everything)
    assert ChangeEntry(what="role", before="agent", after="lead") in [x for one in everything for x in one.changes]


def test_entries_of_earlier_versions_are_told_as_far_as_they_say(office: Office) -> None:
    for kind, about, data in (
        ("person changed", "Ben", '{"role":"lead"}'),
        ("person changed", "Ben", '{"name":"Benno"}'),
        ("duty", "Dora", "{}"),
        ("duty", "Dora", '{"from":1764000000000,"until":1764003600000}'),
        ("rota", "Ana", '{"text":"x"}'),
        ("rota", "none", '{"before":"x"}'),
        ("service levels", "standard", '{"text":"x","cases":3}'),
        ("customer changed", "Carla", '{"tier":"gold"}'),
        ("away", "Ben", '{"cover":null,"until":null}'),
        ("notices mail", "", '{"to":"mailtos"}'),
        ("notices address", "Ben", '{"to":"mail","quiet":"","calendar":""}'),
        ("restored", "shop.db", "{}"),
    ):  # and of later ones: the last kind is none that is known here
        entry = {"at": office.now, "actor": office.ids["Ana"], "workstation": "", "login": "", "kind": kind}
        entry |= {"about": about, "data": json.loads(data)}
        office.store.engine.write(lambda entry=entry: office.store.journal.add(**entry))
    words = [line.removeprefix("Ana ") for line in told(office)]
    assert words[:3] == ["set the role of Ben to lead", "renamed Ben to Benno", "put Dora on duty"]
    assert words[3].startswith("put Dora on duty from ")
    assert words[4:] == [
        "set the rota: Ana",
        "removed the rota",
        "set the service levels: standard",
        "set the tier of Carla to gold",
        "marked Ben away",
        "set the mail gateway to mailtos",
        "added an address of Ben for notices (mail, at any hour)",
        "restored: shop.db",
    ]
    assert told(office, kinds=["restored"]) == ["Ana restored: shop.db"]


def test_it_is_read_by_span_by_kind_and_by_person(office: Office) -> None:
    ana = office.desk("Ana")
    members.change(ana, "Cleo", os_user="cleo")
    office.later(1)
    members.change(office.desk("Dora"), "Ben", role="lead")
    office.later(1)
    members.change(ana, "Ben", name="Benno")
    assert len(told(office, since=office.now - HOUR)) == 2
    assert told(office, until=office.now - 2 * HOUR) == ["Ana changed the login of Cleo from none to cleo"]
    assert told(office, person=office.ids["Ben"]) == [
        "Dora changed the role of Ben from agent to lead",
        "Ana renamed Ben to Benno",
    ], "also under the name of before"
    assert told(office, person=office.ids["Dora"]) == ["Dora changed the role of Ben from agent to lead"]
    assert told(office, most=1) == ["Ana renamed Ben to Benno"]
    assert told(office, kinds=["away"]) == []
    with pytest.raises(WrongUse, match="Choose from: team founded"):
        told(office, kinds=["nonsense"])


def test_a_name_with_anothers_login_is_told_with_that_login(office: Office) -> None:
    members.change(office.desk("Ana"), "Ana", os_user="ana")
    number = execution.open_case(
        at(office, "Ben", "ana"), OpenCase(subject="Kettle", owner=office.ids["Ben"]), "Carla"
    ).opened
    execution.execute(at(office, "Ana", "ana"), "note", Note(text="mine"), [number])
    execution.execute(at(office, "Ben", "nobody's"), "note", Note(text="who knows"), [number])
    members.change(office.desk("Ana"), "Ben", os_user="ben")
    execution.execute(at(office, "Ben", "ben"), "note", Note(text="his"), [number])
    view = shown_case.show(office.desk(), number)
    assert [entry.told.rpartition(" (login ")[2] for entry in history_lines(view)] == [
        "ana at desk 2)",
        "Ana noted: mine",
        "nobody's at desk 2)",
        "Ben noted: his",
    ]
    told_as_data = traced_entries(view)
    assert [(one.login, one.workstation, one.own_login) for one in told_as_data] == [
        ("ana", "desk 2", False),
        ("ana", "desk 2", True),
        ("nobody's", "desk 2", False),
        ("ben", "desk 2", True),
    ]
    assert not hasattr(history_entries(view)[0], "login"), "exports are for others"
    members.change(at(office, "Dora", "ana"), "Cleo", role="lead")
    assert told(office)[-1] == "Dora (login ana at desk 2) changed the role of Cleo from agent to lead"


def test_whose_a_login_was_is_judged_by_the_moment_whatever_is_changed_later(office: Office) -> None:
    ana, ben, cleo = (office.ids[name] for name in ("Ana", "Ben", "Cleo"))
    moments = []
    for name, login in (("Ana", "root"), ("Ana", None), ("Ben", "root"), ("Ben", None), ("Ana", "root")):
        moments.append(office.now)
        members.change(office.desk("Ana"), name, os_user=login)
        office.later()
    logins = Logins(office.desk(), office.desk().roster())

    def told(person: int | None, login: str) -> list[bool | None]:
        return [logins.is_own(person, login, at + 1) for at in (moments[0] - 10, *moments)]

    assert told(ana, "root") == [None, True, None, False, None, True]
    assert told(ben, "root") == [None, False, None, True, None, False]
    assert told(cleo, "root") == [None, False, None, False, None, False]
    assert told(ana, "other") == [None, False, None, None, None, False]
    assert told(None, "root") == told(ana, "") == [None] * 6


def test_an_entry_that_is_damaged_is_said_to_be(office: Office) -> None:
    office.store.engine.execute("drop trigger journal_hold")
    office.store.engine.write(lambda: office.store.engine.execute("update journal set data = '{' where id = 1"))
    with pytest.raises(DatabaseCorrupt, match="Entry 1 of the journal"):
        journal.read(office.desk())
