"""The sweep on the command line, for cron and for inspection."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON, instant
from careconsole.cli.output import say
from careconsole.cli.session import Session
from careconsole.cli.swept import Swept
from careconsole.desk import Desk
from careconsole.desk.cases import sweep as sweeping
from careconsole.desk.notices import weekly_digest
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.time.moments import local, parse_instant
from careconsole.notify.apprise_sender import SendResult, send_waiting, sent_entry
from careconsole.present.json_types.work import StuckEntry, SweepEntry

if TYPE_CHECKING:
    from careconsole.desk.cases.sweep import Act, SweepResult

_PATIENCE, _AGAIN = 20.0, 0.25
"""Seconds to wait for another sweep, and between two attempts."""


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--as-of", metavar="TIME", help="Act only on what was due by then; a future time needs --dry-run.")
@click.option("--since", metavar="TIME", help="Do not sweep; show what sweeps have done since then.")
@click.option("--no-send", is_flag=True, help="Do not send notices; leave them in the outbox.")
@click.option("--quiet", is_flag=True, help="Print errors only; for cron.")
@JSON
@click.pass_obj
def sweep(
    session: Session,
    dry_run: bool,
    as_of: str | None,
    since: str | None,
    no_send: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Act on everything that is due: offers expire, unanswered calls go to the next step, parked cases return.

    An open console does this by itself. For times when none is open, run it from cron every few minutes. Each thing
    happens only once, however many sweeps run. People are notified; afterwards waiting notices are sent.

    \b
    Examples:
      careconsole sweep --quiet
      careconsole sweep --dry-run --as-of "tomorrow 18:00"
      careconsole sweep --since yesterday
    """
    desk = session.asking()
    now = desk.now()
    begin = instant(since, now)
    if begin is not None and (dry_run or as_of or no_send or quiet):
        raise WrongUse("--since shows past sweeps only.", "Leave out --dry-run, --as-of, --no-send and --quiet.")
    if quiet and (dry_run or as_of) and not as_json:
        raise WrongUse("A sweep that is only tried has nothing but its words.", "Leave out --quiet.")
    with Swept(desk, now, as_json=as_json, by_time=dry_run and as_of is not None) as swept:
        _sweep(desk, swept, dry_run, _as_of(as_of, now), begin, not no_send, quiet, as_json)


def _sweep(
    desk: Desk,
    swept: Swept,
    dry_run: bool,
    as_of: int | None,
    begin: int | None,
    send: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    if begin is None:
        take = _unsaid if quiet and not as_json else swept.add
        done = _sweep_when_free(lambda: sweeping.sweep(desk, as_of=as_of, dry_run=dry_run, take=take))
    else:
        done = sweeping.SweepResult()
        swept.add(sweeping.with_ends(desk, sweeping.done_since(desk, begin)))
    if not (dry_run or as_of is not None or done.busy) and begin is None:
        _queue_digest(desk)
        _tell_of_boxes(desk)
    unwritten = _publish(desk) if not dry_run and begin is None else None
    sent = None
    if send and not dry_run and begin is None:
        sent = send_waiting(desk)
    if as_json:
        swept.put_json(
            SweepEntry(
                dry_run=dry_run,
                busy=done.busy or None,
                stuck=[StuckEntry(case=one.case, why=one.why) for one in done.stuck],
                done=[],
                notices=None if sent is None else sent_entry(sent),
            )
        )
    elif not quiet:
        _tell(swept, done, dry_run, begin, sent)
    if done.trouble is not None:
        raise done.trouble
    if unwritten is not None:
        raise unwritten


def _unsaid(_: Sequence[Act]) -> None:
    """Nobody is told what the sweep did."""


def _queue_digest(desk: Desk) -> None:
    """Queues the weekly digest, if it is due."""
    if weekly_digest.is_due(desk):
        from careconsole.present.digest import weekly_words

        weekly_digest.queue(desk, weekly_words)


def _tell_of_boxes(desk: Desk) -> None:
    """Queues notices to the leads about mail boxes that are not read."""
    from careconsole.desk.mail.box_clock import tell_leads

    tell_leads(desk)


def _publish(desk: Desk) -> CareError | None:
    """Writes the pages of receipts; returns why they cannot be written, which holds nothing else up."""
    if not desk.publishes_receipts():
        return None
    from careconsole.present.receipts.publishing import publish_due

    try:
        publish_due(desk)
    except CareError as error:
        return error
    return None


def _sweep_when_free(sweep: Callable[[], SweepResult]) -> SweepResult:
    """Sweeps as soon as no other sweep runs or the lease of one that died has expired; gives up after `_PATIENCE`."""
    end = time.monotonic() + _PATIENCE
    while (done := sweep()).busy and time.monotonic() < end:
        time.sleep(_AGAIN)
    return done


def _tell(swept: Swept, done: SweepResult, dry_run: bool, begin: int | None, sent: SendResult | None) -> None:
    if swept:
        swept.put_table(dry_run)
    elif begin is not None:
        say(f"Sweeps have done nothing since {local(begin, swept.now)}.")
    elif done.busy:
        say(f"Another sweep is still running ({done.busy.partition(':')[0]}).")
    else:
        say("Nothing is due.")
    if sent is not None and sent.words:
        say(sent.words)


def _as_of(text: str | None, now: int) -> int | None:
    """A time that may be ahead: "4h" is in four hours, "4h ago" was."""
    return None if text is None else parse_instant(text, now)
