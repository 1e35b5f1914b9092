"""Addresses where people are told beyond their consoles: their form, when something may go there, how they are shown.

An address may hold passwords and tokens, at places that differ from service to service. So nothing here ever puts one
into a message, and what is shown of it leaves out all that could be secret.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from hmac import digest

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.time.calendars import Calendar, next_open, zone_of
from careconsole.domain.time.moments import DAY, local, parse_moment

ADDRESS_HINT = "Write it like ana@shop.example, or as Apprise does: slack://..., ntfy://..., json://..."
ENCODING_HINT = (
    "In a login or a password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, & as %26, + as %2B and % as %25."
)
QUIET_HINT = "Write it like 20:00-7:00."
INSTALL_HINT = "Install careconsole[notices]."
"""What is missing where nothing can be sent."""

_LONGEST = 2_000
_LOOKS = 20
_SIGN = 4
_LETTERS = "bcdfghjkmnpqrstvwxz"  # that make no words
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_MAIL = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+{_LABEL})")
_FOREIGN_MAIL = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+")
_LOCAL, _DOMAIN = 64, 253
_TWO_READINGS = "ßς\u200c\u200d"
"""Characters that the two standards for international domains (IDNA 2003 and 2008) read as different domains."""
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.+)", re.DOTALL)
_HOST = re.compile(r"localhost|(?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*|\d{1,3}(?:\.\d{1,3}){3}", re.IGNORECASE)
_PORT = re.compile(r"\d{1,5}", re.ASCII)
_PLACE = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,6}))?")
_HOSTED = frozenset(
    [
        "form",
        "forms",
        "gotify",
        "gotifys",
        "http",
        "https",
        "json",
        "jsons",
        "mailto",
        "mailtos",
        "matrix",
        "matrixs",
        "mmost",
        "mmosts",
        "rocket",
        "rockets",
        "xml",
        "xmls",
    ]
)
"""Schemes after which a machine is named. After others, the first part is a token or as good as one."""
_QUIET = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a person; `person` None is the team's mail gateway, by which bare mail addresses go.

    Nothing is sent in the `quiet` hours ("20:00-07:00", by the clock of `zone`; empty: this machine's) and while the
    calendar of that name is closed. `calls_always`: calls for help come at any hour. `sign` are some letters by which
    addresses that look alike can be told apart.
    """

    number: int
    person: int | None
    address: str
    quiet: str = ""
    zone: str = ""
    calendar: str = ""
    calls_always: bool = False
    sign: str = ""

    def __repr__(self) -> str:
        return f"Address({self.number}, {self.shown!r})"

    @property
    def shown(self) -> str:
        """The address without anything that could be secret."""
        return masked(self.address)

    @property
    def named(self) -> str:
        """The address as sentences speak of it: "address 2 (json://hooks.shop.example:8080/...)"."""
        return f"address {self.number} ({self.shown})"


def sign_of(address: str, key: str) -> str:
    """Four letters that tell an address from others.

    They need the team's `key`, so that who only sees them cannot try out passwords against them.
    """
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest(key.encode(), address.encode(), "sha256")[:_SIGN])


def is_mail(address: str) -> bool:
    """Whether this is a bare mail address, which needs the team's mail gateway."""
    return _MAIL.fullmatch(address) is not None


def check_address(text: str) -> str:
    """The address as it is kept. Raises WrongUse, which does not repeat it, for what cannot be one."""
    address = text.strip()
    if not address:
        raise WrongUse("The address is missing.", ADDRESS_HINT)
    if len(address) > _LONGEST:
        raise WrongUse(f"That is too long for an address: {len(address):,} characters.", ADDRESS_HINT)
    if not address.isprintable() or any(map(str.isspace, address)):
        raise WrongUse("An address holds no blanks, line breaks or invisible characters.", "Write a blank as %20.")
    if is_mail(address):
        return ascii_mail(address)
    url = _URL.fullmatch(address)
    if url is None:
        if _FOREIGN_MAIL.fullmatch(address) and not address.rpartition("@")[0].isascii():
            raise WrongUse(
                "Before the @ of a mail address, only the letters a to z, digits and some signs can be sent to.",
                "Ask for another address of theirs.",
            )
        raise WrongUse("That is no address.", ADDRESS_HINT)
    return _checked_url(url[1], url[2])


def ascii_mail(address: str) -> str:
    """A bare mail address as it is sent to, its domain in ASCII. Raises WrongUse where nothing can be sent to it."""
    local, _, domain = address.rpartition("@")
    domain = _ascii_domain(domain)
    if len(local) > _LOCAL or len(domain) > _DOMAIN:
        raise WrongUse("That is too long for a mail address.", ADDRESS_HINT)
    return f"{local}@{domain}"


def _ascii_domain(domain: str) -> str:
    """An international domain as DNS knows it (xn--...), any other as it is. Raises WrongUse for what is none."""
    if domain.isascii():
        return domain
    if not any(char in domain for char in _TWO_READINGS):
        try:
            return domain.encode("idna").decode("ascii")
        except UnicodeError:
            pass
    raise WrongUse(
        "That domain cannot be written in the letters that mail and the web use.", "Write it in its form with xn--."
    )


def _checked_url(scheme: str, rest: str) -> str:
    """The address with its domain in ASCII. Raises WrongUse where what sends would read it differently.

    Only a login that is percent-encoded is read by everybody in one way; else a part of a password becomes the machine
    that gets the rest of it.
    """
    if ";" in rest:
        raise WrongUse("A ; in an address cuts off what follows it.", "Write it as %3B.")
    if re.search("%(?![0-9A-Fa-f]{2})", rest):
        raise WrongUse("A % in an address has two digits after it.", "Write the sign itself as %25.")
    place, torn = _place(rest)
    login, at, machine = place.rpartition("@")
    if "@" in login:
        raise WrongUse("There is more than one @ before the machine of that address.", ENCODING_HINT)
    if scheme.lower() not in _HOSTED:
        return f"{scheme}://{rest}"
    if torn:
        raise WrongUse(
            "The machine in that address cannot be told from the login: there is an @ after it.",
            f"Write that @ as %40, or a recipient as ?to=. {ENCODING_HINT}",
        )
    if login.count(":") > 1:
        raise WrongUse("There is more than one : in the login of that address.", ENCODING_HINT)
    host = _PLACE.fullmatch(machine)
    if host is None:
        raise WrongUse("The machine in that address cannot be told from the rest.", ENCODING_HINT)
    if host[2] is not None and not 0 < int(host[2]) < 65536:
        raise WrongUse("A port is a number from 1 to 65535.", "Write the machine like mail.shop.example:587.")
    port = f":{host[2]}" if host[2] is not None else ""
    return f"{scheme}://{login}{at}{_ascii_domain(host[1])}{port}{rest[len(place) :]}"


def masked(address: str) -> str:
    """What may be shown of an address: the service and, where these cannot be secret, the machine and its port."""
    if is_mail(address):
        name, _, domain = address.rpartition("@")
        return f"{name[0]}...@{domain}"
    url = _URL.fullmatch(address)
    if url is None:
        return "..."
    scheme, (place, torn) = url[1].lower(), _place(url[2])
    if scheme not in _HOSTED or torn or place.count("@") > 1:
        return f"{scheme}://..."
    host, _, port = place.rpartition("@")[2].partition(":")
    shown = f"{host}:{port}" if _PORT.fullmatch(port) else host
    return f"{scheme}://{shown}/..." if _HOST.fullmatch(host) else f"{scheme}://..."


def _place(rest: str) -> tuple[str, bool]:
    """What stands where a machine does, with its login, and whether that may be a part of a password.

    A password may hold a slash or a question mark as it is; then an @ comes after what seems to be the machine.
    """
    before, mark, after = rest.partition(found[0]) if (found := re.search("[?#]", rest)) else (rest, "", "")
    place, _, path = before.partition("/")
    return place, "@" in path or ("@" in after and (mark == "#" or not re.match(r"[+:-]?[\w-]+=", after)))


def parse_quiet(text: str) -> str:
    """Quiet hours as they are kept: "20:00-07:00". Empty for none. Raises WrongUse."""
    if not text.strip():
        return ""
    match = _QUIET.fullmatch(text.strip())
    if match is None:
        raise WrongUse(f"{text[:60]!r} are no hours.", QUIET_HINT)
    begins, ends = (int(match[n]) * 60 + int(match[n + 1]) for n in (1, 3))
    if int(match[2]) > 59 or int(match[4]) > 59 or begins >= DAY // 60_000 or ends > DAY // 60_000:
        raise WrongUse(f"{text[:60]!r}: a clock time goes from 0:00 to 23:59.", QUIET_HINT)
    ends %= DAY // 60_000
    if begins == ends:
        raise WrongUse(f"{text[:60]!r} would be quiet all day.", "Leave some time in which something may come.")
    return f"{_clock(begins)}-{_clock(ends)}"


def open_from(address: Address, calendar: Calendar | None, now: int) -> tuple[int | None, str]:
    """From when on something may be sent there (`now` where it may at once), and what holds it until then.

    None where that never comes: the calendar is open in the quiet hours alone.
    """
    zone = zone_of(address.zone) if address.zone else None
    moment, why = now, ""
    for _ in range(_LOOKS):
        if calendar is not None:
            opening = next_open(calendar, moment)
            if opening is None:
                return None, f"{calendar.name} is closed"
            if opening > moment:
                moment, why = opening, f"{calendar.name} is closed"
        over = _quiet_until(address.quiet, moment, zone)
        if over is None:
            return moment, why
        moment, why = over, "quiet hours"
    return None, why


def _quiet_until(quiet: str, now: int, zone: tzinfo | None) -> int | None:
    """When the quiet hours that it is within are over; None outside of them."""
    if not quiet:
        return None
    begins, _, ends = quiet.partition("-")
    clock = local(now, now, zone)  # two digits each, so that they sort as times do
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    return parse_moment(ends, now, zone) if inside else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
