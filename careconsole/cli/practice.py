"""Practice on the command line: a past exception as it stood, and then what was decided."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, one_case, text_or_input
from careconsole.cli.confirming import can_ask
from careconsole.cli.output import put_json, put_text, say, screen_width
from careconsole.cli.session import Session
from careconsole.desk.teaching import practice as query
from careconsole.domain.errors import WrongUse


@click.command()
@click.argument("case", required=False, metavar="[CASE]")
@click.option("--answer", metavar="TEXT", help='Say what you would do, and see what was decided. "-": standard input.')
@click.option("--show", is_flag=True, help="Pass, and see what was decided.")
@JSON
@click.pass_obj
def practice(session: Session, case: str | None, answer: str | None, show: bool, as_json: bool) -> None:
    """Practise a past exception: the case as it stood before somebody called for help, then what was decided and why.

    Without CASE it is the latest one that you have not done. What you answer is not stored. That you have done it is,
    and nobody else is shown that.

    \b
    Examples:
      careconsole practice
      careconsole practice 12 --answer "refund it, and ask for a photo"
    """
    from careconsole.present.practice import QUESTION, answer_sections, left_words, situation_sections, title
    from careconsole.present.sections import text_of

    if answer is not None and show:
        raise WrongUse("--answer and --show exclude each other.", "--answer shows what was decided, too.")
    said = text_or_input(answer, "the answer") if answer is not None else ""
    desk = session.working()
    found = query.practice(desk, one_case(case, desk) if case is not None else None)
    one = found.exercise
    asked = answer is not None or show
    if as_json:
        from careconsole.present.json_types.practice import practice_entry

        known = query.answer(desk, one.number, one.situation.call) if one is not None and asked else None
        put_json(practice_entry(found, query.practice(desk).left if asked else found.left, known, said))
        return
    if one is None:
        again = " To practise one again: careconsole practice CASE" if found.every else ""
        say(f"{left_words(found)}{again}")
        return
    for notice in one.notices:
        say(notice)
    width = screen_width()
    put_text(text_of(title(one, found.now), situation_sections(one, found.roster, found.now), width))
    if not asked:
        if not can_ask():
            say(f"{QUESTION} To see what was decided: careconsole practice {one.number} --answer TEXT, or --show.")
            return
        said = click.prompt(f"\n{QUESTION} (Enter: pass)", default="", show_default=False, err=True)
    known = query.answer(desk, one.number, one.situation.call)
    put_text("\n" + text_of("", answer_sections(known, said), width).lstrip("\n"))
    say(left_words(query.practice(desk)))
