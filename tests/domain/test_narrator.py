"""An event as a sentence: what somebody who reads the history, or meets a conflict, is told."""

from __future__ import annotations

import pytest

from careconsole.domain.case.changes import ActionMoved
from careconsole.domain.case.editing import Tagged
from careconsole.domain.case.effective_history import Undone
from careconsole.domain.case.escalation import Escalated, reason_words
from careconsole.domain.case.event import Event, Fact, named_in
from careconsole.domain.case.events import KINDS, is_swept
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.offers import Declined, Offered, OfferExpired
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.overdue import Overdue, OverdueClock
from careconsole.domain.case.ownership import Reassigned, Taken
from careconsole.domain.case.parking import Parked
from careconsole.domain.case.promises import Promised, PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.reviews import ActionDone, Reviewed
from tests.domain.cases import ANA, BEN, CLEO, MONDAY, Play
from tests.domain.test_golden import SAMPLES, read

HOSTILE = "\x1b[2J[@click=app.quit]\u202eevil\u200b\t[/] {0} %s"
TEXTS = {
    "subject",
    "description",
    "text",
    "reason",
    "need",
    "proposal",
    "next",
    "said",
    "decided",
    "change",
    "nothing_because",
}

PROMISED = Promised(text="call back", due=MONDAY + 3_600_000, by=BEN)
tell = Narrator(Play().team.roster, moment=lambda ms: f"+{(ms - MONDAY) // 3_600_000}h")
ELSEWHERE = {"opened": {"description"}, "reply sent": {"text"}, "reply written": {"change"}}
"""Texts that another line has: of a reply, the one that says that it was written, and the review once it was sent."""


def said(fact: Fact, by: int | None = BEN) -> str:
    return Event(1, MONDAY, MONDAY, fact, None if is_swept(fact.kind) else by, 1).sentence(tell)


def test_the_reason_of_a_moved_promise_does_not_read_as_what_the_customer_was_told() -> None:
    moved = PromiseMoved(promise=2, due=0, told=True, reason="no part yet")
    assert said(moved).endswith(" (no part yet); the customer was told")
    assert said(PromiseMoved(promise=2, due=0, told=False)).endswith("; the customer was not told")


@pytest.mark.parametrize("kind, sample", SAMPLES)
def test_every_kind_tells_a_sentence_with_who_did_it(kind: str, sample: dict[str, object]) -> None:
    fact = read(kind, sample)
    sentence = said(fact)
    assert sentence.startswith("Ben ") or is_swept(fact.kind), "nobody does what follows from time alone"
    assert len(sentence) > len("Ben ")
    assert sentence.strip()[-1] not in ":;,"
    assert "None" not in sentence
    assert "person " not in sentence, "people are told by name"
    assert f"{MONDAY // 1_000_000}" not in sentence, "times are told as people read them"


@pytest.mark.parametrize("kind, sample", SAMPLES)
def test_a_story_tells_every_word_that_was_said(kind: str, sample: dict[str, object]) -> None:
    if kind == "recorded":
        return  # the words of an import are those of the case itself
    sentence = said(read(kind, sample))
    for name in (TEXTS - ELSEWHERE.get(kind, set())) & sample.keys():
        words = str(sample[name])
        assert (reason_words(words) if name == "reason" else words) in sentence, name


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_stays_as_it_is_for_the_screen_makes_it_safe(kind: str) -> None:
    for sample in (sample for its, sample in SAMPLES if its == kind):
        words = {name: HOSTILE for name in TEXTS & sample.keys()}
        told = said(read(kind, {**sample, **words}))
        if words.keys() - ELSEWHERE.get(kind, set()) and kind != "recorded":
            assert HOSTILE in told


def test_what_an_import_brought_is_told_as_the_import_s() -> None:
    line = Imported(label="Accepted / In Progress", owner=BEN, level=1)
    assert said(line, None).endswith("Accepted / In Progress, owned by Ben, level 1")
    assert "import" in said(line, None)
    assert "owned by nobody" in said(Imported(nobody=True), None)
    assert "people have worked on it" in said(Imported(status="resolved", inert=True), None)
    assert said(Imported(), None)


def test_sentences_read_like_this() -> None:
    assert said(Offered(to=CLEO, reason="knows the supplier", next="call them")) == (
        "Ben offered it to Cleo: knows the supplier (next: call them)"
    )
    assert said(Declined(reason="on leave", instead=ANA)) == "Ben declined: on leave; instead: Ana"
    kept = Declined(reason="on leave", instead=ANA, kept=True)
    assert said(kept) == "Ben declined: on leave; Ana keeps it, and nobody else is asked"
    by_rule = Declined(reason="busy", instead=ANA, by_rule=True)
    assert said(by_rule) == "Ben declined: busy; the lead on duty is asked now: Ana"
    assert said(Reassigned(to=None), ANA) == "Ana reassigned it to duty"
    assert said(Promised(text="call back", due=MONDAY + 4 * 3_600_000, by=BEN)) == "Ben promised by +4h: call back"
    assert said(Parked(on="customer")) == "Ben parked it, waiting on customer"
    assert said(Tagged(add=("a",), remove=("b",))) == "Ben tagged it +a -b"


def test_what_ran_out_is_named_so_that_people_know_it() -> None:
    later = MONDAY + 3_600_000

    def late(kind: str, number: int | None = None) -> Overdue:
        return Overdue(clocks=(OverdueClock(kind=kind, due=later, mark=1, number=number),))

    assert said(late("promise", 2), None) == "overdue: promise 2 (due +1h)", "where its text is not known"
    knowing = Narrator(Play().team.roster, lambda ms: "then", named_in([Event(2, MONDAY, MONDAY, PROMISED, BEN, 1)]))
    assert late("promise", 2).sentence(knowing) == 'overdue: promise "call back" (due then)'
    assert late("promise", 3).sentence(knowing) == "overdue: promise 3 (due then)"
    assert said(late("to take"), None) == "overdue: assignment (due +1h)"
    assert said(late("keep informed"), None) == "overdue: update to the customer (due +1h)"
    assert said(late("change", 7), None) == "overdue: the change that review 7 asked for (due +1h)"
    assert said(OfferExpired(to=CLEO), None) == "nobody answered the offer to Cleo in time; it stays where it is"


def test_the_customer_knows_what_passed_between_them_and_us_and_notes_stay_internal() -> None:
    due = MONDAY + 1
    for fact in (
        Opened(subject="x"),
        MessageLogged(inbound=False, channel="email", text="x"),
        Promised(text="x", due=due, by=BEN),
        PromiseMoved(promise=1, due=due, told=True),
        Resolved(said="x"),
    ):
        assert fact.is_public
    for hidden in (
        Noted(text="x"),
        PromiseMoved(promise=1, due=due, told=False),
        Offered(to=CLEO, reason="x"),
        Reviewed(cause="x", nothing_because="y"),
        Escalated(level=1, responder=ANA, reason="wish", need="x", acknowledge_by=due),
    ):
        assert not hidden.is_public


def test_people_who_are_not_in_the_team_are_told_by_number() -> None:
    assert said(Taken(person=99), 99) == "person 99 took it"


def test_an_entry_about_an_earlier_one_says_what_that_is_and_not_its_number() -> None:
    later = MONDAY + 3_600_000
    asked = Reviewed(cause="refund limit", change="ask the bank twice", owner=BEN, due=later)
    history = [
        Event(2, MONDAY, MONDAY, PROMISED, BEN, 1),
        Event(3, MONDAY, MONDAY, asked, BEN, 2),
        Event(4, MONDAY, MONDAY, Taken(person=BEN), BEN, 3),
        Event(5, MONDAY, MONDAY, Parked(on="customer", reason="x" * 200), BEN, 3),
        Event(6, MONDAY, MONDAY, Undone(command=3), BEN, 4),
    ]
    knowing = tell.knowing(named_in(history))

    def told(fact: Fact) -> str:
        return Event(7, MONDAY, MONDAY, fact, BEN, 5).sentence(knowing)

    assert told(PromiseKept(promise=2)) == 'Ben kept the promise "call back"'
    assert told(PromiseKept(promise=2, said="at nine")) == 'Ben kept the promise "call back": at nine'
    assert told(PromiseMoved(promise=2, due=later, told=True)) == (
        'Ben moved the promise "call back" to +1h; the customer was told'
    )
    assert told(PromiseReleased(promise=2, reason="gone")) == 'Ben was released from the promise "call back": gone'
    assert told(ActionDone(review=3)) == 'Ben made the change "ask the bank twice"'
    assert told(ActionMoved(review=3, check_at=later, reason="ill")) == (
        'Ben moved the check of the change "ask the bank twice" to +1h: ill'
    )
    undone = history[-1].sentence(knowing)
    assert undone.startswith("Ben undid this: took it; parked it, waiting on customer: xxx")
    assert undone.endswith("…"), "a long text is cut, since its own entry has all of it"
    assert said(Undone(command=3)) == "Ben undid command 3", "where it is not known"


@pytest.mark.parametrize("kind, sample", SAMPLES)
def test_every_kind_that_names_an_earlier_entry_is_known_to(kind: str, sample: dict[str, object]) -> None:
    fact = read(kind, sample)
    numbers = {name: 77 for name in ("promise", "review", "command") if isinstance(sample.get(name), int)}
    told = said(read(kind, {**sample, **numbers}))
    if numbers and "77" in told and kind not in _BY_NUMBER:
        assert fact.names_earlier, told


_BY_NUMBER = {"lead agreed"}
"""A review in which nothing changes has no text to be named by."""
