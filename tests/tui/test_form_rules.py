"""What forms ask, which answers they have ready, and which commands come of what was said. Without a screen."""

from __future__ import annotations

import pytest

from careconsole.commands import BY_ID
from careconsole.commands.form import label_of
from careconsole.commands.key_table import KEYS
from careconsole.desk.cases import execution, sweep
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.editing import Edit, Tag
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Decline, Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.spam import Spam
from careconsole.domain.errors import CareError
from careconsole.domain.time.moments import local, parse_moment
from careconsole.tui.forms import build_command, escalation_preview, form_lines, result_toast, time_preview
from careconsole.tui.forms import questions as asking
from careconsole.tui.forms.form_data import FOLLOW_UP, NEW, FormData, gather
from careconsole.tui.forms.form_rows import LABEL
from careconsole.tui.forms.question import Mistake, Question
from tests.desk.office import HOUR, MONDAY, Office
from tests.intake.mails import mail
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened


@pytest.fixture
def kettle(office: Office) -> int:
    """A case of Ben's."""
    return opened(office.desk("Ben"), "Kettle cracked", channel="phone", owner=office.ids["Ben"])


def material(office: Office, verb: str, *numbers: int, who: str = "Ben") -> FormData:
    found = {"new": NEW, "follow-up": FOLLOW_UP}.get(verb) or BY_ID[verb]
    return gather(found, numbers)(office.desk(who))


def asked(material: FormData) -> dict[str, Question]:
    return {question.name: question for question in asking.questions(material)}


def labels(question: Question) -> list[str]:
    return [choice.label for choice in question.choices]


def made(material: FormData, **said: str) -> build_command.PreparedCommand:
    questions = asking.questions(material)
    ready = {question.name: question.ready for question in questions}
    one = len(material.numbers) == 1
    return build_command.build_command(material.verb, questions, {**ready, **said}, material.now, one=one)


def test_an_offer_has_the_least_loaded_colleague_ready_with_the_reason(office: Office, kettle: int) -> None:
    opened(office.desk("Ana"), "Lid lost", owner=office.ids["Ana"])
    to = asked(material(office, "offer", kettle))["to"]
    assert labels(to) == ["Cleo", "Dora", "Ana"]
    assert to.ready == str(office.ids["Cleo"])
    assert "least load" in to.choices[0].note
    order = made(material(office, "offer", kettle), reason="knows it")
    assert order.command == Offer(to=office.ids["Cleo"], reason="knows it")


def test_duty_can_be_named_where_a_case_may_go_to_nobody_in_person(office: Office, kettle: int) -> None:
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Ana"], reason="yours"), [kettle])
    for verb, field in (("reassign", "to"), ("decline", "instead"), ("hand-over", "to")):
        question = asked(material(office, verb, kettle, who="Ana"))[field]
        assert "duty" in labels(question), verb
    assert "Ana" not in labels(asked(material(office, "decline", kettle, who="Ana"))["instead"])
    order = made(material(office, "decline", kettle, who="Ana"), reason="full", instead="duty")
    assert order.command == Decline(reason="full", instead=None)
    assert "duty" not in labels(asked(material(office, "offer", kettle))["to"])


def test_after_a_decline_the_owner_keeps_the_case_unless_somebody_else_is_named(office: Office, kettle: int) -> None:
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="yours"), [kettle])
    asks = asked(material(office, "decline", kettle, who="Cleo"))["instead"]
    notes = {choice.label: choice.note.split(";")[0] for choice in asks.choices}
    assert notes == {
        "Ben": "keeps it",
        "Ana": "is asked next",
        "Dora": "is asked next",
        "duty": "Ana today",
    }
    assert asks.ready == str(office.ids["Ben"]), "the usual answer"
    stays = made(material(office, "decline", kettle, who="Cleo"), reason="full")
    execution.execute(office.desk("Cleo"), "decline", stays.command, [kettle])
    case = office.case(kettle)
    assert (case.owner, case.offer) == (office.ids["Ben"], None), "the owner keeps it, and the row says so"


def test_who_is_asked_for_a_case_without_an_owner_is_for_the_one_who_declines_to_say(office: Office) -> None:
    number = opened(office.desk("Ana"), owner=None)
    execution.execute(office.desk("Ana"), "offer", Offer(to=office.ids["Cleo"], reason="yours"), [number])
    assert asked(material(office, "decline", number, who="Cleo"))["instead"].ready == ""
    with pytest.raises(Mistake, match="Ask next: required"):
        made(material(office, "decline", number, who="Cleo"), reason="full")


def test_a_second_decline_says_that_the_lead_on_duty_is_asked(office: Office, kettle: int) -> None:
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="yours"), [kettle])
    declined = Decline(reason="full", instead=office.ids["Dora"])
    execution.execute(office.desk("Cleo"), "decline", declined, [kettle])
    (only,) = asked(material(office, "decline", kettle, who="Dora"))["instead"].choices
    assert (only.value, only.note.split(";")[0]) == ("duty", "Ana today")
    assert "somebody else declined it" in only.note
    assert asked(material(office, "decline", kettle, who="Dora"))["instead"].ready == "duty"


def test_what_is_missing_is_told_at_its_question(office: Office, kettle: int) -> None:
    with pytest.raises(Mistake, match="Reason: required") as mistake:
        made(material(office, "offer", kettle), reason="  ")
    assert mistake.value.field == "reason"
    with pytest.raises(Mistake, match="is not a time") as mistake:
        made(material(office, "promise", kettle), text="call", due="tomorow")
    assert mistake.value.field == "due"
    with pytest.raises(Mistake, match="must be in the future") as mistake:
        made(material(office, "promise", kettle), text="call", due="2020-01-01T10:00Z")
    assert mistake.value.field == "due"
    execution.execute(office.desk("Ben"), "promise", Promise(text="call", due=office.now + HOUR), [kettle])
    with pytest.raises(Mistake, match="Told them: required"):
        made(material(office, "move", kettle))


@pytest.mark.parametrize(
    ("verb", "field", "hours"), [("promise", "due", 4), ("acknowledge", "until", 2), ("review", "due", 120)]
)
def test_times_have_a_sensible_answer_ready(office: Office, kettle: int, verb: str, field: str, hours: int) -> None:
    ready = asked(material(office, verb, kettle))[field].ready
    assert time_preview.read(ready, office.now) == office.now + hours * HOUR


def test_a_time_is_told_as_it_is_read_or_why_it_cannot_be() -> None:
    now = 1_767_600_000_000
    words, fits = time_preview.read_as("+25h", now)
    assert fits
    assert words.endswith("in 1d 1h")
    assert words.startswith(local(now + 25 * HOUR, now))
    assert time_preview.read_as("[/]", now) == (
        '"[/]" is not a time.'
        ' Write it like 4h, 17:00, 5pm, "tomorrow 10:00", "fri 17:00", 2026-11-03 or "2026-11-03 17:00".',
        False,
    )


def test_a_message_asks_its_sort_only_if_it_came_in(office: Office, kettle: int) -> None:
    fields = asked(material(office, "log", kettle))
    assert fields["channel"].ready == "phone"  # as the case reached us
    assert not fields["sort"].asked({"inbound": "no"})
    assert fields["sort"].asked({"inbound": "yes"})
    assert fields["proactive"].asked({"inbound": "no"})
    assert made(material(office, "log", kettle), text="Hello", sort="auto").command == LogMessage(
        text="Hello", channel="phone"
    )
    order = made(material(office, "log", kettle), text="Thanks!", inbound="yes", proactive="yes")
    assert order.command == LogMessage(text="Thanks!", channel="phone", inbound=True)


def test_a_review_says_what_changes_or_why_nothing_does(office: Office, kettle: int) -> None:
    escalate = Escalate(reason="exception", need="refund", cause="refund limit")
    execution.execute(office.desk("Ben"), "escalate", escalate, [kettle])
    review = material(office, "review", kettle)
    assert asked(review)["cause"].ready == "refund limit"
    assert made(review, nothing_because="it was one").command == Review(
        cause="refund limit", nothing_because="it was one"
    )
    changed = made(review, change="raise it").command
    assert changed == Review(
        cause="refund limit", change="raise it", owner=office.ids["Ben"], due=office.now + 5 * 24 * HOUR
    )
    with pytest.raises(Mistake, match="what we change, or why nothing changes"):
        made(review)


def test_resolving_asks_of_a_customer_who_waits_and_once_for_many(office: Office, kettle: int) -> None:
    assert "answer" not in asked(material(office, "resolve", kettle)), "they were spoken with"
    waits = [opened(office.desk("Ben"), "Lid lost", owner=office.ids["Ben"]) for _ in range(2)]
    for numbers, words in (
        (waits[:1], "The customer has no answer yet."),
        ([kettle, waits[0]], "One customer has no answer yet."),
        ([kettle, *waits], "2 customers have no answer yet."),
    ):
        asks = material(office, "resolve", *numbers)
        assert words in " ".join(asking.beforehand(asks))
        question = asked(asks)["answer"]
        assert labels(question) == ["told them", "spam", "duplicate", "wrong address", "test", "unanswered"]
        assert (question.ready, question.required) == ("", True), "nothing is taken for granted"
        with pytest.raises(Mistake, match="Answer: required"):
            made(asks, said="sent")
        assert made(asks, said="sent", answer="spam").command == Resolve(said="sent", answer="spam")


def test_one_promise_needs_no_choosing_and_several_are_told_by_their_words(office: Office, kettle: int) -> None:
    desk = office.desk("Ben")
    execution.execute(desk, "promise", Promise(text="send the price", due=office.now + 3 * HOUR), [kettle])
    assert "promise" not in asked(material(office, "keep", kettle))
    assert made(material(office, "keep", kettle)).command == KeepPromise()
    execution.execute(desk, "promise", Promise(text="call back", due=office.now + HOUR), [kettle])
    promise = asked(material(office, "keep", kettle))["promise"]
    assert labels(promise) == ["call back", "send the price"]  # what falls due first stands first
    assert made(material(office, "keep", kettle)).command == KeepPromise(promise=3)


def test_resolving_asks_about_promises_only_where_there_are_some(office: Office, kettle: int) -> None:
    assert "promises" not in asked(material(office, "resolve", kettle))
    execution.execute(office.desk("Ben"), "promise", Promise(text="call", due=office.now + HOUR), [kettle])
    with pytest.raises(Mistake, match="Promises: required"):
        made(material(office, "resolve", kettle), said="sent")
    assert made(material(office, "resolve", kettle), said="sent", promises="kept").command == Resolve(
        said="sent", promises="kept"
    )


def test_a_correction_says_only_what_was_changed(office: Office, kettle: int) -> None:
    edit = material(office, "edit", kettle)
    ready = {name: question.ready for name, question in asked(edit).items()}
    assert ready == {
        "subject": "Kettle cracked", "description": "", "customer": "Carla", "channel": "phone", "priority": "normal",
    }  # fmt: skip
    assert made(edit, subject="Kettle leaks").command == Edit(subject="Kettle leaks")
    assert made(edit, customer="Nils") == build_command.PreparedCommand(Edit(), "Nils")
    assert made(edit, subject="").command == Edit(subject="")  # the desk says what is missing
    other = opened(office.desk("Ben"), "Lid lost", owner=office.ids["Ben"])
    several = material(office, "edit", kettle, other)
    assert made(several, priority="high").command == Edit(priority="high")


def test_a_case_is_de_escalated_to_a_level_below_its_own(office: Office, kettle: int) -> None:
    for need in ("refund", "more"):
        execution.execute(
            office.desk("Ben"), "escalate", Escalate(reason="exception", need=need, cause="limit"), [kettle]
        )
    level = asked(material(office, "de-escalate", kettle))["level"]
    assert labels(level) == ["0 frontline", "1 lead"]
    assert made(material(office, "de-escalate", kettle), decided="granted", level="1").command == Deescalate(
        decided="granted", level=1, cause="limit"
    )


def test_a_new_case_is_mine_unless_somebody_else_is_named(office: Office) -> None:
    new = material(office, "new")
    owner = asked(new)["owner"]
    assert labels(owner)[:2] == ["Ben", "duty"]
    order = made(new, subject="Lid lost", customer="Nils", tags="lid spare-part")
    assert order == build_command.PreparedCommand(
        OpenCase(subject="Lid lost", channel="email", owner=office.ids["Ben"], tags=("lid", "spare-part")), "Nils"
    )
    to_duty = made(new, subject="Lid lost", customer="Nils", owner="duty", inbound="no").command
    assert to_duty == OpenCase(subject="Lid lost", channel="email", inbound=False)


def test_an_escalation_tells_whom_it_calls_by_when_and_whom_after_that(office: Office, kettle: int) -> None:
    escalate = material(office, "escalate", kettle)
    words = escalation_preview.words(escalate, {"by": "", "to": ""}, office.now)
    assert words.startswith("Calls Ana (lead on duty), to acknowledge by ")
    assert local(office.now + HOUR, office.now) in words
    assert "then Dora (lead) from" in words
    words = escalation_preview.words(escalate, {"by": "+3h", "to": str(office.ids["Eve"])}, office.now)
    then = local(office.now + 3 * HOUR, office.now)
    assert words.startswith(
        f"Calls Eve, to acknowledge by {then}; if nobody answers, then Ana (lead on duty) from {then}"
    )
    assert words.count(" from ") == 1, "of the steps after that the times are not known"
    assert escalation_preview.words(material(office, "note", kettle), {}, office.now) == ""


def test_an_escalation_that_reaches_nobody_says_why_and_what_to_do_next(office: Office, kettle: int) -> None:
    members.change(office.desk(), "Dora", role="agent")
    members.change(office.desk(), "Eve", active=False, cover=None)
    lids = opened(office.desk(), "Lid lost", owner=office.ids["Ana"])
    alone = material(office, "escalate", lids, who="Ana")
    words = escalation_preview.words(alone, {"to": ""}, office.now)
    assert words == (
        "Nobody else here can resolve it: you cannot call yourself. Name a colleague who knows about it (under Reason:"
        " expertise, To) or add a contact who can resolve it (M Team)."
    )
    assert [(choice.label, choice.note) for choice in asked(alone)["to"].choices] == [
        ("the path", "reaches nobody else now"),
        *((name, "agent: only for expertise") for name in ("Ben", "Cleo", "Dora")),
    ]
    named = {"to": str(office.ids["Ben"])}
    assert escalation_preview.words(alone, named, office.now).startswith("Calls Ben")
    execution.execute(
        office.desk("Ben"), "escalate", made(material(office, "escalate", kettle), need="x1").command, [kettle]
    )
    again = material(office, "escalate", kettle)
    words = escalation_preview.words(again, {"to": ""}, office.now)
    assert words.startswith("Nobody else here can resolve it: Ana is called already. Remind those who are called (! ")
    assert labels(asked(again)["to"]) == ["the path", "Cleo", "Dora"], "neither the one called nor the owner"


def test_a_form_with_nobody_to_choose_says_why_and_what_to_do_next(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    assert form_lines.introduction(material(office, "offer", number, who="Ana"), (), restored=False, asks=True) == ""
    for name in ("Ben", "Cleo"):
        members.away(office.desk(), name, None)
    members.change(office.desk(), "Dora", active=False, cover=None)
    for verb in ("offer", "ask"):
        words = form_lines.introduction(material(office, verb, number, who="Ana"), (), restored=False, asks=True)
        assert words == "Ben and Cleo are away, so nobody can be asked today. Escalate what cannot wait (e)."
    for name in ("Ben", "Cleo"):
        members.change(office.desk(), name, active=False, cover=None)
    words = form_lines.introduction(material(office, "ask", number, who="Ana"), (), restored=False, asks=True)
    assert words == "There is no colleague to ask. You can add one: M (Team)."


def test_the_path_that_a_cause_leads_along_is_told_as_the_cause_is_typed(office: Office, kettle: int) -> None:
    escalation_paths.set_paths(
        office.desk(),
        """
        [[path]]
        name = "burns"
        causes = ["scald"]
        [[path.step]]
        name = "leads"
        call = ["leads"]
        acknowledge = "15m"
        repeat = 1
        [[path.step]]
        name = "maker"
        call = ["Eve"]
        [[path]]
        name = "standard"
        [[path.step]]
        name = "lead"
        call = ["duty"]
        """,
    )
    escalate = material(office, "escalate", kettle)
    words = escalation_preview.words(escalate, {"cause": "  Scald "}, office.now)
    first, second, third = (local(office.now + n * HOUR // 4, office.now) for n in (1, 2, 3))
    assert words == (
        f"Calls Ana (lead on duty) and Dora (lead), to acknowledge by {first}; if nobody answers, then"
        f" Ana (lead on duty) and Dora (lead), once more from {first}, then Eve (contact) from {second}."
    )
    assert third not in words
    named = escalation_preview.words(escalate, {"cause": "scald", "to": str(office.ids["Dora"])}, office.now)
    assert f"Calls Dora, to acknowledge by {first}; if nobody answers, then Dora (lead) and Ana" in named
    assert f"(lead on duty), once more from {first}" in named
    other = escalation_preview.words(escalate, {"cause": "scal"}, office.now)
    assert other.startswith("Calls Ana (lead on duty), to acknowledge by ")
    assert other.endswith("; if nobody answers, the call is repeated and every lead is told.")


def test_the_preview_of_a_call_says_what_happens_where_nobody_else_can_be_told(office: Office, kettle: int) -> None:
    desk = office.desk("Ana")
    for name in ("Dora", "Eve"):
        members.change(desk, name, active=False)
    words = escalation_preview.words(material(office, "escalate", kettle), {}, office.now)
    assert words.startswith("Calls Ana (lead on duty), to acknowledge by ")
    assert words.endswith("; if nobody answers, the call is repeated; there is no other lead to tell.")


def test_the_preview_of_a_call_says_after_how_many_calls_every_lead_is_told(office: Office, kettle: int) -> None:
    step = '[[path.step]]\nname = "{}"\ncall = ["duty"]\nacknowledge = "1h"\n'
    text = '[[path]]\nname = "standard"\n' + "".join(map(step.format, ("first", "second", "third")))
    escalation_paths.set_paths(office.desk("Ana"), text)
    words = escalation_preview.words(material(office, "escalate", kettle), {}, office.now)
    assert words.endswith("the call is repeated, and every lead is told after 3 calls without an answer.")
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="exception", need="a refund"), [kettle])
    told = []
    for _ in range(4):
        office.later(1.1)
        sweep.sweep(office.desk("Ana"))
        told.append(getattr(office.history(kettle)[-1].fact, "last", None))
    assert told == [False, False, True, True]


def test_the_preview_of_a_call_that_names_somebody_goes_on_as_the_sweep_does(office: Office, kettle: int) -> None:
    dora = office.ids["Dora"]
    words = escalation_preview.words(material(office, "escalate", kettle), {"to": str(dora)}, office.now)
    assert words.startswith("Calls Dora, to acknowledge by ")
    assert "; if nobody answers, then Ana (lead on duty) from " in words
    call = Escalate(reason="exception", need="a refund", to=dora)
    execution.execute(office.desk("Ben"), "escalate", call, [kettle])
    escalation = office.case(kettle).escalation
    assert escalation is not None
    office.now = escalation.acknowledge_by + 1
    sweep.sweep(office.desk("Ana"))
    escalation = office.case(kettle).escalation
    assert escalation is not None
    assert escalation.responder == office.ids["Ana"]


def test_several_cases_are_counted_beforehand_and_the_refused_ones_named(office: Office, kettle: int) -> None:
    mine = opened(office.desk("Ana"), "Lid lost", owner=office.ids["Ana"])
    parked = material(office, "park", kettle, mine)
    assert [number for number, _ in parked.refused] == [mine]
    first, refused = asking.beforehand(parked)
    assert first.startswith("Applies to 1 of 2")
    assert f"{mine}: Case {mine} belongs to Ana" in refused
    assert asking.title(parked) == f"Park · 2 cases: {kettle}, {mine}"
    assert asking.beforehand(material(office, "park", kettle)) == []


def test_what_comes_from_outside_is_safe_in_titles(office: Office) -> None:
    hostile = opened(office.desk("Ben"), "\x1b]0;owned\x07[/] [@click=app.quit]x[/]", owner=office.ids["Ben"])
    title = asking.title(material(office, "note", hostile))
    assert "\x1b" not in title
    assert "[@click=app.quit]x[/]" in title


def test_a_toast_tells_what_happened_and_what_to_think_of_next(office: Office, kettle: int) -> None:
    desk = office.desk("Ben")
    outcome = execution.execute(desk, "log", LogMessage(text="Thank you!", inbound=True), [kettle])
    (told,) = result_toast.after(BY_ID["log"], outcome, desk.roster(), office.now)
    assert told.message == f"Case {kettle}: Ben recorded thanks from the customer (email): Thank you! (u undoes it)."
    assert "Classified as thanks" in told.hint
    outcome = execution.execute(desk, "log", LogMessage(text="It is on its way."), [kettle])
    (told,) = result_toast.after(BY_ID["log"], outcome, desk.roster(), office.now)
    assert told.hint.startswith(f"The first thing due on case {kettle} is only the next step: promise something (p)")
    cleo = office.desk("Cleo")
    outcome = execution.execute(cleo, "log", LogMessage(text="It comes on Friday."), [kettle])
    assert outcome.idle == (), "she may neither park nor resolve Ben's case"
    (told,) = result_toast.after(BY_ID["log"], outcome, cleo.roster(), office.now)
    assert "next step" not in told.hint


def test_a_toast_has_the_whole_text_or_says_where_it_is(office: Office, kettle: int) -> None:
    desk = office.desk("Ben")
    for words, where in (("word " * 200 + "END", ""), ("word " * 2_000 + "END", f"… (in full on case {kettle})")):
        outcome = execution.execute(desk, "note", Note(text=words), [kettle])
        (told,) = result_toast.after(BY_ID["note"], outcome, desk.roster(), office.now)
        assert ("END" in told.message) is (not where)
        assert where in told.message


def test_a_toast_names_the_keys_as_they_are_set(office: Office, kettle: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KEYS, "promise", ("ctrl+p",))
    desk = office.desk("Ben")
    outcome = execution.execute(desk, "log", LogMessage(text="It is on its way."), [kettle])
    (told,) = result_toast.after(BY_ID["log"], outcome, desk.roster(), office.now)
    assert "promise something (ctrl+p)" in told.hint


def test_of_many_cases_the_toast_tells_how_many_and_which_were_refused(office: Office) -> None:
    desk = office.desk("Ben")
    numbers = [opened(desk, f"Lid {n}", owner=office.ids["Ben"]) for n in range(5)]
    other = opened(office.desk("Ana"), "Hers", owner=office.ids["Ana"])
    outcome = execution.execute(desk, "tag", Tag(add=("lid",)), numbers)
    assert result_toast.after(BY_ID["tag"], outcome, desk.roster(), office.now)[0].message.startswith(
        "Tag: 5 cases (u undoes it)."
    )
    park = Park(on="us", until=office.now + HOUR)
    outcome = execution.execute(desk, "park", park, [numbers[0], other], skip_refused=True)
    toasts = result_toast.after(BY_ID["park"], outcome, desk.roster(), office.now)
    assert toasts[1].warns
    assert f"{other}: Case {other} belongs to Ana" in toasts[1].message


def test_that_a_sender_is_blocked_with_the_spam_is_no_warning(office: Office) -> None:
    desk = office.desk("Ben")
    case = office.mail(mail("Win", "win@prizes.example")).case or 0
    outcome = execution.execute(desk, "spam", Spam(), [case])
    _, told = result_toast.after(BY_ID["spam"], outcome, desk.roster(), office.now)
    assert (told.message, told.warns) == ("Further mail of win@prizes.example will be held.", False)


def test_an_unknown_customer_is_told_at_the_customer(office: Office, kettle: int) -> None:
    from careconsole.tui.forms.submit import submission

    edit = material(office, "edit", kettle)
    with pytest.raises(CareError) as refusal:
        submission(edit, build_command.PreparedCommand(Edit(), "Nobody Known"))(office.desk("Ben"))
    assert isinstance(refusal.value, Mistake)
    assert refusal.value.field == "customer"


def test_a_promise_is_moved_to_a_later_time_than_the_present_one(office: Office, kettle: int) -> None:
    desk = office.desk("Ben")
    promise = Promise(text="call", due=office.now + HOUR)
    execution.execute(desk, "promise", promise, [kettle])

    def proposed() -> int:
        return parse_moment(asked(material(office, "move", kettle))["due"].ready, office.now)

    assert proposed() == parse_moment("tomorrow 10:00", office.now)
    for days in (3, 30):
        later = office.now + days * 24 * HOUR
        number = office.case(kettle).promises[0].number
        execution.execute(desk, "move", MovePromise(due=later, told=True, promise=number), [kettle])
        assert proposed() == later + 24 * HOUR, "the day after"


def test_every_label_has_room_beside_its_answer() -> None:
    verbs = [*BY_ID.values(), NEW, FOLLOW_UP]
    labels = {
        f"{label_of(field.flag, verb.id)}{'*' if field.required else ''}" for verb in verbs for field in verb.fields
    }
    assert len(labels) > 40
    assert [label for label in labels | {label_of("nothing-because", "resolve")} if len(label) >= LABEL] == []


@pytest.mark.parametrize(
    "verb, name", [("promise", "due"), ("park", "until"), ("acknowledge", "until"), ("move", "due")]
)
def test_the_usual_words_for_a_time_are_proposed_and_read(verb: str, name: str) -> None:
    (field,) = [field for field in BY_ID[verb].fields if field.name == name]
    assert time_preview.QUICK[:3] == ("tomorrow", "friday", "next monday")
    for words in (*time_preview.QUICK, "5pm", "end of day", "in an hour", "tomorrow morning"):
        shown, fits = time_preview.read_as(words, MONDAY, field.hour)
        assert fits, shown


def test_a_file_that_cannot_be_attached_leads_to_its_field(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        screen.app.working.verb("attach")
        await screen.settle()
        await fill(screen, file="/nowhere/lid.jpg", name="the lid")
        await screen.press("ctrl+s")
        assert "There is no file /nowhere/lid.jpg." in screen.text()
        assert screen.app.screen.focused is screen.app.screen._rows.named("file").field

    on_screen(office, script)


def test_a_change_that_is_due_too_is_not_denied(office: Office, kettle: int) -> None:
    desk = office.desk("Ben")
    execution.execute(desk, "log", LogMessage(text="It is on its way."), [kettle])
    execution.execute(desk, "escalate", Escalate(reason="authority", need="a refund"), [kettle])
    execution.execute(office.desk(), "de-escalate", Deescalate(decided="refund it"), [kettle])
    due = office.now + 5 * 24 * HOUR
    change = Review(cause="no limit", change="set one", owner=office.ids["Ana"], due=due)
    execution.execute(desk, "review", change, [kettle])
    outcome = execution.execute(desk, "log", LogMessage(text="It comes on Friday."), [kettle])
    (told,) = result_toast.after(BY_ID["log"], outcome, desk.roster(), office.now)
    assert told.hint.startswith(f"The first thing due on case {kettle} is only the next step: ")
    assert "Only" not in told.hint


def test_the_last_question_says_that_tab_begins_again_at_the_top(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        hints = []
        while screen.app.screen.focused is not row(screen, "then").field:
            hints.append("Tab next" in screen.text() or "Tab or Enter next" in screen.text())
            await screen.press("tab")
        assert hints
        assert all(hints)
        assert "Tab to the top" in screen.text()
        await screen.press("tab")
        assert "Tab to the top" not in screen.text()

    on_screen(office, script, name="Ben")
