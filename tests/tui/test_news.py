"""The news: it has lines of its own, and what concerns the person stays until they have seen it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.screen import ModalScreen

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.mail import boxes, sending
from careconsole.desk.playbooks import writing
from careconsole.desk.team import members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.helpers import AskHelp, FinishHelp
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Offer, OfferExpired, Withdraw
from careconsole.domain.case.ownership import Reassign, Reassigned
from careconsole.domain.case.parking import Park, Returned, Unpark
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.replies import UNDO_TIME
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.playbook.content import Content
from careconsole.domain.reply_states import LATER
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.news import News, Said, undo_hint
from careconsole.tui.widgets.news_line import NewsLine
from tests.desk.office import HOUR, Office
from tests.desk.test_sending import Server, arrived, reply
from tests.intake.mails import mail
from tests.tui.colleague import until
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_toasts import sweep


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def news_at(clock: Clock, *said: Said) -> News:
    news = News(clock)
    for one in said:
        assert news.say(one)
    return news


def texts(news: News, height: int = 3, width: int = 60, *, over_form: bool = False) -> list[str]:
    return [text for text, _ in news.put(width, height, over_form=over_form)]


# What stays how long


def test_an_answer_to_a_key_goes_by_itself() -> None:
    clock = Clock()
    news = news_at(clock, Said(text="Done", at=0))
    assert texts(news) == ["• Done"]
    assert news.tick() == 5
    clock.seconds = 5
    assert news.tick() is None
    assert texts(news) == []


@pytest.mark.parametrize(
    "said", [Said(text="Ben offers you case 1", at=0, concerns=True), Said(text="No", at=0, severity="warning")]
)
def test_what_concerns_the_person_and_what_went_wrong_waits_until_somebody_is_there(said: Said) -> None:
    clock = Clock()
    news = news_at(clock, said)
    clock.seconds = 3_600
    assert news.tick() is None
    assert len(texts(news)) == 1
    assert news.stir()
    assert not news.stir(), "its time runs once"
    clock.seconds += 5
    news.tick()
    assert texts(news) == []
    assert [one.text for one in news.latest] == [said.text], "and it can be read again"


def test_a_key_pressed_before_it_was_shown_counts_for_nothing() -> None:
    news = news_at(Clock(), Said(text="Ben offers you case 1", at=0, concerns=True))
    assert not news.stir()
    assert news.unseen == 1
    texts(news)
    news.stir()
    assert news.unseen == 0


def test_the_longer_it_is_the_longer_it_stays() -> None:
    assert Said(text="x" * 240, at=0).seconds == 20


def test_the_same_is_not_said_twice_at_a_time() -> None:
    clock = Clock()
    news = news_at(clock, Said(text="Done", at=0))
    assert not news.say(Said(text="Done", at=1))
    assert texts(news) == ["• Done"]
    clock.seconds = 5
    news.tick()
    assert news.say(Said(text="Done", at=2))


# What there is room for


def test_of_more_than_there_is_room_for_the_latest_is_shown_and_the_others_are_counted() -> None:
    news = news_at(Clock(), *(Said(text=f"Thing {n}", at=n) for n in range(5)))
    assert texts(news) == ["• Thing 3", "• Thing 4", "  … 3 more: B shows it all"]
    assert texts(news, 5) == [f"• Thing {n}" for n in range(5)]


def test_what_is_too_long_is_cut_where_it_can_be_seen_and_says_where_the_rest_is() -> None:
    news = news_at(Clock(), Said(text="word " * 60, at=0))
    shown = texts(news, 3, 40)
    assert len(shown) == 3
    assert shown[-1] == "  … B shows it all"
    assert all(len(line) <= 40 for line in shown)
    (one,) = texts(news, 1, 40)
    assert one.endswith("… B shows it all")
    assert len(one) <= 40


def test_over_a_form_only_calls_and_its_own_answers_are_shown_and_the_rest_waits() -> None:
    clock = Clock()
    news = news_at(
        clock,
        Said(text="The customer has written", at=0, concerns=True),
        Said(text="Ben calls you", at=0, concerns=True, call=1),
    )
    assert texts(news, 2, over_form=True) == [
        "• Ben calls you",
        "  1 more update; shown when this is closed.",
    ]
    news.stir()
    clock.seconds = 60
    news.tick()
    assert texts(news) == ["• The customer has written"], "nobody has seen it yet"


# On the screen


def line_of(screen: Screen) -> NewsLine:
    (line,) = [line for line in screen.app.screen.query(NewsLine) if line.display]
    return line


def nothing_is_hidden(screen: Screen) -> None:
    """The news shares no cell with any other widget of its screen that shows something."""
    top, line = screen.app.screen, line_of(screen)
    assert line.region.height > 0
    for y in range(line.region.y, line.region.bottom):
        for x in (line.region.x, line.region.right - 1):
            assert top.get_widget_at(x, y)[0] is line
    for child in top.children:
        if child is not line and child.display and child.id != "textual-toastrack" and child.region.height:
            assert not child.region.overlaps(line.region), child


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
@pytest.mark.parametrize("keys", [(), ("enter",), ("M",), ("i",), ("x",), ("e",), ("n",), ("?",), (".",), (":",)])
def test_the_news_hides_nothing_that_is_read_or_typed(
    office: Office, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    opened(office.desk(), "Lid", owner=office.ids["Ana"], description="It leaks. " * 40)
    called = opened(office.desk("Ben"), owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.press(*keys)
        top = screen.app.screen
        before = top.focused
        screen.app.say("That cannot be done, and here is why: " + "because " * 30, severity="warning")
        execution.execute(
            office.another("Ben"), "escalate", Escalate(reason="authority", need="a refund", to=1), [called]
        )
        await screen.until(lambda: len(screen.toasts()) > 1)
        await screen.settle()
        assert screen.app.screen is top
        assert top.focused is before
        assert "Ben calls you on case 2" in " ".join(screen.text().split())
        nothing_is_hidden(screen)
        if before is not None and isinstance(top, ModalScreen):
            x, y = before.region.offset
            assert top.get_widget_at(x, y)[0] in {before, *before.walk_children()}, "what is typed into is in sight"

    on_screen(office, script, size=size)


@pytest.mark.parametrize("key", ["c", "r", "n"])
def test_a_full_form_keeps_every_line_and_the_case_beside_it_stays_in_sight(office: Office, key: str) -> None:
    office.box()
    office.mail(mail("It leaks."))

    async def script(screen: Screen) -> None:
        await screen.press("t", key)
        form = screen.app.screen
        assert isinstance(form, FormScreen)
        field = form.focused
        await screen.press(*("x", "enter") if key == "n" else ("tab",) * 2)
        screen.app.say("That cannot be done, and here is why: " + "because " * 30, severity="warning")
        await screen.settle()
        nothing_is_hidden(screen)
        line = line_of(screen)
        box = form.query_one("#form")
        assert line.region.bottom == box.region.y, "right above the form"
        assert box.region.bottom <= form.size.height
        assert line.region.width == box.region.width
        assert field is not None
        pane = screen.queue.query_one("#pane")
        if pane.display:
            assert not pane.region.overlaps(line.region)
            assert "Kettle" in screen.text()

    for size in ((60, 15), (80, 24), (160, 45)):
        on_screen(office, script, size=size)


def test_on_a_page_the_news_stands_below_the_list_and_the_cursor_stays_in_sight(office: Office) -> None:
    for n in range(30):
        opened(office.desk(), f"Kettle {n}")

    async def script(screen: Screen) -> None:
        await screen.press("G")
        assert "▶" in screen.text()
        screen.app.say("One\nTwo\nThree")
        await screen.settle()
        lines = screen.lines()
        assert [line.strip() for line in lines[-5:-2]] == ["• One", "Two", "Three"]
        assert "more" in lines[-1]
        assert "▶" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_it_is_shown_on_one_screen_only_and_again_on_the_page_when_a_form_is_closed(office: Office) -> None:
    mine = opened(office.desk(), "Lid", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("i")
        assert isinstance(screen.app.screen, FormScreen)
        execution.execute(office.another("Cleo"), "log", LogMessage(text="hello?", inbound=True), [mine])
        await screen.until(lambda: "1 more update" in screen.text())
        assert not [line for line in screen.queue.query(NewsLine) if line.display]
        assert "hello?" not in line_of(screen).render().plain
        await screen.press("escape")
        assert screen.text().count("The customer has written on case 1 (Lid): hello?") == 1

    on_screen(office, script, size=(80, 24))


def test_the_request_of_a_call_is_shown_in_full(office: Office) -> None:
    called = opened(office.desk("Ben"), owner=office.ids["Ben"])
    need = "a refund beyond what any of us may give, today, since the customer waits on the telephone for an answer"

    async def script(screen: Screen) -> None:
        execution.execute(office.another("Ben"), "escalate", Escalate(reason="authority", need=need, to=1), [called])
        await screen.until(lambda: screen.toasts())
        await screen.settle()
        assert need in " ".join(screen.text().split())

    on_screen(office, script, size=(80, 24))


def test_a_click_takes_it_away_and_a_locked_screen_shows_none(office: Office) -> None:
    opened(office.desk(), "Lid")

    async def script(screen: Screen) -> None:
        screen.app.say("Case 1 is open: Lid")
        await screen.settle()
        await screen.pilot.click(line_of(screen), offset=(4, 0))
        await screen.settle()
        assert screen.toasts() == []
        screen.app.say("Case 1 is open: Lid")
        await screen.press("L")
        assert "Lid" not in screen.text()

    on_screen(office, script)


def test_what_textual_says_is_news_too(office: Office) -> None:
    async def script(screen: Screen) -> None:
        screen.app.notify("Press [b]ctrl+q[/b]", title="Quit?")
        await screen.settle()
        assert screen.toasts() == ["Press ctrl+q"]
        assert not screen.app.screen.query("Toast")

    on_screen(office, script)


# What only counts


def counted(count: int) -> Said:
    return Said(text=f"{count} things", at=0, concerns=True, kind="things", count=count)


def test_what_only_counts_is_counted_on_in_one_sentence_until_somebody_has_seen_it() -> None:
    clock = Clock()
    news = news_at(clock, counted(4), Said(text="Ben offers you case 1", at=0, concerns=True))
    assert news.take_back("promises") == 0
    assert news.take_back("things") == 4
    assert news.say(counted(9))
    assert texts(news) == ["• Ben offers you case 1", "• 9 things"]
    assert [said.text for said in news.latest] == ["Ben offers you case 1", "9 things"]
    news.stir()
    assert news.take_back("things") == 0, "it was seen, so what comes now is counted anew"


def test_the_offer_to_undo_a_command_goes_with_the_next_one_and_with_the_undo(office: Office) -> None:
    for _ in range(2):
        opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("plus")
        await screen.until(lambda: len(screen.toasts()) == 1)
        first = screen.toasts()[0]
        assert first.endswith(" (u undoes it)"), first
        await screen.press("plus")
        await screen.until(lambda: screen.toasts() and screen.toasts() != [first])
        assert len(screen.toasts()) == 1, screen.toasts()
        await screen.press("u")
        await screen.until(lambda: screen.toasts()[-1].startswith("Undone: "))
        assert len(screen.toasts()) == 1, "what was undone is not offered again"
        record = [one.text for one in screen.app.news.latest]
        assert first.removesuffix(" (u undoes it)") in record, "it can be read again, without the offer"
        assert not any("undoes it" in text for text in record)

    on_screen(office, script)


# What is no longer true


def test_news_of_a_command_goes_when_it_is_undone_and_a_warning_of_a_case_when_that_changes() -> None:
    warning = Said(text="Case 1 is parked, but", at=0, severity="warning", command=7, as_stands=((1, 4),))
    news = news_at(Clock(), Said(text="Parked", at=0, command=7), warning, Said(text="Case 2", at=0, command=8))
    assert not news.cases_changed({1: 4, 2: 9})
    assert news.texts == ["Parked", "Case 1 is parked, but", "Case 2"]
    news.after_command(None, [1])
    assert news.texts == ["Parked", "Case 2"]
    news.after_command(7)
    assert news.texts == ["Case 2"]
    assert len(news.latest) == 3, "all of it can be read again"


def promised(office: Office) -> int:
    """A case of Ana's with a promise that is due tomorrow."""
    number = opened(office.desk("Ana"), "Kettle", owner=office.ids["Ana"])
    due = office.now + 24 * HOUR
    execution.execute(office.desk("Ana"), "promise", Promise(text="call", due=due), [number])
    return number


async def park_past_it(screen: Screen) -> None:
    """Parks the case until after that, of which a warning is shown."""
    await screen.press("z")
    await fill(screen, on="customer", until="in 30d", reason="holidays")
    await screen.press("ctrl+s")
    assert any("is due before that" in text for text in screen.app.news.texts)


def test_the_warning_of_a_parking_and_of_a_new_customer_go_with_their_command(office: Office) -> None:
    promised(office)

    async def script(screen: Screen) -> None:
        await park_past_it(screen)
        await screen.press("u")
        assert [text.split(",")[0] for text in screen.app.news.texts] == ["Undone: park"]
        await screen.press("U")
        assert [text.split(",")[0] for text in screen.app.news.texts] == ["Redone: park"]
        await screen.press("n")
        await fill(screen, subject="Lid", customer="Nora New")
        await screen.press("ctrl+s")
        assert any("is a new customer" in text for text in screen.app.news.texts)
        await screen.press("u")
        assert not any("is a new customer" in text for text in screen.app.news.texts)

    on_screen(office, script)


def test_the_warning_of_a_parking_goes_when_a_colleague_changes_the_case(office: Office) -> None:
    number = promised(office)

    async def script(screen: Screen) -> None:
        await park_past_it(screen)
        execution.execute(office.another("Dora"), "unpark", Unpark(), [number])
        await until(screen, lambda: not any("is due before that" in text for text in screen.app.news.texts))

    on_screen(office, script)


@pytest.mark.parametrize("here", [True, False])
def test_the_news_of_a_call_goes_once_the_case_no_longer_calls(office: Office, here: bool) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    call = Escalate(to=office.ids["Ana"], reason="authority", need="a refund")

    async def script(screen: Screen) -> None:
        execution.execute(office.another("Ben"), "escalate", call, [number])
        await until(screen, lambda: any("calls you on case" in text for text in screen.app.news.texts))
        if here:
            screen.queue.cases.go_to(number)
            await screen.press("A")
            if isinstance(screen.app.screen, FormScreen):
                await screen.press("ctrl+s")
        else:
            acknowledged = Acknowledge(until=office.now + HOUR)
            execution.execute(office.another("Ana"), "acknowledge", acknowledged, [number])
        await until(screen, lambda: not any("calls you on case" in text for text in screen.app.news.texts))

    on_screen(office, script)


@pytest.mark.parametrize("how", ["accepted", "withdrawn", "finished"])
def test_the_news_of_an_offer_and_of_a_request_for_help_goes_once_that_is_settled(office: Office, how: str) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        ben = office.another("Ben")
        if how == "finished":
            execution.execute(ben, "ask-help", AskHelp(of=office.ids["Ana"], need="the supplier"), [number])
        else:
            execution.execute(ben, "offer", Offer(to=office.ids["Ana"], reason="knows it"), [number])
        await until(screen, lambda: any("case 1 (Kettle)" in text for text in screen.toasts()))
        execution.execute(ben, "note", Note(text="The lid."), [number])
        await until(screen, lambda: office.case(number).version == screen.queue.board.rows[number].version)
        await screen.settle()
        assert any("case 1 (Kettle)" in text for text in screen.toasts()), "a note settles nothing"
        if how == "withdrawn":
            execution.execute(ben, "withdraw", Withdraw(), [number])
        elif how == "accepted":
            screen.queue.cases.go_to(number)
            await screen.press("y")
            if isinstance(screen.app.screen, FormScreen):
                await screen.press("ctrl+s")
        else:
            execution.execute(ben, "end-help", FinishHelp(who=office.ids["Ana"], said="done"), [number])
        await until(screen, lambda: not any("offers you" in text or "asks you" in text for text in screen.toasts()))
        assert any("case 1 (Kettle)" in said.text for said in screen.app.news.latest), "it can be read again"

    on_screen(office, script)


def test_a_refusal_goes_once_the_set_up_that_it_rests_on_changes(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])

    server = MailServer(host="localhost", port=25, security="plain")
    box = BoxSettings(address=Mailbox("support@shop.example", "Shop"), smtp=server)

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(number)
        await screen.press("r")
        await until(screen, lambda: any("No mail box can send yet" in text for text in screen.toasts()))
        boxes.add(office.another("Ana"), "support", box, Secret("environment", "X"))
        await until(screen, lambda: not any("No mail box can send yet" in text for text in screen.toasts()))

    on_screen(office, script, name="Ben")


_TOLD_AND_UNDONE = {
    "accept": ("Cleo accepted case 1", Accept()),
    "log": ("Cleo spoke with the customer on case 1", LogMessage(text="The bulb was loose.", channel="phone")),
    "mail": ("Cleo recorded a message to the customer", LogMessage(text="Done.")),
    "said": ("The customer has written on case 1", LogMessage(text="It burns!", inbound=True)),
    "acknowledge": ("Dora has your call on case 1", Acknowledge(until=0)),
}


@pytest.mark.parametrize("what", list(_TOLD_AND_UNDONE))
def test_the_news_of_what_a_colleague_did_goes_once_they_undo_it(office: Office, what: str) -> None:
    number = opened(office.desk("Ana"), "Kettle", owner=office.ids["Ana"])
    words, command = _TOLD_AND_UNDONE[what]
    if what == "accept":
        execution.execute(office.desk("Ana"), "offer", Offer(to=office.ids["Cleo"], reason="x"), [number])
    elif what == "acknowledge":
        call = Escalate(to=office.ids["Dora"], reason="authority", need="a refund")
        execution.execute(office.desk("Ana"), "escalate", call, [number])
        command = Acknowledge(until=office.now + HOUR)
    who = "Dora" if what == "acknowledge" else "Cleo"

    async def script(screen: Screen) -> None:
        other = office.another(who)
        execution.execute(other, what if what not in ("mail", "said") else "log", command, [number])
        await until(screen, lambda: any(text.startswith(words) for text in screen.app.news.texts))
        undo_redo.undo(other)
        await until(screen, lambda: not any(text.startswith(words) for text in screen.app.news.texts))

        def record() -> str:
            (found,) = [said.text for said in screen.app.news.latest if said.text.startswith(words)]
            return found

        await until(screen, lambda: record().endswith((f". {who} undid this.", f"! {who} undid this.")))
        undo_redo.redo(other)
        await until(screen, lambda: not any("undid this" in said.text for said in screen.app.news.latest))

    on_screen(office, script)


def test_the_news_that_a_mail_is_tried_again_goes_once_it_is_not(office: Office) -> None:
    server = Server()
    office.box()
    number = arrived(office)
    reply(office, number)

    async def script(screen: Screen) -> None:
        server.answers = [Outcome(state=LATER, said="It cannot be reached.")]
        office.now += UNDO_TIME
        sending.send_due(office.another("Ben"), server.send)
        await until(screen, lambda: any("is tried again" in text for text in screen.toasts()))
        undo_redo.undo(office.another("Ben"))
        await until(screen, lambda: not any("is tried again" in text for text in screen.toasts()))

    on_screen(office, script, name="Ben")


def test_a_refusal_goes_once_a_command_changes_the_case_that_it_is_about(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(number)
        await screen.press("x")
        await until(screen, lambda: any("is with duty" in text for text in screen.toasts()))
        await screen.press("t")
        await until(screen, lambda: any("took it" in text for text in screen.toasts()))
        assert not any("is with duty" in text for text in screen.toasts())

    on_screen(office, script, name="Ben")


def test_a_refusal_goes_once_somebody_else_changed_the_case_that_it_is_about(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(number)
        await screen.press("x")
        await until(screen, lambda: any("is with duty" in text for text in screen.toasts()))
        await screen.settle()
        version = office.case(number).version
        screen.app.cases_changed({number: version})
        assert any("is with duty" in text for text in screen.toasts()), "it was refused after that change"
        execution.execute(office.another("Ana"), "reassign", Reassign(to=office.ids["Ben"], reason="so"), [number])
        await until(screen, lambda: not any("is with duty" in text for text in screen.toasts()))

    on_screen(office, script, name="Ben")


def test_that_a_case_is_still_yours_goes_once_it_is_not(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])

    def yours(screen: Screen) -> bool:
        return any("it is still yours" in text for text in screen.toasts())

    async def script(screen: Screen) -> None:
        sweep(office, {number: OfferExpired(to=office.ids["Cleo"])})
        await until(screen, lambda: yours(screen))
        execution.execute(office.another("Cleo"), "note", Note(text="odd"), [number])
        await until(screen, lambda: office.case(number).version == screen.queue.board.rows[number].version)
        await screen.settle()
        assert yours(screen), "a note gives the case to nobody"
        execution.execute(office.another("Ana"), "reassign", Reassign(to=office.ids["Cleo"], reason="so"), [number])
        await until(screen, lambda: not yours(screen))

    on_screen(office, script, name="Ben")


def test_what_is_said_of_a_case_is_not_said_if_it_was_over_by_then(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])

    async def script(screen: Screen) -> None:
        def work() -> None:
            case, expired = office.case(number), OfferExpired(to=office.ids["Cleo"])
            for fact, actor in ((expired, None), (Reassigned(to=office.ids["Cleo"], reason="so"), office.ids["Ana"])):
                event = Event(case.version + 1, office.now, office.now, fact, actor=actor)
                before, case = case, evolve(case, event)
                store.case_writer.save(case, before.version, None)
                store.case_writer.append(number, [event])

        store = office.another().store
        store.engine.write(work)
        await until(screen, lambda: any("which was yours" in text for text in screen.toasts()))
        await until(screen, lambda: not any("it is still yours" in text for text in screen.toasts()))

    on_screen(office, script, name="Ben")


def test_that_a_mail_is_a_draft_again_goes_once_the_draft_is_discarded(office: Office) -> None:
    office.box()
    number = arrived(office)
    reply(office, number)

    def again(screen: Screen) -> bool:
        return any("It is a draft again." in text for text in screen.toasts())

    async def script(screen: Screen) -> None:
        execution.execute(office.another("Cleo"), "log", LogMessage(text="I called.", channel="phone"), [number])
        await until(screen, lambda: again(screen))
        screen.queue.cases.go_to(number)
        await screen.press("r")
        assert again(screen) or screen.app.news.unseen, "it waits while the form is open"
        await screen.press("ctrl+x", "escape")
        await until(screen, lambda: not any("draft again" in text for text in screen.app.news.texts))

    on_screen(office, script, name="Ben")


@pytest.mark.parametrize("what", ["accepted", "acknowledged", "returned"])
def test_who_has_a_case_or_a_call_is_said_as_long_as_it_is_so(office: Office, what: str) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    words = {"accepted": "owns it now", "acknowledged": "has your call", "returned": "is no longer parked"}[what]

    async def script(screen: Screen) -> None:
        ben, ana = office.another("Ben"), office.another("Ana")
        if what == "accepted":
            execution.execute(ben, "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
            execution.execute(office.another("Cleo"), "accept", Accept(), [number])
        elif what == "acknowledged":
            execution.execute(ben, "escalate", Escalate(to=office.ids["Ana"], reason="authority", need="it"), [number])
            execution.execute(ana, "acknowledge", Acknowledge(until=office.now + HOUR), [number])
        else:
            execution.execute(ben, "park", Park(on="customer", until=office.now + HOUR), [number])
            sweep(office, {number: Returned()})
        await until(screen, lambda: any(words in text for text in screen.toasts()))
        if what == "accepted":
            execution.execute(ana, "reassign", Reassign(to=office.ids["Dora"], reason="so"), [number])
        elif what == "acknowledged":
            execution.execute(ana, "deescalate", Deescalate(decided="a refund"), [number])
        else:
            execution.execute(ana, "park", Park(on="customer", until=office.now + HOUR), [number])
        await until(screen, lambda: not any(words in text for text in screen.toasts()))

    on_screen(office, script, name="Ben")


def test_what_a_command_did_is_never_the_part_that_is_hidden() -> None:
    done = Said(text="Case 8: Ben escalated it to Ana (level 1): she wants the whole set today", at=1, command=7)
    warns = Said(text="The cause came back 4 days after the change", at=1, command=7, severity="warning")
    before, call = Said(text="Cleo offers you case 3", at=0, concerns=True), Said(text="Ana calls", at=2, call=5)
    assert texts(news_at(Clock(), before, done, warns), 2, 44) == [
        "• Case 8: Ben escalated it to Ana (level…",
        "! The cause came… … 1 more: B shows it all",
    ]
    assert texts(news_at(Clock(), before, done, warns, call), 4, 44) == [
        "• Case 8: Ben escalated it to Ana (level…",
        "! The cause came back 4 days after the…",
        "• Ana calls",
        "  … 1 more: B shows it all",
    ]
    assert texts(news_at(Clock(), done, warns), 1, 44) == ["• Case 8: Ben… … 1 more: B shows it all"]


def test_a_confirmation_keeps_its_beginning_where_a_later_line_comes() -> None:
    long = "Case 8: Ben escalated it to Ana (level 1): she wants the whole set replaced today. To acknowledge by 15:23"
    news = news_at(Clock(), Said(text=long, at=0), Said(text="Only the next step is due on case 8: promise it", at=1))
    assert texts(news, 4, 40) == [
        "• Case 8: Ben escalated it to Ana…",
        "• Only the next step is due on case 8:",
        "  promise it",
        "  … B shows it all",
    ]
    assert texts(news, 3, 60)[0] == "• Case 8: Ben escalated it to Ana (level 1): she wants the", "all of it fits"


# The hint at undo


async def tagged(screen: Screen, office: Office, by: str = "Ana") -> int:
    """Raises the priority of a case at this console, which undo takes back."""
    await screen.press("plus")
    await screen.until(lambda: screen.toasts() and screen.toasts()[-1].endswith(HINT))
    return screen.queue.board.current or 0


HINT = " (u undoes it)"


def after(screen: Screen) -> str:
    """What the news and its record say."""
    return "\n".join([*screen.toasts(), *(said.text for said in screen.app.news.latest), screen.text()])


ELSEWHERE: dict[str, Callable[[Office, int], object]] = {
    "a colleague wrote": lambda office, case: execution.execute(
        office.another("Cleo"), "log", LogMessage(text="we are on it"), [case]
    ),
    "undone in a shell": lambda office, case: undo_redo.undo(office.another("Ana")),
    "another case in a shell": lambda office, case: execution.execute(
        office.another("Ana"), "note", Note(text="odd"), [3 - case]
    ),
    "a playbook in a shell": lambda office, case: writing.write(
        office.another("Ana"), Content(title="Lids", steps=("look",))
    ),
    "the team in a shell": lambda office, case: members.away(office.another("Ana"), "Ben", "Cleo"),
}


@pytest.mark.parametrize("what", ELSEWHERE)
@pytest.mark.parametrize("page", [False, True])
def test_the_hint_at_undo_goes_once_undo_would_do_something_else(office: Office, what: str, page: bool) -> None:
    for _ in range(2):
        opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        case = await tagged(screen, office)
        if page:
            await screen.press("B")
            assert HINT in screen.text()
        office.later()
        ELSEWHERE[what](office, case)
        await until(screen, lambda: HINT not in after(screen))
        assert "priority" in screen.text(), "what was done is still told"
        await screen.press("escape", "B")
        assert HINT not in screen.text()

    on_screen(office, script)


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ("Case 1: Thank you! (u undoes it).", "Case 1: Thank you!"),
        (
            "Case 1: it goes back. (u undoes it). Only the next step is due.",
            "Case 1: it goes back. Only the next step is due.",
        ),
        (
            "Case 1: Ana owns it (u undoes it). Only the next step is due.",
            "Case 1: Ana owns it. Only the next step is due.",
        ),
        ("Case 1: Ana owns it (u undoes it)", "Case 1: Ana owns it"),
    ],
)
def test_what_is_left_without_the_hint_at_undo_has_one_full_stop(before: str, left: str) -> None:
    said = Said(text=before, at=0, offer=undo_hint(HINT, 1))
    assert said.without_offer.text == left


def test_the_hint_at_undo_stays_while_it_is_true(office: Office) -> None:
    for _ in range(2):
        opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        case = await tagged(screen, office)
        execution.execute(office.another("Cleo"), "note", Note(text="odd"), [case])
        execution.execute(office.another("Cleo"), "log", LogMessage(text="we are on it"), [3 - case])
        await screen.until(lambda: case in screen.queue.board.flags and 3 - case in screen.queue.board.flags)
        await screen.settle()
        assert HINT in "".join(screen.toasts())
        await screen.press("B")
        assert HINT in screen.text()
        await screen.press("u")
        assert office.case(case).priority == "normal", "the key works where the hint is"
        assert HINT not in screen.text()
        assert "Undone: edit, case" in screen.text()

    on_screen(office, script)


def test_the_hint_at_undo_is_not_shown_where_its_key_does_something_else(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await tagged(screen, office)
        assert HINT in screen.text()
        await screen.press("i")
        assert "priority" in line_of(screen).render().plain
        assert HINT not in screen.text()
        await screen.press("escape")
        assert HINT in screen.text()

    on_screen(office, script)


def test_what_u_would_pass_over_is_offered_only_while_that_is_so(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    execution.execute(office.desk(), "note", Note(text="odd"), [number])
    office.later()
    members.away(office.desk(), "Ben", "Cleo")
    office.later()

    async def script(screen: Screen) -> None:
        await screen.press("u")
        assert "Press u again to take back what you did before: note, case 1." in " ".join(screen.toasts())
        await tagged(screen, office)
        assert "Press u again" not in after(screen), "that would undo another command now"
        await screen.press("u")
        assert office.case(number).priority == "normal"

    on_screen(office, script)


def test_what_can_no_longer_be_undone_is_not_offered_before_a_change_that_stays(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    execution.execute(office.desk(), "escalate", Escalate(reason="authority", need="a refund"), [number])
    execution.execute(office.desk("Dora"), "acknowledge", Acknowledge(until=office.now + HOUR), [number])
    office.later()
    members.away(office.desk(), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("u")
        assert screen.toasts()[-1].startswith("The last thing you did is not undone by u: you marked Ben away")
        assert "Press u again" not in after(screen)
        await screen.press("u")
        assert "has changed since: Dora acknowledged it" in screen.toasts()[-1]

    on_screen(office, script)
