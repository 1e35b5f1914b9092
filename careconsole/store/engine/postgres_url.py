"""URLs of PostgreSQL databases: whether a text is one, and what of it may be shown."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"postgres(?:ql)?://")
_USER_INFO = re.compile(r"(?<=://)[^/@?#]*@")
_SECRET = re.compile(r"(?i)([?&](?:password|sslpassword)=)[^&]+")
_OTHER_LOGIN = re.compile(r"[?&]user=[^&]*&password=$")


def is_postgres(url: str) -> bool:
    """Whether `url` is that of a PostgreSQL database."""
    return _SCHEME.match(url) is not None


def has_password(url: str) -> bool:
    """Whether a URL carries a password."""
    match = _USER_INFO.search(url)
    return (match is not None and ":" in match[0]) or _SECRET.search(url) is not None


def shown(url: str) -> str:
    """The URL as it may be shown, without its password."""
    url = _USER_INFO.sub(lambda match: match[0].rstrip("@").partition(":")[0] + "@", url)
    return _SECRET.sub(r"\1***", url.removesuffix("&password="))


def as_login(url: str, name: str) -> str:
    """The URL for another login. Its password is in ~/.pgpass: one from elsewhere is that of the first login.

    An empty password has the driver look there only, and not in a service file or in the environment.
    """
    from urllib.parse import quote

    url = of_first_login(url)
    return f"{url}{'&' if '?' in url else '?'}user={quote(name, safe='')}&password="


def of_first_login(url: str) -> str:
    """The URL as it was given, before `as_login`."""
    return _OTHER_LOGIN.sub("", url)
