"""What concerns the person at work, in words; and how they are told."""

from __future__ import annotations

from collections import defaultdict

import pytest

from careconsole.desk.cases import execution, handover, undo_redo
from careconsole.desk.mail import sending
from careconsole.desk.queries.recent_events import EventWithBefore, events_with_before, promises_soon
from careconsole.desk.queries.what_became import ToldClock
from careconsole.desk.team import members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import Nudge
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Decline, Offer, OfferExpired
from careconsole.domain.case.overdue import Overdue, OverdueClock
from careconsole.domain.case.ownership import Reassign, Take, TakeOver
from careconsole.domain.case.parking import Park, Returned
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.reply_states import SENT
from careconsole.domain.time.moments import local
from careconsole.tui.news import News, Said
from careconsole.tui.person.toasts import sentences
from tests.desk.office import HOUR, Office
from tests.intake.mails import mail
from tests.tui.screen import Screen, on_screen, opened

MINUTE = HOUR // 60


def told(office: Office, me: str, who: str, verb: str, command: Command, *numbers: int) -> list[str]:
    """What `me` is told of a command that `who` gives."""
    happened = events(office, execution.execute(office.desk(who), verb, command, list(numbers)))
    return sentences(happened, office.store.people.roster(), office.ids[me])


def events(office: Office, outcome: execution.Outcome) -> list[EventWithBefore]:
    """What a command did."""
    seen: dict[int, set[int]] = defaultdict(set)
    for number, event in outcome.events:
        seen[number].add(event.number)
    return events_with_before(office.desk(), seen)


def sweep(office: Office, facts: dict[int, Fact]) -> None:
    """The sweep did something to some cases, in another process and all at once."""
    store = office.another().store

    def write() -> None:
        for number, fact in facts.items():
            case = office.case(number)
            event = Event(case.version + 1, office.now, office.now, fact)
            store.case_writer.save(evolve(case, event), case.version, None)
            store.case_writer.append(number, [event])

    store.engine.write(write)


def bens(office: Office, subject: str = "Kettle") -> int:
    return opened(office.desk("Ben"), subject, owner=office.ids["Ben"])


def test_an_offer_concerns_whom_it_is_made_and_who_acts_for_them(office: Office) -> None:
    offer = Offer(to=office.ids["Cleo"], reason="knows it")
    assert told(office, "Cleo", "Ben", "offer", offer, bens(office)) == ["Ben offers you case 1 (Kettle): knows it"]
    assert told(office, "Dora", "Ben", "offer", offer, bens(office)) == []
    number = bens(office)
    outcome = execution.execute(office.desk("Ben"), "offer", offer, [number])
    members.away(office.desk("Ana"), "Cleo", "Dora")
    happened = events(office, outcome)
    assert sentences(happened, office.store.people.roster(), office.ids["Dora"]) == [
        "Ben offers Cleo (for whom you act) case 3 (Kettle): knows it"
    ]


def test_the_answer_to_an_offer_concerns_who_made_it(office: Office) -> None:
    offer = Offer(to=office.ids["Cleo"], reason="knows it")
    first, second = bens(office), bens(office)
    for number in (first, second):
        execution.execute(office.desk("Ben"), "offer", offer, [number])
    assert told(office, "Ben", "Cleo", "accept", Accept(), first) == ["Cleo accepted case 1 (Kettle) and owns it now."]
    declined = Decline(reason="on leave!", instead=office.ids["Dora"])
    assert told(office, "Ben", "Cleo", "decline", declined, second) == [
        "Cleo declined case 2 (Kettle): on leave! Instead: Dora."
    ]


def test_a_call_for_help_concerns_the_one_called_and_its_answer_the_owner(office: Office) -> None:
    number = bens(office)
    call = Escalate(reason="authority", need="a refund")
    (words,) = told(office, "Ana", "Ben", "escalate", call, number)
    assert words.startswith("Ben calls you on case 1 (Kettle), acknowledge by ")
    assert words.endswith(": a refund")
    office.later()
    assert told(office, "Ana", "Ben", "nudge", Nudge(said="please"), number) == [
        "Ben reminds you of the call on case 1 (Kettle): please"
    ]
    acknowledged = Acknowledge(until=office.now + HOUR)
    until = local(office.now + HOUR, office.now)
    assert told(office, "Ben", "Ana", "acknowledge", acknowledged, number) == [
        f"Ana has your call on case 1 (Kettle), next update by {until}."
    ]
    decided = Deescalate(decided="refund it")
    assert told(office, "Ben", "Ana", "de-escalate", decided, number) == ["Ana brought case 1 (Kettle) back: refund it"]
    help = AskHelp(of=office.ids["Cleo"], need="the manual")
    assert told(office, "Cleo", "Ben", "ask", help, number) == ["Ben asks you to help with case 1 (Kettle): the manual"]


def test_a_case_that_comes_or_goes_without_asking_concerns_both(office: Office) -> None:
    number = bens(office)
    given = Reassign(to=office.ids["Cleo"], reason="sick")
    outcome = execution.execute(office.desk("Ana"), "reassign", given, [number])
    happened = events(office, outcome)
    roster = office.store.people.roster()
    assert sentences(happened, roster, office.ids["Cleo"]) == ["Ana gave case 1 (Kettle) to you: sick"]
    assert sentences(happened, roster, office.ids["Ben"]) == [
        "Ana gave case 1 (Kettle), which was yours, to Cleo: sick"
    ]
    assert sentences(happened, roster, office.ids["Dora"]) == []
    assert told(office, "Cleo", "Ben", "take-over", TakeOver(reason="my customer"), number) == [
        "Ben took case 1 (Kettle) over from you: my customer"
    ]


def test_a_word_from_the_customer_concerns_who_answers_for_the_case(office: Office) -> None:
    number = bens(office)
    wrote = LogMessage(text="hello?", inbound=True)
    assert told(office, "Ben", "Ana", "log", wrote, number) == ["The customer has written on case 1 (Kettle): hello?"]
    for channel, did in (("phone", "has called about"), ("visit", "has come by about")):
        said = LogMessage(text="hello?", inbound=True, channel=channel)
        assert told(office, "Ben", "Ana", "log", said, number) == [f"The customer {did} case 1 (Kettle): hello?"]
    assert told(office, "Ben", "Ana", "log", LogMessage(text="hello"), number) == [
        "Ana recorded a message to the customer on case 1 (Kettle): hello"
    ]
    assert told(office, "Ben", "Ana", "log", LogMessage(text="away", inbound=True, sort="auto"), number) == []


def test_nobodys_own_act_concerns_them(office: Office) -> None:
    number = bens(office)
    assert told(office, "Ben", "Ben", "log", LogMessage(text="hello?", inbound=True), number) == []
    assert told(office, "Ben", "Ana", "note", Note(text="seen"), number) == [], "and a note waits for nobody"


def test_what_others_wrote_is_safe_to_show(office: Office) -> None:
    number = bens(office, "[/] \x1b]0;x\x07 [@click=app.quit]here[/]")
    (words,) = told(office, "Ben", "Ana", "log", LogMessage(text="a\x1b[31mb\nc", inbound=True), number)
    assert "\x1b" not in words
    assert "\x07" not in words
    assert "\n" not in words


def test_only_promises_about_to_fall_due_on_ones_own_cases_are_called_to_mind(office: Office) -> None:
    number, later, cleos = bens(office), bens(office), opened(office.desk("Cleo"), owner=office.ids["Cleo"])
    for who, case, minutes in (("Ben", number, 9), ("Ben", later, 11), ("Cleo", cleos, 9)):
        execution.execute(
            office.desk(who), "promise", Promise(text="a call", due=office.now + minutes * MINUTE), [case]
        )
    assert [(one.case, one.text) for one in promises_soon(office.desk("Ben"), 10 * MINUTE)] == [(number, "a call")]
    office.later()
    assert promises_soon(office.desk("Ben"), 10 * MINUTE) == [], "what is late is in the first line instead"


def test_what_concerns_the_person_is_told_and_rings_where_wanted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, mine = bens(office), opened(office.desk("Cleo"), "Lid", owner=office.ids["Cleo"])
    rung: list[int] = []

    async def script(screen: Screen) -> None:
        monkeypatch.setattr(screen.app, "bell", lambda: rung.append(1))
        execution.execute(office.another("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
        await told_within(screen, "Ben offers you case 1 (Kettle): knows it")
        assert rung == []
        screen.app.act("bell")
        await screen.settle()
        execution.execute(office.another("Ana"), "log", LogMessage(text="hello?", inbound=True), [mine])
        await told_within(screen, "The customer has written on case 2 (Lid): hello?")
        assert rung == [1]
        own = await screen.app.session.backend.ask(
            lambda desk: execution.execute(desk, "note", Note(text="mine"), [mine])
        )
        screen.app.session.own.add(own.command)
        execution.execute(office.another("Ana"), "note", Note(text="seen"), [mine])
        await screen.settle()
        assert len(screen.toasts()) == 3, "the bell's own toast, and no more"

    on_screen(office, script, name="Cleo")


def test_what_the_sweep_did_is_told_and_flags_the_row(office: Office) -> None:
    number, second = bens(office), bens(office, "Lid")
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    execution.execute(
        office.desk("Ben"), "park", Park(on="customer", until=office.now + HOUR, reason="the lid"), [second]
    )

    async def script(screen: Screen) -> None:
        sweep(office, {number: OfferExpired(to=office.ids["Cleo"]), second: Returned()})
        await told_within(screen, "Nobody answered your offer of case 1 (Kettle) to Cleo; it is still yours.")
        assert screen.toasts()[1:] == ["Case 2 (Lid) is no longer parked: the lid"]
        await screen.settle()
        assert [flag.who for flag in screen.queue.board.flags.values()] == ["", ""], "the sweep is no person"
        assert "sweep" not in screen.text()

    on_screen(office, script, name="Ben", size=(160, 40))


def test_a_sweep_that_did_much_is_one_toast(office: Office) -> None:
    numbers = [bens(office) for _ in range(5)]
    execution.execute(office.desk("Ben"), "park", Park(on="customer", until=office.now + HOUR), numbers)

    async def script(screen: Screen) -> None:
        sweep(office, {number: Returned() for number in numbers})
        await told_within(screen, "5 updates for you. F shows what became overdue.")
        assert len(screen.toasts()) == 1

    on_screen(office, script, name="Ben")


def test_of_very_many_cases_only_whose_they_are_is_looked_at(office: Office) -> None:
    bens_own = [bens(office) for _ in range(61)]
    cleos = opened(office.desk("Cleo"), owner=office.ids["Cleo"])
    late = Overdue(clocks=(OverdueClock(kind="resolution", due=office.now - HOUR, mark=1),))

    async def script(screen: Screen) -> None:
        sweep(office, dict.fromkeys([*bens_own, cleos], late))
        await told_within(screen, expected[screen.app.session.roster.name(screen.app.session.person)])

    went_on = "F shows what became overdue."
    expected = {"Ben": f"61 updates for you. {went_on}", "Ana": f"62 updates for you. {went_on}"}
    on_screen(office, script, name="Ben")
    on_screen(office, script, name="Ana")


def test_two_acts_of_the_sweep_on_a_case_are_both_told(office: Office) -> None:
    number = bens(office)
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    sweep(office, {number: OfferExpired(to=office.ids["Cleo"])})
    sweep(office, {number: Overdue(clocks=(OverdueClock(kind="resolution", due=office.now - HOUR, mark=1),))})
    happened = events_with_before(office.desk(), {number: {3, 4}})
    assert sentences(happened, office.store.people.roster(), office.ids["Ben"]) == [
        "Nobody answered your offer of case 1 (Kettle) to Cleo; it is still yours.",
        f"Case 1 (Kettle): the resolution was due at {local(office.now - HOUR, office.now)}.",
    ]


def test_while_a_form_is_open_only_calls_come_at_once_and_the_rest_when_it_is_closed(office: Office) -> None:
    mine, called = opened(office.desk("Ana"), "Lid", owner=office.ids["Ana"]), bens(office)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        form = screen.app.screen
        for words, told in (("hello?", "1 more update"), ("anybody?", "2 more updates")):
            execution.execute(office.another("Cleo"), "log", LogMessage(text=words, inbound=True), [mine])
            await screen.until(lambda told=told: f"{told}; shown when this is closed." in screen.text())
        execution.execute(office.another("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [called])
        await screen.until(lambda: "• Ben calls you on case 2 (Kettle)" in screen.text())
        assert screen.app.screen is form
        await screen.press("escape")
        for words in ("hello?", "anybody?"):
            assert f"The customer has written on case 1 (Lid): {words}" in " ".join(screen.text().split())

    on_screen(office, script, size=(120, 40))


def test_what_waited_is_counted_when_the_screen_is_locked_meanwhile(office: Office) -> None:
    mine = opened(office.desk("Ana"), "Lid", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("i")
        for words in ("hello?", "anybody?"):
            execution.execute(office.another("Cleo"), "log", LogMessage(text=words, inbound=True), [mine])
        await screen.until(lambda: "2 more updates; shown when this is closed." in screen.text())
        screen.app.lock()
        await screen.settle()
        assert "2 new meanwhile" in screen.text()
        assert "Lid" not in screen.text()

    on_screen(office, script)


def test_of_many_things_at_once_only_their_number_is_told(office: Office) -> None:
    for _ in range(5):
        bens(office)

    async def script(screen: Screen) -> None:
        handover.hand_over(office.another("Ana"), office.ids["Ben"], office.ids["Cleo"])
        await told_within(screen, "5 updates for you. W shows them.")
        assert len(screen.toasts()) == 1
        await screen.press("W")
        assert "5 on your cases" in screen.lines()[0]

    on_screen(office, script, name="Cleo")


def test_on_a_locked_screen_only_the_number_of_things_is_shown(office: Office) -> None:
    number = bens(office)

    async def script(screen: Screen) -> None:
        await screen.press("L")
        execution.execute(office.another("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
        await screen.until(lambda: "1 new meanwhile" in screen.text())
        assert "Kettle" not in screen.text()
        assert screen.toasts() == []

    on_screen(office, script, name="Cleo")


def test_a_promise_is_called_to_mind_once_and_again_when_it_was_moved(office: Office) -> None:
    number = bens(office)
    execution.execute(office.desk("Ben"), "promise", Promise(text="a call", due=office.now + 30 * MINUTE), [number])

    async def script(screen: Screen) -> None:
        screen.app._tick()
        await screen.settle()
        assert screen.toasts() == []
        office.now += 21 * MINUTE
        for _ in range(2):
            screen.app._tick()
            await screen.settle()
        assert screen.toasts() == [due_at(9)]
        told = screen.app.news.latest[-1].text
        execution.execute(office.desk("Ben"), "move", MovePromise(due=office.now + 5 * MINUTE, told=True), [number])
        screen.app._tick()
        await screen.until(lambda: screen.toasts() == [due_at(5)])
        moved = local(office.now + 5 * MINUTE, office.now)
        assert [said.text for said in screen.app.news.latest] == [f"{told}. Moved to {moved}.", due_at(5)]

    def due_at(minutes: int) -> str:
        return f"The promise on case 1 is due at {local(office.now + minutes * MINUTE, office.now)}: a call"

    on_screen(office, script, name="Ben")


def test_a_warning_goes_once_its_promise_is_kept_and_the_record_says_so(office: Office) -> None:
    number = bens(office)
    execution.execute(office.desk("Ben"), "promise", Promise(text="a call", due=office.now + 5 * MINUTE), [number])
    late = OverdueClock(
        kind="promise", due=office.now + 5 * MINUTE, mark=office.now + 5 * MINUTE, number=office.case(number).version
    )

    async def script(screen: Screen) -> None:
        office.now += 6 * MINUTE
        sweep(office, {number: Overdue(clocks=(late,), people=(office.ids["Ben"], office.ids["Ana"]))})
        told = f'Ben\'s case 1 (Kettle): the promise "a call" was due at {local(late.due, office.now)}.'
        await told_within(screen, told)
        office.now += MINUTE
        kept = execution.execute(office.another("Ben"), "keep", KeepPromise(), [number])
        await screen.until(lambda: screen.toasts() == [])
        record = f"{told} Kept at {local(office.now, office.now)}."
        await screen.press("B")
        assert record in " ".join(screen.text().split())
        assert kept.command is not None
        undo_redo.undo(office.another("Ben"))
        await screen.until(lambda: [said.text for said in screen.app.news.latest] == [told])
        assert screen.toasts() == []

    on_screen(office, script, size=(160, 40))


def test_that_a_promise_is_due_gives_way_to_that_it_was() -> None:
    clock = ToldClock(1, "promise", 5, 2)
    news = News()
    news.say(Said(text="The promise on case 1 is due at 14:05: a call", at=0, concerns=True, due=(clock,)))
    news.say(Said(text="Case 1: the promise was due at 14:05.", at=1, concerns=True, due=(clock,)))
    assert news.texts == ["Case 1: the promise was due at 14:05."]
    assert news.due({2}) == set()
    assert not news.end_due({clock}, {}), "it still runs"
    assert news.end_due({clock}, {clock: "No longer due."})
    assert news.texts == []
    assert news.latest[-1].text == "Case 1: the promise was due at 14:05. No longer due."


def test_that_a_mail_of_theirs_has_left_is_said_once_to_its_writer(office: Office) -> None:
    office.box()
    case = office.mail(mail("It leaks.")).case
    assert case is not None
    execution.execute(office.desk("Ben"), "take", Take(), [case])
    execution.execute(office.desk("Ben"), "reply", Reply(text="A lid is on its way."), [case])

    async def script(screen: Screen) -> None:
        office.now += UNDO_TIME
        assert sending.send_due(office.another("Cleo"), lambda *_: Outcome(state=SENT)).sent == 1
        at = local(office.now, office.now)
        await told_within(screen, f"The mail to anna@home.example on case {case} was sent at {at}.")
        assert not screen.app.news.latest[-1].waits, "it is no warning"

    on_screen(office, script, name="Ben", size=(120, 40))


async def told_within(screen: Screen, words: str) -> None:
    """Waits for a toast that comes without a keystroke."""
    await screen.says(words)
