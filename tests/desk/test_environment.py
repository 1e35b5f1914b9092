"""What the surroundings say of the time zone: taken where it is one, and told where it is none."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from careconsole.desk.database.environment import ensure_valid_timezone
from careconsole.domain.time.moments import local

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here")


@pytest.fixture(autouse=True)
def zone_as_before() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def heeded(zone: str) -> str:
    os.environ["TZ"] = zone
    time.tzset()
    return ensure_valid_timezone()


@pytest.mark.parametrize(
    "zone", ["XXX-99", "XXX24:59", "XXX0YYY99", ":/etc/passwd", "../../x", "Europe/Rom", ":", "/", "\udcff", "a\nb"]
)
def test_what_is_no_zone_is_told_and_times_are_in_utc(zone: str) -> None:
    words = heeded(zone)
    assert words.startswith(f"TZ is {zone!r}")
    assert os.environ["TZ"] == "UTC"
    assert time.timezone == 0
    assert local(0, 0)


@pytest.mark.parametrize("zone", ["", "UTC", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0130>-1:30", "EST5EDT"])
def test_a_zone_is_taken_without_a_word(zone: str) -> None:
    assert heeded(zone) == ""
    assert os.environ["TZ"] == zone
    assert local(0, 0)


@pytest.mark.skipif(not os.path.exists("/usr/share/zoneinfo/Asia/Tokyo"), reason="this machine has no zones")
@pytest.mark.parametrize("zone", ["Asia/Tokyo", ":Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo"])
def test_a_zone_of_this_machine_is_taken_by_name_and_by_place(zone: str) -> None:
    assert heeded(zone) == ""
    assert time.timezone == -9 * 3600
