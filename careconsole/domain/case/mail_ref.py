"""The mail that a message came in."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.domain.case.files import size_words


class MailFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a mail that is not its text: a safe file name, its size in bytes, and its type ("image/png")."""

    name: str
    size: int
    type: str = ""


class MailRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mail that a message came in: its number, the address it says it is from, and its files.

    `theirs`: the address is the customer's own. Anybody can write any address there.
    """

    number: int
    sender: str
    theirs: bool = True
    files: tuple[MailFile, ...] = ()


def files_words(files: Sequence[MailFile]) -> str:
    """The files, to follow a text: " [photo.jpg (2.1 MB), terms.pdf (80 kB)]"; empty without files."""
    if not files:
        return ""
    return f" [{', '.join(f'{file.name} ({size_words(file.size)})' for file in files)}]"
