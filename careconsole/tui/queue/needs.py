"""The first line of the queue: what needs the person at the screen, and for leads what is late in the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.commands.key_table import key_of, shown_key
from careconsole.domain.filters.fields import RESPONSIBLE
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.domain.time.clocks_apart import short_words
from careconsole.tui.widgets.bars import Bar, Part, count_text, mark_of_key, parts_width

if TYPE_CHECKING:
    from careconsole.desk.mail.box_clock import MailNeeds


class Figure(msgspec.Struct, frozen=True):
    """One figure of the first line: what it counts, as words and as a filter, and its colour above zero.

    `team`: cases that others must act on, which only somebody who leads is told of. Where there is no room for all
    figures, those of less `weight` are left out first.
    """

    word: str
    filter: str
    style: str
    weight: int
    team: bool = False


OWN: tuple[Figure, ...] = (
    Figure("unassigned", "is:unassigned", "$text-warning", 3),
    Figure("offered to you", "offered:me", "$text-warning", 6),
    Figure("to acknowledge", "responder:me is:unacknowledged", "$text-error", 8),
    Figure("to help with", "helping:me", "$text-warning", 5),
    Figure("with a bounced mail", f"{RESPONSIBLE} is:bounced", "$text-error", 7),
    Figure("at risk", f"{RESPONSIBLE} is:atrisk", "$text-warning", 2),
    Figure("overdue", f"{RESPONSIBLE} is:overdue", "$text-error", 9),
    Figure("with a draft", "is:draft", "$text-warning", 1),
)
"""What needs the person at the screen. Each figure leads to its cases.

A case counts as at risk or overdue only for the person responsible for it, as on the pages of promises and of what
falls due. For those who are called about it, it is a case to acknowledge, for the one it is offered to an offer, and
for a colleague who was asked to join a case to help with, until that help is finished.
"""
ASKED = OWN[1:4]
"""The figures of what others asked the person, and wait for: offers, calls and help."""
TEAM: tuple[Figure, ...] = (
    Figure("overdue", f"is:overdue -{RESPONSIBLE}", "$text-error", 10, team=True),
    Figure("without an owner here", "is:left", "$text-warning", 4, team=True),
)
"""What a lead must know of besides: nobody else may notice it."""
_NOTHING, _SHORT_NOTHING = "None of your cases is overdue or at risk", "None of yours overdue or at risk"
"""What is true where no figure is above zero: a customer may well wait, for an answer that is not due yet."""

Counts = Sequence[tuple[Figure, int]]
"""Figures with how many cases each of them counts; below zero: unknown."""


def figures(*, leads: bool) -> tuple[Figure, ...]:
    """The figures for somebody at work; `leads`: they have a lead's rights."""
    return (*OWN, *TEAM) if leads else OWN


class Needs(Bar):
    """The first line: the figures, as far as they have been counted, and who is at work."""

    def __init__(self) -> None:
        super().__init__("needs")
        self._counts: Counts | None = None
        self._mail: MailNeeds | None = None
        self._clock = 0
        self._who = ""

    def show(self, counts: Counts | None, who: str) -> None:
        """Shows the figures, or None while they have not been counted, and who is at work."""
        self._counts, self._who = counts, f"{who} ({shown_key('who')})"
        self.on_resize()

    def show_mail(self, mail: MailNeeds) -> None:
        """Shows what of the mail waits for somebody."""
        self._mail = mail
        self.on_resize()

    def show_clock(self, ahead: int) -> None:
        """Shows by how much this machine's clock is off, if the server's is ahead of it by so many milliseconds."""
        if short_words(ahead) != short_words(self._clock):
            self._clock = ahead
            self.on_resize()

    def on_resize(self) -> None:
        """Words the figures for the width."""
        room = self.size.width - cell_width(display_text(self._who)) - 1
        self.put(
            needs_parts(self._counts, room, self._mail, self._clock) if self._counts is not None else [],
            (self._who, "bold"),
        )

    def after(self, filter: str) -> str | None:
        """The filter of the next figure above zero, from the one that is shown; None if there is none."""
        some = [figure.filter for figure, count in self._counts or () if count > 0]
        return some[(some.index(filter) + 1 if filter in some else 0) % len(some)] if some else None


def needs_parts(counts: Counts, room: int, mail: MailNeeds | None = None, clock: int = 0) -> list[tuple[str, str, str]]:
    """The first line's pieces in `room` cells: the figures above zero, or that nothing needs the person; then the mail,
    and that the clock is wrong (see `Needs.show_clock`).

    The words at the beginning are left out if the figures need their room, then those of the mail are shortened, and
    then figures are left out, the least important first, which "…" says: what is late in the team stays longest.
    """
    long, short = (parts + _clock_parts(clock) for parts in _mail_parts(mail))
    parts, shown = _parts(counts, "Needs you: ", long), [one for one in counts if one[1] > 0]
    for words, nothing in ((long, _NOTHING), (short, _SHORT_NOTHING)):
        if parts_width(parts) > room:
            parts = _parts(shown, "", words, nothing)
    while parts_width(parts) > room and len(shown) > 1:
        shown.remove(min(shown, key=lambda one: one[0].weight))
        parts = [*_parts(shown, nothing=_SHORT_NOTHING), (" · …", "", ""), *short]
    return parts


def _clock_parts(ahead: int) -> list[tuple[str, str, str]]:
    words = short_words(ahead)
    return [(" · ", "", ""), (words, "bold $text-error", "")] if words else []


def _mail_parts(mail: MailNeeds | None) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """What of the mail waits for somebody, in full and in short; a click opens the page of mail."""
    if mail is None or not (mail.held or mail.unsent or mail.unread):
        return [], []
    held = [f"{mail.held:,} held"] if mail.held else []
    held += [f"{mail.unsent:,} not sent"] if mail.unsent else []
    few = [f"{len(mail.unread)} {'box' if len(mail.unread) == 1 else 'boxes'} not read"] if mail.unread else []
    style, mark = (
        f"bold {'$text-error' if mail.unread or mail.unsent else '$text-warning'}",
        mark_of_key(key_of("mail")),
    )
    long, short = ", ".join([*held, *mail.unread]), ", ".join([*held, *few])
    return [(" · mail: ", "", mark), (long, style, mark)], [(" · mail: ", "", mark), (short, style, mark)]


def _parts(
    counts: Counts, begin: str = "", mail: Sequence[tuple[str, str, str]] = (), nothing: str = _NOTHING
) -> list[tuple[str, str, str]]:
    own = _figures([one for one in counts if one[1] > 0 and not one[0].team])
    team = _figures([one for one in counts if one[1] > 0 and one[0].team])
    if not own and not team:
        return [(nothing if mail else f"{nothing}.", "$text-success", ""), *mail]
    parts = [(begin, "", "")] if own and begin else []
    parts += own or [(nothing, "$text-success", "")]
    if team:
        parts += [(" · team: ", "", ""), *team]
    if not own:
        parts.append((f" ({shown_key('needs')})", "", ""))
    return [*parts, *mail]


def _figures(counts: Counts) -> list[tuple[str, str, str]]:
    parts: list[tuple[str, str, str]] = []
    for figure, count in counts:
        parts += [(" · ", "", "")] if parts else []
        parts.append((f"{count_text(count)} {figure.word}", f"bold {figure.style}", figure.filter))
    return parts


def nothing_needed(*, leads: bool) -> Part:
    """What to say when the person asks for what needs them and no figure is above zero, and what to do next."""
    team = "None of the team's cases is overdue. " if leads else ""
    return f"{_NOTHING}.", f"{team}Press 0 for all open cases."
