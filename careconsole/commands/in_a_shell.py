"""What the console does not do, with the command for a shell, so that the palette finds it by what people call it."""

from __future__ import annotations

import msgspec


class InAShell(msgspec.Struct, frozen=True):
    """Something that is done in a shell: what it is, what it is about in other words, and the command."""

    title: str
    about: str
    command: str


IN_A_SHELL: tuple[InAShell, ...] = (
    InAShell(
        "Service levels",
        "Response times, targets, SLA, silence and which tier gets what.",
        "careconsole service template",
    ),
    InAShell("Opening hours", "Business hours, holidays and the calendar of the clocks.", "careconsole calendar set"),
    InAShell(
        "Set up the duty rota", "Which lead has duty when: turns, shifts, schedule.", "careconsole team rota template"
    ),
    InAShell(
        "Set escalation paths", "Who is called for help, step by step, at which level.", "careconsole path template"
    ),
    InAShell(
        "Phone number of a colleague",
        "How customers and colleagues reach somebody: telephone, contact.",
        "careconsole team reach NAME HOW",
    ),
    InAShell("Role of a colleague", "Make somebody a lead or an agent.", "careconsole team role NAME ROLE"),
    InAShell(
        "Merge two names of a colleague",
        "One person under two names, as imports leave them.",
        "careconsole team merge NAME --into NAME",
    ),
    InAShell(
        "Address for notices",
        "Where notices and notifications are sent: email, Slack, an app on the phone.",
        "careconsole notices address NAME ADDRESS",
    ),
    InAShell("Receipts", "What all receipts say, and the folder of their pages.", "careconsole receipts show"),
    InAShell("Export", "Cases, events and figures as files: CSV, JSON, a backup to keep.", "careconsole export --help"),
    InAShell("Back up the database", "A checked copy of everything.", "careconsole db backup TARGET"),
)
