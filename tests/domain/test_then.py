"""A message, or a new case, goes on to a promise, a parking or the resolution in one command, by the rules of each."""

from __future__ import annotations

import pytest

from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError, Refused, WrongUse
from tests.domain.cases import BEN, HOUR, MONDAY, Play
from tests.suggested import check_hint, told

DAY = 24 * HOUR


def kinds(play: Play, since: int = 1) -> list[str]:
    return [event.kind for event in play.history[since:]]


def resolving(text: str = "sent a new one", **more) -> LogMessage:
    return LogMessage(text=text, then="resolve", **more)


def cannot_open(play: Play, name: str, **new) -> CareError:
    with pytest.raises(CareError) as caught:
        OpenCase(**{"subject": "Lid size", "channel": "phone", **new}).decide_opening(play.context(name))
    check_hint(caught.value)
    return caught.value


def test_an_answer_resolves_with_its_own_words_and_nobody_is_asked_whether_the_customer_was_told() -> None:
    play = Play("Ben").later(2).do("Ben", resolving())
    assert kinds(play) == ["touched", "resolved"]
    assert (play.case.status, play.case.resolution, play.case.answer) == ("resolved", "sent a new one", "")
    assert play.case.answered_at == MONDAY + 2 * HOUR


def test_another_text_is_the_resolution_when_one_is_given() -> None:
    assert Play("Ben").do("Ben", resolving(said="replaced under warranty")).case.resolution == "replaced under warranty"


def test_a_message_goes_on_to_a_promise_in_its_own_words_or_in_others() -> None:
    play = Play("Ben")
    play.do("Ben", LogMessage(text="we call you tomorrow", then="promise", due=play.inn(5)))
    play.do("Ben", LogMessage(text="and the lid is sent", then="promise", due=play.inn(6), said="send the lid"))
    assert [(p.text, p.due) for p in play.case.promises] == [
        ("we call you tomorrow", MONDAY + 5 * HOUR),
        ("send the lid", MONDAY + 6 * HOUR),
    ]
    rang = LogMessage(text="it jams", inbound=True, channel="phone", then="promise", due=play.inn(7))
    with pytest.raises(WrongUse, match="The customer's own words are no promise of ours"):
        play.do("Ben", rang)


def test_a_message_goes_on_to_a_parking_whose_reason_is_only_what_was_given() -> None:
    play = Play("Ben").do("Ben", LogMessage(text="which model?", then="park", on="customer", until=MONDAY + DAY))
    assert play.case.parked is not None
    assert (play.case.parked.on, play.case.parked.until, play.case.parked.reason) == ("customer", MONDAY + DAY, "")


def test_the_case_is_judged_as_the_message_leaves_it() -> None:
    """A message from the customer unparks a case, reopens an ended one, and waits for an answer."""
    parked = Play("Ben").do("Ben", LogMessage(text="which?"), Park(on="customer", until=MONDAY + DAY))
    wrote = LogMessage(text="the big one", inbound=True, then="park", on="third party", until=MONDAY + 2 * DAY)
    assert kinds(parked.do("Ben", wrote), 3) == ["unparked", "touched", "parked"]
    ended = Play("Ben").do("Ben", Resolve(said="sent", answer="told"))
    ended.do("Ben", LogMessage(text="it is broken", inbound=True, then="promise", due=MONDAY + DAY, said="a new one"))
    assert kinds(ended, 2) == ["reopened", "touched", "promised"]
    assert ended.case.is_open
    refusal = Play("Ben").refused("Ben", resolving("where is it?", inbound=True, said="it is there"))
    assert refusal.message == "The customer of case 1 has no answer yet."
    assert "--answer 'told|spam|duplicate|wrong address|test|unanswered'" in told(refusal)
    given = Play("Ben").do("Ben", resolving("where is it?", inbound=True, said="it is there", answer="told"))
    assert given.case.answer == "told"


def test_an_ended_case_is_not_resolved_again_by_a_message_to_the_customer() -> None:
    ended = Play("Ben").do("Ben", Resolve(said="sent", answer="told"))
    assert ended.refused("Ben", resolving("how is it?")).message == "Case 1 is resolved."


@pytest.mark.parametrize("channel", ["email", "phone", "visit"])
def test_the_customers_own_words_are_no_resolution_and_no_promise(channel: str) -> None:
    play = Play("Ben")
    question = resolving("Which gasket fits?", inbound=True, channel=channel, answer="told")
    wrong = play.wrong("Ben", question)
    assert wrong.message == "The customer's own words do not say how it was resolved."
    play.wrong("Ben", LogMessage(text="call me", inbound=True, channel=channel, then="promise", due=play.inn(1)))


@pytest.mark.parametrize("waits", [True, False])
def test_a_case_resolved_with_a_call_from_the_customer_says_what_they_heard(*, waits: bool) -> None:
    def rang(**more) -> LogMessage:
        return resolving("Which gasket fits?", inbound=True, channel="phone", said="the blue one", **more)

    play = Play("Ben", channel="email" if waits else "phone")
    refusal = play.refused("Ben", rang())
    assert refusal.message == "The customer of case 1 has no answer yet."
    assert "--answer 'told|spam|duplicate|wrong address|test|unanswered'" in told(refusal)
    play.do("Ben", rang(answer="unanswered"))
    assert (play.case.status, play.case.resolution, play.case.answer) == ("resolved", "the blue one", "unanswered")
    thanks = resolving("Thank you!", inbound=True, channel="phone", said="the blue one")
    assert Play("Ben").do("Ben", thanks).case.answer == "", "thanks want no answer"


def test_open_promises_are_settled_and_a_review_owed_comes_first() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="a call", due=play.inn(1)))
    refusal = play.refused("Ben", resolving())
    assert "still has open promises (2: a call)" in refusal.message
    assert "--promises 'kept|released|broken'" in told(refusal)
    assert kinds(play.do("Ben", resolving(promises="kept")), 2) == ["touched", "promise kept", "resolved"]
    owed = Play("Ben").do("Ben", Escalate(reason="exception", need="a refund"))
    assert "has not been reviewed" in owed.refused("Ben", resolving()).message


def test_a_message_that_resolves_an_escalated_case_reviews_it_as_the_resolution_does() -> None:
    play = Play("Ben").do("Ben", Escalate(reason="exception", need="a refund"))
    assert "--cause" in told(play.refused("Ben", resolving()))
    alone = play.refused("Ben", resolving(cause="refund limit"))
    assert alone.message.startswith("Nobody has acknowledged the call on case 1 yet")
    assert "--without-help" in told(alone)
    change = resolving(cause="refund limit", change="refund up to 200", without_help=True)
    assert "A change needs somebody who makes it" in play.wrong("Ben", change).message
    due = play.inn(48)
    full = resolving(cause="refund limit", change="refund up to 200", owner=BEN, due=due, without_help=True)
    assert kinds(play.do("Ben", full), 2) == ["touched", "call withdrawn", "reviewed", "resolved"]
    (review,) = play.case.reviews
    assert (review.cause, review.change, review.owner, review.due) == (
        "refund limit", "refund up to 200", BEN, due,
    )  # fmt: skip
    assert (play.case.status, play.case.review_owed) == ("resolved", False)


def test_what_a_review_needs_is_not_taken_by_a_message_that_leaves_the_case_open() -> None:
    wrong = Play("Ben").wrong("Ben", LogMessage(text="hello", cause="refund limit"))
    assert wrong.message == "'cause' belongs to what follows."
    only = Play("Ben").wrong("Ben", LogMessage(text="hello", then="resolve", due=MONDAY + DAY))
    assert only.message == "'due' belongs to what follows.", "a time without a change is that of a promise"


def test_who_may_write_on_a_case_but_not_decide_about_it_is_refused_as_a_whole() -> None:
    play = Play("Ben")
    assert play.refused("Cleo", resolving()).message.startswith("Case 1 belongs to Ben")
    assert kinds(play.do("Cleo", LogMessage(text="hello", then="promise", due=play.inn(1)))) == ["touched", "promised"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"due": MONDAY + HOUR}, "'due' belongs to what follows."),
        ({"said": "done"}, "'said' belongs to what follows."),
        ({"then": "resolve", "until": MONDAY + HOUR}, "'until' belongs to what follows."),
        ({"then": "promise"}, "A promise needs a time."),
        ({"then": "park", "on": "us"}, "A parked case waits on somebody, until some time."),
        ({"then": "promise", "due": MONDAY}, "The promised time is in the past."),
        ({"then": "close"}, "'close' is not a valid ending."),
    ],
)
def test_what_does_not_belong_together_is_said(fields: dict[str, object], message: str) -> None:
    assert Play("Ben").wrong("Ben", LogMessage(text="hello", **fields)).message == message  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", ["phone", "visit", "email"])
def test_what_a_customer_came_to_us_with_is_never_how_their_case_was_resolved(channel: str) -> None:
    refused = cannot_open(Play("Ben"), "Ben", channel=channel, owner=2, then="resolve", description="what size?")
    assert refused.message == "The customer's own words do not say how it was resolved."
    missing = cannot_open(Play("Ben"), "Ben", channel=channel, owner=2, then="resolve")
    assert missing.message == "How it was resolved is missing."


def test_a_finished_call_is_a_new_case_that_is_resolved_with_what_was_said() -> None:
    play = Play("Ben", channel="phone", description="what size?", then="resolve", said="the lid has 18 cm")
    assert kinds(play, 0) == ["opened", "resolved"]
    assert (play.case.resolution, play.case.answer) == ("the lid has 18 cm", "")


def test_the_description_of_a_call_that_we_made_is_ours() -> None:
    play = Play("Ben", channel="phone", inbound=False, description="told them the size", then="resolve")
    assert play.case.resolution == "told them the size"


def test_a_new_case_goes_on_to_a_promise_or_is_parked() -> None:
    rang = {"channel": "phone", "description": "She rang: it jams", "then": "promise", "due": MONDAY + HOUR}
    for inbound in (True, False):
        refusal = cannot_open(Play("Ben"), "Ben", inbound=inbound, **rang)
        assert refusal.message == "The customer's own words are no promise of ours."
    promised = Play("Ben", **rang, said="send a picture")
    assert [p.text for p in promised.case.promises] == ["send a picture"]
    assert Play("Ben", then="park", on="us", until=MONDAY + DAY).case.parked is not None


def test_a_new_case_whose_customer_wrote_says_what_they_heard() -> None:
    refused = cannot_open(Play("Ben"), "Ben", channel="email", owner=2, then="resolve", said="18 cm")
    assert isinstance(refused, Refused)
    assert refused.message == "The customer has no answer yet."
    words = cannot_open(Play("Ben"), "Ben", channel="email", owner=2, then="resolve", description="what size?")
    assert isinstance(words, WrongUse)


def test_who_resolves_or_parks_a_new_case_keeps_it() -> None:
    finished = {"said": "it is 18 cm", "then": "resolve"}
    assert "is up to the lead on duty" in cannot_open(Play("Ben"), "Ben", **finished).message
    assert "would be offered a case that is resolved" in cannot_open(Play("Ben"), "Ben", owner=3, **finished).message
    OpenCase(subject="Lid", channel="phone", **finished).decide_opening(Play("Ana").context("Ana"))  # type: ignore[arg-type]
    promising = OpenCase(subject="Lid", channel="phone", said="a call", then="promise", due=MONDAY + HOUR)
    assert len(promising.decide_opening(Play("Ben").context("Ben"))) == 2
