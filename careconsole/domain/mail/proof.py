"""Whether it is proven that a mail comes from the address it says it is from.

Anybody can write any address into From. The server that receives our mail checks that and writes what it found into
Authentication-Results (RFC 8601). What other servers write there proves nothing, because senders write it themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.domain.mail.received import ReceivedMail

_MOST = 20
"""The most results that are read of one header."""


def is_proven(mail: ReceivedMail, server: str) -> bool | None:
    """Whether our mail server, by its name in Authentication-Results, found that From is true; None without a server.

    It is if DMARC passed, or if DKIM or SPF passed for the domain in From or one that it belongs to. Of each method,
    the first result counts: servers write theirs above what was there before.
    """
    if not server:
        return None
    if mail.sender is None:
        return False
    domain = mail.sender.address.rpartition("@")[2].lower()
    first: dict[str, bool] = {}
    for method, result, domains in _results(mail.authentication, server.lower()):
        aligned = method == "dmarc" or any(_covers(one, domain) for one in domains)
        if method == "dkim":  # a mail can have several signatures, of which one suffices
            first[method] = first.get(method, False) or (result == "pass" and aligned)
        else:
            first.setdefault(method, result == "pass" and aligned)
    return first["dmarc"] if "dmarc" in first else any(first.values())


def _covers(proven: str, domain: str) -> bool:
    """Whether a domain that was proven is the one in From, or one above it (but no whole top-level domain)."""
    return "." in proven and (domain == proven or domain.endswith(f".{proven}"))


def _results(headers: Sequence[str], server: str) -> list[tuple[str, str, list[str]]]:
    """What one server found: of each method ("dmarc"), its result ("pass") and the domains it is about."""
    found: list[tuple[str, str, list[str]]] = []
    dkim_done = False
    for header in headers:
        name, *results = _without_comments(header).split(";")
        if name.split()[:1] != [server]:
            continue
        here = [one for one in map(_result, results[:_MOST]) if one is not None]
        # Signatures are all in one header of our server; those in a second one were there when the mail came.
        found += [one for one in here if one[0] != "dkim" or not dkim_done]
        dkim_done = dkim_done or any(one[0] == "dkim" for one in here)
    return found


def _result(text: str) -> tuple[str, str, list[str]] | None:
    words = text.split()
    method, equals, result = words[0].partition("=") if words else ("", "", "")
    if not equals:
        return None
    domains = []
    for word in words[1:]:
        name, _, value = word.partition("=")
        if name in ("header.d", "header.i", "smtp.mailfrom"):
            domains.append(value.strip('"<>').rpartition("@")[2])
    return method.partition("/")[0], result, domains


def _without_comments(text: str) -> str:
    """The text in lower case without what stands in brackets, where anything may stand."""
    kept: list[str] = []
    depth = 0
    quoted = False
    for sign in text.lower():
        if sign == '"' and not depth:
            quoted = not quoted
        if sign == "(" and not quoted:
            depth += 1
        elif sign == ")" and depth and not quoted:
            depth -= 1
        elif not depth:
            # A semicolon within quotes separates nothing.
            kept.append("," if quoted and sign == ";" else sign)
    return "".join(kept)
