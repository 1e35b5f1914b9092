"""Checks that Apprise reads an address the way it is written.

Missing percent-encoding may turn part of a password into the host name, or truncate it, so that a login goes to a
stranger. So the service that Apprise made from an address is compared with the address, part by part, whenever the
service declares that its address names a host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from careconsole.domain.team.addresses import is_mail

_URL = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://(?P<place>[^/?#]*)(?P<path>[^?]*)(?:\?(?P<query>.*))?", re.DOTALL)
_PLACE = re.compile(
    r"(?:(?P<user>[^:@]*)(?::(?P<password>[^@]*))?@)?(?P<host>\[[^\]]*\]|[^:@]*)(?::(?P<port>\d+))?", re.DOTALL
)
_LOGIN = {"user": "user", "pass": "password"}
"""Query parameters that override a part of the login before the host."""
_PEOPLE = ("to", "cc", "bcc", "from", "reply")


def reads_back(address: str, service: Any, *, gateway: bool = False) -> bool:
    """Whether `service`, made from `address` by Apprise, has the login, host and people that are written there.

    The recipients of a mail gateway are not compared: each mail has its own.
    """
    url = _URL.fullmatch(address)
    if url is None:
        return False
    if url["scheme"].lower() not in _schemes(service) or not _names_a_machine(service):
        return True  # the service's own web address, or a token in place of a host
    place = _PLACE.fullmatch(url["place"])
    query = _query(url["query"] or "")
    if place is None or query is None:
        return False
    written = {name: unquote(value) for name, value in place.groupdict().items() if value is not None}
    written |= {_LOGIN[name]: value for name, value in query.items() if name in _LOGIN}
    return _same_place(written, service) and _same_mail(url["path"], query, service, gateway)


def _schemes(service: Any) -> set[str]:
    names: set[str] = set()
    for some in (type(service).protocol, type(service).secure_protocol):
        names.update((some,) if isinstance(some, str) else some or ())
    return names


def _names_a_machine(service: Any) -> bool:
    return any("{host}" in template for template in service.templates or ())


def _query(text: str) -> dict[str, str] | None:
    """The query parameters by lower-case name; None if one that matters here is repeated."""
    found: dict[str, str] = {}
    for piece in filter(None, text.split("&")):
        name, _, value = piece.partition("=")
        name = unquote(name).lower()
        if name in found and name in (*_LOGIN, *_PEOPLE, "smtp"):
            return None
        found[name] = unquote(value)
    return found


def _same_place(written: dict[str, str], service: Any) -> bool:
    """Whether login, host and port match; a user may be a token, and a mail login the whole address."""
    user, password, host = (written.get(name, "") for name in ("user", "password", "host"))
    fine = {
        "user": {user, password, f"{user}@{host}"},
        "password": {password, user},
        "host": {host, user.rpartition("@")[2]},
    }
    for name, those in fine.items():
        read = getattr(service, name, None)
        fold = str.casefold if name == "host" else str
        if isinstance(read, str) and read and fold(read) not in map(fold, those):
            return False
    if getattr(service, "host", None) == "" and "." in host:
        return False  # Apprise took it for a name on the service's own host, which would get the login
    port = getattr(service, "port", None)
    return "port" not in written or not isinstance(port, int) or port == int(written["port"])


def _same_mail(path: str, query: dict[str, str], service: Any, gateway: bool) -> bool:
    """Whether the recipients, sender and SMTP server written in the address are those of the service."""
    if not hasattr(service, "smtp_host"):
        return True
    if query.get("smtp") and service.smtp_host != query["smtp"]:
        return False
    names = ("from",) if gateway else _PEOPLE
    written = {mail for name in names for mail in _mails(query.get(name, ""))}
    if not gateway:
        written |= {mail for piece in path.split("/") for mail in _mails(unquote(piece))}
    return written <= set(_read_mails(service))


def _mails(text: str) -> Iterable[str]:
    """The mail addresses in a list with or without names: "Ana <ana@shop.example>, ben@shop.example"."""
    for piece in re.split(r"[\s,<>\"]+", text):
        if "@" in piece:
            yield piece.casefold()


def _read_mails(service: Any) -> Iterable[str]:
    senders = service.from_addr if isinstance(service.from_addr, list | tuple) else (service.from_addr,)
    people = [mail for _, mail in service.targets]
    for mail in (*people, *service.cc, *service.bcc, *service.reply_to, *senders):
        if isinstance(mail, str) and is_mail(mail):
            yield mail.casefold()
