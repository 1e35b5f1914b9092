"""Cases like one at hand: of the same cause, with the same tags, or with telling words in common."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.queries import similar as module
from careconsole.desk.queries.similar import similar
from careconsole.desk.queries.tags_in_use import tags_in_use
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.splitting import Split
from careconsole.domain.errors import WrongUse
from tests.desk.office import Office, line


def opened(office: Office, subject: str, **new: Any) -> int:
    """A new case that Ben owns."""
    outcome = execution.open_case(office.desk("Ben"), OpenCase(subject=subject, owner=office.ids["Ben"], **new))
    assert outcome.opened is not None
    return outcome.opened


def do(office: Office, verb: str, command: Command, *numbers: int) -> None:
    execution.execute(office.desk("Ben"), verb, command, list(numbers))


def others(office: Office, count: int = 40) -> None:
    """Cases with nothing in common but what every case has: "the" and "is"."""
    for n in range(count):
        opened(office, f"The item{n} is thing{n}")


def found(office: Office, number: int) -> list[int]:
    return [one.number for one in similar(office.desk(), number)]


def up(cause: str) -> Escalate:
    return Escalate(reason="exception", need="a decision", cause=cause)


def test_a_telling_word_in_common_makes_cases_alike_and_is_named(office: Office) -> None:
    others(office)
    like = opened(office, "Grinder leaks")
    number = opened(office, "The grinder is loud")
    (one,) = similar(office.desk(), number)
    assert (one.number, one.status, one.subject, one.why) == (like, "open", "Grinder leaks", "same word: grinder")
    assert one.resolution == ""


def test_words_that_every_case_has_make_nothing_alike(office: Office) -> None:
    others(office)
    assert found(office, opened(office, "The kettle is cracked")) == []


@pytest.mark.parametrize(
    ("earlier", "subject"),
    [
        ("Hello, please: where are my cups?", "Hello and please, where do I send it?"),
        ("Guten Tag, ich habe eine Frage zu meiner Tasse", "Guten Tag, ich habe noch eine Frage"),
        ("Bonjour, pouvez-vous m’aider avec une tasse", "Bonjour, pouvez-vous m'aider"),
    ],
)
def test_words_of_greeting_and_asking_make_nothing_alike_however_rare_they_are(
    office: Office, earlier: str, subject: str
) -> None:
    opened(office, earlier)
    assert found(office, opened(office, subject)) == []


def test_one_rare_word_of_many_in_a_subject_is_not_enough_and_two_are(office: Office) -> None:
    others(office)
    like = opened(office, "Teapot with a broken handle")
    opened(office, "Order for cream cups")
    assert found(office, opened(office, "Order of a broken teapot arrived in pieces")) == [like]


def test_words_of_the_history_count_as_well_as_those_of_a_subject(office: Office) -> None:
    others(office)
    like = opened(office, "Machine broken")
    do(office, "note", Note(text="in fact it is a grinder"), like)
    assert found(office, opened(office, "Grinder leaks")) == [like]


def test_words_that_were_undone_or_moved_to_another_case_make_nothing_alike(office: Office) -> None:
    others(office)
    like = opened(office, "Machine broken")
    do(office, "log", LogMessage(text="My grinder, too.", inbound=True), like)
    number = opened(office, "Grinder leaks")
    do(office, "split", Split(first=2, subject="Too"), like)
    assert found(office, number) == [number + 1], "the case it was split off as"
    undo_redo.undo(office.desk("Ben"))
    assert found(office, number) == [like]
    undo_redo.redo(office.desk("Ben"))
    assert found(office, number) == [number + 1]


def test_the_same_cause_weighs_more_than_words(office: Office) -> None:
    others(office)
    words, cause, number = (opened(office, subject) for subject in ("Grinder leaks", "Chair", "Grinder leaks"))
    do(office, "escalate", up("refund limit"), cause, number)
    ranked = similar(office.desk(), number)
    assert [one.number for one in ranked] == [cause, words]
    assert [one.why for one in ranked] == ["same cause: refund limit", "same words: grinder, leaks"]


def test_a_cause_still_counts_when_the_escalation_is_over_and_not_when_it_was_taken_back(office: Office) -> None:
    earlier, number = opened(office, "Chair"), opened(office, "Lamp")
    do(office, "review", Review(cause="Refund limit", nothing_because="rare"), number)
    do(office, "escalate", up("refund limit"), earlier)
    do(office, "de-escalate", Deescalate(decided="granted"), earlier)
    assert found(office, number) == [earlier]
    undo_redo.undo(office.desk("Ben"))
    undo_redo.undo(office.desk("Ben"))
    assert found(office, number) == []


def test_tags_in_common_make_cases_alike(office: Office) -> None:
    others(office)
    like = opened(office, "Chair", tags=("vip", "billing", "old"))
    opened(office, "Table", tags=("old",))
    ((one),) = similar(office.desk(), opened(office, "Lamp", tags=("billing", "vip")))
    assert (one.number, one.why) == (like, "same tags: billing, vip")


def test_a_resolved_case_with_its_resolution_comes_first_among_equals_then_the_newest(office: Office) -> None:
    others(office)
    told, old, new = (opened(office, "Grinder leaks") for _ in range(3))
    do(office, "resolve", Resolve(said="sent a new\nseal", answer="told"), told)
    office.bring(line("A", 1, status="resolved", subject="Grinder leaks", owner="Ben"))
    untold = office.known_as("A").number
    later = opened(office, "Grinder leaks")
    best, *rest = similar(office.desk(), opened(office, "Grinder leaks"))
    assert (best.number, best.status, best.resolution) == (told, "resolved", "sent a new⏎seal")
    assert [one.number for one in rest] == [untold, later, new, old]


def test_more_in_common_comes_before_a_resolution(office: Office) -> None:
    others(office)
    less, more = opened(office, "Grinder"), opened(office, "Grinder leaks")
    do(office, "resolve", Resolve(said="sent a seal", answer="told"), less)
    assert found(office, opened(office, "Grinder leaks")) == [more, less]


def test_neither_the_case_itself_nor_merged_nor_withdrawn_ones_are_like_it(office: Office) -> None:
    others(office)
    merged, number = opened(office, "Grinder leaks"), opened(office, "Grinder leaks")
    do(office, "merge", Merge(into=number), merged)
    withdrawn = opened(office, "Grinder leaks")
    undo_redo.undo(office.desk("Ben"))
    assert office.case(withdrawn).status == "void"
    assert found(office, number) == []
    assert found(office, merged) == [number], "the words that it has itself"


def test_no_more_than_asked_for(office: Office) -> None:
    others(office)
    for _ in range(4):
        number = opened(office, "Grinder leaks")
    assert len(similar(office.desk(), number, limit=2)) == 2


def test_imported_cases_are_found_too(office: Office) -> None:
    others(office)
    office.bring(line("A", 1, status="resolved", subject="Grinder leaks", owner="Ben"))
    assert found(office, opened(office, "Grinder leaks")) == [office.known_as("A").number]


def test_what_others_wrote_is_safe_to_show(office: Office) -> None:
    others(office)
    opened(office, "Grinder \x1b[2J", tags=("vip",))
    number = opened(office, "Grinder [/]", tags=("vip",))
    (one,) = similar(office.desk(), number)
    assert one.subject == "Grinder ␛[2J"
    assert "\x1b" not in one.why


def test_a_subject_without_words_and_an_unknown_case(office: Office) -> None:
    assert found(office, opened(office, "?!")) == []
    with pytest.raises(WrongUse):
        similar(office.desk(), 999)


def test_of_a_word_that_very_many_events_have_only_the_newest_are_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_NEWEST", 10)
    looked_at: list[int] = []
    ask = office.store.engine.words_like

    def watched(text: str, most: int) -> list[tuple[str, list[int]]]:
        answer = ask(text, most)
        looked_at.extend(len(events) for _, events in answer)
        return answer

    monkeypatch.setattr(office.store.engine, "words_like", watched)
    for n in range(100):
        opened(office, f"Kettle item{n}")
    like = opened(office, "Kettle grinder")
    number = opened(office, "Kettle grinder")
    assert found(office, number) == [like], "words in every event still tell nothing"
    assert max(looked_at) == 10


def test_one_usual_word_is_not_enough_and_two_are(office: Office) -> None:
    others(office, 60)
    both = [opened(office, "Delivery refused") for _ in range(4)]
    opened(office, "Delivery")
    assert found(office, opened(office, "Delivery")) == []
    assert found(office, opened(office, "Refused delivery")) == both[::-1]


# The tags in use, which a console keeps


def tags_by_case(desk: Desk) -> dict[int, tuple[str, ...]]:
    return {case: tags for tags, cases in desk.read(lambda unit: tags_in_use(desk)).items() for case in cases}


def test_kept_tags_follow_every_change(office: Office) -> None:
    desk = office.desk()
    number = opened(office, "Kettle", tags=("warranty", "glass"))
    assert tags_by_case(desk) == {number: ("warranty", "glass")}
    plain = opened(office, "Lid")
    do(office, "tag", Tag(add=("lost",)), plain)
    do(office, "tag", Tag(remove=("glass",)), number)
    assert tags_by_case(desk) == {number: ("warranty",), plain: ("lost",)}
    undo_redo.undo(office.desk("Ben"))
    assert tags_by_case(desk)[number] == ("warranty", "glass")
    do(office, "merge", Merge(into=plain), number)
    assert sorted(tags_by_case(desk)[plain]) == ["glass", "lost", "warranty"]
    assert tags_by_case(desk) == tags_by_case(office.desk()), "as when they are read anew"


def test_kept_tags_are_read_anew_once_too_much_has_changed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careconsole.desk.queries.tags_in_use._MOST", 3)
    desk = office.desk()
    assert tags_by_case(desk) == {}
    numbers = [opened(office, "Kettle", tags=("glass",)) for _ in range(5)]
    assert tags_by_case(desk) == dict.fromkeys(numbers, ("glass",))


def test_kept_tags_forget_the_cases_of_an_import_that_was_taken_back(office: Office) -> None:
    desk = office.desk()
    report = office.bring(line("A", 1, subject="Kettle", tags=("glass",)))
    assert list(tags_by_case(desk).values()) == [("glass",)]
    roll_back(office.desk(), report.batch or 0)
    assert tags_by_case(desk) == {}


def test_a_merged_case_shares_the_words_that_it_has_itself(office: Office) -> None:
    others(office)
    into, like = opened(office, "Table leg missing"), opened(office, "Table leg missing too")
    merged = opened(office, "Leg of the table")
    do(office, "merge", Merge(into=into), merged)
    assert {one.number: one.why for one in similar(office.desk(), merged)}[like] == "same words: leg, table"


def test_what_was_found_stays_so_until_one_of_them_changes(office: Office) -> None:
    others(office)
    like, number = opened(office, "Grinder leaks"), opened(office, "The grinder is loud")
    before = similar(office.desk(), number)
    assert module.still_so(office.desk(), before)
    do(office, "note", Note(text="seen"), number)
    assert module.still_so(office.desk(), before), "it is about the others"
    do(office, "note", Note(text="seen"), like)
    assert not module.still_so(office.desk(), before)
    assert module.still_so(office.desk(), [])
