"""The two commands that open a case, as the console asks for them."""

from __future__ import annotations

from careconsole.commands.form import THEN_FIELDS, Field, Verb, choice, person, text

_SUBJECT = text("subject", "What it is about, in one line.", True)
_DESCRIPTION = text("description", "The details.")
_OWNER = person("owner", "Who owns it: you, duty, or a colleague, who gets an offer.")
_CHANNEL = choice("channel", "How it reached us.", "state:CHANNELS")

NEW = Verb(
    id="new",
    rule="opening:OpenCase",
    key="n",
    title="Open a case",
    group="The case",
    help="Open a case.",
    example='careconsole new --subject "Kettle arrived cracked" --customer "Carla Neri" --owner me',
    fields=(
        _SUBJECT,
        Field(
            name="customer",
            kind="customer",
            help="The customer, by name or as 'Name <address>'; a new one is added.",
            required=True,
        ),
        _DESCRIPTION,
        _CHANNEL,
        *THEN_FIELDS,
        Field(
            name="inbound",
            kind="yesno",
            help="Whether the customer contacted us; on the phone or in person, that counts as answered.",
        ),
        choice("priority", "How urgent it is.", "state:PRIORITIES"),
        _OWNER,
        Field(name="tags", kind="tags", help="Tags, separated by spaces."),
    ),
)
"""Open a case for a customer, whose name may be new."""

FOLLOW_UP = Verb(
    id="follow-up",
    rule="opening:FollowUp",
    key="",
    title="Follow up",
    group="The case",
    help="Open a separate case for another matter that came up in one.",
    example='careconsole follow-up 12 --subject "Invoice for the second kettle" --owner me',
    fields=(
        _SUBJECT,
        _DESCRIPTION,
        _CHANNEL,
        Field(
            name="waits",
            kind="yesno",
            help="Whether the customer waits for an answer on it; if left out, as on this case.",
        ),
        *THEN_FIELDS,
        _OWNER,
    ),
)
"""Open a case for another matter of the same customer."""
