"""Short mails as they came, which are kept within the database, in the transaction that records them.

A file for each of them would take longer than all else that is done with it. Longer ones, and the contents of attached
files, are where `store.files` and `store.server_contents` keep them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from careconsole.store.engine.base import Engine

LONGEST = 32_000
"""The most bytes of a mail that is kept within the database."""

_OF = "from mail_contents join mails on mails.id = mail_id where sha256 = :digest"


def content_of(engine: Engine, digest: str) -> bytes | None:
    """The bytes of the mail with a SHA-256; None if they are not kept here."""
    row = engine.fetch_one(f"select mail_contents.content {_OF}", {"digest": digest})
    return bytes(row[0]) if row is not None else None


def size_of(engine: Engine, digest: str) -> int | None:
    """How many bytes the mail with a SHA-256 has; None if they are not kept here."""
    row = engine.fetch_one(f"select length(mail_contents.content) {_OF}", {"digest": digest})
    return int(row[0]) if row is not None else None


def total(engine: Engine) -> int:
    """How many bytes all of them have together."""
    row = engine.fetch_one("select coalesce(sum(length(content)), 0) from mail_contents")
    return int(row[0]) if row is not None else 0


def keep(engine: Engine, mail: int, content: bytes) -> None:
    """Keeps the bytes of a mail, in the place of what is there, which may have been damaged. Part of a write."""
    engine.execute(
        "insert into mail_contents (mail_id, content) values (:mail, :content)"
        " on conflict (mail_id) do update set content = excluded.content",
        {"mail": mail, "content": content},
    )
