"""What an address looks like, what is shown of it, and when something may go there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.domain.team.addresses import Address, check_address, fingerprint_of, masked, open_from, parse_quiet
from careconsole.domain.time.calendars import Calendar, Hours

SECRET = "Sw0rdf1sh"
ADDRESSES = {
    f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRET}/#general": "slack://...",
    f"slack://{SECRET}/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": "slack://...",
    f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}": "https://hooks.slack.com/...",
    f"msteams://shop/{SECRET}@abc/def/ghi": "msteams://...",
    f"ntfy://{SECRET}": "ntfy://...",
    f"ntfys://ana:{SECRET}@ntfy.shop.example/desk": "ntfys://...",
    f"discord://4174216298/{SECRET}": "discord://...",
    f"tgram://123456789:{SECRET}/12315544/": "tgram://...",
    f"pover://{SECRET}@{SECRET}": "pover://...",
    f"gotify://gotify.shop.example/{SECRET}": "gotify://gotify.shop.example/...",
    f"mailto://care:{SECRET}@mail.shop.example?to=ana@shop.example": "mailto://mail.shop.example/...",
    f"mailtos://care:{SECRET}%40x@mail.shop.example": "mailtos://mail.shop.example/...",
    f"json://ana:{SECRET}@localhost:8080/hook?+X-Key={SECRET}&:k={SECRET}": "json://localhost:8080/...",
    f"mailto://care:{SECRET}@mail.shop.example:2525?to=ana@shop.example": "mailto://mail.shop.example:2525/...",
    f"json://hooks.shop.example:{SECRET}/desk": "json://hooks.shop.example/...",
    f"jsons://hooks.shop.example/{SECRET}/desk": "jsons://hooks.shop.example/...",
    # What was not encoded as it should be: a part of the password seems to be the machine.
    f"mailto://care:pa@{SECRET}.example/word@mail.shop.example": "mailto://...",
    f"mailto://care:pa@{SECRET}.example@mail.shop.example": "mailto://...",
    f"mailto://care:pa@{SECRET}.example?word@mail.shop.example": "mailto://...",
    f"mailto://care:pa@{SECRET}.example#word@mail.shop.example": "mailto://...",
    f"json://{SECRET}": "json://...",
    f"json://care:{SECRET}/x": "json://...",
}


@pytest.mark.parametrize("address, shown", ADDRESSES.items())
def test_nothing_that_could_be_secret_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
    kept = Address(number=1, person=2, address=address)
    assert SECRET not in repr(kept)
    assert SECRET not in f"{kept} {[kept]}"


def test_a_sign_tells_addresses_apart_and_nothing_of_them_to_who_has_no_key() -> None:
    one, other = (fingerprint_of(f"json://localhost:8080/{hook}", "key") for hook in ("one", "two"))
    assert one != other
    assert one == fingerprint_of("json://localhost:8080/one", "key")
    assert one != fingerprint_of("json://localhost:8080/one", "another key")
    assert {len(one), len(other)} == {4}


def test_of_a_mail_address_the_first_letter_and_the_domain_are_shown() -> None:
    assert masked("ana.lang@shop.example") == "a...@shop.example"


@pytest.mark.parametrize(
    "wrong",
    ["", " ", "ana", "ana@", "@shop.example", "ana@shop", "json:/x", "json://", "a b@c.de", "json://x y", "x\ny"],
)
def test_what_is_no_address_is_refused_and_never_repeated(wrong: str) -> None:
    with pytest.raises(WrongUse):
        check_address(wrong)
    with pytest.raises(WrongUse) as refusal:
        check_address(f"{SECRET} {wrong}\0{'x' * 3000}")
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "wrong, how",
    [
        (f"mailtos://care:p@{SECRET}@mail.shop.example", "%40"),
        (f"slack://care:p@{SECRET}@x/y", "%40"),
        (f"mailtos://care:{SECRET};x@mail.shop.example", "%3B"),
        (f"json://mail.shop.example/{SECRET};x", "%3B"),
        (f"mailtos://mail.shop.example?user=care&pass={SECRET};x", "%3B"),
        (f"mailtos://care:{SECRET}%x@mail.shop.example", "%25"),
        (f"mailtos://care:p:{SECRET}@mail.shop.example", "%3A"),
        (f"mailtos://care:p/{SECRET}@mail.shop.example", "%2F"),
        (f"mailtos://care:p@{SECRET}.example/x@mail.shop.example", "%40"),
        (f"mailtos://care:p@{SECRET}.example?x@mail.shop.example", "%3F"),
        (f"mailtos://care:p@{SECRET}.example#x@mail.shop.example", "%23"),
        (f"mailtos://care:{SECRET}@mail.shop.example:99999", ":587"),
        (f"mailtos://care:{SECRET}@mail.shop.example:0", ":587"),
        (f"mailtos://care:{SECRET}@straße.example", "xn--"),
        ("müller@shop.example", "another address"),
        ("ana@straße.example", "xn--"),
        (f"ana@{'long.' * 60}example", "Write it"),
    ],
)
def test_what_would_be_read_otherwise_is_refused_and_it_is_said_how_to_write_it(wrong: str, how: str) -> None:
    with pytest.raises(WrongUse) as refusal:
        check_address(wrong)
    assert how in str(refusal.value)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "written, kept",
    [
        ("o'brien@shop.example", "o'brien@shop.example"),
        ("r&d/x+y=z@shop.example", "r&d/x+y=z@shop.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        (
            "mailtos://care:päss@bücher.example:25?to=x@y.example",
            "mailtos://care:päss@xn--bcher-kva.example:25?to=x@y.example",
        ),
        ("json://[::1]:8080/x", "json://[::1]:8080/x"),
        ("tgram://123456789:token/12315544", "tgram://123456789:token/12315544"),
    ],
)
def test_addresses_are_kept_as_they_are_sent_to(written: str, kept: str) -> None:
    assert check_address(written) == kept
    assert check_address(kept) == kept


@pytest.mark.parametrize(
    "fine", [" ana@shop.example\n", "ana+care@mail.shop.example", "json://localhost", "ntfy://desk"]
)
def test_addresses_are_taken_without_blanks_around_them(fine: str) -> None:
    assert check_address(fine) == fine.strip()


@pytest.mark.parametrize(
    "written, kept",
    [("20:00-7:00", "20:00-07:00"), ("", ""), (" 8:05 - 24:00 ", "08:05-00:00"), ("0:00-6:30", "00:00-06:30")],
)
def test_quiet_hours_are_read(written: str, kept: str) -> None:
    assert parse_quiet(written) == kept


@pytest.mark.parametrize(
    "wrong", ["20-7", "20:00", "25:00-7:00", "20:60-7:00", "7:00-7:00", "0:00-24:00", "20:00-25:00"]
)
def test_hours_that_cannot_be_are_refused(wrong: str) -> None:
    with pytest.raises(WrongUse):
        parse_quiet(wrong)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


OFFICE = Calendar(name="office", zone="UTC", week=(*5 * ((Hours(9 * 60, 17 * 60),),), (), ()))
NIGHT = Address(number=1, person=1, address="json://x", quiet="20:00-07:00", zone="Europe/Berlin")
NOON = Address(number=1, person=1, address="json://x", quiet="12:00-13:00", zone="UTC")


@pytest.mark.parametrize(
    "address, calendar, now, opens, why",
    [
        (NIGHT, None, "2026-01-05 12:00", "2026-01-05 12:00", ""),
        (NIGHT, None, "2026-01-05 18:59", "2026-01-05 18:59", ""),
        (NIGHT, None, "2026-01-05 19:00", "2026-01-06 06:00", "quiet hours"),
        (NIGHT, None, "2026-01-05 23:30", "2026-01-06 06:00", "quiet hours"),
        (NIGHT, None, "2026-01-06 05:59", "2026-01-06 06:00", "quiet hours"),
        (NIGHT, None, "2026-01-06 06:00", "2026-01-06 06:00", ""),
        # The clocks change in this night: its end comes an hour earlier.
        (NIGHT, None, "2026-03-28 22:00", "2026-03-29 05:00", "quiet hours"),
        (NOON, OFFICE, "2026-01-05 12:00", "2026-01-05 13:00", "quiet hours"),
        (NOON, OFFICE, "2026-01-09 17:00", "2026-01-12 09:00", "office is closed"),
        # The office opens within the quiet hours of somebody elsewhere.
        (
            Address(number=1, person=1, address="json://x", quiet="22:00-10:00", zone="UTC"),
            OFFICE,
            "2026-01-09 18:00",
            "2026-01-12 10:00",
            "quiet hours",
        ),
    ],
)
def test_nothing_comes_at_hours_at_which_it_should_not(
    address: Address, calendar: Calendar | None, now: str, opens: str, why: str
) -> None:
    assert open_from(address, calendar, at(now)) == (at(opens), why)


def test_a_calendar_that_is_open_in_the_quiet_hours_alone_leaves_no_time() -> None:
    never = Address(number=1, person=1, address="json://x", quiet="08:00-18:00", zone="UTC")
    assert open_from(never, OFFICE, at("2026-01-05 12:00"))[0] is None
