"""Choosing, on the command line, what the weekly digest brings to an address."""

from __future__ import annotations

from shlex import quote

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.confirming import confirmed
from careconsole.cli.output import put_json, say
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.notices import addresses
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.addresses import Address
from careconsole.domain.team.roster import Person


@click.command()
@click.argument("name")
@click.argument("which", required=False)
@click.option("--whole", "whole", flag_value=True, type=bool, default=None, help="Send the whole digest there.")
@click.option("--short", "whole", flag_value=False, type=bool, help="Send only how many playbooks changed.")
@click.option("--yes", "-y", is_flag=True, help="With --whole: do it without asking.")
@JSON
@click.pass_obj
def digest(session: Session, name: str, which: str | None, whole: bool | None, yes: bool, as_json: bool) -> None:
    """Choose what the weekly digest brings to one of your addresses: its number of changed playbooks, or all of it.

    The sweep sends it on Mondays at eight, without words of customers unless you ask for the whole digest. WHICH is
    the address's number, sign, or what is shown of it; leave it out if there is only one. --whole says what would leave
    the machine, and asks; in a script, give --yes as well.

    \b
    Example:
      careconsole notices digest Ana 2 --whole
    """
    from careconsole.desk.notices import weekly_digest
    from careconsole.present.notice_addresses import address_entry

    if whole is None:
        raise WrongUse("It is not said what to send.", "Give --whole or --short.")
    desk = session.working()
    if whole and not yes and not _confirmed(desk, *weekly_digest.address_for(desk, name, which), as_json):
        say("Nothing was changed.")
        return
    person, kept = weekly_digest.set_whole(desk, name, which, whole)
    if as_json:
        put_json(address_entry(kept, addresses.book(desk)))
    elif whole:
        say(f"{kept.named} gets the whole digest each week. To stop it: {_digest_line(person, kept, '--short')}")
    else:
        say(f"{kept.named} gets the number of changed playbooks each week, and no more of the digest.")


def _confirmed(desk: Desk, person: Person, address: Address, as_json: bool) -> bool:
    """Says what would leave the machine and asks. Raises WrongUse where nobody can be asked."""
    gateway = addresses.book(desk).gateway
    through = f" through {gateway.shown}" if gateway is not None and "://" not in address.shown else ""
    say(f"Each week the whole digest would leave this machine for {address.named}{through}.")
    say("It has words of customers and colleagues, subjects of cases, what was decided, and playbooks in full.")
    say("Anybody who can read it there, or on the way, can read all of it, and careconsole cannot take it back.")
    again = _digest_line(person, address, "--whole --yes")
    return confirmed("Send it there?", "Nothing was changed", f"If you want that: {again}.", as_json)


def _digest_line(person: Person, address: Address, options: str) -> str:
    return f"careconsole notices digest {quote(person.name)} {address.number} {options}"
