"""Asks a person before something is done that they should have seen first; a script says beforehand that it may be."""

from __future__ import annotations

import sys

import click

from careconsole.domain.errors import WrongUse


def can_ask(as_json: bool = False) -> bool:
    """Whether somebody sits at a terminal who can be asked; never with `as_json`, whose reader is a program."""
    return not as_json and sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str, not_done: str, to_do: str, as_json: bool = False) -> bool:
    """Asks whether to do what was shown; no is the default.

    Raises WrongUse where nobody can be asked, in the words of `not_done` ("Nothing was published"), with the way to
    do it all the same, `to_do` ("To publish it: careconsole ... --yes").
    """
    if not can_ask(as_json):
        raise WrongUse(f"{not_done}: nobody can be asked here.", to_do)
    return click.confirm(question, False, err=True)
