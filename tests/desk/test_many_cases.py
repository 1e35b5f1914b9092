"""Commands on very many cases: the time they take grows as the cases do, and little is held of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from careconsole.cli.output import put_json, put_json_with_list
from careconsole.cli.verbs import event_entries
from careconsole.desk.cases import execution, handover, undo_redo
from careconsole.desk.cases.alike import Alike
from careconsole.desk.queries.assignments import load_of, numbers_of
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.present.json_types.work import DoneEntry
from careconsole.present.turned import turned_words
from careconsole.store.cases.command_log import CommandLog, LoggedCommand
from tests.desk.office import Office


def opened(office: Office, count: int) -> list[int]:
    """So many cases that Ben owns, each with an id elsewhere."""
    numbers = []
    for place in range(count):
        opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], external=("shop", str(place)))
        number = execution.open_case(office.desk("Ben"), opening, "Carla").opened
        assert number is not None
        numbers.append(number)
    return numbers


class NotSearched(list[int]):
    """Case numbers that may be gone through, but not searched for one: for each of many, that takes very long."""

    def __contains__(self, number: object) -> bool:
        raise AssertionError("the list of all cases was searched")


def test_an_undo_does_not_search_all_cases_for_each_of_them(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = opened(office, 3)
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="sent", answer="told"), numbers)
    last_done = CommandLog.last_done

    def unsearched(log: CommandLog, actor: int) -> LoggedCommand | None:
        entry = last_done(log, actor)
        return None if entry is None else replace(entry, cases=NotSearched(entry.cases))

    monkeypatch.setattr(CommandLog, "last_done", unsearched)
    assert undo_redo.undo(office.desk("Ben")).cases == tuple(numbers)
    assert all(office.case(number).is_open for number in numbers)


class Passes(tuple[tuple[int, Event], ...]):
    """Events that count how often somebody goes through them."""

    passes = 0

    def __iter__(self) -> Iterator[tuple[int, Event]]:
        Passes.passes += 1
        return super().__iter__()


def test_what_an_undo_took_back_is_told_in_one_pass(office: Office) -> None:
    numbers = opened(office, 9)
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="sent", answer="told"), numbers)
    outcome = undo_redo.undo(office.desk("Ben"))
    words = turned_words(replace(outcome, events=Passes(outcome.events)), Narrator(office.desk().roster()))
    assert words[-1] == "And likewise on 6 more."
    assert Passes.passes == 1


def test_equal_facts_of_many_cases_are_held_once(office: Office) -> None:
    numbers = opened(office, 9)
    done = execution.execute(office.desk("Ben"), "resolve", Resolve(said="sent", answer="told"), numbers)
    for outcome in (done, undo_redo.undo(office.desk("Ben")), undo_redo.redo(office.desk("Ben"))):
        assert [number for number, _ in outcome.events] == numbers
        assert len({id(event.fact) for _, event in outcome.events}) == 1
        assert len({id(words) for words in outcome.stands.values()}) <= 1


def two_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has two cases taken together; returns a list of how many each read asks for from now on."""
    asked: list[int] = []
    read = type(office.desk().store.cases).get_many

    def counted(cases: object, some: list[int]) -> object:
        asked.append(len(some))
        return read(cases, some)  # type: ignore[arg-type]

    monkeypatch.setattr(type(office.desk().store.cases), "get_many", counted)
    monkeypatch.setattr("careconsole.desk.cases.some_at_a_time._AT_ONCE", 2)
    return asked


def test_of_many_cases_a_few_are_held_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = opened(office, 9)
    asked = two_at_a_time(office, monkeypatch)
    done = execution.execute(office.desk("Ben"), "tag", Tag(add=("vip",)), [*numbers, numbers[0]])
    assert done.cases == tuple(numbers)
    assert asked
    assert max(asked) == 2
    assert all("vip" in office.case(number).tags for number in numbers)


def test_values_are_alike_only_if_they_are_equal_and_can_be_told_so() -> None:
    alike = Alike()
    text, mapping = "".join(["ke", "ttle"]), {"a": 1}
    assert alike.value(text) is alike.value("".join(["kett", "le"]))
    assert alike.value(mapping) is mapping
    assert alike.value({"a": 1}) is not mapping


def test_a_handover_is_planned_with_a_few_cases_in_memory(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = opened(office, 5)
    asked = two_at_a_time(office, monkeypatch)
    plan = handover.plan(office.desk("Ana"), office.ids["Ben"], office.ids["Cleo"])
    assert sorted(move.number for move in plan.moves) == numbers
    assert plan.summary == "5 cases"
    assert max(asked) == 2
    assert len({id(move.facts) for move in plan.moves}) == len({id(move.words) for move in plan.moves}) == 1


def test_the_events_of_many_cases_are_printed_some_at_a_time(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = execution.execute(office.desk("Ben"), "tag", Tag(add=("vip",)), opened(office, 5))
    entry = DoneEntry(command=1, cases=[], opened=None, events=[], refused=[], idle=[], notices=['"events": []'])
    at_once = [one for some in event_entries(done, office.desk()) for one in some]
    put_json(replace(entry, events=at_once))
    expected = capsys.readouterr().out
    monkeypatch.setattr("careconsole.cli.verbs._AT_ONCE", 2)
    parts = list(event_entries(done, office.desk()))
    assert list(map(len, parts)) == [2, 2, 1]
    put_json_with_list(entry, "events", parts)
    assert capsys.readouterr().out == expected
    put_json_with_list(entry, "events", [])
    put_json(entry)
    shown = capsys.readouterr().out
    assert shown[: len(shown) // 2] == shown[len(shown) // 2 :]


def test_a_handover_reads_no_rows_of_the_queue(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = opened(office, 3)
    before = load_of(office.desk(), office.ids["Ben"])
    assert numbers_of(office.desk(), office.ids["Ben"]) == ([row.number for row in before.owned], before.numbers)
    monkeypatch.setattr(type(office.desk().store.queue), "rows", None)
    done = handover.hand_over(office.desk("Ana"), office.ids["Ben"], office.ids["Cleo"])
    assert sorted(done.cases) == numbers
