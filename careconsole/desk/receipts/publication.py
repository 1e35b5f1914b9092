"""Which cases have a page for their customer, under which link, and where the pages are.

A link is treated like a password: it is only in the table of receipts, and the journal says that it changed, not to
what. Pages are written from the database that the folder was set in; a copy of it leaves them alone.
"""

from __future__ import annotations

import os
import secrets
from base64 import b32encode
from collections.abc import Iterable, Iterator

import msgspec

from careconsole.desk.receipts.folder import PublishedFolder
from careconsole.desk.session import Desk, load, merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import MERGED, VOID, Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.engine.decoding import reader
from careconsole.store.receipts import StoredReceipt

__all__ = [
    "Place",
    "StoredReceipt",
    "change_place",
    "link_of",
    "must_be_published",
    "of_cases",
    "place_of",
    "publish",
    "published",
    "renew",
    "revoke",
    "versions",
]

SETTING = "receipts_folder"
"""The team's setting that says where the pages are, as JSON (see also `Desk.publishes_receipts`)."""
_TOKEN_BYTES = 20


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the pages are: the `folder`, the `url` at which a web server shows it, and the database they are of."""

    folder: str
    url: str
    database: str


_read = reader(Place)


def place_of(unit: UnitOfWork) -> Place | None:
    """Where the pages are; None if receipts are not published, or not from this database but one it is a copy of."""
    stored = unit.team.setting(SETTING)
    place = _read(stored, "The folder of receipts") if stored else None
    return place if place is not None and place.database == unit.store.real_place else None


def must_be_published(unit: UnitOfWork) -> Place:
    """Where the pages are; raises Refused if receipts are not published from this database."""
    place = place_of(unit)
    if place is None:
        raise Refused(
            "No folder for the pages of receipts is set for this database.",
            "A lead sets it: {}.",
            suggest("receipts folder", folder=..., url=...),
        )
    return place


def must_set_place(unit: UnitOfWork) -> None:
    """Raises Refused unless the person at work may set where receipts are published."""
    unit.must_lead("set where receipts are published")


def change_place(desk: Desk, folder: str | None, url: str = "") -> Place | None:
    """Sets where the pages are; without a folder, receipts are no longer published. For leads only.

    Raises WrongUse for a folder or an address that cannot be used.
    """
    desk.read(must_set_place)  # first: what is wrong with the folder is of no use to who may not set it
    place = None
    if folder is not None:
        if not folder.isprintable():
            raise WrongUse("The name of that folder has characters that cannot be stored.", "Give another folder.")
        PublishedFolder(folder).must_be_usable()
        if not _is_address(url):
            raise WrongUse(f"{url!r} is no address of a web page.", "Give one such as https://care.example/r.")
        place = Place(folder=os.path.realpath(folder), url=url.rstrip("/"), database=desk.store.real_place)

    def work(unit: UnitOfWork) -> Place | None:
        must_set_place(unit)
        before = place_of(unit)
        unit.store.people.set(SETTING, msgspec.json.encode(place).decode() if place is not None else "")
        said = place.folder if place is not None else ""
        had = before.folder if before is not None else ""
        unit.record_change("receipts folder", "receipts", {"folder": said, "before": {"folder": had}})
        return place

    return desk.write(work)


def _is_address(url: str) -> bool:
    from urllib.parse import urlsplit  # slow to load, and a command on a case does not need it

    try:
        parts = urlsplit(url)
        more = parts.query or parts.fragment or parts.username
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that cannot be any
        return False
    return known and not more and url.isascii() and url.isprintable() and " " not in url


def published(desk: Desk, number: int | None = None) -> list[StoredReceipt]:
    """Every published receipt, or that of one case."""
    if number is None:
        return desk.store.receipts.all()
    found = desk.store.receipts.get(number)
    return [found] if found is not None else []


def of_cases(desk: Desk, cases: Iterable[int]) -> list[StoredReceipt]:
    """The published receipts whose pages speak of these cases: of those themselves, and of those merged into them."""
    wanted = set(cases)

    def work(unit: UnitOfWork) -> list[StoredReceipt]:
        receipts = unit.store.receipts.of_cases(wanted) if wanted else []
        return [one for one in receipts if one.case in wanted or wanted & {c.number for c in _followed(unit, one.case)}]

    return desk.read(work)


def _followed(unit: UnitOfWork, number: int) -> Iterator[Case]:
    """A case, and those that it was merged into, one after the other."""
    case = unit.store.cases.get(number)
    if case is not None:
        yield case
        yield from merged_on(unit.store, case)


def versions(desk: Desk) -> dict[int, int]:
    """The version of every case that a published page speaks of, by number."""

    def work(unit: UnitOfWork) -> dict[int, int]:
        found = {}
        for number, version, status in unit.store.receipts.versions():
            found[number] = version
            if status == MERGED:
                found.update({one.number: one.version for one in _followed(unit, number)})
        return found

    return desk.read(work)


def publish(desk: Desk, number: int, *, language: str = "", subject: bool = True) -> StoredReceipt:
    """Gives a case a page, or keeps the one it has, in this language. Raises Refused for a case without a customer."""

    def work(unit: UnitOfWork) -> StoredReceipt:
        must_be_published(unit)
        case = load(desk, number, [], follow=False)
        if case.customer is None:
            raise Refused(
                f"Case {number} has no customer, so there is nobody to publish its receipt for.",
                "Say whose it is: {}.",
                suggest("edit", number, customer=...),
            )
        if case.merged_into is not None:
            raise Refused(
                f"Case {number} was merged into case {case.merged_into}.",
                "Publish that one: {}.",
                suggest("receipts on", case.merged_into, yes=True),
            )
        if case.status == VOID:
            raise Refused(f"Case {number} was opened by mistake and withdrawn.", "See {}.", suggest("show", number))
        before = unit.store.receipts.get(number)
        kept = before if before is not None and before.customer == case.customer else None
        token = kept.token if kept is not None else _new_token(unit)
        return _save(unit, number, case.customer, token, language, subject, kept.made_at if kept is not None else None)

    return desk.write(work)


def renew(desk: Desk, number: int) -> tuple[StoredReceipt, StoredReceipt]:
    """Gives a page a new link; returns it as it was, whose page the caller removes, and as it is."""

    def work(unit: UnitOfWork) -> tuple[StoredReceipt, StoredReceipt]:
        before = _must_have(unit, number)
        after = _save(unit, number, before.customer, _new_token(unit), before.language, before.subject)
        return before, after

    return desk.write(work)


def revoke(desk: Desk, number: int) -> StoredReceipt:
    """Takes a page back; returns what it was, whose page the caller removes."""

    def work(unit: UnitOfWork) -> StoredReceipt:
        assert unit.who.person  # raises if nobody is at work
        before = _must_have(unit, number)
        unit.store.receipts.remove(number)
        unit.record_change("receipt revoked", f"case {number}", {})
        return before

    return desk.write(work)


def link_of(desk: Desk, number: int) -> str:
    """The link of a case's page. Raises Refused if it has none."""
    return desk.read(lambda unit: f"{must_be_published(unit).url}/{_must_have(unit, number).token}/")


def _must_have(unit: UnitOfWork, number: int) -> StoredReceipt:
    found = unit.store.receipts.get(number)
    if found is None:
        raise Refused(
            f"The receipt of case {number} is not published.",
            "Publish it: {}.",
            suggest("receipts on", number, yes=True),
        )
    return found


def _save(
    unit: UnitOfWork, number: int, customer: int, token: str, language: str, subject: bool, since: int | None = None
) -> StoredReceipt:
    """Stores the page of a case; `since` is when its link was made, if not now."""
    assert unit.who.person  # raises if nobody is at work
    receipt = StoredReceipt(
        case=number,
        customer=customer,
        token=token,
        language=language,
        subject=subject,
        made_at=unit.now if since is None else since,
    )
    unit.store.receipts.save(receipt)
    unit.record_change("receipt published", f"case {number}", {"language": language, "subject": subject})
    return receipt


def _new_token(unit: UnitOfWork) -> str:
    """A new token of 160 random bits. Raises Refused if a page has it already, which chance will not do."""
    token = b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode().lower()
    if unit.store.receipts.has(token):
        raise Refused(
            "Another page has the same link already, so that no link was made.",
            "Try again; if it happens again, this machine makes no random numbers.",
        )
    return token
