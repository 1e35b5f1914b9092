"""What the screens look like: the sample team's week at a fixed time, in sizes and themes, and without colour."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
import textual

from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep
from careconsole.desk.console import drafts, visits
from careconsole.desk.console.drafts import Draft
from careconsole.desk.mail import boxes, sending
from careconsole.desk.mail.settings import set_server
from careconsole.desk.notices import addresses, delivery
from careconsole.desk.receipts.settings import KEY
from careconsole.desk.team import escalation_paths, members, rota
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.notice_message import Message
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.replies import Reply
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.time.moments import HOUR, MINUTE
from careconsole.intake.mail.coming_in import receive_stream
from careconsole.store import open_store
from careconsole.tui.app import Console
from careconsole.tui.seat import Seat, begin_reading, wait_for_first
from careconsole.tui.themes import OWN_THEMES
from careconsole.tui.threads.backend import Backend
from tests import pictures
from tests.intake.mails import mail, multipart
from tests.tui import test_wall
from tests.tui.forms import fill
from tests.tui.screen import Screen
from tests.tui.snapshots import FOLDER, check, compare, drawn, faint, styles_of, text_of
from tests.tui.test_wall import name_of

NOW = pictures.NOW
SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 50)
SIZES = ((60, 15), SMALL, (100, 30), MIDDLE, (160, 45), LARGE)
DARK, LIGHT, NONE = "dark", "light", "colourless"

Script = Callable[[Screen], Awaitable[None]]
Before = Callable[[Desk], None]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times of day are those of UTC, whatever the machine's zone."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures.sample(tmp_path_factory.mktemp("week"))


class Scene(NamedTuple):
    """What is done before the screen is looked at, on which terminals, by whom, and what was done elsewhere before."""

    script: Script
    looks: tuple[tuple[tuple[int, int], str], ...] = ((SMALL, DARK),)
    who: str | None = "Ana"
    before: Before | None = None
    place: str = ""
    """Where the database is, for a first run: nothing is there."""


def keys(*pressed: str) -> Script:
    async def script(screen: Screen) -> None:
        await screen.press(*pressed)

    return script


def filtering(*typed: str) -> Script:
    """Types a filter in one go, so that no part of it is applied on a slow machine."""

    async def script(screen: Screen) -> None:
        await screen.press("slash")
        screen.send(*typed)
        await screen.settle()

    return script


def on(case: int, *pressed: str, type: str = "") -> Script:
    """Keys on a case of the list."""

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(case)
        await screen.settle()
        await screen.press(*pressed)
        if type:
            await screen.type(type)

    return script


def until(script: Script, words: str) -> Script:
    """Waits for what comes a moment after the last key."""

    async def waiting(screen: Screen) -> None:
        await script(screen)
        await screen.until(lambda: words in screen.text())

    return waiting


async def _palette(screen: Screen) -> None:
    await screen.press("colon")
    await screen.type("redo")
    await until(keys(), "Redo what you last undid.")(screen)


async def _followed(screen: Screen) -> None:
    screen.app.act("changes")
    await until(keys(), "cause: warranty refused")(screen)


async def _digest(screen: Screen) -> None:
    screen.app.act("digest")
    await until(keys(), "Parcel arrives broken: is new")(screen)


async def _learned(screen: Screen) -> None:
    screen.app.act("learned")
    await until(keys(), "wrong address")(screen)
    await screen.press("j")


async def _primer(screen: Screen) -> None:
    screen.app.act("primer")
    await until(keys(), "Parcel arrives broken")(screen)
    await screen.press("space", "j", "j")


async def _practice(screen: Screen) -> None:
    screen.app.act("practice")
    await until(keys(), "What had happened")(screen)


async def _practised(screen: Screen) -> None:
    await _practice(screen)
    await screen.type("ask for the photo of the first day")
    await screen.press("enter")
    await until(keys(), "What was decided")(screen)


async def _report(screen: Screen) -> None:
    screen.app.act("report")
    await until(keys(), "Did we keep our word?")(screen)
    await screen.press("j", "j")


async def _what_if(screen: Screen) -> None:
    screen.app.act("what-if")
    await until(keys(), "May decide")(screen)
    await screen.type("refund 300")
    await screen.press("tab", "tab")
    await screen.type("refund limit")
    await screen.press("enter")
    await until(keys(), "If the frontline could decide")(screen)


async def _bulk(screen: Screen) -> None:
    for case in (5, 4, 25, 3):
        screen.queue.way_back.go_to_case(case)
        await screen.press("space")
    await screen.press("o")


async def _resolve(screen: Screen) -> None:
    screen.queue.way_back.go_to_case(8)
    await screen.settle()
    await screen.press("x")
    await fill(screen, said="Sent the blue one; the cream one goes back with the carrier.")
    await screen.press("tab", "r")


async def _log(screen: Screen) -> None:
    screen.queue.way_back.go_to_case(24)
    await screen.settle()
    await screen.press("c")


async def _new(screen: Screen) -> None:
    await screen.press("n")
    await fill(screen, subject="Kettle whistles in B flat", customer="Mabel")
    await until(keys(), "a new customer")(screen)


async def _hand_over(screen: Screen) -> None:
    await screen.press("M", "j")
    await screen.more("hand")
    await screen.press("1")


async def _small(screen: Screen) -> None:
    await screen.pilot.resize_terminal(50, 12)
    await screen.settle()


async def _no_case(screen: Screen) -> None:
    screen.queue.show_list("tag:nothing")
    await screen.settle()


async def _refused(screen: Screen) -> None:
    await on(24)(screen)
    await screen.press("t")


def _draft(desk: Desk) -> None:
    typed = {"text": "Dear Elena,\n\nthe smell goes after the third boil; it is the seal's coating, and harmless."}
    drafts.save_draft(desk, Draft(24, "log", {**typed, "channel": "email", "inbound": "no"}, 1, NOW - 20 * MINUTE))
    desk.person = desk.roster().people and next(p.number for p in desk.roster().people.values() if p.name == "Ben")
    execution.execute(desk, "log", LogMessage(text="I have asked the maker and write again today."), [24])


def _gone(desk: Desk) -> None:
    """Ana left two hours ago, and others went on."""
    people = {p.name: p.number for p in desk.roster().people.values()}
    visits.leave(Desk(desk.store, lambda: NOW - 2 * HOUR, people["Ana"], "desk 1", "care"))
    desk.person = people["Ben"]
    execution.execute(desk, "note", Note(text="The carrier has found the parcel in Malmö."), [3])
    execution.execute(desk, "note", Note(text="Batch 7 is out of the shop now."), [16])
    desk.person = people["Tom"]
    execution.execute(
        desk, "log", LogMessage(text="Is there a date for the new gaskets?", inbound=True, sort="message"), [16]
    )


def _late(desk: Desk) -> None:
    people = {p.name: p.number for p in desk.roster().people.values()}
    members.away(Desk(desk.store, lambda: NOW, people["Ana"], "desk 1", "care"), "Tom", "Cleo")


_PATHS = """
[[path]]
name = "burns"
tags = ["safety"]
causes = ["scald"]

[[path.step]]
name = "leads"
call = ["duty", "leads"]
acknowledge = "15m"
repeat = 1

[[path.step]]
name = "workshop"
call = ["Marta"]
acknowledge = "1h"

[[path]]
name = "standard"

[[path.step]]
name = "lead"
call = ["able"]

[[path.step]]
name = "management"
call = ["leads"]
"""
_ROTA = """
zone = "UTC"

[[turn]]
days = "mon-fri"
hours = "08:00-18:00"
lead = "Ana"

[[turn]]
days = "mon-fri"
hours = "18:00-08:00"
lead = "Tom"

[[exception]]
from = "2026-11-26 18:00"
until = "2026-11-27 08:00"
lead = "Ana"
"""


class _Post:
    """Reaches everybody but Ben."""

    def send(self, address: str, gateway: str | None, message: Message) -> str:
        return "no connection, or it was lost" if "ben" in address else ""


def _monday(desk: Desk) -> None:
    """A lead's bad Monday: what fell due went on by itself, and not everybody could be told."""
    escalation_paths.set_paths(desk, _PATHS)
    rota.set_rota(desk, _ROTA)
    members.away(desk, "Tom", "Cleo")
    for name, quiet in (("Ana", ""), ("Ben", ""), ("Cleo", "00:00-23:00")):
        addresses.save_address(desk, name, f"json://{name.lower()}:secret@hooks.shop.example/{name}", quiet=quiet)

    def ben(ago: int) -> Desk:
        return Desk(desk.store, lambda: NOW - ago, desk.find("Ben"), "desk 2", "care")

    offer = Offer(to=desk.find("Cleo"), reason="packs the parcels today")
    execution.execute(ben(5 * HOUR + 30 * MINUTE), "offer", offer, [8])
    promise = Promise(text="ring Priya when the hinge is in the post", due=NOW - 50 * MINUTE)
    execution.execute(ben(3 * HOUR), "promise", promise, [4])
    for later in (0, 16 * MINUTE):
        there = Desk(desk.store, lambda: NOW - HOUR + later, desk.person, "desk 2", "care")  # noqa: B023
        sweep.sweep(there)
        delivery.deliver(there, _Post())


def _changes(desk: Desk) -> None:
    """What a lead set, and what somebody did under a colleague's name."""
    _monday(desk)
    members.change(desk, "Ana", os_user="ana")
    members.change(desk, "Ben", role="lead")
    there = Desk(desk.store, lambda: NOW, desk.find("Ben"), "desk 2", "ana")
    members.change(there, "Cleo", name="Cleo [/] \x1b[31mRoth")


def _mails(desk: Desk) -> None:
    """What came by mail: a customer's words with a photo, which nobody proves, and what was held."""
    set_server(desk, "mx.shop.example")
    photo = "Content-Type: image/png; name=lid.png\n\nx"
    came = (
        multipart("Content-Type: text/plain\n\nIt leaks at the lid.\n\n-- \nZoe", photo, subject="Kettle leaks"),
        mail("Buy", "win@prizes.example", "You won [/] \x1b[31m\u202e", X_Spam_Flag="YES"),
        mail("Issue 7", "news@kettles.example", "Kettle news", List_Id="<news.kettles.example>"),
    )
    for data in came:
        receive_stream(desk, BytesIO(data))


def _sending(desk: Desk) -> None:
    """Mails of ours: one was sent, one was refused, of one nobody knows, and one waits until tomorrow."""
    earlier = Desk(desk.store, lambda: NOW - HOUR, desk.person, "desk 2", "care")
    server = MailServer(host="mail.shop.example", port=25, security="plain")
    box = BoxSettings(address=Mailbox("support@shop.example", "Shop"), smtp=server)
    boxes.add(earlier, "support", box, Secret())
    desk.store.engine.write(lambda: desk.store.people.set(KEY, "ab" * 32))  # or the tags were others each time
    subjects = ("Kettle leaks", "Where is my parcel?", "Refund", "A lid [/] \x1b[31m\u202e")
    for place, subject in enumerate(subjects):
        came = mail("It leaks.", f"c{place}@home.example", subject, Message_ID=f"<s{place}@home.example>")
        case = receive_stream(earlier, BytesIO(came)).case
        assert case is not None
        at = NOW + 20 * HOUR if place == 3 else None
        execution.execute(earlier, "reply", Reply(text="It is on its way.", at=at), [case])
    answers = [
        Outcome(state="sent", said="250 OK"),
        Outcome(state="refused", said="c1@home.example: 550 5.1.1 no such user"),
        Outcome(state="uncertain", said="The connection was lost while the server took it: it did not answer in time"),
    ]
    sending.send_due(desk, lambda *_: answers.pop(0))


SCENES: dict[str, Scene] = {
    "queue": Scene(
        keys("j", "j"), ((SMALL, DARK), (MIDDLE, DARK), (LARGE, DARK), (MIDDLE, LIGHT), (SMALL, NONE), (LARGE, NONE))
    ),
    "queue-least": Scene(keys("j"), (((60, 15), DARK),)),
    "pane": Scene(on(3, "enter"), ((MIDDLE, DARK), (MIDDLE, NONE))),
    "marks": Scene(
        keys("j", "space", "space", "j", "space", "k"), ((SMALL, DARK), (SMALL, LIGHT), (SMALL, NONE)), who="Cleo"
    ),
    "view": Scene(keys("5"), who="Cleo"),
    "filter": Scene(until(filtering(*"owner:c"), "soonest due first · owner:c"), ((SMALL, DARK), (SMALL, NONE))),
    "filter-mistake": Scene(until(filtering(*"is:lost owner:ben", "enter"), "^^^^"), ((SMALL, DARK), (SMALL, LIGHT))),
    "filter-empty": Scene(_no_case, ((SMALL, DARK), (SMALL, NONE))),
    "case": Scene(on(3, "enter"), ((SMALL, DARK), (SMALL, LIGHT), (SMALL, NONE)), who="Cleo"),
    "offer": Scene(on(16, "o"), ((SMALL, DARK), (MIDDLE, DARK), (SMALL, LIGHT), (SMALL, NONE))),
    "escalate": Scene(on(16, "e"), ((SMALL, DARK), (MIDDLE, LIGHT))),
    "log-draft": Scene(_log, ((SMALL, DARK), (MIDDLE, DARK)), who="Cleo", before=_draft),
    "bulk": Scene(_bulk),
    "resolve": Scene(_resolve, who="Ben"),
    "new": Scene(_new, ((SMALL, DARK), (LARGE, DARK), (SMALL, LIGHT))),
    "note": Scene(on(16, "i", type="Ask the lab."), ((SMALL, DARK), (MIDDLE, NONE))),
    "refused": Scene(_refused),
    "help": Scene(keys("question_mark"), ((SMALL, DARK), (MIDDLE, DARK), (SMALL, NONE))),
    "more": Scene(on(3, "full_stop"), ((SMALL, DARK), (MIDDLE, LIGHT)), who="Cleo"),
    "palette": Scene(_palette, ((SMALL, DARK), (MIDDLE, LIGHT))),
    "sort": Scene(keys("s")),
    "columns": Scene(keys("|")),
    "views": Scene(keys("v")),
    "save-view": Scene(keys("4", "ctrl+s")),
    "who": Scene(keys("w"), ((SMALL, DARK), (MIDDLE, LIGHT), (SMALL, NONE))),
    "lock": Scene(keys("L"), ((SMALL, DARK), (LARGE, DARK))),
    "since": Scene(keys(), before=_gone),
    "team": Scene(keys("M", "j"), ((SMALL, DARK), (MIDDLE, DARK), (MIDDLE, LIGHT), (SMALL, NONE)), before=_late),
    "hand-over": Scene(_hand_over),
    "away": Scene(keys("M", "j", "full_stop", *"away", "enter")),
    "measures": Scene(keys("Q", "j", "j"), ((SMALL, DARK), ((160, 45), DARK), (SMALL, NONE))),
    "report": Scene(_report, ((SMALL, DARK), ((160, 45), DARK), (SMALL, NONE))),
    "customer": Scene(on(9, "D"), ((SMALL, DARK), ((160, 45), DARK), (SMALL, NONE))),
    "swept": Scene(keys("F"), ((SMALL, DARK), (SMALL, LIGHT), (MIDDLE, DARK)), before=_monday),
    "paths": Scene(on(23, "l"), ((SMALL, DARK), (SMALL, NONE)), before=_monday),
    "rota": Scene(keys("d"), ((SMALL, DARK), ((60, 15), DARK)), before=_monday),
    "notices": Scene(keys("O"), ((SMALL, DARK), (SMALL, NONE)), before=_monday),
    "notice": Scene(keys("O", "enter"), before=_monday),
    "journal": Scene(keys("J", "j"), ((SMALL, DARK), (SMALL, NONE), (LARGE, DARK)), before=_changes),
    "changes": Scene(_followed, (((160, 45), DARK), (SMALL, NONE))),
    "digest": Scene(_digest, ((SMALL, DARK), ((160, 45), DARK))),
    "learned": Scene(_learned, ((SMALL, DARK), ((160, 45), DARK))),
    "primer": Scene(_primer, ((SMALL, DARK), ((160, 45), DARK))),
    "practice": Scene(_practice, ((SMALL, DARK), ((160, 45), DARK))),
    "what-if": Scene(_what_if, ((SMALL, DARK), ((160, 45), DARK))),
    "practised": Scene(_practised, ((SMALL, DARK), ((160, 45), DARK))),
    "mail-held": Scene(keys("less_than_sign"), ((SMALL, DARK), (SMALL, NONE), ((160, 45), DARK)), before=_mails),
    "mail-taken": Scene(keys("less_than_sign", "2"), before=_mails),
    "mail": Scene(keys("less_than_sign", "2", "enter"), before=_mails),
    "mail-sending": Scene(
        keys("less_than_sign", "6"), ((SMALL, DARK), (SMALL, NONE), ((160, 45), DARK)), before=_sending
    ),
    "give-duty": Scene(keys("d", "j", "full_stop"), before=_monday),
    "first-run": Scene(keys(*"Shop", "enter"), place="/srv/shop/careconsole.db"),
    "too-small": Scene(_small),
}
"""Every picture: its name, and how one gets there."""
EVERY_SIZE = ("queue", "case", "offer", "team", "filter-empty")
"""The screens that are drawn at every size and in every theme of the console's own."""
PICTURES = [(name, size, colours) for name, scene in SCENES.items() for size, colours in scene.looks]


def look(
    scene: Scene, week: Path, folder: Path, size: tuple[int, int], colours: str, then: Callable[[Screen], None]
) -> None:
    """Goes where the scene is, on a terminal of that size and in those colours."""
    place = scene.place or str(shutil.copy(week, folder / "week.db"))
    seat = Seat(place=place, name=scene.who, now=lambda: NOW, workstation="desk 1", os_user="care", lock_minutes=0)
    if scene.before is not None:
        store = open_store(place)
        desk = Desk(store, lambda: NOW, None, "desk 2", "care")
        desk.person = next(p.number for p in desk.roster().people.values() if p.name == scene.who)
        scene.before(desk)
        desk.person = next(p.number for p in desk.roster().people.values() if p.name == scene.who)
        visit = store.console.visit(desk.person)
        if visit is not None and visit.left_at == NOW:  # they were there when this happened
            visits.leave(desk)
        store.close()

    async def run() -> None:
        backend = Backend(seat.desk)
        try:
            first = begin_reading(seat, backend)
            # The folder of a first run need not be one that can be made on the machine of the test.
            app = Console(seat, backend, None if first is None else wait_for_first(first, seat))
            app.theme = app.usual_theme = f"textual-{LIGHT if colours == LIGHT else DARK}"
            async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
                screen = Screen(app, pilot)
                await screen.settle()
                await scene.script(screen)
                await screen.settle()
                then(screen)
        finally:
            backend.close()

    asyncio.run(run())


@pytest.mark.parametrize(("name", "size", "colours"), PICTURES, ids=lambda value: str(value).replace(", ", "x"))
def test_the_screen_looks_as_it_did(
    name: str, size: tuple[int, int], colours: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colours == NONE:
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)

    def then(screen: Screen) -> None:
        check(screen, name_of(name, size, colours))
        assert not faint(screen), "all that is to be read stands out from its ground"

    look(SCENES[name], week, tmp_path, size, colours, then)


@pytest.mark.parametrize("name", EVERY_SIZE)
def test_the_screen_at_every_size_and_in_the_own_themes_looks_as_it_did(
    name: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One console for all, since starting one takes longer than drawing it."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    texts, styles, scene = list[str](), list[str](), SCENES[name]

    async def script(screen: Screen) -> None:
        await scene.script(screen)
        for size in SIZES:
            await screen.pilot.resize_terminal(*size)
            await screen.settle()
            texts.append(f"{size[0]} x {size[1]}\n{text_of(screen)}")
            assert not faint(screen), size
        await screen.pilot.resize_terminal(*SMALL)
        for theme in OWN_THEMES:
            screen.app.theme = theme.name
            await screen.settle()
            styles.append(f"{theme.name}\n{styles_of(screen)}")
            assert not faint(screen, 4.5), theme.name

    def then(_: Screen) -> None:
        compare(f"{name}-every-size", "\n\n".join([*texts, f"styles of Textual {textual.__version__}", *styles, ""]))

    look(scene._replace(script=script), week, tmp_path, SMALL, DARK, then)


def test_every_snapshot_is_still_taken() -> None:
    taken = {name_of(*picture) for picture in PICTURES} | {name_of("wall", *one) for one in test_wall.LOOKS}
    taken |= {f"{name}-every-size" for name in EVERY_SIZE}
    assert {path.stem for path in FOLDER.glob("*.txt")} == taken


def styled(screen: Screen, words: str) -> set[str]:
    """How the pieces are styled in which these words stand, colours aside."""
    found: set[str] = set()
    for line in drawn(screen):
        text = "".join(piece for piece, _ in line)
        at = text.find(words)
        end, x = at + len(words), 0
        for piece, style in line:
            if at >= 0 and x < end and x + len(piece) > at:
                found |= {how for how in ("bold", "reverse", "underline") if getattr(style, how)}
            x += len(piece)
    return found


@pytest.mark.parametrize("name", ["marks", "offer", "who", "columns", "team"])
def test_without_colours_everything_is_told_apart(
    name: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For those who see no colours, and terminals that have none: signs, bold and reversed letters say the same."""
    monkeypatch.setenv("NO_COLOR", "1")

    def then(screen: Screen) -> None:
        lines = screen.lines()
        match name:
            case "marks":
                here = next(line for line in lines if line.startswith("▶"))
                assert here[1] == "●"
                assert {"bold", "reverse"} <= styled(screen, here), "the cursor"
                assert sum(line[:2] == " ●" for line in lines) == 2
                assert all("bold" in styled(screen, late) for late in ("! answer 1h late", "! promise 50m late"))
                assert not styled(screen, "promise in 18h")
                assert {"bold", "reverse"} <= styled(screen, "[0 all 17]"), "the view that is shown"
                assert "bold" in styled(screen, "1 unassigned")
                assert "underline" in styled(screen, "Due↓"), "the order"
            case "offer":
                assert {"bold", "reverse"} <= styled(screen, "▸ Tom")
                assert "bold" in styled(screen, "To*"), "the question that is being answered"
                assert not styled(screen, "Reason*")
            case "who" | "team":
                assert {"bold", "reverse"} <= styled(screen, "Ana   lead" if name == "who" else "Ben  ")
                assert "reverse" not in styled(screen, "Cleo  agent" if name == "who" else "Cleo  ")
            case "columns":
                assert "[x] Tags" in screen.text()
                assert "[ ] Silence" in screen.text()
                assert {"bold", "reverse"} <= styled(screen, "No         Its number")

    look(SCENES[name], week, tmp_path, SMALL, NONE, then)
