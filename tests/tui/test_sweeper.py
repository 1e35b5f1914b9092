"""What falls due happens while a console is open, once however many are open, and whom it concerns is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from careconsole.desk import Desk, addresses, outbox, sweep, work
from careconsole.domain import commands as c
from careconsole.domain.errors import CareError
from careconsole.domain.notices import Message
from careconsole.outlet import courier
from careconsole.store import Busy, open_store
from careconsole.tui.sweeper import Sweeper
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened, seat_at
from tests.tui.test_concerns import told_within

OFTEN = 0.05
"""Seconds between two looks, in these tests."""


def offered(office: Office) -> int:
    """A case of Ben's that he has offered to Cleo; the offer has run out."""
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"], channel="phone")
    work.do(office.desk("Ben"), "offer", c.Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    office.later(9)
    return number


def desk_of(office: Office) -> Callable[[], Desk]:
    """Opens a desk as a console does for a thread of its own."""
    return lambda: Desk(open_store(office.path), lambda: office.now, None, "desk 1", "os")


def within(seconds: float, holds: Callable[[], object]) -> bool:
    """Whether something holds before so many seconds have passed."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Post:
    """Takes messages; it can be slow, or hold one back until it is let go."""

    def __init__(self, waits: threading.Event | None = None) -> None:
        self.got: list[str] = []
        self.threads: set[str] = set()
        self._waits = waits

    def __call__(self) -> Post:
        """In the place of the class that sends."""
        self.threads.add(threading.current_thread().name)
        return self

    def send(self, address: str, gateway: str | None, message: Message) -> str:
        if self._waits is not None:
            self._waits.wait(10)
        self.got.append(message.body)
        return ""


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(courier, "Courier", made)
    monkeypatch.setattr(addresses, "can_send", lambda: True)
    return made


def notice(office: Office, words: str = "Ben offers you case 1 (Kettle).") -> None:
    """Something that Cleo is to be told where she has an address."""
    addresses.keep(office.desk("Cleo"), "Cleo", "json://shop.example/in")
    desk = office.desk("Ben")
    told = outbox.Notice(person=office.ids["Cleo"], case=0, kind="offered", urgent=False, words=words)
    desk.store.engine.write(lambda: outbox.put(desk, [told]))


# In the console


def test_an_offer_expires_while_the_console_is_open_and_its_giver_is_told(office: Office) -> None:
    number = offered(office)

    async def script(screen: Screen) -> None:
        await told_within(screen, "Nobody answered your offer of case 1 (Kettle) to Cleo; it is still yours.")
        assert office.kinds(number)[-1] == "offer expired"
        await screen.press("F")
        assert "1 offer" in screen.lines()[0]

    on_screen(office, script, name="Ben", seat=seat_at(office, "Ben", sweep_seconds=OFTEN))


def test_it_goes_on_while_the_screen_is_locked_and_tells_nothing_there(office: Office) -> None:
    number = offered(office)

    async def script(screen: Screen) -> None:
        await screen.press("L")
        for _ in range(100):
            await screen.pilot.pause(0.02)
            if "1 new meanwhile" in screen.text():
                break
        assert "1 new meanwhile" in screen.text()
        assert "Kettle" not in screen.text()
        assert office.kinds(number)[-1] == "offer expired"

    seat = seat_at(office, "Ben", sweep_seconds=0.5)
    on_screen(office, script, name="Ben", seat=seat)


def test_a_console_that_leaves_it_to_others_does_nothing(office: Office) -> None:
    number = offered(office)

    async def script(screen: Screen) -> None:
        await screen.pilot.pause(0.2)
        assert "offer expired" not in office.kinds(number)
        assert [thread.name for thread in threading.enumerate() if thread.name == "sweeper"] == []

    on_screen(office, script, name="Ben")


def test_what_keeps_it_from_its_work_is_told_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(office)
    tried: list[int] = []

    def broken(*args: object, **how: object) -> None:
        tried.append(1)
        raise CareError("The disk is full.", "Make room.")

    monkeypatch.setattr(sweep, "sweep", broken)

    async def script(screen: Screen) -> None:
        await told_within(screen, "The disk is full. Make room.")
        screen.app.clear_notifications()
        before = len(tried)
        for _ in range(100):
            await screen.pilot.pause(0.02)
            if len(tried) > before + 2:
                break
        assert len(tried) > before + 2, "it tries on"
        assert screen.toasts() == []

    on_screen(office, script, name="Ben", seat=seat_at(office, "Ben", sweep_seconds=OFTEN))


# The thread


@pytest.fixture
def failures() -> list[CareError]:
    return []


def test_of_two_consoles_one_does_it_and_once(office: Office, failures: list[CareError]) -> None:
    numbers = [offered(office) for _ in range(30)]
    several = [Sweeper(desk_of(office), OFTEN, failures.append) for _ in range(2)]
    for one in several:
        one.start()
    assert within(5, lambda: all("offer expired" in office.kinds(number) for number in numbers))
    time.sleep(5 * OFTEN)
    for one in several:
        one.close()
    assert all(office.kinds(number).count("offer expired") == 1 for number in numbers)
    assert failures == []


def test_it_sends_what_waits_in_a_thread_that_is_not_the_screens(
    office: Office, post: Post, failures: list[CareError]
) -> None:
    one = Sweeper(desk_of(office), OFTEN, failures.append)
    one.start()
    time.sleep(4 * OFTEN)
    assert post.threads == set(), "as long as nothing waits, nothing is loaded that could send"
    notice(office)
    assert within(3, lambda: post.got)
    assert within(3, lambda: outbox.entries(office.desk()).counts == {"sent": 1})
    one.close()
    assert post.threads == {"sweeper"}
    assert failures == []


def test_what_waits_can_be_sent_at_once_by_a_console_that_never_looks(office: Office, post: Post) -> None:
    notice(office)
    said: list[str] = []
    one = Sweeper(desk_of(office), 0, pytest.fail)
    one.start()
    time.sleep(2 * OFTEN)
    assert post.got == []
    for words in ("Notices: 1 sent.", "Nothing waits that may be sent now."):
        one.send_now(said.append)
        assert within(3, lambda: said), words
        assert said.pop() == words
    one.close()
    assert len(post.got) == 1


def test_where_nothing_can_send_that_is_said_when_it_was_asked_for_or_has_waited_long(
    office: Office, failures: list[CareError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise courier.NotInstalled("Nothing can be sent from here: Apprise is missing.", "Install it.")

    monkeypatch.setattr(courier, "Courier", missing)
    monkeypatch.setattr(addresses, "can_send", lambda: False)
    notice(office)
    one = Sweeper(desk_of(office), OFTEN, failures.append)
    one.start()
    time.sleep(4 * OFTEN)
    assert failures == [], "it may be sent from elsewhere"
    said: list[str] = []
    one.send_now(said.append)
    assert within(3, lambda: said)
    assert said == ["Nothing can be sent from here: Apprise is missing. Install it."]
    office.later(1)
    assert within(3, lambda: failures)
    time.sleep(6 * OFTEN)
    one.close()
    assert [error.message for error in failures] == ["Notices wait, and nothing here can send them."]


def test_it_ends_within_a_second_also_while_a_message_is_on_its_way(office: Office, failures: list[CareError]) -> None:
    hold = threading.Event()
    slow = Post(hold)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(courier, "Courier", slow)
        patch.setattr(addresses, "can_send", lambda: True)
        notice(office)
        one = Sweeper(desk_of(office), OFTEN, failures.append)
        one.start()
        assert within(3, lambda: any(thread.name == "courier" for thread in threading.enumerate()))
        begin = time.monotonic()
        one.close()
        assert time.monotonic() - begin < 1
        assert not one._thread.is_alive()
        hold.set()
        assert within(3, lambda: slow.got)
    assert outbox.entries(office.desk()).counts == {"waiting": 1}, "it is claimed, and sent again when that runs out"
    assert failures == []


def test_it_ends_within_a_second_in_the_middle_of_a_long_sweep(
    office: Office, failures: list[CareError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "_AT_ONCE", 2)
    monkeypatch.setattr(sweep, "_PAUSE", 0.1)
    numbers = [offered(office) for _ in range(60)]
    one = Sweeper(desk_of(office), OFTEN, failures.append)
    one.start()
    assert within(3, lambda: "offer expired" in office.kinds(numbers[1]))
    begin = time.monotonic()
    one.close()
    assert time.monotonic() - begin < 1
    assert "offer expired" not in office.kinds(numbers[-1])


def test_that_others_write_is_no_trouble_unless_it_lasts(
    office: Office, failures: list[CareError], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = offered(office)
    busy = [Busy("Somebody else is writing.", "Try again.")]
    real = sweep.sweep

    def sometimes(desk: Desk, **how):
        if busy:
            raise busy.pop()
        return real(desk, **how)

    monkeypatch.setattr(sweep, "sweep", sometimes)
    one = Sweeper(desk_of(office), OFTEN, failures.append)
    one.start()
    assert within(3, lambda: "offer expired" in office.kinds(number))
    one.close()
    assert failures == []
    assert sweep.sweep(office.desk()).busy == "", "who ends lets others go on at once"
    busy += [Busy("Somebody else is writing.", "Try again.")] * 4
    second = offered(office)
    one = Sweeper(desk_of(office), OFTEN, failures.append)
    one.start()
    assert within(3, lambda: "offer expired" in office.kinds(second))
    one.close()
    assert [error.message for error in failures] == ["Somebody else is writing."]


def test_the_seat_says_how_often(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from careconsole.domain.errors import WrongUse
    from careconsole.tui.start import seat_here

    monkeypatch.delenv("CARECONSOLE_SWEEP", raising=False)
    assert seat_here(office.path, None, mouse=True).sweep_seconds == 20
    monkeypatch.setenv("CARECONSOLE_SWEEP", "0")
    assert seat_here(office.path, None, mouse=True).sweep_seconds == 0
    monkeypatch.setenv("CARECONSOLE_SWEEP", "often")
    with pytest.raises(WrongUse, match="CARECONSOLE_SWEEP is 'often'"):
        seat_here(office.path, None, mouse=True)
