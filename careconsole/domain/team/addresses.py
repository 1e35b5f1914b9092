"""Addresses for notices outside the console: their form, when something may be sent, how they are shown.

An address may contain passwords and tokens, in places that differ from service to service. So no message here ever
quotes one, and what is shown of it leaves out everything that could be secret.
"""

from __future__ import annotations

import re
from datetime import tzinfo

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.time.calendars import Calendar, next_open, zone_of
from careconsole.domain.time.moments import DAY, local, next_clock

ADDRESS_HINT = "Write it like ana@shop.example, or as Apprise does: slack://..., ntfy://..., json://..."
ENCODING_HINT = (
    "In a login or a password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, & as %26, + as %2B and % as %25."
)
QUIET_HINT = "Write it like 20:00-7:00."
INSTALL_HINT = "Install careconsole[notices]."
"""The hint when the optional sender is not installed."""

_LONGEST = 2_000
_MAX_ROUNDS = 20
_SIGN = 4
_LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowels, so that they form no words
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_MAIL = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+{_LABEL})")
_FOREIGN_MAIL = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+")
_LOCAL, _DOMAIN = 64, 253
_TWO_READINGS = "ßς\u200c\u200d"
"""Characters that the two standards for international domains (IDNA 2003 and 2008) map to different domains."""
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.+)", re.DOTALL)
_HOST = re.compile(r"localhost|(?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*|\d{1,3}(?:\.\d{1,3}){3}", re.IGNORECASE)
_PORT = re.compile(r"\d{1,5}", re.ASCII)
_PLACE = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,6}))?")
_SCHEMES_WITH_HOST = frozenset(
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
"""Schemes followed by a host name. After others, the first part is a token or should be treated as one."""
_QUIET = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a person; `person` None is the team's mail gateway, which sends to bare mail addresses.

    Nothing is sent during the `quiet` hours ("20:00-07:00", by the clock of `zone`; empty: this machine's) or while the
    named `calendar` is closed. `calls_always`: calls for help are sent at any hour. `sign` is a few letters that
    distinguish addresses which look alike when masked. `whole_digest`: its owner wants the whole weekly digest there.
    """

    number: int
    person: int | None
    address: str
    quiet: str = ""
    zone: str = ""
    calendar: str = ""
    calls_always: bool = False
    sign: str = ""
    whole_digest: bool = False

    def __repr__(self) -> str:
        return f"Address({self.number}, {self.shown!r})"

    @property
    def shown(self) -> str:
        """The address without anything that could be secret; see `masked`."""
        return masked(self.address)

    @property
    def named(self) -> str:
        """The address as sentences name it: "address 2 (json://hooks.shop.example:8080/...)"."""
        return f"address {self.number} ({self.shown})"


def fingerprint_of(address: str, key: str) -> str:
    """Four letters that distinguish an address from others.

    Keyed with the team's `key`, so that they cannot be used to test guesses of a password.
    """
    from hmac import digest  # with it comes OpenSSL, 4 MB that a console would hold from its start

    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest(key.encode(), address.encode(), "sha256")[:_SIGN])


def is_mail(address: str) -> bool:
    """Whether this is a bare mail address, which needs the team's mail gateway."""
    return _MAIL.fullmatch(address) is not None


def check_address(text: str) -> str:
    """The address as it is stored. Raises WrongUse, whose message does not quote it, if it is invalid."""
    address = text.strip()
    if not address:
        raise WrongUse("The address is missing.", ADDRESS_HINT)
    if len(address) > _LONGEST:
        raise WrongUse(f"That is too long for an address: {len(address):,} characters.", ADDRESS_HINT)
    if not address.isprintable() or any(map(str.isspace, address)):
        raise WrongUse("An address cannot have spaces, line breaks or invisible characters.", "Write a space as %20.")
    if is_mail(address):
        return ascii_mail(address)
    url = _URL.fullmatch(address)
    if url is None:
        if _FOREIGN_MAIL.fullmatch(address) and not address.rpartition("@")[0].isascii():
            raise WrongUse(
                "Before its @, a mail address can have only the letters a to z, digits and some symbols.",
                "Ask them for another address.",
            )
        raise WrongUse("That is not an address.", ADDRESS_HINT)
    return _checked_url(url[1], url[2])


def ascii_mail(address: str) -> str:
    """A bare mail address with its domain in ASCII, ready to be sent to. Raises WrongUse if that is not possible."""
    local, _, domain = address.rpartition("@")
    domain = _ascii_domain(domain)
    if len(local) > _LOCAL or len(domain) > _DOMAIN:
        raise WrongUse("That is too long for a mail address.", ADDRESS_HINT)
    return f"{local}@{domain}"


def _ascii_domain(domain: str) -> str:
    """An international domain in its DNS form (xn--...); an ASCII one unchanged. Raises WrongUse if there is none."""
    if domain.isascii():
        return domain
    if not any(char in domain for char in _TWO_READINGS):
        try:
            return domain.encode("idna").decode("ascii")
        except UnicodeError:
            pass
    raise WrongUse("That domain has letters that mail and the web cannot use.", "Write it in its xn-- form.")


def _checked_url(scheme: str, rest: str) -> str:
    """The address with its domain in ASCII. Raises WrongUse if the sender could read it differently.

    Only a percent-encoded login is unambiguous; otherwise part of a password could be taken for the host, which would
    then be sent the rest of it.
    """
    if ";" in rest:
        raise WrongUse("A ; in an address cuts off everything after it.", "Write it as %3B.")
    if re.search("%(?![0-9A-Fa-f]{2})", rest):
        raise WrongUse("A % in an address must be followed by two digits.", "Write a literal % as %25.")
    place, torn = _place(rest)
    login, at, machine = place.rpartition("@")
    if "@" in login:
        raise WrongUse("There is more than one @ before the host of that address.", ENCODING_HINT)
    if scheme.lower() not in _SCHEMES_WITH_HOST:
        return f"{scheme}://{rest}"
    if torn:
        raise WrongUse(
            "The host in that address cannot be told from the login: there is an @ after it.",
            f"Write that @ as %40, or a recipient as ?to=. {ENCODING_HINT}",
        )
    if login.count(":") > 1:
        raise WrongUse("There is more than one : in the login of that address.", ENCODING_HINT)
    host = _PLACE.fullmatch(machine)
    if host is None:
        raise WrongUse("The host in that address cannot be told from the rest.", ENCODING_HINT)
    if host[2] is not None and not 0 < int(host[2]) < 65536:
        raise WrongUse("A port is a number from 1 to 65535.", "Write the host like mail.shop.example:587.")
    port = f":{host[2]}" if host[2] is not None else ""
    return f"{scheme}://{login}{at}{_ascii_domain(host[1])}{port}{rest[len(place) :]}"


def masked(address: str) -> str:
    """An address without secrets: the service and, if not secret, host and port; of a mail, initial and domain."""
    if is_mail(address):
        name, _, domain = address.rpartition("@")
        return f"{name[0]}...@{domain}"
    url = _URL.fullmatch(address)
    if url is None:
        return "..."
    scheme, (place, torn) = url[1].lower(), _place(url[2])
    if scheme not in _SCHEMES_WITH_HOST or torn or place.count("@") > 1:
        return f"{scheme}://..."
    host, _, port = place.rpartition("@")[2].partition(":")
    shown = f"{host}:{port}" if _PORT.fullmatch(port) else host
    return f"{scheme}://{shown}/..." if _HOST.fullmatch(host) else f"{scheme}://..."


def _place(rest: str) -> tuple[str, bool]:
    """The login and host part, and whether it may be only part of a password.

    An unencoded password may contain a slash or a question mark; an @ then follows what seems to be the host.
    """
    before, mark, after = rest.partition(found[0]) if (found := re.search("[?#]", rest)) else (rest, "", "")
    place, _, path = before.partition("/")
    return place, "@" in path or ("@" in after and (mark == "#" or not re.match(r"[+:-]?[\w-]+=", after)))


def parse_quiet(text: str) -> str:
    """Quiet hours as they are stored: "20:00-07:00"; empty for none. Raises WrongUse."""
    if not text.strip():
        return ""
    match = _QUIET.fullmatch(text.strip())
    if match is None:
        raise WrongUse(f"{text[:60]!r} are not hours.", QUIET_HINT)
    begins, ends = (int(match[n]) * 60 + int(match[n + 1]) for n in (1, 3))
    if int(match[2]) > 59 or int(match[4]) > 59 or begins >= DAY // 60_000 or ends > DAY // 60_000:
        raise WrongUse(f"{text[:60]!r}: times go from 0:00 to 23:59.", QUIET_HINT)
    ends %= DAY // 60_000
    if begins == ends:
        raise WrongUse(f"{text[:60]!r} would be quiet all day.", "Leave some time when notices may be sent.")
    return f"{_clock(begins)}-{_clock(ends)}"


def open_from(address: Address, calendar: Calendar | None, now: int) -> tuple[int | None, str]:
    """When something may be sent there (`now` if at once), and what holds it until then (empty: nothing).

    None if no such time is found: the calendar stays closed for years, or opens only during quiet hours.
    """
    zone = zone_of(address.zone) if address.zone else None
    moment, why = now, ""
    for _ in range(_MAX_ROUNDS):
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
    """When the present quiet hours end; None outside quiet hours."""
    if not quiet:
        return None
    begins, _, ends = quiet.partition("-")
    clock = local(now, now, zone)  # zero-padded, so that they sort as times
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    hour, minute = map(int, ends.split(":"))
    return next_clock(hour, minute, now, zone) if inside else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
