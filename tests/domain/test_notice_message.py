"""Whether a notice is still true when it is sent, and how many become one message."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from careconsole.domain.case.notice_message import RETRY_DELAYS, Line, message, plain, retry_at, why_stale
from careconsole.domain.case.state import Case, Escalation, Helper, Inbound, OpenOffer, PastReview
from careconsole.domain.team.roster import AGENT, CONTACT, LEAD, Person, Roster

ANA, BEN, CLEO, DORA, EVE = 1, 2, 3, 4, 5
ROSTER = Roster(
    {
        ANA: Person(number=ANA, name="Ana", role=LEAD),
        BEN: Person(number=BEN, name="Ben", role=AGENT, away=True, cover=CLEO),
        CLEO: Person(number=CLEO, name="Cleo", role=AGENT),
        DORA: Person(number=DORA, name="Dora", role=AGENT),
        EVE: Person(number=EVE, name="Eve", role=CONTACT),
    },
    ANA,
)


def case(**said: Any) -> Case:
    return Case(number=12, version=3, opened_at=0, changed_at=0, owner=DORA, **said)


def call(*people: int, **said: Any) -> Case:
    responder, *also = people
    called = Escalation(
        responder=responder, also=tuple(also), by=DORA, at=0, reason="authority", need="", acknowledge_by=9, **said
    )
    return case(level=1, escalation=called)


@pytest.mark.parametrize(
    "kind, state, person, urgent, true",
    [
        ("escalated", call(EVE), EVE, True, True),
        ("escalated", call(EVE, DORA), DORA, True, True),
        ("escalated", call(BEN), CLEO, True, True),  # she acts for him
        ("escalated", call(EVE), DORA, True, False),  # the call has gone on to somebody else
        ("call timed out", call(EVE), ANA, True, True),  # where nobody answers, every lead is told
        ("call timed out", call(EVE), DORA, False, True),  # and the owner hears of it
        ("escalated", call(EVE, acknowledged_at=5), EVE, True, False),
        ("call timed out", call(EVE, acknowledged_at=5), DORA, False, False),
        ("nudged", call(EVE, acknowledged_at=5), EVE, True, True),  # her word is awaited
        ("nudged", case(), EVE, True, False),
        ("call handed", case(), EVE, True, False),
        ("offered", case(offer=OpenOffer(to=CLEO, by=DORA, at=0)), CLEO, False, True),
        ("offered", case(offer=OpenOffer(to=BEN, by=DORA, at=0)), CLEO, False, True),
        ("offered", case(offer=OpenOffer(to=ANA, by=DORA, at=0)), CLEO, False, False),
        ("offered", case(), CLEO, False, False),
        ("help asked", case(helpers=(Helper(of=CLEO, by=DORA, need="", at=0),)), CLEO, False, True),
        ("help asked", case(), CLEO, False, False),
        ("touched", case(unanswered=(Inbound(number=1, at=0),)), DORA, False, True),
        ("touched", case(), DORA, False, False),
        ("reassigned", case(), DORA, False, True),
        ("reassigned", case(status="closed"), DORA, False, False),
        ("resolved", case(status="resolved"), DORA, False, True),
        (
            "action handed",
            case(status="resolved", reviews=(PastReview(number=2, cause="", change="a list", owner=BEN),)),
            CLEO,
            False,
            True,
        ),
        (
            "action handed",
            case(reviews=(PastReview(number=2, cause="", change="a list", owner=CLEO, done_at=5),)),
            CLEO,
            False,
            False,
        ),
        ("something new", case(), DORA, False, True),
        ("something new", None, DORA, False, False),
    ],
)
def test_what_is_no_longer_true_is_not_told(
    kind: str, state: Case | None, person: int, urgent: bool, true: bool
) -> None:
    why = why_stale(kind, state, person, ROSTER, urgent=urgent)
    assert (why == "") is true, why


def test_what_is_overdue_is_told_while_it_is_whether_the_case_is_open_or_not() -> None:
    for status in ("open", "resolved"):
        assert why_stale("overdue", case(status=status), DORA, ROSTER, late=True) == ""
        assert why_stale("overdue", case(status=status), DORA, ROSTER, late=False) != ""


def test_a_lead_is_not_told_that_nobody_answers_when_others_are_called_since() -> None:
    later = replace(
        call(EVE), escalation=Escalation(responder=EVE, by=DORA, at=9, reason="", need="", acknowledge_by=9)
    )
    assert why_stale("call timed out", later, ANA, ROSTER, urgent=True, at=9) == ""
    assert why_stale("call timed out", later, ANA, ROSTER, urgent=True, at=8) == "somebody else is called now"
    assert why_stale("call timed out", later, EVE, ROSTER, urgent=True, at=8) == "", "who is called is called"


def test_what_is_told_of_each_case_and_what_gives_way() -> None:
    def line(number: int, case: int, kind: str, words: str, **said: Any) -> Line:
        return Line(number=number, case=case, kind=kind, words=words, **({"urgent": False} | said))

    told = message(
        [
            line(1, 1, "a", "older"),
            line(2, 1, "a", "For Ben: not the same"),
            line(3, 1, "b", "another thing"),
            line(4, 1, "a", "newer"),
            line(5, 1, "c", "another thing"),
            line(6, 2, "a", "HELP", urgent=True, calls=True),
            line(7, 2, "a", "no help"),
            line(8, 3, "a", "Cleo (for whom you act) is called", urgent=True, calls=True),
            line(9, 4, "a", "long ago", old=True),
            line(10, 1, "a", "newer"),
        ],
        console=True,
    )
    assert told.body.split("\n") == [
        "HELP",
        "Cleo (for whom you act) is called",
        "another thing",
        "newer",
        "For Ben: not the same",
        "older: 1: is:overdue in the queue",
    ]
    assert told.title == "careconsole: 2 calls for help, 4 other things"
    assert (told.counted, told.replaced) == ((9,), (1, 7))


def test_pauses_grow_and_then_it_is_given_up() -> None:
    times = [retry_at(tries, 0) for tries in range(1, len(RETRY_DELAYS) + 2)]
    assert times == [*RETRY_DELAYS, None]
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)


def test_a_line_has_no_link_no_mention_and_no_markup_that_somebody_else_put_there() -> None:
    words = plain("Case 1 ([x](https://a.example) <b>@all</b> `code`\r\n\x1b[31m‮) is yours")
    assert words == "Case 1 ([x] (https: //a.example) ‹b›＠all‹/b› 'code'⏎␛[31m\ufffd) is yours"
    assert len(plain("long " * 5000)) <= 300


@pytest.mark.parametrize(
    "lines, title",
    [
        ([(1, False, False)], "1 thing waits for you"),
        ([(1, False, False), (2, False, True)], "2 things wait for you"),
        ([(1, True, False)], "1 call for help"),
        ([(1, True, False), (2, False, False)], "1 call for help, 1 other thing"),
        ([(1, True, False), (1, False, False)], "1 call for help"),
        ([(1, False, True), (1, False, False)], "1 thing waits for you"),
    ],
)
def test_the_title_counts_cases_and_says_nothing_of_them(lines: list[tuple[int, bool, bool]], title: str) -> None:
    told = [
        Line(number=n, case=number, urgent=urgent, words=f"words {n}", old=old, calls=urgent)
        for n, (number, urgent, old) in enumerate(lines)
    ]
    assert message(told, console=True).title == f"careconsole: {title}"
