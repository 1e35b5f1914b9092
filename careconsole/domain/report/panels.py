"""The six questions of the care report, and the figures that answer each: what they mean, and what they do not show.

A figure that could be made better without any care has its counter-measure beside it: what gets worse if somebody does.
Nothing is by person, and nothing can be sorted: panels and figures stand in this order.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from careconsole.domain.case.rating_answers import ASK_AGAIN
from careconsole.domain.time.moments import DAY

BACK_SOON = 14 * DAY
"""A case that is opened again within this time of its resolution came back."""


class Kind(Enum):
    """A share of something (hits of n), or a length of time (the median of n)."""

    SHARE = "share"
    SPAN = "span"


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A figure: its stable id, its name, what is counted in it, and the series of observations that it is made of.

    `opposite`: the hits are the observations that are not marked. `beside`: it is the counter-measure of the figure
    before it. `unknown` says why some observations count in neither way. `grows`: hits can still come long after an
    observation, so that the last weeks always seem to have fewer and are not compared. A week is recorded once
    `settles` ms have passed since its end: before that, too little is known of it.
    """

    id: str
    name: str
    meaning: str
    series: str
    kind: Kind = Kind.SHARE
    of: str = "cases"
    opposite: bool = False
    beside: bool = False
    unknown: str = ""
    grows: bool = False
    settles: int = 0


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """A question, what its figures do not show, and the figures."""

    id: str
    question: str
    not_shown: str
    figures: tuple[Definition, ...]


_NO_PROMISES = "imported without a promise: what was promised there is not known, which is not the same as broken"
_NO_WORDS = "imported without messages: what was said there is not known"
_NO_ANSWER = "resolved in another system: whether the customer was answered is not known"
_TOO_YOUNG = "resolved less than 14 days before the end: too early to tell"

ONE_OWNER = (
    "Resolved cases that only ever had one person as owner, without those of which it is not known when they were"
    " resolved."
)
"""What counts as one owner throughout, here and among the measures (`domain.case.measures.only_owner`)."""

PANELS: tuple[Panel, ...] = (
    Panel(
        id="word",
        question="Did we keep our word?",
        not_shown="Promises that nobody recorded, and whether a promise was worth much.",
        figures=(
            Definition(
                id="kept",
                name="Kept in time",
                meaning="Promises marked as kept by their time, of those that ended or whose time passed, without"
                " released ones.",
                series="promises",
                of="promises",
                unknown=_NO_PROMISES,
            ),
            Definition(
                id="late",
                name="Late",
                meaning="Promises whose time passed first, or that were open when the case was resolved.",
                series="promises",
                of="promises",
                opposite=True,
                beside=True,
            ),
            Definition(
                id="moved_untold",
                name="Moved without telling",
                meaning="Times that a promise was given a new time and the customer was not told.",
                series="moves",
                of="moves",
                beside=True,
            ),
        ),
    ),
    Panel(
        id="silence",
        question="Did anybody wait in silence?",
        not_shown="What was said and not logged. A long silence can be what a customer asked for.",
        figures=(
            Definition(
                id="silence",
                name="Silence of ended cases",
                meaning="The longest time without a message in either direction, each time that a case ended.",
                series="silence",
                kind=Kind.SPAN,
                of="ended cases",
                unknown=_NO_WORDS,
            ),
            Definition(
                id="unanswered",
                name="Closed unanswered",
                meaning="Cases resolved while the customer waited, and nobody has answered them since.",
                series="unanswered",
                beside=True,
                unknown=_NO_ANSWER,
            ),
            Definition(
                id="answer_time",
                name="Time to first answer",
                meaning="From the opening to our first message (at once in a call or a visit), or to a resolution that"
                " says they were told, on cases that a customer's message opened here.",
                series="answer_time",
                kind=Kind.SPAN,
            ),
            Definition(
                id="reopened",
                name="Reopened",
                meaning="Resolutions after which the case was opened again: a quick answer may not have been one.",
                series="reopened",
                of="resolutions",
                beside=True,
                grows=True,
                settles=2 * BACK_SOON,
            ),
            Definition(
                id="asked_again",
                name="Had to ask again",
                meaning="Resolved cases on which the customer wrote once more before we answered.",
                series="asked_again",
                beside=True,
                unknown=_NO_WORDS,
            ),
        ),
    ),
    Panel(
        id="one_person",
        question="Did one person see it through?",
        not_shown="Colleagues who helped without owning the case, and hand-offs that were right.",
        figures=(
            Definition(
                id="one_owner",
                name="One owner throughout",
                meaning=ONE_OWNER,
                series="one_owner",
            ),
            Definition(
                id="handed_on",
                name="Handed on twice or more",
                meaning="Resolved cases whose owner changed at least twice.",
                series="handed_on",
                beside=True,
            ),
            Definition(
                id="came_back",
                name="Came back in 14 days",
                meaning="Resolutions after which the case was opened again within 14 days.",
                series="came_back",
                of="resolutions",
                beside=True,
                unknown=_TOO_YOUNG,
                settles=BACK_SOON,
            ),
        ),
    ),
    Panel(
        id="first",
        question="Did we go to them first?",
        not_shown="Whether it helped. Thanks are rare, and few of them say nothing of what you did.",
        figures=(
            Definition(
                id="wrote_first",
                name="We wrote first",
                meaning="Resolved cases with an unprompted message, in its own words, while nobody waited for us.",
                series="wrote_first",
                unknown=_NO_WORDS,
            ),
            Definition(
                id="thanked",
                name="Customer thanked us",
                meaning="Resolved cases on which the customer wrote to say thanks.",
                series="thanked",
                unknown=_NO_WORDS,
            ),
        ),
    ),
    Panel(
        id="taught",
        question="Did exceptions teach us?",
        not_shown="Exceptions that nobody escalated, and what was learned without being written down.",
        figures=(
            Definition(
                id="by_playbook",
                name="Decided by a playbook",
                meaning="Exceptions that a playbook decided, so that nobody had to be called.",
                series="by_playbook",
                of="exceptions",
            ),
            Definition(
                id="despite_change",
                name="Came up after a change",
                meaning="Exceptions whose cause came up although a change for it had been made; without decided ones.",
                series="despite_change",
                of="exceptions",
                beside=True,
            ),
        ),
    ),
    Panel(
        id="said",
        question="What did they say?",
        not_shown="What those think who did not answer, and why.",
        figures=(
            Definition(
                id="said_yes",
                name="Yes, as promised",
                meaning='Cases whose customer said "yes", or gave a good rating in another system.',
                series="said_yes",
                of="answers",
            ),
            Definition(
                id="said_no",
                name="No",
                meaning='Cases whose customer said "no", or gave a bad rating in another system.',
                series="said_no",
                of="answers",
                beside=True,
            ),
            Definition(
                id="answered",
                name="Answered when asked",
                meaning="Cases on whose resolution the customer was asked, and said something.",
                series="answered",
                beside=True,
                grows=True,
                settles=ASK_AGAIN,
            ),
        ),
    ),
)
"""The questions, in the order of the report."""

DEFINITIONS: dict[str, Definition] = {one.id: one for panel in PANELS for one in panel.figures}
"""Every figure by its id."""
SERIES = tuple(dict.fromkeys(one.series for one in DEFINITIONS.values()))
"""The names of the series."""
