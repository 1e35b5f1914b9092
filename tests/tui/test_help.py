"""Help and the menu of commands: what can be done here and now, what cannot and why; and a terminal too small."""

from __future__ import annotations

import re
import string

from textual.content import Content
from textual.keys import _character_to_key

from careconsole.commands import VERBS
from careconsole.commands.console_keys import ACTIONS, key_words
from careconsole.commands.row_signs import CHANGED, GONE, HERE, NEW, ROW_SIGNS, WRITING
from careconsole.desk.cases import execution
from careconsole.domain.case.resolution import Resolve
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.menus.available import read_available
from careconsole.tui.menus.help import Help
from careconsole.tui.queue.columns import LEVEL_SIGN, MAIL_SIGNS, PRIORITY_SIGNS
from careconsole.tui.terminal import clipboard
from careconsole.tui.widgets.menu import Menu, in_short
from careconsole.tui.widgets.pick import ChooseOne
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


def ids(screen: Screen) -> list[str]:
    assert isinstance(screen.app.screen, ChooseOne)
    return [item.id for item in screen.app.screen.menu._items]


def dim(screen: Screen) -> set[str]:
    assert isinstance(screen.app.screen, ChooseOne)
    return {item.id for item in screen.app.screen.menu._items if item.dim}


def test_help_lists_the_keys_that_work_and_does_what_is_chosen(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    can = {f"verb:{one.verb.id}" for one in read_available([number])(office.desk("Ana")) if one.can}

    async def script(screen: Screen) -> None:
        await screen.press("question_mark")
        assert isinstance(screen.app.screen, Help)
        there = ids(screen)
        assert {id for id in there if id.startswith("verb:")} == can
        assert "verb:note" in can
        assert "verb:take" not in can
        works = [id.partition(":")[2] for id in there if id.partition(":")[0] in ("act", "move")]
        assert {action.id for action in ACTIONS} - set(works) == {"linked"}, "the case is linked to no other"
        assert there[0].startswith("verb:")
        await screen.type("take over")
        assert " Take over " not in screen.text()
        await screen.press("ctrl+u")
        await screen.type("unassigned")
        await screen.press("enter")
        assert screen.queue.live.filter == "is:unassigned"
        await screen.press("0", "f1")
        await screen.type("pause")
        await screen.press("enter")
        assert screen.queue.live.held

    on_screen(office, script)


def test_help_leaves_out_what_does_nothing_on_the_case(office: Office) -> None:
    kettle = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"], priority="urgent")
    execution.execute(office.desk("Ana"), "resolve", Resolve(said="refunded", answer="told"), [kettle])
    low = opened(office.desk("Ana"), "Lid lost", "", owner=office.ids["Ana"], priority="low")

    async def works(screen: Screen) -> set[str]:
        await screen.press("question_mark")
        there = {id.partition(":")[2] for id in ids(screen)}
        await screen.press("escape")
        return there

    async def script(screen: Screen) -> None:
        there = await works(screen)
        assert screen.queue.board.current == low
        assert {"raise", "customer-said", "why", "follow-up", "open"} <= there
        assert not {"lower", "customer", "merge-customers", "linked"} & there, "it is low, and has no customer"
        await screen.press("enter", "question_mark")
        keys = {item.text for item in screen.app.screen.menu._items}
        assert "Raise the priority" in keys
        assert not {"Lower the priority", "Customer", "Linked case"} & keys
        await screen.press("escape", "escape")
        screen.queue.show_list("is:resolved")
        await screen.settle()
        there = await works(screen)
        assert {"customer", "reopen"} <= there
        assert not {"raise", "resolve", "park"} & there
        screen.queue.show_list("nothing-has-this-word")
        await screen.settle()
        there = await works(screen)
        assert {"new", "filter"} <= there
        assert not {"raise", "lower", "customer-said", "why", "files", "copy", "customer", "follow-up"} & there

    on_screen(office, script)


def test_help_explains_each_sign_on_a_row(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    signs = [sign for listed, _, _ in ROW_SIGNS for sign in listed.split()]
    assert {CHANGED, NEW, HERE, WRITING, GONE, LEVEL_SIGN + "1", *PRIORITY_SIGNS.values(), *MAIL_SIGNS.values()} <= set(
        signs
    )
    assert len(signs) == len(set(signs)), "a sign has one meaning"

    async def script(screen: Screen) -> None:
        await screen.press("question_mark")
        await screen.type("at risk")
        assert "At risk" in screen.text(), screen.text()
        assert "~" in screen.text()
        await screen.press("enter")
        assert not isinstance(screen.app.screen, Help)

    on_screen(office, script)


def test_help_on_another_screen_lists_the_keys_of_that_one(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("enter", "question_mark")
        assert "On this screen" in {item.group for item in screen.app.screen.menu._items}
        assert "verb:note" in ids(screen)
        await screen.press("escape", "i", "f1")
        assert isinstance(screen.app.screen, Help)
        assert all(id.startswith("key:") for id in ids(screen))
        assert "Save" in screen.text()
        assert "ctrl+s" in screen.text()
        await screen.type("close")
        await screen.press("enter")
        assert type(screen.app.screen).__name__ == "CaseScreen", "Enter did what Esc does in the form"

    on_screen(office, script, size=(80, 24))


def test_more_has_every_command_with_what_can_be_done_first(office: Office) -> None:
    number = opened(office.desk("Ana"), "[/] Kettle \x1b[31m", owner=office.ids["Ana"])
    opened(office.desk("Ben"), "Lid lost", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(number)
        await screen.press("full_stop")
        there = ids(screen)
        assert {f"verb:{verb.id}" for verb in VERBS} | {"other:new", "other:undo", "other:redo"} <= set(there)
        first_refused = next(place for place, id in enumerate(there) if id in dim(screen))
        assert "verb:resolve" in there[:first_refused]
        assert "verb:accept" in there[first_refused:]
        assert "\x1b" not in screen.text()
        await screen.type("file")
        assert {"verb:attach", "act:files"} <= set(ids(screen)), "one attaches a file, the other lists them"
        await screen.press(*["backspace"] * 4)
        await screen.type("accept")
        await screen.press("enter")
        assert any("not offered" in toast for toast in screen.toasts()), "a key that can do nothing says why"
        await screen.press("full_stop")
        await screen.type("undo")
        await screen.press("enter")
        assert any("Undone" in toast for toast in screen.toasts())

    on_screen(office, script)


def test_more_on_marked_cases_says_on_how_many_of_them(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    opened(office.desk("Ben"), "Lid lost")

    async def script(screen: Screen) -> None:
        await screen.press("V", "full_stop")
        assert "2 cases" in screen.text()
        await screen.type("take")
        assert "On 1 of 2." in screen.text()

    on_screen(office, script)


def test_a_case_is_copied_and_the_way_is_told(office: Office, monkeypatch) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    written: list[str] = []

    def copy(text: str, *, terminal_write) -> str:
        written.append(text)
        terminal_write("\x1b]52;c;QQ==\x07")
        return "copied with a spoon"

    monkeypatch.setattr(clipboard, "copy", copy)

    async def script(screen: Screen) -> None:
        sent: list[str] = []
        screen.app.write_to_terminal = sent.append
        await screen.press("Y", "1")
        assert any("A summary of case 1 is copied with a spoon." in toast for toast in screen.toasts())
        assert sent == ["\x1b]52;c;QQ==\x07"]

    on_screen(office, script)
    assert "Kettle cracked" in written[0]


def test_a_terminal_too_small_says_so_and_no_key_does_anything(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("full_stop")
        await screen.pilot.resize_terminal(59, 20)
        await screen.settle()
        assert "needs 60 x 15 cells; this terminal has 59 x" in " ".join(screen.text().split())
        assert "Kettle" not in screen.text()
        await screen.press("escape", "V", "i")
        await screen.pilot.resize_terminal(60, 15)
        await screen.settle()
        assert type(screen.app.screen) is ChooseOne, "what was open is there again"
        assert "needs 60 x 15" not in screen.text()
        assert "Offer" in screen.text()
        await screen.press("escape")
        assert "Kettle" in screen.text()
        assert not screen.queue.board.marks

    on_screen(office, script, size=(80, 24))


def test_a_terminal_too_small_from_the_start_is_told_first(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        assert "needs 60 x 15" in " ".join(screen.text().split())
        await screen.press("1")
        await screen.pilot.resize_terminal(80, 24)
        await screen.settle()
        assert "needs 60 x 15" not in screen.text()
        if screen.app.screen is not screen.queue:
            assert "Who's working here?" in screen.text()
            await screen.press("1")
        assert "Kettle cracked" in screen.text()

    for name in ("Ana", None):
        on_screen(office, script, size=(40, 10), name=name)


def test_the_twelve_keys_used_most_come_first_in_two_columns(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("question_mark")
        lines = [line.strip("│ ") for line in screen.lines()]
        first = next(place for place, line in enumerate(lines) if line.startswith("Enter  Open"))
        found = [re.split(r"  +", line) for line in lines[first : first + 6]]
        assert [row[0] for row in found] == ["Enter", "/", "n", "t", "c", "p"]
        assert [row[2] for row in found] == ["z", "o", "e", "x", "u", "."]
        await screen.press("escape")
        await screen.pilot.resize_terminal(60, 15)
        await screen.press("question_mark")
        assert "Enter  Open" not in screen.text(), "there is no room for them"

    on_screen(office, script, size=(80, 24))


def test_a_click_on_a_hint_presses_its_key(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def click(screen: Screen, words: str) -> None:
        line = next(y for y, text in enumerate(screen.lines()) if words in text)
        await screen.pilot.click(offset=(screen.lines()[line].index(words) + 3, line))
        await screen.settle()

    async def script(screen: Screen) -> None:
        await click(screen, "c log")
        assert isinstance(screen.app.screen, FormScreen)
        await click(screen, "Esc keep as draft")
        await click(screen, "? help")
        assert isinstance(screen.app.screen, Help)
        await click(screen, "type to filter")
        assert isinstance(screen.app.screen, Help), "no single key is named there"
        await click(screen, "Esc back")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(80, 24))


def test_a_text_too_long_for_its_line_keeps_whole_sentences_or_else_whole_words() -> None:
    said = "Case 5 is not escalated. It is at level 0, and nobody is called."
    assert in_short(said, 80) == said
    assert [in_short(said, room) for room in (50, 26, 25)] == ["Case 5 is not escalated."] * 3
    assert in_short(said, 24) == "Case 5 is not escalated."
    assert in_short(said, 22) == "Case 5 is not…"
    assert in_short("Log a message: what we told them", 16) == "Log a message…"
    assert in_short("Rückerstattungsfälle", 8) == "Rückers…"
    assert in_short("", 0) == ""


def test_help_at_80_columns_cuts_no_key_no_name_and_no_word(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("question_mark")
        menu = screen.app.screen.query_one(Menu)
        items = {item.id: item for item in menu._items}
        assert len(items) > len(VERBS) + len(ACTIONS)
        for item, place in zip(menu._places, range(len(menu._places)), strict=True):
            line = menu._list.get_option_at_index(place).prompt
            assert isinstance(line, Content)
            assert line.cell_length <= 75, f"cut by the edge: {line.plain!r}"
            if item is None:
                continue
            key, name = line.plain[: len(item.key)], line.plain[len(item.key) :].strip()
            assert key == item.key
            assert name.startswith(item.text)
            help = name.removeprefix(item.text).strip()
            kept = help.removesuffix("…")
            assert item.help.startswith(kept)
            assert re.match(r"$|[ ,;:]", item.help[len(kept) :]), f"half a word: {help!r}"

    on_screen(office, script, size=(80, 24))


def test_a_key_of_one_character_is_called_by_that_character() -> None:
    for character in string.punctuation:
        assert key_words((_character_to_key(character),)) == character
