"""Forms on the screen: from a key to a command done, with nothing lost on the way."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts, presence
from careconsole.desk.console.drafts import Draft
from careconsole.desk.team import customers
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.time.moments import parse_moment
from careconsole.tui.forms import draft_saver
from tests.desk.office import HOUR, Office, others
from tests.tui.forms import fill, form, row
from tests.tui.screen import Screen, on_screen, opened

HOSTILE = "[/] [@click=app.quit]x[/] \x1b]0;owned\x07 \x9b31m \u202e[red]"


@pytest.fixture
def kettle(office: Office) -> int:
    """A case of Ana's."""
    return opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])


def closed(screen: Screen) -> bool:
    return screen.app.screen is screen.queue


def kept(office: Office, verb: str, case: int, who: str = "Ana") -> Draft | None:
    return drafts.find(office.another(who), case, verb)


def test_an_offer_goes_from_its_key_to_the_history_without_the_mouse(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("o")
        assert "Offer · case 1: Kettle cracked" in screen.text()
        assert "▸ Ben" in screen.text()
        assert "nothing open" in screen.text()
        await screen.type("cl")
        assert "▸ Cleo" in screen.text()
        assert "▸ Ben" not in screen.text()
        await screen.press("enter")
        await screen.type("knows it")
        await screen.press("enter")
        assert "Enter or ctrl+s save" in screen.text()
        await screen.press("enter")
        assert closed(screen)
        assert screen.toasts() == ["Case 1: Ana offered it to Cleo: knows it (u undoes it)"]
        assert "offered to Cleo" in screen.text()
        assert office.history(kettle)[-1].command in screen.app.session.own

    on_screen(office, script)


def test_a_key_that_can_do_nothing_says_why_and_what_to_do_instead(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("t")
        assert closed(screen)
        assert screen.toasts()[-1].startswith("Case 1 is yours already. ")
        await screen.press("y")
        assert "not offered to anybody" in screen.toasts()[-1]

    on_screen(office, script)
    assert office.kinds(kettle) == ["opened"]


def test_on_an_empty_list_commands_say_that_there_is_no_case(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("o")
        assert closed(screen)
        assert "No case is selected" in screen.toasts()[-1]
        await screen.press("u")
        assert "nothing to undo" in screen.toasts()[-1]

    on_screen(office, script, name="Ben")


def test_what_is_missing_or_off_is_said_at_its_field_and_the_rest_stays(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("p")
        await screen.type("call")
        await screen.press("tab", *"tomorow")
        assert row(screen, "due").field.said == "tomorow"  # typed in the place of what stood ready
        assert '! "tomorow" is not a time' in screen.text()
        await screen.press("ctrl+s")
        assert not closed(screen)
        await screen.press("pagedown", "pagedown")
        assert row(screen, "due").field.said == "friday"
        assert "17:00, in " in screen.text()
        await screen.press("shift+tab", "ctrl+a", "ctrl+k", "ctrl+s")
        assert "! Promise: required. What was promised." in screen.text()
        await screen.type("write")
        await screen.press("ctrl+s")
        assert closed(screen)

    on_screen(office, script)
    assert [(p.text, p.due) for p in office.case(kettle).promises] == [
        ("write", parse_moment("friday", office.now, hour=17))
    ]


def test_what_the_desk_refuses_is_said_in_the_form_and_nothing_typed_is_lost(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("e")
        await fill(screen, need="refund above my limit", to="Ben")
        await screen.press("ctrl+s")
        assert not closed(screen)
        assert "Ben is an agent; an escalation for exception goes to a lead" in screen.text()
        assert row(screen, "need").field.said == "refund above my limit"
        form(screen)._rows.enter(row(screen, "reason"))
        await screen.press("x")  # the first letter of no reason: nothing happens
        await screen.press("right", "right")
        assert "[expertise]" in screen.text()
        await screen.press("ctrl+s")
        assert closed(screen)

    on_screen(office, script)
    assert office.case(kettle).escalation.responder == office.ids["Ben"]


def test_an_escalation_shows_whom_it_calls_before_it_is_sent(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("e")
        assert "Calls Dora (lead), to acknowledge by" in screen.text()
        assert "then Eve (contact)" in screen.text()
        await fill(screen, to="Eve")
        assert "Calls Eve, to acknowledge by" in screen.text()

    on_screen(office, script)


def test_a_draft_outlives_esc_and_is_there_again_until_it_is_discarded_or_sent(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("i")
        await screen.press("escape")
        assert closed(screen)
        assert kept(office, "note", kettle) is None  # nothing was typed
        await screen.press("i")
        await screen.type("serial number")
        await screen.press("escape")
        assert closed(screen)
        assert "Draft saved." in screen.toasts()[-1]
        assert kept(office, "note", kettle).fields == {"text": "serial number"}
        office.later()
        execution.execute(office.another("Ben"), "note", Note(text="looked at it"), [kettle])
        await screen.press("i")
        assert "Your draft of" in screen.text()
        assert "Since then: Ben noted: looked at it" in screen.text()
        assert row(screen, "text").field.said == "serial number"
        await screen.press("ctrl+x")
        assert row(screen, "text").field.said == ""
        await screen.press("escape")
        assert kept(office, "note", kettle) is None
        await screen.press("i")
        await screen.type("on the back")
        await screen.press("escape", "i", "ctrl+s")
        assert closed(screen)
        assert kept(office, "note", kettle) is None
        await screen.press("i")
        assert row(screen, "text").field.said == ""

    on_screen(office, script)
    assert office.history(kettle)[-1].fact.text == "on the back"


def test_what_one_did_oneself_since_a_draft_is_no_change_of_the_case(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    execution.execute(office.another("Ben"), "offer", Offer(to=office.ids["Ana"], reason="knows it"), [number])

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(number)
        await screen.press("c")
        await screen.type("called them")
        await screen.press("escape", "y", "c")
        assert "Your draft of" in screen.text()
        assert "Since then" not in screen.text()
        await screen.press("escape")
        execution.execute(office.another("Ben"), "note", Note(text="looked at it"), [number])
        await screen.press("c")
        assert "Since then: Ben noted: looked at it" in screen.text()

    on_screen(office, script)


def test_ctrl_x_discards_nothing_once_something_was_typed(office: Office, kettle: int) -> None:
    drafts.save_draft(office.desk("Ana"), Draft(kettle, "note", {"text": "a long note"}, 1, office.now))

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await screen.type("!")
        assert "Your draft of" not in screen.text()
        row(screen, "text").field.select_all()
        await screen.press("ctrl+x")
        assert row(screen, "text").field.said == ""
        await screen.press("ctrl+underscore")
        assert row(screen, "text").field.said == "a long note!"

    on_screen(office, script)


def test_a_crash_loses_half_a_second_of_typing_at_most(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await screen.type("Dear Carla")
        await screen.until(lambda: draft().startswith("Dear Car"))
        await screen.type(",")
        for _ in range(1000):  # who never stops typing is kept as well
            await screen.press("x")
            if draft().startswith("Dear Carla,"):
                break
        assert draft().startswith("Dear Carla,")

    def draft() -> str:
        found = drafts.find(office.desk("Ana"), kettle, "log")
        return found.fields["text"] if found else ""

    assert draft_saver._LATEST <= 0.5, "seconds from the first key that is not kept"

    on_screen(office, script)


def test_locking_keeps_the_draft_for_the_person_and_shows_it_to_nobody_else(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await screen.type("Dear Carla")
        screen.app.lock()
        await screen.settle()
        assert "Carla" not in screen.text()
        assert kept(office, "log", kettle).fields["text"] == "Dear Carla"
        screen.app.sit_down(office.ids["Ben"])
        await screen.settle()
        await screen.press("c")
        assert row(screen, "text").field.said == ""

    on_screen(office, script)


def test_a_conflict_says_what_the_other_did_keeps_what_was_typed_and_can_be_overruled(
    office: Office, kettle: int
) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("z")
        await fill(screen, reason="waits for the carrier")
        execution.execute(office.another("Ben"), "promise", Promise(text="call.", due=office.now + HOUR), [kettle])
        await screen.press("ctrl+s")
        assert not closed(screen)
        assert "Case 1 has changed since you saw it: Ben promised by" in screen.text()
        assert "call." in screen.text()
        assert ".." not in screen.text()
        assert "Press ctrl+s again to do it anyway." in screen.text()
        assert row(screen, "reason").field.said == "waits for the carrier"
        assert kept(office, "park", kettle).fields["reason"] == "waits for the carrier"
        assert office.kinds(kettle)[-1] == "promised"
        await screen.press("ctrl+s")
        assert closed(screen)

    on_screen(office, script)
    assert office.kinds(kettle)[-1] == "parked"


def test_a_conflict_that_leaves_nothing_to_do_says_so(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("z")
        await fill(screen, reason="the carrier")
        execution.execute(office.another("Ana"), "resolve", Resolve(said="all is well", answer="told"), [kettle])
        await screen.press("ctrl+s")
        assert "Case 1 is resolved." in screen.text()
        trouble = str(form(screen)._notes.trouble.content)  # where its lines break is the form's affair
        assert "Ana resolved it: all is well" in trouble
        assert "to do it anyway" not in trouble

    on_screen(office, script)


def test_words_to_the_customer_warn_when_others_wrote_meanwhile(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await screen.type("We send a new one.")
        (here,) = others(office.another("Ben"), "another console")
        assert (here.case, here.writing) == (kettle, True)
        execution.execute(office.another("Ben"), "log", LogMessage(text="We pay you back."), [kettle])
        await screen.press("ctrl+s")
        assert not closed(screen)
        assert "Not saved yet: since you started, Ben recorded a message to the" in screen.text()
        assert "We pay you back." in screen.text()
        assert "back.." not in screen.text()
        assert office.kinds(kettle).count("touched") == 1
        await screen.press("ctrl+s")
        assert closed(screen)
        assert office.kinds(kettle).count("touched") == 2
        (here,) = others(office.another("Ben"), "another console")
        assert not here.writing

    on_screen(office, script)


def test_a_form_says_how_the_case_stands_while_others_work_on_it(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await screen.type("We send a new one.")
        assert "Answers the customer (waiting" in screen.text()
        presence.announce(office.another("Ben"), "Ben's console", kettle)
        await screen.until(lambda: "Ben has this case open" in screen.text())
        presence.announce(office.another("Ben"), "Ben's console", kettle, writing=True)
        await screen.until(lambda: "Ben is writing to the customer now" in screen.text())
        execution.execute(office.another("Ben"), "log", LogMessage(text="We pay you back."), [kettle])
        presence.leave(office.another("Ben"), "Ben's console")
        await screen.until(lambda: "is writing" not in screen.text() and "(waiting" not in screen.text())
        await screen.type(" Soon.")
        assert row(screen, "text").said == "We send a new one. Soon."

    on_screen(office, script)


def test_words_from_the_customer_are_recorded_whatever_happened_and_told_as_what(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("c")
        await fill(screen, text="Thank you!", inbound="customer")
        (here,) = others(office.another("Ben"), "another console")
        assert not here.writing
        execution.execute(office.another("Ben"), "log", LogMessage(text="We pay you back."), [kettle])
        await screen.press("ctrl+s")
        assert closed(screen)
        assert any("Classified as thanks; to change it: “.”, Reclassify a message." in one for one in screen.toasts())

    on_screen(office, script)


def test_several_cases_are_counted_first_and_are_one_undo(office: Office, kettle: int) -> None:
    opened(office.desk("Ana"), "Lid lost", owner=office.ids["Ana"])
    third = opened(office.desk("Ana"), "Spout drips", owner=office.ids["Ana"])
    execution.execute(office.desk("Ana"), "resolve", Resolve(said="done", answer="told"), [third])

    async def script(screen: Screen) -> None:
        screen.queue.board.marks = dict.fromkeys([1, 2, 3])
        await screen.press("z")
        assert "Park · 3 cases: 1, 2, 3" in screen.text()
        assert "Applies to 2 of 3; the rest are unchanged." in screen.text()
        assert "3: Case 3 is resolved." in screen.text()
        await screen.press("ctrl+s")
        assert closed(screen)
        assert not screen.queue.board.marks
        assert office.case(1).parked
        assert office.case(2).parked
        await screen.press("u")
        assert screen.toasts()[-1] == "Undone: park, cases 1, 2 (Kettle cracked and 1 more)."
        assert not office.case(1).parked
        assert not office.case(2).parked
        await screen.press("U")
        assert screen.toasts()[-1] == "Redone: park, cases 1, 2 (Kettle cracked and 1 more)."

    on_screen(office, script)
    assert office.case(2).parked


def test_a_refusal_of_some_lists_them_and_offers_the_others(office: Office, kettle: int) -> None:
    opened(office.desk("Ben"), "Lid lost", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.press("V", "o")
        await fill(screen, to="Ben", reason="knows it")
        await screen.press("ctrl+s")
        assert "1 of 2 cases was refused, and nothing was changed" in screen.text()
        assert "2: Case 2 is Ben's already." in screen.text()
        assert "Press ctrl+s again to do the others." in screen.text()
        assert office.kinds(kettle) == ["opened"]
        await screen.press("ctrl+s")
        assert closed(screen)
        assert "1 was refused and is unchanged: 2" in screen.toasts()[-1]

    on_screen(office, script)
    assert office.kinds(kettle) == ["opened", "offered"]
    assert office.kinds(2) == ["opened"]


def test_several_cases_none_of_which_can_be_done_open_no_form(office: Office, kettle: int) -> None:
    opened(office.desk("Ana"), "Lid lost", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("V", "t")
        assert closed(screen)
        assert "None of the 2 cases: Case 1 is yours already." in screen.toasts()[-1]
        await screen.press("m")
        assert closed(screen)
        assert "Merge: one case at a time." in screen.toasts()[-1]

    on_screen(office, script)


def test_a_command_without_questions_asks_before_it_is_done_on_several_cases(office: Office) -> None:
    for subject in ("Kettle cracked", "Lid lost"):
        opened(office.desk("Ben"), subject)

    async def script(screen: Screen) -> None:
        await screen.press("V", "t")
        assert "Take · 2 cases: 1, 2" in screen.text()
        assert "Applies to both. u undoes all." in screen.text()
        await screen.press("enter")
        assert closed(screen)

    on_screen(office, script)
    assert office.case(1).owner == office.case(2).owner == office.ids["Ana"]


def test_a_customer_is_typed_with_their_address(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        await screen.type("Lid lost")
        await screen.press("enter")
        await screen.type("Nils Berg, nils@home.example")
        said = " ".join(screen.text().replace("│", " ").replace("▏", " ").split())
        assert "a new customer, Nils Berg, with the address nils@home.example" in said
        await screen.press("ctrl+s")
        assert "Nils Berg is a new customer with the address nils@home.example." in screen.toasts()

    on_screen(office, script)
    assert customers.find(office.desk(), "nils@home.example").name == "Nils Berg"


def test_a_new_case_has_the_cursor_and_a_new_customer_is_named(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        await screen.type("Lid lost")
        await screen.press("enter")
        await screen.type("Ca")
        assert "a new customer, who will be added · PgDn: Carla" in screen.text()
        await screen.press("pagedown")
        assert row(screen, "customer").field.said == "Carla"
        assert "known" in screen.text()
        await fill(screen, customer="Caro Unheard")
        await screen.press("ctrl+s")
        assert closed(screen)
        assert screen.toasts() == ["Case 2 is open: Lid lost", "Caro Unheard is a new customer."]
        assert screen.queue.board.current == 2
        await screen.press("u")
        assert screen.toasts()[-1].startswith("Undone: ")

    on_screen(office, script)


def test_a_case_opened_for_a_colleague_is_offered_to_them(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        await fill(screen, subject="Lid lost", customer="Nils", owner="Cleo")
        await screen.press("ctrl+s")

    on_screen(office, script)
    assert office.kinds(1) == ["opened", "offered"]
    assert office.case(1).offer.to == office.ids["Cleo"]


def test_a_merge_shows_the_other_case_while_its_number_is_typed(office: Office, kettle: int) -> None:
    opened(office.desk("Ana"), "The same kettle", "Nils", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("m")
        assert not row(screen, "confirm").display, "there is nothing to confirm yet"
        await screen.type("2")
        assert "case 2: The same kettle" in screen.text()
        assert row(screen, "confirm").display
        said = " ".join(screen.text().replace("│", " ").split())
        assert "!! DIFFERENT CUSTOMERS: case 1 is Carla's and case 2 is Nils's." in said
        assert f"Case {kettle} ends, and case 2 takes over Carla's wait." in said
        await screen.type("0")
        assert "DIFFERENT CUSTOMERS" not in screen.text(), "there is no case 20"
        await screen.press("backspace", "tab")
        assert "DIFFERENT CUSTOMERS" in screen.text()
        await screen.press("ctrl+s")
        assert "have different customers" in screen.text()
        assert screen.text().count("takes over") == 1, "the refusal says it, so the preview does not"
        await fill(screen, confirm="yes")
        await screen.press("ctrl+s")
        assert closed(screen)

    on_screen(office, script)
    assert office.case(kettle).merged_into == 2


@pytest.mark.parametrize("merged", [False, True])
def test_a_merge_that_a_rule_refuses_says_so_before_it_is_sent(office: Office, merged: bool) -> None:
    mine, other = opened(office.desk("Ben"), owner=office.ids["Ben"]), opened(office.desk("Ana"), "The same kettle")
    if merged:
        into = opened(office.desk("Ana"), "Kettle, again")
        execution.execute(office.desk("Ana"), "merge", Merge(into=into), [other])
    last = 3 if merged else other

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(mine)
        await screen.press("m")
        await screen.type(str(other))
        why = f"Case {last} is with duty; Ana decides about it today. Ask them, or take it"
        assert str(form(screen)._notes.calls.content).startswith(f"It cannot be merged: {why}")
        await screen.press("ctrl+s")
        assert str(form(screen)._notes.trouble.content).startswith(why)
        assert not form(screen)._notes.calls.display, "it is said once"
        assert not closed(screen)

    on_screen(office, script, name="Ben", size=(120, 40))


def test_a_merge_of_one_customers_cases_says_what_moves(office: Office, kettle: int) -> None:
    opened(office.desk("Ana"), "The same kettle", owner=office.ids["Ana"])
    execution.execute(office.desk("Ana"), "promise", Promise(text="call", due=office.now + HOUR), [kettle])
    execution.execute(office.desk("Ana"), "tag", Tag(add=("lid",)), [kettle])

    async def script(screen: Screen) -> None:
        await screen.press("m")
        await screen.type("2")
        said = " ".join(screen.text().replace("│", " ").split())
        assert "Both are Carla's. Case 1 ends, and case 2 takes over the customer's wait, #lid, 1 promise." in said
        assert "DIFFERENT" not in said
        assert not row(screen, "confirm").display, "there is nothing to confirm"

    on_screen(office, script, size=(80, 24))


def test_hostile_text_is_shown_as_it_is_and_runs_nothing(office: Office) -> None:
    desk = office.desk("Ana")
    one = opened(desk, HOSTILE, f"Carla {HOSTILE}", description=f"{HOSTILE}\nsecond", owner=office.ids["Ana"])
    review = Review(cause=HOSTILE, nothing_because=HOSTILE)
    execution.execute(desk, "review", review, [one])
    execution.execute(desk, "promise", Promise(text=HOSTILE, due=office.now + HOUR), [one])
    execution.execute(desk, "promise", Promise(text="another", due=office.now + HOUR), [one])

    async def script(screen: Screen) -> None:
        async def looks_safe() -> None:
            assert not any(sign in screen.text() for sign in "\x1b\x07\x9b\u202e")
            await screen.pilot.click("#form", offset=(30, 2))
            await screen.settle()
            assert not closed(screen)

        screen.app.working.verb("edit")
        await screen.settle()
        assert "[@click=app.quit]x[/]" in screen.text()
        await looks_safe()
        await screen.press("escape", "R")
        await fill(screen, cause="")
        assert "PgDn: [/] [@click" in screen.text()
        await looks_safe()
        await fill(screen, cause=HOSTILE, change=HOSTILE)
        await looks_safe()
        await screen.press("escape", "n")
        await fill(screen, subject=HOSTILE, customer=f"Carla {HOSTILE}", description=HOSTILE, tags="[/]")
        await looks_safe()
        await screen.press("escape")
        screen.app.working.verb("keep")
        await screen.settle()
        await looks_safe()
        await fill(screen, said=HOSTILE)
        await screen.press("ctrl+s")
        assert closed(screen)
        assert not any(sign in screen.text() for sign in "\x1b\x07\x9b\u202e")
        await screen.press("u")
        assert "[@click=app.quit]x[/]" in screen.toasts()[-1]

    on_screen(office, script)


def test_hostile_names_can_be_chosen(office: Office, kettle: int) -> None:
    from careconsole.desk.team import members

    ghost = members.add(office.desk("Ana"), "[@click=app.quit]Bob[/] [/]", "agent")

    async def script(screen: Screen) -> None:
        await screen.press("o", "left_square_bracket")
        assert "▸ [@click=app.quit]Bob" in screen.text()
        await fill(screen, reason="knows it")
        await screen.press("ctrl+s")
        assert closed(screen)

    on_screen(office, script)
    assert office.case(kettle).offer.to == ghost


def test_a_text_can_be_written_in_the_persons_own_editor(
    office: Office, kettle: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from careconsole.tui.forms import editor

    async def script(screen: Screen) -> None:
        await screen.press("i", "x", "ctrl+e")
        assert "cannot open an editor" in screen.toasts()[-1]  # a test has no terminal to lend
        monkeypatch.setattr(screen.app, "suspend", nullcontext)
        monkeypatch.setattr(editor, "edited", lambda text, command: f"{text}\nfrom the editor")
        await screen.press("ctrl+e")
        assert row(screen, "text").field.said == "x\nfrom the editor"
        await screen.press("ctrl+s")

    on_screen(office, script)
    assert office.history(kettle)[-1].fact.text == "x\nfrom the editor"


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
def test_a_small_terminal_shows_the_field_that_has_the_keys_and_the_keys(
    office: Office, kettle: int, size: tuple[int, int]
) -> None:
    async def script(screen: Screen) -> None:
        for verb in ("n", "R", "e"):
            await screen.press(verb)
            asked = [row for row in form(screen)._rows.every if row.display]
            for place in range(len(asked)):
                assert form(screen)._at() is asked[place]
                label = asked[place].question.label.split(" ")[0]
                assert any(f"│ {label}" in line for line in screen.lines()), screen.text()
                assert "ctrl+s save" in screen.text()
                await screen.press("tab")
            await screen.press("escape")

    on_screen(office, script, size=size)


def test_keys_that_follow_at_once_open_nothing_else(office: Office) -> None:
    opened(office.desk("Ben"))

    async def script(screen: Screen) -> None:
        screen.app.working.verb("note")
        screen.app.working.verb("take")
        screen.app.working.verb("note")
        await screen.settle()
        assert len(screen.app.screen_stack) == 2

    on_screen(office, script)
    assert office.kinds(1) == ["opened"]


def test_undo_says_who_did_what_where_it_cannot(office: Office, kettle: int) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("i")
        await screen.type("x")
        await screen.press("ctrl+s")
        execution.execute(office.another("Ben"), "log", LogMessage(text="Hello"), [kettle])
        await screen.press("u")
        told = "\n".join(screen.toasts())  # that Ben wrote is told in a line of its own
        assert "Case 1 has changed since: Ben recorded a message to the customer" in told

    on_screen(office, script)
