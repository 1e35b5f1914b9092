"""Forms that finish a case: a message, or a new case, with a promise, a parking or the resolution in one command."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts
from careconsole.desk.queries import shown_case
from careconsole.desk.team import service_levels
from careconsole.domain.case.context import Context
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.time.moments import local
from careconsole.tui.forms import questions as asking
from careconsole.tui.forms.build_command import build_command
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.form_lines import introduction, preview
from careconsole.tui.forms.last_words import last_words
from careconsole.tui.forms.question import Mistake
from careconsole.tui.forms.text_fields import LineField
from careconsole.tui.forms.then_preview import _done
from careconsole.tui.hints import error_text
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_form_rules import asked, labels, material


@pytest.fixture
def kettle(office: Office) -> int:
    """A case of Ben's, whose customer waits."""
    return opened(office.desk("Ben"), "Kettle cracked", channel="email", owner=office.ids["Ben"])


def do(office: Office, verb: str, command: object, *numbers: int, who: str = "Ben") -> None:
    execution.execute(office.another(who), verb, command, list(numbers))  # type: ignore[arg-type]


def said(office: Office, verb: str, *numbers: int, **answers: str) -> tuple[str, list[str]]:
    """What the form says it will do with these answers, and which questions it asks then."""
    found = material(office, verb, *numbers)
    questions = asking.questions(found)
    told = {question.name: question.ready for question in questions} | answers
    return preview(found, questions, told, office.now), [q.name for q in questions if q.asked(told)]


def test_a_message_asks_only_for_what_belongs_to_what_follows(office: Office, kettle: int) -> None:
    always = ["inbound", "channel", "proactive", "text", "then"]
    assert labels(asked(material(office, "log", kettle))["then"]) == ["leave open", "promise", "park", "resolve"]
    assert said(office, "log", kettle)[1] == always
    assert said(office, "log", kettle, then="promise")[1] == [*always, "due", "said"]
    assert said(office, "log", kettle, then="park")[1] == [*always, "on", "until", "said"]
    assert said(office, "log", kettle, then="resolve")[1] == [*always, "said"], "the message answers the customer"
    inbound = [name if name != "proactive" else "sort" for name in always]
    assert said(office, "log", kettle, then="resolve", inbound="yes")[1] == [*inbound, "said", "answer"]
    assert "answer" in said(office, "log", kettle, then="resolve", inbound="yes", channel="phone")[1]
    thanks = {"inbound": "yes", "channel": "phone", "text": "Thank you!"}
    assert "answer" not in said(office, "log", kettle, then="resolve", **thanks)[1]
    do(office, "promise", Promise(text="a call", due=office.now + HOUR), kettle)
    assert said(office, "log", kettle, then="resolve")[1] == [*always, "said", "promises"]


@pytest.mark.parametrize("verb", ["log", "resolve"])
def test_a_case_that_was_escalated_is_asked_for_its_cause_where_it_is_resolved(
    office: Office, kettle: int, verb: str
) -> None:
    """The form that resolves it and the one that writes to the customer ask the same."""
    needed = Escalate(reason="exception", need="a refund", cause="refund limit")
    do(office, "escalate", needed, kettle)
    resolve = {"then": "resolve"} if verb == "log" else {}
    names = said(office, verb, kettle, **resolve)[1]
    assert {"cause", "change", "without_help"} <= set(names)
    assert {"owner", "due"} & set(names) == set()
    assert {"owner", "due"} <= set(said(office, verb, kettle, **resolve, change="refund up to 200")[1])
    assert asked(material(office, verb, kettle))["cause"].ready == "refund limit"
    assert {"cause", "change", "owner"} & set(said(office, "log", kettle)[1]) == set(), "it stays open"


def test_a_message_finishes_a_case_that_was_escalated(office: Office, kettle: int) -> None:
    do(office, "escalate", Escalate(reason="exception", need="a refund", cause="refund limit"), kettle)

    async def script(screen: Screen) -> None:
        await screen.press("c")
        await fill(screen, text="the refund is on its way", then="resolve", change="refund up to 200")
        assert row(screen, "due").field.said == "+5d"
        await screen.press("ctrl+s")
        assert screen.text().count("Nobody has acknowledged the call") == 1, "it is said once"
        await fill(screen, without_help="yes")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script, name="Ben", size=(80, 24))
    (review,) = office.case(kettle).reviews
    assert (review.cause, review.change, review.owner) == ("refund limit", "refund up to 200", office.ids["Ben"])
    assert office.case(kettle).status == "resolved"


def test_a_form_says_by_the_rules_what_it_will_do_or_why_it_cannot(office: Office, kettle: int) -> None:
    office.later(2)
    words = {"text": "a new one is sent"}
    assert said(office, "log", kettle)[0] == "Answers the customer (waiting 2h)."
    assert said(office, "log", kettle, then="resolve", **words)[0] == (
        "Answers the customer (waiting 2h) and resolves it: “a new one is sent”. u undoes all of it."
    )
    assert said(office, "log", kettle, then="resolve", said="replaced", **words)[0].endswith(
        "resolves it: “replaced”. u undoes all of it."
    )
    quoted = said(office, "log", kettle, then="resolve", said="Sorry for the trouble.", **words)[0]
    assert quoted.endswith("resolves it: “Sorry for the trouble.” u undoes all of it.")
    promising = f"promises by {local(office.now + 4 * HOUR, office.now)}"
    assert said(office, "log", kettle, then="promise")[0].endswith(f"{promising}. u undoes all of it.")
    assert f"{promising}: “a call”." in said(office, "log", kettle, then="promise", said="a call")[0]
    assert "waiting on customer" in said(office, "log", kettle, then="park")[0]
    assert said(office, "log", kettle, inbound="yes")[0] == "", "it is recorded, and that is plain"
    do(office, "escalate", Escalate(reason="exception", need="a refund"), kettle)
    refused = said(office, "log", kettle, then="resolve", **words)[0]
    assert refused.startswith(
        f"Not possible: Nobody has acknowledged the call on case {kettle} yet: Ana may be at work"
    )


def test_the_form_says_whether_a_message_from_the_customer_starts_a_wait(office: Office, kettle: int) -> None:
    def told(**answers: str) -> str:
        return said(office, "log", kettle, inbound="yes", **answers)[0]

    office.later(1)
    assert told(channel="phone") == "Ends the customer's wait (1h), as you spoke with them on the phone."
    asked = told(channel="phone", text="Which gasket?", then="resolve", said="the blue one", answer="unanswered")
    assert asked == "Resolves it: “the blue one” (the customer was not answered). u undoes all of it."
    do(office, "log", LogMessage(text="it is on its way"), kettle)
    assert told(channel="email", text="Where is it?") == "Starts the customer's wait for an answer."
    only_heard = " (if they only left a message, choose the channel other)"
    assert told(channel="phone") == f"Counts as answered, as you spoke with them on the phone{only_heard}."
    assert told(channel="visit") == "Counts as answered, as you spoke with them in person."
    assert told(channel="email", text="Thank you!") == "Starts no wait for an answer, as it is taken for thanks."
    assert told(channel="phone", then="park").startswith("Counts as answered, as you spoke with them on the phone")
    do(office, "log", LogMessage(text="I need a call back", inbound=True, channel="phone"), kettle)
    assert office.case(kettle).waiting_since is None
    new = {"subject": "Lid size", "customer": "Nils"}
    assert said(office, "new", **new, channel="phone")[0].startswith("Counts as answered")
    then = said(office, "new", **new, channel="phone", then="promise")[0]
    assert then.startswith("Opens the case, counts as answered, as you spoke"), "also where something follows"
    assert "answered" not in said(office, "new", **new, channel="phone", then="promise", inbound="no")[0]
    assert said(office, "new", **new, channel="email")[0] == ""
    assert said(office, "new", **new, channel="phone", inbound="no")[0] == ""


def test_a_form_that_parks_a_case_beyond_what_falls_due_says_so(office: Office, kettle: int) -> None:
    until, beyond = "+2h", "+2d"
    waits = said(office, "park", kettle, until=beyond, on="us")[0]
    assert waits.startswith("Note: the first answer to Carla is due before that: ")
    assert said(office, "park", kettle, until=beyond, on="customer")[0] == "Paused meanwhile: first answer."
    assert said(office, "park", kettle, on="customer")[0] == "Paused meanwhile: first answer.", "whatever the end"
    assert said(office, "log", kettle, then="park", until=beyond, on="us", text="soon")[0].count("Note") == 0
    do(office, "log", LogMessage(text="we look into it"), kettle)
    assert said(office, "park", kettle, until=beyond)[0] == ""
    do(office, "promise", Promise(text="a call", due=office.now + 5 * HOUR), kettle)
    note = f"Note: the promise to Carla is due before that: {local(office.now + 5 * HOUR, office.now)}."
    assert said(office, "park", kettle, until=until)[0] == ""
    assert said(office, "park", kettle, until="never")[0] == ""
    assert said(office, "park", kettle, until=beyond)[0] == note
    assert said(office, "log", kettle, then="park", until=beyond, text="soon")[0].endswith(f" {note}")
    assert note not in said(office, "log", kettle, then="resolve", until=beyond, text="soon")[0]
    other = opened(office.desk("Ben"), "Mug", owner=office.ids["Ben"])
    do(office, "log", LogMessage(text="we look into it"), other)
    do(office, "promise", Promise(text="a mug", due=office.now + 6 * HOUR), other)
    assert said(office, "park", kettle, other, until=beyond)[0] == (
        f"Note: on case 1 the promise is due before that: {local(office.now + 5 * HOUR, office.now)}; "
        f"on case 2 the promise is due before that: {local(office.now + 6 * HOUR, office.now)}."
    )


def test_a_form_that_parks_a_case_says_which_clocks_pause(office: Office, kettle: int) -> None:
    limits = '[[level]]\nname = "all"\nresolution = "30h"\ninformed = "9h"'
    service_levels.set_service(office.desk("Ana"), limits)
    assert said(office, "park", kettle, on="customer")[0] == "Paused meanwhile: first answer, resolution."
    assert said(office, "park", kettle, on="third party")[0].endswith(" Paused meanwhile: resolution.")
    assert "Paused" not in said(office, "park", kettle, on="us")[0]
    answered = said(office, "log", kettle, then="park", on="customer", text="Which colour?")[0]
    assert answered.endswith(" Paused meanwhile: resolution.")
    do(office, "log", LogMessage(text="Which colour?"), kettle)
    kept = said(office, "park", kettle, on="customer")[0]
    assert kept == "Paused meanwhile: resolution, update to customer."


def test_a_form_that_promises_something_on_a_case_that_is_parked_longer_says_so(office: Office, kettle: int) -> None:
    assert said(office, "promise", kettle, due="+2h")[0] == ""
    do(office, "park", Park(on="customer", until=office.now + 9 * HOUR), kettle)
    note = f"Note: the case is parked until {local(office.now + 9 * HOUR, office.now)}, after the promise is due."
    assert said(office, "promise", kettle, due="+2h")[0] == note
    assert said(office, "promise", kettle, due="+2d")[0] == ""
    assert said(office, "promise", kettle, due="never")[0] == ""
    assert note in said(office, "log", kettle, then="promise", due="+2h", text="soon")[0]
    assert note not in said(office, "log", kettle, then="promise", due="+2h", text="soon", inbound="yes")[0]
    do(office, "promise", Promise(text="a call", due=office.now + 10 * HOUR), kettle)
    assert said(office, "move", kettle, due="+3h")[0] == note
    other = opened(office.desk("Ben"), "Mug", owner=office.ids["Ben"])
    assert said(office, "promise", kettle, other, due="+2h")[0] == note.replace("the case", "case 1")


def test_of_several_cases_the_form_says_on_how_many(office: Office, kettle: int) -> None:
    other = opened(office.desk("Ben"), "Lid lost", channel="email", owner=office.ids["Ben"])
    do(office, "promise", Promise(text="a call", due=office.now + HOUR), other)
    words = {"text": "sent", "then": "resolve"}
    assert "promises" in said(office, "log", kettle, other, **words)[1]
    assert "on each of 2 cases" in said(office, "log", kettle, other, promises="kept", **words)[0]


def test_a_new_case_says_whether_it_is_yours_to_finish(office: Office) -> None:
    words = {"subject": "Lid size", "customer": "Nils", "channel": "phone", "description": "18 cm", "then": "resolve"}
    told, names = said(office, "new", **words)
    assert "18 cm" not in told, "the customer's words do not say how it was resolved"
    assert said(office, "new", **words, said="it is 18 cm")[0].endswith("u undoes all of it.")
    assert names[3:6] == ["channel", "then", "said"], "what follows stands before what is seldom changed"
    assert "answer" in said(office, "new", **{**words, "channel": "email"})[1]
    assert said(office, "new", **words, owner="duty")[0].startswith("Not possible: ")
    found = material(office, "new")
    questions = asking.questions(found)
    ready = {question.name: question.ready for question in questions}
    with pytest.raises(Mistake, match="Resolution: required") as mistake:
        build_command(found.verb, questions, {**ready, **words}, office.now)
    assert mistake.value.field == "said", "the description is what the customer said"


def test_an_answer_and_the_resolution_are_one_text_four_keys_and_one_undo(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        assert "← Carla, 0m ago" not in screen.text(), "nobody has written on it yet"
        screen.send(*"a new one is sent")
        await screen.press("tab", "r")
        assert "[resolve]" in screen.text()
        assert "Answers the customer" in screen.text()
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()
        assert "Case 1: Ben resolved it: a new one is sent (u undoes it)" in "\n".join(screen.toasts())
        await screen.press("u")
        assert office.case(kettle).status == "open"
        await screen.press("U")

    on_screen(office, script, name="Ben")
    assert office.kinds(kettle) == ["opened", "touched", "resolved", "undone", "redone"]


def test_a_draft_keeps_what_was_chosen_to_follow(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await fill(screen, text="we call you", then="promise", due="+6h", said="call Carla")
        await screen.press("escape")
        assert drafts.find(office.another("Ben"), kettle, "log").fields["then"] == "promise"
        await screen.press("c")
        assert row(screen, "said").field.said == "call Carla"
        await screen.press("ctrl+s")

    on_screen(office, script, name="Ben")
    assert [(p.text, p.due) for p in office.case(kettle).promises] == [("call Carla", office.now + 6 * HOUR)]


def test_a_promise_that_somebody_makes_meanwhile_is_asked_about(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await fill(screen, text="it is sent", then="resolve")
        do(office, "promise", Promise(text="a call", due=office.now + HOUR), kettle, who="Ana")
        await screen.press("ctrl+s")
        assert "Case 1 has changed since you saw it: Ana promised" in screen.text()
        assert row(screen, "promises").display
        await fill(screen, promises="kept")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script, name="Ben")
    assert office.kinds(kettle) == ["opened", "promised", "touched", "promise kept", "resolved"]


def test_the_last_messages_stay_in_sight_while_one_writes(office: Office, kettle: int) -> None:
    do(office, "log", LogMessage(text="It burns [/] " + "and burns " * 40, inbound=True), kettle)
    office.later(3)

    async def script(screen: Screen) -> None:
        await screen.press("c")
        lines = screen.lines()
        assert any("← Carla, 3h ago: It burns [/] and burns" in line for line in lines), screen.text()
        assert any(line.rstrip(" │").endswith("…") for line in lines)
        assert any("ctrl+s save" in line for line in lines)
        assert "Tab next" in screen.text()
        assert "Esc keep as draft" in screen.text()

    on_screen(office, script, name="Ben", size=(80, 24))


def test_the_usual_reason_is_ready_follows_the_person_and_gives_way_to_what_is_typed(
    office: Office, kettle: int
) -> None:
    opened(office.desk("Ana"), "Lid lost", "Nils", owner=office.ids["Ana"])
    opened(office.desk("Dora"), "Spout", "Carla", owner=office.ids["Dora"])

    async def script(screen: Screen) -> None:
        await screen.press("o")
        assert row(screen, "reason").field.said == "has the least load"
        await fill(screen, to="Dora")
        assert row(screen, "reason").field.said == "knows the customer"
        await fill(screen, to="Ana")
        assert row(screen, "reason").field.said == "", "nothing is known that would be true"
        await fill(screen, reason="you sold it")
        await fill(screen, to="Cleo")
        assert row(screen, "reason").field.said == "you sold it"
        await screen.press("ctrl+s")

    on_screen(office, script, name="Ben")
    assert office.case(kettle).offer.reason == "you sold it"


def test_reasons_are_ready_only_where_they_are_true(office: Office, kettle: int) -> None:
    assert asked(material(office, "take-over", kettle, who="Ana"))["reason"].ready == "going on with it"
    do(office, "offer", Offer(to=office.ids["Cleo"], reason="yours"), kettle)
    assert asked(material(office, "decline", kettle, who="Cleo"))["reason"].ready == "no time for it today"
    assert asked(material(office, "withdraw", kettle)) == {}, "nobody is told why, so nobody is asked"


def test_the_keys_below_name_the_seven_and_what_the_case_is_there_for(office: Office, kettle: int) -> None:
    def named(screen: Screen) -> list[str]:
        view = screen.queue.reading.view
        assert view is not None
        return screen.queue.reading.possible(view)

    async def script(screen: Screen) -> None:
        assert named(screen) == ["log", "promise", "park", "offer", "escalate", "resolve"]
        do(office, "promise", Promise(text="a call", due=office.now + HOUR), kettle)
        do(office, "escalate", Escalate(reason="exception", need="a refund"), kettle)
        await screen.press("f5")
        await screen.until(lambda: screen.queue.reading.view.case.level)
        assert named(screen)[0] == "review"
        assert named(screen)[-3:] == ["keep", "nudge", "de-escalate"]
        await screen.press(".")
        lines = screen.lines()
        first = next(place for place, line in enumerate(lines) if "Available now" in line)
        assert "Log message" in lines[first + 1]
        assert "offered to you" not in screen.text(), "what cannot be done is folded"
        await screen.press("end")
        assert "Not available now (" in screen.text()
        await screen.press("enter")
        assert "Not available now (" not in screen.text()
        assert "is yours already" in screen.text(), "each with its reason"
        await screen.press("escape", ".")
        await screen.type("unpark")
        assert "is not parked" in screen.text(), "typing finds what is folded as well"

    on_screen(office, script, name="Ben", size=(120, 40))


def test_a_refusal_in_the_form_names_its_questions(office: Office, kettle: int) -> None:
    do(office, "promise", Promise(text="a call", due=office.now + HOUR), kettle)
    with pytest.raises(Exception, match="open promises") as caught:
        do(office, "log", LogMessage(text="sent", then="resolve"), kettle)
    assert "under Promises" in error_text(caught.value)  # type: ignore[arg-type]


def test_the_form_of_a_new_case_says_that_a_colleague_is_offered_it(office: Office) -> None:
    words = {"subject": "Ring back", "customer": "Carla", "owner": str(office.ids["Cleo"])}
    plain, _ = said(office, "new", **words)
    assert plain == "Opens the case and offers it to Cleo. u undoes all of it."
    more, _ = said(office, "new", **words, then="promise", text="ring back", due="tomorrow 10:00")
    assert more.startswith("Opens the case, offers it to Cleo and promises by ")


def test_a_follow_up_goes_on_in_its_form_and_asks_nothing_about_the_promises_of_the_other_case(
    office: Office, kettle: int
) -> None:
    do(office, "promise", Promise(text="a call", due=office.now + HOUR), kettle)
    words = {"subject": "A second cord", "description": "told her the size"}
    told, names = said(office, "follow-up", kettle, **words, waits="no", then="resolve")
    assert told == "Opens the case and resolves it: “told her the size”. u undoes all of it."
    assert "promises" not in names
    assert "answer" not in names
    assert "answer" in said(office, "follow-up", kettle, **words, channel="email", waits="yes", then="resolve")[1]

    async def script(screen: Screen) -> None:
        await screen.more("follow")
        await fill(screen, subject="A second cord", then="promise", said="a cord in the post")
        await screen.press("ctrl+s")
        (promise,) = office.case(2).promises
        assert promise.text == "a cord in the post"
        assert office.case(2).follows == kettle

    on_screen(office, script, name="Ben")


def test_the_one_who_decides_finds_what_the_owner_would_do_in_the_form(office: Office, kettle: int) -> None:
    do(office, "escalate", Escalate(reason="authority", need="a refund", proposal="half of it"), kettle)
    ready = {question.name: question.ready for question in asking.questions(material(office, "de-escalate", kettle))}
    assert ready["decided"] == "half of it"
    whose = "“Decided” is what Ben proposes; if you save it, it is your decision."
    assert said(office, "de-escalate", kettle)[0] == whose
    assert said(office, "de-escalate", kettle, decided="all of it")[0] == ""
    asks = introduction(material(office, "de-escalate", kettle), (), restored=False, asks=True)
    assert "Ben needs: a refund (proposes: half of it)" in asks
    labelled = {question.name: question.label for question in asking.questions(material(office, "escalate", kettle))}
    assert labelled["proposal"] == "I would"


def test_what_is_typed_takes_the_place_of_a_decision_that_was_filled_in(office: Office, kettle: int) -> None:
    do(office, "escalate", Escalate(reason="authority", need="a refund", proposal="half of it"), kettle)

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(kettle)
        await screen.press("E")
        form = screen.app.screen
        assert isinstance(form, FormScreen)
        assert isinstance(form.focused, LineField)
        assert form.focused.value == "half of it"
        await screen.press(*"all")
        assert form.focused.value == "all"
        await screen.press("tab", "shift+tab", "end", "2")
        assert form.focused.value == "all2", "one's own words are gone on with"

    on_screen(office, script)


def test_a_long_name_stays_apart_from_what_was_said(office: Office) -> None:
    name = "Rosa Almeida (rosa.almeida.of.the.house@home.example)"
    number = opened(office.desk(), "Kettle", name, description="Hello, the lid", channel="email")
    office.later(1)
    words = last_words(shown_case.show(office.desk(), number), 70, 1).plain
    assert "…, 1h ago: Hello" in words


def test_that_a_promise_is_broken_is_said_beforehand(office: Office) -> None:
    context = Context(actor=office.ids["Ana"], now=office.now, roster=office.desk().roster())
    assert _done(None, [Resolved(said="sent", broke=(3,))], context) == ["breaks its promise", "resolves it: “sent”"]
    assert _done(None, [Resolved(said="sent", broke=(3, 4))], context)[0] == "breaks its 2 promises"
