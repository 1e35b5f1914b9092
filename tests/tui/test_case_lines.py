"""The sheet of a case: why it stands where it stands, and a timeline that tells the customer's words from ours."""

from __future__ import annotations

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.similar import Similar
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.splitting import Split
from careconsole.domain.imported_record import Message
from careconsole.domain.terminal_text import cell_width
from careconsole.present.case_sheet import history_lines
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from careconsole.tui.widgets.toned_lines import Line
from tests.cli.console import active
from tests.desk.office import HOUR, Office, line
from tests.intake.mails import mail
from tests.tui.screen import Screen, on_screen, opened


def lines_of(office: Office, number: int, width: int = 60, beside: Beside = Beside()) -> list[Line]:  # noqa: B008
    return sheet_lines(shown_case.show(office.desk(), number), beside, width)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def timeline(lines: list[Line]) -> list[str]:
    """The entries of the history, the newest first."""
    said = texts(lines)
    return said[said.index("History (newest first)") + 1 : said.index("Details") - 1]


def signs_of(lines: list[Line]) -> dict[str, tuple[str, str]]:
    """The sign and the tone of each entry, by what it ends with."""
    begin = texts(lines).index("History (newest first)") + 1
    entries = lines[begin : begin + len(timeline(lines))]
    return {"".join(text for text, _ in line).split(": ")[-1]: (line[1][0][0], line[1][1]) for line in entries}


def test_the_timeline_tells_whose_words_they_are_and_what_was_undone(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    desk = office.desk("Ana")
    for command in (
        LogMessage(text="it broke again", inbound=True),
        LogMessage(text="we send a new one"),
        Note(text="batch 7"),
    ):
        office.later(1)
        execution.execute(desk, "verb", command, [number])
    undo_redo.undo(desk)
    execution.execute(desk, "note", Note(text="batch 8"), [number])
    execution.execute(desk, "escalate", Escalate(reason="authority", need="a refund", to=office.ids["Dora"]), [number])
    lines = lines_of(office, number, 200)
    signs = signs_of(lines)
    assert signs["Kettle cracked"] == ("←", "inbound"), "the customer came to us"
    assert signs["batch 8"] == ("✎", "internal")
    assert signs["batch 7"] == ("x", "undone")
    assert signs["we send a new one"] == ("→", "public")
    assert signs["it broke again"] == ("←", "inbound")
    assert timeline(lines)[0].startswith("7 ▲ ")


def test_each_entry_has_the_number_that_other_entries_and_commands_name_it_by(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    desk = office.desk("Ana")
    for n in range(9):
        execution.execute(desk, "note", Note(text=f"note {n}, " + "long " * 20), [number])
    execution.execute(desk, "log", LogMessage(text="the lid, too", inbound=True), [number])
    split = Split(first=11, subject="Lid")
    execution.execute(desk, "split", split, [number])
    lines = sheet_lines(shown_case.show(desk, number), Beside(), 80, unfolded=True)
    said = timeline(lines)
    assert said[0].startswith("12 · ")
    assert "with entry 11" in said[0]
    assert any(text.startswith("11 x ") and "the lid, too" in text for text in said)
    assert [text[:2] for text in said if text[:2].strip()] == [f"{n:>2}" for n in range(12, 0, -1)]
    assert max(map(cell_width, said)) <= 80


def test_what_is_too_long_for_the_sheet_says_where_it_is_in_full(office: Office) -> None:
    long = "word " * 2_000 + "END"
    number = opened(office.desk(), "Kettle", "Carla", description=long, channel="chat")
    execution.execute(office.desk("Ana"), "note", Note(text=long), [number])
    said = " ".join(texts(lines_of(office, number, 80)))
    assert said.count(f"… (careconsole show {number} prints it in full)") == 2
    assert "END" not in said


def test_a_key_and_where_it_leads_stay_on_one_line(office: Office) -> None:
    number = opened(office.desk(), "Kettle", "Carla Montgomery of the Seven Seas")
    for width in range(30, 60):
        said = texts(lines_of(office, number, width))
        assert any("(D customer)" in line for line in said), (width, said[:4])


def test_each_sign_has_its_words_in_the_history_that_is_printed(office: Office) -> None:
    desk = office.desk("Ana")
    number = opened(desk, "Kettle cracked", owner=office.ids["Ana"])
    for command in (
        LogMessage(text="it broke again", inbound=True),
        LogMessage(text="we send a new one"),
        Note(text="batch 7"),
        Escalate(reason="authority", need="a refund", to=office.ids["Dora"]),
    ):
        execution.execute(desk, "verb", command, [number])
    told = [entry.told for entry in history_lines(shown_case.show(desk, number))]
    words = ("opened it", "message from the customer", "recorded a message to the customer", "noted", "escalated")
    for entry, word in zip(told, words, strict=False):
        assert word in entry


def test_a_case_that_we_began_begins_with_our_word(office: Office) -> None:
    number = opened(office.desk("Ana"), "Recall", owner=office.ids["Ana"], inbound=False)
    assert signs_of(lines_of(office, number, 200))["Recall"] == ("→", "public")


def test_imported_words_stand_in_the_timeline_like_our_own(office: Office) -> None:
    office.bring(
        line("A", 1, subject="Kettle", owner="Ben"),
        line("A", 2, said=Message("in", "where is it")),
        line("A", 3, said=Message("out", "on its way", by="Zoe")),
        line("A", 4, said=Message("note", "he calls every day", by="Zoe")),
    )
    signs = signs_of(lines_of(office, 1, 200))
    assert signs["where is it"][0] == "←"
    assert signs["on its way"][0] == "→"
    assert signs["he calls every day"][0] == "✎", "the customer never saw it"


def test_the_strip_says_each_thing_once_and_the_last_message_follows_in_full(office: Office) -> None:
    desk = office.desk("Ana")
    fields = {"owner": office.ids["Ana"], "priority": "urgent", "description": "It broke."}
    number = opened(desk, "Kettle cracked", "Carla", **fields)
    execution.execute(desk, "log", LogMessage(text="Dear Carla,\n" + "a new one is on its way. " * 9), [number])
    execution.execute(desk, "escalate", Escalate(reason="authority", need="a refund", to=office.ids["Dora"]), [number])
    said = texts(lines_of(office, number, 120))
    assert said[:2] == [f"{number}  Kettle cracked", "Carla (D customer)"]
    rule = said.index("─" * 120)
    strip = " ".join(said[2:rule])
    for words in ("open", "urgent ‼", " · Ana", "▲ level 1", "Dora", "acknowledgement in"):
        assert strip.count(words) == 1, words
    assert said[rule + 1].startswith("→ by Ana, email, ")
    assert said[rule + 2] == "  Dear Carla,"
    assert " ".join(" ".join(said[rule + 3 : rule + 6]).split()).count("a new one is on its way.") == 9
    entry = next(line for line in timeline(lines_of(office, number, 120)) if "Dear Carla" in line)
    assert entry.endswith("…"), "it stands above in full"
    details = said[said.index("Details") :]
    assert "It broke." in details
    for name in ("status", "owner", "level", "priority", "customer"):
        assert not any(line.startswith(f"{name} ") for line in details), "it is in the strip"


def test_the_words_with_which_a_customer_came_are_the_last_message_until_somebody_writes(office: Office) -> None:
    number = opened(office.desk(), "Kettle cracked", "Carla", description="It broke.", channel="chat")
    said = texts(lines_of(office, number, 90))
    assert any(line.startswith("← Carla, chat, ") for line in said)
    assert said.count("  It broke.") == 1
    assert "It broke." not in said[said.index("Details") :]
    silent = opened(office.desk(), "Lid lost")
    assert "Nothing but the subject yet." in texts(lines_of(office, silent, 90))


def test_a_long_history_is_folded_until_somebody_asks_for_it(office: Office) -> None:
    desk = office.desk("Ana")
    number = opened(desk, owner=office.ids["Ana"])
    for n in range(30):
        execution.execute(desk, "note", Note(text=f"note {n}"), [number])
    lines = lines_of(office, number, 90)
    assert timeline(lines)[-1] == "… 16 earlier entries: Enter shows all"
    assert timeline(lines)[0].endswith("note 29")
    full = sheet_lines(shown_case.show(office.desk(), number), Beside(), 90, unfolded=True)
    assert len(timeline(full)) == 31
    assert "earlier entries" not in " ".join(texts(full))

    async def script(screen: Screen) -> None:
        await screen.press("enter")
        assert "16 earlier entries" in screen.text()
        await screen.press("enter", "G")
        assert "16 earlier entries" not in screen.text()
        assert "note 0" in screen.text()
        await screen.press("enter", "G")
        assert "16 earlier entries" in screen.text()

    for size in ((80, 24), (120, 40)):
        on_screen(office, script, size=size)


def test_the_sheet_says_in_full_why_a_case_stands_where_it_stands(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    execution.execute(office.desk(), "promise", Promise(text="ring back", due=office.now + HOUR), [number])
    office.later(2)
    said = " ".join(texts(lines_of(office, number)))
    assert "· ! promise 1h late (" in said
    assert "LATE" in said


def test_no_line_is_wider_than_the_pane_and_nothing_active_is_in_it(office: Office) -> None:
    hostile = "\x1b]0;owned\x07 \u202e[@click=app.quit]x[/] " + "unbroken" * 40 + "\n漢字 two lines"
    number = opened(office.desk(), hostile, "Carla \x1b[2J", description=hostile)
    execution.execute(office.desk(), "note", Note(text=hostile), [number])
    like = Similar(9, "resolved", "like it", "same words", "done")
    for width in (24, 40, 80):
        lines = lines_of(office, number, width, Beside(here=("Ben has this case open",), similar=(like,)))
        assert max(cell_width(line) for line in texts(lines)) <= width + 12  # a long label keeps some room for words
        assert active("\n".join(texts(lines))) == []


def test_who_else_is_there_and_cases_like_it_are_on_the_sheet(office: Office) -> None:
    number = opened(office.desk())
    like = Similar(9, "resolved", "Kettle cracked too", "cause: transport", "sent a new one")
    said = texts(lines_of(office, number, 90, Beside(here=("Ben has this case open (desk 2)",), similar=(like,))))
    assert any("Ben has this case open (desk 2)" in line for line in said)
    assert any("[resolved] Kettle cracked too (cause: transport): sent a new one" in line for line in said)


def test_a_case_says_which_one_it_looks_like_and_the_keys_that_merge_them_and_go_there(office: Office) -> None:
    first = opened(office.desk(), "Kettle leaks [/]", customer="Anna")
    number = opened(office.desk(), "Kettle leaks [/]", customer="Anna")
    (said,) = [text for text in texts(lines_of(office, number, 120)) if "looks like" in text]
    assert said == f"  looks like case {first}, Kettle leaks [/] [open] (m merges them, & goes there)"
    assert not [text for text in texts(lines_of(office, first, 120)) if "looks like" in text]


def test_what_was_written_on_a_merged_case_is_read_where_it_goes_on(office: Office) -> None:
    desk = office.desk("Ana")
    loser, winner = (opened(desk, subject, owner=office.ids["Ana"]) for subject in ("Kettle", "Lid"))
    execution.execute(desk, "log", LogMessage(text="it leaks", inbound=True), [winner])
    office.later(1)
    execution.execute(desk, "log", LogMessage(text="it leaks more [/]", inbound=True), [loser])
    execution.execute(desk, "merge", Merge(into=winner), [loser])
    said = texts(lines_of(office, winner, 100))
    last = next(place for place, text in enumerate(said) if f", on case {loser}" in text and text.startswith("←"))
    assert said[last + 1] == "  it leaks more [/]", "the last message of either case is the last message"
    entries = timeline(lines_of(office, winner, 100))
    merged = next(place for place, text in enumerate(entries) if f"merged case {loser} into it" in text)
    assert entries[merged + 1].endswith(f", on case {loser}  it leaks more [/]")
    undo_redo.undo(desk)
    assert "leaks more" not in "".join(texts(lines_of(office, winner, 100))), "it is on its own case again"


def test_until_when_a_case_is_parked_stands_on_the_strip_once(office: Office) -> None:
    number = opened(office.desk("Ben"), "Lid", owner=office.ids["Ben"], inbound=False)
    execution.execute(office.desk("Ben"), "park", Park(on="customer", until=office.now + HOUR), [number])
    strip = " ".join(texts(lines_of(office, number, 100))[:5])
    assert strip.count("parked") == 1
    office.later(2)
    strip = " ".join(texts(lines_of(office, number, 100))[:5])
    assert "! parking over, 1h late" in strip, "that it is over is not in its status"


def test_a_promise_has_its_number_on_the_strip_only_beside_others(office: Office) -> None:
    number = opened(office.desk("Ben"), "Lid", owner=office.ids["Ben"], inbound=False)
    ben = office.desk("Ben")
    execution.execute(ben, "promise", Promise(text="call", due=office.now + HOUR), [number])
    assert "promise in 1h (" in " ".join(texts(lines_of(office, number, 100)))
    execution.execute(ben, "promise", Promise(text="a lid", due=office.now + 2 * HOUR), [number])
    assert "promise 2, in 1h (" in " ".join(texts(lines_of(office, number, 100)))


def test_a_mail_from_another_address_than_the_customers_is_said_by_that_address(office: Office) -> None:
    number = office.mail(mail("Where is it?", Message_ID="<1@home.example>")).case or 0

    assert "← Anna Rossi, email" in " ".join(texts(lines_of(office, number)))
    office.later()
    office.mail(mail("I asked Anna to.", "Jens <jens@home.example>", In_Reply_To="<1@home.example>"))
    assert "← jens@home.example, email" in " ".join(texts(lines_of(office, number)))
