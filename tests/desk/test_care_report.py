"""The care report: what each figure counts, that each opens exactly its cases, and that it cannot be about a person."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.care_report import Asked, CareReport, care_report
from careconsole.desk.queries.learned import learned
from careconsole.desk.receipts import settings
from careconsole.domain.case.command import Command
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import TakeOver
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise
from careconsole.domain.case.ratings import Rate
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.splitting import Split
from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.fields import FIELDS
from careconsole.domain.filters.language import number_filter
from careconsole.domain.report.figures import Recorded
from careconsole.domain.report.record import read_record
from careconsole.export import cases as exports
from careconsole.present.care_report import (
    answered_words,
    as_lines,
    fitting_words,
    initial,
    notes,
    value_words,
    without_name,
)
from tests.desk.office import HOUR, Office, line
from tests.desk.test_learned import CAUSE, changed, exception

DAY = 24 * HOUR


def opened(office: Office, who: str = "Ben", **said: object) -> int:
    office.later(0.1)
    case = OpenCase(**{"subject": "Kettle", "inbound": True, "owner": office.ids[who], **said})  # type: ignore[arg-type]
    return execution.open_case(office.desk(who), case, "Carla Neri").opened or 0


def do(office: Office, case: int, verb: str, command: Command, who: str = "Ben") -> None:
    office.later(0.1)
    execution.execute(office.desk(who), verb, command, [case])


def answer(office: Office, case: int, text: str = "It is on its way.", **said: bool) -> None:
    do(office, case, "log", LogMessage(text=text, **said))


def resolve(office: Office, case: int, **said: str) -> None:
    do(office, case, "resolve", Resolve(said="sent a new one", **said), who="Ana")


def found(office: Office, **asked: object) -> CareReport:
    return care_report(office.desk("Ben"), Asked(**asked))  # type: ignore[arg-type]


def busy(office: Office) -> dict[str, int]:
    """A day with some of everything; the numbers of its cases by what is special about them."""
    cases = {name: opened(office) for name in ("kept", "late", "untold", "unanswered", "again", "back", "first")}
    for name in ("kept", "late", "untold"):
        do(office, cases[name], "promise", Promise(text=f"a call for Carla about {name}", due=office.now + 2 * HOUR))
    do(office, cases["untold"], "move", MovePromise(due=office.now + 9 * HOUR, told=False))
    office.later(1.5)
    do(office, cases["kept"], "keep", KeepPromise())
    office.later(2)
    do(office, cases["late"], "keep", KeepPromise())
    do(office, cases["untold"], "keep", KeepPromise())
    do(office, cases["again"], "log", LogMessage(text="Where is it?", inbound=True, sort="message"))
    for name in ("kept", "late", "untold", "again", "back", "first"):
        answer(office, cases[name], f"About {name}: it is on its way.")
    answer(office, cases["first"], "We have found another fault and mend it, too.", proactive=True)
    do(office, cases["first"], "log", LogMessage(text="Thanks, says Carla Neri!", inbound=True, sort="thanks"))
    do(office, cases["back"], "take-over", TakeOver(reason="she knows it"), who="Ana")
    do(office, cases["back"], "take-over", TakeOver(reason="he knows it"), who="Dora")
    for name, case in cases.items():
        resolve(office, case, **({"answer": "unanswered"} if name == "unanswered" else {}))
    do(office, cases["back"], "reopen", Reopen(reason="it leaks"))
    answer(office, cases["back"], "Another one is on its way.")
    resolve(office, cases["back"])
    return cases


def test_the_figures_count_what_they_say(office: Office) -> None:
    cases = busy(office)
    office.later(15 * 24)
    figures = found(office).figures
    told = {name: (one.hits, one.n, one.cases) for name, one in figures.items()}
    every = tuple(cases.values())
    assert told["kept"] == (2, 3, (cases["kept"], cases["untold"]))
    assert told["late"] == (1, 3, (cases["late"],))
    assert told["moved_untold"] == (1, 1, (cases["untold"],))
    assert told["unanswered"] == (1, 7, (cases["unanswered"],))
    assert told["answer_time"] == (6, 6, tuple(sorted(set(every) - {cases["unanswered"]})))
    assert told["silence"][:2] == (8, 8)
    assert told["reopened"] == told["came_back"] == (1, 8, (cases["back"],))
    assert told["asked_again"] == (1, 7, (cases["again"],))
    assert told["one_owner"] == (6, 7, tuple(sorted(set(every) - {cases["back"]})))
    assert told["handed_on"] == (1, 7, (cases["back"],))
    assert told["wrote_first"] == told["thanked"] == (1, 7, (cases["first"],))
    assert told["by_playbook"] == told["despite_change"] == told["said_yes"] == (0, 0, ())
    assert told["answered"][0] == 0


def test_every_figure_opens_exactly_its_cases_and_is_the_same_over_them_alone(office: Office) -> None:
    busy(office)
    office.later(15 * 24)
    for name, one in found(office).figures.items():
        for cases, what in ((one.cases, "hits"), (one.counted, "n")):
            if cases:
                text = number_filter(cases)
                assert tuple(sorted(case_queries.numbers(office.desk(), text, every=True))) == cases
                alone = found(office, filter=text).figures[name]
                assert getattr(alone, what) == getattr(one, what), name
                assert alone.cases == one.cases, name


def test_an_open_promise_counts_as_late_once_a_time_of_it_has_passed(office: Office) -> None:
    case, moved = opened(office), opened(office)
    for one in (case, moved):
        do(office, one, "promise", Promise(text="a call", due=office.now + 2 * HOUR))
    assert found(office).figures["late"].n == 0
    office.later(3)
    do(office, moved, "move", MovePromise(due=office.now + 9 * HOUR, told=True))
    late = found(office).figures["late"]
    assert (late.hits, late.n, late.cases) == (2, 2, (case, moved))


def test_a_text_sent_to_many_on_one_day_is_no_care(office: Office) -> None:
    cases = [opened(office) for _ in range(5)]
    for case in cases:
        answer(office, case)
        answer(office, case, "We are closed  on Monday.", proactive=True)
        resolve(office, case)
    assert found(office).figures["wrote_first"].hits == 0
    case = opened(office)
    answer(office, case, "Your parcel is late; we sent another.", proactive=True)
    answer(office, case, "And it has arrived.", proactive=True)
    resolve(office, case)
    assert found(office).figures["wrote_first"].cases == (case,)


def test_what_an_import_does_not_tell_is_neither_good_nor_bad(office: Office) -> None:
    office.bring(line("A", 1, status="open", owner="Ben"), line("A", 5, status="resolved"))
    office.later(24)
    report = found(office)
    figures = report.figures
    for name in ("kept", "silence", "unanswered", "asked_again", "wrote_first", "thanked"):
        assert (figures[name].n, figures[name].unknown) == (0, 1), name
    assert (figures["one_owner"].n, figures["reopened"].n) == (1, 1)
    assert "Not counted: 1 imported without a promise" in " ".join(as_lines(report, width=1000))


def test_imported_ratings_are_answers(office: Office) -> None:
    for name, rating in (("A", "good"), ("B", "bad"), ("C", "3 of 5"), ("D", "5 of 5"), ("E", "odd")):
        office.bring(
            line(name, 1, status="open", owner="Ben"),
            line(name, 5, status="resolved"),
            line(name, 6, fields={"satisfaction": rating}),
        )
    figures = found(office).figures
    assert (figures["said_yes"].hits, figures["said_no"].hits, figures["said_yes"].n) == (2, 1, 4)
    assert figures["answered"].n == 0
    assert answered_words(found(office)).startswith("Nobody was asked here")


def test_few_answers_are_said_to_be_those_who_answered(office: Office) -> None:
    settings.change(office.desk(), answers="answers@shop.example")
    cases = []
    for place in range(6):
        case = OpenCase(subject="Kettle", inbound=True, owner=office.ids["Ben"])
        cases.append(execution.open_case(office.desk("Ben"), case, f"Customer {place}").opened or 0)
        resolve(office, cases[-1], answer="told")
    assert answered_words(found(office)) == "Nobody answered."
    do(office, cases[2], "rate", Rate(rating="no"))
    figures = found(office).figures
    assert (figures["answered"].cases, figures["answered"].n) == ((cases[2],), 6)
    assert figures["said_no"].cases == (cases[2],)
    assert answered_words(found(office)).startswith("These are those who answered")
    do(office, cases[4], "rate", Rate(rating="yes"))
    assert answered_words(found(office)) == ""


def test_a_figure_without_room_loses_words_first_and_no_number_in_half(office: Office) -> None:
    figures = found(office).figures
    share = replace(figures["kept"], n=20, hits=18, value=0.9, interval=(0.7, 0.97))
    full = "18 of 20 promises, 90 % (70 to 97 %)"
    assert fitting_words(share, len(full)) == full
    assert fitting_words(share, len(full) - 1) == "18 of 20, 90 % (70 to 97 %)"
    assert fitting_words(share, 20) == "18 of 20, 90 %"
    span = replace(figures["silence"], n=12, value=8_220.0, interval=(360.0, 84_600.0))
    assert fitting_words(span, 80) == "half within 2h 17m (6m to 23h 30m), n = 12"
    assert fitting_words(span, 30) == "2h 17m (6m to 23h 30m), n = 12"
    assert fitting_words(span, 29) == "2h 17m, n = 12"


def test_a_silence_without_ended_cases_says_that_it_counts_those(office: Office) -> None:
    case = opened(office)
    answer(office, case)
    office.later(30)
    lines = as_lines(found(office))
    assert "  Silence of ended cases: no ended cases to count" in lines
    assert "  The longest silences, those of open cases too:" in lines
    (told,) = [line for line in lines if "The longest silence (case" in line]
    assert told.strip().startswith(f"The longest silence (case {case}): C.: "), "the case is named once"


def test_a_name_that_no_customer_has_is_said(office: Office) -> None:
    opened(office)
    told = notes(found(office, filter="customer:Carla,Nobody -customer:Nowhere"))
    assert told[0] == "No customer's name contains “Nobody”."
    assert not any("Nowhere" in note for note in told)


def test_few_cases_are_too_few_to_say(office: Office) -> None:
    case = opened(office)
    answer(office, case)
    resolve(office, case)
    one = found(office).figures["one_owner"]
    assert (one.value, one.interval, one.change) == (None, None, "too few")
    assert value_words(one) == "too few to say (1 of 1 case)"
    assert [week.value for week in one.weeks] == [None] * 12


def test_stories_are_told_by_rule_and_shorten_names(office: Office) -> None:
    cases = busy(office)
    report = found(office)
    assert report.risked is not None
    assert report.thanks is not None
    assert (report.risked.case, report.thanks.case) == (cases["kept"], cases["first"])
    text = "\n".join(as_lines(report))
    assert "Thanks, says C.!" in text
    assert "Carla" not in text
    assert "Thanks, says Carla Neri!" in "\n".join(as_lines(report, names=True))


def test_a_cause_that_stayed_away_after_a_change_is_a_story_until_it_comes_back(office: Office) -> None:
    changed(office, exception(office))
    first = found(office)
    assert first.taught is None
    assert first.figures["despite_change"].n == first.figures["by_playbook"].n == 1
    office.later(8 * 7 * 24)
    taught = found(office).taught
    assert taught is not None
    assert (taught.case, taught.cause, taught.change) == (1, CAUSE, "a higher limit")
    assert f"{CAUSE} has not come up since" in " ".join(as_lines(found(office), width=1000))
    assert found(office, filter="number:2").taught is None
    again = exception(office)
    report = found(office)
    assert report.taught is None
    assert report.figures["despite_change"].cases == (again,)
    assert report.figures["despite_change"].n == learned(office.desk(), weeks=12).known[1]
    assert report.effects


def test_names_are_shortened_wherever_they_stand() -> None:
    assert initial(" neri foods ") == "N."
    assert without_name("Dear NERI FOODS, Neri and Nerina", "Neri Foods") == "Dear N., N. and Nerina"
    assert without_name("what (ever)?", "(ever)?") == "what (E.)?"
    assert without_name("nobody", "") == "nobody"


@pytest.mark.parametrize("field", [name for name, kind in FIELDS.items() if kind.kind == "person"])
def test_it_cannot_be_narrowed_to_a_person_but_to_oneself(office: Office, field: str) -> None:
    for text in (f"{field}:ana", f"-{field}:ana", f"kettle {field}:me"):
        with pytest.raises(WrongUse, match=field):
            found(office, filter=text)


def test_ones_own_report_has_ones_own_cases_and_needs_somebody(office: Office) -> None:
    mine, hers = opened(office), opened(office, "Ana")
    for case in (mine, hers):
        do(office, case, "resolve", Resolve(said="done", answer="told"), who="Ana")
    assert found(office, me=True).figures["one_owner"].cases == (mine,)
    assert found(office).figures["one_owner"].cases == (mine, hers)
    with pytest.raises(WrongUse, match="not known who you are"):
        care_report(office.desk("Ben").at(office.now), Asked(me=True))


def test_spans_that_make_no_sense_are_refused_and_empty_ones_say_so(office: Office) -> None:
    opened(office)
    for asked in ({"since": office.now}, {"until": office.now + 1}, {"since": office.now, "until": office.now - DAY}):
        with pytest.raises(WrongUse):
            found(office, **asked)
    assert any("weeks before the beginning" in note for note in notes(found(office, since=office.now - DAY)))
    assert not any("weeks before the beginning" in note for note in notes(found(office)))
    lines = as_lines(found(office, until=office.now - 400 * DAY))
    assert any(text.startswith("No case was open in this time") for text in lines)


def test_a_clock_that_was_put_back_is_said_and_counts_no_time(office: Office) -> None:
    case = opened(office)
    office.now -= 5 * HOUR
    answer(office, case)
    office.later(9)
    report = found(office)
    assert report.clock_went_back == (case,)
    assert report.figures["answer_time"].n == 0
    assert f"A clock was put back while case {case} was open" in " ".join(as_lines(report, width=1000))


def test_past_weeks_stay_as_recorded_and_what_changed_is_marked(office: Office) -> None:
    case = opened(office)
    answer(office, case)
    resolve(office, case)
    office.later(14 * 24)
    report = found(office)
    week, place = next((w, i) for i, w in enumerate(report.weeks) if w.since <= office.now - 14 * DAY < w.until)
    record = {("one_owner", week.until): Recorded(7, 6, 6 / 7), ("handed_on", week.until): Recorded(1, 0, None)}
    recorded = report.with_record(record).figures
    one = recorded["one_owner"].weeks[place]
    assert (one.n, one.hits, one.value, one.is_recorded, one.now) == (7, 6, 6 / 7, True, (1, 1))
    same = recorded["handed_on"].weeks[place]
    assert (same.n, same.is_recorded, same.now) == (1, True, None)
    assert recorded["one_owner"].n == 1
    assert "recorded as 6 of 7, by today's histories 1 of 1" in " ".join(as_lines(report.with_record(record)))


def test_the_record_of_weeks_is_read_as_it_was_exported_and_bad_ones_are_named(office: Office) -> None:
    case = opened(office)
    answer(office, case)
    resolve(office, case)
    office.later(14 * 24)
    lines: list[str] = []
    exports.measures(None, weeks=True).write_lines(office.desk(), "", lines.append)
    record = read_record("\n".join(lines), "it")
    report = found(office)
    whole = [week.until for week in report.weeks if week.until <= office.now]
    assert {end for id, end in record if id == "one_owner"} == set(whole)
    assert {end for id, end in record if id == "reopened"} == {end for end in whole if end + 28 * DAY <= office.now}
    assert {end for id, end in record if id == "came_back"} == {end for end in whole if end + 14 * DAY <= office.now}
    assert not any(week.now for one in report.with_record(record).figures.values() for week in one.weeks)
    undo_redo.undo(office.desk("Ana"))
    changed = found(office).with_record(record).figures["one_owner"]
    assert [(week.n, week.now) for week in changed.weeks if week.now] == [(1, (0, 0))]
    later = "\n".join(line.replace('"value":1}', '"value":9}') for line in lines)
    assert read_record("\n".join([*lines, later]), "it") == record
    for text in ("{", "[]", '{"measure": 3}', '{"at": "x", "measure": "week_kept", "part": "n", "value": 1}',
                 '{"at": "2026-01-05T00:00Z", "measure": "week_kept", "part": "value", "value": 1.5}',
                 '{"at": "2026-01-05T00:00Z", "measure": "week_kept", "part": "n", "value": -1}'):  # fmt: skip
        with pytest.raises(WrongUse, match="Line 1 of it"):
            read_record(text, "it")
    with pytest.raises(WrongUse, match="no weeks"):
        read_record('{"at": "2026-01-05T00:00Z", "measure": "cases", "part": null, "value": 1}', "it")


def test_what_was_undone_does_not_count(office: Office) -> None:
    case = opened(office)
    answer(office, case)
    resolve(office, case)
    undo_redo.undo(office.desk("Ana"))
    assert found(office).figures["one_owner"].n == 0


def test_an_open_case_that_was_imported_without_messages_is_listed_too(office: Office) -> None:
    office.bring(
        line("A", 1, status="open", subject="Kettle"), line("B", 1, status="open"), line("B", 900, status="resolved")
    )
    report = found(office, since=0)
    assert [(one.case, one.is_open) for one in report.silences] == [(office.known_as("A").number, True)]
    assert (report.figures["silence"].n, report.figures["silence"].unknown) == (0, 1)
    told = [line for line in as_lines(report) if "(imported without messages)" in line]
    assert told, "and it says that no message is known"
    assert "parked" not in told[0]
    parked = Park(on="customer", until=office.now + HOUR)
    execution.execute(office.desk("Ana"), "park", parked, [office.known_as("A").number])
    told = " ".join(" ".join(as_lines(found(office, since=0))).split())
    assert "and it goes on (parked, waiting on customer)" in told


def test_a_case_that_was_split_off_here_is_not_from_another_system(office: Office) -> None:
    office.bring(line("A", 1, status="open", subject="Kettle"))
    case = office.known_as("A").number
    do(office, case, "log", LogMessage(inbound=True, channel="email", text="And the lid?"))
    number = office.store.cases.history(case)[-1].number
    do(office, case, "split", Split(first=number, subject="Lid"), who="Ana")
    report = found(office, since=0)
    assert (report.count, report.imported) == (2, 1)
