"""The primer on the command line: what somebody new should read."""

from __future__ import annotations

from shlex import quote

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put_json, say, screen_width
from careconsole.cli.output_file import out_options, put_or_write
from careconsole.cli.session import Session
from careconsole.desk.teaching import primer as query
from careconsole.domain.errors import WrongUse


@click.command()
@click.option("--read", "read", multiple=True, metavar="THING", help="Tick off what you have read; repeatable.")
@click.option("--unread", "unread", multiple=True, metavar="THING", help="Take a tick away; repeatable.")
@click.option("--markdown", "form", flag_value="markdown", help="Write it as Markdown, without ticks.")
@click.option("--html", "form", flag_value="html", help="Write it as one HTML file, without ticks.")
@out_options
@JSON
@click.pass_obj
def primer(
    session: Session,
    read: tuple[str, ...],
    unread: tuple[str, ...],
    form: str | None,
    out: str,
    force: bool,
    as_json: bool,
) -> None:
    """Show what somebody new should read: the playbooks that fit most, the causes that come up most, three cases.

    THING is what stands before each, such as playbook:3, 'cause:refund limit' or case:12. What you have ticked off is
    private: nobody else is shown it, and no export has it.

    \b
    Examples:
      careconsole primer
      careconsole primer --read playbook:1
      careconsole primer --markdown --out primer.md
    """
    from careconsole.present.primer import as_html, as_markdown, as_text, name

    if as_json and (form is not None or out != "-"):
        raise WrongUse("--json has its own form.", "Leave out --markdown, --html and --out.")
    desk = session.working() if read or unread else session.asking()
    query.mark_read(desk, read)
    query.mark_read(desk, unread, read=False)
    found, roster = query.primer(desk), desk.roster()
    if as_json:
        from careconsole.present.json_types.primer import primer_entry

        put_json(primer_entry(found, roster))
        return
    if form is not None:
        text = as_html(found, roster) if form == "html" else as_markdown(found, roster)
    else:
        text = as_text(found, roster, ticks=out == "-", width=screen_width() if out == "-" else None)
    if put_or_write(text, out, session.place(), force=force):
        say(f"The primer is in {out}.")
    elif form is None and (left := next((thing for thing in found.things if not thing.read), None)) is not None:
        label = next((one.use.cause.label for one in found.causes if one.thing is left), "")
        show = {
            query.PLAYBOOK: f"playbook show {left.number}",
            query.CAUSE: f"cause show {quote(label)}",
            query.CASE: f"show {left.number}",
        }[left.kind]
        say(f"To read the next one: careconsole {show}")
        say(f"To tick it off, for yourself only: careconsole primer --read {quote(name(left, label))}")
