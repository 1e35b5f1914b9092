"""Drafts: what a person has typed is theirs, is kept whole, and is there again at whichever console they sit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from careconsole.desk.console import drafts, preferences
from careconsole.desk.console.drafts import Draft
from careconsole.domain.errors import WrongUse
from tests.desk.office import Office


def draft(case: int, verb: str = "note", at: int = 1, seen: int | None = 3, **fields: str) -> Draft:
    return Draft(case, verb, fields or {"text": "called Carla"}, seen, at)


def test_a_draft_is_found_again_at_another_console(office: Office) -> None:
    kept = draft(7, text="Dear Carla,\n\n\u202ethe \x1b[31mkettle\x1b[0m [/] 🫖")
    drafts.save_draft(office.desk("Ben"), kept)
    assert drafts.find(office.another("Ben"), 7, "note") == kept
    assert drafts.find(office.desk("Ben"), 7, "log") is None
    assert drafts.find(office.desk("Ben"), 8, "note") is None


def test_a_draft_takes_the_place_of_the_one_before(office: Office) -> None:
    desk = office.desk("Ben")
    drafts.save_draft(desk, draft(7, seen=3))
    later = draft(7, at=2, seen=None, text="called Carla twice")
    drafts.save_draft(desk, later)
    assert drafts.listed(desk) == [later]


def test_drafts_are_listed_the_newest_first_and_dropped_one_by_one(office: Office) -> None:
    desk = office.desk("Ben")
    made = [draft(7, at=2), draft(0, "new", at=3, subject="Lid lost"), draft(7, "promise", at=1)]
    for one in made:
        drafts.save_draft(desk, one)
    assert drafts.listed(desk) == sorted(made, key=lambda one: -one.at)
    drafts.drop(desk, 7, "note")
    drafts.drop(desk, 7, "note")
    assert drafts.listed(desk) == [made[1], made[2]]


def test_everybody_has_drafts_of_their_own(office: Office) -> None:
    drafts.save_draft(office.desk("Ben"), draft(7))
    assert drafts.listed(office.desk("Cleo")) == []
    drafts.save_draft(office.desk("Cleo"), draft(7, text="hers"))
    drafts.drop(office.desk("Cleo"), 7, "note")
    assert drafts.find(office.desk("Ben"), 7, "note") == draft(7)


def test_a_sign_that_cannot_be_stored_is_left_out_and_the_rest_kept(office: Office) -> None:
    desk = office.desk("Ben")
    drafts.save_draft(desk, draft(7, text="a\0b\ud83dc\udcffd é"))
    assert drafts.find(desk, 7, "note") == draft(7, text="abcd é")


def test_a_draft_outlives_a_roll_back_of_its_case(office: Office) -> None:
    from careconsole.desk.imports.rollback import roll_back
    from tests.desk.office import LOG

    report = office.bring(*LOG)
    drafts.save_draft(office.desk("Ben"), draft(1))
    roll_back(office.desk(), report.batch or 0)
    assert drafts.listed(office.desk("Ben")) == [draft(1)]
    assert office.sound()


def test_nobody_has_no_drafts(office: Office) -> None:
    stranger = office.desk()
    stranger.person = None
    with pytest.raises(WrongUse):
        drafts.save_draft(stranger, replace(draft(7)))


def test_everybody_has_preferences_of_their_own(office: Office) -> None:
    assert preferences.read(office.desk("Ben")) == {}
    preferences.set(office.desk("Ben"), "theme", "dark")
    preferences.set(office.desk("Ben"), "columns", "number,subject")
    preferences.set(office.desk("Cleo"), "theme", "light")
    preferences.set(office.desk("Ben"), "theme", "nord")
    assert preferences.read(office.another("Ben")) == {"theme": "nord", "columns": "number,subject"}
    assert preferences.read(office.desk("Cleo")) == {"theme": "light"}
