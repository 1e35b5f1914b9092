"""Every command of the registry is given with its key, or by its name, through its form, and stands in the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from careconsole.commands import BY_ID, OTHER_COMMANDS, VERBS
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.playbooks import writing
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.parking import Park
from careconsole.domain.case.playbook_use import UsePlaybook
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.playbook.content import Authority, Content
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened

Before = Callable[[Office], None]


def nothing(office: Office) -> None:
    """The case is Ana's, and that is all."""


def gives(verb: str, command: Command, who: str = "Ana") -> Before:
    def before(office: Office) -> None:
        execution.execute(office.desk(who), verb, command, [1])

    return before


def all_of(*steps: Before) -> Before:
    def before(office: Office) -> None:
        for step in steps:
            step(office)

    return before


def to_duty(office: Office) -> None:
    execution.execute(office.desk("Ana"), "reassign", Reassign(to=None), [1])


def offered_to_ana(office: Office) -> None:
    execution.execute(office.desk("Ana"), "reassign", Reassign(to=office.ids["Ben"]), [1])
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Ana"], reason="yours before"), [1])


def offered_to_ben(office: Office) -> None:
    execution.execute(office.desk("Ana"), "offer", Offer(to=office.ids["Ben"], reason="knows it"), [1])


def bens(office: Office) -> None:
    execution.execute(office.desk("Ana"), "reassign", Reassign(to=office.ids["Ben"]), [1])


def cleo_helps(office: Office) -> None:
    execution.execute(office.desk("Ana"), "ask", AskHelp(of=office.ids["Cleo"], need="read it"), [1])


def has_a_box(office: Office) -> None:
    office.box()


def another_case(office: Office) -> None:
    opened(office.desk("Ana"), "The same kettle", "Carla", owner=office.ids["Ana"])


def undone(office: Office) -> None:
    execution.execute(office.desk("Ana"), "note", Note(text="written twice"), [1])
    undo_redo.undo(office.desk("Ana"))


def a_playbook(office: Office) -> None:
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ana"), Content(title="Kettles", steps=("look",), may=may))


LATER = 1_767_600_000_000 + 5 * HOUR
ESCALATED = gives("escalate", Escalate(reason="exception", need="refund", cause="refund limit"))
CALLED_ANA = all_of(bens, gives("escalate", Escalate(reason="exception", need="refund"), "Ben"))
PROMISED = gives("promise", Promise(text="call back", due=LATER))
PARKED = gives("park", Park(on="us", until=LATER))
RESOLVED = gives("resolve", Resolve(said="new kettle", answer="told"))
WROTE = gives("log", LogMessage(text="Where is my kettle?", inbound=True, channel="email"))
CHANGE_WAITS = all_of(gives("review", Review(cause="limit", change="raise it", owner=1, due=LATER)))
CHANGE_MADE = all_of(CHANGE_WAITS, gives("done", CompleteAction()))
RARE = all_of(
    gives("escalate", Escalate(reason="exception", need="a decision", cause="limit"), "Ben"),
    gives("de-escalate", Deescalate(decided="so be it")),
    gives("review", Review(cause="limit", nothing_because="it is rare"), "Ben"),
)
ASKS_A_LEAD = all_of(bens, *[RARE] * 3)

PLAIN: dict[str, tuple[Before, dict[str, str], str]] = {
    "take": (to_duty, {}, "Ana took it"),
    "offer": (
        nothing,
        {"to": "Cleo", "reason": "knows it", "next": "call"},
        "it to Cleo: knows it (next: call)",
    ),
    "accept": (offered_to_ana, {}, "Ana accepted it and owns it now"),
    "decline": (offered_to_ana, {"reason": "on leave", "instead": "Cleo"}, "passed the offer on to Cleo: on leave"),
    "withdraw": (offered_to_ben, {}, "Ana withdrew the offer"),
    "take-over": (bens, {"reason": "on the phone now"}, "Ana took it over: on the phone now"),
    "reassign": (nothing, {"to": "duty", "reason": "leave"}, "Ana reassigned it to duty: leave"),
    "hand-over": (bens, {"of": "Ben", "to": "Cleo"}, "Ana reassigned it to Cleo: handed over"),
    "ask": (nothing, {"of": "Cleo", "need": "the contract"}, "Ana asked Cleo to help: the contract"),
    "helped": (cleo_helps, {"said": "clause 4"}, "Ana ended the help of Cleo: clause 4"),
    "escalate": (
        nothing,
        {"reason": "authority", "need": "refund", "cause": "limit"},
        "(level 1, authority, limit): refund",
    ),
    "acknowledge": (CALLED_ANA, {"until": "+3h"}, "Ana acknowledged it, next update by"),
    "nudge": (ESCALATED, {"said": "they leave at four"}, "Ana reminded the responder: they leave at four"),
    "skip": (ESCALATED, {"reason": "no answer"}, "Ana called Eve instead (level 2): no answer"),
    "de-escalate": (ESCALATED, {"decided": "granted"}, "Ana brought it back to level 0: granted"),
    "review": (
        ESCALATED,
        {"nothing_because": "it was one"},
        "refund limit. Nothing changes, because it was one",
    ),
    "agree": (ASKS_A_LEAD, {}, "Ana agreed that nothing changes (review 14)"),
    "done": (CHANGE_WAITS, {"said": "raised"}, 'made the change "raise it", to be checked by'),
    "check-change": (
        CHANGE_MADE,
        {"verdict": "works", "said": "none came"},
        'checked the change "raise it": it works: none came',
    ),
    "move-change": (CHANGE_MADE, {"due": "+9h", "reason": "too few"}, "Ana moved the check of the change"),
    "drop-change": (CHANGE_WAITS, {"because": "rare"}, 'dropped the change "raise it", because rare'),
    "use": (a_playbook, {}, "Ana used playbook 1: Kettles"),
    "tick": (all_of(a_playbook, gives("use", UsePlaybook(playbook=1))), {}, "Ana ticked step 1 of playbook 1: look"),
    "decide": (a_playbook, {"said": "refunded", "amount": "30"}, "Ana decided by playbook 1 (30 EUR): refunded"),
    "fit": (
        all_of(a_playbook, gives("use", UsePlaybook(playbook=1))),
        {"fit": "partly", "said": "not the lid"},
        "Ana said that playbook 1 partly fitted: not the lid",
    ),
    "log": (
        nothing,
        {"text": "It is on its way.", "channel": "phone"},
        "spoke with the customer (phone): It is on",
    ),
    "reply": (
        has_a_box,
        {"to": "anna@home.example", "text": "It is in the post."},
        "Ana wrote a mail to anna@home.example (Kettle cracked [1-",
    ),
    "reclassify": (WROTE, {"sort": "thanks"}, 'Ana reclassified the message "Where is my kettle?" as thanks'),
    "rate": (nothing, {"rating": "partly"}, "customer's answer: we partly did what we promised"),
    "promise": (nothing, {"text": "call back", "due": "+2h"}, "Ana promised by"),
    "keep": (PROMISED, {"said": "called"}, 'Ana kept the promise "call back": called'),
    "move": (PROMISED, {"told": "yes", "due": "+9h"}, "the customer was told"),
    "release": (
        PROMISED,
        {"reason": "bought elsewhere"},
        'Ana was released from the promise "call back": bought elsewhere',
    ),
    "spam": (nothing, {}, "Ana resolved it: spam (no answer needed)"),
    "attach": (nothing, {"file": __file__, "name": "kettle.txt"}, "Ana attached kettle.txt ("),
    "note": (nothing, {"text": "on the back"}, "Ana noted: on the back"),
    "park": (nothing, {"on": "third party", "reason": "carrier"}, "waiting on third party: carrier"),
    "unpark": (PARKED, {}, "Ana unparked it"),
    "resolve": (PROMISED, {"said": "sent", "promises": "kept", "answer": "told them"}, "Ana resolved it: sent"),
    "reopen": (RESOLVED, {"reason": "cracked too"}, "Ana reopened it: cracked too"),
    "merge": (another_case, {"into": "2"}, "Ana merged it into case 2"),
    "split": (WROTE, {"subject": "Late kettle"}, "Ana split case 2 off, with entry 2"),
    "edit": (
        nothing,
        {"subject": "Kettle leaks", "priority": "high"},
        "subject: Kettle leaks; priority: high",
    ),
    "tag": (nothing, {"add": "billing  spare-part"}, "Ana tagged it +billing +spare-part"),
}
"""For each verb: what was before, what is said in its form, and what the history tells then."""

REST: dict[str, tuple[Before, dict[str, str], str]] = {
    "new": (
        nothing,
        {"subject": "Lid lost", "customer": "Nils", "tags": "lid"},
        "opened it (email), owned by Ana: Lid",
    ),
    "follow-up": (nothing, {"subject": "Invoice"}, "owned by Ana: Invoice (follows 1)"),
    "undo": (gives("note", Note(text="wrong case")), {}, "Ana undid this: noted: wrong case"),
    "redo": (undone, {}, "Ana redid this: noted: written twice"),
}
"""The same for the commands that are no verb on existing cases."""


def told(office: Office, events: list[Event]) -> str:
    tell = Narrator(office.store.people.roster(), named=named_in(events))
    return "\n".join(event.sentence(tell) for event in events)


def run(office: Office, before: Before, said: dict[str, str], begin: Callable[[Screen], Any]) -> str:
    """What the history tells of after the command was given by whoever sits down as Ana."""
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    before(office)

    async def script(screen: Screen) -> None:
        await begin(screen)
        if said:
            await fill(screen, **said)
            await screen.press("ctrl+s")
        elif screen.app.screen is not screen.queue:
            await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script)
    return "\n".join(told(office, office.history(case)) for case in (1, 2))


@pytest.mark.parametrize("verb", [verb.id for verb in VERBS])
def test_every_verb_is_given_on_the_screen(verb: str, office: Office) -> None:
    before, said, event = PLAIN[verb]

    async def begin(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)  # wherever it is: a resolved case is in no list of open ones
        await screen.settle()
        if BY_ID[verb].key:
            await screen.press(_pressed(BY_ID[verb].key))
        else:
            screen.app.working.verb(verb)
            await screen.settle()

    assert event in run(office, before, said, begin)


@pytest.mark.parametrize(("id", "key"), [(id, key) for id, key, _ in OTHER_COMMANDS])
def test_every_other_command_is_given_on_the_screen(id: str, key: str, office: Office) -> None:
    before, said, event = REST[id]

    async def begin(screen: Screen) -> None:
        if key:
            await screen.press(key)
        else:
            screen.app.working.other(id)
            await screen.settle()

    assert event in run(office, before, said, begin)


def test_no_command_is_without_such_a_test() -> None:
    assert set(PLAIN) == {verb.id for verb in VERBS}
    assert set(REST) == {id for id, _, _ in OTHER_COMMANDS}


def _pressed(key: str) -> str:
    return {"#": "number_sign"}.get(key, key)
