"""Playbooks at the desk: writing, undoing, deciding by one, rating it, finding it for a case, and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import causes, execution, undo_redo
from careconsole.desk.playbooks import files, reading, writing
from careconsole.desk.playbooks.from_case import from_case
from careconsole.domain.case.checklist import checklist
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.playbook_steps import TickStep
from careconsole.domain.case.playbook_use import DecideByPlaybook, RatePlaybook, UsePlaybook
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError, Conflict, Refused, WrongUse
from careconsole.domain.playbook.content import Authority, Content
from careconsole.domain.playbook.results import NEW, PROVEN
from tests.desk.office import HOUR, Office

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

REFUND = Content(
    title="Refund above the limit",
    causes=("Refund  Limit",),
    tags=("refund",),
    signs="the customer wants more back than an agent may give",
    steps=("look up the order", "refund it"),
    may=Authority(text="refund it", limit="40", currency="EUR"),
    say="Dear {customer}, your money is on its way. {me}",
)


def opened(office: Office, subject: str = "Kettle", customer: str = "Carla", **more: object) -> int:
    office.later()
    command = OpenCase(subject=subject, channel="email", owner=office.ids["Ben"], **more)  # type: ignore[arg-type]
    number = execution.open_case(office.desk("Ben"), command, customer).opened
    assert number is not None
    return number


def do(office: Office, who: str, verb: str, command: object, *cases: int) -> execution.Outcome:
    office.later(0.1)
    return execution.execute(office.desk(who), verb, command, list(cases))  # type: ignore[arg-type]


def written(office: Office, who: str = "Ana", content: Content = REFUND, case: int | None = None) -> int:
    office.later(0.1)
    return writing.write(office.desk(who), content, case=case).playbook.number


def test_undo_takes_back_a_playbook_and_each_change_of_it(office: Office) -> None:
    number = written(office)
    writing.revise(office.desk(), number, {"may": {"limit": "60"}})
    assert reading.get(office.desk(), number).playbook.content.may == Authority(
        text="refund it", limit="60", currency="EUR"
    )
    outcome = undo_redo.undo(office.desk())
    assert (outcome.turned, outcome.playbooks, outcome.cases) == ("playbook revise", (number,), ())
    assert reading.get(office.desk(), number).playbook.content.may == REFUND.may
    undo_redo.redo(office.desk())
    assert reading.get(office.desk(), number).playbook.edition == 2
    undo_redo.undo(office.desk())
    undo_redo.undo(office.desk())
    assert reading.listed(office.desk(), retired=True) == []
    assert written(office) == number + 1, "a number is never given twice"
    assert office.sound()


def test_a_case_fills_in_what_was_decided_about_the_cause_that_the_playbook_is_for(office: Office) -> None:
    case = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="more", cause="refund limit"), case)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund Carla all of it"), case)
    assert from_case(office.desk(), case).steps == ("refund {customer} all of it",)
    do(office, "Ben", "review", Review(cause="Refund-limit", nothing_because="it is seldom"), case)
    assert from_case(office.desk(), case).steps == ("refund {customer} all of it",)
    do(office, "Ben", "review", Review(cause="goodwill", nothing_because="it is seldom"), case)
    assert from_case(office.desk(), case).steps == ()
    causes.merge(office.desk(), "refund limit", "goodwill")
    assert from_case(office.desk(), case).steps == ("refund {customer} all of it",)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="a word", cause="late parcel"), case)
    content = from_case(office.desk(), case)
    assert (content.causes, content.steps) == (("late parcel",), ())


def test_undo_is_refused_once_somebody_else_has_changed_or_used_it(office: Office) -> None:
    number, case = written(office), opened(office)
    writing.revise(office.desk("Ben"), number, {"signs": "a broken kettle"}, why="clearer")
    with pytest.raises(Refused, match="Playbook 1 has changed since: Ben revised it: clearer"):
        undo_redo.undo(office.desk())
    other = written(office, content=Content(title="Lids", steps=("send one",)))
    do(office, "Ben", "use", UsePlaybook(playbook=other), case)
    with pytest.raises(Refused, match=f"Playbook {other} has been used since, on case {case}"):
        undo_redo.undo(office.desk())


def test_what_an_agent_writes_needs_a_lead_before_one_may_decide_by_it(office: Office) -> None:
    number, case = written(office, "Ben"), opened(office)
    decide = DecideByPlaybook(playbook=number, said="refunded", amount="35")
    with pytest.raises(Refused, match="No lead has confirmed yet"):
        do(office, "Cleo", "decide", decide, case)
    with pytest.raises(Refused, match="Only a lead can confirm"):
        writing.confirm(office.desk("Cleo"), number)
    writing.confirm(office.desk("Ana"), number, until=office.now + 2 * HOUR)
    do(office, "Cleo", "decide", decide, case)
    (use,) = office.case(case).playbooks
    assert (use.decided, use.amount, use.currency, use.edition) == ("refunded", "35", "EUR", 1)
    office.later(3)
    with pytest.raises(Refused, match="has run out"):
        do(office, "Cleo", "decide", decide, opened(office, "Pot"))
    undo_redo.undo(office.desk("Cleo"))
    assert office.case(case).playbooks == ()
    assert office.sound()


def test_who_writes_or_confirms_it_reads_until_when_one_may_decide_by_it(office: Office) -> None:
    may = Authority(text="refund it", limit="40", currency="EUR")
    (said,) = writing.write(office.desk("Ana"), Content(title="A", may=may)).notices
    assert said == (
        "What playbook 1 lets others decide counts until 2026-07-07 08:00; then a lead has to confirm it again."
    )
    (said,) = writing.write(office.desk("Ben"), Content(title="B", may=may)).notices
    assert said == "What playbook 2 lets others decide counts once a lead has confirmed it."
    (said,) = writing.confirm(office.desk("Ana"), 2, office.now + 30 * HOUR).notices
    assert said == "What playbook 2 lets others decide counts until Tue 14:00; then a lead has to confirm it again."
    (said,) = writing.revise(office.desk("Ana"), 2, {"may": {"until": office.now + 2 * HOUR}}).notices
    assert said == "What playbook 2 lets others decide counts until 10:00, as it says itself."
    assert writing.write(office.desk("Ben"), Content(title="C", steps=("Ask first.",))).notices == ()
    assert writing.retire(office.desk("Ben"), 2, "nobody needs it").notices == ()


def test_what_ends_by_its_own_text_is_not_confirmed_past_that(office: Office) -> None:
    """A confirmation would change nothing, and who gave it would believe that it did."""
    number = written(office, content=replace(REFUND, may=Authority(text="refund it", until=office.now + 2 * HOUR)))
    with pytest.raises(Refused, match="ends before that, as it says itself: 10:00"):
        writing.confirm(office.desk("Ana"), number, office.now + 3 * HOUR)
    writing.confirm(office.desk("Ana"), number)
    office.later(3)
    with pytest.raises(Refused, match="has ended, as it says itself") as refused:
        writing.confirm(office.desk("Ana"), number)
    assert [one.command for one in refused.value.hint.suggestions] == ["playbook revise"]
    decide = DecideByPlaybook(playbook=number, said="refunded")
    with pytest.raises(Refused, match="a lead has to give it another end"):
        do(office, "Cleo", "decide", decide, opened(office))
    writing.revise(office.desk("Ana"), number, {"may": {"until": office.now + 9 * HOUR}})
    do(office, "Cleo", "decide", decide, opened(office, "Pot"))


def test_beyond_the_limit_a_lead_decides(office: Office) -> None:
    number, case = written(office), opened(office)
    with pytest.raises(Refused, match=r"40\.01 EUR is beyond the limit of playbook 1") as refused:
        do(office, "Ben", "decide", DecideByPlaybook(playbook=number, said="refund", amount="40,01"), case)
    assert [one.command for one in refused.value.hint.suggestions] == ["escalate"]
    with pytest.raises(WrongUse, match="has a limit"):
        do(office, "Ben", "decide", DecideByPlaybook(playbook=number, said="refund"), case)
    do(office, "Ben", "decide", DecideByPlaybook(playbook=number, said="refund", amount="40"), case)


def test_an_escalation_past_a_playbook_says_why_and_the_playbook_hears_it(office: Office) -> None:
    number, case = written(office), opened(office, tags=("refund",))
    assert reading.authority_on(office.desk("Ben"), case) is not None
    up = Escalate(reason="exception", need="refund 35", cause="refund limit", despite="she asked for the lead by name")
    do(office, "Ben", "escalate", up, case)
    assert office.kinds(case)[-2:] == ["escalated", "playbook passed over"]
    known = reading.get(office.desk(), number)
    assert (known.results.used, known.results.passed, known.state) == (0, 1, NEW)
    assert not reading.fitting(office.desk(), case)[0].in_use, "it was passed over, not used"
    with pytest.raises(Refused, match="No playbook was used"):
        do(office, "Ben", "fit", RatePlaybook(fit="fitted"), case)
    undo_redo.undo(office.desk("Ben"))
    assert reading.get(office.desk(), number).results.passed == 0
    do(office, "Ben", "escalate", Escalate(reason="exception", need="refund 35"), case)
    assert office.kinds(case)[-1] == "escalated", "without a reason it goes up all the same"
    plain = opened(office, "Pot")
    with pytest.raises(WrongUse, match="No playbook lets you decide"):
        do(office, "Ben", "escalate", Escalate(reason="exception", need="refund", despite="so"), plain)
    assert office.sound()


def test_nothing_stands_between_a_danger_and_a_lead(office: Office) -> None:
    written(office)
    assert reading.authority_on(office.desk("Ben"), opened(office, tags=("refund", "safety"))) is None


def test_people_say_how_it_fitted_and_the_list_shows_it(office: Office) -> None:
    number = written(office)
    cases = [opened(office, f"Kettle {n}") for n in range(4)]
    for who, case in zip(("Ben", "Cleo", "Ben"), cases, strict=False):
        do(office, who, "use", UsePlaybook(playbook=number), case)
        do(office, who, "fit", RatePlaybook(fit="fitted"), case)
    known = reading.get(office.desk(), number)
    assert (known.state, known.results.fitted, known.results.used) == (PROVEN, 3, 3)
    do(office, "Ben", "use", UsePlaybook(playbook=number), cases[3])
    with pytest.raises(Refused, match="is in use on case"):
        do(office, "Cleo", "use", UsePlaybook(playbook=number), cases[3])
    with pytest.raises(WrongUse, match="Why it did not fit is missing"):
        do(office, "Ben", "fit", RatePlaybook(fit="not"), cases[3])
    do(office, "Ben", "resolve", Resolve(said="sent", answer="told"), cases[3])
    do(office, "Ben", "fit", RatePlaybook(fit="not", said="it was the lid"), cases[3])
    assert number not in [one.known.playbook.number for one in reading.fitting(office.desk(), cases[3])]
    assert office.sound()


def test_a_resolution_says_whether_the_playbook_in_use_fitted(office: Office) -> None:
    number, other = written(office), written(office, content=replace(REFUND, title="Parcel in pieces"))
    cases = [opened(office, f"Kettle {n}") for n in range(3)]
    with pytest.raises(Refused, match="no playbook is in use"):
        do(office, "Ben", "resolve", Resolve(said="sent", answer="told", fit="fitted"), cases[0])
    for case in cases:
        do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    do(office, "Ben", "resolve", Resolve(said="sent", answer="told", fit="fitted"), cases[0])
    do(office, "Ben", "resolve", Resolve(said="it was the lid", answer="told", fit="not"), cases[1])
    assert [office.case(case).playbooks[0].fit for case in cases] == ["fitted", "not", ""]
    assert [office.case(case).playbooks[0].said for case in cases] == ["", "it was the lid", ""]
    undo_redo.undo(office.desk("Ben"))
    assert (office.case(cases[1]).status, office.case(cases[1]).playbooks[0].fit) == ("open", ""), (
        "one command, one undo"
    )
    do(office, "Ben", "use", UsePlaybook(playbook=other), cases[2])
    with pytest.raises(Refused, match="Several playbooks"):
        do(office, "Ben", "resolve", Resolve(said="sent", answer="told", fit="partly"), cases[2])
    assert office.sound()


def test_a_retired_one_is_neither_offered_nor_used(office: Office) -> None:
    number, case = written(office), opened(office, tags=("refund",))
    assert [one.known.playbook.number for one in reading.fitting(office.desk(), case)] == [number]
    writing.retire(office.desk("Ben"), number, "the shop does it")
    assert reading.fitting(office.desk(), case) == []
    with pytest.raises(Refused, match="is retired"):
        do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    writing.restore(office.desk("Ben"), number)
    do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    with pytest.raises(WrongUse, match="There is no playbook 99"):
        do(office, "Ben", "use", UsePlaybook(playbook=99), case)


def test_it_is_found_by_the_words_of_its_cases(office: Office) -> None:
    gasket = opened(office, "Duo leaks")
    do(office, "Ben", "log", LogMessage(text="water under the gasket every morning", inbound=True), gasket)
    number = written(office, content=Content(title="Batch seven", steps=("send a new one",)), case=gasket)
    for n in range(6):
        opened(office, f"Where is my parcel {n}")
    case = opened(office, "Puddle")
    do(office, "Ben", "log", LogMessage(text="there is water at the gasket", inbound=True), case)
    (found,) = reading.fitting(office.desk(), case)
    assert found.known.playbook.number == number
    assert "gasket" in found.why
    assert reading.fitting(office.desk(), opened(office, "Parcel")) == []


def test_a_case_about_to_be_opened_is_told_what_fits_and_one_that_ended_is_not(office: Office) -> None:
    gasket = opened(office, "Water under the gasket")
    number = written(office, content=Content(title="Batch seven", steps=("send a new one",)), case=gasket)
    for n in range(6):
        opened(office, f"Where is my parcel {n}")
    (found,) = reading.fitting_new(office.desk(), "the gasket leaks water")
    assert found.known.playbook.number == number
    assert reading.fitting_new(office.desk(), " ") == []
    again = opened(office, "Water under the gasket")
    assert [one.known.playbook.number for one in reading.fitting_opened(office.desk(), again)] == [number]
    do(office, "Ben", "resolve", Resolve(said="sent", answer="told"), again)
    assert reading.fitting_opened(office.desk(), again) == []


def test_the_uses_are_read_without_reading_every_case(office: Office) -> None:
    plan = office.store.engine.fetch_all(
        "explain query plan select id, state from cases where playbooks <> '' order by id + 0"
    )
    assert "cases_playbooks" in plan[0][3]


def test_the_sweep_gathers_the_words_again_each_hour(office: Office) -> None:
    from careconsole.desk.cases.sweep import sweep

    first = opened(office, "Duo leaks")
    number = written(office, content=Content(title="Batch seven", steps=("send one",)), case=first)
    do(office, "Ben", "log", LogMessage(text="water under the gasket", inbound=True), first)
    other = opened(office, "gasket")
    for n in range(5):
        opened(office, f"Where is my parcel {n}")
    office.now += 1
    sweep(office.desk(), pause=lambda _: None)
    assert [one.known.playbook.number for one in reading.fitting(office.desk(), other)] == [number]
    made_at = office.store.playbooks.words_made_at()
    sweep(office.desk(), pause=lambda _: None)
    assert office.store.playbooks.words_made_at() == made_at


def test_a_cause_counts_under_its_other_names(office: Office) -> None:
    from careconsole.desk.cases import causes

    number = written(office)
    case = opened(office, "Pot")
    do(office, "Ben", "review", Review(cause="limit of refunds", nothing_because="rare"), case)
    do(office, "Ben", "review", Review(cause="refund-limit", nothing_because="rare"), opened(office, "Lid"))
    assert reading.fitting(office.desk(), case) == []
    causes.merge(office.desk(), "limit of refunds", "refund limit")
    assert [one.known.playbook.number for one in reading.fitting(office.desk(), case)] == [number]


def test_a_merge_takes_along_the_playbooks_in_use(office: Office) -> None:
    number, one, other = written(office), opened(office), opened(office)
    do(office, "Ben", "use", UsePlaybook(playbook=number), one)
    do(office, "Ben", "merge", Merge(into=other), one)
    assert [use.playbook for use in office.case(other).playbooks] == [number]
    assert office.sound()


def test_the_steps_of_what_is_in_use_are_one_checklist(office: Office) -> None:
    number, case = written(office), opened(office)
    other = written(office, content=Content(title="Lids", steps=("send a lid",)))
    with pytest.raises(Refused, match="No playbook with steps is in use"):
        do(office, "Ben", "tick", TickStep(step=1), case)
    do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    do(office, "Ben", "use", UsePlaybook(playbook=other), case)
    do(office, "Cleo", "tick", TickStep(step=2), case)
    do(office, "Ben", "tick", TickStep(step=3), case)
    assert [(one.number, one.text, one.ticked) for one in checklist(office.case(case))] == [
        (1, "look up the order", False),
        (2, "refund it", True),
        (3, "send a lid", True),
    ]
    with pytest.raises(Refused, match="Step 2 is ticked already"):
        do(office, "Ben", "tick", TickStep(step=2), case)
    with pytest.raises(WrongUse, match="has no step 4"):
        do(office, "Ben", "tick", TickStep(step=4), case)
    do(office, "Ben", "tick", TickStep(step=2, off=True), case)
    with pytest.raises(Refused, match="Step 2 is not ticked"):
        do(office, "Ben", "tick", TickStep(step=2, off=True), case)
    do(office, "Ben", "fit", RatePlaybook(playbook=number, fit="fitted"), case)
    assert [one.text for one in checklist(office.case(case))] == ["send a lid"], "what is rated is done with"
    assert office.case(case).playbooks[1].ticked == (1,)
    assert office.sound()


def test_a_merge_takes_along_what_is_ticked(office: Office) -> None:
    number, one, other, third = written(office), opened(office), opened(office), opened(office)
    for case in (one, third):
        do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    do(office, "Ben", "tick", TickStep(step=1), one)
    do(office, "Ben", "tick", TickStep(step=2), third)
    do(office, "Ben", "merge", Merge(into=other), one)
    do(office, "Ben", "merge", Merge(into=other), third)
    assert [step.ticked for step in checklist(office.case(other))] == [True, True]
    undo_redo.undo(office.desk("Ben"))
    assert [step.ticked for step in checklist(office.case(other))] == [True, False]
    assert office.sound()


def test_its_words_are_filled_in_for_a_case(office: Office) -> None:
    number, case = written(office), opened(office, customer="Carla {me}")
    assert reading.words_for(office.desk("Ben"), number, case) == (
        "Dear Carla {me}, your money is on its way. Ben",
        [],
    )


def test_the_words_of_what_is_in_use_are_there_until_we_have_written(office: Office) -> None:
    number = written(office, content=Content(title="Late", say="Dear {customer}: {case}"))
    case = opened(office)
    assert reading.words_in_use(office.desk("Ben"), office.case(case), office.history(case)) is None
    do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    words = reading.words_in_use(office.desk("Ben"), office.case(case), office.history(case))
    assert words is not None
    assert (words.text, words.empty) == (f"Dear Carla: {case}", ())
    do(office, "Ben", "log", LogMessage(text="when?", inbound=True), case)
    assert reading.words_in_use(office.desk("Ben"), office.case(case), office.history(case)) == words
    do(office, "Ben", "log", LogMessage(text="tomorrow"), case)
    assert reading.words_in_use(office.desk("Ben"), office.case(case), office.history(case)) is None


def test_two_people_revise_one_edition_and_the_second_is_told(office: Office) -> None:
    number = written(office)
    writing.revise(office.desk("Ben"), number, {"signs": "one"}, seen=1)
    with pytest.raises(Conflict, match="has been revised since you saw it"):
        writing.revise(office.desk("Cleo"), number, {"signs": "two"}, seen=1)


def test_two_of_one_title_are_refused(office: Office) -> None:
    written(office)
    with pytest.raises(Refused, match="Playbook 1 has that title already"):
        written(office, content=Content(title="REFUND above the limit", steps=("x",)))


def test_a_second_one_for_the_same_cause_says_which_is_there_already(office: Office) -> None:
    first = written(office)
    second = writing.write(office.desk(), replace(REFUND, title="Refund at the counter"))
    assert f"Playbook {first} is for the cause refund limit, too." in second.notices
    third = writing.write(office.desk(), replace(REFUND, title="Refund by transfer"))
    assert f"Playbooks {first}, {second.playbook.number} are for the cause refund limit, too." in third.notices
    other = writing.write(office.desk(), replace(REFUND, title="Lost parcel", causes=("lost parcel",)))
    assert not any("too" in notice for notice in other.notices)
    same = writing.write(office.desk(), replace(REFUND, title="Refund in cash", causes=("refund-limit",)))
    assert any(notice.startswith(f"Playbooks {first}, ") for notice in same.notices), "one cause, in other words"


def test_files_are_a_round_trip_and_go_in_all_or_none(office: Office, tmp_path: Path) -> None:
    number = written(office)
    folder = tmp_path / "books"
    names = files.write(str(folder), [known.playbook for known in reading.listed(office.desk())])
    assert names == ["1-refund-above-the-limit.md"]
    assert (folder / names[0]).stat().st_mode & 0o077 == 0
    assert writing.load_files(office.desk(), files.read([str(folder)])).unchanged == (number,)
    assert files.write(str(folder), [reading.get(office.desk(), number).playbook]) == names

    text = (folder / names[0]).read_text(encoding="utf-8")
    (folder / names[0]).write_text(text.replace("limit: 40", "limit: 60"), encoding="utf-8")
    with pytest.raises(WrongUse, match="differs from what would be written"):
        files.write(str(folder), [reading.get(office.desk(), number).playbook])
    (folder / "z-broken.md").write_text("# Broken\n## Dew\n", encoding="utf-8")
    with pytest.raises(WrongUse, match=r"z-broken.md: Line 2"):
        writing.load_files(office.desk(), files.read([str(folder)]))
    (folder / "z-broken.md").write_text("# Lids\n## Do\n- send one\n", encoding="utf-8")
    assert writing.load_files(office.desk(), files.read([str(folder)]), dry_run=True).new == (2,)
    assert reading.get(office.desk(), number).playbook.edition == 1, "a dry run stores nothing"
    loaded = writing.load_files(office.desk(), files.read([str(folder)]))
    assert (loaded.new, loaded.revised) == ((2,), (number,))
    undo_redo.undo(office.desk())
    assert [known.playbook.number for known in reading.listed(office.desk())] == [number], "one undo takes all back"

    (folder / "copy.md").write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match="both have number 1"):
        writing.load_files(office.desk(), files.read([str(folder)]))
    with pytest.raises(CareError, match="cannot be read"):
        files.read([str(tmp_path / "missing.md")])


def test_a_file_whose_authority_has_run_out_is_named_and_nothing_is_stored(office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Lids\n## Do\n- send one\n", encoding="utf-8")
    past = "# Kettles\n## May\nuntil: 2020-01-01T00:00:00Z\nrefund\n"
    (tmp_path / "b.md").write_text(past, encoding="utf-8")
    with pytest.raises(CareError, match=r"b\.md: The time until which one may decide this is in the past"):
        writing.load_files(office.desk(), files.read([str(tmp_path)]))
    assert reading.listed(office.desk()) == []


def test_an_export_of_everything_brings_playbooks_along(office: Office, tmp_path: Path) -> None:
    from careconsole.desk.database import dump, load_dump
    from careconsole.store import open_store

    number, case = written(office), opened(office)
    do(office, "Ben", "use", UsePlaybook(playbook=number), case)
    records = list(dump.records(office.desk()))
    copy = str(tmp_path / "copy.db")
    load_dump.load_dump(copy, lambda: enumerate(records, start=2), own_folder=False)
    store = open_store(copy)
    try:
        assert store.playbooks.all() == office.store.playbooks.all()
        assert store.playbooks.uses() == office.store.playbooks.uses()
        assert reading.get(office.desk(), number).state == NEW
    finally:
        store.close()


def test_it_is_not_offered_to_the_case_that_it_was_written_from(office: Office) -> None:
    first, second = opened(office, "Kettle broken in the post"), opened(office, "Kettle broken in the post")
    number = written(office, case=first)
    fits = {
        case: [one.known.playbook.number for one in reading.fitting(office.desk(), case)] for case in (first, second)
    }
    assert number in fits[second]
    assert number not in fits[first]
