"""A colleague at another console: `python -m tests.bench.colleague DATABASE NAME`.

Prints "ready" when the database is open. For every line "CASE SUBJECT" of its input it gives the case that subject, in
a transaction of its own, and prints when that was stored (`time.monotonic()` in seconds, which all processes of a
machine share).
"""

from __future__ import annotations

import sys
import time

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.database.environment import now_ms
from careconsole.domain.case.editing import Edit
from careconsole.store import open_store


def main() -> None:
    """Works through the lines of the standard input."""
    database, name = sys.argv[1:]
    store = open_store(database)
    try:
        desk = Desk(store, now_ms, workstation="another desk", os_user="bench")
        desk.person = desk.find(name)
        print("ready", flush=True)
        for line in sys.stdin:
            number, _, subject = line.rstrip("\n").partition(" ")
            execution.execute(desk, "edit", Edit(subject=subject), [int(number)])
            print(time.monotonic(), flush=True)
    finally:
        store.close()


if __name__ == "__main__":
    main()
