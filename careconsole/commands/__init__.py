"""The registry of commands: the id (the verb on the command line), key, title, help and form of each.

Everything that shows or reads commands uses it: bindings, palette and help of the console, the command line and its
help. The order is that of the help. The commands of the group "The case" are in `commands.case`, those
on changes in `commands.changes`.
"""

from __future__ import annotations

from careconsole.commands.case import CASE_VERBS
from careconsole.commands.changes import CHANGE_VERBS
from careconsole.commands.customer import CUSTOMER_VERBS
from careconsole.commands.form import (
    CAME_BACK,
    LESSON,
    Field,
    Verb,
    choice,
    entry,
    person,
    text,
    time,
)

__all__ = ["BY_ID", "OTHER_COMMANDS", "SEVEN", "VERBS", "Field", "Verb"]

VERBS: tuple[Verb, ...] = (
    Verb(
        id="take",
        rule="ownership:Take",
        key="t",
        title="Take",
        group="Ownership",
        help="Take a case that is unassigned, or offered to you.",
        example="careconsole take 12",
    ),
    Verb(
        id="offer",
        rule="offers:Offer",
        key="o",
        title="Offer",
        group="Ownership",
        help="Offer a case to a colleague. Its owner keeps it until they accept.",
        example='careconsole offer 12 --to Ben --reason "knows the supplier" --next "call them before noon"',
        fields=(
            person("to", "Who should take it.", True),
            text("reason", "Why them.", True),
            text("next", "What should happen next."),
        ),
    ),
    Verb(
        id="accept",
        rule="offers:Accept",
        key="y",
        title="Accept",
        group="Ownership",
        help="Accept a case that is offered to you, or to somebody you cover for. It is yours then.",
        example="careconsole accept 12",
    ),
    Verb(
        id="decline",
        rule="offers:Decline",
        key="N",
        title="Decline",
        group="Ownership",
        help="Decline an offer, and say why and who to ask instead; the owner keeps the case if you name nobody."
        " A second decline goes to the lead on duty.",
        example='careconsole decline 12 --reason "on leave from noon" --instead Cleo',
        fields=(
            text("reason", "Why not.", True),
            person(
                "instead",
                "Who is asked instead: a name, 'duty' for the lead on duty, or the owner for nobody. Without it, the"
                " owner keeps the case.",
                True,
                filled=True,
            ),
        ),
    ),
    Verb(
        id="withdraw",
        rule="offers:Withdraw",
        key="",
        title="Withdraw the offer",
        group="Ownership",
        help="Take back an offer that has not been answered.",
        example="careconsole withdraw 12",
        fields=(text("reason", "Why.", asked=False),),
    ),
    Verb(
        id="take-over",
        rule="ownership:TakeOver",
        key="T",
        title="Take over",
        group="Ownership",
        help="Take a case over from its owner, and say why.",
        example='careconsole take-over 12 --reason "Ben is in a meeting and the customer is on the phone"',
        fields=(text("reason", "Why.", True),),
    ),
    Verb(
        id="reassign",
        rule="ownership:Reassign",
        key="a",
        title="Reassign",
        group="Ownership",
        help="As a lead, assign a case to somebody, or to 'duty'.",
        example="careconsole reassign 12 13 14 --to Cleo",
        fields=(person("to", "The new owner, or 'duty'.", True), text("reason", "Why.")),
    ),
    Verb(
        id="hand-over",
        rule="handover:HandOver",
        key="",
        title="Hand over",
        group="Ownership",
        help="As a lead, hand somebody's part to a colleague: the case, an offer, a call, help, a change to make.",
        example="careconsole hand-over 12 13 --of Ben --to Cleo",
        fields=(
            person("of", "Whose work.", True),
            person("to", "The new owner, or 'duty'.", True),
        ),
    ),
    Verb(
        id="ask",
        rule="helpers:AskHelp",
        key="H",
        title="Ask for help",
        group="Ownership",
        help="Ask a colleague to join. Its owner keeps the case.",
        example='careconsole ask 12 --of Cleo --need "read the contract with me"',
        fields=(person("of", "Who you ask.", True), text("need", "What you need.", True)),
    ),
    Verb(
        id="helped",
        rule="helpers:FinishHelp",
        key=",",
        title="Finish help",
        group="Ownership",
        help="Record that a helper's part is done; yours, unless you name somebody.",
        example='careconsole helped 12 --who Cleo --said "clause 4 applies"',
        fields=(person("who", "Whose part is done."), text("said", "What came of it.")),
    ),
    Verb(
        id="escalate",
        rule="escalation:Escalate",
        key="e",
        title="Escalate",
        group="Escalation",
        help="Call somebody who can resolve it: the next responder, or the one you name. Its owner keeps the case.",
        example='careconsole escalate 12 --reason exception --need "refund above my limit" --cause "refund limit"',
        fields=(
            text("need", "What is needed.", True),
            Field(name="cause", kind="word", help='Short cause label, such as "refund limit".'),
            text("proposal", "What you would do, if it were up to you."),
            choice("reason", "Why you escalate it.", "escalation:REASONS", True),
            person("to", "Who to call; if left out, the next responder on the path."),
            time("by", "By when they must acknowledge; left out: the path's time."),
            text("despite", "Why you call somebody, if a playbook lets you decide it yourself."),
        ),
    ),
    Verb(
        id="acknowledge",
        rule="acknowledgement:Acknowledge",
        key="A",
        title="Acknowledge",
        group="Escalation",
        help="Confirm that you have it (or that a contact you spoke to has), and when the owner gets an update.",
        example="careconsole acknowledge 12 --until +2h",
        fields=(time("until", "When the owner gets the next update.", True),),
    ),
    Verb(
        id="nudge",
        rule="calls:Nudge",
        key="!",
        title="Nudge the responder",
        group="Escalation",
        help="Remind the responder.",
        example='careconsole nudge 12 --said "the customer leaves at four"',
        fields=(text("said", "What you tell them."),),
    ),
    Verb(
        id="skip",
        rule="escalation:Skip",
        key="",
        title="Skip to the next step",
        group="Escalation",
        help="Call the next step, because the present one does not answer.",
        example='careconsole skip 12 --reason "no answer for an hour"',
        fields=(text("reason", "Why.", True), person("to", "Who to call.")),
    ),
    Verb(
        id="de-escalate",
        rule="escalation:Deescalate",
        key="E",
        title="De-escalate",
        group="Escalation",
        help="End the escalation: say what was decided, and what it taught, if it is an exception.",
        example='careconsole de-escalate 12 --decided "refund granted as an exception" --cause "refund limit"',
        fields=(
            text("decided", "What was decided; left out, as the last time with this cause."),
            *LESSON,
            Field(name="level", kind="level", help="Back to this level; 0 is the frontline."),
        ),
    ),
    Verb(
        id="review",
        rule="lessons:Review",
        key="R",
        title="Review",
        group="Escalation",
        help="Record the cause of the exception, and what changes, or why nothing does.",
        example='careconsole review 12 --cause "refund limit" --change "refund up to 200" --owner Ana --due +5d',
        fields=(
            text("cause", "The cause, as a short label.", True),
            text("change", "What we change."),
            text("nothing_because", "Why nothing changes."),
            person("owner", "Who makes the change."),
            time("due", "By when."),
            CAME_BACK,
        ),
    ),
    Verb(
        id="agree",
        rule="lessons:Agree",
        key="%",
        title="Agree that nothing changes",
        group="Escalation",
        help="As a lead, agree that nothing changes, though the cause came up again and again.",
        example="careconsole agree 12",
    ),
    *CHANGE_VERBS,
    Verb(
        id="use",
        rule="playbook_use:UsePlaybook",
        key="b",
        title="Use a playbook",
        group="Known exceptions",
        help="Use a playbook on the case: what it says to do is shown there.",
        example="careconsole use 12 --playbook 3",
        fields=(Field(name="playbook", kind="playbook", help="Which playbook, by its number.", required=True),),
    ),
    Verb(
        id="tick",
        rule="playbook_steps:TickStep",
        key=";",
        title="Tick a step",
        group="Known exceptions",
        help="Tick a step of the playbook in use on the case, so that everybody sees what is done.",
        example="careconsole tick 12 --step 2",
        fields=(
            entry("step", "Which step, by its number on the case.", "playbook_steps:steps_to_tick", True),
            Field(name="off", kind="flag", help="Take the tick away again.", asked=False),
        ),
    ),
    Verb(
        id="decide",
        rule="playbook_use:DecideByPlaybook",
        key="",
        title="Decide by a playbook",
        group="Known exceptions",
        help="Decide what a playbook lets the frontline decide, without calling a lead.",
        example='careconsole decide 12 --playbook 3 --amount 35 --said "refunded the postage"',
        fields=(
            Field(name="playbook", kind="playbook", help="Which playbook, by its number.", required=True),
            text("said", "What was decided.", True),
            Field(name="amount", kind="word", help="The sum, if the playbook has a limit."),
        ),
    ),
    Verb(
        id="fit",
        rule="playbook_use:RatePlaybook",
        key="",
        title="Did the playbook fit?",
        group="Known exceptions",
        help="Say whether the playbook in use fitted the case, so that the team knows.",
        example="careconsole fit 12 --fit fitted",
        fields=(
            choice("fit", "Whether it fitted.", "playbook_summary:FITS", True),
            text("said", "Why; required if it did not fit."),
            entry(
                "playbook",
                "Which playbook, by its number; needed only when several were used.",
                "playbook_use:uses_to_rate",
            ),
        ),
    ),
    *CUSTOMER_VERBS,
    *CASE_VERBS,
)
"""Every command on existing cases. Opening, following up, undo and redo are separate; see `OTHER_COMMANDS`."""

OTHER_COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("new", "n", "Open a case"),
    ("follow-up", "", "Open a case for another matter that came of one"),
    ("undo", "u", "Undo your last command"),
    ("redo", "U", "Redo what you last undid"),
)
"""The commands that do not act on given cases: id, key, title."""

SEVEN = ("take", "log", "promise", "park", "offer", "escalate", "resolve")
"""The commands with which a case can be worked from beginning to end. The console names these, and others only where
what they are for is there: an offer, a call, a promise, a review owed."""

BY_ID: dict[str, Verb] = {verb.id: verb for verb in VERBS}
"""The verbs by id."""
