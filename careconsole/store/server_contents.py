"""The contents of attached files, and mails as they came, in tables of a database on a server.

The machines of a team share no folder, so the contents are where the cases are, and a dump of the database has them.
As in a folder each is named by its SHA-256, and whole before the transaction that refers to it: its parts are stored
one by one under a name that nothing knows, which holds up nobody, and are listed as a content in one statement.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from typing import IO, TYPE_CHECKING, cast

from careconsole.domain.errors import CareError
from careconsole.store.files import DIGEST, NEW_SECONDS, Contents, Incoming, TooLarge

if TYPE_CHECKING:
    from careconsole.store.engine.base import Engine

_PART = 1 << 18
"""The bytes of a part; the last one of a content has fewer."""
_NOW = "extract(epoch from clock_timestamp())::bigint"


class ServerContents(Contents):
    """The contents in the tables `contents` and `content_parts`."""

    def __init__(self, engine: Engine) -> None:
        super().__init__("", "", engine)
        self._engine = engine

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """For keeping several contents; what was not settled at the end is gone."""
        incoming = _Parts(self._engine, self)
        try:
            yield incoming
        finally:
            incoming.discard()

    def _has(self, digest: str) -> bool:
        return self._engine.fetch_one("select 1 from contents where digest = :digest", {"digest": digest}) is not None

    def _size(self, digest: str) -> int | None:
        row = self._engine.fetch_one("select size from contents where digest = :digest", {"digest": digest})
        return int(row[0]) if row else None

    def _read(self, digest: str) -> IO[bytes]:
        if not self._has(digest):
            raise FileNotFoundError(digest)
        return cast("IO[bytes]", io.BufferedReader(_Reader(self._engine, digest), _PART))

    def _total(self) -> int:
        row = self._engine.fetch_one("select coalesce(sum(size), 0) from contents")
        return int(row[0]) if row else 0

    def remove_unused(self, needed: set[str]) -> tuple[int, int]:
        """Removes all contents but the needed and the newest ones; returns how many, and their bytes.

        Parts that belong to no content go, too. For use within a write, so that nobody comes to need one meanwhile.
        """
        old = {"before": NEW_SECONDS}
        rows = self._engine.fetch_all(f"select digest, size from contents where at < {_NOW} - :before", old)
        unused = [(digest, size) for digest, size in rows if digest not in needed]
        for digest, _ in unused:
            self._engine.execute(
                "with gone as (delete from contents where digest = :digest returning upload)"
                " delete from content_parts using gone where content_parts.upload = gone.upload",
                {"digest": digest},
            )
        self._engine.execute(
            f"delete from content_parts where at < {_NOW} - :before"
            " and not exists (select 1 from contents where contents.upload = content_parts.upload)",
            old,
        )
        return len(unused), sum(size for _, size in unused)

    def is_new(self) -> bool:
        """Always false: the tables are there from the beginning."""
        return False


class _Parts(Incoming):
    """Contents that come in: their parts are stored, and found by nothing before they are settled."""

    def __init__(self, engine: Engine, contents: Contents) -> None:
        super().__init__(contents)
        self._engine = engine
        self._uploads: dict[str, tuple[str, int]] = {}
        """What is complete: by the name of its parts, the digest and the size."""
        self._half = ""

    def put(self, source: IO[bytes], most: int) -> tuple[str, int]:
        """Stores what `source` holds, and returns its digest and size; it is kept once it is settled.

        Raises TooLarge for more than `most` bytes, CareError if it cannot be stored, and OSError if `source` cannot be
        read.
        """
        from hashlib import sha256

        upload = self._half = token_hex(16)
        digest, size, place = sha256(), 0, 0
        while part := source.read(_PART):
            size += len(part)
            if size > most:
                raise TooLarge
            digest.update(part)
            self._engine.execute(
                f"insert into content_parts (upload, place, at, part) values (:upload, :place, {_NOW}, :part)",
                {"upload": upload, "place": place, "part": part},
            )
            place += 1
        self._uploads[upload] = (digest.hexdigest(), size)
        self._half = ""
        return digest.hexdigest(), size

    def settle(self) -> None:
        """Names what came in; it is on the server's disk when this returns. Raises CareError if that fails."""
        for upload, (digest, size) in list(self._uploads.items()):
            assert DIGEST.fullmatch(digest)
            # The same content that is there is replaced: it may have been damaged.
            self._engine.execute(
                "with replaced as (delete from content_parts using contents"
                " where contents.digest = :digest and content_parts.upload = contents.upload)"
                f" insert into contents (digest, upload, size, at) values (:digest, :upload, :size, {_NOW})"
                " on conflict (digest) do update set upload = excluded.upload, size = excluded.size, at = excluded.at",
                {"digest": digest, "upload": upload, "size": size},
            )
            del self._uploads[upload]

    def discard(self) -> None:
        """Removes what was not settled."""
        left = [upload for upload in (*self._uploads, self._half) if upload]
        self._uploads, self._half = {}, ""
        # With the connection the reason is lost for which this is done; `remove_unused` removes such parts later.
        with suppress(CareError):
            for upload in left:
                self._engine.execute("delete from content_parts where upload = :upload", {"upload": upload})


class _Reader(io.RawIOBase):
    """Reads the parts of a content, one at a time, also while somebody replaces it with the same."""

    def __init__(self, engine: Engine, digest: str) -> None:
        self._engine = engine
        self._digest = digest
        self._place = 0
        self._rest = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fills the buffer with what comes next."""
        if not self._rest:
            row = self._engine.fetch_one(
                "select part from content_parts join contents using (upload) where digest = :digest and place = :place",
                {"digest": self._digest, "place": self._place},
            )
            self._rest, self._place = (bytes(row[0]) if row else b""), self._place + 1
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), len(self._rest))
        view[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
