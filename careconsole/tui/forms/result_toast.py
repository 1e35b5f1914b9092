"""What a toast says after a command: what happened, in the words of the history, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from careconsole.commands.form import Verb
from careconsole.commands.key_table import shown_key
from careconsole.desk.cases.execution import Outcome
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.narrator import Narrator, ended
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.counting import counted
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, first_words, shortened
from careconsole.domain.time.moments import local
from careconsole.present.journal import change_words
from careconsole.present.queue_text import case_list
from careconsole.present.turned import command_words, turned_words
from careconsole.tui.hints import hint_text
from careconsole.tui.news import UNKNOWN

if TYPE_CHECKING:
    from careconsole.desk.cases.undo_redo import PassedOver

_TOLD = 3
"""Up to this many cases, a toast says what happened on each; of more, only how many there are."""
_EVENT = 2_000
"""The most cells of an event; the page of the news shows all of them, and the case its whole text."""
_SUBJECT, _TURNED_SUBJECT = 160, 80
_ON_TEAM_PAGE = f"On the team page ({shown_key('team')}), {shown_key('more')} on the person changes it. "
_TAKEN_BACK = dict.fromkeys(("person added", "person changed", "away", "back", "duty"), _ON_TEAM_PAGE)
"""Where the changes are taken back that no undo does, by their kind."""
_REFUSED = 5
_PLAYBOOK = {
    "write-playbook": "written",
    "revise-playbook": "revised",
    "confirm-playbook": "confirmed",
    "retire-playbook": "retired",
}
_AS_ASKED = ("spam",)
"""The commands whose notices say what was done, as it was meant: no warnings."""


class ToastText(msgspec.Struct, frozen=True):
    """One toast: what happened, what to do next, and whether it is a warning.

    `offer` is the part of the message that is true only while undo takes this command back. `as_stands` are the cases
    that a notice is about as they stand, each with its version if that is known; it goes once they change.
    """

    message: str
    hint: str = ""
    warns: bool = False
    offer: str = ""
    as_stands: tuple[tuple[int, int], ...] = ()


def after(verb: Verb, outcome: Outcome, roster: Roster, now: int) -> list[ToastText]:
    """The toasts after a command on cases."""
    hints, offer = [], f" ({shown_key('undo')} undoes it)" if outcome.command is not None else ""
    if len(outcome.cases) > _TOLD:
        message = f"{verb.title}: {len(outcome.cases):,} cases{offer}."
    else:
        tell = Narrator(roster, lambda ms: local(ms, now))
        said = []
        settled = {number for number, event in outcome.events if isinstance(event.fact, Resolved)}
        for number, event in outcome.events:
            said.append(
                shortened(
                    f"Case {number}: {event.sentence(tell.knowing(outcome.named.get(number)))}",
                    _EVENT,
                    f"in full on case {number}",
                )
            )
            if isinstance(event.fact, MessageLogged) and event.fact.inbound and number not in settled:
                hints.append(
                    f"Classified as {event.fact.sort}; to change it: “{shown_key('reclassify')}”, Reclassify a message."
                )
        written = f"Playbook {outcome.playbooks[0]} is {_PLAYBOOK[verb.id]}" if verb.id in _PLAYBOOK else ""
        done = "\n".join(said) or written or f"{verb.title}: done"
        message = f"{done}{offer}"
    idle = outcome.idle[:_TOLD]
    if idle and verb.id not in ("promise", "park", "resolve"):
        hints.append(
            f"The first thing due on {case_list(idle)} is only the next step: "
            f"promise something ({shown_key('promise')}), park it ({shown_key('park')}) "
            f"or resolve it ({shown_key('resolve')})."
        )
    toasts = [ToastText(ended(message) if hints else message, " ".join(hints), offer=offer)]
    if outcome.refused:
        why = "; ".join(f"{number}: {error.message}" for number, error in outcome.refused[:_REFUSED])
        toasts.append(
            ToastText(
                f"{counted(len(outcome.refused), 'was refused and is', 'were refused and are')} unchanged: {why}",
                warns=True,
                as_stands=tuple((number, UNKNOWN) for number, _ in outcome.refused),
            )
        )
    warns = verb.id not in _AS_ASKED
    return toasts + [ToastText(notice, warns=warns, as_stands=_as_stand(outcome)) for notice in outcome.notices]


def opened(outcome: Outcome, subject: str, roster: Roster, now: int, *, offered: int | None = None) -> list[ToastText]:
    """The toasts after a case was opened, with whom it is `offered` to and what followed in the same command."""
    tell = Narrator(roster, lambda ms: local(ms, now))
    where = f"in full on case {outcome.opened}"
    followed = [shortened(event.sentence(tell), _EVENT, where) for _, event in outcome.events]
    offer = f" ({shown_key('undo')} takes it back)"
    is_open = "opened" if any(isinstance(event.fact, Resolved) for _, event in outcome.events) else "open"
    about = first_words(display_text(subject), _SUBJECT)
    to = f" and offered to {roster.name(offered)}" if offered is not None else ""
    words = "\n".join([f"Case {outcome.opened} is {is_open}{to}: {about}", *followed])
    return [
        ToastText(f"{words}{offer}", offer=offer) if followed else ToastText(words),
        *(ToastText(notice, as_stands=_as_stand(outcome)) for notice in outcome.notices),
    ]


def _as_stand(outcome: Outcome) -> tuple[tuple[int, int], ...]:
    """The cases that the command changed, each with the number of the last event that it wrote there."""
    last = {number: event.number for number, event in outcome.written}
    return tuple((number, last.get(number, 0)) for number in outcome.cases)


def turned(word: str, outcome: Outcome, subjects: dict[int, str], roster: Roster, now: int) -> ToastText:
    """The toast after undo ("Undone") or redo ("Redone"): which command, on which cases, and all that it had done."""
    what = command_words(outcome.turned, outcome.cases, outcome.playbooks, outcome.change)
    subject = subjects.get(outcome.cases[0], "") if outcome.cases and outcome.change is None else ""
    more = f" and {len(outcome.cases) - 1:,} more" if len(outcome.cases) > 1 else ""
    one = f" ({first_words(display_text(subject), _TURNED_SUBJECT)}{more})" if subject else ""
    words = turned_words(outcome, Narrator(roster, lambda ms: local(ms, now)))
    return ToastText("\n".join([f"{word}: {what}{one}.", *words]))


def before_undo(found: PassedOver, now: int, *, possible: bool) -> ToastText:
    """The toast in place of an undo that would pass over what the person did last, which no undo takes back.

    `possible`: the command before that can be undone.
    """
    from careconsole.desk.cases.undo_redo import way_back  # of all that a form says, only this needs it

    undo = shown_key("undo")
    back = _TAKEN_BACK.get(found.change.kind) or f"{hint_text(way_back(found.change))} "
    command = command_words(found.command.verb, found.command.cases) if found.command is not None else ""
    again = f"Press {undo} again to take back what you did before: {command}." if possible and command else ""
    return ToastText(
        f"The last thing you did is not undone by {undo}: {ended(f'you {change_words(found.change, now)}')}",
        f"{back}{again}".rstrip(),
        warns=True,
        offer=f" {again}" if again else "",
    )
