"""A customer's page in the console: how one gets there and on from there, and that it keeps up with colleagues."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.team import customers
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.tui.forms.settings_form import SettingsForm
from careconsole.tui.pages.customer import CustomerScreen
from careconsole.tui.queue.case_screen import CaseScreen
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import HOUR, Office, line
from tests.tui.screen import Screen, on_screen, opened


def test_one_key_leads_from_a_case_to_its_customer_and_enter_to_another_case_of_theirs(office: Office) -> None:
    desk = office.desk("Ana")
    first, second = opened(desk, "Lid", owner=1), opened(desk, "Cord", owner=1)
    old = opened(desk, "Jug", owner=1)
    execution.execute(desk, "resolve", Resolve(said="sent", answer="told"), [old])
    execution.execute(desk, "promise", Promise(text="call back", due=office.now + HOUR), [second])
    execution.execute(desk, "log", LogMessage(text="We are on it."), [first])
    customers.change(desk, "Carla", note="speaks Italian", email="c@x.example", tier="gold", orders=("K-1",))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(first)
        await screen.press("enter", "D")
        assert isinstance(screen.app.screen, CustomerScreen)
        text = screen.text()
        for words in ("Carla (gold)", "speaks Italian", "c@x.example", "K-1", "Open 2", "Past 1", "Promised 1"):
            assert words in text
        assert "Ana promised: call back" in text
        assert "→ by Ana, email: We are on it." in text, text
        await screen.press("G")
        assert screen.lines()[-3].startswith(f"{old} Jug")
        await screen.press("enter")
        assert isinstance(screen.app.screen, CaseScreen), "the case that was open is still on top, and is the other one"
        assert screen.lines()[0].split()[:2] == [str(old), "Jug"]
        await screen.press("D", "D")
        assert isinstance(screen.app.screen, CaseScreen), "the same key leads back"

    on_screen(office, script, size=(80, 24))


def test_what_a_colleague_does_meanwhile_appears_and_the_cursor_stays_on_its_line(office: Office) -> None:
    number = opened(office.desk("Ana"), "Lid", owner=1)

    async def script(screen: Screen) -> None:
        await screen.press("D")
        lines = screen.app.screen.query_one(Lines)
        at = lines.highlighted
        assert "Open 1" in screen.text()
        customers.change(office.another("Ben"), "Carla", note="was here today")
        await screen.until(lambda: "was here today" in screen.text())
        assert lines.highlighted == at + 1
        other = office.another("Ben")
        execution.open_case(other, OpenCase(subject="Cord", owner=office.ids["Ben"]), "Carla")
        await screen.until(lambda: "Open 2" in screen.text())
        await screen.press("enter")
        assert screen.queue.board.current == number

    on_screen(office, script)


def test_another_entry_for_the_customer_is_merged_and_undo_takes_it_back(office: Office) -> None:
    """The entry with the same telephone number is proposed."""
    desk = office.desk("Ana")
    number, other = opened(desk, "Lid", "Carla", owner=1), opened(desk, "Cord", "C. Neri", owner=1)
    customers.change(desk, "Carla", phone="+39 02 1234")
    customers.change(desk, "C. Neri", phone="0039 021234")

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("D")
        assert "C. Neri has the same address or number" in screen.text()
        await screen.press("m")
        assert "All its cases, addresses, orders, ids and notes go to Carla." in screen.text()
        await screen.until(lambda: "Carla; C. Neri still finds them" in screen.text())
        assert "1 case of C. Neri goes to Carla" in screen.text()
        await screen.press("enter")
        assert isinstance(screen.app.screen, CustomerScreen)
        assert "known as" in screen.text()
        assert office.case(other).customer == office.case(number).customer
        await screen.press("u")
        assert isinstance(screen.app.screen, CustomerScreen)
        assert screen.toasts()[-1].startswith("Undone: the merge of the customer C. Neri into Carla.")

    on_screen(office, script, size=(100, 30))
    assert office.case(other).customer != office.case(number).customer


def test_a_merge_that_would_lose_a_tier_asks_which_one_they_have(office: Office) -> None:
    desk = office.desk("Ana")
    number = opened(desk, "Lid", "Karla", owner=1)
    opened(desk, "Cord", "Carla", owner=1)
    customers.change(desk, "Carla", tier="gold")

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("D", "m", *"Carla", "enter")
        await screen.until(lambda: "to be chosen: Karla has standard, Carla has gold" in screen.text())
        assert "standard or gold" in screen.text(), "those there are"
        await screen.press("enter")
        assert "under Tier." in screen.text()
        await screen.press(*"gold", "enter")
        await screen.until(lambda: isinstance(screen.app.screen, CustomerScreen))
        assert screen.toasts()[-1].startswith("Carla was merged into Karla (tier gold); cases that moved: 1.")

    on_screen(office, script, size=(80, 24))
    assert customers.find(desk, "Carla").tier == "gold"


def test_a_merge_that_is_refused_says_why_on_its_sheet(office: Office) -> None:
    number = opened(office.desk("Ana"), "Lid", "Carla", owner=1)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("D", "m", *"Nobody", "enter")
        assert "There is no customer 'Nobody'." in screen.text()

    on_screen(office, script, size=(80, 24))


def test_a_part_of_a_name_is_enough_to_look_whom_a_merge_takes(office: Office) -> None:
    desk = office.desk("Ana")
    number = opened(desk, "Lid", "Karla", owner=1)
    other = opened(desk, "Cord", "Quay Roasters", owner=1)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("D", "m", "enter")
        assert "Write the customer's name." in screen.text()
        await screen.press(*"quay", "enter")
        await screen.until(lambda: "1 case of Quay Roasters goes to Karla" in screen.text())
        assert office.case(other).customer != office.case(number).customer, "it is shown before it is done"
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, CustomerScreen))

    on_screen(office, script, size=(80, 24))
    assert office.case(other).customer == office.case(number).customer


def answer(screen: Screen, **answers: str) -> None:
    """Answers questions of the form of the customer."""
    form = screen.app.screen
    assert isinstance(form, SettingsForm), screen.text()
    for name, text in answers.items():
        row = form._rows.named(name)
        assert row is not None
        row.put(text)


def test_everything_that_a_shell_can_change_of_a_customer_is_changed_on_their_page(office: Office) -> None:
    desk = office.desk("Ana")
    opened(desk, "Lid", "Carla", owner=1)
    customers.change(desk, "Carla", email="c@x.example", addresses=("+39 02 1",), orders=("K-1",), tier="gold")
    customers.change(desk, "Carla", addresses=("+39 02 1234",))

    async def script(screen: Screen) -> None:
        await screen.press("D")
        assert ". change, merge" in screen.lines()[-1]
        await screen.press("full_stop", "1")
        assert "+39 02 1234" in screen.text()
        answer(screen, name="Carla Neri", email="neri@x.example", phone="0431 555", orders="K-2, K-1", tier="Silver")
        answer(screen, addresses="+39 02 1234; Neri@x.example", note="speaks Italian")
        await screen.press("ctrl+s")
        await screen.until(lambda: "Carla Neri (silver)" in screen.lines()[0])
        assert screen.toasts()[-1] == (
            "Saved: Carla Neri, until now Carla. c@x.example stays a further address of theirs."
        )
        await screen.press("escape")
        assert "Carla Neri" in screen.text(), "in the list, too"

    on_screen(office, script, size=(80, 24), name="Ben")
    after = customers.find(desk, "Carla Neri")
    assert (after.email, after.phone, after.orders) == ("neri@x.example", "0431 555", ("K-1", "K-2"))
    assert after.addresses == ("+39 02 1234", "c@x.example"), "each address once, with the one before"
    assert (after.tier, after.note) == ("silver", "speaks Italian")


def test_a_mistake_about_a_customer_is_told_at_its_question(office: Office) -> None:
    desk = office.desk("Ana")
    opened(desk, "Lid", "Carla", owner=1)
    opened(desk, "Cord", "Nils")
    customers.change(desk, "Nils", orders=("K-9",))

    async def script(screen: Screen) -> None:
        await screen.press("D", "full_stop", "1")
        for wrong, words in (
            ({"name": ""}, "Name is missing."),
            ({"name": "Nils"}, "There is a customer Nils already."),
            ({"name": "Carla", "email": "nowhere"}, "'nowhere' is not a mail address."),
            ({"email": "", "phone": "c@x.example"}, "'c@x.example' is not a telephone number."),
            ({"phone": "", "addresses": "her sister"}, "is neither a mail address nor a telephone number"),
            ({"addresses": "", "orders": "K-9"}, "Order K-9 belongs to Nils."),
        ):
            answer(screen, **wrong)
            await screen.settle()
            await screen.press("ctrl+s")
            assert words in " ".join(screen.text().replace("│", " ").split()), screen.text()
        answer(screen, orders="")
        await screen.press("ctrl+s")
        assert screen.toasts()[-1] == "Carla: nothing was changed."

    on_screen(office, script, size=(100, 30))


def test_what_somebody_else_changed_meanwhile_is_told_before_it_is_replaced(office: Office) -> None:
    desk = office.desk("Ana")
    opened(desk, "Lid", "Carla", owner=1)

    async def script(screen: Screen) -> None:
        await screen.press("D", "full_stop", "1")
        answer(screen, note="prefers mails")
        customers.change(office.another("Ben"), "Carla", note="prefers calls", phone="0431 5556", name="Carla Neri")
        await screen.press("ctrl+s")
        text = " ".join(screen.text().replace("│", " ").split())
        assert "Somebody else changed it meanwhile, to: prefers calls. ctrl+s again saves yours." in text
        await screen.press("ctrl+s")
        await screen.says("Saved: Carla Neri.")

    on_screen(office, script, size=(100, 30))
    after = customers.find(desk, "Carla Neri")
    assert (after.note, after.phone) == ("prefers mails", "0431 5556"), "what was not changed in the form stays"


def test_the_palette_changes_the_customer_of_a_case(office: Office) -> None:
    opened(office.desk("Ana"), "Lid", "Carla", owner=1)

    async def script(screen: Screen) -> None:
        await screen.press("colon")
        await screen.type("change the customer")
        await screen.press("enter")
        assert isinstance(screen.app.screen, SettingsForm)
        assert "Customer Carla" in screen.text()

    on_screen(office, script, size=(100, 30))


def test_a_case_without_a_customer_says_so(office: Office) -> None:
    office.bring(line("A", 1, subject="Lid", status="open"))

    async def script(screen: Screen) -> None:
        await screen.press("D")
        assert screen.app.screen is screen.queue
        assert screen.toasts()[-1].startswith("Case 1 has no customer. Name one with")

    on_screen(office, script)


def test_one_key_goes_to_the_linked_case_and_asks_which_of_several(office: Office) -> None:
    desk = office.desk("Ana")
    one, two, alone = (opened(desk, subject, owner=1) for subject in ("Lid", "Lid again", "Jug"))
    execution.execute(desk, "merge", Merge(into=one), [two])

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(one)
        await screen.press("enter")
        assert f"took over {two} (& goes there)" in screen.text()
        await screen.press("&")
        assert isinstance(screen.app.screen, CaseScreen)
        assert screen.lines()[0].split()[0] == str(two)
        await screen.press("&")
        assert screen.lines()[0].split()[0] == str(one), "and back by the same key"
        after = execution.follow_up(desk, one, FollowUp(subject="Cord")).opened
        await screen.press("&", "down", "enter")
        assert screen.queue.board.current in (two, after)
        await screen.press("escape", "0")
        screen.queue.way_back.go_to_case(alone)
        await screen.press("&")
        assert screen.toasts()[-1].startswith(f"Case {alone} is linked to no other.")

    on_screen(office, script, size=(80, 24))
