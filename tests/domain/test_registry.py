"""Events are registered under the names they are stored by; commands keep the names that requests were digested by."""

from __future__ import annotations

import pytest

from careconsole.domain.case.command import Command
from careconsole.domain.case.event import Event, Fact, Writer
from careconsole.domain.case.events import KINDS, SUBJECTS, is_swept
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.registry import event
from tests.domain.cases import MONDAY


def test_two_kinds_of_events_never_share_a_name() -> None:
    with pytest.raises(ValueError, match="'nudged'"):
        event("nudged")(Opened)
    assert Opened.kind == "opened"


def test_the_kinds_are_told_in_the_order_of_their_names() -> None:
    assert list(KINDS) == sorted(KINDS)


def test_what_follows_from_time_alone_is_the_sweep_s_and_an_import_writes_lines_of_its_own() -> None:
    assert [kind for kind in KINDS if is_swept(kind)] == ["call timed out", "offer expired", "overdue", "returned"]
    assert [kind for kind, fact in KINDS.items() if fact.written_by is Writer.IMPORT] == ["recorded"]


def test_the_subjects_name_the_files_that_register_their_events() -> None:
    found = {kind: fact.__module__ for kind, fact in KINDS.items()}
    assert found == {
        kind: f"careconsole.domain.case.{subject}" for subject, kinds in SUBJECTS.items() for kind in kinds
    }


def test_every_kind_of_event_has_a_sentence() -> None:
    assert [kind for kind, fact in KINDS.items() if fact.sentence is Fact.sentence] == []


def below(kind: type[Command]) -> set[type[Command]]:
    """The classes that are made of a class, directly or not."""
    return {one for sub in kind.__subclasses__() for one in (sub, *below(sub))}


def test_a_request_is_known_again_although_its_command_has_another_name_now() -> None:
    former = {command.__name__: command.digested_as for command in below(Command) if command.digested_as}
    assert former == {
        "OpenCase": "New",
        "CompleteAction": "DoneAction",
        "FinishHelp": "EndHelp",
        "KeepPromise": "Keep",
        "LogMessage": "Touch",
        "MovePromise": "Move",
        "ReleasePromise": "Release",
    }


def test_a_history_that_opens_a_case_twice_is_damaged() -> None:
    opening = Event(1, MONDAY, MONDAY, Opened(subject="Kettle"), 2, 1)
    with pytest.raises(ValueError, match="opened again"):
        evolve(begin(1, opening), Event(2, MONDAY, MONDAY, Opened(subject="Lid"), 2, 2))
