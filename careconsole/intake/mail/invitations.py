"""What an invitation in a mail says: what it is, and when."""

from __future__ import annotations

_LOOKED_AT = 2_000


def invitation(calendar: str) -> str:
    """The first event of a calendar file (RFC 5545) in a line: "Invitation: Visit, 2026-12-01 10:00"."""
    values: dict[str, str] = {}
    inside = False
    for line in calendar.replace("\n ", "").replace("\n\t", "").split("\n")[:_LOOKED_AT]:
        name, colon, value = line.partition(":")
        key = name.partition(";")[0].strip().upper()
        if key == "BEGIN" and value.strip().upper() == "VEVENT":
            inside = True
        elif key == "END" and inside:
            break
        elif inside and colon:
            values.setdefault(key, value.strip())
    what = values.get("SUMMARY", "").replace("\\,", ",").replace("\\;", ";").replace("\\n", " ")[:200]
    said = ", ".join(filter(None, (what, _time(values.get("DTSTART", "")), values.get("LOCATION", "")[:200])))
    return f"Invitation: {said}" if said else "Invitation"


def _time(value: str) -> str:
    """A time as people write it; as it came, if it is none."""
    digits = value[:15].replace("T", "")
    if not digits.isdigit() or len(digits) not in (8, 14):
        return value[:30]
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return f"{day} {digits[8:10]}:{digits[10:12]}{' UTC' if value.endswith('Z') else ''}" if len(digits) == 14 else day
