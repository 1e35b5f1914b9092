"""What falls due happens while a console is open, once however many are open, and whom it concerns is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep
from careconsole.desk.mail import boxes
from careconsole.desk.notices import addresses, outbox, weekly_digest
from careconsole.desk.receipts import publication
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notice_message import Message
from careconsole.domain.case.offers import Offer
from careconsole.domain.errors import CareError
from careconsole.domain.learning.weekly import next_digest
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.time.moments import MINUTE
from careconsole.notify import apprise_sender
from careconsole.store import Busy, open_store
from careconsole.tui.threads import sweeper as sweeper_module
from careconsole.tui.threads.sweeper import Sweeper
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened, seat_at
from tests.tui.test_toasts import told_within
from tests.waiting import HANG, wait_until

OFTEN = 0.05
"""Seconds between two looks, in these tests."""


def offered(office: Office) -> int:
    """A case of Ben's that he has offered to Cleo; the offer has run out."""
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"], channel="phone")
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    office.later(9)
    return number


def desk_of(office: Office) -> Callable[[], Desk]:
    """Opens a desk as a console does for a thread of its own."""
    return lambda: Desk(open_store(office.path), lambda: office.now, None, "desk 1", "os")


class Counted(Sweeper):
    """A sweeper that counts how often it has looked, and ends with the test."""

    turns = 0

    def _turn(self, desk: Desk) -> None:
        try:
            super()._turn(desk)
        finally:
            self.turns += 1

    def looks(self, times: int) -> None:
        """Waits until it has looked so many times more."""
        goal = self.turns + times
        wait_until(lambda: self.turns >= goal, "another look")

    def ends(self) -> None:
        """Waits until it has ended."""
        self.close()
        if self._thread.ident is not None:
            self._thread.join(HANG)
        assert not self._thread.is_alive()


@pytest.fixture
def sweeper(office: Office) -> Iterator[Callable[..., Counted]]:
    """Begins a sweeper at the office's database, which ends when the test does."""
    begun: list[Counted] = []

    def begin(seconds: float, failed: Callable[[CareError], None]) -> Counted:
        begun.append(Counted(desk_of(office), seconds, failed))
        begun[-1].start()
        return begun[-1]

    yield begin
    for one in begun:
        one.ends()


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
            self._waits.wait(HANG)
        self.got.append(message.body)
        return ""


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(apprise_sender, "AppriseSender", made)
    monkeypatch.setattr(addresses, "can_send", lambda: True)
    return made


def notice(office: Office, words: str = "Ben offers you case 1 (Kettle).") -> None:
    """Something that Cleo is to be told where she has an address."""
    addresses.save_address(office.desk("Cleo"), "Cleo", "json://shop.example/in")
    desk = office.desk("Ben")
    told = outbox.Notice(person=office.ids["Cleo"], case=0, kind="offered", urgent=False, words=words)
    desk.write(lambda unit: outbox.put(unit, [told]))


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
        await screen.until(lambda: "1 new meanwhile" in screen.text())
        assert "Kettle" not in screen.text()
        assert office.kinds(number)[-1] == "offer expired"

    seat = seat_at(office, "Ben", sweep_seconds=0.5)
    on_screen(office, script, name="Ben", seat=seat)


def test_a_console_that_leaves_it_to_others_does_nothing(office: Office) -> None:
    number = offered(office)

    async def script(screen: Screen) -> None:
        assert [thread.name for thread in threading.enumerate() if thread.name == "sweeper"] == []
        assert "offer expired" not in office.kinds(number)

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
        screen.app.dismiss_news()
        before = len(tried)
        await screen.until(lambda: len(tried) > before + 2)  # it tries on
        assert screen.toasts() == []

    on_screen(office, script, name="Ben", seat=seat_at(office, "Ben", sweep_seconds=OFTEN))


# The thread


@pytest.fixture
def failures() -> list[CareError]:
    return []


def test_of_two_consoles_one_does_it_and_once(
    office: Office, failures: list[CareError], sweeper: Callable[..., Counted]
) -> None:
    numbers = [offered(office) for _ in range(30)]
    several = [sweeper(OFTEN, failures.append) for _ in range(2)]
    wait_until(lambda: all("offer expired" in office.kinds(number) for number in numbers))
    for one in several:
        one.looks(3)
    for one in several:
        one.ends()
    assert all(office.kinds(number).count("offer expired") == 1 for number in numbers)
    assert failures == []


def test_it_sends_what_waits_in_a_thread_that_is_not_the_screens(
    office: Office, post: Post, failures: list[CareError], sweeper: Callable[..., Counted]
) -> None:
    one = sweeper(OFTEN, failures.append)
    one.looks(3)
    assert post.threads == set(), "as long as nothing waits, nothing is loaded that could send"
    notice(office)
    wait_until(lambda: post.got)
    wait_until(lambda: outbox.entries(office.desk()).counts == {"sent": 1})
    one.ends()
    assert post.threads == {"sweeper"}
    assert failures == []


def test_what_waits_can_be_sent_at_once_by_a_console_that_never_looks(
    office: Office, post: Post, sweeper: Callable[..., Counted]
) -> None:
    notice(office)
    said: list[str] = []
    one = sweeper(0, pytest.fail)
    assert not one._thread.is_alive()
    assert post.got == []
    for words in ("Notices: 1 sent.", "No notice can be sent now."):
        one.send_now(said.append)
        wait_until(lambda: said, words)
        assert said.pop() == words
    one.ends()
    assert len(post.got) == 1


def test_where_nothing_can_send_that_is_said_when_it_was_asked_for_or_has_waited_long(
    office: Office, failures: list[CareError], monkeypatch: pytest.MonkeyPatch, sweeper: Callable[..., Counted]
) -> None:
    def missing() -> None:
        raise apprise_sender.NotInstalled("Nothing can be sent from here: Apprise is missing.", "Install it.")

    monkeypatch.setattr(apprise_sender, "AppriseSender", missing)
    monkeypatch.setattr(addresses, "can_send", lambda: False)
    notice(office)
    one = sweeper(OFTEN, failures.append)
    one.looks(3)
    assert failures == [], "it may be sent from elsewhere"
    said: list[str] = []
    one.send_now(said.append)
    wait_until(lambda: said)
    assert said == ["Nothing can be sent from here: Apprise is missing. Install it."]
    office.later(1)
    wait_until(lambda: failures)
    one.ends()
    assert [error.message for error in failures] == ["Notices are waiting, and this console cannot send them."]


def test_it_ends_also_while_a_message_is_on_its_way(
    office: Office, failures: list[CareError], sweeper: Callable[..., Counted]
) -> None:
    hold = threading.Event()
    slow = Post(hold)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apprise_sender, "AppriseSender", slow)
        patch.setattr(addresses, "can_send", lambda: True)
        notice(office)
        one = sweeper(OFTEN, failures.append)
        wait_until(lambda: any(thread.name == "courier" for thread in threading.enumerate()))
        one.ends()
        assert slow.got == []
        hold.set()
        wait_until(lambda: slow.got)
    assert outbox.entries(office.desk()).counts == {"waiting": 1}, "it is claimed, and sent again when that runs out"
    assert failures == []


def test_it_ends_in_the_middle_of_a_long_sweep(
    office: Office, failures: list[CareError], monkeypatch: pytest.MonkeyPatch, sweeper: Callable[..., Counted]
) -> None:
    monkeypatch.setattr(sweep, "_AT_ONCE", 2)
    monkeypatch.setattr(sweep, "_PAUSE", HANG)
    numbers = [offered(office) for _ in range(60)]
    one = sweeper(OFTEN, failures.append)
    wait_until(lambda: "offer expired" in office.kinds(numbers[1]))
    one.ends()
    assert "offer expired" not in office.kinds(numbers[-1])


def test_that_others_write_is_no_trouble_unless_it_lasts(
    office: Office, failures: list[CareError], monkeypatch: pytest.MonkeyPatch, sweeper: Callable[..., Counted]
) -> None:
    number = offered(office)
    busy = [Busy("Somebody else is writing.", "Try again.")]
    real = sweep.sweep

    def sometimes(desk: Desk, **how):
        if busy:
            raise busy.pop()
        return real(desk, **how)

    monkeypatch.setattr(sweep, "sweep", sometimes)
    one = sweeper(OFTEN, failures.append)
    wait_until(lambda: "offer expired" in office.kinds(number))
    one.ends()
    assert failures == []
    assert sweep.sweep(office.desk()).busy == "", "who ends lets others go on at once"
    busy += [Busy("Somebody else is writing.", "Try again.")] * 4
    second = offered(office)
    one = sweeper(OFTEN, failures.append)
    wait_until(lambda: "offer expired" in office.kinds(second))
    one.ends()
    assert [error.message for error in failures] == ["Somebody else is writing."]


def test_the_seat_says_how_often(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from careconsole.domain.errors import WrongUse
    from careconsole.tui.seat import seat_here

    monkeypatch.delenv("CARECONSOLE_SWEEP", raising=False)
    assert seat_here(office.path, None, mouse=True).sweep_seconds == 20
    monkeypatch.setenv("CARECONSOLE_SWEEP", "0")
    assert seat_here(office.path, None, mouse=True).sweep_seconds == 0
    monkeypatch.setenv("CARECONSOLE_SWEEP", "often")
    with pytest.raises(WrongUse, match="CARECONSOLE_SWEEP is 'often'"):
        seat_here(office.path, None, mouse=True)


def test_the_page_of_a_receipt_follows_its_case_while_a_console_is_open(
    office: Office, sweeper: Callable[..., Counted], tmp_path: Path
) -> None:
    www = tmp_path / "www"
    www.mkdir()
    number = opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    publication.change_place(office.desk("Ana"), str(www), "https://care.example/r")
    page = www / publication.publish(office.desk("Ben"), number).token / "index.html"
    failures: list[CareError] = []
    thread = sweeper(OFTEN, failures.append)
    wait_until(page.exists, "the page")
    execution.execute(office.desk("Ben"), "log", LogMessage(text="it is mended", channel="phone"), [number])
    wait_until(lambda: "We called you." in page.read_text(), "the change on the page")
    www.rename(tmp_path / "gone")
    execution.execute(office.desk("Ben"), "log", LogMessage(text="it is sent", channel="phone"), [number])
    wait_until(lambda: bool(failures), "why it cannot be written")
    thread.looks(3)
    assert [failure.message.endswith("No such file or directory.") for failure in failures] == [True], "said once"
    (tmp_path / "gone").rename(www)
    wait_until(lambda: page.read_text().count("We called you.") == 2, "the page, once it can be written again")


def test_the_weekly_digest_is_sent_whole_where_it_was_asked_for_once_however_many_sweep(
    office: Office, sweeper: Callable[..., Counted], post: Post
) -> None:
    addresses.save_address(office.desk("Cleo"), "Cleo", "json://shop.example/in")
    weekly_digest.set_whole(office.desk("Cleo"), "Cleo", None, True)
    first = sweeper(OFTEN, pytest.fail)
    first.looks(2)
    assert post.got == [], "the first look notes the time"
    office.now = next_digest(office.now) + MINUTE
    others = [sweeper(OFTEN, pytest.fail) for _ in range(3)]
    wait_until(lambda: post.got, "the digest")
    for one in (first, *others):
        one.looks(2)
    assert [body.splitlines()[0] for body in post.got] == ["Playbooks"]


def test_leads_hear_of_a_mail_box_that_is_not_read_but_not_before_this_console_could_read_it(
    office: Office, sweeper: Callable[..., Counted], post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses.save_address(office.desk("Ana"), "Ana", "json://shop.example/in")
    imap = MailServer(host="imap.shop.example", port=993, user="care")
    box = BoxSettings(address=Mailbox("care@shop.example"), imap=imap)
    boxes.add(office.desk(), "support", box, Secret("environment", "X"))
    office.now += 20 * MINUTE
    first = sweeper(OFTEN, pytest.fail)
    first.looks(2)
    assert post.got == []
    monkeypatch.setattr(sweeper_module, "_FIRST_READS", 0)
    wait_until(lambda: post.got, "the notice")
    first.looks(2)
    assert len(post.got) == 1
    assert "box support has not been read" in post.got[0]
