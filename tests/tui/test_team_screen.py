"""The team on the screen: loads by name, absence, duty, and a load handed over."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.console import presence
from careconsole.desk.notices import addresses
from careconsole.desk.queries.workload import workload
from careconsole.desk.team import members
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.promises import Promise
from careconsole.domain.errors import Refused
from careconsole.domain.time.moments import local, parse_moment
from careconsole.tui.pages.team import TeamScreen
from careconsole.tui.pages.team_lines import heads, line, load_bar, team_columns
from careconsole.tui.pages.team_marking import come_back
from careconsole.tui.pages.team_sheets import AddSheet, AwaySheet, HandOverSheet
from tests.desk.office import HOUR, KETTLE, Office
from tests.tui.colleague import until
from tests.tui.screen import Screen, on_screen, opened


def of(office: Office, owner: str, subject: str = "Kettle") -> int:
    return opened(office.desk(owner), subject, owner=office.ids[owner])


def line_of(screen: Screen, name: str) -> str:
    lines = (line.replace("●", " ", 1).strip() for line in screen.lines())
    return re.sub(" +", " ", next(line for line in lines if line.startswith(f"{name} ")))


def people_in(screen: Screen) -> list[str]:
    names = ("Ana", "Ben", "Cleo", "Dora", "Eve")
    return [first for line in screen.lines() if (first := (line.replace("●", " ", 1).split() or [""])[0]) in names]


def test_people_stand_by_name_with_what_hangs_on_them(office: Office) -> None:
    office.bring(*KETTLE[:2])
    for owner in ("Dora", "Dora", "Dora"):
        of(office, owner)
    offered = of(office, "Ben")
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [offered])
    opened(office.desk("Ben"))
    members.away(office.desk("Ana"), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert isinstance(screen.app.screen, TeamScreen)
        assert people_in(screen)[:5] == ["Ana", "Ben", "Cleo", "Dora", "Eve"], "never by how much they have"
        assert line_of(screen, "Ana") == "Ana lead here, on duty · · · · · · ·"
        assert line_of(screen, "Ben") == "Ben agent away, Cleo covers 1 ██▋ · · · · · ·"
        assert line_of(screen, "Cleo") == "Cleo agent here, covers Ben · · 1 · · · ·"
        assert line_of(screen, "Dora") == "Dora lead here 3 ████████ · · · · · ·"
        assert "unassigned: 1 case, Ana is responsible" in screen.text()
        assert "left or imported: 1 case" in screen.text()
        await screen.press("j", "j")
        assert "Cleo, agent: here, covers Ben. 0 open cases; 1 offer to answer." in screen.text()
        opened(office.another("Dora"), owner=office.ids["Dora"])
        await screen.until(lambda: " 4 " in line_of(screen, "Dora"))
        assert line_of(screen, "Dora") == "Dora lead here 4 ████████ · · · · · ·", "others' changes come by themselves"
        assert "Cleo, agent" in screen.text(), "and the cursor stays with whom it was on"
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_a_contact_with_an_address_can_be_told(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("M", "G")
        assert "Eve, contact: no contact details." in screen.text()
        addresses.save_address(office.desk(), "Eve", "json://eve.example/token")
        await screen.press("f5")
        assert "Eve, contact: notified at an address." in screen.text()
        assert line_of(screen, "Eve").startswith("Eve contact notified at an address")

    on_screen(office, script)


def test_enter_shows_somebodys_cases_in_the_queue(office: Office) -> None:
    ben = office.store.people.roster().people[office.ids["Ben"]]
    # As an import may have brought it.
    office.store.engine.write(lambda: office.store.people.save(replace(ben, name='Ben "B" O\'Neill, jr.')))
    number = of(office, "Ben")
    of(office, "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("M", "j", "enter")
        assert screen.app.screen is screen.queue
        assert list(screen.queue.board.numbers) == [number]

    on_screen(office, script)


def test_who_goes_away_is_told_whom_they_cover(office: Office) -> None:
    members.away(office.desk("Ana"), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("M", "j", "j")
        await screen.more("away")
        words = " ".join(line.strip(" │") for line in screen.lines())
        assert "Cleo covers Ben: that goes to the cover, too." in " ".join(words.split())

    on_screen(office, script)


def test_a_cover_is_asked_for_when_somebody_goes_and_not_when_they_come_back(office: Office) -> None:
    of(office, "Ben")
    for _ in range(2):
        of(office, "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("M", "j")
        await screen.more("away")
        assert isinstance(screen.app.screen, AwaySheet)
        assert "1 open case" in screen.text()
        choices = [line.split("│")[1].split()[1] for line in screen.lines() if re.search(r"│ \d ", line)]
        assert choices == ["Ana", "Dora", "Cleo", "nobody"], "the least loaded first"
        await screen.press("3")
        assert "away, Cleo covers" in line_of(screen, "Ben")
        await screen.more("away")
        choices = [line.split("│")[1].split()[1] for line in screen.lines() if re.search(r"│ \d ", line)]
        assert choices == ["Cleo", "Ana", "Dora", "nobody"], "who covers now first"
        await screen.press("tab")
        await screen.type("+2d")
        assert "Cleo covers." in screen.text()
        assert "Enter or ctrl+s save" in screen.text()
        await screen.press("enter")
        until = local(office.now + 48 * 3_600_000, office.now)
        assert f"away, expected back {until}, Cleo covers" in line_of(screen, "Ben")
        await screen.more("away")
        assert "back, expected" in screen.text()
        await screen.press("2")
        assert f"away, expected back {until}, Ana covers" in line_of(screen, "Ben")
        await screen.more("back")
        assert "here" in line_of(screen, "Ben")
        await screen.more("away")
        await screen.press("4")
        assert "away, Ana covers" in line_of(screen, "Ben")
        await screen.more("back")
        await screen.more("away")
        assert "Tab until when" in screen.text()
        await screen.press("tab")
        await screen.type("nonsense")
        await screen.press("ctrl+s")
        assert isinstance(screen.app.screen, AwaySheet), "a time that cannot be read is not left out"
        assert '"nonsense" is not a time.' in screen.text()
        await screen.press("ctrl+u")
        await screen.type("tomorrow")
        back = parse_moment("tomorrow 9:00", office.now)
        assert f"Away until Ben says they are back, expected {local(back, office.now)}." in screen.text()
        await screen.press("shift+tab", "down", "down", "ctrl+s")
        assert screen.toasts()[-1].startswith(f"Ben is away, expected back {local(back, office.now)}; Cleo covers")
        assert office.desk().roster().people[office.ids["Ben"]].away_until == back
        await screen.press("j", "j")
        await screen.more("duty")
        assert "on duty" in line_of(screen, "Dora")

    on_screen(office, script)


def test_a_whole_load_goes_over_with_a_preview_and_comes_back_with_one_undo(office: Office) -> None:
    for _ in range(3):
        of(office, "Ben")

    async def script(screen: Screen) -> None:
        await screen.press("M", "j")
        await screen.more("hand")
        assert isinstance(screen.app.screen, HandOverSheet)
        await screen.press("c", "enter")
        assert "To Cleo: 3 cases." in screen.text()
        assert "1 Kettle: the case goes to Cleo" in re.sub(" +", " ", screen.text())
        assert office.case(1).owner == office.ids["Ben"], "nothing is done yet"
        await screen.press("escape", "escape")
        assert isinstance(screen.app.screen, TeamScreen)
        assert office.case(1).owner == office.ids["Ben"]
        await screen.more("hand")
        await screen.press("c", "enter", "enter")
        assert [office.case(n).owner for n in (1, 2, 3)] == [office.ids["Cleo"]] * 3
        assert line_of(screen, "Cleo") == "Cleo agent here 3 ████████ · · · · · ·"
        assert screen.toasts() == ["Handed over from Ben to Cleo: 3 cases. u undoes all of it."]
        await screen.more("hand")
        assert screen.toasts()[-1].startswith("Ben has no open work.")
        await screen.press("u")
        assert isinstance(screen.app.screen, TeamScreen)
        assert screen.toasts()[-1].startswith("Undone: hand")
        assert [office.case(n).owner for n in (1, 2, 3)] == [office.ids["Ben"]] * 3
        await screen.until(lambda: " 3 " in line_of(screen, "Ben"))

    on_screen(office, script)


def test_undo_after_nothing_but_a_change_of_the_team_says_what_that_was(office: Office) -> None:
    office.later()
    members.away(office.desk("Ben"), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        for _ in range(2):
            await screen.press("u")
            assert screen.toasts()[-1] == (
                "The last thing you did is not undone by u: you went away; Cleo covers. On the team page (M), . on the"
                " person changes it."
            )

    on_screen(office, script, name="Ben")


def test_undo_takes_nothing_back_unasked_that_came_before_a_change_of_the_team(office: Office) -> None:
    number = of(office, "Ana")
    execution.execute(office.desk("Ana"), "edit", Edit(subject="Lid"), [number])
    office.later()
    members.away(office.desk("Ana"), "Ben", "Cleo")
    office.later()

    async def script(screen: Screen) -> None:
        await screen.press("u")
        assert office.case(number).subject == "Lid"
        assert screen.toasts()[-1] == (
            "The last thing you did is not undone by u: you marked Ben away; Cleo covers. On the team page (M), . on"
            " the person changes it. Press u again to take back what you did before: edit, case 1."
        )
        await screen.press("escape")
        assert screen.toasts() == []
        await screen.press("u")
        assert office.case(number).subject == "Lid", "what is no longer on the screen is asked again"
        await screen.press("u")
        assert office.case(number).subject == "Kettle"
        assert screen.toasts()[-1].startswith("Undone: edit, case 1")

    on_screen(office, script)


def test_what_would_be_handed_over_is_read_whole(office: Office) -> None:
    number = of(office, "Ben")
    execution.execute(office.desk("Ben"), "edit", Edit(subject="A kettle that whistles in the night " * 4), [number])
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Ana"], reason="she knows him"), [number])

    async def script(screen: Screen) -> None:
        await screen.press("M", "j")
        await screen.more("hand")
        await screen.press("c", "enter")
        shown = " ".join(" ".join(line.strip(" │╭╮╰╯▏▁") for line in screen.lines()).split())
        assert ("A kettle that whistles in the night " * 4).strip() in shown
        assert "the case goes to Cleo; the offer to Ana " in shown
        assert "…" not in "".join(line for line in screen.lines() if "│" in line)

    on_screen(office, script, size=(80, 24))


def test_a_lead_adds_people_and_contacts(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("M")
        await screen.more("add")
        await screen.type("Ben")
        await screen.press("enter", "1")
        assert isinstance(screen.app.screen, AddSheet), "it stays open: there is a Ben already"
        await screen.press("shift+tab", "ctrl+u")
        await screen.type("Fay")
        await screen.press("enter", "1")
        assert line_of(screen, "Fay") == "Fay agent here · · · · · · ·"
        await screen.more("add")
        await screen.type("Gil")
        await screen.press("enter", "3")
        await screen.type("ext. 204")
        await screen.press("enter")
        assert line_of(screen, "Gil") == "Gil contact ext. 204"
        await screen.press("G")
        await screen.more("away")
        assert "is a contact, without a console" in screen.toasts()[-1]

    on_screen(office, script)


def test_an_agent_offers_their_own_cases_to_a_colleague_from_the_team_page(office: Office) -> None:
    for _ in range(2):
        of(office, "Ben")

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert "hand over" in screen.lines()[-1]
        await screen.more("hand")
        assert "each stays yours until it is accepted" in screen.text()
        assert "duty" not in "".join(line for line in screen.lines() if "unassigned" in line)
        await screen.press("c", "enter")
        assert "To Cleo: 2 cases offered." in screen.text()
        assert "1 Kettle: offered to Cleo" in re.sub(" +", " ", screen.text())
        await screen.press("enter")
        assert "2 cases offered. Each stays with its owner until it is accepted." in screen.toasts()[-1]

    on_screen(office, script, name="Ben", size=(80, 24))
    assert [office.case(n).owner for n in (1, 2)] == [office.ids["Ben"]] * 2
    assert [offer.to for n in (1, 2) if (offer := office.case(n).offer)] == [office.ids["Cleo"]] * 2


def test_whoever_does_not_lead_is_told_who_does(office: Office) -> None:
    of(office, "Dora")

    async def script(screen: Screen) -> None:
        await screen.press("M", "G", "k", "k")
        for key, what in (
            ("away", "mark others away"),
            ("hand", "hand over the work of others"),
            ("add", "add people"),
        ):
            await screen.more(key)
            assert screen.toasts()[-1] == f"Only a lead can {what}. Ask Ana.", key
        await screen.more("duty")
        assert screen.toasts()[-1].startswith("Only a lead can change the duty.")
        await screen.press("g", "j")
        await screen.more("away")
        await screen.press("1")
        assert "away, " in line_of(screen, "Ben"), "of themselves everybody may say it"

    on_screen(office, script, name="Ben", size=(80, 24))


def test_a_line_fits_every_terminal(office: Office) -> None:
    members.change(office.desk("Ana"), "Ben", name="Ben with a name that never ends [/] \x1b[31m 漢字漢字漢字漢字")
    of(office, "Ben")
    found = workload(office.desk())
    for width in (60, 73, 74, 80, 99, 100, 200):
        columns = team_columns(found.people, found.roster, width, office.now)
        lines = [heads(columns), *(line(load, found.roster, columns, office.now) for load in found.people)]
        assert len({one.cell_length for one in lines}) == 1, width
        assert lines[0].cell_length <= width - 2, width
        assert all("\x1b" not in one.plain for one in lines)


def test_a_sign_says_who_has_a_console_open_now_and_the_words_where(office: Office) -> None:
    presence.announce(office.desk("Ben"), "another console", None)
    gone = office.desk("Cleo")
    presence.announce(gone, "a third", None)
    presence.leave(gone, "a third")
    presence.announce(office.desk("Dora"), "killed", None)
    office.now += presence.STALE + 1
    presence.announce(office.desk("Ben"), "another console", None)

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert "● has a console open" in screen.lines()[0]
        signs = {name: f"● {name}" in screen.text() for name in ("Ana", "Ben", "Cleo", "Dora")}
        assert signs == {"Ana": True, "Ben": True, "Cleo": False, "Dora": False}
        assert "Ana, lead: here, on duty, console open at desk 1." in screen.text()

    on_screen(office, script)


def test_a_console_says_that_it_is_open_whether_a_case_is_open_or_not(office: Office) -> None:
    async def script(screen: Screen) -> None:
        screen.app._tick()
        await screen.settle()
        (here,) = presence.everywhere(office.desk())
        assert (here.person, here.case) == (office.ids["Ben"], None)

    on_screen(office, script, name="Ben")


def test_columns_are_as_wide_as_what_is_in_them(office: Office) -> None:
    of(office, "Ben")
    found = workload(office.desk())
    wide = team_columns(found.people, found.roster, 120, office.now)
    assert (wide.name, wide.role, wide.short) == (8, 7, False)
    assert wide.today == len("here, on duty")
    assert (
        heads(wide).plain
        == "  name     role    today          open           overdue  offers  prom today  prom 7 days  calls  changes"
    )
    narrow = team_columns(found.people, found.roster, 60, office.now)
    assert (narrow.role, narrow.short, narrow.full_bar) == (0, True, 0)


def test_names_are_whole_before_anything_else_has_room(office: Office) -> None:
    name = "Maximiliane Oberhauser"
    of(office, "Ben")
    members.change(office.desk(), "Ben", name=name)
    for width, cells in ((80, len(name)), (60, 12)):
        found = workload(office.desk())
        columns = team_columns(found.people, found.roster, width, office.now)
        assert columns.name == cells

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert name in line_of(screen, "Maximiliane")

    on_screen(office, script, size=(80, 24))


def test_open_cases_are_a_bar_of_eighths_and_a_single_one_is_seen() -> None:
    assert load_bar(0, 9) == " " * 8
    assert load_bar(9, 9) == "█" * 8
    assert load_bar(1, 1_000) == "▏" + " " * 7
    assert load_bar(3, 8) == "███" + " " * 5
    assert load_bar(1, 3).rstrip() == "██▋"


def test_who_is_away_is_away_until_a_time_and_an_agent_cannot_be_on_duty(office: Office) -> None:
    until = office.now + 72 * 3_600_000
    members.away(office.desk(), "Ben", "Cleo", until)

    async def narrow(screen: Screen) -> None:
        await screen.press("M")
        row = line_of(screen, "Ben")
        assert f"expected {local(until, office.now)} (Cleo)" in row or "away (Cleo)" in row, row

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert f"away, expected back {local(until, office.now)}, Cleo covers" in line_of(screen, "Ben")
        while screen.app.screen.chosen is None or screen.app.screen.chosen.name != "Ben":
            await screen.press("down")
        assert f"Ben, agent: away, expected back {local(until, office.now)}, Cleo covers" in screen.text()
        await screen.press("full_stop")
        assert "Ben is not a lead, and only a lead can be on duty." in " ".join(screen.text().split())

    on_screen(office, script, size=(120, 40))
    on_screen(office, narrow, size=(80, 24))


def test_a_lead_who_is_back_hears_what_waits_for_them_on_duty(office: Office) -> None:
    desk = office.desk("Ana")
    lead = desk.roster().name(desk.roster().lead_on_duty())
    own = office.ids["Ben"]
    for owner in (None, None, own):
        opened(desk, "Lid", owner=owner)

    def back(name: str) -> str:
        members.away(desk, name, "Cleo")
        return come_back(desk, desk.roster().people[office.ids[name]])[0]

    assert back(lead).endswith("They are on duty, where 2 unassigned cases wait for them.")
    assert "on duty" not in back("Ben")


def test_a_lead_on_duty_who_is_away_is_both_on_the_team_page(office: Office) -> None:
    desk = office.desk("Ana")
    lead = next(one for one in desk.roster().people.values() if one.number == desk.roster().lead_on_duty())
    until = office.now + 18 * 3_600_000
    members.away(desk, lead.name, "Cleo", until)
    assert desk.roster().lead_on_duty() == lead.number

    async def script(screen: Screen) -> None:
        await screen.press("M")
        row = line_of(screen, lead.name)
        for word in ("away", f"expected {local(until, office.now)} (Cleo)", "on duty"):
            assert word in row, row

    on_screen(office, script, size=(104, 40))


def test_ctrl_s_saves_in_the_sheets_of_a_page_as_in_every_form(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("M")
        await screen.more("add")
        assert "ctrl+s save" in screen.text()
        await screen.type("Nora")
        await screen.press("ctrl+s")
        assert screen.toasts()[-1].startswith("Nora is an agent of the team now.")
        await screen.press("d", "full_stop")
        assert "ctrl+s put on duty" in screen.text()
        await screen.press("ctrl+s")
        assert "Ana is on duty" in screen.text()

    on_screen(office, script)


def test_a_handover_of_nothing_but_a_change_says_what_there_is(office: Office) -> None:
    number = of(office, "Ben")
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])
    execution.execute(office.desk("Ana"), "de-escalate", Deescalate(decided="refund it"), [number])
    change = Review(cause="no limit", change="set one", owner=office.ids["Cleo"], due=office.now + 5 * 86_400_000)
    execution.execute(office.desk("Ben"), "review", change, [number])
    execution.execute(office.desk("Ben"), "ask", AskHelp(of=office.ids["Cleo"], need="a look"), [number])

    async def script(screen: Screen) -> None:
        await screen.press("M", "j", "j")
        await screen.more("hand")
        assert "1 request for help, 1 case with a change. Who takes over?" in screen.text()

    on_screen(office, script)


def test_promises_on_unassigned_cases_are_on_their_line_and_lead_to_them(office: Office) -> None:
    number = opened(office.desk())
    other = opened(office.desk(), "Lid")
    execution.execute(office.desk(), "promise", Promise(text="a call", due=office.now + 600_000), [number])

    async def script(screen: Screen) -> None:
        await screen.press("M")
        assert "unassigned: 2 cases; promises: 1 today, 1 in 7 days; Ana is responsible" in screen.text()
        await screen.press("j", "j", "j", "j", "right", "right", "right", "enter")
        assert list(screen.queue.board.numbers) == [number]
        await screen.press("M", "j", "j", "j", "j", "enter")
        assert sorted(screen.queue.board.numbers) == [number, other]

    on_screen(office, script, size=(80, 24))


def test_an_agent_who_covers_for_the_lead_on_duty_is_said_to_cover_everywhere(office: Office) -> None:
    members.duty(office.desk(), "Dora")

    async def script(screen: Screen) -> None:
        await screen.press("M", "j", "j", "j")
        await screen.more("away")
        choices = [line.split("│")[1].split()[1] for line in screen.lines() if re.search(r"│ \d ", line)]
        await screen.press(str(choices.index("Cleo") + 1))
        assert screen.toasts()[-1].startswith(
            "Dora is away; Cleo covers until they say they are back. Meanwhile Cleo has a lead's rights, and is"
            " responsible for unassigned cases while Dora is on duty."
        )
        await screen.press("k", "full_stop")
        assert "Cleo covers for Dora, who is on duty, but is not a lead" in " ".join(screen.text().split())
        await screen.press("escape", "g", "j")
        await screen.more("away")
        assert "Cleo, who acts for Dora on duty, covers" in screen.text()
        await screen.press("escape", "j", "j")
        await screen.more("duty")
        assert screen.toasts()[-1] == "Dora (away, Cleo covers) is on duty."
        await screen.press("escape", "h")
        assert screen.lines()[0].endswith("Dora (away, Cleo covers) is on duty")

    on_screen(office, script)
    with pytest.raises(Refused, match="Cleo covers for Dora, who is on duty, but is not a lead"):
        members.duty(office.desk(), "Cleo")


@pytest.mark.parametrize("name", ["Ana", "Ben"])
def test_what_is_said_of_an_absence_goes_once_it_is_not_so_and_the_title_says_who_is_at_work(
    office: Office, name: str
) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("M")
        mine = f"{name}, lead" if name == "Ana" else name
        page = screen.app.screen
        assert isinstance(page, TeamScreen)
        assert screen.lines()[0].rstrip().endswith(mine)
        await screen.press(".", "1", "1")
        await until(screen, lambda: screen.lines()[0].rstrip().endswith(f"{mine}, away"))
        assert any(f"{name} is away; " in text for text in screen.toasts())
        await screen.press(".", "1", "2")
        await until(screen, lambda: sum(f"{name} is away; " in text for text in screen.toasts()) == 1)
        await screen.press(".", "2")
        await until(screen, lambda: any(f"{name} is back." in text for text in screen.toasts()))
        await until(screen, lambda: not any("is away" in text for text in screen.toasts()))
        await until(screen, lambda: screen.lines()[0].rstrip().endswith(mine))
        said = [one.text for one in screen.app.news.latest if f"{name} is away; " in one.text]
        assert len(said) == 2
        assert all(text.endswith("(No longer so.)") for text in said)

    on_screen(office, script, name=name)


def test_what_a_colleague_was_told_of_an_absence_goes_once_it_is_not_so(office: Office) -> None:
    members.away(office.desk("Ana"), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        await until(screen, lambda: any("You are marked away; Cleo covers" in text for text in screen.toasts()))
        members.away(office.another("Ana"), "Ben", "Dora")
        await until(screen, lambda: not any("You are marked away" in text for text in screen.toasts()))
        told = next(one.text for one in screen.app.news.latest if "You are marked away" in one.text)
        assert told.endswith("(No longer so.)")

    on_screen(office, script, name="Ben")

    async def covers(screen: Screen) -> None:
        members.away(office.another("Ana"), "Ben", "Cleo")
        await until(screen, lambda: any("Ben is away, and you cover" in text for text in screen.toasts()))
        members.away(office.another("Ana"), "Ben", "Cleo", office.now + 5 * HOUR)
        await until(screen, lambda: any("Ben is away, expected back" in text for text in screen.toasts()))
        assert not any("Ben is away, and you cover" in text for text in screen.toasts())

    on_screen(office, covers, name="Cleo")
