"""The addresses that notices are sent to: setting and forgetting them, and the team's mail gateway."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.team.addresses import Address, check_address, is_mail, open_from, parse_quiet
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.calendars import zone_of

GATEWAY_HINT = "Write it like mailtos://care:PASSWORD@mail.shop.example."

Known = Callable[[str], bool]
"""Whether messages can be sent to an address, or through a mail gateway."""


class AddressBook(msgspec.Struct, frozen=True, kw_only=True):
    """Every address, the team's mail gateway, and the roster."""

    addresses: list[Address]
    gateway: Address | None
    roster: Roster

    def of(self, person: int) -> list[Address]:
        """The addresses of one person."""
        return [address for address in self.addresses if address.person == person]

    def works(self, address: Address) -> bool:
        """Whether notices are sent to an address: not to that of a person who has left."""
        known = self.roster.people.get(address.person) if address.person is not None else None
        return known is None or known.active


def can_send() -> bool:
    """Whether the library that sends is installed: the extra careconsole[notices]."""
    return find_spec("apprise") is not None


def book(desk: Desk) -> AddressBook:
    """Everybody's addresses."""
    notices = desk.store.notices
    return desk.read(
        lambda unit: AddressBook(addresses=notices.addresses(), gateway=notices.gateway(), roster=unit.roster)
    )


def save_address(
    desk: Desk,
    name: str,
    written: str,
    *,
    quiet: str = "",
    zone: str = "",
    calendar: str = "",
    calls_always: bool = False,
    known: Known | None = None,
) -> tuple[Person, Address]:
    """Adds an address for somebody, or replaces the hours of one they have already.

    Everybody may do this for themselves, leads for anybody. `known` checks the address as the sender would; without it
    only its form is checked. Raises WrongUse, which never repeats the address, for an invalid address, invalid hours or
    an unknown calendar, and when these never leave a time to send.
    """
    clean = check_address(written)
    hours = parse_quiet(quiet)
    if zone:
        zone_of(zone)
    if known is not None and not is_mail(clean) and not known(clean):
        raise WrongUse("Nothing can be sent to that address.", "See https://appriseit.com for how a service is named.")

    def work(unit: UnitOfWork) -> tuple[Person, Address]:
        person = must_manage_addresses_of(unit, name)
        if not person.active:
            again = suggest("team add", name=person.name)
            raise Refused(f"{person.name} has left the team.", "Add them again: {}.", again)
        address = Address(
            number=0,
            person=person.number,
            address=clean,
            quiet=hours,
            zone=zone if hours else "",
            calendar=calendar,
            calls_always=calls_always,
        )
        calendars = unit.team.service.calendars
        if calendar and calendar not in calendars:
            raise WrongUse(f"There is no calendar {calendar!r}.", f"Calendars: {', '.join(calendars)}.")
        if open_from(address, calendars.get(calendar), unit.now)[0] is None:
            raise WrongUse(
                "Nothing would ever be sent there: the calendar is open only in the quiet hours.",
                "Look at it: {}.",
                suggest("calendar show", name=calendar),
            )
        had = next((one for one in book(desk).of(person.number) if one.address == clean), None)
        unit.store.notices.keep(address)
        data = {"person": person.number, "to": service_name(clean), **_hours(address)}
        unit.record_change("notices address", person.name, {**data, "before": _hours(had) if had else None})
        kept = next(one for one in book(desk).of(person.number) if one.address == clean)
        return person, kept

    return desk.write(work)


def forget(desk: Desk, name: str, which: str | None = None, *, every: bool = False) -> tuple[Person, list[Address]]:
    """Removes an address of somebody's, given by its number, its sign, or as it is shown.

    Their only one need not be named, and `every` removes all that match. Raises Refused when none matches, or several
    do without `every`.
    """

    def work(unit: UnitOfWork) -> tuple[Person, list[Address]]:
        person = must_manage_addresses_of(unit, name)
        meant = matching_addresses(desk, person, which)
        if len(meant) > 1 and not every:
            raise Refused(
                several_match(person, meant, which),
                "Give its number: {}; or remove all of them {}.",
                suggest("notices forget", name=person.name, number=meant[0].number),
                given(all=True),
            )
        for one in meant:
            unit.store.notices.forget(one.number)
            data = {"person": person.number, "to": service_name(one.address)}
            unit.record_change("notices forgotten", person.name, data)
        return person, meant

    return desk.write(work)


def matching_addresses(desk: Desk, person: Person, which: str | None) -> list[Address]:
    """The addresses of a person that are meant, given as in `forget`. Raises Refused when none is."""
    theirs = book(desk).of(person.number)
    meant = [one for one in theirs if which is None or which in (str(one.number), one.sign, one.shown)]
    if not meant:
        if theirs:
            raise Refused(f"{person.name} has no such address.", f"There is {_listed(theirs)}.")
        raise Refused(f"{person.name} has no address.", "See {}.", suggest("notices addresses"))
    return meant


def several_match(person: Person, meant: list[Address], which: str | None) -> str:
    """The sentence that says that several addresses of a person match."""
    several = f"{len(meant)} addresses" if which is None else "several that look like this"
    return f"{person.name} has {several}: {_listed(meant)}."


def set_gateway(desk: Desk, written: str | None, known: Known | None = None) -> Address | None:
    """Sets the server that bare mail addresses are sent through (None: none); for leads only. `known` as in `keep`."""
    clean = check_address(written) if written is not None else None
    if clean is not None and is_mail(clean):
        raise WrongUse("A mail gateway is a server, with a login if it needs one.", GATEWAY_HINT)
    if clean is not None and known is not None and not known(clean):
        raise WrongUse("No mail can be sent through that.", GATEWAY_HINT)

    def work(unit: UnitOfWork) -> Address | None:
        unit.must_lead("set the mail gateway")
        notices = unit.store.notices
        before = notices.gateway()
        if clean is not None:
            notices.keep(Address(number=0, person=None, address=clean))
        elif before is not None:
            notices.forget(before.number)
        data = {
            "to": service_name(clean) if clean else None,
            "before": {"to": service_name(before.address) if before else None},
        }
        unit.record_change("notices mail", "", data)
        return notices.gateway()

    return desk.write(work)


def must_manage_addresses_of(unit: UnitOfWork, name: str) -> Person:
    """The person of that name, if the person at work may change their addresses. Raises Refused otherwise."""
    if "://" in name:
        raise WrongUse("The person comes first, then the address.", "See {}.", suggest("notices address", help=True))
    person = unit.find(name)
    if person.number != unit.who.person:
        unit.must_lead("set other people's addresses")
    return person


def _listed(addresses: list[Address]) -> str:
    return ", ".join(f"{one.number} ({one.shown}{f', {one.sign}' if one.sign else ''})" for one in addresses)


def _hours(address: Address) -> dict[str, object]:
    """What the journal records about when something may be sent to an address."""
    return {"quiet": address.quiet, "calendar": address.calendar, "calls_always": address.calls_always}


def service_name(address: str) -> str:
    """What the journal records about an address: the name of the service."""
    return "mail" if is_mail(address) else address.partition("://")[0].lower()
