"""Whether From is proven: only what our own mail server says counts."""

from __future__ import annotations

import pytest

from careconsole.domain.mail.proof import is_proven
from careconsole.domain.mail.received import Mailbox, ReceivedMail

SERVER = "mx.shop.example"


def proven(*headers: str, sender: str = "anna@home.example", server: str = SERVER) -> bool | None:
    return is_proven(ReceivedMail(sender=Mailbox(sender), authentication=headers), server)


@pytest.mark.parametrize(
    ("header", "is_so"),
    [
        ("mx.shop.example; dmarc=pass (p=REJECT) header.from=home.example", True),
        ("MX.Shop.Example 1; DMARC=Pass header.from=home.example", True),
        ("mx.shop.example; dkim=pass header.d=home.example; spf=none", True),
        ("mx.shop.example; dkim=pass header.i=@mail.home.example", False),
        ("mx.shop.example; spf=pass smtp.mailfrom=bounce@home.example", True),
        ("mx.shop.example; spf=pass smtp.mailfrom=x@evil.example", False),
        ("mx.shop.example; dkim=pass header.d=example", False),
        ("mx.shop.example; dkim=pass header.d=ome.example", False),
        ("mx.shop.example; dkim=pass header.d=home.example; dmarc=fail", False),
        ("mx.shop.example; dkim=fail (dkim=pass header.d=home.example)", False),
        ('mx.shop.example; dkim=fail reason="; dkim=pass header.d=home.example"', False),
        ("mx.shop.example; none", False),
        ("mx.evil.example; dmarc=pass", False),
        ("(mx.shop.example) mx.evil.example; dmarc=pass", False),
        (";;==;;(((", False),
        ("", False),
    ],
)
def test_what_our_server_found(header: str, is_so: bool) -> None:
    assert proven(header) is is_so


def test_a_domain_above_that_of_the_sender_proves_it() -> None:
    assert proven("mx.shop.example; dkim=pass header.d=home.example", sender="anna@mail.home.example")


def test_without_a_server_nothing_is_known_and_without_a_result_nothing_is_proven() -> None:
    assert proven("mx.shop.example; dmarc=pass", server="") is None
    assert proven() is False
    assert is_proven(ReceivedMail(), SERVER) is False


def test_what_stood_there_before_our_server_counts_for_nothing() -> None:
    assert not proven("mx.shop.example; dmarc=fail", "mx.shop.example; dmarc=pass")
    assert not proven("mx.shop.example; dkim=none", "mx.shop.example; dkim=pass header.d=home.example")
    assert proven("mx.shop.example; dkim=pass header.d=list.example; dkim=pass header.d=home.example")
    assert proven("mx.shop.example; spf=none", "mx.shop.example; dmarc=pass")  # one header for each method
