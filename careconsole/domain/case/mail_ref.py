"""The mail that a message came in."""

from collections.abc import Sequence

import msgspec

from careconsole.domain.case.narrator import Narrator
from careconsole.domain.sizes import size_words


class MailFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a mail that is not its text: a safe file name, its size in bytes, and its type ("image/png")."""

    name: str
    size: int
    type: str = ""


class MailRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mail that a message came in: its number, the address it says it is from, and its files.

    `theirs`: the address is the customer's own. Anybody can write any address there; `proven` says whether our mail
    server found that it is true (None: that is not known). `taken_by` is the person who took it, if it was held.
    """

    number: int
    sender: str
    theirs: bool = True
    proven: bool | None = None
    files: tuple[MailFile, ...] = ()
    taken_by: int | None = None


def sender_words(mail: MailRef) -> str:
    """The address that the mail says it is from, with a mark if our server did not find it true."""
    return f"{mail.sender} (not proven)" if mail.proven is False else mail.sender


def taken_words(mail: MailRef, narrator: Narrator) -> str:
    """Who took the mail, to follow its sender: ", which Ben took,"; empty if nobody had to."""
    return f", which {narrator.name(mail.taken_by)} took," if mail.taken_by is not None else ""


def files_words(files: Sequence[MailFile]) -> str:
    """The files, to follow a text: " [photo.jpg (2.1 MB), terms.pdf (80 kB)]"; empty without files."""
    if not files:
        return ""
    return f" [{', '.join(f'{file.name} ({size_words(file.size)})' for file in files)}]"
