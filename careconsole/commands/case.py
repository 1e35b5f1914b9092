"""The registry's group "The case": notes, parking, resolving and reopening, merging and splitting, editing, tags."""

from __future__ import annotations

from careconsole.commands.form import LESSON, Field, Verb, choice, entry, flag, text, time
from careconsole.domain.case.editing import Edit, Tag
from careconsole.domain.case.files import Attach
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.notes import Note
from careconsole.domain.case.parking import WAITS_ON, Park, Unpark
from careconsole.domain.case.playbook_summary import FITS
from careconsole.domain.case.resolution import SETTLED, Reopen, Resolve
from careconsole.domain.case.resolution_answers import ANSWERS
from careconsole.domain.case.spam import Spam
from careconsole.domain.case.splitting import Split, entries_to_split_from
from careconsole.domain.case.state import CHANNELS, PRIORITIES
from careconsole.domain.time.moments import DAY_BEGINS

CASE_VERBS: tuple[Verb, ...] = (
    Verb(
        id="note",
        command=Note,
        key="i",
        title="Note",
        group="The case",
        help="Write an internal note.",
        example='careconsole note 12 "the serial number is on the back"',
        fields=(text("text", "The note.", True),),
    ),
    Verb(
        id="attach",
        command=Attach,
        key="",
        title="Attach a file",
        group="The case",
        help="Attach a file. A copy is kept with the database.",
        example='careconsole attach 12 invoice.pdf --name "invoice of May.pdf"',
        fields=(
            Field(name="file", kind="path", help="The file.", required=True, at_end=True),
            text("name", "Another name for it."),
        ),
    ),
    Verb(
        id="park",
        command=Park,
        key="z",
        title="Park",
        group="The case",
        help="Put a case on hold: say who it waits on, and until when.",
        example='careconsole park 12 --on "third party" --until "thu 9:00" --reason "the carrier looks for it"',
        fields=(
            choice("on", "Who or what it waits for.", WAITS_ON, True),
            time("until", "Until when.", True, hour=DAY_BEGINS),
            text("reason", "Why."),
        ),
    ),
    Verb(
        id="unpark",
        command=Unpark,
        key="",
        title="Unpark",
        group="The case",
        help="Resume work on a parked case.",
        example="careconsole unpark 12",
        fields=(text("reason", "Why.", asked=False),),
    ),
    Verb(
        id="resolve",
        command=Resolve,
        key="x",
        title="Resolve",
        group="The case",
        help="Resolve a case and say how. One that was escalated needs its cause, or a review first.",
        example='careconsole resolve 12 --said "new kettle sent, arrives on Friday"',
        fields=(
            text("said", "How it was resolved.", True),
            choice("promises", "What became of the promises that are still open.", SETTLED),
            choice(
                "answer",
                "Needed if the customer waits: they were told, need no answer (spam, duplicate, ...), or got none.",
                ANSWERS,
            ),
            choice("fit", "Whether the playbook in use fitted; if not, how it was resolved is why.", FITS),
            flag("without_help", "It was solved before anybody acknowledged the call, which is withdrawn."),
            *LESSON,
        ),
    ),
    Verb(
        id="spam",
        command=Spam,
        key="I",
        title="Spam",
        group="The case",
        help="Resolve a case as spam. No measure of care counts it then.",
        example="careconsole spam 12",
    ),
    Verb(
        id="reopen",
        command=Reopen,
        key="X",
        title="Reopen",
        group="The case",
        help="Open a resolved case again.",
        example='careconsole reopen 12 --reason "the new one is cracked too"',
        fields=(text("reason", "Why.", True),),
    ),
    Verb(
        id="merge",
        command=Merge,
        key="m",
        title="Merge",
        group="The case",
        help="Merge this case into another, which takes over its waits, promises and ids.",
        example="careconsole merge 13 --into 12",
        fields=(
            Field(name="into", kind="number", help="The case to keep.", required=True),
            flag("confirm", "Merge even if the customers differ."),
        ),
    ),
    Verb(
        id="split",
        command=Split,
        key="",
        title="Split",
        group="The case",
        help="Move the messages from an entry on to a case of their own, which follows this one.",
        example='careconsole split 12 --from 7 --subject "Invoice for the second kettle"',
        fields=(
            entry(
                "first",
                "The first message about the other matter, by the number of its entry.",
                entries_to_split_from,
                True,
                "from",
            ),
            text("subject", "What it is about; else the first line of the message."),
        ),
    ),
    Verb(
        id="edit",
        command=Edit,
        key="",
        title="Edit",
        group="The case",
        help="Correct a case's subject, description, customer, channel or priority.",
        example='careconsole edit 12 --subject "Kettle cracked on arrival" --priority high',
        fields=(
            text("subject", "The subject."),
            text("description", "The description."),
            Field(name="customer", kind="customer", help="The customer."),
            choice("channel", "How it reached us.", CHANNELS),
            choice("priority", "How urgent it is.", PRIORITIES),
        ),
    ),
    Verb(
        id="tag",
        command=Tag,
        key="#",
        title="Tag",
        group="The case",
        help="Add and remove tags.",
        example="careconsole tag 12 --add billing --remove new",
        fields=(
            Field(name="add", kind="tags", help="A tag to add; may be repeated."),
            Field(name="remove", kind="tags", help="A tag to remove; may be repeated."),
        ),
    ),
)
"""The last group of the help."""
