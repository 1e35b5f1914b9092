"""Which cases have a published receipt, and the tokens of their pages, which are treated like passwords."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from careconsole.domain.case.state import MERGED
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import NUMBER, TEXT, row_check

_COLUMNS = "case_id, customer_id, token, language, subject, made_at"
_check = row_check(NUMBER, NUMBER, TEXT, TEXT, NUMBER, NUMBER)


class StoredReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A published receipt: of a case, for the customer it had then. `token` is the name of its page.

    `language` is empty for the team's; `subject`: it says what the case is about; `made_at` is when its link was
    made (epoch milliseconds).
    """

    case: int
    customer: int
    token: str
    language: str = ""
    subject: bool = True
    made_at: int


class Receipts:
    """Reads and writes the published receipts. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[StoredReceipt]:
        """Every published receipt, by case number."""
        return [_made(row) for row in self._engine.fetch_all(f"select {_COLUMNS} from receipts order by case_id")]

    def of_cases(self, cases: Iterable[int]) -> list[StoredReceipt]:
        """The published receipts of these cases, and of every case that was merged; by case number."""
        condition, params = self._engine.in_list("case_id", sorted(cases))
        columns = ", ".join(f"receipts.{name}" for name in _COLUMNS.split(", "))
        rows = self._engine.fetch_all(
            f"select {columns} from receipts join cases on id = case_id where status = '{MERGED}' or {condition}"
            " order by case_id",
            params,
        )
        return [_made(row) for row in rows]

    def get(self, case: int) -> StoredReceipt | None:
        """The published receipt of a case."""
        row = self._engine.fetch_one(f"select {_COLUMNS} from receipts where case_id = :case", {"case": case})
        return _made(row) if row else None

    def has(self, token: str) -> bool:
        """Whether a page has this token."""
        return self._engine.fetch_one("select 1 from receipts where token = :token", {"token": token}) is not None

    def versions(self) -> list[tuple[int, int, str]]:
        """The number, version and status of every case with a published receipt."""
        rows = self._engine.fetch_all("select id, version, status from cases join receipts on case_id = id")
        return [(row[0], row[1], row[2]) for row in rows]

    def save(self, receipt: StoredReceipt) -> None:
        """Stores the receipt of a case, in place of an earlier one."""
        self._engine.execute(
            f"insert into receipts ({_COLUMNS}) values (:case, :customer, :token, :language, :subject, :made_at)"
            " on conflict (case_id) do update set customer_id = excluded.customer_id, token = excluded.token,"
            " language = excluded.language, subject = excluded.subject, made_at = excluded.made_at",
            {**msgspec.structs.asdict(receipt), "subject": int(receipt.subject)},
        )

    def remove(self, case: int) -> None:
        """Removes the receipt of a case."""
        self._engine.execute("delete from receipts where case_id = :case", {"case": case})


def _made(row: Row) -> StoredReceipt:
    _check(row, f"The receipt of case {row[0]}")
    return StoredReceipt(
        case=row[0], customer=row[1], token=row[2], language=row[3], subject=bool(row[4]), made_at=row[5]
    )
