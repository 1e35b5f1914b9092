"""Prints what came of logging in at the servers of a mail box, for `box test`."""

from __future__ import annotations

from careconsole.cli.output import put_json, say
from careconsole.domain.mail.boxes import Box
from careconsole.domain.terminal_text import display_text
from careconsole.notify.box_test import works
from careconsole.present.boxes import tried_lines
from careconsole.present.json_types.boxes import BoxTestEntry


def report_test(box: Box, tried: BoxTestEntry, as_json: bool) -> bool:
    """Prints what came of it; returns whether everything works."""
    if as_json:
        put_json(tried)
    else:
        for way, words in tried_lines(box, tried):
            say(display_text(f"{way}: {words}", 600))
    return works(tried)
