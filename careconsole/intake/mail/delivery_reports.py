"""What a bounce says of each address, in its part for programs (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from careconsole.domain.mail.header_signs import token
from careconsole.domain.mail.received import DeliveryReport
from careconsole.intake.mail.header_text import header_text
from careconsole.intake.mail.parts import Part, Parts

_MOST = 50
_LONGEST = 60_000
_LONGEST_WORDS = 300
_BLANK_LINES = re.compile(rb"(?:\r?\n){2,}")


def delivery_reports(parts: Iterable[Part]) -> tuple[DeliveryReport, ...]:
    """What is said of each address, in order; empty for a mail that reports nothing."""
    found: list[DeliveryReport] = []
    for part in parts:
        if part.type == "message/delivery-status":
            # The first block is about the whole mail, each further one about an address.
            for block in _BLANK_LINES.split(part.body[:_LONGEST].strip())[: _MOST + 1]:
                if (report := _report(block)) is not None:
                    found.append(report)
    return tuple(found[:_MOST])


def _report(block: bytes) -> DeliveryReport | None:
    headers = Parts(block + b"\n\n").headers
    action = token(_value(headers.get("action", "")))
    address = _typed(_value(headers.get("original-recipient", "")) or _value(headers.get("final-recipient", "")))
    if not action or not address:
        return None
    words = _typed(_value(headers.get("diagnostic-code", ""))) or _value(headers.get("status", ""))
    return DeliveryReport(address=address, action=action, said=" ".join(words.split())[:_LONGEST_WORDS])


def _value(header: object) -> str:
    return header_text(str(header))


def _typed(value: str) -> str:
    """A value without its type: "rfc822; anna@home.example"."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()
