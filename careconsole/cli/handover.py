"""Handing over a colleague's whole load, on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.cases import handover
from careconsole.desk.queries.case_queries import rows
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.errors import CareError, WrongUse
from careconsole.present.json_types.errors import refused_entries
from careconsole.present.json_types.team import HandOverEntry, MoveEntry
from careconsole.present.json_views import name_or_none


@click.command("hand-over")
@click.argument("name")
@click.option("--to", metavar="NAME", help="Who takes it over, or 'duty'. [required]")
@click.option("--dry-run", is_flag=True, help="Only show what would happen, case by case.")
@JSON
@click.pass_obj
def hand_over(session: Session, name: str, to: str | None, dry_run: bool, as_json: bool) -> None:
    """Hand all of somebody's work to a colleague, as one command that one undo takes back.

    This includes their cases and promises, offers to them, escalations they must answer, requests for their help, and
    changes that reviews asked them to make. Only a lead can do this with somebody else's work. An agent who goes home
    hands over their own cases (NAME is "me"): each is offered, and stays theirs until it is accepted.

    \b
    Examples:
      careconsole team hand-over Ben --to Cleo --dry-run
      careconsole team hand-over me --to Cleo
    """
    if to is None:
        raise WrongUse("Nobody is named to take it over.", "Give a name, or 'duty', with --to.")
    desk = session.working()
    of = desk.find(name)
    taker = None if to.strip().lower() in ("duty", "nobody") else desk.find(to)
    roster = desk.roster()
    whom = f"from {roster.name(of)} to {roster.name(taker)}"
    if dry_run:
        plan = handover.plan(desk, of, taker)
        if as_json:
            moves = {move.number: list(move.words) for move in plan.moves}
            _put_handed_over(desk, of, taker, moves, plan.summary, plan.refused, plan.notices)
            return
        rows = [(str(move.number), move.subject, "; ".join(move.words)) for move in plan.moves]
        put_report(("No.", "Subject", "What happens"), rows)
        _put_refused(plan.refused, plan.notices)
        does = "be offered" if plan.offers else "go"
        say(f"Dry run: nothing was changed. Would {does} {whom}: {plan.summary or 'nothing'}.")
        return
    outcome = handover.hand_over(desk, of, taker)
    if as_json:
        tell, moves = Narrator(roster), {number: [] for number in outcome.cases}
        for number, event in outcome.events:
            moves[number].append(event.sentence(tell.knowing(outcome.named.get(number))))
        summary = handover.moved_words(event.fact for _, event in outcome.events)
        _put_handed_over(desk, of, taker, moves, summary, outcome.refused, outcome.notices, outcome.command)
        return
    _put_refused(outcome.refused, outcome.notices)
    say(f"Handed over {whom}: {handover.outcome_words(outcome)}")
    say("  To undo all of it: careconsole undo")


def _put_handed_over(
    desk: Desk,
    of: int,
    to: int | None,
    moves: Mapping[int, list[str]],
    summary: str,
    refused: Sequence[tuple[int, CareError]],
    notices: Sequence[str],
    command: int | None = None,
) -> None:
    """Prints a handed-over load, or a dry run if `command` is None, as JSON; `moves` are sentences by case."""
    roster, cases = desk.roster(), rows(desk, list(moves)).rows
    put_json(
        HandOverEntry(
            dry_run=command is None,
            of=roster.name(of),
            to=name_or_none(to, roster),
            command=command,
            summary=summary,
            moves=[
                MoveEntry(case=number, subject=cases[number].subject, sentences=sentences)
                for number, sentences in moves.items()
            ],
            refused=refused_entries(refused),
            notices=list(notices),
        )
    )


def _put_refused(refused: Sequence[tuple[int, CareError]], notices: Sequence[str]) -> None:
    for number, refusal in refused:
        say(f"{number}: refused: {refusal.message}")
    for notice in notices:
        say(notice)
