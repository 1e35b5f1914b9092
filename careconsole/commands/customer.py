"""The registry's group "The customer": messages, what the customer says of a case, and promises."""

from __future__ import annotations

from careconsole.commands.form import MESSAGE_THEN_FIELDS, Field, Verb, choice, entry, flag, text, time
from careconsole.domain.time.moments import DAY_BEGINS

_PROMISE = entry(
    "promise",
    "Which promise, by the number of its entry; needed only when several are open.",
    "promises:open_promises",
)

CUSTOMER_VERBS: tuple[Verb, ...] = (
    Verb(
        id="log",
        rule="messages:LogMessage",
        key="c",
        title="Log message",
        group="The customer",
        help="Log a message: what we told the customer, or what they told us; and what follows.",
        example='careconsole log 12 --channel phone "the part is on its way" --then resolve',
        fields=(
            Field(name="inbound", kind="flag", help="It came from the customer.", option="in"),
            choice("channel", "How; by email if left out.", "state:CHANNELS"),
            flag("proactive", "We wrote or called unprompted."),
            choice(
                "sort", "What kind of message it is; if left out, it is worked out from the text.", "messages:SORTS"
            ),
            text("text", "What was said.", True),
            *MESSAGE_THEN_FIELDS,
        ),
    ),
    Verb(
        id="reply",
        rule="replies:Reply",
        key="r",
        title="Reply by mail",
        group="The customer",
        help="Send the customer a mail, in a moment or later, and say what follows."
        " Until it is sent, undo takes it back.",
        example='careconsole reply 12 "The new lid is in the post." --then resolve',
        fields=(
            Field(
                name="box",
                kind="word",
                help="The box to send it from; if left out, the one that the customer wrote to.",
            ),
            Field(name="to", kind="word", help="Who it is for; if left out, the sender of the customer's last mail."),
            Field(name="cc", kind="word", help="Who gets a copy; if left out, everybody else on that mail."),
            Field(name="subject", kind="word", help="The subject; if left out, that of the mail it answers, with Re:."),
            text("text", "The text. The signature and the quotation come below it.", True),
            Field(name="files", kind="paths", help="A file that goes with it; may be repeated.", option="file"),
            flag("no_quote", "Do not quote the customer's mail."),
            time("at", "When to send it; if left out, in 20 seconds.", hour=DAY_BEGINS),
            *MESSAGE_THEN_FIELDS,
        ),
    ),
    Verb(
        id="reclassify",
        rule="messages:Reclassify",
        key="",
        title="Reclassify a message",
        group="The customer",
        help="Correct what an inbound message is: a message, an automatic reply, or just a thank-you.",
        example="careconsole reclassify 12 --message 5 --sort thanks",
        fields=(
            entry("message", "The number of its entry.", "messages:unanswered_messages", True),
            choice("sort", "What it is.", "messages:SORTS", True),
        ),
    ),
    Verb(
        id="rate",
        rule="ratings:Rate",
        key="",
        title="Customer's answer",
        group="The customer",
        help="Record whether we did what we promised, as the customer says: yes, partly or no. It rates the case.",
        example='careconsole rate 12 partly --said "the lid came, but a week late"',
        fields=(
            choice("rating", "What the customer says.", "rating_answers:RATINGS", True, at_end=True),
            text("said", "Their words, if any, as a message from them.", bare=True),
            choice("channel", "How they said it.", "state:CHANNELS"),
            choice("sort", "What their words are; thanks with a yes, else worked out from the text.", "messages:SORTS"),
        ),
    ),
    Verb(
        id="promise",
        rule="promises:Promise",
        key="p",
        title="Promise",
        group="The customer",
        help="Record what you promised the customer, and by when.",
        example='careconsole promise 12 --due "tomorrow 12:00" "call back with the price"',
        fields=(text("text", "What was promised.", True), time("due", "By when.", True)),
    ),
    Verb(
        id="keep",
        rule="promises:KeepPromise",
        key="K",
        title="Promise kept",
        group="The customer",
        help="Record that a promise is kept.",
        example="careconsole keep 12",
        fields=(_PROMISE, text("said", "What was done.")),
    ),
    Verb(
        id="move",
        rule="promises:MovePromise",
        key="",
        title="Move a promise",
        group="The customer",
        help="Give a promise a new time, and say whether the customer was told.",
        example='careconsole move 12 --due "mon 10:00" --told yes',
        fields=(
            time("due", "The new time.", True),
            Field(name="told", kind="yesno", help="Whether the customer was told.", required=True),
            _PROMISE,
            text("reason", "Why."),
        ),
    ),
    Verb(
        id="release",
        rule="promises:ReleasePromise",
        key="",
        title="Promise released",
        group="The customer",
        help="Record that the customer no longer wants what was promised.",
        example='careconsole release 12 --reason "bought it elsewhere"',
        fields=(text("reason", "What they said.", True), _PROMISE),
    ),
)
