"""Writes the pages of receipts after a command has changed their cases."""

from __future__ import annotations

from careconsole.cli.output import print_error, say
from careconsole.desk import Desk
from careconsole.domain.errors import CareError
from careconsole.present.receipts.publishing import publish_changed


def publish(desk: Desk, changed: set[int]) -> None:
    """Writes the pages of the cases that a command has changed, and says so if that cannot be done."""
    try:
        publish_changed(desk, changed)
    except CareError as error:  # the command itself is done, and nothing about it failed
        say("The command is done, but the page of its receipt was not written.")
        print_error(error)
