"""When the weekly digest is due: on Mondays at eight, on the clock of the machine that asks."""

from __future__ import annotations

from datetime import tzinfo

from careconsole.domain.time.moments import DAY, local_time, next_clock

HOUR_OF_DAY = 8
APART = 3 * DAY
"""The shortest time between two digests: machines in different zones may ask, and each week has one digest."""
_MONDAY = 0


def next_digest(last: int, zone: tzinfo | None = None) -> int:
    """When the digest after the one at `last` is due (epoch milliseconds); `zone` None is this machine's."""
    moment = next_clock(HOUR_OF_DAY, 0, last + APART, zone)
    while local_time(moment, zone).weekday() != _MONDAY:
        moment = next_clock(HOUR_OF_DAY, 0, moment, zone)
    return moment
