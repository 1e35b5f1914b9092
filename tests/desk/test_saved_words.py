"""Saved words: the team's and one's own, their variables, the journal, and what can be said on a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.database import dump, load_dump
from careconsole.desk.playbooks import writing
from careconsole.desk.team import journal
from careconsole.desk.words import saved
from careconsole.desk.words.filling import words_on
from careconsole.desk.words.saved import SavedWords
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.playbook_use import UsePlaybook
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.playbook.content import Content
from careconsole.store import open_store
from tests.desk.office import Office

LATE = "Dear {customer}, it is late. {me}"
HOSTILE = "[/] \u202egnp.exe \x1b[31m {me}"


def test_everybody_has_the_teams_words_and_nobody_elses_own(office: Office) -> None:
    saved.add(office.desk("Ben"), "late  parcel", LATE)
    saved.add(office.desk("Ben"), "Late parcel", "Hello {customer}", own=True)
    assert [(one.name, one.own) for one in saved.listed(office.desk("Ben"))] == [
        ("Late parcel", True),
        ("late parcel", False),
    ]
    assert saved.listed(office.desk("Cleo")) == [SavedWords("late parcel", LATE, own=False)]
    assert saved.get(office.desk("Ben"), "LATE PARCEL").own
    saved.remove(office.desk("Ben"), "late parcel")
    assert saved.get(office.desk("Ben"), "late parcel") == SavedWords("late parcel", LATE, own=False)


def test_a_change_of_the_teams_words_stands_in_the_journal_with_what_they_were(office: Office) -> None:
    saved.add(office.desk("Ben"), "late", LATE)
    saved.edit(office.desk("Cleo"), "late", "Sorry, {customer}")
    saved.edit(office.desk("Cleo"), "late", "Sorry, {customer}")
    saved.remove(office.desk("Ana"), "late")
    saved.add(office.desk("Ben"), "mine", "Hi", own=True)
    told = [(one.entry.about, one.entry.data) for one in journal.read(office.desk(), kinds=("words",)).entries]
    assert told == [
        ("late", {"before": {"text": "Sorry, {customer}"}}),
        ("late", {"text": "Sorry, {customer}", "before": {"text": LATE}}),
        ("late", {"text": LATE, "before": {}}),
    ]


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("late", "Dear {nobody} and {you}", r"The text has an unknown variable: \{nobody\}, \{you\}"),
        ("late", " \n ", "The words are missing"),
        ("late", "x" * 8_001, "The words are too long"),
        ("late", "a\0b", "The text contains a NUL character"),
        (" ", "Hi", "The name of the words is missing"),
        ("x" * 61, "Hi", "The name of the words is too long"),
        ("a\0b", "Hi", "The name of the words contains a NUL character"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_a_sentence(office: Office, name: str, text: str, wrong: str) -> None:
    with pytest.raises(WrongUse, match=wrong):
        saved.add(office.desk("Ben"), name, text)
    assert saved.listed(office.desk("Ben")) == []


def test_a_name_that_is_taken_or_unknown_is_refused(office: Office) -> None:
    saved.add(office.desk("Ben"), "late", LATE)
    with pytest.raises(Refused, match="saved words of that name already: late"):
        saved.add(office.desk("Cleo"), "Late", "Hi")
    with pytest.raises(WrongUse, match="no saved words of the name 'early'"):
        saved.edit(office.desk("Ben"), "early", "Hi")
    with pytest.raises(WrongUse, match="no saved words of the name 'late'"):
        saved.remove(office.desk("Ben"), "late", own=True)


def test_on_a_case_the_words_of_what_is_in_use_come_first_then_ones_own_and_the_teams(office: Office) -> None:
    command = OpenCase(subject="Kettle", channel="email", owner=office.ids["Ben"])
    execution.open_case(office.desk("Ben"), command, "Carla {me}")
    say = "On its way, {customer}"
    number = writing.write(office.desk(), Content(title="Batch", say=say)).playbook.number
    execution.execute(office.desk("Ben"), "use", UsePlaybook(playbook=number), [1])
    saved.add(office.desk("Ben"), "late", LATE)
    saved.add(office.desk("Ben"), "hello", HOSTILE, own=True)
    assert [(one.origin, one.name, one.text) for one in words_on(office.desk("Ben"), 1)] == [
        ("playbook 1, in use here", "Batch", "On its way, Carla {me}"),
        ("yours", "hello", HOSTILE.replace("{me}", "Ben")),
        ("the team's", "late", "Dear Carla {me}, it is late. Ben"),
    ]


def test_an_export_of_everything_brings_them_along(office: Office, tmp_path: Path) -> None:
    saved.add(office.desk("Ben"), "late", LATE)
    saved.add(office.desk("Ben"), "mine", HOSTILE, own=True)
    records = list(dump.records(office.desk()))
    copy = str(tmp_path / "copy.db")
    load_dump.load_dump(copy, lambda: enumerate(records, start=2), own_folder=False)
    before, office.store = saved.listed(office.desk("Ben")), open_store(copy)
    assert saved.listed(office.desk("Ben")) == before
    office.close()
