"""Writes the pages of published receipts, each as its customer may see it now.

A page that says the same as before is left as it is, with the time that it is of: it is compared with what would be
written at that time. A command that changes a case calls `publish_changed`, and so does the sweep; `write_all`
repairs everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.desk.receipts import publication
from careconsole.desk.receipts.folder import PublishedFolder
from careconsole.desk.receipts.publication import Place, StoredReceipt
from careconsole.desk.receipts.settings import ReceiptSettings, settings
from careconsole.domain.case.public import public_history
from careconsole.domain.case.state import MERGED, VOID
from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import DAY, parse_iso
from careconsole.present.receipts.content import receipt_of
from careconsole.present.receipts.page import neutral_page, receipt_page
from careconsole.present.receipts.reading import wording_of

STAYS = 30 * DAY
"""How long after its end a case's page says more than where to ask (milliseconds)."""
_REST = 0.01
"""Seconds after each page in which a screen can draw: a page takes some 3 ms."""
_NEVER = 1 << 62
_AS_OF = re.compile(rb'<p class="quiet">[^<]*<time datetime="([0-9TZ:.+-]{1,40})">')


class WriteResult(msgspec.Struct, frozen=True, kw_only=True):
    """How many pages were written, said the same already, and were removed because no case has them."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


class _Pages:
    """What a process knows of the pages from one time to the next: the state that each was written from, and when it
    says something else although nothing happens (epoch milliseconds, by case)."""

    def __init__(self) -> None:
        self.team: object = None
        self.cases: dict[int, int] = {}
        self.until: dict[int, int] = {}


class _Source:
    """What one page is made from, read once."""

    def __init__(self, desk: Desk, receipt: StoredReceipt, said: ReceiptSettings) -> None:
        self._receipt = receipt
        self._said = said
        self._wording = wording_of(said, receipt.language)
        self._view = shown_case.show(desk, receipt.case)

    def page(self, at: int | None = None) -> bytes:
        """The page as it is now; `at` is the moment that it says it is of, if not the present one.

        It is neutral where the case has been over for `STAYS`, or is no longer that customer's.
        """
        case, receipt = self._view.case, self._receipt
        gone = not case.is_open and self._view.now >= self._over
        if gone or case.customer != receipt.customer or case.status in (VOID, MERGED):
            return neutral_page(self._wording, self._said).encode()
        made = receipt_of(self._view, receipt.case, self._said, self._wording, subject=receipt.subject, now=at)
        return receipt_page(made).encode()

    def is_said_by(self, page: bytes | None) -> bool:
        """Whether a page says what it would say if it were written now, but for the moment that it is of."""
        if page is None:
            return False
        found = _AS_OF.search(page)
        try:
            at = parse_iso(found[1].decode("ascii"), "As of") if found is not None else None
        except WrongUse:
            return False
        return self.page(at) == page

    def until(self) -> int:
        """When the page says something else although nothing happens (epoch milliseconds)."""
        case, now = self._view.case, self._view.now
        if not case.is_open:
            return self._over if self._over > now else _NEVER
        promises = public_history(case, self._view.history).promises
        return min((one.by + 1 for one in promises if one.by is not None and one.by >= now), default=_NEVER)

    @property
    def _over(self) -> int:
        case = self._view.case
        return (case.resolved_at if case.resolved_at is not None else case.changed_at) + STAYS


def write_all(desk: Desk) -> WriteResult:
    """Writes every page that says something else now, removes those that no case has, and the index file.

    Raises Refused without a folder, CareError if it cannot be written.
    """
    place = desk.read(publication.must_be_published)
    folder = PublishedFolder(place.folder)
    folder.must_be_usable()
    result, _ = _write(desk, place, publication.published(desk))
    return msgspec.structs.replace(result, removed=_remove_strays(desk, folder))


def _remove_strays(desk: Desk, folder: PublishedFolder) -> int:
    """Removes the pages that no case has any longer; returns how many."""
    strays = folder.tokens() - {receipt.token for receipt in publication.published(desk)}
    for token in strays:
        folder.remove(token)
    return len(strays)


def remove_all(desk: Desk) -> int:
    """Removes every page and the index file, and stops publishing; returns how many pages. Raises as `write_all`."""
    desk.read(publication.must_set_place)
    place = desk.read(publication.must_be_published)
    publication.change_place(desk, None)
    return _clear(place)


def move_to(desk: Desk, folder: str, url: str) -> tuple[Place, WriteResult]:
    """Publishes receipts in a folder, under that address, and no longer in another. Raises as `write_all`."""
    before = desk.read(publication.place_of)
    place = publication.change_place(desk, folder, url)
    assert place is not None
    done = write_all(desk)
    if before is not None and before.folder != place.folder:
        done = msgspec.structs.replace(done, removed=done.removed + _clear(before))
    return place, done


def _clear(place: Place) -> int:
    folder = PublishedFolder(place.folder)
    tokens = folder.tokens()
    for token in tokens:
        folder.remove(token)
    folder.remove_index()
    return len(tokens)


def write_page(desk: Desk, receipt: StoredReceipt) -> None:
    """Writes the page of one receipt. Raises as `write_all`."""
    _write(desk, desk.read(publication.must_be_published), [receipt])


def remove_page(desk: Desk, receipt: StoredReceipt) -> None:
    """Removes the page of a receipt that was taken back or has another link now. Raises as `write_all`."""
    PublishedFolder(desk.read(publication.must_be_published).folder).remove(receipt.token)


def publish_changed(desk: Desk, cases: Iterable[int]) -> WriteResult:
    """Writes the pages of these cases, as far as they are published. Raises CareError if one cannot be written."""
    place = desk.read(publication.place_of)
    receipts = publication.of_cases(desk, cases) if place is not None else []
    if place is None or not receipts:
        return WriteResult()
    return _write(desk, place, receipts)[0]


def publish_due(desk: Desk, pause: Callable[[float], bool] | None = None) -> WriteResult:
    """Writes the pages that may say something else since this process last did so: of cases that changed, of all when
    people or settings did, and when a promised time or the end of a page has come. Next to nothing if none may.

    `pause` waits for some seconds after each page, so that a screen beside it goes on; when it returns True, the rest
    is left to the next time.
    """
    place = desk.read(publication.place_of)
    if place is None:
        return WriteResult()
    pages = desk.kept.setdefault(_Pages, _Pages())
    assert isinstance(pages, _Pages)
    team, now, versions = (place, settings(desk), desk.roster()), desk.now(), publication.versions(desk)
    changed = {number for number, version in versions.items() if pages.cases.get(number) != version}
    due = {number for number, until in pages.until.items() if until <= now}
    gone = pages.cases.keys() - versions.keys()
    if team == pages.team and not (changed or due or gone):
        return WriteResult()
    if team != pages.team:
        chosen = publication.published(desk)
    else:
        chosen = publication.of_cases(desk, changed | due)
    result, until = _write(desk, place, chosen if pause is None else _one_by_one(chosen, pause))
    if len(until) < len(chosen):
        return result
    if gone or team != pages.team:
        result = msgspec.structs.replace(result, removed=_remove_strays(desk, PublishedFolder(place.folder)))
    pages.team, pages.cases = team, versions
    pages.until = {number: time for number, time in pages.until.items() if number in versions} | until
    return result


def _one_by_one(receipts: Iterable[StoredReceipt], pause: Callable[[float], bool]) -> Iterator[StoredReceipt]:
    for receipt in receipts:
        yield receipt
        if pause(_REST):
            return


def _write(desk: Desk, place: Place, receipts: Iterable[StoredReceipt]) -> tuple[WriteResult, dict[int, int]]:
    """Writes the pages that say something else now; returns also until when each says the same, by case."""
    folder, said = PublishedFolder(place.folder), settings(desk)
    folder.write_index(neutral_page(wording_of(said), said).encode())
    written, until = 0, {}
    for receipt in receipts:
        source = _Source(desk, receipt, said)
        if not source.is_said_by(folder.page(receipt.token)):
            folder.write_page(receipt.token, source.page())
            written += 1
        until[receipt.case] = source.until()
    return WriteResult(written=written, unchanged=len(until) - written), until
