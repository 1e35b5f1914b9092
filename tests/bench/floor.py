"""The least that a command line can cost which shows rows of the same database: click and sqlite3, and nothing else.

    python -m tests.bench.floor DATABASE queue|search WORD|show NUMBER

It prints the rows that `careconsole queue`, `search` and `show` print for the same words, plainly: no filter language,
no folding of histories, no check of the file, no colours.
"""

from __future__ import annotations

import sqlite3
import time

import click

if sqlite3.sqlite_version_info < (3, 37):  # which cannot read strict tables
    import pysqlite3 as sqlite3  # type: ignore[import-untyped, no-redef]

_HOUR = 3_600_000
_NEVER = 9007199254740991
_ROWS = """
select cases.id, level, due_kind, due_at, opened_at, waiting_since, owner.name, customer.name, subject
from {table} left join people owner on owner.id = owner_id left join customers customer on customer.id = customer_id
where {where} order by {order} limit 50
"""


@click.group()
@click.argument("database")
@click.pass_context
def main(context: click.Context, database: str) -> None:
    """Shows rows of a careconsole DATABASE, plainly."""
    context.obj = sqlite3.connect(f"file:{database}?mode=ro", uri=True)


@main.command()
@click.pass_obj
def queue(database: sqlite3.Connection) -> None:
    """Lists the first open cases."""
    _list(database, "cases", "status = 'open'", (), "due_at, waiting_since, opened_at, cases.id")


@main.command()
@click.argument("word")
@click.pass_obj
def search(database: sqlite3.Connection, word: str) -> None:
    """Lists the cases that hold WORD, the last changed first."""
    _list(
        database, "search join cases on cases.id = search.rowid", "words match ?", (word,), "changed_at desc, cases.id"
    )


@main.command()
@click.argument("number", type=int)
@click.pass_obj
def show(database: sqlite3.Connection, number: int) -> None:
    """Shows one case with its events."""
    _list(database, "cases", "cases.id = ?", (number,), "1")
    for row in database.execute("select number, kind, at, actor_id, data from events where case_id = ?", (number,)):
        click.echo("{:3} {:12} {} {} {}".format(*row))


def _list(database: sqlite3.Connection, table: str, where: str, values: tuple[str | int, ...], order: str) -> None:
    now = time.time_ns() // 1_000_000
    for number, level, kind, due, opened, since, owner, customer, subject in database.execute(
        _ROWS.format(table=table, where=where, order=order), values
    ):
        due_in = "" if due == _NEVER else f"{kind} in {(due - now) // _HOUR}h"
        waits = "" if since == _NEVER else f"{(now - since) // _HOUR}h"
        age = f"{(now - opened) // _HOUR}h"
        click.echo(f"{number:6} {level} {due_in:28} {age:>8} {waits:>8} {owner or '':20} {customer or '':20} {subject}")


if __name__ == "__main__":
    main()
