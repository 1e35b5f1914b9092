"""Two names of one person on the team become one: all their work goes along, histories keep the name, undo works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.cases import person_merges, undo_redo
from careconsole.desk.console import drafts, preferences
from careconsole.desk.console.drafts import Draft
from careconsole.desk.notices import addresses
from careconsole.desk.queries import case_queries, shown_case
from careconsole.desk.session import identify
from careconsole.desk.team import escalation_paths, journal, members, rota
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused
from careconsole.domain.imported_record import ExternalIdentity
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import Person
from careconsole.present.journal import change_words
from tests.desk.office import HOUR, Office, line
from tests.desk.taken_in import exported, taken_in
from tests.desk.test_undo import do, opened, redo, undo

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

ROTA = """
zone = "UTC"
[[turn]]
days = "mon"
lead = "Benny"
"""
PATHS = """
[[path]]
name = "standard"
[[path.step]]
name = "lead"
call = ["Benny"]
[[path.step]]
name = "boss"
"""


def with_benny(office: Office, role: str = "agent") -> None:
    """Benny is another name of Ben, with a console of his own."""
    office.ids["Benny"] = members.add(office.desk(), "Benny", role)


def merge(office: Office, loser: str, winner: str, who: str = "Ana") -> person_merges.MergedPeople:
    office.later()
    return person_merges.merge(office.desk(who), office.ids[loser], office.ids[winner])


def roster_row(office: Office, name: str) -> Person:
    return office.store.people.roster().people[office.ids[name]]


def test_all_that_is_still_to_be_done_goes_along_and_undo_brings_it_back(office: Office) -> None:
    with_benny(office)
    ids = office.ids
    other, helped, offered, promised = (opened(office, "Cleo", "Cleo") for _ in range(4))
    mine, done = opened(office, "Benny", "Benny"), opened(office, "Benny", "Benny")
    do(office, "Cleo", "ask_help", AskHelp(of=ids["Benny"], need="French"), helped)
    do(office, "Cleo", "offer", Offer(to=ids["Benny"], reason="knows it"), offered)
    do(office, "Benny", "promise", Promise(text="call back", due=office.now + 9 * HOUR), promised)
    do(office, "Benny", "resolve", Resolve(said="sent", answer="told"), done)
    before = {number: office.case(number) for number in (other, helped, offered, promised, done, mine)}
    assert merge(office, "Benny", "Ben").cases == 5
    ben = ids["Ben"]
    assert office.case(mine).owner == ben
    assert [one.of for one in office.case(helped).helpers] == [ben]
    offer = office.case(offered).offer
    assert offer is not None
    assert offer.to == ben
    assert [one.by for one in office.case(promised).promises] == [ben]
    assert office.case(mine).moves == before[mine].moves, "the same person goes on"
    assert (office.case(done).owner, office.case(done).status) == (ben, "resolved")
    assert office.case(other) == before[other]
    assert [row.number for row in case_queries.queue(office.desk("Ben"), "owner:benny").rows] == [mine]
    assert office.sound()
    do(office, "Ben", "log", LogMessage(text="sent"), mine)
    undo(office, "Ana")
    for number, case in before.items():
        after = office.case(number)
        for name in ("owner", "last_owner", "offer", "helpers", "escalation", "promises", "reviews", "status"):
            assert getattr(after, name) == getattr(case, name), (number, name)
    assert roster_row(office, "Benny").active
    redo(office, "Ana")
    assert office.case(mine).owner == ben
    assert office.sound()


def test_histories_keep_the_name_and_say_who_it_is_now(office: Office) -> None:
    with_benny(office)
    number = opened(office, "Benny", "Benny")
    merge(office, "Benny", "Ben")
    roster = office.store.people.roster()
    assert roster.name(office.history(number)[0].actor) == "Benny (now Ben)"
    view = shown_case.show(office.desk(), number)
    assert view.roster.name(view.history[-1].actor) == "Ana"
    entries = journal.read(office.desk(), kinds=["people merged"]).entries
    assert [change_words(one.entry, office.now) for one in entries] == ["merged Benny into Ben: one person"]
    undo(office, "Ana")
    assert office.store.people.roster().name(office.ids["Benny"]) == "Benny"
    (entry,) = journal.read(office.desk(), kinds=["change undone"]).entries
    assert change_words(entry.entry, office.now) == "undid the merge of Benny into Ben"


def test_the_old_name_is_nobody_who_can_be_at_work(office: Office) -> None:
    with_benny(office)
    merge(office, "Benny", "Ben")
    roster = office.store.people.roster()
    chosen = identify(roster, "Benny", "")
    assert isinstance(chosen, Person)
    assert chosen.number == office.ids["Benny"]
    with pytest.raises(Refused, match="Benny is Ben now"):
        _ = office.desk("Benny").who
    assert find_person("Benny", roster).name == "Ben"
    with pytest.raises(Refused, match="another name of Ben"):
        members.add(office.desk(), "Benny", "agent")
    with pytest.raises(Refused, match="already one person"):
        merge(office, "Benny", "Benny")
    with pytest.raises(Refused, match="You are at work as"):
        merge(office, "Dora", "Ana", "Dora")


def test_only_leads_merge(office: Office) -> None:
    with_benny(office)
    with pytest.raises(Refused, match="Only a lead can merge"):
        merge(office, "Benny", "Ben", "Cleo")


@pytest.mark.parametrize(
    ("role", "changes", "winner", "said"),
    [
        ("lead", {}, "Ben", "Benny is a lead and Ben an agent; a merge changes nobody's rights"),
        ("agent", {}, "Dora", "Benny is an agent and Dora a lead; a merge changes nobody's rights"),
        ("contact", {}, "Ben", "Benny is a contact and Ben an agent"),
        ("agent", {}, "Eve", "Benny is an agent and Eve a contact"),
        ("agent", {"active": False}, "Eve", "Eve is a contact, who can own no case"),
    ],
)
def test_nobody_gains_or_loses_rights(
    office: Office, role: str, changes: dict[str, Any], winner: str, said: str
) -> None:
    with_benny(office, role)
    if changes:
        members.change(office.desk(), "Benny", **changes)
    before = exported(office.store)
    with pytest.raises(Refused, match=said):
        merge(office, "Benny", winner)
    assert exported(office.store) == before


def test_who_is_away_or_gone_is_settled_first(office: Office) -> None:
    with_benny(office)
    members.away(office.desk(), "Ben", "Cleo")
    with pytest.raises(Refused, match="Ben is away and Benny is here"):
        merge(office, "Benny", "Ben")
    members.change(office.desk(), "Ben", active=False)
    with pytest.raises(Refused, match="Ben does not work here"):
        merge(office, "Benny", "Ben")


def test_a_call_between_the_two_names_is_ended_first(office: Office) -> None:
    with_benny(office, "lead")
    members.change(office.desk(), "Ben", role="lead")
    escalation_paths.set_paths(office.desk(), PATHS)
    number = opened(office, "Ben", "Ben")
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), number)
    with pytest.raises(Refused, match=f"On case {number}, Benny and Ben are both sides of a call"):
        merge(office, "Benny", "Ben")


def test_calls_duty_rota_paths_and_covers_go_along(office: Office) -> None:
    with_benny(office, "lead")
    desk = office.desk()
    members.duty(desk, "Benny")
    rota.set_rota(desk, ROTA)
    escalation_paths.set_paths(desk, PATHS)
    members.away(desk, "Cleo", "Benny")
    number = opened(office, "Ben", "Ben")
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a refund"), number)
    done = merge(office, "Benny", "Dora")
    dora, team = office.ids["Dora"], office.store.people.team()
    call = office.case(number).escalation
    assert call is not None
    assert call.responder == dora
    assert team.usual.duty == dora
    assert team.rota is not None
    assert set(team.rota.people()) == {dora}
    assert office.store.paths.paths().paths[0].steps[0].call == (dora,)
    assert roster_row(office, "Cleo").cover == dora
    assert sorted(remark.split()[0] for remark in done.remarks) == ["Dora", "The", "The"]
    undo(office, "Ana")
    benny, team = office.ids["Benny"], office.store.people.team()
    assert (team.usual.duty, roster_row(office, "Cleo").cover) == (benny, benny)
    assert team.rota is not None
    assert set(team.rota.people()) == {benny}
    assert office.store.paths.paths().paths[0].steps[0].call == (benny,)


def test_a_cover_who_gains_a_leads_rights_is_said(office: Office) -> None:
    with_benny(office)
    members.away(office.desk(), "Dora", "Benny")
    done = merge(office, "Benny", "Ben")
    assert done.remarks == ("Ben covers for Dora and has a lead's rights until they are back.",)


def test_addresses_notices_drafts_views_and_preferences_go_along(office: Office) -> None:
    with_benny(office)
    benny, ben, number = office.desk("Benny"), office.desk("Ben"), opened(office, "Cleo", "Cleo")
    addresses.save_address(benny, "me", "benny@shop.example")
    addresses.save_address(ben, "me", "ben@shop.example")
    do(office, "Cleo", "offer", Offer(to=office.ids["Benny"], reason="knows it"), number)
    preferences.set(benny, "bell", "on")
    preferences.set(benny, "sort", "age")
    preferences.set(ben, "sort", "due")
    console = office.store.console
    office.store.engine.write(lambda: _save_views(office))
    for desk, verb, text in ((benny, "note", "begun"), (benny, "log", "Benny's"), (ben, "log", "Ben's")):
        drafts.save_draft(desk, Draft(number, verb, {"text": text}, None, office.now))
    done = merge(office, "Benny", "Ben")
    assert "1 form that both had begun" in done.remarks[0]
    ids = office.ids
    held = {one.address: one.person for one in office.store.notices.addresses()}
    assert held == {"benny@shop.example": ids["Ben"], "ben@shop.example": ids["Ben"]}
    waiting = office.store.engine.fetch_all("select distinct person_id from notices where state = 'waiting'")
    assert waiting == [(ids["Ben"],)]
    assert console.preferences(ids["Ben"]) == {"bell": "on", "sort": "due"}
    assert [(row[0], row[1]) for row in console.views(ids["Ben"])] == [(1, "Ben's"), (2, "late"), (10, "Benny's")]
    assert sorted(row[2] for row in console.drafts(ids["Ben"])) == ['{"text":"Ben\'s"}', '{"text":"begun"}']
    undo(office, "Ana")
    assert console.preferences(ids["Ben"]) == {"sort": "due"}
    assert [row[1] for row in console.views(ids["Ben"])] == ["Ben's"]
    assert sorted(row[2] for row in console.drafts(ids["Benny"])) == ['{"text":"Benny\'s"}', '{"text":"begun"}']
    assert {one.address: one.person for one in office.store.notices.addresses()}["benny@shop.example"] == ids["Benny"]
    assert office.sound()


def _save_views(office: Office) -> None:
    console = office.store.console
    console.save_view(office.ids["Benny"], 1, "Benny's", "is:mine", "due", False)
    console.save_view(office.ids["Benny"], 2, "late", "is:overdue", "due", False)
    console.save_view(office.ids["Ben"], 1, "Ben's", "is:mine", "due", False)


def test_importing_again_does_not_split_them(office: Office) -> None:
    who = ExternalIdentity("u7", "")
    office.bring(line("K-1", 1, owner="Ben Lopes", owner_id=who), line("K-2", 2, owner="B. Lopes"))
    office.ids |= {p.name: p.number for p in office.store.people.roster().people.values()}
    for name in ("Ben Lopes", "B. Lopes"):
        merge(office, name, "Ben")
    office.bring(
        line("K-1", 3, owner="Ben Lopes", owner_id=who, subject="Again"),
        line("K-3", 3, owner="Benjamin", owner_id=who),
        line("K-4", 3, owner="B. Lopes"),
    )
    assert {office.known_as(name).owner for name in ("K-1", "K-2", "K-3", "K-4")} == {office.ids["Ben"]}
    assert office.sound()


def test_a_merge_after_a_merge_leads_to_the_last_and_is_undone_first(office: Office) -> None:
    with_benny(office)
    number = opened(office, "Benny", "Benny")
    merge(office, "Benny", "Ben", "Dora")
    merge(office, "Ben", "Cleo", "Ana")
    roster = office.store.people.roster()
    assert roster.name(office.ids["Benny"]) == "Benny (now Cleo)"
    assert office.case(number).owner == office.ids["Cleo"]
    with pytest.raises(Refused, match="has been merged again since"):
        undo_redo.undo(office.desk("Dora"))
    undo(office, "Ana")
    assert office.store.people.roster().name(office.ids["Benny"]) == "Benny (now Ben)"
    undo(office, "Dora")
    assert office.case(number).owner == office.ids["Benny"]


def test_a_name_that_was_merged_already_is_not_merged_again_with_whom_it_leads_to(office: Office) -> None:
    with_benny(office)
    merge(office, "Benny", "Ben")
    assert person_merges.number_of(office.desk(), "benny") == office.ids["Benny"], "and not Ben"
    with pytest.raises(Refused, match="Benny is Ben already"):
        merge(office, "Benny", "Cleo")
    with pytest.raises(Refused, match="Ben is already one person"):
        merge(office, "Benny", "Ben")
    members.change(office.desk(), "Cleo", active=False)
    with pytest.raises(Refused, match="Benny is Ben already"):
        merge(office, "Cleo", "Benny")


def test_an_export_of_everything_keeps_who_was_merged(office: Office, tmp_path: Path) -> None:
    with_benny(office)
    opened(office, "Benny", "Benny")
    merge(office, "Benny", "Ben")
    data = exported(office.store)
    store = taken_in(data, tmp_path / "copy.db")
    try:
        assert store.people.roster().name(office.ids["Benny"]) == "Benny (now Ben)"
        assert exported(store) == data
    finally:
        store.close()


def test_names_with_the_same_mail_address_are_suggested(office: Office) -> None:
    office.bring(line("K-1", 1, owner="Ben (BEN@shop.example)"), line("K-2", 1, owner="cleo@shop.example"))
    desk = office.desk()
    assert person_merges.alike(desk) == []
    addresses.save_address(desk, "Ben", "ben@shop.example")
    members.change(desk, "Cleo", reach="ext. 21, cleo@shop.example")
    found = [(was.name, person.name) for was, person in person_merges.alike(desk)]
    assert found == [("Ben (BEN@shop.example)", "Ben"), ("cleo@shop.example", "Cleo")]
    office.ids |= {p.name: p.number for p in office.store.people.roster().people.values()}
    merge(office, "cleo@shop.example", "Cleo")
    assert [(was.name, person.name) for was, person in person_merges.alike(desk)] == found[:1]
