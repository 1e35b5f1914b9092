"""Bringing cases in from the console: seen first, corrected, imported while the queue goes on, stopped when asked."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from careconsole.desk.cases import execution
from careconsole.domain.case.notes import Note
from careconsole.domain.errors import WrongUse
from careconsole.intake.files.doubts import KINDS
from careconsole.intake.registry import Options
from careconsole.tui.pages.import_answers import answered, paths_of, pieces, typed_answer
from careconsole.tui.pages.importing import ImportScreen
from careconsole.tui.threads import import_thread, look_thread
from careconsole.tui.threads.import_thread import running
from tests.cli.console import active
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened
from tests.waiting import ends

TABLE = (
    "Ticket-Nr.;Betreff;Kunde;Bearbeiter;Status;Erstellt am;Bemerkung\r\n"
    "007;Kessel gesprungen;Müller;Ben;Offen;3/4/2024 9:05;Anrufen\r\n"
    "008;Deckel;Schmidt;-;Geschlossen;5/4/2024 10:00;\r\n"
)


def office_in(folder: Path) -> Office:
    return Office(folder)


async def open_import(screen: Screen, path: Path) -> ImportScreen:
    screen.app.act("import")
    await screen.settle()
    page = screen.app.screen
    assert isinstance(page, ImportScreen)
    page._file.put(str(path))
    await screen.press("enter")
    return page


def test_a_table_is_seen_answered_and_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    office = office_in(tmp_path)
    path = tmp_path / "tickets.csv"
    path.write_bytes(TABLE.encode("cp1252"))

    async def script(screen: Screen) -> None:
        await open_import(screen, path)
        text = screen.text()
        for told in (
            "was guessed: cp1252",
            "day says that the day comes first; month says",
            "owner       Bearbeiter",
            "Kessel gesprungen",
            "1 notes",
        ):
            assert told in text
        await screen.press("ctrl+s")
        assert "! Times of Erstellt am can be read" in screen.text(), "what is open must be answered first"
        await screen.type("owner=Nemo")
        await screen.press("enter")
        assert "There is no column “Nemo”" in screen.text()
        await screen.press("ctrl+u")
        for answer in ("month", "zone=UTC", "encoding=cp1252"):
            await screen.type(answer)
            await screen.press("enter")
        assert "2024-03-04 09:05" in screen.text()
        assert "? " not in screen.text(), "each answer is kept when the next is given"
        await screen.press("ctrl+s")
        text = screen.text()
        assert "2 cases new, 0 changed" in text
        assert "careconsole batch rollback 1" in text
        assert "--map" in text
        await screen.press("escape")
        assert screen.app.screen is screen.queue
        await screen.until(lambda: "Kessel gesprungen" in screen.text())  # the queue hears of it

    on_screen(office, script)
    assert "day_first = false" in (tmp_path / "tickets.map.toml").read_text()
    assert office.known_as("007", "tickets").opened_at == 1_709_543_100_000
    office.close()


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("day; zone=UTC; owner=Assigned to; On ice=parked", ["day", "zone=UTC", "owner=Assigned to", "On ice=parked"]),
        ("day, zone=UTC", ["day", "zone=UTC"]),
        ("month owner= zone=UTC", ["month", "owner=", "zone=UTC"]),
        ("owner=Name, first, zone=UTC", ["owner=Name, first", "zone=UTC"]),
        ("day, On ice, long=parked", ["day", "On ice, long=parked"]),
        ('owner="a;b"; "x;y"=parked', ["owner=a;b", "x;y=parked"]),
        ("A=B=parked", ["A=B=parked"]),
        ("day, nonsense", ["day", "nonsense"]),
        ("source=My Shop", ["source=My Shop"]),
        (" ; ,", []),
    ],
)
def test_several_answers_are_told_apart_and_one_may_have_commas_and_blanks(typed: str, answers: list[str]) -> None:
    assert pieces(typed) == answers


def test_of_several_answers_all_count_or_none_and_each_wrong_one_is_named() -> None:
    options = answered(Options(), "day; zone=UTC; On ice=parked")
    assert (options.day_first, options.zone, options.statuses) == (True, "UTC", (("On ice", "parked"),))
    with pytest.raises(WrongUse, match="“foo” is not an answer") as refusal:
        answered(Options(), "day; foo; zone=Bar/Baz; accept=x; 17")
    assert "'Bar/Baz'" in refusal.value.message
    assert refusal.value.message.endswith("And 1 more.")
    assert "Answers are:" in str(refusal.value.hint)
    with pytest.raises(WrongUse, match="cannot both come first"):
        answered(Options(), "day, month")


def test_several_answers_at_once_and_junk_and_the_focus_stays(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    path = tmp_path / "tickets.csv"
    path.write_bytes(TABLE.encode("cp1252"))

    async def script(screen: Screen) -> None:
        page = await open_import(screen, path)
        assert page.focused is page._answer, "it is the next thing to type"
        await screen.type("month; rubbish; zone=UTC")
        await screen.press("enter")
        assert "“rubbish” is not an answer" in screen.text()
        assert page._answer.value == "month; rubbish; zone=UTC", "it can be corrected"
        page._answer.put("month; zone=UTC; accept=same-id")
        await screen.press("enter")
        assert "nothing to accept as “same-id”" in screen.text()
        page._answer.put("")
        page._source.focus()
        page._source.put("desk")
        await screen.press("enter")
        assert page.focused is page._answer, "the next thing to type again"
        page._source.focus()
        screen.send("enter", "up")
        await screen.settle()
        assert page.focused is page._people, "somebody who went on meanwhile stays there"
        page._answer.put("month; zone=UTC; encoding=cp1252")
        page._answer.focus()
        screen.send("enter")
        screen.send(*"day")  # typed on while the files are looked at
        await screen.settle()
        assert page._answer.value.endswith("day")
        assert "? " not in screen.text()

    on_screen(office, script)
    office.close()


@pytest.mark.parametrize(
    ("name", "told"), [("", "No file is given"), ("nowhere.csv", "There is no file"), (".", "is a folder")]
)
def test_what_cannot_be_imported_is_said_where_it_was_typed(tmp_path: Path, name: str, told: str) -> None:
    office = office_in(tmp_path)

    async def script(screen: Screen) -> None:
        page = await open_import(screen, Path(name) if name else Path())
        if not name:
            page._file.put("")
            await screen.press("enter")
        assert told in screen.text()
        await screen.press("ctrl+s")
        assert "There is nothing to import yet" in screen.text()
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(80, 24))
    office.close()


def test_hostile_text_in_a_file_is_made_safe(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    path = tmp_path / "a.csv"
    head = 'id,subject,owner,created,"a\x1b[31mb"\n'
    path.write_text(head + '"1\x1b]0;x\x07","[@click=app.quit]x[/] \u202eevil",Ben\x9b,2024-01-01T08:00Z,z\n')

    async def script(screen: Screen) -> None:
        await open_import(screen, path)
        assert "[@click=app.quit]x[/]" in screen.text()
        assert active(screen.text()) == []
        screen.app.screen.query_one("#answer").focus()
        await screen.type("accept=column-missing")
        await screen.press("enter")
        await screen.press("ctrl+s")
        assert "1 case new" in screen.text()
        assert active(screen.text()) == []

    on_screen(office, script)
    office.close()


def big(path: Path, rows: int) -> Path:
    lines = [f"{n},Kettle {n},Ben,2024-01-01T08:00Z\n" for n in range(rows)]
    path.write_text("id,subject,owner,created\n" + "".join(lines))
    return path


class Gate:
    """Where an import pauses for the screen's sake, this holds it for as long as the test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held = 0
        """How often the import has come to the gate."""
        self._passes = threading.Semaphore(0)
        self._open = threading.Event()
        self._others = list(
            import_thread._running.values()
        )  # of tests before this one, as long as their consoles are kept
        monkeypatch.setattr(import_thread, "time", self)

    def sleep(self, seconds: float) -> None:
        """In the thread of the import, instead of its pause."""
        self.held += 1
        while not (self._open.is_set() or self._passes.acquire(timeout=0.05)):
            if any(one._stop.is_set() for one in import_thread._running.values() if one not in self._others):
                break

    def passes(self) -> None:
        """It goes on to where it would pause next."""
        self._passes.release()

    def opens(self) -> None:
        """It goes on to its end."""
        self._open.set()


async def begin(screen: Screen, path: Path) -> ImportScreen:
    """Begins an import, and goes on at once: to wait until the screen has come to rest would be to wait for its end."""
    page = await open_import(screen, path)
    page.action_begin()
    await screen.until(lambda: running(screen.app) is not None)
    return page


def test_neither_the_screen_nor_a_command_waits_for_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = office_in(tmp_path)
    number, other = (opened(office.desk(), subject, owner=office.ids["Ana"]) for subject in ("Kettle", "Lid"))
    path = big(tmp_path / "big.csv", 2_000)
    gate = Gate(monkeypatch)

    async def script(screen: Screen) -> None:
        page = await begin(screen, path)
        page.action_back()
        await screen.until(lambda: any("The import continues" in toast for toast in screen.toasts()))
        for turn in range(1, 16):  # wherever the import stands still, the rest goes on
            await screen.until(lambda turn=turn: gate.held == turn)
            at_work = running(screen.app)
            assert at_work is not None
            assert at_work.taken <= at_work.size
            note = Note(text=f"called {turn}")
            await ends(
                screen.app.session.backend.ask(lambda desk, note=note: execution.execute(desk, "note", note, [number])),
                "a command",
            )
            here = screen.queue.board.current
            screen.send("j" if here == number else "k")
            await screen.until(lambda here=here: {here, screen.queue.board.current} == {number, other})
            gate.passes()
        gate.opens()
        await screen.settle()
        assert screen.app.screen is screen.queue
        assert any("big.csv is imported: 2,000 cases new" in toast for toast in screen.toasts())

    on_screen(office, script)
    assert office.kinds(number).count("noted") == 15
    office.close()


def test_an_import_at_work_is_seen_again_and_stopped_and_the_next_one_brings_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_in(tmp_path)
    path = big(tmp_path / "big.csv", 1_000)
    gate = Gate(monkeypatch)

    async def script(screen: Screen) -> None:
        page = await begin(screen, path)
        page.action_back()
        await screen.until(lambda: screen.app.screen is screen.queue)
        for _ in range(5):
            gate.passes()
        await screen.until(lambda: gate.held == 6)
        screen.app.act("import")
        await screen.until(lambda: "Importing big.csv" in screen.text() and " %  " in screen.text())
        screen.send("ctrl+x")
        await screen.until(lambda: any("The import was stopped" in toast for toast in screen.toasts()))
        await screen.until(lambda: "It has finished." in screen.text())
        gate.opens()
        screen.app.screen.query_one("#file").put(str(path))
        await screen.press("enter")
        await screen.press("ctrl+s")
        await screen.settle()
        assert "Done: " in screen.text()

    on_screen(office, script)
    assert len(office.states()) == 1_000
    assert [batch.status for batch in office.store.batches.all()] == ["done"]
    office.close()


def test_leaving_the_console_ends_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = office_in(tmp_path)
    path = big(tmp_path / "big.csv", 1_000)
    gate = Gate(monkeypatch)

    async def script(screen: Screen) -> None:
        await begin(screen, path)
        await screen.until(lambda: gate.held)

    on_screen(office, script)  # which hangs if the import does not end, for it is held
    assert len(office.states()) < 1_000
    office.close()


def month(path: Path, *numbers: int) -> Path:
    path.write_text("id,subject,owner,created\n" + "".join(f"{n},Lid {n},Ben,2026-01-01T10:00Z\n" for n in numbers))
    return path


def test_a_later_file_is_taken_for_the_system_whose_cases_it_has(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    january, february = month(tmp_path / "january.csv", 1, 2, 3), month(tmp_path / "february.csv", 2, 3, 4)

    async def script(screen: Screen) -> None:
        page = await open_import(screen, january)
        assert page._source.value == "january"
        assert "a different name would import every case a second time" in " ".join(screen.text().split())
        page._source.put("oldtool")
        await screen.press("ctrl+s")
        assert "--source oldtool" in " ".join(screen.text().split()), (
            "what stands in the field holds, looked at again or not"
        )
        page._file.put(str(february))
        page._file.focus()
        await screen.press("enter")
        assert page._source.value == "oldtool"
        assert "2 of the first 3 cases are already known from the system oldtool" in screen.text()
        await screen.press("ctrl+s")
        assert "1 case new, 0 changed" in screen.text()

    on_screen(office, script, size=(120, 40))
    assert [batch.source for batch in office.store.batches.all()] == ["oldtool", "oldtool"]
    assert len(office.states()) == 4
    office.close()


def test_several_files_and_the_people_of_theirs_are_one_import(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    (tmp_path / "my tickets.json").write_text(ticket(1))
    (tmp_path / "more.json").write_text(ticket(2))
    (tmp_path / "users.json").write_text('{"users": [{"id": 7, "name": "Zoe Quist", "role": "agent"}]}')

    async def script(screen: Screen) -> None:
        page = await open_import(screen, tmp_path / "more.json")
        page._people.put(str(tmp_path / "users.json"))
        page._file.put(f"'{tmp_path / 'my tickets.json'}' {tmp_path / 'more.json'}")
        await screen.press("ctrl+s")
        assert "These are not the files that were looked at" in screen.text()
        await screen.press("enter")
        assert "Import my tickets.json and 1 more" in screen.text()
        assert "Zoe Quist" in screen.text()
        await screen.press("ctrl+s")
        assert "2 cases new" in screen.text()

    on_screen(office, script, size=(120, 40))
    assert "Zoe Quist" in {person.name for person in office.desk().roster().people.values()}
    office.close()


def ticket(number: int) -> str:
    return (
        f'{{"tickets": [{{"id": {number}, "url": "https://shop.zendesk.com/api/v2/tickets/{number}.json",'
        ' "subject": "Kettle", "requester_id": 9, "assignee_id": 7, "status": "open",'
        ' "created_at": "2026-01-01T08:00:00Z", "updated_at": "2026-01-01T08:00:00Z"}]}'
    )


def test_the_zone_that_was_chosen_stays_in_sight(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    (tmp_path / "a.csv").write_text("id,created,priority,tags\n1,2026-01-01 10:00,high,lid;kettle\n")

    async def script(screen: Screen) -> None:
        await open_import(screen, tmp_path / "a.csv")
        assert "high" in screen.text()
        assert "lid, kettle" in screen.text()
        screen.app.screen.query_one("#answer").focus()
        await screen.type("zone=Asia/Tokyo")
        await screen.press("enter")
        assert "Times without a zone are read in Asia/Tokyo." in screen.text()

    on_screen(office, script, size=(120, 40))
    office.close()


def test_answers_hold_when_the_files_are_looked_at_again_and_junk_is_told(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("id,created,status,owner\n1,2026-01-01 10:00,Kalt,Ben\n2,2026-01-01 10:00,open,Cleo\n")

    async def script(screen: Screen) -> None:
        page = await open_import(screen, path)
        page._answer.focus()
        for junk, told in (
            ("system=Bem", "No case has the owner “Bem”"),
            ("Warm=parked", "No case has the status “Warm”"),
            ("zone=Nowhere", "There is no time zone 'Nowhere'"),
            ("encoding=klingon", "klingon"),
            ("accept=date-order", "cannot be accepted"),
            ("perhaps", "is not an answer"),
        ):
            page._answer.put(junk)
            await screen.press("enter")
            assert told in " ".join(screen.text().split()), junk
        for answer in ("kalt=parked", "zone=Asia/Tokyo", "system=Ben"):
            page._answer.put(answer)
            await screen.press("enter")
        page._file.focus()
        await screen.press("enter")
        options = page._options
        assert (options.statuses, options.zone, options.systems) == ((("kalt", "parked"),), "Asia/Tokyo", ("Ben",))
        assert "parked (Kalt)" in screen.text()
        await screen.press("ctrl+s")
        assert "2 cases new" in screen.text()

    on_screen(office, script, size=(120, 40))
    assert 'parked = ["kalt"]' in (tmp_path / "a.map.toml").read_text()
    office.close()


def test_a_look_shows_how_far_it_is_and_stops_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = office_in(tmp_path)
    path = big(tmp_path / "big.csv", 3_000)
    held = threading.Event()

    class Held:
        def sleep(self, seconds: float) -> None:
            held.wait(60)

    monkeypatch.setattr(look_thread, "time", Held())

    async def script(screen: Screen) -> None:
        screen.app.act("import")
        await screen.settle()
        page = screen.app.screen
        assert isinstance(page, ImportScreen)
        page._file.put(str(path))
        screen.send("enter")
        await screen.until(lambda: "Reading; ctrl+x stops it." in screen.text())
        page._answer.put("zone=UTC")
        page._answered()
        assert page._answer.value == "zone=UTC", "an answer that comes too early is not lost"
        screen.send("ctrl+x")
        held.set()
        await screen.until(lambda: "Reading the files was stopped." in screen.text())
        assert page._preview is None

    on_screen(office, script)
    office.close()


# What is typed


def test_a_path_may_be_dragged_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "my tickets.csv"
    file.touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    spellings = (str(file), f"'{file}'", str(file).replace(" ", "\\ "), f"  {file}  ", "~/my tickets.csv")
    assert [paths_of(text) for text in spellings] == [[str(file)]] * len(spellings)
    (tmp_path / "b.csv").touch()
    assert paths_of(f"'{file}' ~/b.csv") == [str(file), str(tmp_path / "b.csv")]
    assert paths_of("  ") == []
    with pytest.raises(WrongUse, match="not closed"):
        paths_of("it's.csv")


def test_answers_go_where_they_belong() -> None:
    options = Options()
    said = ("day", "zone=UTC", "owner = Agent", "owner=Who", "customer=", "system=Robot", "source=old", "")
    for text in (*said, "a=b=open", "A=B=parked", "accept=no-zone"):
        options = answered(options, text)
    assert options == Options(
        day_first=True,
        zone="UTC",
        columns=(("owner", "Who"), ("customer", "")),
        systems=("Robot",),
        source="old",
        statuses=(("A=B", "parked"),),
        accept=("no-zone",),
    )
    for text in ("tuesday", "nothing=x", "="):
        with pytest.raises(WrongUse, match="is not an answer"):
            answered(options, text)


def test_every_answer_to_a_doubt_can_be_typed() -> None:
    for kind in KINDS.values():
        for answer in kind.answers:
            if answer.option == "users":  # they have a line of their own
                continue
            typed = (
                typed_answer(answer).replace("{what}", "customer").replace("=ZONE", "=UTC").replace("=NAME", "=utf-8")
            )
            assert answered(Options(), typed) != Options(), typed


def test_the_zone_that_was_assumed_is_ready_to_be_accepted_with_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    office = office_in(tmp_path)
    path = tmp_path / "tickets.csv"
    path.write_text("id,subject,created\n1,Lid,2024-01-31 10:00\n", encoding="utf-8")

    async def script(screen: Screen) -> None:
        page = await open_import(screen, path)
        assert (page._answer.value, page.focused) == ("zone=Europe/Berlin", page._answer)
        assert "Enter in Answer takes zone=Europe/Berlin." in screen.text()
        await screen.type("zone=UTC")
        assert page._answer.value == "zone=UTC", "typing replaces it"
        await screen.press("ctrl+u", "enter")
        assert page._answer.value == "zone=Europe/Berlin"
        await screen.press("enter")
        assert page._answer.value == ""
        await screen.press("ctrl+s")
        await screen.until(lambda: "1 case new" in screen.text())

    on_screen(office, script)
    office.close()
