"""Published receipts: whole pages under links that only their customers know, and that follow their cases."""

from __future__ import annotations

import errno
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import customer_merges, execution
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.last_messages import last_of_all, message_of
from careconsole.desk.receipts import publication
from careconsole.desk.receipts.folder import INDEX, MARK, TOKEN, PublishedFolder
from careconsole.desk.receipts.settings import change, settings
from careconsole.desk.team import customers, members
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.present.receipts import publishing
from careconsole.present.receipts.content import receipt_of
from careconsole.present.receipts.publishing import (
    move_to,
    publish_changed,
    publish_due,
    remove_page,
    write_all,
    write_page,
)
from careconsole.present.receipts.wording import wording
from careconsole.store.maintenance import dump
from tests.desk.office import HOUR, Office, line

ROOT = Path(__file__).resolve().parents[2]
URL = "https://care.example/r"


@pytest.fixture
def www(office: Office, tmp_path: Path) -> Path:
    """The folder of the pages, as set."""
    folder = tmp_path / "www"
    folder.mkdir()
    publication.change_place(office.desk(), str(folder), URL)
    return folder


def opened(office: Office, customer: str | None = "Carla", subject: str = "Kettle") -> int:
    outcome = execution.open_case(office.desk("Ben"), OpenCase(subject=subject, owner=office.ids["Ben"]), customer)
    assert outcome.opened is not None
    return outcome.opened


def published(office: Office, number: int) -> str:
    """Publishes the receipt of a case; returns its token."""
    receipt = publication.publish(office.desk("Ben"), number)
    write_page(office.desk(), receipt)
    return receipt.token


def do(office: Office, number: int, command: object, name: str = "Ben") -> None:
    execution.execute(office.desk(name), "note", command, [number])  # type: ignore[arg-type]


def page(www: Path, token: str) -> str:
    return (www / token / INDEX).read_text(encoding="utf-8")


# Links


def test_a_link_has_160_random_bits_and_is_nowhere_but_in_its_table(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    assert TOKEN.fullmatch(token)
    assert publication.link_of(office.desk(), number) == f"{URL}/{token}/"
    desk = office.desk()
    exported = desk.read(lambda unit: [str(record) for record in dump.records(unit.store.engine)])
    assert not [record for record in exported if token in record]
    tables = [row[0] for row in office.store.engine.fetch_all("select name from sqlite_master where type = 'table'")]
    for table in set(tables) - {"receipts"}:
        assert token not in str(office.store.engine.fetch_all(f"select * from {table}")), table


def test_publishing_again_keeps_the_link_and_renewing_changes_it(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    assert published(office, number) == token
    before, after = publication.renew(office.desk("Ben"), number)
    remove_page(office.desk(), before)
    write_page(office.desk(), after)
    assert before.token == token != after.token
    assert PublishedFolder(str(www)).tokens() == {after.token}


def test_a_page_taken_back_is_gone_at_once(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    remove_page(office.desk(), publication.revoke(office.desk("Ben"), number))
    assert not (www / token).exists()
    with pytest.raises(Refused, match="not published"):
        publication.link_of(office.desk(), number)


def test_a_link_that_another_page_has_is_refused(office: Office, www: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda count: b"\0" * count)
    published(office, opened(office))
    with pytest.raises(Refused, match="same link"):
        publication.publish(office.desk(), opened(office))


def test_a_case_without_a_customer_or_a_folder_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No folder"):
        publication.publish(office.desk(), opened(office))
    (tmp_path / "www").mkdir()
    publication.change_place(office.desk(), str(tmp_path / "www"), URL)
    with pytest.raises(Refused, match="no customer"):
        publication.publish(office.desk(), opened(office, customer=None))


@pytest.mark.parametrize(
    "url", ["care.example/r", "ftp://x/r", "https://", "https://x/r?a=1", "https://x/ r", "https://é/r", "https://[/r"]
)
def test_an_address_that_cannot_be_a_web_page_is_refused(office: Office, tmp_path: Path, url: str) -> None:
    with pytest.raises(WrongUse, match="no address"):
        publication.change_place(office.desk(), str(tmp_path), url)


def test_a_folder_that_is_missing_or_has_a_site_of_its_own_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no folder"):
        publication.change_place(office.desk(), str(tmp_path / "missing"), URL)
    (tmp_path / INDEX).write_text("<h1>Our shop</h1>")
    with pytest.raises(WrongUse, match="a web page of its own"):
        publication.change_place(office.desk(), str(tmp_path), URL)
    os.remove(tmp_path / INDEX)
    with pytest.raises(Refused, match="lead"):
        publication.change_place(office.desk("Ben"), str(tmp_path), URL)


def test_a_page_that_cannot_be_written_is_an_error_that_does_not_name_the_link(office: Office, www: Path) -> None:
    receipt = publication.publish(office.desk("Ben"), opened(office))
    (www / receipt.token).write_text("a file in its place")
    with pytest.raises(CareError, match="cannot be written") as caught:
        write_page(office.desk(), receipt)
    assert receipt.token not in str(caught.value)


def test_why_a_page_cannot_be_written_is_told_even_if_its_unfinished_file_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "chmod", full)
    monkeypatch.setattr(os, "remove", refused)
    with pytest.raises(CareError, match="cannot be written: No space left on device"):
        PublishedFolder(str(tmp_path)).write_index(b"page")


def test_a_page_that_cannot_be_removed_is_said_to_be_there_still(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    (www / token / INDEX).unlink()
    (www / token / INDEX).mkdir()  # a folder is no file that can be removed
    with pytest.raises(CareError, match="its link still shows it") as caught:
        remove_page(office.desk(), publication.revoke(office.desk("Ben"), number))
    assert token not in str(caught.value)
    (www / token / INDEX).rmdir()
    assert write_all(office.desk()).removed == 1


def test_a_disk_that_is_full_in_the_middle_of_a_page_leaves_the_page_before(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    before = page(www, token)
    folder = PublishedFolder(str(www))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # no file of this process can be larger
    try:
        with pytest.raises(CareError, match="cannot be written") as caught:
            folder.write_page(token, MARK + b"x" * 15_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert token not in str(caught.value)
    assert page(www, token) == before
    assert os.listdir(www / token) == [INDEX], "what was half written is gone"


def test_a_folder_that_cannot_be_written_is_refused(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root can write everywhere
    with pytest.raises(CareError, match="cannot be written"):
        publication.change_place(office.desk(), str(tmp_path), URL)


def test_a_folder_on_another_disk_behind_a_link_is_used(office: Office, tmp_path: Path) -> None:
    number = opened(office)
    with tempfile.TemporaryDirectory(prefix="receipts-") as other:
        (tmp_path / "www").symlink_to(other)
        publication.change_place(office.desk(), str(tmp_path / "www"), URL)
        token = published(office, number)
        assert "Kettle" in page(Path(other), token)


def test_clocks_that_went_back_leave_whole_pages_that_say_when_they_are_of(office: Office, www: Path) -> None:
    number = opened(office)
    do(office, number, Promise(text="a lid", due=office.now + 2 * HOUR))
    token = published(office, number)
    before = page(www, token)
    office.now -= 48 * HOUR
    assert write_all(office.desk()).unchanged == 1, "nothing else is to be said"
    assert page(www, token) == before
    do(office, number, LogMessage(text="we mend it", channel="phone"))
    publish_changed(office.desk(), [number])
    after = page(www, token)
    assert "We called you" in after
    assert (_as_of(after) < _as_of(before), after.endswith("</html>\n")) == (True, True)


def _as_of(page: str) -> str:
    found = re.search(r'class="quiet">As of <time datetime="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_another_folder_takes_the_pages_over(office: Office, www: Path, tmp_path: Path) -> None:
    token = published(office, opened(office))
    (tmp_path / "new").mkdir()
    move_to(office.desk(), str(tmp_path / "new"), URL)
    assert os.listdir(www) == []
    assert "Kettle" in page(tmp_path / "new", token)


# Pages


def test_no_listing_shows_anything(office: Office, www: Path) -> None:
    token = published(office, opened(office))
    write_all(office.desk())
    assert sorted(os.listdir(www)) == sorted([token, INDEX])
    assert os.listdir(www / token) == [INDEX]
    index = (www / INDEX).read_text()
    assert "no longer shows anything" in index
    assert "Kettle" not in index


def test_an_unchanged_page_is_not_written_again_and_keeps_its_time(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    before = (page(www, token), (www / token / INDEX).stat().st_ino)
    office.later()
    do(office, number, Note(text="he is angry"))
    assert publish_changed(office.desk(), [number]) == publishing.WriteResult(unchanged=1)
    assert write_all(office.desk()) == publishing.WriteResult(unchanged=1)
    assert (page(www, token), (www / token / INDEX).stat().st_ino) == before


def test_a_change_that_the_customer_may_know_is_on_the_page(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    office.later()
    do(office, number, LogMessage(inbound=False, channel="phone", text="it is on its way"))
    assert publish_changed(office.desk(), [number]).written == 1
    assert "We called you." in page(www, token)
    assert "9:00" in page(www, token)


def test_a_desk_knows_which_cases_its_commands_have_changed(office: Office) -> None:
    number = opened(office)
    desk = office.another("Ben")
    assert desk.changed_cases() == set()
    execution.execute(desk, "note", Note(text="so be it"), [number])
    assert desk.changed_cases() == {number}


def test_a_damaged_page_and_one_that_no_case_has_are_repaired(office: Office, www: Path) -> None:
    number = opened(office)
    token = published(office, number)
    whole = page(www, token)
    (www / token / INDEX).write_text(whole[:500])
    stray = www / ("a" * 32)
    stray.mkdir()
    (stray / INDEX).write_text("of a page that was taken back")
    (www / "somebody's notes").mkdir()
    assert write_all(office.desk()) == publishing.WriteResult(written=1, removed=1)
    assert page(www, token) == whole
    assert not stray.exists()
    assert (www / "somebody's notes").exists()


def test_a_promise_that_passes_its_time_is_on_the_page_within_one_sweep(office: Office, www: Path) -> None:
    number = opened(office)
    do(office, number, Promise(text="a lid", due=office.now + 5 * HOUR))
    token = published(office, number)
    desk = office.desk()
    assert publish_due(desk) == publishing.WriteResult(unchanged=1)
    office.later(4)
    assert publish_due(desk) == publishing.WriteResult(), "nothing can have changed, so that nothing is read"
    office.later(2)
    assert publish_due(desk).written == 1
    assert "That time has passed. We are sorry." in page(www, token)


def test_a_console_that_ends_leaves_the_other_pages_to_the_next_time(office: Office, www: Path) -> None:
    for _ in range(3):
        publication.publish(office.desk("Ben"), opened(office))
    desk = office.desk()
    assert publish_due(desk, pause=lambda seconds: True).written == 1
    assert publish_due(desk, pause=lambda seconds: False) == publishing.WriteResult(written=2, unchanged=1)
    assert publish_due(desk, pause=lambda seconds: False) == publishing.WriteResult()


def test_people_and_settings_are_on_the_page_within_one_sweep(office: Office, www: Path) -> None:
    token = published(office, opened(office))
    desk = office.desk()
    publish_due(desk)
    members.away(office.desk(), "Ben", "Cleo")
    assert publish_due(desk).written == 1
    assert re.search("While <bdi[^>]*>Ben</bdi> is away, <bdi[^>]*>Cleo</bdi> takes", page(www, token))
    change(office.desk(), phone="+39 02 1234567")
    assert publish_due(desk).written == 1
    assert "+39 02 1234567" in page(www, token)


def test_thirty_days_after_its_end_a_page_tells_only_where_to_ask(office: Office, www: Path) -> None:
    number = opened(office)
    do(office, number, Resolve(said="sent", answer="told"))
    token = published(office, number)
    desk = office.desk()
    publish_due(desk)
    office.later(29 * 24)
    assert publish_due(desk).written == 0
    assert "We resolved it." in page(www, token)
    office.later(25)
    assert publish_due(desk).written == 1
    assert "no longer shows anything" in page(www, token)


def test_a_case_that_becomes_another_customers_is_no_longer_shown(office: Office, www: Path) -> None:
    number, other = opened(office), opened(office, "Nils")
    token = published(office, number)
    nils = office.case(other).customer
    do(office, number, Edit(customer=nils))
    publish_changed(office.desk(), [number])
    assert "Kettle" not in page(www, token)
    assert published(office, number) != token, "another customer gets another link"


@pytest.mark.parametrize("customer, shown", [("Carla", True), ("Nils", False)])
def test_a_merged_case_shows_the_other_one_only_to_the_same_customer(
    office: Office, www: Path, customer: str, shown: bool
) -> None:
    loser, winner = opened(office), opened(office, customer, "Lid")
    token = published(office, loser)
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner, confirm=True), [loser])
    publish_changed(office.desk(), [winner])
    assert ("Lid" in page(www, token)) is shown
    assert "Kettle" not in page(www, token)


@pytest.mark.parametrize("customer, shown", [("Carla", True), ("Nils", False)])
def test_what_the_customer_wrote_on_a_merged_case_stays_on_their_receipt(
    office: Office, customer: str, shown: bool
) -> None:
    loser, winner = opened(office), opened(office, customer, "Lid")
    office.later(1)
    do(office, loser, LogMessage(text="It still leaks", inbound=True))
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner, confirm=True), [loser])
    view = shown_case.show(office.desk(), winner)
    receipt = receipt_of(view, winner, settings(office.desk()), wording("en"), words=True)
    (happened,) = [section for section in receipt.sections if section.id == "happened"]
    assert ("It still leaks" in [item.words for item in happened.items]) is shown
    last = last_of_all(view.case.number, view.history, view.merged)
    assert last is not None
    assert (last[0], message_of(last[1]).text) == (loser, "It still leaks"), "colleagues read the last one of either"


@pytest.mark.parametrize("customer, shown", [("Carla", True), ("Nils", False)])
def test_what_was_promised_to_another_customer_is_on_no_receipt_of_this_one(
    office: Office, customer: str, shown: bool
) -> None:
    loser, winner = opened(office), opened(office, customer, "Lid")
    do(office, loser, Promise(text="a new hinge in her letterbox", due=office.now + HOUR))
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner, confirm=True), [loser])
    view = shown_case.show(office.desk(), winner)
    receipt = receipt_of(view, winner, settings(office.desk()), wording("en"), words=True)
    assert ("letterbox" in str(receipt)) is shown


def test_what_a_customer_was_promised_stays_on_the_receipt_when_they_are_merged_into_another_entry(
    office: Office,
) -> None:
    loser, winner = opened(office), opened(office, "Carla", "Lid")
    opened(office, "Carla Neri", "Cord")
    do(office, loser, Promise(text="a new hinge in her letterbox", due=office.now + HOUR))
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner, confirm=True), [loser])
    desk = office.desk()
    one, other = (customers.find(desk, name).number for name in ("Carla", "Carla Neri"))
    customer_merges.merge(desk, one, other)
    view = shown_case.show(desk, winner)
    assert view.case.customer == other
    receipt = receipt_of(view, winner, settings(desk), wording("en"), words=True)
    assert "letterbox" in str(receipt)


def test_the_page_of_a_case_that_was_rolled_back_with_its_import_is_gone(office: Office, www: Path) -> None:
    office.bring(line("A", 0, status="open", owner="Ben", customer="Carla"))
    token = published(office, 1)
    desk = office.desk()
    publish_due(desk)
    roll_back(office.desk(), 1)
    assert publish_due(desk).removed == 1
    assert not (www / token).exists()


def test_a_copy_of_the_database_leaves_the_pages_alone(office: Office, www: Path, tmp_path: Path) -> None:
    number = opened(office)
    token = published(office, number)
    office.store.engine.execute(f"vacuum into '{tmp_path / 'copy.db'}'")
    from careconsole.store import open_store

    store = open_store(str(tmp_path / "copy.db"))
    try:
        desk = Desk(store, lambda: office.now, office.ids["Ana"], "desk 1", "os")
        publication.published(desk)
        assert publish_changed(desk, [number]) == publish_due(desk) == publishing.WriteResult()
        with pytest.raises(Refused, match="for this database"):
            write_all(desk)
    finally:
        store.close()
    assert "Kettle" in page(www, token)


WRITER = """
import sys
from careconsole.desk.receipts.folder import PublishedFolder
folder, turn = PublishedFolder(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    for number in range(1000):
        token = f"{number:032}".translate(str.maketrans("0189", "abcd"))
        folder.write_page(token, (f"<{turn}>" + "x" * 15_000 + f"</{turn}>").encode())
    turn += 1
"""


def whole_pages(www: Path, turns: int, pages: int) -> None:
    """Kills a writer of 1,000 pages so many times, and checks that each page that is there is whole."""
    for turn in range(turns):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(www), str(turn * 1000)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        while len(os.listdir(www)) < pages * (turn + 1) / turns:  # killed somewhere else each time
            assert writer.poll() is None
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for folder in www.iterdir():
            file = folder / INDEX
            if file.exists():
                assert re.fullmatch(r"<(\d+)>x{15000}</\1>", file.read_text())


def test_a_writer_that_is_killed_leaves_whole_pages(tmp_path: Path) -> None:
    whole_pages(tmp_path, 3, 300)


@pytest.mark.slow
def test_twenty_killed_writers_of_a_thousand_pages_leave_whole_pages(tmp_path: Path) -> None:
    whole_pages(tmp_path, 20, 1000)
    assert len(os.listdir(tmp_path)) >= 1000
