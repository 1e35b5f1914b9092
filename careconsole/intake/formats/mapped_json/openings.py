"""The customer's first words as what opens a case: its description, and its subject if it has no other."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.domain.imported_record import ImportedEntry

_LONGEST_SUBJECT = 100


def taken_as_opening(said: list[ImportedEntry]) -> str:
    """The text of the first comment, if it is the customer's: it opens the case, and is removed from `said`."""
    earliest = min((line for line in said if line.said is not None), key=lambda line: line.at, default=None)
    if earliest is None or earliest.said is None or earliest.said.way != "in":
        return ""
    place = said.index(earliest)
    if earliest.owner is None and not earliest.nobody and earliest.status in (None, "open"):
        del said[place]
    else:
        said[place] = replace(earliest, said=None)
    return earliest.said.text


def beginning(text: str) -> str:
    """The first line of a text, for a case that has no subject."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1].rstrip()}…"


def as_opening(line: ImportedEntry) -> ImportedEntry:
    """The first comment of a ticket that stands elsewhere, as its description if it is the customer's."""
    if line.said is None or line.said.way != "in":
        return line
    return replace(line, said=None, channel=None, description=line.said.text)
