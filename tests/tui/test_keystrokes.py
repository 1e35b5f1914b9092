"""What people do all day takes as many keys as the page of keys says, and no required answer is left to be typed."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.commands.keystrokes import KEYSTROKES, TEXT, Keystrokes
from careconsole.desk.cases import execution
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.promises import Promise
from careconsole.tui.forms.form import FormScreen
from tests.desk.office import HOUR, Office
from tests.tui.screen import Screen, on_screen, opened

TEXTS = {"go": ("2",), "offer": ("cl",), "call": ("Lid size", "Nils", "it is 18 cm")}
"""What is typed; for the others, a few words."""


def test_every_keystroke_of_the_table_does_what_it_says(office: Office) -> None:
    ana, ben = office.ids["Ana"], office.ids["Ben"]
    number = opened(office.desk("Ana"), "Kettle cracked", owner=ana, channel="email")
    opened(office.desk("Ben"), "Lid lost", owner=ben)

    def give(who: str, verb: str, command: object) -> Callable[[], object]:
        return lambda: execution.execute(office.another(who), verb, command, [number])  # type: ignore[arg-type]

    before: dict[str, list[Callable[[], object]]] = {
        "take": [give("Ana", "reassign", Reassign(to=None))],
        "accept": [
            give("Ana", "reassign", Reassign(to=ben)),
            give("Ben", "offer", Offer(to=ana, reason="yours before")),
        ],
        "kept": [give("Ana", "promise", Promise(text="a call", due=office.now + HOUR))],
        "answer": [give("Ana", "log", LogMessage(text="where is it?", inbound=True))],
    }
    done = {
        "take": ("taken", lambda: office.case(number).owner == ana),
        "accept": ("accepted", lambda: office.case(number).owner == ana),
        "note": ("noted", lambda: True),
        "message": ("touched", lambda: not office.history(number)[-1].fact.contact.inbound),
        "customer said": ("touched", lambda: office.history(number)[-1].fact.contact.inbound),
        "promise": ("promised", lambda: office.case(number).promises),
        "kept": ("promise kept", lambda: not office.case(number).promises),
        "offer": ("offered", lambda: office.case(number).offer.to == office.ids["Cleo"]),
        "escalate": ("escalated", lambda: office.case(number).level == 1),
        "answer": ("resolved", lambda: office.case(number).answered_at == office.now),
        "priority": ("edited", lambda: office.case(number).priority == "high"),
        "park": ("parked", lambda: office.case(number).parked.on == "customer"),
    }

    async def script(screen: Screen) -> None:
        for one in KEYSTROKES:
            if one.id == "answer":  # each thing begins on a case where nothing else stands in its way
                start_anew()
            for step in before.get(one.id, ()):
                step()
            screen.queue.show_list(f"number:{number}")
            screen.queue.act_refresh()
            await screen.settle()
            needed = await press(screen, one)
            assert needed <= one.texts, f"{one.id}: an answer is required that is neither typed nor ready"
            assert one.count <= one.most
            if one.id in done:
                kind, holds = done[one.id]
                assert office.kinds(number)[-1] == kind, (one.id, screen.text())
                assert holds(), one.id
            if one.id in ("promise", "offer", "park", "answer"):
                await screen.press("u")

    def start_anew() -> None:
        nonlocal number
        number = opened(office.another("Ana"), "Spout drips", owner=ana, channel="email")

    on_screen(office, script, size=(100, 30))
    call = office.case(number + 1)
    assert (call.subject, call.channel, call.status, call.resolution) == (
        "Lid size", "phone", "resolved", "it is 18 cm",
    )  # fmt: skip
    assert office.case(2).owner not in (None, ben), "Ben's load was handed over"


async def press(screen: Screen, one: Keystrokes) -> int:
    """Presses the keys; returns how many required answers its form had not ready."""
    texts = iter(TEXTS.get(one.id, ("some words",)))
    needed = 0
    for place, key in enumerate(one.keys):
        if key == TEXT:
            screen.send(*next(texts))
            await screen.settle()
        else:
            await screen.press(key)
        top = screen.app.screen
        if place == 0 and isinstance(top, FormScreen):
            said = top._rows.said
            needed = sum(row.question.needed(said) and not row.field.said for row in top._rows.asked)
    if one.id == "go":
        assert screen.queue.board.current == 2
    else:
        await screen.settle()
    while screen.app.screen is not screen.queue:
        assert not isinstance(screen.app.screen, FormScreen), (one.id, screen.text())
        await screen.press("escape")
    return needed
